/// State of a column, worked by hand.

#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "core/monitor/profile/column_profile.hpp"

namespace driftlab::monitor {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

/// Cells with null for "\1".
ColumnProfile profile_of(const std::vector<std::string>& cells, const std::vector<std::string>& watched = {}) {
  std::string text;
  std::vector<CellRef> refs;
  for (const auto& cell : cells) {
    refs.push_back(cell == "\1"
                       ? CellRef{}
                       : CellRef{static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(cell.size())});
    text += cell + ",";
  }
  text.append(kCellPadding, '\0');
  ColumnProfile profile({}, watched);
  profile.add_cells(text.data(), refs.data(), refs.size(), 1);
  profile.finish();
  return profile;
}

std::vector<std::string> numbered(int count) {
  std::vector<std::string> cells;
  for (int i = 0; i < count; ++i) cells.push_back(std::to_string(i));
  return cells;
}

TEST(ColumnProfile, MixedCells) {
  const auto profile = profile_of({"1", "2.5", "\1", "true", "x", "", "1", "1e999", "a longer text than eight bytes"});
  EXPECT_EQ(profile.types(),
            (metric::TypeCounts{.missing = 1, .fractional = 2, .integral = 2, .boolean = 1, .string = 3}));
  EXPECT_EQ(profile.non_finite(), 1U);
  EXPECT_EQ(profile.moments().count(), 3U);
  EXPECT_EQ(profile.moments().sum(), 4.5);
  EXPECT_EQ(profile.distinct_count(), 7.0);
  EXPECT_THAT(*profile.value_counts(),
              ElementsAre(Pair("", 1), Pair("1", 2), Pair("1e999", 1), Pair("2.5", 1),
                          Pair("a longer text than eight bytes", 1), Pair("true", 1), Pair("x", 1)));
}

// Texts of equal first eight bytes, of equal bytes up to a null byte, and differing in length only, are different.
TEST(ColumnProfile, TellsSimilarTextsApart) {
  const auto profile = profile_of({"12345678", "123456789", "12345678a", "ab", std::string("ab\0", 3), "a"});
  EXPECT_EQ(profile.distinct_count(), 6.0);
  EXPECT_EQ(profile.value_counts()->size(), 6U);
}

TEST(ColumnProfile, CountsExactlyUpTo1024Values) {
  const auto exact = profile_of(numbered(1024));
  EXPECT_EQ(exact.distinct_count(), 1024.0);
  EXPECT_TRUE(exact.value_counts().has_value());
  const auto many = profile_of(numbered(1025));
  EXPECT_FALSE(many.value_counts().has_value());
  EXPECT_EQ(many.distinct_count(), many.estimated_distinct());
  EXPECT_NEAR(many.distinct_count(), 1025.0, 0.2 * 1025.0);
  EXPECT_EQ(many.types().integral, 1025U);
  EXPECT_EQ(many.sketch().count(), 1025U);
}

TEST(ColumnProfile, WatchedTextsAreCountedAmongAnyNumberOfOthers) {
  auto cells = numbered(5000);
  for (const char* cell : {"7", "gold", "gold", "4999"}) cells.emplace_back(cell);
  EXPECT_EQ(profile_of(cells, {"7", "gold", "never"}).watched_count(), 4U);
  EXPECT_EQ(profile_of({"7", "gold", "x"}, {"7", "gold", "never"}).watched_count(), 2U);
  auto merged = profile_of(numbered(800), {"7", "799"});
  auto other = numbered(900);
  other.insert(other.end(), {"x7", "7"});
  merged.merge(profile_of(other, {"7", "799"}));
  EXPECT_EQ(merged.watched_count(), 5U);
}

TEST(ColumnProfile, BinaryColumns) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  ColumnProfile profile;
  const std::vector<double> values{1.5, nan, 2.5, infinity, 1.5};
  profile.add_numbers(values, metric::CellType::Fractional);
  profile.finish();
  EXPECT_EQ(profile.types(), (metric::TypeCounts{.missing = 1, .fractional = 4}));
  EXPECT_EQ(profile.non_finite(), 1U);
  EXPECT_EQ(profile.moments().sum(), 5.5);
  EXPECT_EQ(profile.distinct_count(), 3.0);
}

TEST(ColumnProfile, MergingAddsEverything) {
  auto profile = profile_of({"1", "\1", "a"});
  profile.merge(profile_of({"2", "1"}));
  EXPECT_EQ(profile.types(), (metric::TypeCounts{.missing = 1, .integral = 3, .string = 1}));
  EXPECT_EQ(profile.moments().sum(), 4.0);
  EXPECT_THAT(*profile.value_counts(), ElementsAre(Pair("1", 2), Pair("2", 1), Pair("a", 1)));
  auto many = profile_of(numbered(800));
  std::vector<std::string> others;
  for (int i = 0; i < 800; ++i) others.push_back("x" + std::to_string(i));
  many.merge(profile_of(others));
  EXPECT_FALSE(many.value_counts().has_value());
  EXPECT_EQ(many.types().present(), 1600U);
}

}  // namespace
}  // namespace driftlab::monitor

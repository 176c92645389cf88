// States of profiles, written and read back, and baselines built in chunks: what merging gives against the whole.
#include "core/monitor/profile/profile_state.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/rng.hpp"
#include "core/base/text.hpp"
#include "core/metric/sketch/hyperloglog.hpp"
#include "core/monitor/data_quality/statistics.hpp"
#include "tests/support/property.hpp"

namespace driftlab::monitor {
namespace {

using testing::HasSubstr;

/// A profile of one column of texts; "" is missing.
DatasetProfile profile_of(const std::vector<std::string>& cells) {
  std::string text;
  std::vector<CellRef> refs;
  for (const auto& cell : cells) {
    refs.push_back(cell.empty() ? CellRef{}
                                : CellRef{.offset = static_cast<std::uint32_t>(text.size()),
                                          .size = static_cast<std::uint32_t>(cell.size())});
    text += cell;
  }
  text.append(kCellPadding, '\0');
  DatasetProfile dataset;
  dataset.rows = cells.size();
  auto& column = dataset.columns.emplace_back();
  column.name = "x";
  column.profile.add_cells(text.data(), refs.data(), refs.size(), 1);
  column.profile.finish();
  return dataset;
}

DatasetProfile kept(const DatasetProfile& dataset) {
  return read_profile_state(write_profile_state(dataset), "part").value();
}

/// Drawn from a seed: a thousand draws of RapidCheck's own take longer than the test should.
std::vector<std::string> some_cells() {
  const bool many = *rc::gen::inRange(0, 10) == 0;
  const auto rows = *rc::gen::inRange<std::size_t>(1, many ? 3000 : 60);
  Rng rng(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), "profile-state-test", "cells");
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < rows; ++i) {
    const int value = static_cast<int>(rng.uniform(-4000.0, 4000.0));
    cells.push_back(value % 50 == 0    ? ""
                    : value % 501 == 0 ? "none"
                    : value % 3 == 0   ? shortest(value / 8.0)
                                       : std::to_string(value));
  }
  return cells;
}

RC_GTEST_PROP(ProfileState, AReadStateGoesOnExactlyWhereItStood, ()) {
  const auto first = profile_of(some_cells());
  const auto second = profile_of(some_cells());
  RC_ASSERT(write_profile_state(kept(first)) == write_profile_state(first));
  auto merged = first;
  merged.merge(second);
  auto merged_from_files = kept(first);
  merged_from_files.merge(kept(second));
  RC_ASSERT(write_profile_state(merged_from_files) == write_profile_state(merged));
  RC_ASSERT(write_statistics(statistics_of(merged_from_files)) == write_statistics(statistics_of(merged)));
}

RC_GTEST_PROP(ProfileState, ChunksAreTheWhole, ()) {
  const auto cells = some_cells();
  const auto whole = profile_of(cells);
  DatasetProfile merged = kept(profile_of({}));
  for (std::size_t at = 0; at < cells.size();) {
    const auto size = *rc::gen::inRange<std::size_t>(1, cells.size() - at + 1);
    const auto begin = cells.begin() + static_cast<std::ptrdiff_t>(at);
    merged.merge(kept(profile_of({begin, begin + static_cast<std::ptrdiff_t>(size)})));
    at += size;
  }
  const auto& a = merged.columns.front().profile;
  const auto& b = whole.columns.front().profile;
  RC_ASSERT(merged.rows == whole.rows);
  RC_ASSERT(a.types() == b.types());
  RC_ASSERT(a.estimated_distinct() == b.estimated_distinct());
  RC_ASSERT(a.distinct_count() == b.distinct_count());
  RC_ASSERT(a.value_counts() == b.value_counts());
  RC_ASSERT(a.moments().min() == b.moments().min());
  RC_ASSERT(a.moments().max() == b.moments().max());
  // Eighths add up exactly in doubles.
  RC_ASSERT(a.moments().sum() == b.moments().sum());
  const double deviation = b.moments().standard_deviation();
  RC_ASSERT(std::abs(a.moments().standard_deviation() - deviation) <= 1e-12 * std::max(1.0, deviation));
  RC_ASSERT(a.sketch().count() == b.sketch().count());
  if (a.sketch().count() == 0) return;
  const auto ours = metric::kll_ranks(a.sketch());
  const auto theirs = metric::kll_ranks(b.sketch());
  const auto blur = a.sketch().rank_error_bound() + b.sketch().rank_error_bound();
  for (const double value : theirs.values) {
    const auto x = ours.rank(value);
    const auto y = theirs.rank(value);
    RC_ASSERT((x > y ? x - y : y - x) <= blur);
  }
}

TEST(ProfileState, DamageIsFoundAndNamed) {
  const auto bytes = write_profile_state(profile_of({"1", "2.5", "", "x"}));
  const auto error = [](const std::string& text) {
    const auto read = read_profile_state(text, "base/dataset_profile.state");
    return read ? "" : read.error().message;
  };
  EXPECT_EQ(error(bytes), "");
  EXPECT_THAT(error("{}"), HasSubstr("base/dataset_profile.state: not a profile state"));
  auto newer = bytes;
  newer[16] = 2;
  EXPECT_THAT(error(newer), HasSubstr("version 2; expected 1"));
  for (std::size_t length = 16; length < bytes.size(); ++length)
    EXPECT_NE(error(bytes.substr(0, length)), "") << length;
  for (std::size_t place = 24; place < bytes.size(); place += 7) {
    auto damaged = bytes;
    damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
    EXPECT_THAT(error(damaged), HasSubstr("checksum differs")) << place;
  }
}

/// `bytes` with the eight bytes at `place` replaced and the checksum made right again: edited with care, still wrong.
std::string forged(std::string bytes, std::size_t place, std::uint64_t value) {
  for (std::size_t byte = 0; byte < 8; ++byte) bytes[place + byte] = static_cast<char>((value >> (8 * byte)) & 0xff);
  const auto sum = metric::xx_hash_64(std::string_view(bytes).substr(0, bytes.size() - 8), 0);
  for (std::size_t byte = 0; byte < 8; ++byte)
    bytes[bytes.size() - 8 + byte] = static_cast<char>((sum >> (8 * byte)) & 0xff);
  return bytes;
}

TEST(ProfileState, NoForgedStateIsTakenForAProfileItCannotBe) {
  const auto bytes = write_profile_state(profile_of({"1", "2.5", "", "x"}));
  // Every word, whatever it holds, made huge: lengths, counts, offsets, kinds. Either refused, or a profile that works.
  for (std::size_t place = 24; place + 16 <= bytes.size(); place += 4)
    for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{3}, ~std::uint64_t{0}, std::uint64_t{1} << 40}) {
      auto read = read_profile_state(forged(bytes, place, value), "forged");
      if (!read) continue;
      auto merged = profile_of({"7", "y"});
      merged.merge(*std::move(read));
      (void)write_statistics(statistics_of(merged));
    }
  EXPECT_THAT(read_profile_state(forged(bytes, 24, 5), "forged").error().message, HasSubstr("what no profile has"))
      << "the number of rows";
}

}  // namespace
}  // namespace driftlab::monitor

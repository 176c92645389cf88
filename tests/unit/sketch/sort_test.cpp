// Expected values: std::sort of the same values.
#include "core/metric/sketch/sort.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/rng.hpp"

namespace driftlab::metric {
namespace {

void expect_sorted(std::vector<double> values) {
  auto expected = values;
  std::sort(expected.begin(), expected.end());
  sort_ascending(values);
  EXPECT_EQ(values, expected);
}

/// Lengths around the vector and insertion limits, and those of sketches.
std::vector<std::size_t> lengths() {
  std::vector<std::size_t> result;
  for (std::size_t length = 0; length <= 70; ++length) result.push_back(length);
  result.insert(result.end(), {255, 256, 257, 2050, 5000});
  return result;
}

template <class Draw>
void expect_sorted_at_every_length(const Draw& draw) {
  Rng rng(3, "test", "sort");
  for (const auto length : lengths()) {
    SCOPED_TRACE(length);
    std::vector<double> values(length);
    for (auto& value : values) value = draw(rng);
    expect_sorted(values);
  }
}

TEST(SortAscending, FractionsOfEveryMagnitudeAndSign) {
  expect_sorted_at_every_length([](Rng& rng) { return rng.normal() * std::pow(10.0, rng.uniform(-300, 300)); });
  expect_sorted_at_every_length([](Rng& rng) { return rng.uniform(); });
  // Alike in their leading bits: what radix passes over those leave must be put right.
  expect_sorted_at_every_length([](Rng& rng) { return 1.0 + rng.uniform() * 1e-9; });
}

TEST(SortAscending, WholeNumbersNearAndFar) {
  expect_sorted_at_every_length([](Rng& rng) { return static_cast<double>(rng.below(2)); });
  expect_sorted_at_every_length([](Rng& rng) { return static_cast<double>(rng.below(300)) - 150.0; });
  for (const double far : {1e15, 0x1p50 - 25, -0x1p50 - 25, 0x1p51, 0x1p52, 0x1p53, -0x1p53})
    expect_sorted_at_every_length([&](Rng& rng) { return far + static_cast<double>(rng.below(50)); });
  for (const double far : {1e15, 0x1p50 - 12, -0x1p50 - 12, 0x1p51})
    expect_sorted_at_every_length([&](Rng& rng) { return far + static_cast<double>(rng.below(50)) / 2; });
  expect_sorted_at_every_length([](Rng& rng) { return static_cast<double>(rng.below(1'000'000'000)); });
}

TEST(SortAscending, WholeNumbersWithAFractionAmongThem) {
  Rng rng(4, "test", "sort");
  for (const double odd : {7.5, 7.000000001, 1e300, -1e300, std::numeric_limits<double>::infinity()})
    for (const std::size_t at : {std::size_t{0}, std::size_t{500}, std::size_t{999}}) {
      std::vector<double> values(1000);
      for (auto& value : values) value = static_cast<double>(rng.below(100));
      values[at] = odd;
      expect_sorted(values);
    }
}

TEST(SortAscending, AFractionThatIsLostBesideALargerNumber) {
  // -1000 + 1e-20 is -1000 in doubles: what is counted from the smallest number on must not take 1e-20 for 0.
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) values.push_back(i % 7 - 1000.0 * (i % 2));
  values[500] = 1e-20;
  expect_sorted(values);
  values[500] = -0.0;
  expect_sorted(values);
}

TEST(SortAscending, RunsOfUnequalLength) {
  Rng rng(5, "test", "sort");
  for (int round = 0; round < 200; ++round) {
    std::vector<double> values;
    const auto runs = 1 + rng.below(7);
    for (std::size_t run = 0; run < runs; ++run) {
      const auto begin = static_cast<std::ptrdiff_t>(values.size());
      const auto length = rng.below(rng.bernoulli(0.3) ? 4 : 400);
      for (std::size_t i = 0; i < length; ++i)
        values.push_back(rng.bernoulli(0.5) ? rng.normal() : static_cast<double>(rng.below(3)) + 0.5);
      std::sort(values.begin() + begin, values.end());
    }
    expect_sorted(values);
  }
}

}  // namespace
}  // namespace driftlab::metric

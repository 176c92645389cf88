/// Levels, counts and buckets of the deterministic KLL sketch. The numbers are golden vectors of the monitor's own
/// algorithm (k 2048, c 0.64, ten buckets), except where a test says that they are worked by hand.

#include "core/metric/sketch/kll.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>

#include "core/base/rng.hpp"
#include "core/metric/sketch/sort.hpp"

namespace driftlab::metric {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<double> modular(std::size_t count, std::uint64_t factor, std::uint64_t modulus) {
  std::vector<double> values;
  for (std::uint64_t i = 0; i < count; ++i) values.push_back(static_cast<double>((factor * i) % modulus));
  return values;
}

KllSketch sketch_of(const std::vector<double>& values, KllParameters parameters = {}) {
  KllSketch sketch(parameters);
  sketch.add(values);
  return sketch;
}

std::vector<std::uint64_t> bucket_counts(const KllSketch& sketch, double min, double max) {
  std::vector<std::uint64_t> counts;
  for (const auto& bucket : kll_histogram(sketch, min, max)) counts.push_back(bucket.count);
  return counts;
}

std::vector<std::size_t> level_sizes(const KllSketch& sketch) {
  std::vector<std::size_t> sizes;
  for (const auto& level : sketch.levels()) sizes.push_back(level.size());
  return sizes;
}

TEST(Kll, CapacitiesOfTheService) {
  const KllSketch sketch;
  EXPECT_EQ(sketch.capacity(0), 2050U);
  EXPECT_EQ(sketch.capacity(1), 1314U);
  EXPECT_EQ(sketch.capacity(2), 842U);
}

TEST(Kll, FiveThousandValues) {
  const auto sketch = sketch_of(modular(5000, 7919, 10007));
  EXPECT_THAT(level_sizes(sketch), ElementsAre(610, 2195));
  EXPECT_EQ(sketch.count(), 5000U);
  EXPECT_THAT(bucket_counts(sketch, 0, 10006), ElementsAre(501, 500, 498, 501, 499, 501, 500, 500, 498, 502));
  // The sketch errs where the service errs: the true counts are others.
  std::vector<int> exact(10);
  for (const double value : modular(5000, 7919, 10007))
    ++exact[std::min<std::size_t>(9, static_cast<std::size_t>(value / 1000.6))];
  EXPECT_THAT(exact, ElementsAre(500, 501, 498, 501, 499, 500, 500, 500, 499, 502));
}

TEST(Kll, TwentyThousandValues) {
  const auto sketch = sketch_of(modular(20000, 7919, 10007));
  EXPECT_THAT(level_sizes(sketch), ElementsAre(1932, 0, 1399, 1, 779));
  EXPECT_THAT(bucket_counts(sketch, 0, 10006), ElementsAre(2000, 2003, 2000, 1998, 2005, 2001, 2001, 1997, 2001, 1994));
}

TEST(Kll, EveryItemOfASmallSketch) {
  const auto sketch = sketch_of(modular(40, 5, 17), {.k = 8});
  EXPECT_EQ(sketch.capacity(0), 10U);
  EXPECT_EQ(sketch.capacity(1), 8U);
  EXPECT_EQ(sketch.capacity(2), 6U);
  ASSERT_EQ(sketch.levels().size(), 3U);
  EXPECT_THAT(sketch.levels()[0], ElementsAre(1, 6, 11, 16, 4, 9, 14, 2, 7, 12, 0, 5, 10, 15, 3, 8));
  EXPECT_TRUE(sketch.levels()[1].empty());
  EXPECT_THAT(sketch.levels()[2], ElementsAre(0, 3, 6, 9, 12, 14));
  EXPECT_THAT(sketch.compactions(), ElementsAre(2, 1, 0));
}

TEST(Kll, BatchesMakeNoDifference) {
  const auto values = modular(20000, 7919, 10007);
  const auto whole = sketch_of(values);
  KllSketch single;
  for (const double value : values) single.add(value);
  EXPECT_EQ(single, whole);
  KllSketch batched;
  for (std::size_t at = 0; at < values.size(); at += 777)
    batched.add(std::span(values).subspan(at, std::min<std::size_t>(777, values.size() - at)));
  EXPECT_EQ(batched, whole);
}

// Two times (4, 1, 3, 2): no level is full (capacities 6 and 4 of k = 4 sum to more than 8 items once there are two).
TEST(Kll, MergingConcatenatesLevelByLevel) {
  auto a = sketch_of({4, 1}, {.k = 4});
  const auto b = sketch_of({3, 2}, {.k = 4});
  a.merge(b);
  ASSERT_EQ(a.levels().size(), 1U);
  EXPECT_THAT(a.levels()[0], ElementsAre(4, 1, 3, 2));
  EXPECT_EQ(a.rank_error_bound(), 0U);
}

// Capacity(0) of k = 4 is 2 (2 + 1) = 6. A merge condenses as soon as the capacity is reached, an insertion only
// beyond it: six items by insertion stay, six items by merging are compacted to positions 0, 2, 4 of their order.
TEST(Kll, MergingCompactsAtCapacityAndInsertionAboveIt) {
  EXPECT_THAT(level_sizes(sketch_of({6, 5, 4, 3, 2, 1}, {.k = 4})), ElementsAre(6));
  auto a = sketch_of({6, 5, 4}, {.k = 4});
  a.merge(sketch_of({3, 2, 1}, {.k = 4}));
  EXPECT_THAT(level_sizes(a), ElementsAre(0, 3));
  EXPECT_THAT(a.levels()[1], ElementsAre(1, 3, 5));
  EXPECT_EQ(a.rank_error_bound(), 1U);
}

TEST(Kll, RanksCountEqualItemsOrCollapseThem) {
  // Weights: 1 at level 0, 2 at level 1. Collapsing keeps the weight of the highest level.
  const auto sketch = KllSketch::from_levels({}, {{5, 5, 7}, {5, 6}});
  ASSERT_TRUE(sketch.has_value());
  const auto added = kll_ranks(*sketch);
  EXPECT_THAT(added.values, ElementsAre(5, 6, 7));
  EXPECT_THAT(added.cumulative, ElementsAre(4, 6, 7));
  EXPECT_EQ(added.rank(5), 4U);
  EXPECT_EQ(added.rank_below(5), 0U);
  EXPECT_EQ(added.rank(6.5), 6U);
  EXPECT_EQ(added.rank(4), 0U);
  EXPECT_EQ(added.rank_below(100), 7U);
  const auto collapsed = kll_ranks(*sketch, EqualItems::Collapse);
  EXPECT_THAT(collapsed.cumulative, ElementsAre(2, 4, 5));
}

TEST(Kll, ConstantColumnLandsInTheLastBucket) {
  const auto sketch = sketch_of(std::vector<double>(100, 3.5));
  const auto buckets = kll_histogram(sketch, 3.5, 3.5);
  EXPECT_EQ(buckets.front(), (HistogramBucket{3.5, 3.5, 0}));
  EXPECT_EQ(buckets.back(), (HistogramBucket{3.5, 3.5, 100}));
}

// 0 + (350.8 - 0) · 3 / 10 in doubles is 105.24000000000001: a bound the service printed.
TEST(Kll, BoundsAreRoundedAsTheServiceRoundsThem) {
  const auto buckets = kll_histogram(sketch_of({0.0, 350.8}), 0.0, 350.8);
  EXPECT_EQ(buckets[3].lower_bound, 105.24000000000001);
}

TEST(Kll, StoredLevelsComeBack) {
  const auto sketch = sketch_of(modular(5000, 7919, 10007));
  const auto again = KllSketch::from_levels(sketch.parameters(), sketch.levels());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->levels(), sketch.levels());
  EXPECT_EQ(bucket_counts(*again, 0, 10006), bucket_counts(sketch, 0, 10006));
}

TEST(Kll, RefusesWhatIsNoSketch) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(KllSketch::from_levels({.k = 0}, {{1}}).error().message, HasSubstr("k is 0; expected 1 to"));
  EXPECT_THAT(KllSketch::from_levels({.c = 1.5}, {{1}}).error().message, HasSubstr("c is 1.5; expected"));
  EXPECT_THAT(KllSketch::from_levels({}, {}).error().message, HasSubstr("0 levels"));
  EXPECT_THAT(KllSketch::from_levels({}, {{1}, {infinity}}).error().message, HasSubstr("level 1 is not finite"));
}

/// Arrays of every kind the sort treats differently, against std::sort.
TEST(SortAscending, AgreesWithTheStandardLibrary) {
  Rng rng(1, "test", "sort");
  std::vector<std::vector<double>> cases;
  for (const std::size_t size : {0U, 1U, 24U, 25U, 700U, 2050U}) {
    std::vector<double> uniform, whole, mixed, runs, clustered;
    for (std::size_t i = 0; i < size; ++i) {
      uniform.push_back(rng.uniform());
      whole.push_back(static_cast<double>(rng.below(300)) - 150.0);
      mixed.push_back(rng.normal() * std::pow(10.0, rng.uniform(-300, 300)));
      runs.push_back(static_cast<double>(i % 400));
      // Far-off values make the leading bits useless for the rest: the slow path of the radix sort.
      clustered.push_back(i % 100 == 0 ? -1e300 : 1000.0 + 1e-10 * rng.uniform());
    }
    cases.insert(cases.end(), {uniform, whole, mixed, runs, clustered});
  }
  for (auto& values : cases) {
    auto expected = values;
    std::sort(expected.begin(), expected.end());
    sort_ascending(values);
    EXPECT_EQ(values, expected);
  }
}

}  // namespace
}  // namespace driftlab::metric

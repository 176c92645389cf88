/// Drift distances: Deequ's published tests (KLLDistanceTest), the corrections of the reference's table, and hand work.

#include "core/metric/sketch/drift_distance.hpp"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>

namespace driftlab::metric {
namespace {

KllSketch sketch_of(const std::vector<double>& values) {
  KllSketch sketch;
  sketch.add(values);
  return sketch;
}

TEST(NumericDrift, DeequsFourValues) {
  const auto drift = numeric_drift(sketch_of({1, 2, 3, 4}), sketch_of({2, 3, 4, 5}), EqualItems::Collapse);
  EXPECT_EQ(drift.simple, 0.25);
  EXPECT_NEAR(drift.correction(), 1.2728, 5e-5);
  EXPECT_EQ(drift.robust(), 0.0);
}

TEST(NumericDrift, CorrectionsBySampleSize) {
  const auto correction = [](double n, double m) { return LInfinity{.simple = 1, .n = n, .m = m}.correction(); };
  EXPECT_NEAR(correction(100, 100), 0.25456, 5e-6);
  EXPECT_NEAR(correction(1000, 1000), 0.080498, 5e-7);
  EXPECT_NEAR(correction(2333, 334), 0.105306, 5e-7);
  EXPECT_NEAR(correction(10000, 1000), 0.059699, 5e-7);
}

// 0 × 90, 1 × 10 against 0 × 10, 1 × 90: a textbook gap of 0.8. Deequ's map keeps one entry each of weight 1: no gap,
// and n = m = 2.
TEST(NumericDrift, DiscreteColumnsCollapse) {
  std::vector<double> mostly_zero(90, 0.0);
  mostly_zero.insert(mostly_zero.end(), 10, 1.0);
  std::vector<double> mostly_one(10, 0.0);
  mostly_one.insert(mostly_one.end(), 90, 1.0);
  const auto textbook = numeric_drift(sketch_of(mostly_zero), sketch_of(mostly_one), EqualItems::Add);
  EXPECT_DOUBLE_EQ(textbook.simple, 0.8);
  EXPECT_EQ(textbook.n, 100.0);
  const auto collapsed = numeric_drift(sketch_of(mostly_zero), sketch_of(mostly_one), EqualItems::Collapse);
  EXPECT_EQ(collapsed.simple, 0.0);
  EXPECT_EQ(collapsed.n, 2.0);
}

// By hand: disjoint samples are 1 apart, a sample is 0 apart from itself; F jumps at items of either side.
TEST(NumericDrift, HandWorked) {
  EXPECT_EQ(numeric_drift(sketch_of({1, 2}), sketch_of({3, 4}), EqualItems::Add).simple, 1.0);
  EXPECT_EQ(numeric_drift(sketch_of({1, 2}), sketch_of({1, 2}), EqualItems::Add).simple, 0.0);
  // F_a(2) = 2/3, F_b(2) = 1/2; F_a(1) = 1/3, F_b(1) = 0; F_a(9) = 1, F_b(9) = 1/2.
  EXPECT_DOUBLE_EQ(numeric_drift(sketch_of({1, 2, 9}), sketch_of({2, 10}), EqualItems::Add).simple, 0.5);
}

TEST(CategoricalDrift, DeequsCategories) {
  const CategoryCounts sample{{"a", 10}, {"b", 20}, {"c", 25}, {"d", 10}, {"e", 5}};
  const auto near = categorical_drift(sample, {{"a", 11}, {"b", 20}, {"c", 25}, {"d", 10}, {"e", 10}});
  EXPECT_DOUBLE_EQ(near.simple, 0.06015037593984962);
  EXPECT_EQ(near.robust(), 0.0);
  const auto renamed = categorical_drift(sample, {{"f", 11}, {"a", 20}, {"c", 25}, {"d", 10}, {"e", 10}});
  EXPECT_DOUBLE_EQ(renamed.simple, 0.2857142857142857);
  EXPECT_EQ(renamed.robust(), 0.0);
}

// Fair dice 20 : 20 : 20 against 10, 20, 30 observed: (100 + 0 + 100) / 20 = 10 with 2 degrees of freedom, whose
// upper tail is exp(-5).
TEST(ChiSquaredDrift, HandWorked) {
  const auto test = chi_squared_drift({{"a", 10}, {"b", 20}, {"c", 30}}, {{"a", 100}, {"b", 100}, {"c", 100}});
  EXPECT_DOUBLE_EQ(test.statistic, 10.0);
  EXPECT_NEAR(test.p_value, std::exp(-5.0), 1e-15);
  EXPECT_EQ(test.categories, 3U);
}

// Expected 48, 48, 2, 2 of 100: two of four below 5, one fifth of 4 allows none. c folds into d (2 + 2 = 4), then 4
// is still below 5 and folds into a: 52 and 48 are left, both above 10.
TEST(ChiSquaredDrift, RareCategoriesAreMerged) {
  const auto test = chi_squared_drift({{"a", 40}, {"b", 50}, {"c", 10}}, {{"a", 48}, {"b", 48}, {"c", 2}, {"d", 2}});
  EXPECT_EQ(test.categories, 2U);
  // Observed a + c + d = 50 against 52, b = 50 against 48.
  EXPECT_DOUBLE_EQ(test.statistic, 4.0 / 52.0 + 4.0 / 48.0);
}

TEST(ChiSquaredDrift, UnknownCategoriesAreLeftOut) {
  const auto test = chi_squared_drift({{"a", 20}, {"b", 20}, {"new", 500}}, {{"a", 1}, {"b", 1}});
  EXPECT_EQ(test.statistic, 0.0);
  EXPECT_EQ(test.p_value, 1.0);
}

TEST(ChiSquaredDrift, TooFewCategoriesGiveNoAnswer) {
  EXPECT_TRUE(std::isnan(chi_squared_drift({{"a", 20}}, {{"a", 20}}).p_value));
  // Expected 6 and 6: below 10, so the two become one.
  EXPECT_TRUE(std::isnan(chi_squared_drift({{"a", 5}, {"b", 7}}, {{"a", 1}, {"b", 1}}).p_value));
  EXPECT_TRUE(std::isnan(chi_squared_drift({{"x", 50}}, {{"a", 50}, {"b", 50}}).p_value));
}

}  // namespace
}  // namespace driftlab::metric

#include "core/metric/regression.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace driftlab::metric {
namespace {

struct Rows {
  std::vector<double> actual;
  std::vector<double> predicted;
};

/// Section 11.2 of the model monitor reference: true 0 answered 0 ×1180, 1 ×510; true 1 answered 0 ×268, 1 ×138.
Rows documented_sample() {
  Rows rows;
  const auto append = [&](double actual, double predicted, int count) {
    rows.actual.insert(rows.actual.end(), static_cast<std::size_t>(count), actual);
    rows.predicted.insert(rows.predicted.end(), static_cast<std::size_t>(count), predicted);
  };
  append(0, 0, 1180);
  append(0, 1, 510);
  append(1, 0, 268);
  append(1, 1, 138);
  return rows;
}

TEST(RegressionQuality, ReproducesTheDocumentedSample) {
  const auto rows = documented_sample();
  const auto quality = regression_quality(rows.actual, rows.predicted, 1).value();
  EXPECT_EQ(quality.rows, 2096u);
  EXPECT_DOUBLE_EQ(quality.values.mae, 0.3711832061068702);
  EXPECT_DOUBLE_EQ(quality.values.mse, 0.3711832061068702);
  EXPECT_DOUBLE_EQ(quality.values.rmse, 0.609248066149471);
  EXPECT_NEAR(quality.values.r2, -1.3766111872212665, 1e-12);
}

TEST(RegressionQuality, MergedPartsEqualTheWhole) {
  const auto rows = documented_sample();
  RegressionScore whole;
  RegressionScore merged;
  RegressionScore part;
  for (std::size_t i = 0; i < rows.actual.size(); ++i) {
    whole.add(rows.actual[i], rows.predicted[i]);
    part.add(rows.actual[i], rows.predicted[i]);
    if (i % 700 == 699) {
      merged.merge(part);
      part = {};
    }
  }
  merged.merge(part);
  EXPECT_EQ(merged.rows(), whole.rows());
  EXPECT_DOUBLE_EQ(merged.values()->mse, whole.values()->mse);
  EXPECT_NEAR(merged.values()->r2, whole.values()->r2, 1e-12);
}

TEST(RegressionQuality, LargeOffsetsDoNotCancel) {
  // y = 1e9 + {0, 1, 2}, predicted one off each: SSE 3, Σ(y−ȳ)² = 2, r2 = −0.5.
  RegressionScore score;
  for (const double y : {1e9, 1e9 + 1, 1e9 + 2}) score.add(y, y + 1);
  EXPECT_DOUBLE_EQ(score.values()->r2, -0.5);
}

TEST(RegressionQuality, DeviationNeedsTwoHundredRows) {
  std::vector<double> actual(199, 1.0);
  std::vector<double> predicted(199, 2.0);
  EXPECT_FALSE(regression_quality(actual, predicted, 1)->standard_deviations);
  actual.push_back(3.0);
  predicted.push_back(2.0);
  EXPECT_TRUE(regression_quality(actual, predicted, 1)->standard_deviations);
}

TEST(RegressionQuality, DeviationOfAConstantMetricIsZero) {
  const auto rows = documented_sample();
  std::vector<double> shifted;
  for (const double y : rows.actual) shifted.push_back(y + 1.0);
  const auto quality = regression_quality(rows.actual, shifted, 1).value();
  EXPECT_EQ(quality.standard_deviations->mae, 0.0);
  EXPECT_EQ(quality.standard_deviations->rmse, 0.0);
}

TEST(RegressionQuality, DeviationHasTheSizeSamplingGivesIt) {
  // The absolute errors are Bernoulli(p = 0.3712), n = 2096. With a sample holding each row with probability 0.8 the
  // variance of its mean is p(1−p)/n·(1/0.8 − 1) approximately: the deviation is 0.00528. Five draws estimate it with
  // a relative standard error of 1/√8; the mean over 400 seeds must lie within four of its standard errors. The mean
  // of the sample deviation of five normal values is 0.9400 of the true one.
  const auto rows = documented_sample();
  const double p = 0.3711832061068702;
  const double expected = 0.9399856 * std::sqrt(p * (1 - p) / 2096 * 0.25);
  double total = 0.0;
  constexpr int kSeeds = 400;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed)
    total += regression_quality(rows.actual, rows.predicted, seed)->standard_deviations->mae;
  const double standard_error = expected * 0.363 / std::sqrt(static_cast<double>(kSeeds));
  EXPECT_NEAR(total / kSeeds, expected, 4 * standard_error);
}

TEST(RegressionQuality, DeviationIsRepeatableAndFollowsTheSeed) {
  const auto rows = documented_sample();
  const auto mae = [&](std::uint64_t seed) {
    return regression_quality(rows.actual, rows.predicted, seed)->standard_deviations->mae;
  };
  EXPECT_EQ(mae(7), mae(7));
  EXPECT_NE(mae(7), mae(8));
}

TEST(RegressionQuality, ConstantActualsHaveNoR2) {
  RegressionScore score;
  score.add(2.0, 1.0);
  score.add(2.0, 3.0);
  EXPECT_TRUE(std::isnan(score.values()->r2));
  EXPECT_EQ(score.values()->mse, 1.0);
}

TEST(RegressionQuality, RefusesRowsThatCannotBeScored) {
  const std::vector<double> two{1, 2};
  const std::vector<double> one{1};
  const std::vector<double> bad{1, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_FALSE(regression_quality(two, one, 1));
  EXPECT_FALSE(regression_quality({}, {}, 1));
  EXPECT_FALSE(regression_quality(two, bad, 1));
  EXPECT_FALSE(RegressionScore{}.values());
}

/// Rows for whole blocks and a rest: 2.5 blocks.
Rows long_sample() {
  Rows rows;
  for (int i = 0; i < 2560; ++i) {
    rows.actual.push_back(100.0 + (i * 7919 % 1009) / 8.0);
    rows.predicted.push_back(rows.actual.back() + (i % 5 - 2) / 4.0);
  }
  return rows;
}

TEST(RegressionScore, ColumnsGiveWhatRowsGive) {
  // Errors cycle through −0.5 … 0.5 in quarters: mae 0.3, mse 0.125, exact in binary until the last division.
  const auto rows = long_sample();
  RegressionScore columns;
  columns.add(rows.actual, rows.predicted).value();
  RegressionScore by_row;
  for (std::size_t i = 0; i < rows.actual.size(); ++i) by_row.add(rows.actual[i], rows.predicted[i]);
  EXPECT_EQ(columns.rows(), 2560u);
  EXPECT_DOUBLE_EQ(columns.values()->mae, 0.3);
  EXPECT_DOUBLE_EQ(columns.values()->mse, 0.125);
  EXPECT_NEAR(columns.values()->r2, by_row.values()->r2, 1e-14);
}

TEST(RegressionScore, SumsAreTheSameToTheBitForEveryNumberOfThreads) {
  const auto rows = long_sample();
  RegressionScore one;
  one.add(rows.actual, rows.predicted, 1).value();
  for (const unsigned threads : {0u, 2u, 3u, 7u}) {
    RegressionScore many;
    many.add(rows.actual, rows.predicted, threads).value();
    EXPECT_EQ(many.values()->mae, one.values()->mae);
    EXPECT_EQ(many.values()->mse, one.values()->mse);
    EXPECT_EQ(many.values()->r2, one.values()->r2);
  }
}

TEST(RegressionScore, ColumnsWithAValueThatIsNotFiniteChangeNothing) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    for (const std::size_t at : {std::size_t{3}, std::size_t{1500}, std::size_t{2559}}) {
      auto rows = long_sample();
      rows.predicted[at] = bad;
      RegressionScore score;
      EXPECT_EQ(score.add(rows.actual, rows.predicted).error().message, "row " + std::to_string(at) + " is not finite");
      EXPECT_EQ(score.rows(), 0u);
      std::swap(rows.actual, rows.predicted);
      EXPECT_FALSE(score.add(rows.actual, rows.predicted));
    }
}

}  // namespace
}  // namespace driftlab::metric

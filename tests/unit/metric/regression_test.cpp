#include "core/metric/regression.hpp"

#include <cmath>
#include <limits>
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

}  // namespace
}  // namespace driftlab::metric

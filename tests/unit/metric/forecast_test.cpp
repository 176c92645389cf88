// Expected values: the worked example of section 6.3 of the forecasting reference, calculated by hand there.
#include "core/metric/forecast.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driftlab::metric {
namespace {

using Quantiles = std::vector<std::vector<double>>;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Window {
  std::vector<double> actual;
  Quantiles quantiles;
  std::vector<double> mean;
};

const Window kSeriesA{{2, 4}, {{1, 3}, {3, 3}, {5, 5}}, {3, 3.5}};
const Window kSeriesB{{0, 2}, {{0, 1}, {1, 1}, {2, 4}}, {1, 2}};

ForecastScore score_of(std::initializer_list<Window> windows) {
  ForecastScore score = ForecastScore::create({0.1, 0.5, 0.9}).value();
  for (const auto& window : windows) score.add(window.actual, window.quantiles, window.mean).value();
  return score;
}

TEST(ForecastScore, ReproducesTheWorkedExample) {
  const auto score = score_of({kSeriesA, kSeriesB});
  EXPECT_NEAR(score.quantile_loss(0), 0.6, 1e-12);
  EXPECT_NEAR(score.quantile_loss(1), 4.0, 1e-12);
  EXPECT_NEAR(score.quantile_loss(2), 1.6, 1e-12);
  EXPECT_EQ(score.absolute_actuals(), 8.0);
  const auto losses = *score.weighted_quantile_losses();
  EXPECT_NEAR(losses.weighted[0], 0.075, 1e-12);
  EXPECT_NEAR(losses.weighted[1], 0.5, 1e-12);
  EXPECT_NEAR(losses.weighted[2], 0.2, 1e-12);
  EXPECT_NEAR(losses.mean, 0.775 / 3, 1e-12);
  EXPECT_FALSE(losses.unweighted);
  EXPECT_EQ(losses.cells, 4u);
  EXPECT_NEAR(*score.mean_absolute_quantile_loss(), 6.2 / 3, 1e-12);
  EXPECT_EQ(*score.coverage(0), 0.25);
  EXPECT_EQ(*score.coverage(1), 0.5);
  EXPECT_EQ(*score.coverage(2), 1.0);
  EXPECT_NEAR(*score.coverage_error(), 0.25 / 3, 1e-12);
  EXPECT_EQ(*score.interval_coverage(), 1.0);
  EXPECT_NEAR(*score.rmse(), 0.75, 1e-12);
  EXPECT_NEAR(*score.mae(), 1.0, 1e-12);  // ND 0.5 times Σ|y| 8 over 4 cells
}

TEST(ForecastScore, PoolsSumsInsteadOfAveragingRatios) {
  // The mean of the two per-series ratios would be 0.3388889.
  EXPECT_NEAR(score_of({kSeriesA, kSeriesB}).weighted_quantile_losses()->mean, 0.2583333333333333, 1e-12);
}

TEST(ForecastScore, MergedPartsEqualThePooledScore) {
  auto merged = score_of({kSeriesA});
  merged.merge(score_of({kSeriesB}));
  const auto pooled = score_of({kSeriesA, kSeriesB});
  EXPECT_EQ(merged.weighted_quantile_losses()->mean, pooled.weighted_quantile_losses()->mean);
  EXPECT_EQ(*merged.rmse(), *pooled.rmse());
  EXPECT_EQ(*merged.coverage(1), *pooled.coverage(1));
  EXPECT_EQ(*merged.interval_coverage(), *pooled.interval_coverage());
  EXPECT_EQ(merged.cells(), 4u);
}

TEST(ForecastScore, ThreeLevelLossOfOneWindow) {
  const std::vector<double> levels{0.05, 0.5, 0.95};
  const std::vector<double> actual{10, 20, 30, 20, 20};
  const Quantiles quantiles{{8, 15, 20, 15, 25}, {10, 20, 25, 22, 20}, {15, 25, 28, 30, 30}};
  const auto losses = weighted_quantile_loss(levels, actual, quantiles).value();
  EXPECT_NEAR(losses.weighted[0], 0.117, 1e-12);
  EXPECT_NEAR(losses.weighted[1], 0.07, 1e-12);
  EXPECT_NEAR(losses.weighted[2], 0.068, 1e-12);
  EXPECT_NEAR(losses.mean, 0.085, 1e-12);
}

TEST(ForecastScore, ForecastEqualToTheActualCostsNothingAndCounts) {
  const std::vector<double> actual{5};
  auto score = ForecastScore::create({0.3}).value();
  score.add(actual, Quantiles{{5}}).value();
  EXPECT_EQ(score.quantile_loss(0), 0.0);
  EXPECT_EQ(*score.coverage(0), 1.0);
}

TEST(ForecastScore, PointForecastAtSymmetricLevelsScoresItsAbsoluteError) {
  // y = 5, forecast 3 at 0.1 … 0.9: the mean over levels of 2·q·2 is 2 = |e|.
  auto score = ForecastScore::create({0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}).value();
  score.add(std::vector<double>{5}, Quantiles(9, {3})).value();
  EXPECT_NEAR(*score.mean_absolute_quantile_loss(), 2.0, 1e-12);
  EXPECT_NEAR(score.weighted_quantile_losses()->mean, 0.4, 1e-12);
}

TEST(ForecastScore, MissingActualsCountNowhere) {
  auto score = ForecastScore::create({0.1, 0.5, 0.9}).value();
  score.add(std::vector<double>{2, kNan, 4}, Quantiles{{1, 7, 3}, {3, 7, 3}, {5, 7, 5}}, std::vector<double>{3, 7, 3.5})
      .value();
  const auto expected = score_of({kSeriesA});
  EXPECT_EQ(score.cells(), 2u);
  EXPECT_EQ(score.weighted_quantile_losses()->mean, expected.weighted_quantile_losses()->mean);
  EXPECT_EQ(*score.rmse(), *expected.rmse());
}

TEST(ForecastScore, ForecastThatIsNotFiniteIsAnErrorAndChangesNothing) {
  auto score = score_of({kSeriesA});
  const auto result = score.add(std::vector<double>{1, 2}, Quantiles{{1, 1}, {1, kNan}, {2, 2}});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, testing::HasSubstr("level 0.5 is not finite at step 1"));
  EXPECT_FALSE(score.add(std::vector<double>{1, 2}, Quantiles{{1, 1}, {1, 1}, {2, 2}}, std::vector<double>{1, kNan}));
  EXPECT_EQ(score.cells(), 2u);
  EXPECT_EQ(score.absolute_actuals(), 6.0);
}

TEST(ForecastScore, ZeroDenominatorReportsTheNumeratorUnweighted) {
  const auto losses = weighted_quantile_loss(std::vector<double>{0.5}, std::vector<double>{0, 0}, Quantiles{{1, 3}});
  ASSERT_TRUE(losses);
  EXPECT_TRUE(losses->unweighted);
  EXPECT_EQ(losses->mean, 4.0);  // 2·(0.5·1 + 0.5·3)
}

TEST(ForecastScore, NothingCountedIsAbsent) {
  const auto score = ForecastScore::create({0.5}).value();
  EXPECT_FALSE(score.weighted_quantile_losses());
  EXPECT_FALSE(score.coverage(0));
  EXPECT_FALSE(score.rmse());
  EXPECT_FALSE(score.mae());
  EXPECT_FALSE(weighted_quantile_loss(std::vector<double>{0.5}, std::vector<double>{kNan}, Quantiles{{1}}));
}

TEST(ForecastScore, RefusesLevelsAndShapesThatMakeNoSense) {
  EXPECT_FALSE(ForecastScore::create({}));
  EXPECT_FALSE(ForecastScore::create({0.0, 0.5}));
  EXPECT_FALSE(ForecastScore::create({0.5, 1.0}));
  EXPECT_FALSE(ForecastScore::create({0.9, 0.5}));
  EXPECT_FALSE(ForecastScore::create({kNan}));
  auto score = ForecastScore::create({0.1, 0.9}).value();
  EXPECT_FALSE(score.add(std::vector<double>{1}, Quantiles{{1}}));
  EXPECT_FALSE(score.add(std::vector<double>{1}, Quantiles{{1}, {1, 2}}));
  EXPECT_FALSE(score.add(std::vector<double>{std::numeric_limits<double>::infinity()}, Quantiles{{1}, {2}}));
}

ForecastScore worked_example_with_scales() {
  ForecastScore score = ForecastScore::create({0.1, 0.5, 0.9}).value();
  score.add(kSeriesA.actual, kSeriesA.quantiles, kSeriesA.mean, 1.0).value();  // mean(1, 1, 1)
  score.add(kSeriesB.actual, kSeriesB.quantiles, kSeriesB.mean, 4.0).value();  // mean(4, 4, 4)
  return score;
}

TEST(ForecastMetrics, ReproduceTheWorkedExample) {
  const auto values = worked_example_with_scales().metrics();
  EXPECT_EQ(values.cells, 4u);
  EXPECT_THAT(values.quantile_losses, testing::Pointwise(testing::DoubleNear(1e-12), {0.6, 4.0, 1.6}));
  EXPECT_THAT(values.weighted_quantile_losses, testing::Pointwise(testing::DoubleNear(1e-12), {0.075, 0.5, 0.2}));
  EXPECT_NEAR(*values.mean_weighted_quantile_loss, 0.775 / 3, 1e-12);
  EXPECT_NEAR(*values.nd, 0.5, 1e-12);
  EXPECT_NEAR(*values.mae, 1.0, 1e-12);
  EXPECT_NEAR(*values.mse, 0.5625, 1e-12);
  EXPECT_NEAR(*values.rmse, 0.75, 1e-12);
  EXPECT_NEAR(*values.nrmse, 0.375, 1e-12);
  EXPECT_NEAR(*values.mape, 1.25 / 3, 1e-12);  // 0.5, 0.25, 0.5
  EXPECT_EQ(values.mape_skipped, 1u);
  EXPECT_NEAR(*values.smape, (0.4 + 2.0 / 7 + 2 + 2.0 / 3) / 4, 1e-12);
  EXPECT_NEAR(*values.mase, 0.625, 1e-12);
  EXPECT_NEAR(values.scaled_quantile_losses[1], 0.625, 1e-12);
  EXPECT_NEAR(*values.msis, 1.8125, 1e-12);
  EXPECT_NEAR(values.msis_alpha, 0.2, 1e-12);
  EXPECT_EQ(values.scaled_skipped, 0u);
  EXPECT_NEAR(*values.coverage_error, 0.25 / 3, 1e-12);
  EXPECT_EQ(*values.interval_coverage, 1.0);
}

TEST(ForecastMetrics, IntervalScorePaysForAMiss) {
  // L = 1, U = 3, y = 4, α = 0.05, E = 2: (2 + 40·1)/2.
  auto score = ForecastScore::create({0.025, 0.975}).value();
  score.add(std::vector<double>{4}, Quantiles{{1}, {3}}, {}, 2.0).value();
  EXPECT_NEAR(*score.metrics().msis, 21.0, 1e-12);
  EXPECT_FALSE(score.metrics().mase) << "there is no median to take as the point forecast";
  EXPECT_FALSE(score.metrics().nd);
}

TEST(ForecastMetrics, AsymmetricLevelsHaveNoIntervalScore) {
  auto score = ForecastScore::create({0.1, 0.5}).value();
  score.add(std::vector<double>{4}, Quantiles{{1}, {3}}, {}, 2.0).value();
  EXPECT_FALSE(score.metrics().msis);
  EXPECT_EQ(*score.metrics().mase, 0.5);
}

TEST(ForecastMetrics, ZeroActualsAndForecasts) {
  auto score = ForecastScore::create({0.5}).value();
  score.add(std::vector<double>{0, 0}, Quantiles{{0, 3}}, std::vector<double>{0, 3}).value();
  const auto values = score.metrics();
  EXPECT_TRUE(values.unweighted);
  EXPECT_EQ(*values.nd, 3.0) << "the numerator";
  EXPECT_FALSE(values.nrmse);
  EXPECT_FALSE(values.mape) << "every actual is zero";
  EXPECT_EQ(values.mape_skipped, 2u);
  EXPECT_EQ(*values.smape, 1.0) << "(0 + 2)/2: forecast and actual both zero are no error";
}

TEST(ForecastMetrics, FlatHistoryIsLeftOutOfScaledErrors) {
  auto score = worked_example_with_scales();
  score.add(std::vector<double>{5, 5}, Quantiles{{1, 1}, {2, 2}, {3, 3}}, {}, 0.0).value();
  score.add(std::vector<double>{5}, Quantiles{{1}, {2}, {3}}).value();
  EXPECT_NEAR(*score.metrics().mase, 0.625, 1e-12);
  EXPECT_EQ(score.metrics().scaled_skipped, 3u);
}

TEST(ForecastMetrics, MergedPartsEqualThePooledValues) {
  auto left = ForecastScore::create({0.1, 0.5, 0.9}).value(), right = left;
  left.add(kSeriesA.actual, kSeriesA.quantiles, kSeriesA.mean, 1.0).value();
  right.add(kSeriesB.actual, kSeriesB.quantiles, kSeriesB.mean, 4.0).value();
  left.merge(right);
  const auto merged = left.metrics(), pooled = worked_example_with_scales().metrics();
  EXPECT_EQ(merged.quantile_losses, pooled.quantile_losses);
  EXPECT_EQ(merged.mase, pooled.mase);
  EXPECT_EQ(merged.msis, pooled.msis);
  EXPECT_EQ(merged.mape, pooled.mape);
  EXPECT_EQ(merged.smape, pooled.smape);
  EXPECT_EQ(merged.mse, pooled.mse);
}

TEST(PitHistogram, CountsActualsBetweenQuantiles) {
  // y = 2, 4, 0, 2 in the worked example: below f_0.1 or on it 1, up to the median 2 more less the first, up to f_0.9
  // all.
  const auto bins = pit_histogram(worked_example_with_scales().quantile_sums());
  ASSERT_EQ(bins.size(), 4u);
  EXPECT_EQ(bins[0].count, 1u);
  EXPECT_EQ(bins[1].count, 1u);
  EXPECT_EQ(bins[2].count, 2u);
  EXPECT_EQ(bins[3].count, 0u);
  EXPECT_EQ(bins[2].share, 0.5);
  EXPECT_EQ(bins[2].low, 0.5);
  EXPECT_EQ(bins[2].high, 0.9);
  EXPECT_TRUE(pit_histogram(QuantileSums::create({0.5}).value()).empty());
}

TEST(CompensatedSum, KeepsWhatPlainSummationLoses) {
  CompensatedSum sum;
  for (const double term : {1.0, 1e100, 1.0, -1e100}) sum.add(term);
  EXPECT_EQ(sum.value(), 2.0);
}

}  // namespace
}  // namespace driftlab::metric

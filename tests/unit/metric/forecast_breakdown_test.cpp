// Expected values: the worked example of section 6.3 of the forecasting reference, and by hand where it says so.
#include "core/metric/forecast_breakdown.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/metric/seasonal_error.hpp"

namespace driftlab::metric {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Window {
  std::vector<double> actual;
  std::vector<std::vector<double>> quantiles;
  std::vector<double> mean;
  double seasonal_error;
};

const Window kSeriesA{{2, 4}, {{1, 3}, {3, 3}, {5, 5}}, {3, 3.5}, 1.0};
const Window kSeriesB{{0, 2}, {{0, 1}, {1, 1}, {2, 4}}, {1, 2}, 4.0};

Result<void> add(ForecastBreakdown& into, std::size_t item, const Window& window) {
  std::vector<const double*> rows;
  for (const auto& row : window.quantiles) rows.push_back(row.data());
  return into.add(item, {window.actual, rows, window.mean, window.seasonal_error});
}

ForecastBreakdown worked_example() {
  auto scores = ForecastBreakdown::create({0.1, 0.5, 0.9}, 2).value();
  add(scores, 0, kSeriesA).value();
  add(scores, 1, kSeriesB).value();
  return scores;
}

TEST(ForecastBreakdown, ByStepAndByItem) {
  const auto scores = worked_example();
  EXPECT_EQ(scores.windows(), 2u);
  // Step 0: |3 − 2| + |1 − 0| over 2 + 0; step 1: |3 − 4| + |1 − 2| over 4 + 2.
  EXPECT_NEAR(*scores.step(0).metrics().nd, 1.0, 1e-12);
  EXPECT_NEAR(*scores.step(1).metrics().nd, 2.0 / 6, 1e-12);
  EXPECT_NEAR(*scores.step(0).rmse(), 1.0, 1e-12);
  EXPECT_NEAR(*scores.step(0).metrics().mase, (1.0 + 0.25) / 2, 1e-12);
  ASSERT_EQ(scores.items().size(), 2u);
  EXPECT_NEAR(scores.items().at(0).weighted_quantile_losses()->mean, (0.4 + 2 + 0.8) / 6 / 3, 1e-12);
  EXPECT_NEAR(scores.items().at(1).weighted_quantile_losses()->mean, (0.2 + 2 + 0.8) / 2 / 3, 1e-12);
}

TEST(ForecastBreakdown, ThreePoolings) {
  const auto scores = worked_example();
  EXPECT_NEAR(*scores.metrics(Pooling::SageMaker).mean_weighted_quantile_loss, 0.775 / 3, 1e-12);
  EXPECT_NEAR(*scores.metrics(Pooling::GluonTs).mean_weighted_quantile_loss, 0.775 / 3, 1e-12);
  // Mean of the two windows' own ratios, 0.1777778 and 0.5.
  EXPECT_NEAR(*scores.metrics(Pooling::Seed).mean_weighted_quantile_loss, 0.3388889, 1e-7);
  EXPECT_NEAR(*scores.metrics(Pooling::Seed).nd, (2.0 / 6 + 2.0 / 2) / 2, 1e-12);
}

TEST(ForecastBreakdown, PoolingsOfItemsWithUnequalCells) {
  auto scores = worked_example();
  // A third window, of A again, whose second actual is missing: y = 6, median 4, mean 5.
  add(scores, 0, {{6, kNan}, {{3, 3}, {4, 3}, {5, 5}}, {5, 3.5}, 1.0}).value();
  const auto cells = scores.metrics(Pooling::SageMaker), items = scores.metrics(Pooling::GluonTs);
  EXPECT_NEAR(*cells.mae, 6.0 / 5, 1e-12);
  EXPECT_NEAR(*items.mae, (4.0 / 3 + 1.0) / 2, 1e-12);
  EXPECT_NEAR(*cells.mse, (2.25 + 1) / 5, 1e-12);
  EXPECT_NEAR(*items.mse, (2.25 / 3 + 1.0 / 2) / 2, 1e-12);
  EXPECT_NEAR(*items.rmse, std::sqrt(0.625), 1e-12);
  EXPECT_NEAR(*items.nrmse, std::sqrt(0.625) / ((12.0 / 3 + 2.0 / 2) / 2), 1e-12);
  EXPECT_NEAR(*items.mape, ((0.5 + 0.25 + 1.0 / 3) / 3 + 0.5) / 2, 1e-12);
  EXPECT_NEAR(*items.mase, (4.0 / 3 + 0.25) / 2, 1e-12);
  EXPECT_NEAR(items.coverage[2], (2.0 / 3 + 1.0) / 2, 1e-12);
  EXPECT_NEAR(*items.nd, *cells.nd, 1e-15) << "GluonTS pools ND and the weighted losses as sums";
  EXPECT_NEAR(*items.nd, 6.0 / 14, 1e-12);
}

TEST(ForecastBreakdown, WindowOfZerosHasNoRatioOfItsOwn) {
  auto scores = worked_example();
  add(scores, 2, {{0, 0}, {{1, 1}, {1, 1}, {1, 1}}, {1, 1}, 1.0}).value();
  EXPECT_NEAR(*scores.metrics(Pooling::Seed).mean_weighted_quantile_loss, 0.3388889, 1e-7);
  EXPECT_NEAR(*scores.metrics(Pooling::SageMaker).nd, 6.0 / 8, 1e-12);
}

TEST(ForecastBreakdown, MergedPartsEqualTheWhole) {
  auto left = ForecastBreakdown::create({0.1, 0.5, 0.9}, 2).value(), right = left;
  add(left, 0, kSeriesA).value();
  add(right, 1, kSeriesB).value();
  left.merge(right);
  const auto whole = worked_example();
  EXPECT_EQ(left.windows(), 2u);
  for (const auto pooling : {Pooling::SageMaker, Pooling::GluonTs, Pooling::Seed}) {
    const auto merged = left.metrics(pooling), expected = whole.metrics(pooling);
    EXPECT_EQ(merged.mean_weighted_quantile_loss, expected.mean_weighted_quantile_loss);
    EXPECT_EQ(merged.smape, expected.smape);
    EXPECT_EQ(merged.coverage, expected.coverage);
  }
  EXPECT_EQ(left.step(1).metrics().nd, whole.step(1).metrics().nd);
  EXPECT_EQ(left.crps().mean(), whole.crps().mean());
}

TEST(ForecastBreakdown, RefusesWhatDoesNotFit) {
  EXPECT_FALSE(ForecastBreakdown::create({0.5}, 0));
  EXPECT_FALSE(ForecastBreakdown::create({}, 1));
  auto scores = ForecastBreakdown::create({0.5}, 1).value();
  EXPECT_FALSE(add(scores, 0, {{1, 2}, {{1, 2}}, {}, 1.0}));
  EXPECT_FALSE(add(scores, 0, {{1}, {{kNan}}, {}, 1.0}));
  EXPECT_EQ(scores.windows(), 0u);
  EXPECT_FALSE(scores.metrics(Pooling::Seed).nd);
}

TEST(SeasonalError, OfTheWorkedExample) {
  EXPECT_EQ(seasonal_error(std::vector<double>{1, 2, 3, 2}, 1), 1.0);
  EXPECT_EQ(seasonal_error(std::vector<double>{0, 4, 0, 4}, 1), 4.0);
  EXPECT_EQ(seasonal_error(std::vector<double>{0, 4, 0, 4}, 2), 0.0);
  EXPECT_EQ(seasonal_error(std::vector<double>{0, 4, 1, 4}, 4), 10.0 / 3) << "no longer than a season: m = 1";
  EXPECT_FALSE(seasonal_error(std::vector<double>{3}, 1));
  EXPECT_EQ(seasonal_error(std::vector<double>{0, kNan, 1, 4}, 1), 3.0) << "pairs with a missing end do not count";
}

TEST(SeasonalError, MergesAdjacentStretchesOfAnyLength) {
  const std::vector<double> values{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5};
  for (std::size_t season : {1u, 2u, 3u, 4u}) {
    SeasonalError whole(season);
    for (const double value : values) whole.add(value);
    for (std::size_t cut = 0; cut <= values.size(); ++cut)
      for (std::size_t second = cut; second <= values.size(); ++second) {
        SeasonalError parts[3] = {SeasonalError(season), SeasonalError(season), SeasonalError(season)};
        for (std::size_t i = 0; i < values.size(); ++i) parts[i < cut ? 0 : i < second ? 1 : 2].add(values[i]);
        parts[0].merge(parts[1]);
        parts[0].merge(parts[2]);
        ASSERT_EQ(parts[0].value(), whole.value()) << season << ' ' << cut << ' ' << second;
      }
  }
}

}  // namespace
}  // namespace driftlab::metric

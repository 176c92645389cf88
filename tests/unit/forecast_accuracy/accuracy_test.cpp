// Expected values: sections 9.2 (metric code and seasonal naive forecasts, reproduced there by independent code)
// and 9.4 (bounds for linear quantile regression) of the forecasting reference, on the series described in its
// section 10.
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "bench/accuracy/datasets.hpp"
#include "core/forecast/rolling.hpp"
#include "core/forecast/training.hpp"

namespace driftlab::forecast {
namespace {

constexpr double kRelative = 1e-6;

using Hyperparameters = std::map<std::string, std::string>;

/// Trains on what is before the windows of a case and scores them.
metric::ForecastMetrics score(std::string_view name, std::string_view algorithm, Hyperparameters hyperparameters,
                              int season = 0) {
  const char* folder = std::getenv("DRIFTLAB_DATA_DIR");
  EXPECT_NE(folder, nullptr) << "DRIFTLAB_DATA_DIR names the folder of the series";
  auto data = accuracy::load_dataset(folder ? folder : ".", name).value();
  for (auto& series : data.series) series.cat.clear();
  const RollingOptions options{.windows = data.windows, .season = data.season};
  TrainingInput input;
  input.train = before_windows(data.series, data.horizon, options);
  input.hyperparameters = std::move(hyperparameters);
  input.hyperparameters["prediction_length"] = std::to_string(data.horizon);
  input.hyperparameters["season"] = std::to_string(season > 0 ? season : static_cast<int>(data.season));
  const auto trained = train(algorithm, input).value();
  const Forecaster* const model = trained.model.get();
  const auto result = roll(std::span(&model, 1), data.series, options).value();
  EXPECT_TRUE(result.left_out.empty());
  return result.models.front().scores.metrics();
}

const Hyperparameters kPoint{{"interval", "point"}};
const Hyperparameters kGaussian{{"interval", "gaussian"}, {"residuals", "0"}, {"non_negative", "false"}};

void expect_relative(const std::optional<double>& value, double expected) {
  ASSERT_TRUE(value);
  EXPECT_NEAR(*value, expected, kRelative * expected);
}

TEST(ForecastAccuracy, SeasonalNaiveOnExchangeRates) {
  const auto values = score("exchange", "seasonal-naive", kPoint);
  EXPECT_EQ(values.cells, 8u * 5u * 30u);
  expect_relative(values.mean_weighted_quantile_loss, 0.01074974563);
  expect_relative(values.nd, 0.01074974563);
  expect_relative(values.rmse, 0.01291345292);
  expect_relative(score("exchange", "seasonal-naive", kPoint, 1).mean_weighted_quantile_loss, 0.00931097149);
}

TEST(ForecastAccuracy, SeasonalNaiveOnM4Hourly) {
  const auto point = score("m4_hourly", "seasonal-naive", kPoint);
  EXPECT_EQ(point.cells, 414u * 48u);
  expect_relative(point.mean_weighted_quantile_loss, 0.04830919414);
  expect_relative(point.rmse, 1901.145913);
  expect_relative(point.mase, 1.193210207);
  const auto gaussian = score("m4_hourly", "seasonal-naive", kGaussian);
  expect_relative(gaussian.mean_weighted_quantile_loss, 0.03757255592);
  expect_relative(gaussian.mase, 1.193210207);
}

TEST(ForecastAccuracy, RandomWalkOnEthereumFees) {
  expect_relative(score("eth_fee5_h30", "seasonal-naive", kPoint).mean_weighted_quantile_loss, 0.225947782);
  expect_relative(score("eth_fee5_h30", "seasonal-naive", kGaussian).mean_weighted_quantile_loss, 0.222946281);
  expect_relative(score("eth_fee5_h5", "seasonal-naive", kPoint).mean_weighted_quantile_loss, 0.156587511);
  expect_relative(score("eth_fee5_h5", "seasonal-naive", kGaussian).mean_weighted_quantile_loss, 0.131838968);
}

TEST(ForecastAccuracy, SeasonalNaiveOnTransformerLoads) {
  expect_relative(score("etth1_h48", "seasonal-naive", kPoint).nd, 0.28860068);
  const auto gaussian = score("etth1_h48", "seasonal-naive", kGaussian);
  expect_relative(gaussian.mean_weighted_quantile_loss, 0.25394965);
  expect_relative(gaussian.mase, 1.00122826);
}

TEST(ForecastAccuracy, LinearOnEthereumFeesAsItIs) {
  const Hyperparameters none{{"daily_order", "0"}};
  EXPECT_LE(*score("eth_fee5_h30", "linear", none).mean_weighted_quantile_loss, 0.180);
  EXPECT_LE(*score("eth_fee5_h5", "linear", none).mean_weighted_quantile_loss, 0.108);
}

TEST(ForecastAccuracy, LinearOnEthereumFeesWithEveryOrigin) {
  // The bounds called good there were reached with every cut of the training part.
  const Hyperparameters every{{"daily_order", "0"}, {"max_origins", "100000"}};
  EXPECT_LE(*score("eth_fee5_h30", "linear", every).mean_weighted_quantile_loss, 0.172);
  EXPECT_LE(*score("eth_fee5_h5", "linear", every).mean_weighted_quantile_loss, 0.104);
}

}  // namespace
}  // namespace driftlab::forecast

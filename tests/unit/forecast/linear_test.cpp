#include "core/forecast/linear.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/rng.hpp"
#include "core/forecast/levels.hpp"
#include "core/metric/forecast.hpp"

namespace driftlab::forecast {
namespace {

using testing::Each;
using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const Instant kStart = from_civil(2026, 6, 1);
const std::vector<double> kLevels{0.05, 0.5, 0.95};

Series series(std::vector<double> target) {
  return {kStart, 1min, std::move(target)};
}

TrainingInput input_of(std::vector<double> target, std::map<std::string, std::string> parameters) {
  TrainingInput input;
  input.train = {series(std::move(target))};
  input.hyperparameters = std::move(parameters);
  input.hyperparameters.try_emplace("test_quantiles", "[0.05, 0.5, 0.95]");
  return input;
}

TrainedModel trained(std::vector<double> target, std::map<std::string, std::string> parameters) {
  return train("linear", input_of(std::move(target), std::move(parameters))).value();
}

/// y_t = 100 + 0.8 (y_{t−1} − 100) + N(0, 1).
std::vector<double> autoregression(std::size_t count, std::uint64_t seed) {
  Rng rng(seed, "test", "autoregression");
  std::vector<double> y{100};
  while (y.size() < count) y.push_back(100 + 0.8 * (y.back() - 100) + rng.normal());
  return y;
}

void expect_ordered_and_finite(const QuantileForecast& forecast) {
  for (std::size_t k = 0; k < forecast.mean.size(); ++k) {
    EXPECT_TRUE(std::isfinite(forecast.mean[k]));
    for (std::size_t i = 0; i < forecast.levels.size(); ++i) {
      EXPECT_TRUE(std::isfinite(forecast.quantiles[i][k]));
      if (i > 0) {
        EXPECT_LE(forecast.quantiles[i - 1][k], forecast.quantiles[i][k]);
      }
    }
  }
}

/// A walk whose steps remember: d_t = d_{t−1}/2 + N(0, 1), far from zero, so that its relative noise hardly changes.
std::vector<double> walk(std::size_t count, std::uint64_t seed) {
  Rng rng(seed, "test", "walk");
  std::vector<double> y{10'000};
  double step = 0;
  while (y.size() < count) {
    step = 0.5 * step + rng.normal();
    y.push_back(y.back() + step);
  }
  return y;
}

TEST(Linear, ForecastsAWalkAsItsTheorySays) {
  // After a step d the k-step change is N((1 − 2^−k) d, Σ_{i=1…k} (2 − 2^{1−i})²).
  const auto model = trained(
      walk(6000, 1),
      {{"prediction_length", "5"}, {"season", "1"}, {"daily_order", "0"}, {"lags", "3"}, {"max_origins", "6000"}});
  const auto context = walk(300, 2);
  const auto forecast = model.model->forecast(series(context), kLevels).value();
  const double last = context[299] - context[298];
  double variance = 0;
  for (int k = 1; k <= 5; ++k) {
    variance += std::pow(2 - std::pow(2, 1 - k), 2);
    const double deviation = std::sqrt(variance);
    const double mean = context[299] + (1 - std::pow(0.5, k)) * last;
    const auto step = static_cast<std::size_t>(k - 1);
    for (std::size_t i = 0; i < 3; ++i)
      EXPECT_NEAR(forecast.quantiles[i][step], mean + deviation * normal_quantile(kLevels[i]), 0.15 * deviation);
    EXPECT_NEAR(forecast.mean[step], mean, 0.1 * deviation);
  }
}

TEST(Linear, CoverageOnUnseenDataIsNominal) {
  const auto model =
      trained(autoregression(3000, 3), {{"prediction_length", "5"}, {"season", "1"}, {"daily_order", "0"}});
  const auto all = autoregression(4000, 4);
  auto score = metric::ForecastScore::create(kLevels).value();
  for (std::size_t at = 100; at + 5 <= all.size(); at += 5) {
    const Series context =
        series({all.begin() + static_cast<std::ptrdiff_t>(at) - 50, all.begin() + static_cast<std::ptrdiff_t>(at)});
    const auto forecast = model.model->forecast(context, kLevels).value();
    score.add(std::span(all).subspan(at, 5), forecast.quantiles, forecast.mean).value();
  }
  EXPECT_NEAR(*score.interval_coverage(), 0.9, 0.03);
}

TEST(Linear, LearnsTheDay) {
  // Minute data with a pure daily sine and no noise: three days to learn from.
  std::vector<double> target(3 * 1440);
  for (std::size_t i = 0; i < target.size(); ++i)
    target[i] = 10 + 3 * std::sin(2 * std::numbers::pi * static_cast<double>(i) / 1440);
  const std::vector<double> known(target.begin(), target.end() - 30);
  const auto model = trained(known, {{"prediction_length", "30"}});
  const auto forecast = model.model->forecast(series(known), kLevels).value();
  for (std::size_t k = 0; k < 30; ++k) EXPECT_NEAR(forecast.quantiles[1][k], target[known.size() + k], 0.02) << k;
}

TEST(Linear, ScalesWithTheLevel) {
  // Training and context ten times as large give a forecast ten times as large.
  const auto y = autoregression(2000, 5);
  std::vector<double> large;
  for (const double value : y) large.push_back(10 * value);
  const std::map<std::string, std::string> parameters{{"prediction_length", "3"}, {"season", "1"}};
  const auto small_model = trained(y, parameters);
  const auto large_model = trained(large, parameters);
  const auto small_forecast = small_model.model->forecast(series(y), kLevels).value();
  const auto large_forecast = large_model.model->forecast(series(large), kLevels).value();
  const auto crossed = small_model.model->forecast(series(large), kLevels).value();
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(large_forecast.quantiles[2][k], 10 * small_forecast.quantiles[2][k], 1e-6);
    EXPECT_NEAR(crossed.quantiles[2][k], 10 * small_forecast.quantiles[2][k], 1e-6);
  }
}

TEST(Linear, AnswersOtherLevelsInBetweenAndBeyond) {
  const auto model = trained(autoregression(2000, 6), {{"prediction_length", "2"}, {"season", "1"}});
  const std::vector<double> levels{0.01, 0.05, 0.2, 0.5, 0.95, 0.99};
  const auto wide = model.model->forecast(series(autoregression(100, 7)), levels).value();
  const auto exact = model.model->forecast(series(autoregression(100, 7)), kLevels).value();
  expect_ordered_and_finite(wide);
  EXPECT_EQ(wide.quantiles[1], exact.quantiles[0]);
  EXPECT_EQ(wide.quantiles[3], exact.quantiles[1]);
  EXPECT_EQ(wide.quantiles[4], exact.quantiles[2]);
  EXPECT_LT(wide.quantiles[0][0], wide.quantiles[1][0]);
}

TEST(Linear, ConstantAndZeroSeriesForecastThemselves) {
  for (const double value : {0.0, 42.0, -3.0}) {
    const auto model = trained(std::vector<double>(400, value), {{"prediction_length", "4"}});
    const auto forecast = model.model->forecast(series(std::vector<double>(50, value)), kLevels).value();
    for (const auto& quantile : forecast.quantiles) EXPECT_THAT(quantile, Each(testing::DoubleNear(value, 1e-9)));
    EXPECT_THAT(forecast.mean, Each(testing::DoubleNear(value, 1e-9)));
  }
}

TEST(Linear, HeavyTailsAndSpikesLeaveTheMedianInPlace) {
  auto clean = autoregression(2000, 8);
  auto dirty = clean;
  Rng rng(9, "test", "spikes");
  for (auto& value : dirty)
    if (rng.bernoulli(0.02)) value *= 1000;
  // The bound is for 1,200 origins: fewer sample the spikes too sparsely for it.
  const std::map<std::string, std::string> parameters{
      {"prediction_length", "5"}, {"season", "1"}, {"max_origins", "1200"}};
  const auto context = series(autoregression(100, 10));
  const auto expected = trained(clean, parameters).model->forecast(context, kLevels).value();
  const auto actual = trained(dirty, parameters).model->forecast(context, kLevels).value();
  expect_ordered_and_finite(actual);
  for (std::size_t k = 0; k < 5; ++k) EXPECT_NEAR(actual.quantiles[1][k], expected.quantiles[1][k], 2.0) << k;
}

TEST(Linear, MissingValuesAreBridged) {
  auto target = autoregression(2000, 11);
  for (std::size_t i = 0; i < target.size(); i += 3) target[i] = kNan;
  for (std::size_t i = 500; i < 600; ++i) target[i] = kNan;
  const auto model = trained(target, {{"prediction_length", "5"}, {"season", "1"}});
  auto context = autoregression(100, 12);
  context[99] = context[98] = context[0] = kNan;
  const auto forecast = model.model->forecast(series(context), kLevels).value();
  expect_ordered_and_finite(forecast);
  for (std::size_t k = 0; k < 5; ++k) EXPECT_NEAR(forecast.quantiles[1][k], 100, 6);
}

TEST(Linear, ShortSeriesAreUsedAsFarAsTheyGo) {
  for (const std::size_t count : {32u, 33u, 40u, 60u, 120u}) {
    const auto model = trained(autoregression(count, 13), {{"prediction_length", "30"}});
    for (const std::size_t context : {1u, 5u, 200u}) {
      const auto forecast = model.model->forecast(series(autoregression(context, 14)), kLevels).value();
      expect_ordered_and_finite(forecast);
      for (const double median : forecast.quantiles[1]) EXPECT_NEAR(median, 100, 15) << count;
    }
  }
  const auto result = train("linear", input_of(autoregression(31, 13), {{"prediction_length", "30"}}));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("has 31 points; 32 are needed"));
}

TEST(Linear, NothingNegativeInNothingNegativeOut) {
  Rng rng(15, "test", "positive");
  std::vector<double> target;
  for (int i = 0; i < 1500; ++i) target.push_back(std::exp(2 * rng.normal()));
  const auto model = trained(target, {{"prediction_length", "3"}, {"season", "1"}});
  const std::vector<double> levels{0.001, 0.05, 0.5};
  const auto forecast = model.model->forecast(series(target), levels).value();
  for (const auto& quantile : forecast.quantiles)
    for (const double value : quantile) EXPECT_GE(value, 0.0);
}

TEST(Linear, SeveralSeriesTrainOneModel) {
  TrainingInput input = input_of(autoregression(600, 16), {{"prediction_length", "2"}, {"season", "1"}});
  input.train.push_back(series(autoregression(900, 17)));
  input.train.push_back(series({kNan, kNan}));
  input.train.push_back(series({5, 6}));
  const auto model = train("linear", input).value();
  expect_ordered_and_finite(model.model->forecast(series(autoregression(50, 18)), kLevels).value());
}

TEST(Linear, IsDeterministicAndSavesExactly) {
  const std::map<std::string, std::string> parameters{{"prediction_length", "7"}};
  const auto first = trained(autoregression(4000, 19), parameters);
  const auto second = trained(autoregression(4000, 19), parameters);
  const auto text = first.model->save();
  EXPECT_EQ(text, second.model->save());
  EXPECT_EQ(first.work_units, second.work_units);
  EXPECT_GT(first.work_units, 1e5);
  const auto loaded = load(text).value();
  EXPECT_EQ(loaded->save(), text);
  const auto context = series(autoregression(2000, 20));
  const auto a = first.model->forecast(context, kLevels).value();
  const auto b = loaded->forecast(context, kLevels).value();
  EXPECT_EQ(a.quantiles, b.quantiles);
  EXPECT_EQ(a.mean, b.mean);
}

TEST(Linear, ReportsItsTrainingLoss) {
  // One step ahead with noise N(0, 1) around 100: 2·φ-type losses of an ideal forecaster are 2·(0.103136, 0.398942,
  // 0.103136), their mean over Σ|y|/n = 100 is 0.0040348.
  const auto model =
      trained(autoregression(6000, 21), {{"prediction_length", "1"}, {"season", "1"}, {"daily_order", "0"}});
  EXPECT_NEAR(model.final_loss, 0.0040348, 0.0003);
  EXPECT_EQ(model.metrics.at("train:final_loss"), model.final_loss);
}

}  // namespace
}  // namespace driftlab::forecast

// Expected values: the acceptance tests of section 3.5 of the forecasting reference (bounds for the overfitted sine and
// the analytic predictive distribution of an AR(1) process), and properties: same bytes, finite numbers, errors.
#include "core/forecast/training.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/rng.hpp"
#include "core/forecast/deepar_forecaster.hpp"
#include "core/metric/forecast.hpp"

namespace driftlab::forecast {
namespace {

using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const Instant kStart = from_civil(2026, 6, 1);
const std::vector<double> kDeciles{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};

/// Noise around a daily-looking wave, `points` minutes.
Series wave(int points, std::uint64_t seed = 1) {
  Rng rng(seed, "test", "wave");
  Series series{kStart, 1min, {}};
  for (int t = 0; t < points; ++t) series.target.push_back(20.0 + 5.0 * std::sin(0.3 * t) + rng.normal());
  return series;
}

/// Trains in a moment.
TrainingInput tiny() {
  TrainingInput input;
  input.train = {wave(320)};
  input.hyperparameters = {{"time_freq", "1min"},     {"prediction_length", "4"}, {"context_length", "6"},
                           {"epochs", "2"},           {"num_cells", "6"},         {"mini_batch_size", "40"},
                           {"batches_per_epoch", "4"}};
  input.seed = 5;
  return input;
}

std::string failure(const TrainingInput& input) {
  const auto result = train("deepar", input);
  return result ? "no failure" : result.error().message;
}

std::string bytes(TrainingInput input, int threads) {
  input.threads = threads;
  return train("deepar", input)->model->save();
}

TEST(DeepAr, SameSeedGivesTheSameBytesOnAnyNumberOfThreads) {
  auto input = tiny();
  for (const char* batch : {"40", "70"}) {
    input.hyperparameters["mini_batch_size"] = batch;
    const auto one = bytes(input, 1);
    EXPECT_EQ(one, bytes(input, 2));
    EXPECT_EQ(one, bytes(input, 5));
  }
  const auto first = bytes(input, 1);
  input.seed = 6;
  EXPECT_NE(first, bytes(input, 1));
}

TEST(DeepAr, LearnsASine) {
  TrainingInput input;
  Series sine{kStart, 1h, {}};
  for (int t = 0; t < 400; ++t) sine.target.push_back(10.0 + 5.0 * std::sin(2.0 * std::numbers::pi * t / 24.0));
  Series known = sine;
  known.target.resize(376);
  input.train = {known};
  input.hyperparameters = {{"time_freq", "1H"},        {"prediction_length", "24"}, {"context_length", "24"},
                           {"epochs", "20"},           {"num_cells", "40"},         {"mini_batch_size", "32"},
                           {"likelihood", "gaussian"}, {"dropout_rate", "0"},       {"learning_rate", "3e-3"}};
  const auto trained = train("deepar", input).value();
  EXPECT_LT(trained.epochs.back().loss, 0.0);
  const auto forecast = trained.model->forecast(known, kDeciles).value();
  double error = 0.0, total = 0.0;
  for (std::size_t k = 0; k < 24; ++k) {
    error += std::abs(forecast.quantiles[4][k] - sine.target[376 + k]);
    total += std::abs(sine.target[376 + k]);
  }
  EXPECT_LT(error / total, 0.03);
}

TEST(DeepAr, IsCalibratedOnAnAutoregressiveProcess) {
  constexpr double kPhi = 0.9;
  constexpr std::size_t kHorizon = 10;
  TrainingInput input;
  std::vector<Series> whole;
  Rng rng(3, "test", "ar1");
  for (int i = 0; i < 50; ++i) {
    Series series{kStart, 1h, {}};
    double z = rng.normal() / std::sqrt(1.0 - kPhi * kPhi);
    for (int t = 0; t < 500; ++t) {
      series.target.push_back(z);
      z = kPhi * z + rng.normal();
    }
    whole.push_back(series);
    series.target.resize(500 - kHorizon);
    input.train.push_back(series);
  }
  input.hyperparameters = {{"time_freq", "1H"},        {"prediction_length", "10"}, {"context_length", "10"},
                           {"epochs", "24"},           {"num_cells", "16"},         {"num_layers", "1"},
                           {"likelihood", "gaussian"}, {"mini_batch_size", "64"},   {"learning_rate", "5e-3"},
                           {"dropout_rate", "0"}};
  const auto trained = train("deepar", input).value();
  ForecastOptions options;
  options.levels = kDeciles;
  options.num_samples = 400;
  const auto forecasts = trained.model->forecast_batch(input.train, options);
  auto ours = metric::ForecastScore::create(kDeciles).value();
  auto analytic = metric::ForecastScore::create(kDeciles).value();
  // Standard normal quantiles of the deciles.
  const double normal[] = {-1.2815516, -0.8416212, -0.5244005, -0.2533471, 0,
                           0.2533471,  0.5244005,  0.8416212,  1.2815516};
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const std::span actual(whole[i].target.data() + 490, kHorizon);
    ours.add(actual, forecasts[i]->quantiles, forecasts[i]->mean).value();
    std::vector<std::vector<double>> exact(9, std::vector<double>(kHorizon));
    for (std::size_t k = 0; k < kHorizon; ++k) {
      const double decay = std::pow(kPhi, static_cast<double>(k + 1));
      for (std::size_t q = 0; q < 9; ++q)
        exact[q][k] = decay * whole[i].target[489] + normal[q] * std::sqrt((1 - decay * decay) / (1 - kPhi * kPhi));
    }
    analytic.add(actual, exact).value();
  }
  EXPECT_NEAR(*ours.coverage(0), 0.1, 0.05);
  EXPECT_NEAR(*ours.coverage(8), 0.9, 0.05);
  EXPECT_LT(ours.weighted_quantile_losses()->mean, 1.05 * analytic.weighted_quantile_losses()->mean);
}

TEST(DeepAr, ScalesWithItsData) {
  auto input = tiny();
  input.hyperparameters["likelihood"] = "gaussian";
  const auto small = train("deepar", input)->model->forecast(input.train[0], kDeciles).value();
  for (double& value : input.train[0].target) value *= 1024.0;
  // The logarithm of the scale is an input, so forecasts are near, not equal.
  const auto large = train("deepar", input)->model->forecast(input.train[0], kDeciles).value();
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(large.mean[k] / 1024.0, small.mean[k], 0.4 * small.mean[k]);
}

TEST(DeepAr, SavedModelsForecastTheSame) {
  auto input = tiny();
  input.train.push_back(wave(200, 2));
  for (std::size_t i = 0; i < 2; ++i) {
    input.train[i].cat = {static_cast<int>(i)};
    input.train[i].dynamic_feat = {std::vector<double>(330, 0.0)};
    for (std::size_t t = 0; t < 330; ++t) input.train[i].dynamic_feat[0][t] = std::cos(0.1 * static_cast<double>(t));
  }
  const auto trained = train("deepar", input).value();
  const auto text = trained.model->save();
  const auto loaded = load(text).value();
  EXPECT_EQ(loaded->save(), text);
  EXPECT_EQ(loaded->cardinality(), std::vector<int>{2});
  EXPECT_EQ(loaded->num_dynamic_feat(), 1);
  EXPECT_EQ(loaded->prediction_length(), 4);
  EXPECT_EQ(loaded->forecast(input.train[0], kDeciles)->quantiles,
            trained.model->forecast(input.train[0], kDeciles)->quantiles);
  for (std::size_t at = 24; at < text.size(); at += 211) {
    auto damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    EXPECT_FALSE(load(damaged)) << at;
  }
  EXPECT_FALSE(load(text.substr(0, text.size() - 100)));
}

TEST(DeepAr, BatchesEqualSingleForecasts) {
  const auto input = tiny();
  const auto trained = train("deepar", input).value();
  std::vector<Series> many;
  for (int i = 0; i < 18; ++i) many.push_back(wave(30 + i, static_cast<std::uint64_t>(i)));
  many[3].target.assign(40, kNan);
  ForecastOptions options;
  options.levels = {0.1, 0.5, 0.9};
  options.keep_samples = true;
  const auto results = trained.model->forecast_batch(many, options);
  ASSERT_EQ(results.size(), many.size());
  EXPECT_THAT(results[3].error().message, HasSubstr("no value"));
  for (const std::size_t i : {0u, 4u, 17u}) {
    const auto alone = trained.model->forecast(many[i], options.levels).value();
    EXPECT_EQ(results[i]->quantiles, alone.quantiles) << i;
    ASSERT_EQ(results[i]->samples.size(), 100u);
    // Quantiles are elements of the sorted draws: 0.5 of 100 is number 50, 0.1 number 10 (from 0).
    std::vector<double> draws;
    for (const auto& path : results[i]->samples) draws.push_back(path[2]);
    std::sort(draws.begin(), draws.end());
    EXPECT_EQ(results[i]->quantiles[0][2], draws[10]);
    EXPECT_EQ(results[i]->quantiles[1][2], draws[50]);
    EXPECT_EQ(results[i]->quantiles[2][2], draws[89]);
  }
}

TEST(DeepAr, MissingValuesAndShortContextsAreForecastFrom) {
  auto input = tiny();
  for (std::size_t t = 0; t < 320; t += 5) input.train[0].target[t] = kNan;
  input.train[0].target.resize(500, kNan);
  input.train.push_back(wave(320, 4));
  const auto trained = train("deepar", input).value();
  for (auto context : {wave(1), wave(9), input.train[0]}) {
    const auto forecast = trained.model->forecast(context, kDeciles).value();
    for (const auto& level : forecast.quantiles)
      for (const double value : level) EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(DeepAr, EveryLikelihoodTrainsAndStaysInItsRange) {
  for (const char* likelihood : {"gaussian", "student-T", "negative-binomial", "beta", "deterministic-L1"}) {
    auto input = tiny();
    const bool counts = std::string(likelihood) == "negative-binomial", beta = std::string(likelihood) == "beta";
    for (double& value : input.train[0].target) value = counts ? std::floor(value) : (beta ? value / 40.0 : value);
    input.hyperparameters["likelihood"] = likelihood;
    input.hyperparameters["num_layers"] = "1";
    const auto trained = train("deepar", input).value();
    ForecastOptions options;
    options.levels = {0.1, 0.9};
    options.keep_samples = true;
    const auto result = std::move(trained.model->forecast_batch(input.train, options)[0]).value();
    for (const auto& path : result.samples)
      for (const double value : path) {
        ASSERT_TRUE(std::isfinite(value) && value >= 0.0) << likelihood;
        ASSERT_TRUE(!counts || value == std::floor(value)) << value;
        ASSERT_TRUE(!beta || value <= 1.0) << value;
      }
    const bool spread = result.quantiles[1][0] > result.quantiles[0][0];
    EXPECT_EQ(spread, std::string(likelihood) != "deterministic-L1") << likelihood;
  }
}

TEST(DeepAr, EpochsAreReportedAndTheBestIsKept) {
  auto input = tiny();
  input.hyperparameters["epochs"] = "12";
  input.hyperparameters["early_stopping_patience"] = "3";
  input.hyperparameters["learning_rate"] = "0.5";  // so wild that progress soon ends
  std::vector<EpochProgress> seen;
  input.on_epoch = [&](const EpochProgress& epoch) {
    seen.push_back(epoch);
    return true;
  };
  const auto trained = train("deepar", input).value();
  ASSERT_EQ(seen.size(), trained.epochs.size());
  EXPECT_LT(seen.size(), 12u);
  EXPECT_THAT(trained.stop_reason, HasSubstr("no progress for 3 epochs"));
  EXPECT_EQ(static_cast<std::size_t>(trained.best_epoch) + 4, seen.size());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].epoch, static_cast<int>(i));
    ASSERT_TRUE(seen[i].held_out_loss);
    EXPECT_GE(*seen[i].held_out_loss, trained.final_loss);
    EXPECT_GT(seen[i].work_units, i == 0 ? 0.0 : seen[i - 1].work_units);
  }
  EXPECT_EQ(trained.final_loss, *seen[static_cast<std::size_t>(trained.best_epoch)].held_out_loss);
  EXPECT_EQ(trained.work_units, seen.back().work_units);
  EXPECT_EQ(trained.metrics.at("train:final_loss"), trained.final_loss);
  input.on_epoch = [](const EpochProgress&) { return false; };
  EXPECT_EQ(train("deepar", input)->epochs.size(), 1u);
  EXPECT_EQ(train("deepar", input)->stop_reason, "stopped by the caller");
}

TEST(DeepAr, ValidationSeriesAreScored) {
  auto input = tiny();
  input.validation = {wave(320)};
  input.hyperparameters["test_quantiles"] = "[0.5, 0.9]";
  input.hyperparameters["num_eval_samples"] = "20";
  const auto metrics = train("deepar", input)->metrics;
  EXPECT_EQ(metrics.count("test:wQuantileLoss[0.9]"), 1u);
  EXPECT_EQ(metrics.count("test:wQuantileLoss[0.1]"), 0u);
  EXPECT_GT(metrics.at("test:RMSE"), 0.0);
}

TEST(DeepAr, IgnoredCategoriesAndFeaturesMayBeThere) {
  auto input = tiny();
  const auto plain = bytes(input, 1);
  input.train[0].cat = {0};
  input.train[0].dynamic_feat = {std::vector<double>(320, 1.5)};
  input.validation = input.train;
  input.hyperparameters["cardinality"] = "ignore";
  input.hyperparameters["num_dynamic_feat"] = "";
  EXPECT_EQ(bytes(input, 1), plain);
}

TEST(DeepAr, RefusesDataItCannotTrainOn) {
  const auto with = [](auto change) {
    auto input = tiny();
    change(input);
    return failure(input);
  };
  EXPECT_EQ(with([](auto&) {}), "no failure");
  EXPECT_THAT(with([](auto& i) { i.train.clear(); }), HasSubstr("no series"));
  EXPECT_THAT(with([](auto& i) { i.train[0].target.resize(299); }), HasSubstr("299 observations in all, 300"));
  EXPECT_THAT(with([](auto& i) { i.train[0].target.assign(500, kNan); }), HasSubstr("0 observations"));
  EXPECT_THAT(with([](auto& i) { i.hyperparameters["prediction_length"] = "320"; }),
              HasSubstr("longer than prediction_length (320"));
  EXPECT_THAT(with([](auto& i) { i.train[0].target[7] = std::numeric_limits<double>::infinity(); }),
              HasSubstr("train[0]: target[7] is inf"));
  EXPECT_THAT(with([](auto& i) {
                i.hyperparameters["likelihood"] = "negative-binomial";
                i.train[0].target.assign(320, 3.0);
                i.train[0].target[9] = -1.0;
              }),
              HasSubstr("target[9] is -1; likelihood negative-binomial takes counts"));
  EXPECT_THAT(with([](auto& i) { i.hyperparameters["likelihood"] = "beta"; }), HasSubstr("values from 0 to 1"));
  EXPECT_THAT(with([](auto& i) {
                i.train[0].cat = {3};
                i.hyperparameters["cardinality"] = "[3]";
              }),
              HasSubstr("train[0]: cat[0] is 3, its cardinality is 3"));
  EXPECT_THAT(with([](auto& i) { i.hyperparameters["cardinality"] = "[3]"; }), HasSubstr("cat has 0 values"));
  EXPECT_THAT(with([](auto& i) { i.train[0].cat = {-1}; }), HasSubstr("cat[0] is -1"));
  EXPECT_THAT(with([](auto& i) { i.train[0].cat = {2'000'000'000}; }), HasSubstr("the most is"));
  EXPECT_THAT(with([](auto& i) {
                i.train[0].dynamic_feat = {{1, 2}};
              }),
              HasSubstr("dynamic_feat[0] has 2 values, 320 are needed"));
  EXPECT_THAT(with([](auto& i) { i.train[0].dynamic_feat = {std::vector<double>(320, kNan)}; }),
              HasSubstr("dynamic_feat[0][0] is missing"));
  EXPECT_THAT(with([](auto& i) { i.hyperparameters["num_dynamic_feat"] = "1"; }), HasSubstr("0 features"));
  EXPECT_THAT(with([](auto& i) { i.hyperparameters["time_freq"] = "5min"; }), HasSubstr("not the frequency"));
}

TEST(DeepAr, RefusesRequestsItCannotAnswer) {
  auto input = tiny();
  input.train[0].dynamic_feat = {std::vector<double>(320, 1.0)};
  const auto trained = train("deepar", input).value();
  const auto with = [&](auto change) {
    auto series = wave(50);
    series.dynamic_feat = {std::vector<double>(54, 1.0)};
    change(series);
    const auto result = trained.model->forecast(series, kDeciles);
    return result ? std::string("no failure") : result.error().message;
  };
  EXPECT_EQ(with([](auto&) {}), "no failure");
  EXPECT_THAT(with([](auto& s) { s.freq = 1h; }), HasSubstr("a step is PT1H, the model's is PT1M"));
  EXPECT_THAT(with([](auto& s) { s.cat = {0}; }), HasSubstr("cat has 1 values, the model takes 0"));
  EXPECT_THAT(with([](auto& s) { s.dynamic_feat[0].pop_back(); }), HasSubstr("has 53 values, 54 are needed"));
  EXPECT_THAT(with([](auto& s) { s.dynamic_feat.clear(); }), HasSubstr("0 features"));
  EXPECT_THAT(with([](auto& s) { s.target.assign(50, kNan); }), HasSubstr("no value"));
  const std::vector<double> wrong{0.5, 1.0};
  EXPECT_FALSE(trained.model->forecast(wave(50), wrong));
}

TEST(DeepAr, DivergenceIsAnErrorWhileThereIsNoGoodEpoch) {
  auto input = tiny();
  // Counts of 0 with single ones of 1e300: the slope of the loss overflows single precision in every batch.
  for (std::size_t t = 0; t < 320; ++t) input.train[0].target[t] = t % 9 == 0 ? 1e300 : 0.0;
  input.hyperparameters["likelihood"] = "negative-binomial";
  input.hyperparameters["context_length"] = "3";
  input.hyperparameters["batches_per_epoch"] = "30";
  EXPECT_THAT(failure(input), HasSubstr("training diverged in epoch 0"));
}

TEST(DeepAr, ConstantAndZeroSeriesGiveFiniteModels) {
  for (const double value : {0.0, 7.0, 1e300, 1e-300}) {
    auto input = tiny();
    input.train[0].target.assign(320, value);
    const auto trained = train("deepar", input).value();
    const auto forecast = trained.model->forecast(input.train[0], kDeciles).value();
    for (const double mean : forecast.mean) EXPECT_TRUE(std::isfinite(mean)) << value;
  }
}

}  // namespace
}  // namespace driftlab::forecast

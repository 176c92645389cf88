#include "core/forecast/training.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driftlab::forecast {
namespace {

using testing::HasSubstr;

const Instant kStart = from_civil(2026, 6, 1);

TrainingInput small_input() {
  TrainingInput input;
  std::vector<double> target;
  for (int i = 0; i < 400; ++i) target.push_back(10 + std::fmod(i * 3.7, 5.0));
  input.train = {{kStart, 1min, target}};
  input.hyperparameters = {{"prediction_length", "2"}, {"test_quantiles", "[0.1, 0.5, 0.9]"}};
  return input;
}

std::string failure(const std::string& algorithm, const std::string& name, const std::string& value) {
  auto input = small_input();
  input.hyperparameters[name] = value;
  const auto result = train(algorithm, input);
  return result ? "no failure" : result.error().message;
}

TEST(Train, KnowsItsAlgorithms) {
  EXPECT_THAT(algorithms(), testing::IsSupersetOf({"deepar", "ets", "linear", "seasonal-naive", "theta"}));
  auto input = small_input();
  // Required by deepar, let through by the others.
  for (const auto& [name, value] : {std::pair("time_freq", "1min"), {"context_length", "2"}, {"epochs", "1"}})
    input.hyperparameters[name] = value;
  for (const auto& name : algorithms()) EXPECT_EQ(train(name, input)->model->algorithm(), name);
  const auto result = train("liner", small_input());
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("did you mean 'linear'?"));
}

TEST(Train, ScoresTheValidationChannelUnderSageMakersNames) {
  // Random walk from 3: forecasts 3, 3 for the actuals 3, 5, whatever came before. With a constant training series the
  // differences are all 0, so every quantile is 3: QL_q = 2·q·2, Σ|y| = 8.
  TrainingInput input;
  input.train = {{kStart, 1min, std::vector<double>(50, 3.0)}};
  std::vector<double> validation(50, 3.0);
  validation.push_back(3);
  validation.push_back(5);
  input.validation = {{kStart, 1min, validation}, {kStart, 1min, {1, 2}}};
  input.hyperparameters = {{"prediction_length", "2"}, {"season", "1"}, {"test_quantiles", "[0.1, 0.5, 0.9]"}};
  const auto metrics = train("seasonal-naive", input)->metrics;
  EXPECT_NEAR(metrics.at("test:RMSE"), std::sqrt(2.0), 1e-12);
  EXPECT_NEAR(metrics.at("test:wQuantileLoss[0.1]"), 0.05, 1e-12);
  EXPECT_NEAR(metrics.at("test:wQuantileLoss[0.9]"), 0.45, 1e-12);
  EXPECT_NEAR(metrics.at("test:mean_wQuantileLoss"), 0.25, 1e-12);
  EXPECT_NEAR(metrics.at("test:mean_absolute_QuantileLoss"), 2.0, 1e-12);
}

TEST(ForecastBatch, EqualsForecastingEachSeries) {
  const auto trained = train("linear", small_input()).value();
  const auto& model = trained.model;
  auto longer = small_input().train[0];
  longer.target.push_back(99.0);
  const std::vector<Series> series{small_input().train[0], {kStart, 1h, {1, 2, 3}}, longer};
  const ForecastOptions options{{0.1, 0.5}};
  const auto results = model->forecast_batch(series, options);
  ASSERT_EQ(results.size(), 3u);
  for (const std::size_t i : {0u, 2u}) {
    const auto alone = model->forecast(series[i], options.levels).value();
    EXPECT_EQ(results[i]->quantiles, alone.quantiles);
    EXPECT_EQ(results[i]->mean, alone.mean);
    EXPECT_TRUE(results[i]->samples.empty());
  }
  EXPECT_NE(results[0]->mean, results[2]->mean);
  // A series of another frequency fails alone.
  EXPECT_FALSE(results[1]);
}

TEST(ForecastBatch, PathsAreRefusedByAlgorithmsThatDrawNone) {
  const auto trained = train("linear", small_input()).value();
  const auto& model = trained.model;
  ForecastOptions options{{0.5}};
  options.keep_samples = true;
  const auto results = model->forecast_batch(small_input().train, options);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_THAT(results[0].error().message, HasSubstr("linear gives quantiles, not sample paths"));
}

TEST(Train, HasNoTestScoresWithoutValidation) {
  EXPECT_EQ(train("linear", small_input())->metrics.count("test:RMSE"), 0u);
}

TEST(Train, HyperparametersAreChecked) {
  EXPECT_THAT(failure("linear", "prediction_lenght", "3"), HasSubstr("did you mean 'prediction_length'?"));
  EXPECT_THAT(failure("linear", "lags", "0"), HasSubstr("lags: '0' is not an integer from 1"));
  EXPECT_THAT(failure("linear", "lags", "1.5"), HasSubstr("not an integer"));
  EXPECT_THAT(failure("linear", "prediction_length", "-1"), HasSubstr("prediction_length"));
  EXPECT_THAT(failure("linear", "test_quantiles", "[0.5, 1]"), HasSubstr("test_quantiles"));
  EXPECT_THAT(failure("linear", "test_quantiles", "0.5"), HasSubstr("test_quantiles"));
  EXPECT_THAT(failure("linear", "test_quantiles", "[]"), HasSubstr("test_quantiles"));
  EXPECT_THAT(failure("linear", "time_freq", "5min"), HasSubstr("not the frequency of the data, PT1M"));
  EXPECT_THAT(failure("seasonal-naive", "lags", "3"), HasSubstr("unknown hyperparameter 'lags'"));
  EXPECT_EQ(failure("linear", "time_freq", "1min"), "no failure");
  EXPECT_EQ(failure("linear", "test_quantiles", "[\"0.9\",\"0.1\"]"), "no failure");
  auto input = small_input();
  input.hyperparameters.erase("prediction_length");
  EXPECT_THAT(train("linear", input).error().message, HasSubstr("prediction_length is required"));
}

TEST(Train, DeepArsOwnHyperparametersAreAccepted) {
  for (const char* name : {"epochs", "mini_batch_size", "learning_rate", "dropout_rate", "embedding_dimension",
                           "likelihood", "early_stopping_patience", "num_cells", "num_layers", "context_length",
                           "cardinality", "num_dynamic_feat", "num_eval_samples"})
    for (const auto& algorithm : algorithms())
      EXPECT_EQ(algorithm == "deepar" ? "no failure" : failure(algorithm, name, "7"), "no failure") << name;
}

TEST(Train, DataThatCannotBeTrainedOnIsRefused) {
  auto input = small_input();
  input.train.clear();
  EXPECT_FALSE(train("linear", input));
  input = small_input();
  input.validation = {{kStart, 1h, {1, 2, 3}}};
  EXPECT_THAT(train("linear", input).error().message, HasSubstr("different frequencies"));
  input = small_input();
  input.train[0].freq = Duration::zero();
  EXPECT_FALSE(train("seasonal-naive", input));
  input.train = {{kStart, 1min, std::vector<double>(100, std::numeric_limits<double>::quiet_NaN())}};
  EXPECT_FALSE(train("linear", input));
  EXPECT_FALSE(train("seasonal-naive", input));
  input.train = {{kStart, 1min, std::vector<double>(100, std::numeric_limits<double>::infinity())}};
  EXPECT_FALSE(train("linear", input));
}

TEST(Load, SaysWhyBytesAreRefused) {
  const auto text = train("linear", small_input())->model->save();
  const auto reason = [](std::string_view bytes) {
    const auto result = load(bytes);
    return result ? std::string("no failure") : result.error().message;
  };
  EXPECT_EQ(reason(text), "no failure");
  EXPECT_THAT(reason(""), HasSubstr("not a forecasting model"));
  EXPECT_THAT(reason("PK\x03\x04"), HasSubstr("not a forecasting model"));
  EXPECT_THAT(reason(text.substr(0, text.size() / 2)), HasSubstr("cut off"));
  EXPECT_THAT(reason(text.substr(0, text.size() - 1)), HasSubstr("cut off"));
  auto other_version = text;
  other_version[other_version.find(' ') + 1] = '9';
  EXPECT_THAT(reason(other_version), HasSubstr("version '9'"));
  // Any changed byte behind the version is noticed.
  for (std::size_t at = text.find('\n') + 1; at + 1 < text.size(); at += 97) {
    auto damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_NE(reason(damaged), "no failure") << at;
  }
}

}  // namespace
}  // namespace driftlab::forecast

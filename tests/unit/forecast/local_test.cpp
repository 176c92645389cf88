// Expected values: the worked check of section 5.2 of the forecasting reference, closed forms worked by hand where a
// test says so, and series whose continuation is known.
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/rng.hpp"
#include "core/forecast/ets.hpp"
#include "core/forecast/simplex.hpp"
#include "core/forecast/theta.hpp"
#include "core/forecast/training.hpp"

namespace driftlab::forecast {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Series series_of(std::vector<double> values) {
  return {from_civil(2026, 6, 1), 1h, std::move(values), {}, {}};
}

TrainedModel train_on(std::string_view algorithm, std::vector<double> values,
                      std::map<std::string, std::string> hyperparameters) {
  TrainingInput input;
  input.train = {series_of(std::move(values))};
  input.hyperparameters = std::move(hyperparameters);
  input.hyperparameters.try_emplace("prediction_length", "3");
  return train(algorithm, input).value();
}

TEST(Simplex, FindsTheValleyOfRosenbrock) {
  const auto found =
      minimise([](std::span<const double> x) { return 100 * std::pow(x[1] - x[0] * x[0], 2) + std::pow(1 - x[0], 2); },
               {-1.2, 1}, {.step = 0.5, .tolerance = 1e-14, .evaluations = 2000});
  EXPECT_NEAR(found[0], 1, 1e-4);
  EXPECT_NEAR(found[1], 1, 1e-4);
}

TEST(Simplex, OneVariableFindsTheLowerOfTwoValleys) {
  // (x − 0.2)² + 0.01 and (x − 0.8)²: the grid sees both.
  const auto at =
      minimise_on([](double x) { return std::min(std::pow(x - 0.2, 2) + 0.01, std::pow(x - 0.8, 2)); }, 0, 1, 20);
  EXPECT_NEAR(at, 0.8, 1e-6);
}

TEST(Ets, SimpleSmoothingOfThreeValues) {
  // From l_0 = y_0 = 2 the errors are 0, e1 = 2, e2 = 4 − 2α − … : SSE(α) = 4 + (6 − 2 − 2α)² for y = (2, 4, 6), least
  // at the largest α; the level then nears 6.
  const auto fit = fit_ets(std::vector<double>{2, 4, 6}, EtsForm{}, 1);
  EXPECT_NEAR(fit.alpha, 1, 1e-3);
  EXPECT_NEAR(fit.level, 6, 1e-2);
  EXPECT_NEAR(fit.squared_errors, 8, 1e-2);
  EXPECT_NEAR(fit.deviation, std::sqrt(8.0 / 2), 1e-2) << "SSE / (n − 1)";
}

TEST(Ets, SmoothingFollowsTheWorkedCheck) {
  // α = 0.5, l = 2, y = (4, 2, 6): levels 3, 2.5, 4.25. With y_0 = 2 in front, which costs nothing, the sum of squares
  // is 17.25 at α = 0.5; the fitted one is no larger, and var_2/σ² = 1 + α².
  const auto fit = fit_ets(std::vector<double>{2, 4, 2, 6}, EtsForm{}, 1);
  EXPECT_LE(fit.squared_errors, 17.25);
  EtsFit fixed{.form = {}, .alpha = 0.5, .level = 4.25, .deviation = 2};
  const auto path = project_ets(fixed, 2);
  EXPECT_EQ(path.mean, (std::vector<double>{4.25, 4.25}));
  EXPECT_NEAR(path.deviation[1] / path.deviation[0], std::sqrt(1.25), 1e-15);
}

TEST(Ets, HoltContinuesALine) {
  std::vector<double> line;
  for (int t = 0; t < 40; ++t) line.push_back(3 + 2 * t);
  const auto fit = fit_ets(line, {true, false, false}, 1);
  const auto path = project_ets(fit, 3);
  EXPECT_NEAR(path.mean[0], 83, 0.01);
  EXPECT_NEAR(path.mean[2], 87, 0.01);
}

TEST(Ets, DampedTrendFlattens) {
  EtsFit fit{.form = {true, true, false}, .alpha = 0.5, .beta = 0.1, .phi = 0.9, .level = 10, .slope = 1};
  const auto path = project_ets(fit, 200);
  EXPECT_NEAR(path.mean[0], 10.9, 1e-12);
  EXPECT_NEAR(path.mean[1], 10.9 + 0.81, 1e-12);
  EXPECT_NEAR(path.mean[199], 10 + 0.9 / 0.1, 1e-6) << "Σφ^k = φ/(1 − φ)";
}

TEST(Ets, SeasonIsRepeated) {
  std::vector<double> values;
  const std::vector<double> season{5, -1, -4};
  for (int t = 0; t < 31; ++t) values.push_back(20 + season[static_cast<std::size_t>(t % 3)]);
  const auto path = project_ets(fit_ets(values, {false, false, true}, 3), 4);
  EXPECT_THAT(path.mean, testing::Pointwise(testing::DoubleNear(1e-9), {19, 16, 25, 19}));
}

TEST(Ets, VariancesAreThoseOfSimulatedPaths) {
  // The closed forms against 20,000 simulated paths of the innovations model: 4 standard errors of a variance are 4 %.
  for (const EtsForm form : {EtsForm{true, false, false}, EtsForm{true, true, false}, EtsForm{false, false, true},
                             EtsForm{true, false, true}}) {
    EtsFit fit{.form = form, .alpha = 0.4, .level = 0, .deviation = 1};
    if (form.trend) fit.beta = 0.1;
    if (form.damped) fit.phi = 0.9;
    if (form.season) {
      fit.gamma = 0.2;
      fit.seasons = {0, 0, 0};
    }
    constexpr int kHorizon = 8;
    const auto path = project_ets(fit, kHorizon);
    Rng rng(5, "test", "ets");
    std::array<double, kHorizon> squares{};
    for (int draw = 0; draw < 20'000; ++draw) {
      double level = 0, slope = 0;
      std::array<double, 3> seasons{};
      for (int k = 0; k < kHorizon; ++k) {
        const double e = rng.normal();
        double& season = seasons[static_cast<std::size_t>(k) % 3];
        const double y = level + fit.phi * slope + season + e;
        level += fit.phi * slope + fit.alpha * e;
        slope = fit.phi * slope + fit.beta * e;
        season += fit.gamma * e;
        squares[static_cast<std::size_t>(k)] += y * y / 20'000;
      }
    }
    for (int k = 0; k < kHorizon; ++k) {
      const auto at = static_cast<std::size_t>(k);
      EXPECT_NEAR(path.deviation[at] * path.deviation[at] / squares[at], 1, 0.04)
          << ets_name(form) << " step " << k + 1;
    }
  }
}

TEST(Ets, ChoosesTheFormTheSeriesHas) {
  std::vector<double> values;
  Rng rng(3, "test", "ets-auto");
  for (int t = 0; t < 240; ++t)
    values.push_back(50 + 10 * std::sin(2 * std::numbers::pi * t / 12) + rng.normal(0, 0.5));
  const auto trained = train_on("ets", values, {{"season", "12"}, {"prediction_length", "12"}});
  const auto forecast = trained.model->forecast(series_of(values), std::vector<double>{0.1, 0.5, 0.9}).value();
  for (int k = 0; k < 12; ++k)
    EXPECT_NEAR(forecast.mean[static_cast<std::size_t>(k)], 50 + 10 * std::sin(2 * std::numbers::pi * k / 12), 1.5)
        << k;
}

TEST(Theta, SeasonTest) {
  std::vector<double> season, flat;
  Rng rng(2, "test", "theta");
  for (int t = 0; t < 100; ++t) {
    season.push_back(t % 4 + rng.normal(0, 0.1));
    flat.push_back(rng.normal());
  }
  EXPECT_TRUE(is_seasonal(season, 4));
  EXPECT_FALSE(is_seasonal(flat, 4));
  EXPECT_FALSE(is_seasonal(season, 1));
  EXPECT_FALSE(is_seasonal(std::vector<double>{1, 2, 1, 2}, 2)) << "two seasons are too few";
  EXPECT_FALSE(is_seasonal(std::vector<double>(50, 3.0), 4)) << "constant";
}

TEST(Theta, IndicesOfKnownSeasons) {
  std::vector<double> added, multiplied;
  const std::array<double, 4> plus{3, -1, -4, 2}, times{1.5, 0.5, 0.8, 1.2};
  for (std::size_t t = 0; t < 41; ++t) {
    added.push_back(100 + static_cast<double>(t) + plus[t % 4]);
    multiplied.push_back(100 * times[t % 4]);
  }
  const auto a = season_indices(added, 4, false);
  EXPECT_FALSE(a.multiplicative);
  EXPECT_THAT(a.values, testing::Pointwise(testing::DoubleNear(1e-9), {3, -1, -4, 2}));
  const auto b = season_indices(multiplied, 4, true);
  EXPECT_TRUE(b.multiplicative);
  EXPECT_THAT(b.values, testing::Pointwise(testing::DoubleNear(1e-9), {1.5, 0.5, 0.8, 1.2}));
  multiplied[3] = -1;
  EXPECT_FALSE(season_indices(multiplied, 4, true).multiplicative) << "not with a negative value";
}

TEST(Theta, AddsHalfTheSlopeOfTheLine) {
  // A line of slope 2: simple smoothing follows with α near 1, so the forecast is the last value plus k steps of 1.
  std::vector<double> line;
  for (int t = 0; t < 50; ++t) line.push_back(2.0 * t);
  const auto trained = train_on("theta", line, {{"season", "1"}, {"trend_window", "0"}});
  const auto forecast = trained.model->forecast(series_of(line), std::vector<double>{0.5}).value();
  EXPECT_NEAR(forecast.mean[0], 98 + 1, 0.01);
  EXPECT_NEAR(forecast.mean[2], 98 + 3, 0.01);
}

class EveryLocal : public testing::TestWithParam<const char*> {};

TEST_P(EveryLocal, SavesAndLoadsToTheSameForecasts) {
  std::vector<double> values;
  Rng rng(9, "test", "local");
  for (int t = 0; t < 200; ++t) values.push_back(10 + 3 * std::sin(t * 0.26) + rng.normal());
  const auto trained = train_on(GetParam(), values, {{"season", "24"}});
  const auto loaded = load(trained.model->save()).value();
  EXPECT_EQ(loaded->save(), trained.model->save());
  const std::vector<double> levels{0.05, 0.3, 0.5, 0.99};
  const auto one = trained.model->forecast(series_of(values), levels).value();
  const auto two = loaded->forecast(series_of(values), levels).value();
  EXPECT_EQ(one.quantiles, two.quantiles);
  EXPECT_EQ(one.mean, two.mean);
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t i = 1; i < levels.size(); ++i) EXPECT_LE(one.quantiles[i - 1][k], one.quantiles[i][k]);
  EXPECT_TRUE(trained.metrics.contains("train:final_loss"));
}

TEST_P(EveryLocal, LivesThroughDegenerateContexts) {
  const auto trained = train_on(GetParam(), std::vector<double>(60, 4.0), {{"season", "24"}});
  const std::vector<double> levels{0.1, 0.5, 0.9};
  for (const auto& values :
       {std::vector<double>{7}, std::vector<double>{7, kNan}, std::vector<double>(100, 0.0),
        std::vector<double>{1e300, -1e300, 1e300}, std::vector<double>{kNan, 1, 2, 3, 4, 5, 6, 7}}) {
    const auto forecast = trained.model->forecast(series_of(values), levels);
    if (!forecast) {
      EXPECT_THAT(forecast.error().message, testing::HasSubstr("too large"));
      continue;
    }
    for (const auto& row : forecast->quantiles)
      for (const double value : row) EXPECT_TRUE(std::isfinite(value) && value >= 0.0) << value;
  }
  EXPECT_FALSE(trained.model->forecast(series_of({kNan, kNan}), levels));
  EXPECT_FALSE(trained.model->forecast(series_of({}), levels));
}

TEST_P(EveryLocal, RefusesBadHyperparameters) {
  TrainingInput input;
  input.train = {series_of({1, 2, 3, 4, 5, 6})};
  const auto message = [&](std::map<std::string, std::string> hyperparameters) {
    input.hyperparameters = std::move(hyperparameters);
    const auto result = train(GetParam(), input);
    return result ? std::string() : result.error().message;
  };
  EXPECT_EQ(message({}), "hyperparameter prediction_length is required");
  EXPECT_THAT(message({{"prediction_length", "2"}, {"seson", "2"}}), testing::HasSubstr("did you mean 'season'"));
  EXPECT_THAT(message({{"prediction_length", "2"}, {"season", "0"}}),
              testing::HasSubstr("'0' is not an integer from 1"));
  EXPECT_THAT(message({{"prediction_length", "2"}, {"non_negative", "yes"}}),
              testing::HasSubstr("not one of auto, true, false"));
  EXPECT_THAT(message({{"prediction_length", "2"}, {"time_freq", "1D"}}), testing::HasSubstr("time_freq"));
  EXPECT_EQ(message({{"prediction_length", "2"}, {"epochs", "20"}}), "") << "DeepAR's names are let through";
  input.train = {series_of({kNan, kNan, kNan})};
  EXPECT_THAT(message({{"prediction_length", "2"}}), testing::HasSubstr("no training series has a value"));
}

INSTANTIATE_TEST_SUITE_P(Algorithms, EveryLocal, testing::Values("ets", "theta"));

TEST(EtsHyperparameters, UnknownModel) {
  TrainingInput input;
  input.train = {series_of({1, 2, 3, 4, 5, 6})};
  input.hyperparameters = {{"prediction_length", "2"}, {"ets_model", "ANM"}};
  EXPECT_THAT(train("ets", input).error().message, testing::HasSubstr("not one of auto, ANN"));
}

TEST(SeasonalNaiveIntervals, GaussianByHand) {
  // y = 0, 4, 1, 7, m = 2: differences over 2 are 1 and 3, σ² = (1 + 9)/2 = 5; σ_3 = σ·√2. Φ⁻¹(0.9) = 1.2815515655.
  const auto trained =
      train_on("seasonal-naive", {0, 4, 1, 7}, {{"season", "2"}, {"interval", "gaussian"}, {"non_negative", "false"}});
  const auto forecast = trained.model->forecast(series_of({0, 4, 1, 7}), std::vector<double>{0.1, 0.5, 0.9}).value();
  EXPECT_EQ(forecast.mean, (std::vector<double>{1, 7, 1}));
  EXPECT_NEAR(forecast.quantiles[2][0], 1 + 1.2815515655 * std::sqrt(5.0), 1e-9);
  EXPECT_NEAR(forecast.quantiles[0][1], 7 - 1.2815515655 * std::sqrt(5.0), 1e-9);
  EXPECT_NEAR(forecast.quantiles[2][2], 1 + 1.2815515655 * std::sqrt(10.0), 1e-9);
  const auto last =
      train_on("seasonal-naive", {0, 4, 1, 7}, {{"season", "2"}, {"interval", "gaussian"}, {"residuals", "1"}});
  EXPECT_NEAR(last.model->forecast(series_of({0, 4, 1, 7}), std::vector<double>{0.9}).value().quantiles[0][0],
              1 + 1.2815515655 * 3, 1e-9)
      << "the last difference only";
  EXPECT_NEAR(
      load(last.model->save()).value()->forecast(series_of({5}), std::vector<double>{0.9}).value().quantiles[0][0],
      5 + 1.2815515655 * 3, 1e-9)
      << "a context without differences has the training's";
}

TEST(SeasonalNaiveIntervals, PointsAreEqual) {
  const auto trained = train_on("seasonal-naive", {1, 2, 3, 5}, {{"season", "1"}, {"interval", "point"}});
  const auto forecast = trained.model->forecast(series_of({1, 2, 9}), std::vector<double>{0.1, 0.9}).value();
  EXPECT_EQ(forecast.quantiles[0], (std::vector<double>{9, 9, 9}));
  EXPECT_EQ(forecast.quantiles[1], forecast.quantiles[0]);
}

}  // namespace
}  // namespace driftlab::forecast

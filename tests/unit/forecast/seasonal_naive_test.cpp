// Expected values: the rules of sections 5.1 and 5.5 of the forecasting reference, worked by hand.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/forecast/training.hpp"

namespace driftlab::forecast {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const Instant kStart = from_civil(2026, 6, 1);

Series series(std::vector<double> target) {
  return {kStart, 1min, std::move(target)};
}

std::unique_ptr<Forecaster> trained(std::vector<double> target, std::map<std::string, std::string> parameters) {
  TrainingInput input;
  input.train = {series(std::move(target))};
  input.hyperparameters = std::move(parameters);
  return train("seasonal-naive", input).value().model;
}

QuantileForecast forecast(const Forecaster& model, std::vector<double> target, std::vector<double> levels) {
  return model.forecast(series(std::move(target)), levels).value();
}

TEST(SeasonalNaive, RepeatsTheLastSeason) {
  const auto model = trained({1, 2, 3, 4, 5, 6}, {{"prediction_length", "5"}, {"season", "3"}});
  EXPECT_THAT(forecast(*model, {1, 2, 3, 7, 8, 9}, {0.5}).mean, ElementsAre(7, 8, 9, 7, 8));
}

TEST(SeasonalNaive, ShortContextFallsBackToItsMean) {
  const auto model = trained({1, 2, 3, 4, 5, 6}, {{"prediction_length", "2"}, {"season", "4"}});
  EXPECT_THAT(forecast(*model, {1, 2, 6}, {0.5}).mean, ElementsAre(3, 3));
}

TEST(SeasonalNaive, MissingValuesCarryTheLastOneForward) {
  const auto model = trained({1, 2, 3, 4}, {{"prediction_length", "2"}, {"season", "1"}});
  EXPECT_THAT(forecast(*model, {4, 5, kNan}, {0.5}).mean, ElementsAre(5, 5));
}

TEST(SeasonalNaive, QuantilesAreRanksOfTheSeasonalDifferences) {
  // Steps of +1 … +9: nine differences. Rank ceil(10 q): 0.05 → 1, 0.5 → 5, 0.95 → 10, clamped to 9.
  std::vector<double> target{100};
  for (int step = 1; step <= 9; ++step) target.push_back(target.back() + step);
  const auto model = trained(target, {{"prediction_length", "1"}, {"season", "1"}, {"residuals", "9"}});
  const auto result = forecast(*model, target, {0.05, 0.5, 0.95});
  EXPECT_EQ(result.quantiles[0][0], 145 + 1);
  EXPECT_EQ(result.quantiles[1][0], 145 + 5);
  EXPECT_EQ(result.quantiles[2][0], 145 + 9);
  EXPECT_EQ(result.mean[0], 145);
}

TEST(SeasonalNaive, LaterSeasonsUseLongerDifferences) {
  // A line of slope 1, season 1: k steps back is a difference of exactly k.
  std::vector<double> target(60);
  for (std::size_t i = 0; i < target.size(); ++i) target[i] = static_cast<double>(i);
  const auto model = trained(target, {{"prediction_length", "3"}, {"season", "1"}});
  EXPECT_THAT(forecast(*model, target, {0.5}).quantiles[0], ElementsAre(60, 61, 62));
}

TEST(SeasonalNaive, BandsFollowTheLatestNoise) {
  // Training noise ±10, context noise ±1: the context decides.
  std::vector<double> noisy, quiet;
  for (int i = 0; i < 300; ++i) {
    noisy.push_back(100 + (i % 2 == 0 ? 10 : -10));
    quiet.push_back(100 + (i % 2 == 0 ? 1 : -1));
  }
  const auto model = trained(noisy, {{"prediction_length", "1"}, {"season", "1"}});
  const auto wide = forecast(*model, noisy, {0.05, 0.95});
  const auto narrow = forecast(*model, quiet, {0.05, 0.95});
  EXPECT_EQ(wide.quantiles[1][0] - wide.quantiles[0][0], 40);
  EXPECT_EQ(narrow.quantiles[1][0] - narrow.quantiles[0][0], 4);
}

TEST(SeasonalNaive, ContextTooShortForBandsUsesThoseOfTraining) {
  std::vector<double> noisy;
  for (int i = 0; i < 300; ++i) noisy.push_back(100 + (i % 2 == 0 ? 10 : -10));
  const auto model = trained(noisy, {{"prediction_length", "1"}, {"season", "1"}});
  const auto result = forecast(*model, {5, 5, 5}, {0.05, 0.95});
  EXPECT_EQ(result.quantiles[1][0], 25);
  // Nothing negative was seen in training, so the lower end stops at zero.
  EXPECT_EQ(result.quantiles[0][0], 0);
}

TEST(SeasonalNaive, SeasonOfMinuteDataIsADay) {
  std::vector<double> target(2880);
  for (std::size_t i = 0; i < target.size(); ++i) target[i] = static_cast<double>(i % 1440);
  const auto model = trained(target, {{"prediction_length", "3"}});
  EXPECT_THAT(forecast(*model, target, {0.5}).quantiles[0], ElementsAre(0, 1, 2));
}

TEST(SeasonalNaive, SavedModelForecastsTheSame) {
  std::vector<double> target;
  for (int i = 0; i < 200; ++i) target.push_back(std::fmod(i * 7.3, 11.0) - 2);
  const auto model = trained(target, {{"prediction_length", "4"}, {"season", "3"}, {"residuals", "50"}});
  const auto loaded = load(model->save()).value();
  EXPECT_EQ(loaded->algorithm(), "seasonal-naive");
  EXPECT_EQ(loaded->prediction_length(), 4);
  EXPECT_EQ(loaded->freq(), 1min);
  EXPECT_EQ(loaded->save(), model->save());
  EXPECT_EQ(forecast(*loaded, {1, 2}, {0.1, 0.9}).quantiles, forecast(*model, {1, 2}, {0.1, 0.9}).quantiles);
}

TEST(SeasonalNaive, RefusesContextsItCannotUse) {
  const auto model = trained({1, 2, 3}, {{"prediction_length", "1"}, {"season", "1"}});
  const std::vector<double> levels{0.5};
  EXPECT_FALSE(model->forecast(series({}), levels));
  EXPECT_FALSE(model->forecast(series({kNan}), levels));
  EXPECT_FALSE(model->forecast(series({1, HUGE_VAL}), levels));
  EXPECT_FALSE(model->forecast({kStart, 1h, {1}}, levels));
  EXPECT_FALSE(model->forecast(series({1}), {}));
}

}  // namespace
}  // namespace driftlab::forecast

// Expected values by hand, from series short enough to count.
#include "core/forecast/rolling.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/forecast/training.hpp"

namespace driftlab::forecast {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Series series_of(std::vector<double> values) {
  return {from_civil(2026, 6, 1), 1min, std::move(values), {}, {}};
}

/// Forecasts its last value, and fails where that is 666. Remembers nothing: what it was shown is in the forecast.
class Last final : public Forecaster {
 public:
  explicit Last(int horizon, double shift = 0.0, bool paths = false)
      : horizon_(horizon), shift_(shift), paths_(paths) {}
  [[nodiscard]] std::string_view algorithm() const override { return "last"; }
  [[nodiscard]] int prediction_length() const override { return horizon_; }
  [[nodiscard]] Duration freq() const override { return 1min; }
  [[nodiscard]] std::string save() const override { return {}; }
  [[nodiscard]] Result<QuantileForecast> forecast(const Series& context,
                                                  std::span<const double> levels) const override {
    const double last = context.target.back() + shift_;
    if (last == 666) return input_error("a bad number");
    QuantileForecast result;
    result.levels.assign(levels.begin(), levels.end());
    result.mean.assign(static_cast<std::size_t>(horizon_), last);
    result.quantiles.assign(levels.size(), result.mean);
    return result;
  }
  [[nodiscard]] std::vector<Result<QuantileForecast>> forecast_batch(std::span<const Series> series,
                                                                     const ForecastOptions& options) const override {
    if (!paths_) return Forecaster::forecast_batch(series, options);
    std::vector<Result<QuantileForecast>> results;
    for (const auto& one : series) {
      results.push_back(forecast(one, options.levels));
      if (options.keep_samples) results.back()->samples.assign(3, results.back()->mean);
    }
    return results;
  }

 private:
  int horizon_;
  double shift_;
  bool paths_;
};

RollingResult roll_one(const Forecaster& model, const std::vector<Series>& series, const RollingOptions& options) {
  const Forecaster* const models[] = {&model};
  return roll(models, series, options).value();
}

TEST(Rolling, CutsWindowsAtTheEnd) {
  // Windows of 2 at the end of 0 … 9: [6, 7] from 5 and [8, 9] from 7: errors 1, 2, 1, 2; E = 1.
  const auto result = roll_one(Last(2), {series_of({0, 1, 2, 3, 4, 5, 6, 7, 8, 9})}, {.windows = 2, .levels = {0.5}});
  const auto& score = result.models.front();
  EXPECT_EQ(score.scores.windows(), 2u);
  EXPECT_EQ(*score.scores.metrics().mae, 1.5);
  EXPECT_EQ(*score.scores.metrics().mase, 1.5);
  EXPECT_EQ(score.losses, (std::vector<double>{3, 3}));
  EXPECT_EQ(score.sizes, (std::vector<double>{13, 17}));
  EXPECT_EQ(*score.scores.step(1).mae(), 2.0);
  EXPECT_TRUE(result.left_out.empty());
}

TEST(Rolling, WindowsMayOverlap) {
  // Stride 1: [7, 8] from 6 and [8, 9] from 7.
  const auto result =
      roll_one(Last(2), {series_of({0, 1, 2, 3, 4, 5, 6, 7, 8, 9})}, {.windows = 2, .stride = 1, .levels = {0.5}});
  EXPECT_EQ(result.models.front().sizes, (std::vector<double>{15, 17}));
}

TEST(Rolling, LossesPoolTheSeriesOfAWindowAndAddUpToTheLoss) {
  const std::vector<Series> series{series_of({0, 1, 2, 3, 4, 5}), series_of({10, 10, 10, 10})};
  const auto result = roll_one(Last(1), series, {.windows = 2, .levels = {0.1, 0.5, 0.9}});
  const auto& score = result.models.front();
  EXPECT_EQ(score.sizes, (std::vector<double>{14, 15}));
  EXPECT_NEAR((score.losses[0] + score.losses[1]) / 29, *score.scores.metrics().mean_weighted_quantile_loss, 1e-15);
  EXPECT_EQ(score.scores.items().size(), 2u);
  EXPECT_EQ(*score.scores.items().at(1).mae(), 0.0);
}

TEST(Rolling, WhatOneModelCannotForecastIsLeftOutForAll) {
  const Last good(1), shifted(1, 600.0);
  const Forecaster* const models[] = {&good, &shifted};
  const std::vector<Series> series{series_of({1, 2, 3}), series_of({66, 66, 66})};
  const auto result = roll(models, series, {.windows = 1, .levels = {0.5}}).value();
  ASSERT_EQ(result.left_out.size(), 1u);
  EXPECT_EQ(result.left_out[0].series, 1u);
  EXPECT_THAT(result.left_out[0].reason, testing::HasSubstr("a bad number"));
  EXPECT_EQ(result.models[0].scores.pooled().cells(), 1u);
  EXPECT_EQ(result.models[1].scores.pooled().cells(), 1u);
}

TEST(Rolling, SeriesTooShortOrEmptyBeforeAWindowAreReported) {
  const std::vector<Series> series{series_of({1, 2, 3, 4, 5}), series_of({1, 2}), series_of({kNan, kNan, 3, 4})};
  const auto result = roll_one(Last(2), series, {.windows = 1, .levels = {0.5}});
  ASSERT_EQ(result.left_out.size(), 2u);
  EXPECT_THAT(result.left_out[0].reason, testing::HasSubstr("2 points do not reach"));
  EXPECT_THAT(result.left_out[1].reason, testing::HasSubstr("no value before"));
}

TEST(Rolling, SamplesAreScoredWhereAModelDrawsSome) {
  const RollingOptions options{.windows = 2, .levels = {0.5}, .score_samples = true};
  const std::vector<Series> series{series_of({0, 1, 2, 3, 4, 5})};
  EXPECT_EQ(*roll_one(Last(1, 0.0, true), series, options).models.front().samples.fair().mean(), 1.0);
  EXPECT_EQ(roll_one(Last(1), series, options).models.front().samples.fair().cells(), 0u);
}

TEST(Rolling, RefusesWhatCannotBeCompared) {
  const Last two(2), three(3);
  const Forecaster* const models[] = {&two, &three};
  const std::vector<Series> series{series_of({0, 1, 2, 3, 4, 5})};
  EXPECT_THAT(roll(models, series, {}).error().message, testing::HasSubstr("cannot be compared"));
  EXPECT_FALSE(roll({}, series, {}));
  const std::span<const Forecaster* const> one(models, 1);
  EXPECT_FALSE(roll(one, {}, {}));
  EXPECT_FALSE(roll(one, series, {.windows = 0}));
  EXPECT_FALSE(roll(one, series, {.levels = {0.5, 0.2}}));
  EXPECT_THAT(roll(one, series, {.windows = 100}).value().left_out.size(), 98u) << "98 windows begin before the series";
  EXPECT_THAT(roll(one, std::vector<Series>{series_of({1, 2})}, {.windows = 1}).error().message,
              testing::HasSubstr("no window is left"));
}

TEST(Rolling, TrainingEndsBeforeTheFirstWindow) {
  const std::vector<Series> series{series_of({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), series_of({1, 2, 3})};
  const auto plain = before_windows(series, 2, {.windows = 2});
  ASSERT_EQ(plain.size(), 1u);
  EXPECT_EQ(plain[0].target.size(), 6u);
  EXPECT_EQ(before_windows(series, 2, {.windows = 2, .stride = 1})[0].target.size(), 7u);
}

}  // namespace
}  // namespace driftlab::forecast

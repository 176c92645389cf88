// Profiles of parts, merged, against the profile of the whole: counts exactly, values to double precision.
#include "core/monitor/series/series_profile.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "core/monitor/series/forecast_source.hpp"
#include "tests/support/property.hpp"

namespace driftlab::monitor {
namespace {

ForecastAndTruth drawn() {
  ForecastAndTruth forecast;
  forecast.item = std::string(1, static_cast<char>('a' + *rc::gen::inRange(0, 3)));
  forecast.levels = {0.1, 0.5, 0.9};
  const auto steps = static_cast<std::size_t>(*rc::gen::inRange(1, 5));
  const auto value = [] { return *rc::gen::inRange(-1000, 1000) / 8.0; };
  forecast.quantiles.resize(3);
  for (std::size_t i = 0; i < steps; ++i) {
    const double low = value();
    forecast.quantiles[0].push_back(low);
    forecast.quantiles[1].push_back(low + *rc::gen::inRange(0, 100) / 8.0);
    forecast.quantiles[2].push_back(forecast.quantiles[1].back() + 1.0);
    forecast.mean.push_back(forecast.quantiles[1].back());
    forecast.actual.push_back(*rc::gen::inRange(0, 10) == 0 ? std::nan("") : value());
  }
  return forecast;
}

SeriesProfile empty() {
  return SeriesProfile::create({0.1, 0.5, 0.9}).value();
}

void expect_same(const SeriesScore& merged, const SeriesScore& whole) {
  RC_ASSERT(merged.score().cells() == whole.score().cells());
  RC_ASSERT(merged.residuals().count() == whole.residuals().count());
  const auto a = merged.values();
  const auto b = whole.values();
  RC_ASSERT(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    RC_ASSERT(a[i].name == b[i].name);
    RC_ASSERT(std::abs(a[i].value - b[i].value) <= 1e-9 * std::max(1.0, std::abs(b[i].value)));
  }
}

RC_GTEST_PROP(SeriesProfile, MergedPartsAreTheWhole, ()) {
  SeriesProfile whole = empty();
  std::vector<SeriesProfile> parts;
  for (int i = 0; i < 3; ++i) parts.push_back(empty());
  const int count = *rc::gen::inRange(1, 30);
  for (int i = 0; i < count; ++i) {
    const auto forecast = drawn();
    RC_ASSERT(whole.add(forecast).has_value());
    RC_ASSERT(parts[static_cast<std::size_t>(*rc::gen::inRange(0, 3))].add(forecast).has_value());
  }
  SeriesProfile merged = empty();
  for (const auto& part : parts) merged.merge(part);
  RC_ASSERT(merged.forecasts() == whole.forecasts());
  RC_ASSERT(merged.missing_actuals() == whole.missing_actuals());
  expect_same(merged.pooled(), whole.pooled());
  RC_ASSERT(merged.horizons().size() == whole.horizons().size());
  for (const auto& [step, score] : whole.horizons()) expect_same(merged.horizons().at(step), score);
  RC_ASSERT(merged.items().size() == whole.items().size());
  for (const auto& [item, score] : whole.items()) expect_same(merged.items().at(item), score);
}

TEST(SeriesProfile, AForecastThatCannotBeUsedLeavesNothingBehind) {
  SeriesProfile profile = empty();
  ForecastAndTruth forecast{
      .item = "a", .levels = {0.1, 0.5, 0.9}, .quantiles = {{1.0}, {2.0}, {std::nan("")}}, .actual = {2.0}};
  EXPECT_FALSE(profile.add(forecast));
  forecast.quantiles = {{1.0}, {2.0}};
  EXPECT_FALSE(profile.add(forecast));
  forecast.levels = {0.1, 0.5};
  EXPECT_EQ(profile.add(forecast).error().message,
            "quantiles 0.1, 0.5 differ from those of the first forecast, 0.1, 0.5, 0.9");
  EXPECT_EQ(profile.forecasts(), 0u);
  EXPECT_TRUE(profile.items().empty());
}

TEST(SeriesProfile, CrossedQuantilesMeanTheSortedDistributionInCrps) {
  ForecastAndTruth forecast{
      .item = "a", .levels = {0.1, 0.5, 0.9}, .quantiles = {{1.0}, {2.0}, {3.0}}, .actual = {2.5}};
  SeriesProfile straight = empty();
  ASSERT_TRUE(straight.add(forecast));
  std::swap(forecast.quantiles[0], forecast.quantiles[2]);
  SeriesProfile crossed = empty();
  ASSERT_TRUE(crossed.add(forecast));
  EXPECT_EQ(*straight.pooled().crps().mean(), *crossed.pooled().crps().mean());
}

TEST(LevelOfName, ReadsTheWaysPeopleNameQuantiles) {
  for (const char* name : {"0.1", "q0.1", "q10", "p10", "P10", "quantile_0.1", "quantiles.0.1", "q_0.1"})
    EXPECT_EQ(level_of_name(name), 0.1) << name;
  EXPECT_EQ(level_of_name("p99.5"), 0.995);
  for (const char* name : {"price", "q", "10", "0", "1", "p0", "p100", "quantity", ""})
    EXPECT_EQ(level_of_name(name), std::nullopt) << name;
}

}  // namespace
}  // namespace driftlab::monitor

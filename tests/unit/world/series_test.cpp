#include "sim/world/series.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace driftlab::world {
namespace {

/// A Monday.
const Instant kStart = from_civil(2026, 6, 1);
constexpr Duration kDay = 24h;

RegularSeries generate(const SeriesSpec& spec, Duration from, Duration until, Duration step, std::uint64_t seed = 7) {
  return generate_series(spec, "fees", seed, kStart + from, kStart, kStart + until, step);
}

double value_at(const SeriesSpec& spec, Duration offset) {
  return generate(spec, offset, offset + 1min, 1min).values.at(0);
}

TEST(Series, CoversHistoryUpToButNotIncludingTheEnd) {
  const auto series = generate({.level = 20.0}, -2h, 1h, 1h);
  EXPECT_EQ(series.first, from_civil(2026, 5, 31, 22));
  EXPECT_EQ(series.values, (std::vector<double>{20.0, 20.0, 20.0}));
  EXPECT_EQ(series.end(), kStart + 1h);
  EXPECT_TRUE(generate({.level = 20.0}, 1h, 1h, 1h).values.empty());
}

// 1 % of 100 a day: 99 a day before the start, 100.5 after half a day.
TEST(Series, TrendCountsFromTheStartInDays) {
  const SeriesSpec spec{.level = 100.0, .trend = 0.01};
  EXPECT_DOUBLE_EQ(value_at(spec, -kDay), 99.0);
  EXPECT_DOUBLE_EQ(value_at(spec, 12h), 100.5);
  EXPECT_DOUBLE_EQ(value_at(spec, 3 * kDay), 103.0);
}

// cos 0 = 1 at the peak, cos(π/2) = 0 a quarter of the period later, cos π = −1 after half.
TEST(Series, SeasonsPeakAtTheirPhase) {
  const SeriesSpec daily{.level = 20.0, .daily = {.amplitude = 0.3, .phase = 15h}};
  EXPECT_DOUBLE_EQ(value_at(daily, 15h), 26.0);
  EXPECT_DOUBLE_EQ(value_at(daily, 21h), 20.0);
  EXPECT_DOUBLE_EQ(value_at(daily, 3h), 14.0);
  EXPECT_DOUBLE_EQ(value_at(daily, 15h - 9 * kDay), 26.0);

  const SeriesSpec weekly{.level = 20.0, .weekly = {.amplitude = 0.5, .phase = 12h}};
  EXPECT_DOUBLE_EQ(value_at(weekly, 12h), 30.0);
  EXPECT_DOUBLE_EQ(value_at(weekly, 12h + 84h), 10.0);
  EXPECT_DOUBLE_EQ(value_at(weekly, 12h + 7 * kDay), 30.0);
}

TEST(Series, FloorAndRounding) {
  EXPECT_DOUBLE_EQ(value_at({.level = 1.0, .daily = {.amplitude = 2.0, .phase = 0h}, .floor = 0.05}, 12h), 0.05);
  EXPECT_DOUBLE_EQ(value_at({.level = 1.23456}, 0h), 1.2346);
  EXPECT_DOUBLE_EQ(value_at({.level = 1.23456, .decimals = 0}, 0h), 1.0);
  EXPECT_DOUBLE_EQ(round_decimals(2.5, 0), 3.0);
  EXPECT_DOUBLE_EQ(round_decimals(-0.125, 2), -0.13);
}

TEST(Series, StepActsFromItsInstant) {
  const SeriesSpec spec{.level = 20.0, .drift = {StepDrift{6 * kDay, 1.8}}};
  EXPECT_DOUBLE_EQ(value_at(spec, 6 * kDay - 1min), 20.0);
  EXPECT_DOUBLE_EQ(value_at(spec, 6 * kDay), 36.0);
  EXPECT_DOUBLE_EQ(value_at(spec, 9 * kDay), 36.0);
}

// From 1 to 3 in four hours: 1.5 after one hour, 2 after two.
TEST(Series, RampGrowsLinearlyAndStays) {
  const SeriesSpec spec{.level = 10.0, .drift = {RampDrift{kDay, 4h, 3.0}}};
  EXPECT_DOUBLE_EQ(value_at(spec, kDay), 10.0);
  EXPECT_DOUBLE_EQ(value_at(spec, kDay + 1h), 15.0);
  EXPECT_DOUBLE_EQ(value_at(spec, kDay + 2h), 20.0);
  EXPECT_DOUBLE_EQ(value_at(spec, kDay + 4h), 30.0);
  EXPECT_DOUBLE_EQ(value_at(spec, 5 * kDay), 30.0);
}

TEST(Series, LevelDriftsMultiply) {
  const SeriesSpec spec{.level = 10.0, .drift = {StepDrift{1h, 2.0}, StepDrift{2h, 0.25}}};
  EXPECT_DOUBLE_EQ(value_at(spec, 1h), 20.0);
  EXPECT_DOUBLE_EQ(value_at(spec, 2h), 5.0);
}

TEST(Series, SeasonDriftChangesWhatItNames) {
  const SeriesSpec spec{.level = 20.0,
                        .daily = {.amplitude = 0.3, .phase = 12h},
                        .drift = {SeasonDrift{2 * kDay, 0.5, {}}, SeasonDrift{3 * kDay, {}, 0h}}};
  EXPECT_DOUBLE_EQ(value_at(spec, kDay + 12h), 26.0);
  EXPECT_DOUBLE_EQ(value_at(spec, 2 * kDay + 12h), 30.0);
  EXPECT_DOUBLE_EQ(value_at(spec, 3 * kDay + 12h), 10.0);
  EXPECT_DOUBLE_EQ(value_at(spec, 4 * kDay), 30.0);
}

TEST(Series, DriftLeavesTheNoiseAsItWas) {
  SeriesSpec plain{.level = 20.0, .noise = {.kind = NoiseKind::StudentT, .scale = 0.02, .df = 5.0, .ar = 0.6}};
  SeriesSpec stepped = plain;
  stepped.drift = {StepDrift{kDay, 2.0}};
  const auto a = generate(plain, 0h, 2 * kDay, 10min).values;
  const auto b = generate(stepped, 0h, 2 * kDay, 10min).values;
  ASSERT_EQ(a.size(), 288U);
  for (std::size_t i = 0; i < 144; ++i) EXPECT_EQ(a[i], b[i]) << i;
  // Both are rounded to 1e-4: half a unit of b and twice half a unit of a.
  for (std::size_t i = 144; i < 288; ++i) EXPECT_NEAR(2.0 * a[i], b[i], 1.6e-4) << i;
}

TEST(Series, VarianceDriftScalesTheDeviations) {
  SeriesSpec plain{.level = 100.0, .noise = {.scale = 0.01}};
  SeriesSpec wilder = plain;
  wilder.drift = {VarianceDrift{12h, 3.0}};
  const auto a = generate(plain, 0h, kDay, 1h).values;
  const auto b = generate(wilder, 0h, kDay, 1h).values;
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(a[i], b[i]);
  for (std::size_t i = 12; i < 24; ++i) EXPECT_NEAR(3.0 * (a[i] - 100.0), b[i] - 100.0, 2.1e-4) << i;
}

TEST(Series, NameAndSeedChooseTheNoise) {
  const SeriesSpec spec{.level = 20.0, .noise = {.scale = 0.1}};
  const auto of = [&](std::string_view name, std::uint64_t seed) {
    return generate_series(spec, name, seed, kStart, kStart, kStart + 1h, 1min).values;
  };
  EXPECT_EQ(of("a", 1), of("a", 1));
  EXPECT_NE(of("a", 1), of("b", 1));
  EXPECT_NE(of("a", 1), of("a", 2));
}

struct Moments {
  double mean = 0.0;
  double variance = 0.0;
  double lag1 = 0.0;
};

constexpr std::size_t kCount = 40'000;

/// Of the relative deviations value / level − 1, before they are rounded to anything that matters.
Moments deviations(const Noise& noise) {
  const auto values =
      generate({.level = 1000.0, .noise = noise, .decimals = 9}, 0h, kCount * Duration{1min}, 1min).values;
  Moments result;
  for (const double v : values) result.mean += (v / 1000.0 - 1.0) / kCount;
  double before = 0.0;
  for (const double v : values) {
    const double d = v / 1000.0 - 1.0 - result.mean;
    result.variance += d * d / kCount;
    result.lag1 += d * before / kCount;
    before = d;
  }
  result.lag1 /= result.variance;
  return result;
}

const double kRoot = std::sqrt(static_cast<double>(kCount));

// Standard errors: mean σ/√n, variance σ²√((κ−1)/n) with kurtosis κ, autocorrelation √((1−φ²)/n).
TEST(SeriesMoments, Normal) {
  const auto m = deviations({.scale = 0.05});
  EXPECT_NEAR(m.mean, 0.0, 4 * 0.05 / kRoot);
  EXPECT_NEAR(m.variance, 0.0025, 4 * 0.0025 * std::sqrt(2.0) / kRoot);
  EXPECT_NEAR(m.lag1, 0.0, 4 / kRoot);
}

// Variance df/(df−2) = 1.25 and kurtosis 3 + 6/(df−4) = 4 for df = 10.
TEST(SeriesMoments, StudentT) {
  const auto m = deviations({.kind = NoiseKind::StudentT, .scale = 0.05, .df = 10.0});
  EXPECT_NEAR(m.mean, 0.0, 4 * 0.05 * std::sqrt(1.25) / kRoot);
  EXPECT_NEAR(m.variance, 1.25 * 0.0025, 4 * 1.25 * 0.0025 * std::sqrt(3.0) / kRoot);
}

// exp(0.3 z − 0.045) has mean 1 and variance exp(0.09) − 1 = 0.0941743; with w = exp(0.09) its kurtosis is
// w⁴ + 2w³ + 3w² − 3 = 1.433329 + 2·1.309964 + 3·1.197217 − 3 = 4.644909.
TEST(SeriesMoments, LognormalHasNoBias) {
  const auto m = deviations({.kind = NoiseKind::Lognormal, .scale = 0.3});
  EXPECT_NEAR(m.mean, 0.0, 4 * std::sqrt(0.0941743) / kRoot);
  EXPECT_NEAR(m.variance, 0.0941743, 4 * 0.0941743 * std::sqrt(3.644909) / kRoot);
}

// AR(1) with φ = 0.8: variance σ²/(1−φ²) = σ²/0.36; effective sample for the mean n(1−φ)/(1+φ) = n/9 and for the
// variance n(1−φ²)/(1+φ²) = n·0.36/1.64.
TEST(SeriesMoments, Autoregression) {
  const auto m = deviations({.scale = 0.03, .ar = 0.8});
  const double variance = 0.0009 / 0.36;
  EXPECT_NEAR(m.mean, 0.0, 4 * std::sqrt(variance) * 3.0 / kRoot);
  EXPECT_NEAR(m.variance, variance, 4 * variance * std::sqrt(2.0 * 1.64 / 0.36) / kRoot);
  EXPECT_NEAR(m.lag1, 0.8, 4 * 0.6 / kRoot);
}

TEST(Drift, TruthSaysWhatWasInjectedAndWhen) {
  const auto truths = drift_truths(
      {StepDrift{6 * kDay, 1.8}, RampDrift{kDay, 36h, 0.5}, VarianceDrift{2h, 3.0}, SeasonDrift{3h, 0.5, 6h}}, kStart);
  const auto day = [](unsigned d, int hour = 0) { return from_civil(2026, 6, d, hour); };
  ASSERT_EQ(truths.size(), 4U);
  EXPECT_EQ(truths[0], (DriftTruth{"step", day(7), day(7), "level × 1.8"}));
  EXPECT_EQ(truths[1], (DriftTruth{"ramp", day(2), day(3, 12), "level × 0.5 over P1DT12H"}));
  EXPECT_EQ(truths[2], (DriftTruth{"variance", day(1, 2), day(1, 2), "noise × 3"}));
  EXPECT_EQ(truths[3], (DriftTruth{"season", day(1, 3), day(1, 3), "daily season: amplitude 0.5, phase PT6H"}));
}

TEST(Drift, StepsAndRampsGoOverGivenValues) {
  RegularSeries series{kStart - 1h, 1h, {1.23456789, 2.0, 3.0, 4.0}};
  apply_drift(series, {StepDrift{1h, 2.0}, RampDrift{1h, 2h, 2.0}}, kStart, 4);
  // Before the drift as given, unrounded; then × 2 × 1 and × 2 × 1.5.
  EXPECT_EQ(series.values, (std::vector<double>{1.23456789, 2.0, 6.0, 12.0}));
}

}  // namespace
}  // namespace driftlab::world

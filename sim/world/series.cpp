#include "sim/world/series.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/base/text.hpp"

namespace driftlab::world {
namespace {

constexpr Duration kDay = 24h;
constexpr Duration kWeek = 7 * kDay;
/// The epoch was a Thursday: weeks that begin on Monday are three days ahead of multiples of a week.
constexpr Duration kEpochAfterMonday = 3 * kDay;

double harmonic(const Season& season, Duration since_period_start, Duration period) {
  if (season.amplitude == 0.0) return 0.0;
  const Duration offset = (since_period_start - season.phase) % period;
  return season.amplitude * std::cos(2.0 * std::numbers::pi * to_seconds(offset) / to_seconds(period));
}

/// What all drifts together make of the series at one instant.
struct DriftState {
  double level = 1.0;
  double noise = 1.0;
  Season daily;
  Duration daily_since = Duration::min();
};

void apply(const StepDrift& drift, Duration now, DriftState& state) {
  if (now >= drift.at) state.level *= drift.factor;
}

void apply(const RampDrift& drift, Duration now, DriftState& state) {
  if (now < drift.at) return;
  const bool complete = now >= drift.at + drift.duration;
  const double done = complete ? 1.0 : to_seconds(now - drift.at) / to_seconds(drift.duration);
  state.level *= 1.0 + (drift.factor - 1.0) * done;
}

void apply(const VarianceDrift& drift, Duration now, DriftState& state) {
  if (now >= drift.at) state.noise *= drift.factor;
}

void apply(const SeasonDrift& drift, Duration now, DriftState& state) {
  if (now < drift.at || drift.at < state.daily_since) return;
  state.daily_since = drift.at;
  if (drift.amplitude) state.daily.amplitude = *drift.amplitude;
  if (drift.phase) state.daily.phase = *drift.phase;
}

DriftState drift_state(const std::vector<Drift>& drifts, Duration now, const Season& daily) {
  DriftState state;
  state.daily = daily;
  for (const auto& drift : drifts) {
    std::visit([&](const auto& one) { apply(one, now, state); }, drift);
  }
  return state;
}

std::string season_detail(const SeasonDrift& drift) {
  std::string text = "daily season:";
  if (drift.amplitude) text += " amplitude " + shortest(*drift.amplitude);
  if (drift.amplitude && drift.phase) text += ",";
  if (drift.phase) text += " phase " + format_duration(*drift.phase);
  return text;
}

struct TruthOf {
  Instant start;

  DriftTruth operator()(const StepDrift& drift) const {
    return {"step", start + drift.at, start + drift.at, fmt::format("level × {}", shortest(drift.factor))};
  }
  DriftTruth operator()(const RampDrift& drift) const {
    return {"ramp", start + drift.at, start + drift.at + drift.duration,
            fmt::format("level × {} over {}", shortest(drift.factor), format_duration(drift.duration))};
  }
  DriftTruth operator()(const VarianceDrift& drift) const {
    return {"variance", start + drift.at, start + drift.at, fmt::format("noise × {}", shortest(drift.factor))};
  }
  DriftTruth operator()(const SeasonDrift& drift) const {
    return {"season", start + drift.at, start + drift.at, season_detail(drift)};
  }
};

}  // namespace

Duration drift_offset(const Drift& drift) {
  return std::visit([](const auto& one) { return one.at; }, drift);
}

std::vector<DriftTruth> drift_truths(const std::vector<Drift>& drifts, Instant start) {
  std::vector<DriftTruth> truths;
  truths.reserve(drifts.size());
  for (const auto& drift : drifts) truths.push_back(std::visit(TruthOf{start}, drift));
  return truths;
}

double round_decimals(double value, int decimals) {
  DRIFTLAB_CHECK(decimals >= 0 && decimals <= 9, "decimals must be from 0 to 9");
  const double unit = std::pow(10.0, decimals);
  return std::round(value * unit) / unit;
}

SeriesGenerator::SeriesGenerator(SeriesSpec spec, std::string_view name, std::uint64_t seed, Instant first,
                                 Instant start, Duration step)
    : spec_(std::move(spec)), at_(first), start_(start), step_(step), rng_(seed, "world.series", name) {
  DRIFTLAB_CHECK(step > Duration::zero(), "a series needs a step above zero");
  DRIFTLAB_CHECK(spec_.floor > 0.0, "the floor of a series must be positive");
  DRIFTLAB_CHECK(spec_.noise.ar > -1.0 && spec_.noise.ar < 1.0, "AR(1) noise needs a coefficient in (-1, 1)");
}

double SeriesGenerator::innovation(double scale) {
  switch (spec_.noise.kind) {
    case NoiseKind::Normal:
      return scale * rng_.normal();
    case NoiseKind::StudentT:
      return scale * rng_.student_t(spec_.noise.df);
    case NoiseKind::Lognormal:
      break;
  }
  return std::exp(scale * rng_.normal() - scale * scale / 2.0) - 1.0;
}

double SeriesGenerator::noise(double scale) {
  const double fresh = innovation(scale);
  const double ar = spec_.noise.ar;
  // The first value gets the variance the process settles at, so that history has no quiet beginning.
  noise_ = started_ ? ar * noise_ + fresh : fresh / std::sqrt(1.0 - ar * ar);
  started_ = true;
  return noise_;
}

double SeriesGenerator::next() {
  const Duration now = at_ - start_;
  const DriftState drift = drift_state(spec_.drift, now, spec_.daily);
  const Duration since_midnight = at_ - floor_to(at_, kDay);
  const Instant shifted = at_ + kEpochAfterMonday;
  const Duration since_monday = shifted - floor_to(shifted, kWeek);
  const double trend = 1.0 + spec_.trend * to_seconds(now) / to_seconds(kDay);
  const double season = 1.0 + harmonic(drift.daily, since_midnight, kDay) + harmonic(spec_.weekly, since_monday, kWeek);
  const double value = spec_.level * trend * season * drift.level * (1.0 + noise(spec_.noise.scale * drift.noise));
  at_ += step_;
  return round_decimals(std::max(value, spec_.floor), spec_.decimals);
}

RegularSeries generate_series(const SeriesSpec& spec, std::string_view name, std::uint64_t seed, Instant first,
                              Instant start, Instant end, Duration step) {
  SeriesGenerator generator(spec, name, seed, first, start, step);
  RegularSeries series{first, step, {}};
  if (end > first) series.values.reserve(static_cast<std::size_t>((end - first) / step + 1));
  while (generator.at() < end) series.values.push_back(generator.next());
  return series;
}

void apply_drift(RegularSeries& series, const std::vector<Drift>& drifts, Instant start, int decimals) {
  for (const auto& drift : drifts) {
    DRIFTLAB_CHECK(std::holds_alternative<StepDrift>(drift) || std::holds_alternative<RampDrift>(drift),
                   "only steps and ramps can be laid on given values");
  }
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    const double factor = drift_state(drifts, series.at(i) - start, Season{}).level;
    // Values the drift does not touch stay exactly as given.
    if (factor != 1.0) series.values[i] = round_decimals(series.values[i] * factor, decimals);
  }
}

}  // namespace driftlab::world

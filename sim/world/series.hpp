#pragma once
/// A synthetic series: level, trend, seasons and noise, with drift laid on top.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/rng.hpp"
#include "core/base/time.hpp"

namespace driftlab::world {

/// Values on a regular grid: value i belongs to `first + i × step`.
struct RegularSeries {
  Instant first;
  Duration step{0};
  std::vector<double> values;

  [[nodiscard]] Instant at(std::size_t index) const { return first + static_cast<std::int64_t>(index) * step; }
  /// The instant after the last value's step.
  [[nodiscard]] Instant end() const { return at(values.size()); }
};

/// One harmonic: `amplitude × cos(2π (t − phase) / period)`, so `phase` is when the peak falls, counted from midnight
/// UTC (daily) or from Monday 00:00 UTC (weekly). `amplitude` is a fraction of the level.
struct Season {
  double amplitude = 0.0;
  Duration phase = 12h;

  bool operator==(const Season&) const = default;
};

enum class NoiseKind { Normal, StudentT, Lognormal };

/// AR(1) noise n: nᵢ = ar × nᵢ₋₁ + eᵢ, and the value is multiplied by (1 + n). The innovations e are `scale` times a
/// standard normal, `scale` times Student's t with `df`, or exp(scale z − scale²/2) − 1, which has mean 0.
struct Noise {
  NoiseKind kind = NoiseKind::Normal;
  double scale = 0.0;  ///< fraction of the level
  double df = 4.0;     ///< degrees of freedom; Student's t only
  double ar = 0.0;     ///< in (−1, 1)

  bool operator==(const Noise&) const = default;
};

/// The level is multiplied by `factor` from `at` on. All offsets count from the start of the scenario.
struct StepDrift {
  Duration at{0};
  double factor = 1.0;
};
/// The factor grows linearly from 1 at `at` to `factor` at `at + duration` and stays there.
struct RampDrift {
  Duration at{0};
  Duration duration{0};
  double factor = 1.0;
};
/// The noise scale is multiplied by `factor` from `at` on.
struct VarianceDrift {
  Duration at{0};
  double factor = 1.0;
};
/// The daily season gets a new amplitude, a new phase or both from `at` on.
struct SeasonDrift {
  Duration at{0};
  std::optional<double> amplitude;
  std::optional<Duration> phase;
};
/// Steps and ramps multiply, variance factors multiply, of season changes the latest counts.
using Drift = std::variant<StepDrift, RampDrift, VarianceDrift, SeasonDrift>;

[[nodiscard]] Duration drift_offset(const Drift& drift);

/// What was injected and when: the truth that detection is scored against.
struct DriftTruth {
  std::string kind;    ///< "step", "ramp", "variance", "season"
  Instant at;          ///< the first instant with drift
  Instant until;       ///< when the change is complete: the end of a ramp, else `at`
  std::string detail;  ///< "level × 1.8"

  bool operator==(const DriftTruth&) const = default;
};
/// In the order of `drifts`, so `drift[0]` of a scenario is the first.
[[nodiscard]] std::vector<DriftTruth> drift_truths(const std::vector<Drift>& drifts, Instant start);

/// value(t) = level × (1 + trend × days since start) × (1 + daily + weekly) × drift × (1 + noise), at least `floor`,
/// rounded to `decimals`.
struct SeriesSpec {
  double level = 1.0;
  double trend = 0.0;  ///< change per day as a fraction of the level
  Season daily;
  Season weekly;
  Noise noise;
  std::vector<Drift> drift;
  double floor = 0.0001;  ///< > 0: relative errors and logarithms of the values stay defined
  int decimals = 4;       ///< 0–9; hides last-bit differences between mathematical libraries
};

/// Gives the values one after the other, from `first` on. Constant memory.
///
/// Noise is drawn from the stream (seed, "world.series", name) and drift consumes none of it: adding a drift leaves
/// everything before it, and the draws behind it, as they were.
class SeriesGenerator {
 public:
  /// `first` may lie before `start` (history); drift offsets and the trend count from `start`. step > 0.
  SeriesGenerator(SeriesSpec spec, std::string_view name, std::uint64_t seed, Instant first, Instant start,
                  Duration step);

  /// The instant of the value that `next` gives.
  [[nodiscard]] Instant at() const { return at_; }
  double next();

 private:
  double innovation(double scale);
  double noise(double scale);

  SeriesSpec spec_;
  Instant at_;
  Instant start_;
  Duration step_;
  Rng rng_;
  double noise_ = 0.0;
  bool started_ = false;
};

/// All values of [first, end).
[[nodiscard]] RegularSeries generate_series(const SeriesSpec& spec, std::string_view name, std::uint64_t seed,
                                            Instant first, Instant start, Instant end, Duration step);

/// Lays steps and ramps over given values, as they would act on generated ones. Variance and season drift need the
/// parts of a generated series: passing one is a defect of the caller.
void apply_drift(RegularSeries& series, const std::vector<Drift>& drifts, Instant start, int decimals);

/// Nearest value with that many decimals, halves away from zero.
[[nodiscard]] double round_decimals(double value, int decimals);

}  // namespace driftlab::world

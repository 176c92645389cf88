#pragma once
/// The continuous ranked probability score, CRPS(F, y) = ∫ (F(x) − 1[y <= x])² dx, and the probability integral
/// transform.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/forecast.hpp"
#include "core/metric/sum.hpp"

namespace driftlab::metric {

/// From draws x_1 … x_m of the forecast.
struct SampleCrps {
  double empirical = 0.0;  ///< of the empirical distribution: E|X − y| − ½E|X − X'|
  double fair = 0.0;       ///< unbiased for the distribution behind the draws; the empirical one when m = 1
};
/// `ascending` holds at least one value. Cost: one pass.
[[nodiscard]] SampleCrps crps_from_samples(double actual, std::span<const double> ascending);

/// Of the distribution whose quantile function is straight between the given levels and constant beyond them:
/// 2∫ρ_q(y − Q(q))dq, exact. Levels and quantiles ascend. The mean of 2ρ over the levels, which papers call CRPS too,
/// is larger, since equidistant levels leave out the tails, where the loss is small.
[[nodiscard]] double crps_from_quantiles(double actual, std::span<const double> levels,
                                         std::span<const double> quantiles);

/// Of a normal distribution, in closed form (Gneiting, Raftery 2007). deviation > 0.
[[nodiscard]] double crps_gaussian(double actual, double mean, double deviation);

/// Sums of CRPS over cells; merging adds. A NaN actual counts nowhere.
class CrpsSums {
 public:
  void add(double actual, double crps);
  /// Levels and quantiles ascend.
  void add_quantiles(double actual, std::span<const double> levels, std::span<const double> quantiles);
  void merge(const CrpsSums& other);
  [[nodiscard]] std::size_t cells() const { return cells_; }
  /// Absent without cells.
  [[nodiscard]] std::optional<double> mean() const;
  /// Σ CRPS / Σ|y|; absent when Σ|y| is zero (below 1e-12 per cell).
  [[nodiscard]] std::optional<double> normalised() const;

 private:
  CompensatedSum crps_;
  CompensatedSum absolute_actuals_;
  std::size_t cells_ = 0;
};

/// What sample paths score: fair and empirical CRPS and a histogram of the transforms u = (#{x < y} + ½#{x = y}) / m in
/// equal bins, (i/K, (i+1)/K] with 0 in the first. A flat histogram is a calibrated forecast.
class SampleScore {
 public:
  /// bins >= 1.
  explicit SampleScore(std::size_t bins = 10);
  /// One window; `samples` is [path][step], each as long as `actual`. Errors: InvalidInput naming the place for no
  /// path, wrong lengths, values that are not finite; the score stays as it was.
  [[nodiscard]] Result<void> add(std::span<const double> actual, std::span<const std::vector<double>> samples);
  /// Same bins.
  void merge(const SampleScore& other);
  [[nodiscard]] const CrpsSums& fair() const { return fair_; }
  [[nodiscard]] const CrpsSums& empirical() const { return empirical_; }
  [[nodiscard]] std::vector<PitBin> pit() const;
  /// Mean over the bins of |share − 1/K|; absent without cells.
  [[nodiscard]] std::optional<double> calibration_error() const;

 private:
  CrpsSums fair_, empirical_;
  std::vector<std::size_t> counts_;
};

}  // namespace driftlab::metric

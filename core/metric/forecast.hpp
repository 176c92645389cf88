#pragma once
/// Quality of probabilistic forecasts as mergeable sums: quantile losses, coverage, RMSE, MAE.
///
/// Definitions are SageMaker's: QL_q = 2 Σ max(q(y − f_q), (1 − q)(f_q − y)); wQL_q = QL_q / Σ|y|, a ratio of pooled
/// sums; their plain mean over the levels is `mean_wQuantileLoss` of a training log and, with the three levels of
/// one prediction interval over one window, the `weighted_quantile_loss` metric of the monitored system.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/sum.hpp"

namespace driftlab::metric {

/// max(q(y − f), (1 − q)(f − y)): without the factor 2. 0 < level < 1.
[[nodiscard]] inline double pinball_loss(double level, double actual, double forecast) {
  const double error = actual - forecast;
  return error >= 0.0 ? level * error : (level - 1.0) * error;
}

/// What a window, or a set of windows, scored: values computed once at the end.
struct QuantileLosses {
  std::vector<double> levels;
  std::vector<double> weighted;  ///< wQL per level; the plain QL when `unweighted`
  double mean = 0.0;             ///< plain mean of `weighted`
  /// Σ|y| was zero (below 1e-12 per cell), so the losses were not divided by it.
  bool unweighted = false;
  std::size_t cells = 0;  ///< actuals that were there
};

/// Sums over cells (series, window, step). Merging adds; a merged score equals the pooled one.
///
/// A cell whose actual is NaN counts nowhere. A forecast that is not finite, or an infinite actual, is an error and
/// leaves the score as it was. Every value is absent while no cell was counted.
class ForecastScore {
 public:
  /// Levels in ascending order, each in (0, 1). Errors: InvalidInput.
  [[nodiscard]] static Result<ForecastScore> create(std::vector<double> levels);

  /// One window: `quantiles` as [level][step] in the order of the levels, each as long as `actual`. `mean` is the
  /// mean forecast, which RMSE is computed from, or empty. Cost: levels × steps. Errors: InvalidInput naming the place.
  [[nodiscard]] Result<void> add(std::span<const double> actual, std::span<const std::vector<double>> quantiles,
                                 std::span<const double> mean = {});
  /// Adds the sums of `other`. Both must have the same levels.
  void merge(const ForecastScore& other);

  [[nodiscard]] const std::vector<double>& levels() const { return levels_; }
  [[nodiscard]] std::size_t cells() const { return cells_; }
  /// Σ|y|.
  [[nodiscard]] double absolute_actuals() const { return absolute_actuals_.value(); }
  /// QL of the level at `index`, with the factor 2; 0 without cells.
  [[nodiscard]] double quantile_loss(std::size_t index) const;
  /// Mean of QL over the levels: SageMaker's mean_absolute_QuantileLoss.
  [[nodiscard]] std::optional<double> mean_absolute_quantile_loss() const;
  [[nodiscard]] std::optional<QuantileLosses> weighted_quantile_losses() const;
  /// Share of cells with y <= f_q, per level.
  [[nodiscard]] std::optional<double> coverage(std::size_t index) const;
  /// Mean over the levels of |coverage − q|.
  [[nodiscard]] std::optional<double> coverage_error() const;
  /// Share of cells inside [f of the lowest level, f of the highest], ends included. Needs two levels.
  [[nodiscard]] std::optional<double> interval_coverage() const;
  /// Of the mean forecast, over the windows that had one.
  [[nodiscard]] std::optional<double> rmse() const;
  /// Of the median; absent without level 0.5.
  [[nodiscard]] std::optional<double> mae() const;

 private:
  explicit ForecastScore(std::vector<double> levels);
  void add_cell(double actual, std::size_t step, std::span<const std::vector<double>> quantiles);

  std::vector<double> levels_;
  std::vector<CompensatedSum> losses_;  ///< Σ 2ρ_q per level
  std::vector<std::size_t> covered_;
  CompensatedSum absolute_actuals_;
  CompensatedSum squared_errors_;
  std::size_t mean_cells_ = 0;
  std::size_t inside_ = 0;
  std::size_t cells_ = 0;
};

/// One window in one call: `weighted_quantile_losses` of a score that saw only it. Errors: as `add`, and InvalidInput
/// when no actual is there.
[[nodiscard]] Result<QuantileLosses> weighted_quantile_loss(std::span<const double> levels,
                                                            std::span<const double> actual,
                                                            std::span<const std::vector<double>> quantiles);

}  // namespace driftlab::metric

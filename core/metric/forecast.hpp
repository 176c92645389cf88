#pragma once
/// Quality of probabilistic forecasts as mergeable sums.
///
/// Definitions are SageMaker's and GluonTS's: QL_q = 2 Σ max(q(y − f_q), (1 − q)(f_q − y)); wQL_q = QL_q / Σ|y|, a
/// ratio of pooled sums; their plain mean over the levels is `mean_wQuantileLoss` of a training log and, with the three
/// levels of one prediction interval over one window, the `weighted_quantile_loss` metric of the monitored system.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/quantile_sums.hpp"
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

/// Every value of one pooling. Absent means that no cell could be counted, or that the denominator of the ratio is zero
/// for every cell; what a cell needs to count is said where it is more than an actual.
struct ForecastMetrics {
  std::vector<double> levels;
  std::size_t cells = 0;
  std::vector<double> quantile_losses;  ///< QL per level, with the factor 2
  std::optional<double> mean_absolute_quantile_loss;
  std::vector<double> weighted_quantile_losses;  ///< wQL per level; empty without cells
  std::optional<double> mean_weighted_quantile_loss;
  bool unweighted = false;       ///< Σ|y| is zero: wQL and ND are their numerators
  std::vector<double> coverage;  ///< share of y <= f_q per level; empty without cells
  std::optional<double> coverage_error;
  std::optional<double> interval_coverage;
  std::optional<double> nd;                    ///< Σ|y − median| / Σ|y| (= WAPE)
  std::optional<double> mae;                   ///< of the median
  std::optional<double> mse;                   ///< of the mean forecast
  std::optional<double> rmse;                  ///< of the mean forecast, square root last
  std::optional<double> nrmse;                 ///< rmse / mean |y|
  std::optional<double> mape;                  ///< over cells with y ≠ 0
  std::optional<double> smape;                 ///< mean 2|y − f| / (|y| + |f|), 0 where both are 0; range [0, 2]
  std::optional<double> mase;                  ///< over windows with a seasonal error > 0
  std::optional<double> msis;                  ///< likewise
  double msis_alpha = 0.0;                     ///< 1 − the nominal coverage of the interval that msis judges
  std::vector<double> scaled_quantile_losses;  ///< mean of 2ρ_q / E per level; empty without such windows
  std::size_t mape_skipped = 0;                ///< cells with y = 0
  std::size_t scaled_skipped = 0;              ///< cells of windows without a seasonal error > 0
};

/// The cells of one window, by step. `quantiles[level]` points at one forecast per actual.
struct ForecastWindow {
  std::span<const double> actual;  ///< NaN: missing
  std::span<const double* const> quantiles;
  std::span<const double> mean = {};  ///< empty: no RMSE from this window
  /// E of the history before the window (`seasonal_error`), what MASE and MSIS divide by; 0 or absent: left out.
  std::optional<double> seasonal_error = {};
};

/// Sums over cells (series, window, step). Merging adds; a merged score equals the pooled one.
///
/// A cell whose actual is NaN counts nowhere. A forecast that is not finite, or an infinite actual, is an error and
/// leaves the score as it was. Every value is absent while no cell was counted. The point forecast is the median, so
/// MAE, ND, MAPE, sMAPE and MASE need level 0.5; MSE and RMSE are of the mean forecast; MSIS is of the outermost two
/// levels if they lie symmetrically around 0.5.
class ForecastScore {
 public:
  /// Levels in ascending order, each in (0, 1). Errors: InvalidInput.
  [[nodiscard]] static Result<ForecastScore> create(std::vector<double> levels);

  /// Cost: levels × steps. Errors: InvalidInput naming the place.
  [[nodiscard]] Result<void> add(const ForecastWindow& window);
  /// The same from `quantiles` as [level][step], each as long as `actual`.
  [[nodiscard]] Result<void> add(std::span<const double> actual, std::span<const std::vector<double>> quantiles,
                                 std::span<const double> mean = {}, std::optional<double> seasonal_error = {});
  /// Adds the sums of `other`. Both must have the same levels.
  void merge(const ForecastScore& other);

  [[nodiscard]] ForecastMetrics metrics() const;
  [[nodiscard]] const QuantileSums& quantile_sums() const { return sums_; }

  [[nodiscard]] const std::vector<double>& levels() const { return sums_.levels(); }
  [[nodiscard]] std::size_t cells() const { return sums_.cells(); }
  /// Σ|y|.
  [[nodiscard]] double absolute_actuals() const { return sums_.absolute_actuals(); }
  /// QL of the level at `index`, with the factor 2; 0 without cells.
  [[nodiscard]] double quantile_loss(std::size_t index) const { return sums_.loss(index); }
  /// Mean of QL over the levels: SageMaker's mean_absolute_QuantileLoss.
  [[nodiscard]] std::optional<double> mean_absolute_quantile_loss() const;
  [[nodiscard]] std::optional<QuantileLosses> weighted_quantile_losses() const;
  /// Share of cells with y <= f_q, per level.
  [[nodiscard]] std::optional<double> coverage(std::size_t index) const;
  /// Mean over the levels of |coverage − q|: the calibration error.
  [[nodiscard]] std::optional<double> coverage_error() const;
  /// Share of cells inside [f of the lowest level, f of the highest], ends included. Needs two levels.
  [[nodiscard]] std::optional<double> interval_coverage() const;
  /// Of the mean forecast, over the windows that had one.
  [[nodiscard]] std::optional<double> rmse() const;
  /// Of the median; absent without level 0.5.
  [[nodiscard]] std::optional<double> mae() const;

 private:
  explicit ForecastScore(QuantileSums sums);
  void add_mean_errors(const ForecastWindow& window);
  void add_median_errors(const ForecastWindow& window);
  void add_scaled(const ForecastWindow& window, const QuantileSums& sums);
  [[nodiscard]] double interval_score(const ForecastWindow& window) const;

  QuantileSums sums_;
  std::optional<std::size_t> median_;
  bool symmetric_ = false;  ///< the outermost levels are q and 1 − q
  CompensatedSum squared_errors_;
  std::size_t mean_cells_ = 0;
  CompensatedSum percentage_errors_;
  std::size_t percentage_cells_ = 0;
  CompensatedSum symmetric_errors_;
  std::vector<CompensatedSum> scaled_losses_;  ///< Σ 2ρ_q / E per level
  CompensatedSum scaled_intervals_;
  std::size_t scaled_cells_ = 0;
};

/// One window in one call: `weighted_quantile_losses` of a score that saw only it. Errors: as `add`, and InvalidInput
/// when no actual is there.
[[nodiscard]] Result<QuantileLosses> weighted_quantile_loss(std::span<const double> levels,
                                                            std::span<const double> actual,
                                                            std::span<const std::vector<double>> quantiles);

/// One bin of a histogram of probability integral transforms: how often the truth fell there, and how often it should.
struct PitBin {
  double low = 0.0;
  double high = 1.0;
  std::size_t count = 0;
  double share = 0.0;
};

/// Where the actuals fell between the quantiles: bins [0, q_1], (q_1, q_2], …, (q_n, 1]. The expected share of a bin is
/// its width. Quantiles must not cross. Empty without cells.
[[nodiscard]] std::vector<PitBin> pit_histogram(const QuantileSums& sums);

}  // namespace driftlab::metric

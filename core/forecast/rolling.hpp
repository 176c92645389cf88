#pragma once
/// Rolling-origin evaluation: forecasters judged side by side on the same windows at the ends of series.

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/forecast/forecaster.hpp"
#include "core/metric/crps.hpp"
#include "core/metric/forecast_breakdown.hpp"

namespace driftlab::forecast {

/// Windows are aligned at the ends of the series: the last window ends with the series, the one before begins `stride`
/// points earlier, and so on. Each is forecast from all points before it.
struct RollingOptions {
  std::size_t windows = 10;
  std::size_t stride = 0;  ///< points between the beginnings of two windows; 0: the prediction length (no overlap)
  std::vector<double> levels = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
  std::size_t season = 1;  ///< of the error that MASE and MSIS are scaled with
  int num_samples = 100;   ///< of forecasters that draw paths
  /// Score the paths too, of forecasters that draw some. Costs the memory of the paths of one window.
  bool score_samples = false;
  /// Called after each window: how many of `windows` are done.
  std::function<void(std::size_t done, std::size_t windows)> progress;
};

/// One forecaster over all windows.
struct RollingScore {
  metric::ForecastBreakdown scores;  ///< items are the indices of the series
  metric::SampleScore samples;       ///< empty unless asked for
  /// By window, oldest first, all series together: the mean over the levels of Σ 2ρ_q, and Σ|y|. What model comparison
  /// tests are done on: Σ losses / Σ sizes is the mean weighted quantile loss. Windows nobody could be judged on are
  /// missing.
  std::vector<double> losses;
  std::vector<double> sizes;
};

/// A (series, window) that was not scored for any of the models.
struct LeftOut {
  std::size_t series = 0;
  std::size_t window = 0;
  std::string reason;
};

struct RollingResult {
  std::vector<RollingScore> models;  ///< in the order given
  std::vector<LeftOut> left_out;
};

/// Scores `models` on the same windows. A window of a series that lacks a single value before it, or that one of the
/// models cannot forecast, is left out for all of them and reported. Dynamic features reach every model in full.
/// Errors: InvalidInput for no model, models with different prediction lengths, options out of range, or when nothing
/// was left to score.
[[nodiscard]] Result<RollingResult> roll(std::span<const Forecaster* const> models, std::span<const Series> series,
                                         const RollingOptions& options);

/// What a model may be trained on so that no window of `roll` is known to it: each series without its last
/// (windows − 1)·stride + horizon points. Series with nothing left are dropped.
[[nodiscard]] std::vector<Series> before_windows(std::span<const Series> series, std::size_t horizon,
                                                 const RollingOptions& options);

}  // namespace driftlab::forecast

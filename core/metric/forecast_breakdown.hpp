#pragma once
/// Scores of a set of forecast windows as a whole, by horizon step and by item, in the poolings people compare with.

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/crps.hpp"
#include "core/metric/forecast.hpp"

namespace driftlab::metric {

/// How cells become one number.
enum class Pooling {
  /// SageMaker: every metric over all cells at once; ratios are ratios of pooled sums.
  SageMaker,
  /// GluonTS's Evaluator: quantile losses, Σ|y| and so wQL and ND as above; MSE, MAE, MAPE, sMAPE, MASE, MSIS, the
  /// scaled
  /// losses and coverage are computed per item, then averaged over the items that have them. Equal to SageMaker's when
  /// all items have equally many cells.
  GluonTs,
  /// The monitored system: each window is judged by itself, as if published on its own, and the values are averaged
  /// over
  /// the windows that have them. With the three levels of an interval this is its `weighted_quantile_loss`. A window
  /// whose actuals are all zero has no ratio and is left out of wQL and ND.
  Seed,
};

/// Averages values that may be absent, each over the times it was there. Merging adds.
class MetricMeans {
 public:
  void add(const ForecastMetrics& values);
  void merge(const MetricMeans& other);
  [[nodiscard]] std::size_t size() const { return added_; }
  /// Levels, cells and skipped counts are the caller's to fill.
  [[nodiscard]] ForecastMetrics value() const;

 private:
  struct Mean {
    CompensatedSum sum;
    std::size_t count = 0;
  };
  std::vector<Mean> scalars_;
  std::vector<Mean> weighted_, coverage_, scaled_;  ///< per level
  std::size_t added_ = 0;
};

/// Streaming and mergeable. Memory: one `ForecastScore` per step and per item.
class ForecastBreakdown {
 public:
  /// Levels as in ForecastScore; horizon >= 1 steps. Errors: InvalidInput.
  [[nodiscard]] static Result<ForecastBreakdown> create(std::vector<double> levels, std::size_t horizon);

  /// One window of `item`, at most `horizon` steps long. Errors: as ForecastScore::add, and a window that is too long.
  [[nodiscard]] Result<void> add(std::size_t item, const ForecastWindow& window);
  /// Same levels and horizon.
  void merge(const ForecastBreakdown& other);

  [[nodiscard]] ForecastMetrics metrics(Pooling pooling = Pooling::SageMaker) const;
  [[nodiscard]] const ForecastScore& pooled() const { return pooled_; }
  /// step < horizon.
  [[nodiscard]] const ForecastScore& step(std::size_t step) const { return steps_.at(step); }
  [[nodiscard]] const std::map<std::size_t, ForecastScore>& items() const { return items_; }
  [[nodiscard]] std::size_t horizon() const { return steps_.size(); }
  [[nodiscard]] std::size_t windows() const { return windows_.size(); }
  /// CRPS of the distributions the quantiles describe (`crps_from_quantiles`).
  [[nodiscard]] const CrpsSums& crps() const { return crps_; }

 private:
  explicit ForecastBreakdown(const ForecastScore& empty, std::size_t horizon);

  ForecastScore empty_;
  ForecastScore pooled_;
  std::vector<ForecastScore> steps_;
  std::map<std::size_t, ForecastScore> items_;
  MetricMeans windows_;
  CrpsSums crps_;
};

}  // namespace driftlab::metric

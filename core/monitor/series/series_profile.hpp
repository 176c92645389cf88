#pragma once
/// What a set of forecasts scored against the truth: as a whole, by horizon step and by item, in bounded memory.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/crps.hpp"
#include "core/metric/forecast.hpp"
#include "core/metric/sketch/kll.hpp"
#include "core/metric/sketch/moments.hpp"

namespace driftlab::monitor {

/// What one forecast said of consecutive steps of one item, and what came true.
struct ForecastAndTruth {
  std::string item;                            ///< empty: the data has one series only
  std::size_t first_step = 1;                  ///< horizon of the first value, from 1; 0: not known
  std::vector<double> levels;                  ///< ascending, distinct, in (0, 1)
  std::vector<std::vector<double>> quantiles;  ///< [level][step]
  std::vector<double> mean;                    ///< [step]; empty: none
  std::vector<std::vector<double>> samples;    ///< [path][step]; empty: none
  std::vector<double> actual;                  ///< [step]; NaN: not known
  std::optional<double> seasonal_error;        ///< of the history before it, what MASE and MSIS divide by
};

/// A value by its name in the files: "mean_weighted_quantile_loss", "weighted_quantile_loss_0.9", "coverage_0.1".
struct SeriesValue {
  std::string name;
  double value = 0.0;
};

/// Scores and residuals (actual − median, without a median − mean) of one group of cells.
class SeriesScore {
 public:
  /// `sketch_k`: accuracy of the residuals' sketch, which holds about 3k numbers at most.
  SeriesScore(const metric::ForecastScore& empty, std::size_t sketch_k);

  /// One forecast, or, with `step`, one cell of it. Errors: a forecast that is not finite; the score stays as it was.
  [[nodiscard]] Result<> add(const ForecastAndTruth& forecast, std::optional<std::size_t> step = std::nullopt);
  /// Same levels and sketch.
  void merge(const SeriesScore& other);

  [[nodiscard]] const metric::ForecastScore& score() const { return score_; }
  [[nodiscard]] const metric::CrpsSums& crps() const { return crps_; }
  [[nodiscard]] const metric::KllSketch& residuals() const { return residuals_; }
  [[nodiscard]] const metric::Moments& residual_moments() const { return moments_; }
  /// Every value that is defined, in the order of the files.
  [[nodiscard]] std::vector<SeriesValue> values() const;

 private:
  metric::ForecastScore score_;
  metric::CrpsSums crps_;
  metric::Moments moments_;
  metric::KllSketch residuals_;
};

/// Streaming and mergeable: ratios are ratios of sums pooled over cells, as SageMaker computes them. Memory: a sketch
/// of 50 KB for the whole and for each horizon step, 7 KB for each item, less where there are few cells.
class SeriesProfile {
 public:
  /// Errors: InvalidInput for levels that are not ascending, distinct and in (0, 1).
  [[nodiscard]] static Result<SeriesProfile> create(std::vector<double> levels);

  /// Errors: InvalidInput with the reason why this forecast cannot be used: other levels, lengths that differ, values
  /// that are not finite; the profile stays as it was.
  [[nodiscard]] Result<> add(const ForecastAndTruth& forecast);
  /// Adds what a profile of other forecasts saw; same levels. Counts are exact in any grouping, sums to double
  /// precision, sketches within their error bound.
  void merge(const SeriesProfile& other);

  [[nodiscard]] const std::vector<double>& levels() const { return pooled_.score().levels(); }
  [[nodiscard]] const SeriesScore& pooled() const { return pooled_; }
  [[nodiscard]] const std::map<std::size_t, SeriesScore>& horizons() const { return horizons_; }
  [[nodiscard]] const std::map<std::string, SeriesScore>& items() const { return items_; }
  [[nodiscard]] std::size_t forecasts() const { return forecasts_; }
  /// Cells without truth, which count nowhere.
  [[nodiscard]] std::size_t missing_actuals() const { return missing_actuals_; }

 private:
  explicit SeriesProfile(const metric::ForecastScore& empty);

  metric::ForecastScore empty_;
  SeriesScore pooled_;
  std::map<std::size_t, SeriesScore> horizons_;
  std::map<std::string, SeriesScore> items_;
  std::size_t forecasts_ = 0;
  std::size_t missing_actuals_ = 0;
};

/// Whether a larger value of the metric is worse; nothing for values that are described but not judged by themselves
/// (the coverage of one level, moments of residuals), and for names that are no metric.
[[nodiscard]] std::optional<bool> larger_is_worse(std::string_view metric);

}  // namespace driftlab::monitor

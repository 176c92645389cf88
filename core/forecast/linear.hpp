#pragma once
/// Direct multi-horizon linear quantile regression: what it looks at and how it forecasts.

#include <memory>
#include <span>
#include <vector>

#include "core/forecast/forecaster.hpp"
#include "core/forecast/model_text.hpp"
#include "core/forecast/training.hpp"

namespace driftlab::forecast {

/// What the linear functions see. Training and forecasting both go through it.
///
/// Columns: 1; the differences of the older lags from the newest value, oldest first; the newest value; sin and cos of
/// the daily and of the weekly terms at the newest value; the difference of the value one season before the step to be
/// forecast (none when `season` is 0). Values are divided by v, the mean |y| over the lags, but at least `floor`, and
/// the seasonal ratio is cut at ±50. Differences keep the columns apart where the noise is small beside the level. The
/// calendar is the same for all horizons: shifting it turns each pair of terms into a combination of itself.
struct LinearFeatures {
  static constexpr double kRatioLimit = 50.0;

  int lags = 12;
  int season = 0;
  int daily_order = 0;
  int weekly_order = 0;
  double floor = 1.0;

  [[nodiscard]] std::size_t columns() const;
  /// Column of the newest value.
  [[nodiscard]] std::size_t newest() const { return static_cast<std::size_t>(lags); }
  /// Fills a row, the seasonal column left 0, and returns v. `last` points at the newest value, with `lags` readable
  /// values ending there.
  double fill(const double* last, Instant at, double* row) const;
  /// The seasonal column of a filled row, for the value `before` one season before the step.
  [[nodiscard]] double seasonal(double before, double scale, const double* row) const;
};

/// One linear function per (step, level), applied to `LinearFeatures`; the quantiles of a step are sorted.
///
/// Levels that were not trained are read off between the trained ones, straight over Φ⁻¹(level), and off the outermost
/// line beyond them (`LevelMap`). The mean forecast is the median plus a trained offset per step (the mean residual,
/// with residuals cut at ten times their mean size). A context shorter than `lags` is extended to the front by its
/// first value; in one shorter than a season its mean stands in for the seasonal value. If no training value was
/// negative, no forecast is.
class LinearForecaster final : public Forecaster {
 public:
  struct Parameters {
    int prediction_length = 1;
    Duration freq = std::chrono::minutes{1};
    LinearFeatures features;
    bool non_negative = false;
    std::vector<double> levels;        ///< trained, ascending, with 0.5
    std::vector<double> coefficients;  ///< [step][level][column]
    std::vector<double> mean_offsets;  ///< [step], as a share of v
  };
  explicit LinearForecaster(Parameters parameters);

  [[nodiscard]] std::string_view algorithm() const override { return "linear"; }
  [[nodiscard]] int prediction_length() const override { return parameters_.prediction_length; }
  [[nodiscard]] Duration freq() const override { return parameters_.freq; }
  [[nodiscard]] Result<QuantileForecast> forecast(const Series& context, std::span<const double> levels) const override;
  [[nodiscard]] std::string save() const override;
  [[nodiscard]] const Parameters& parameters() const { return parameters_; }

 private:
  Parameters parameters_;
  std::size_t median_;
};

[[nodiscard]] Result<TrainedModel> train_linear(const TrainingInput& input);
[[nodiscard]] Result<std::unique_ptr<Forecaster>> load_linear(ModelReader& reader);

}  // namespace driftlab::forecast

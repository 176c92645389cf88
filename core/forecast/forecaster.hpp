#pragma once
/// What every forecasting algorithm offers: a trained model that turns a series into quantiles.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace driftlab::forecast {

/// Values at start, start + freq, …; NaN is a missing value. freq > 0.
struct Series {
  Instant start;
  Duration freq = std::chrono::minutes{1};
  std::vector<double> target;
  /// Static categories, 0-based: as many in every series of a model as it has `cardinality`.
  std::vector<int> cat;
  /// [feature][step], finite. For training at least as long as `target`, for a forecast at least as long as `target`
  /// and the steps to forecast; what is longer is not read.
  std::vector<std::vector<double>> dynamic_feat;
};

/// The steps after the end of a context.
struct QuantileForecast {
  std::vector<double> levels;                  ///< ascending, each in (0, 1)
  std::vector<std::vector<double>> quantiles;  ///< [level][step]; never crossing: ascending in the level at each step
  std::vector<double> mean;                    ///< [step]
  std::vector<std::vector<double>> samples;    ///< [path][step]; empty unless asked for
};

/// What to forecast, for several series at once.
struct ForecastOptions {
  std::vector<double> levels;  ///< ascending, distinct, in (0, 1); at least one
  /// Sample paths per series that quantiles and mean are taken from; algorithms that draw none ignore it. >= 1.
  int num_samples = 100;
  bool keep_samples = false;  ///< return the paths too
};

/// A trained model. Immutable, so one may serve many threads.
class Forecaster {
 public:
  Forecaster() = default;
  Forecaster(const Forecaster&) = delete;
  Forecaster& operator=(const Forecaster&) = delete;
  virtual ~Forecaster() = default;

  [[nodiscard]] virtual std::string_view algorithm() const = 0;
  /// Steps a forecast has; fixed at training.
  [[nodiscard]] virtual int prediction_length() const = 0;
  [[nodiscard]] virtual Duration freq() const = 0;

  /// Forecast of the `prediction_length` steps after the last point of `context`, all values finite.
  ///
  /// `levels` are ascending, distinct and in (0, 1); at least one. They need not be the trained ones: each algorithm
  /// documents how it answers others. A short context or missing values are filled in; a context without any value
  /// is an error. Errors: InvalidInput (levels, frequency other than the trained one, no value, infinite value).
  [[nodiscard]] virtual Result<QuantileForecast> forecast(const Series& context,
                                                          std::span<const double> levels) const = 0;

  /// Categories each series must have, as the number of values of each; empty when the model takes none.
  [[nodiscard]] virtual std::vector<int> cardinality() const { return {}; }
  /// Dynamic features each series must have.
  [[nodiscard]] virtual int num_dynamic_feat() const { return 0; }

  /// One forecast per series, in their order; a series that cannot be forecast does not stop the others. Equal to
  /// forecasting each alone, but faster where an algorithm can batch. Errors: those of `forecast`, and InvalidInput
  /// when paths are asked for (`keep_samples`) of an algorithm that draws none.
  [[nodiscard]] virtual std::vector<Result<QuantileForecast>> forecast_batch(std::span<const Series> series,
                                                                             const ForecastOptions& options) const;

  /// The model as bytes that `load` reads back to an equal model: versioned, with a checksum.
  [[nodiscard]] virtual std::string save() const = 0;
};

}  // namespace driftlab::forecast

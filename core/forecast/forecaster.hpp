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
};

/// The steps after the end of a context.
struct QuantileForecast {
  std::vector<double> levels;                  ///< ascending, each in (0, 1)
  std::vector<std::vector<double>> quantiles;  ///< [level][step]; never crossing: ascending in the level at each step
  std::vector<double> mean;                    ///< [step]
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

  /// The model as bytes that `load` reads back to an equal model: versioned text with a checksum.
  [[nodiscard]] virtual std::string save() const = 0;
};

}  // namespace driftlab::forecast

#pragma once
/// Seasonal naive forecasts, alone or with quantiles from seasonal differences.

#include <memory>
#include <vector>

#include "core/forecast/forecaster.hpp"
#include "core/forecast/model_text.hpp"
#include "core/forecast/training.hpp"

namespace driftlab::forecast {

/// Point forecast for step k: the value one season before, y[n − m + ((k − 1) mod m)]; the mean of the context when it
/// is shorter than a season.
///
/// Quantiles by `interval`:
/// - residual: quantile q = point + the element of rank ceil((R + 1) q), clamped to 1 … R, of the last R differences
///   y_t − y_{t−j}, where j is the distance the forecast reaches back: m for the first m steps, 2m for the next, … When
///   the context holds fewer than 20 (or than `residuals`, if that is less) those kept from training are used.
///   Differences with a missing end do not count.
/// - gaussian: point + Φ⁻¹(q)·σ_k, where σ² is the mean square of the last R differences over m, gaps filled forward,
/// and
///   σ_k = σ·sqrt(floor((k − 1)/m) + 1). A context no longer than a season has the σ of the training series.
/// - point: every quantile is the point.
///
/// R is at most `residuals` (0: all). The differences come from the context, so the bands follow its recent noise, and
/// any level is answered. The mean forecast is the point forecast.
///
/// Hyperparameters: prediction_length (required), time_freq, test_quantiles, season (steps; default the steps in a
/// day, else 1), interval (residual), residuals (default 100), non_negative (auto: no quantile is negative if no
/// training value was).
class SeasonalNaive final : public Forecaster {
 public:
  enum class Interval { Residual, Gaussian, Point };
  struct Parameters {
    int prediction_length = 1;
    Duration freq = std::chrono::minutes{1};
    int season = 1;
    Interval interval = Interval::Residual;
    int residuals = 100;
    bool non_negative = false;
    double deviation = 0.0;  ///< σ of the training series, for contexts too short to have their own
    /// Ascending differences kept from training, one list per season the horizon reaches into; a list may be empty.
    std::vector<std::vector<double>> differences;
  };
  explicit SeasonalNaive(Parameters parameters) : parameters_(std::move(parameters)) {}

  [[nodiscard]] std::string_view algorithm() const override { return "seasonal-naive"; }
  [[nodiscard]] int prediction_length() const override { return parameters_.prediction_length; }
  [[nodiscard]] Duration freq() const override { return parameters_.freq; }
  [[nodiscard]] Result<QuantileForecast> forecast(const Series& context, std::span<const double> levels) const override;
  [[nodiscard]] std::string save() const override;

 private:
  [[nodiscard]] std::vector<double> differences(std::span<const double> context, int block) const;
  void add_residual_bands(std::span<const double> context, QuantileForecast& forecast) const;
  void add_normal_bands(std::span<const double> filled, QuantileForecast& forecast) const;

  Parameters parameters_;
};

[[nodiscard]] Result<TrainedModel> train_seasonal_naive(const TrainingInput& input);
[[nodiscard]] Result<std::unique_ptr<Forecaster>> load_seasonal_naive(ModelReader& reader);

}  // namespace driftlab::forecast

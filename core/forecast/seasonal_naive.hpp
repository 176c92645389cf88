#pragma once
/// Seasonal naive forecasts with quantiles from the latest seasonal differences.

#include <memory>
#include <vector>

#include "core/forecast/forecaster.hpp"
#include "core/forecast/model_text.hpp"
#include "core/forecast/training.hpp"

namespace driftlab::forecast {

/// Point forecast for step k: the value one season before, y[n − m + ((k − 1) mod m)]; the mean of the context when it
/// is shorter than a season.
///
/// Quantile q = point + the element of rank ceil((R + 1) q), clamped to 1 … R, of the last R differences
/// y_t − y_{t−j}, where j is the distance the forecast reaches back: m for the first m steps, 2m for the next, …
/// So any level is answered. R is at most `residuals`. The differences come from the context, so the bands follow its
/// recent noise; when it holds fewer than 20 (or than `residuals`, if that is less) those kept from training are used.
/// Differences with a missing end do not count. The mean forecast is the point forecast. If no training value was
/// negative, no quantile is.
///
/// Hyperparameters: prediction_length (required), time_freq, test_quantiles, season (steps; default the steps in a
/// day, else 1), residuals (default 100).
class SeasonalNaive final : public Forecaster {
 public:
  struct Parameters {
    int prediction_length = 1;
    Duration freq = std::chrono::minutes{1};
    int season = 1;
    int residuals = 100;
    bool non_negative = false;
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

  Parameters parameters_;
};

[[nodiscard]] Result<TrainedModel> train_seasonal_naive(const TrainingInput& input);
[[nodiscard]] Result<std::unique_ptr<Forecaster>> load_seasonal_naive(ModelReader& reader);

}  // namespace driftlab::forecast

#pragma once
/// DeepAR as a forecaster: the network of `deepar/` behind the common interface.

#include <memory>
#include <vector>

#include "core/forecast/deepar/model.hpp"
#include "core/forecast/deepar/sampler.hpp"
#include "core/forecast/forecaster.hpp"
#include "core/forecast/model_text.hpp"
#include "core/forecast/training.hpp"

namespace driftlab::forecast {

/// Quantiles and mean of sample paths of an autoregressive recurrent network.
///
/// A forecast is a function of model and series: paths are drawn from streams keyed by the seed of the training, the
/// start, length and newest values of the series, and the number of the path. Quantile q of S paths is element
/// round((S − 1)·q) of the sorted draws, ties to even, so quantiles never cross. `forecast` draws 100 paths. If no
/// training value was negative, no path is. Cost: paths × prediction_length steps of the network; see
/// bench/README.md.
class DeepArForecaster final : public Forecaster {
 public:
  explicit DeepArForecaster(deepar::Model model);

  [[nodiscard]] std::string_view algorithm() const override { return "deepar"; }
  [[nodiscard]] int prediction_length() const override { return model_.encoding.prediction_length; }
  [[nodiscard]] Duration freq() const override { return model_.encoding.freq; }
  [[nodiscard]] std::vector<int> cardinality() const override { return model_.encoding.cardinality; }
  [[nodiscard]] int num_dynamic_feat() const override;
  [[nodiscard]] Result<QuantileForecast> forecast(const Series& context, std::span<const double> levels) const override;
  [[nodiscard]] std::vector<Result<QuantileForecast>> forecast_batch(std::span<const Series> series,
                                                                     const ForecastOptions& options) const override;
  [[nodiscard]] std::string save() const override;
  [[nodiscard]] const deepar::Model& model() const { return model_; }

 private:
  deepar::Model model_;
  deepar::Sampler sampler_;
};

/// Hyperparameters: SageMaker's (`deepar/settings.hpp`). The validation channel is scored with `num_eval_samples`
/// paths.
[[nodiscard]] Result<TrainedModel> train_deepar(const TrainingInput& input);
[[nodiscard]] Result<std::unique_ptr<Forecaster>> load_deepar(ModelReader& reader);

}  // namespace driftlab::forecast

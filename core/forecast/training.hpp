#pragma once
/// Training and loading of forecasters by algorithm name.

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/forecast/forecaster.hpp"

namespace driftlab::forecast {

/// Channels as a SageMaker training job has them. All series have one frequency.
struct TrainingInput {
  std::vector<Series> train;
  /// Whole series, each ending with a window to score: the last `prediction_length` points are withheld, forecast from
  /// the points before and scored.
  std::vector<Series> validation;
  /// Names and values as text, as the service passes them. Unknown names are errors; names that only DeepAR uses
  /// (epochs, num_cells, …) are accepted by every algorithm and without effect where they do not apply.
  std::map<std::string, std::string> hyperparameters;
  std::uint64_t seed = 0;
};

struct TrainedModel {
  std::unique_ptr<Forecaster> model;
  /// Mean weighted quantile loss on the training points (linear) or of their residuals (seasonal-naive).
  double final_loss = 0.0;
  /// Of the validation channel, under SageMaker's names: "test:RMSE", "test:mean_wQuantileLoss",
  /// "test:mean_absolute_QuantileLoss", and "train:final_loss". The test values are absent without validation series.
  std::map<std::string, double> metrics;
  /// Multiply-adds done: what a virtual run time is computed from. Deterministic.
  double work_units = 0.0;
};

/// Names `train` accepts, ascending.
[[nodiscard]] std::span<const std::string> algorithms();

/// Trains `algorithm` ("linear", "seasonal-naive"). Deterministic in the input on every compiler and machine.
/// Errors: InvalidInput for an unknown algorithm or hyperparameter (with the nearest name), a value out of range, or
/// data that cannot be trained on.
[[nodiscard]] Result<TrainedModel> train(std::string_view algorithm, const TrainingInput& input);

/// Reads what `Forecaster::save` wrote. Errors: InvalidInput saying whether the bytes are foreign, of another version,
/// cut off or damaged.
[[nodiscard]] Result<std::unique_ptr<Forecaster>> load(std::string_view bytes);

}  // namespace driftlab::forecast

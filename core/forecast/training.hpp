#pragma once
/// Training and loading of forecasters by algorithm name.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/forecast/forecaster.hpp"

namespace driftlab::forecast {

/// One pass of an algorithm that learns in epochs.
struct EpochProgress {
  int epoch = 0;                        ///< 0-based
  double loss = 0.0;                    ///< on the training instances of the epoch
  std::optional<double> held_out_loss;  ///< on the stretch kept back to judge epochs by
  double learning_rate = 0.0;
  double work_units = 0.0;  ///< multiply-adds done so far
};

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
  /// Threads to train on; 0 for as many as there are processors. The model does not depend on it.
  int threads = 0;
  /// Called after each epoch; returning false ends the training with the best epoch so far. May be empty. Algorithms
  /// without epochs never call it.
  std::function<bool(const EpochProgress&)> on_epoch;
};

struct TrainedModel {
  std::unique_ptr<Forecaster> model;
  /// Mean weighted quantile loss on the training points (linear), of their residuals (seasonal-naive), or of the end of
  /// each training series forecast from what is before it (ets, theta); the loss of the best epoch (deepar: negative
  /// log-likelihood in units of the data, on the stretch held out where there is one).
  double final_loss = 0.0;
  /// Of the validation channel, under SageMaker's names: "test:RMSE", "test:mean_wQuantileLoss",
  /// "test:mean_absolute_QuantileLoss", and "train:final_loss". The test values are absent without validation series.
  std::map<std::string, double> metrics;
  /// Multiply-adds done: what a virtual run time is computed from. Deterministic.
  double work_units = 0.0;
  std::vector<EpochProgress> epochs;  ///< empty for algorithms without epochs
  int best_epoch = -1;                ///< whose parameters the model has; -1 without epochs
  /// Why training ended: "all epochs done", "no progress for 40 epochs", "loss is not finite …"; empty without epochs.
  std::string stop_reason;
};

/// Names `train` accepts, ascending.
[[nodiscard]] std::span<const std::string> algorithms();

/// Trains `algorithm`. Deterministic in the input on every compiler and machine.
/// Errors: InvalidInput for an unknown algorithm or hyperparameter (with the nearest name), a value out of range, or
/// data that cannot be trained on.
[[nodiscard]] Result<TrainedModel> train(std::string_view algorithm, const TrainingInput& input);

/// Reads what `Forecaster::save` wrote. Errors: InvalidInput saying whether the bytes are foreign, of another version,
/// cut off or damaged.
[[nodiscard]] Result<std::unique_ptr<Forecaster>> load(std::string_view bytes);

}  // namespace driftlab::forecast

#pragma once
/// A training job under SageMaker's container contract.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "core/base/result.hpp"

namespace driftlab::job {

struct TrainingContainer {
  std::filesystem::path prefix;  ///< in place of the root; empty: the root
  /// As `forecast::train` names it, "forecasting-" before it allowed; empty: the hyperparameter `algorithm`, else
  /// DeepAR where this program has it, else linear.
  std::string algorithm;
  std::uint64_t seed = 0;
  int threads = 0;
  /// Takes one line of the log, without a time and a line end.
  std::function<void(const std::string&)> log;
  /// Asked after each epoch; false ends the training with the best epoch so far (SIGTERM). May be empty.
  std::function<bool()> keep_going;
};

/// The file a model is in, below opt/ml/model.
inline constexpr const char* kModelFile = "forecaster.model";

/// Reads opt/ml/input/config/hyperparameters.json and the channels `train` and, where it is there, `test` below
/// opt/ml/input/data; writes the model to opt/ml/model. Log lines are those SageMaker's metric definitions for DeepAR
/// find. When anything fails its reason is also written to opt/ml/output/failure, "ClientError: " before what the user
/// can mend, at most 1,024 bytes. Returns the metrics.
[[nodiscard]] Result<std::map<std::string, double>> run_training_container(const TrainingContainer& container);

/// A hyperparameters.json: a JSON object of texts. Errors: InvalidInput naming the key.
[[nodiscard]] Result<std::map<std::string, std::string>> read_hyperparameters(std::string_view json);

/// "deepar" for "forecasting-deepar" and "deepar"; empty: the default. Errors: InvalidInput with the nearest name.
[[nodiscard]] Result<std::string> resolve_algorithm(std::string_view name);

}  // namespace driftlab::job

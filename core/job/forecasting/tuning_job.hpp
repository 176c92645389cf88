#pragma once
/// A tuning job on local files: searches hyperparameters, keeps the best model, and goes on where it was stopped.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/base/result.hpp"
#include "core/forecast/tuning.hpp"

namespace driftlab::job {

struct TuningJob {
  std::filesystem::path config;  ///< HyperParameterTuningJobConfig (`forecast::read_tuning_config`)
  std::filesystem::path train;   ///< channels as of a training job
  /// Empty: the last prediction_length points of every training series are withheld and scored.
  std::filesystem::path test;
  std::string algorithm;      ///< empty: the default
  std::filesystem::path out;  ///< trials.jsonl, best.json, model/forecaster.model
  std::uint64_t seed = 0;     ///< of the trainings
  int threads = 0;
  std::function<void(const std::string&)> log;
  /// Asked before each training with what the config allows; false ends the search, to be taken up again.
  std::function<bool(const forecast::TuningConfig&)> keep_going;
};

/// Runs the search. trials.jsonl has a line a trial as soon as it is done; when the folder holds the trials of the same
/// config, data and algorithm they are not trained again. best.json has what SageMaker calls BestTrainingJob. Errors:
/// InvalidInput for files, config, a folder of another search, or when every trial failed.
[[nodiscard]] Result<forecast::TuningOutcome> run_tuning_job(const TuningJob& job);

}  // namespace driftlab::job

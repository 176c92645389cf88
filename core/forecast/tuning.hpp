#pragma once
/// Search over hyperparameters in the vocabulary of SageMaker's tuning jobs: random search and Hyperband.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::forecast {

enum class Scaling { Linear, Logarithmic, ReverseLogarithmic };  // "Auto" is read as one of them

/// A range of one hyperparameter.
struct ParameterRange {
  enum class Kind { Integer, Continuous, Categorical };
  std::string name;
  Kind kind = Kind::Continuous;
  double low = 0.0;   ///< MinValue, included
  double high = 0.0;  ///< MaxValue, included
  Scaling scaling = Scaling::Linear;
  std::vector<std::string> values = {};  ///< of a categorical one
};

/// HyperParameterTuningJobConfig with the static hyperparameters of the training job.
struct TuningConfig {
  enum class Strategy { Random, Hyperband };
  Strategy strategy = Strategy::Random;
  std::string metric = "test:mean_wQuantileLoss";  ///< ObjectiveMetricName
  bool minimize = true;                            ///< Type
  std::size_t max_jobs = 10;                       ///< MaxNumberOfTrainingJobs
  std::optional<std::int64_t> max_runtime_s;       ///< MaxRuntimeInSeconds, for the caller to keep
  std::vector<ParameterRange> ranges;              ///< by name
  std::map<std::string, std::string> fixed;        ///< StaticHyperParameters
  std::uint64_t seed = 1;                          ///< RandomSeed
  std::string resource = "epochs";  ///< what Hyperband gives more of to the better half: an integer hyperparameter
  int min_resource = 1;             ///< MinResource
  int max_resource = 1;             ///< MaxResource
};

/// Reads HyperParameterTuningJobConfig: Strategy (Random, Hyperband), HyperParameterTuningJobObjective, ResourceLimits,
/// ParameterRanges, RandomSeed, StrategyConfig.HyperbandStrategyConfig; and, beside SageMaker's members,
/// StaticHyperParameters (of TrainingJobDefinition) and HyperbandStrategyConfig.ResourceHyperParameter. Numbers may be
/// texts, as the service has them. Errors: InvalidInput with the path of the member, what was expected, and the nearest
/// known name.
[[nodiscard]] Result<TuningConfig> read_tuning_config(std::string_view json);

/// One training job of a tuning job.
struct Trial {
  std::size_t number = 0;  ///< in the order they were started
  std::map<std::string, std::string> hyperparameters;
  std::optional<double> objective = {};  ///< absent: it failed, or runs
  std::string failure;
  bool running = false;  ///< of a search whose trainings run side by side: the objective is not known yet
};

/// Trains with hyperparameters and gives the objective metric.
using Objective = std::function<Result<double>(const std::map<std::string, std::string>&)>;

struct TuningRun {
  /// Trials of an earlier run of the same config: not trained again, since the same seed asks for the same ones in the
  /// same order.
  std::vector<Trial> done;
  Objective objective;
  std::function<void(const Trial&)> on_trial;  ///< after each new trial; may be empty
  std::function<bool()> keep_going;            ///< before each new trial; may be empty
};

struct TuningOutcome {
  std::vector<Trial> trials;
  std::optional<std::size_t> best;  ///< index of the trial with the best objective, of equal ones the earliest
  bool complete = false;            ///< false: stopped by keep_going
};

/// Random: max_jobs independent draws. Hyperband (Li et al. 2018, factor 3): brackets of successive halving, from many
/// configurations with little of the resource to few with all of it, repeated until max_jobs are spent; in a bracket
/// the best third of a rung goes on with three times the resource. A failed trial counts as the worst. Deterministic in
/// the config. Errors: InvalidInput when `done` is not the beginning of this search.
[[nodiscard]] Result<TuningOutcome> tune(const TuningConfig& config, const TuningRun& run);

/// For trainings that run side by side: what to start next, at most `most`, given those that were started in their
/// order. Empty: a running one must end first (a rung of Hyperband is decided as a whole), or the search is over;
/// nothing is over while something runs. Asked again and again it gives the trials of `tune`. Errors: as of `tune`.
[[nodiscard]] Result<std::vector<std::map<std::string, std::string>>> next_trials(const TuningConfig& config,
                                                                                  const std::vector<Trial>& started,
                                                                                  std::size_t most);

}  // namespace driftlab::forecast

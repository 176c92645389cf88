#pragma once
/// Hyperparameter tuning jobs: training jobs of their own, side by side, of which the best is kept.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/service/sagemaker/training_jobs.hpp"

namespace driftlab::service::sagemaker {

struct CreateTuningJobInput {
  std::string name;                                 ///< at most 32 characters
  std::string config;                               ///< HyperParameterTuningJobConfig, JSON text
  ops::sagemaker::CreateTrainingJobInput training;  ///< TrainingJobDefinition; its name is that of each job's
};

/// One training job of a tuning job.
struct TunedTraining {
  std::string name;
  std::map<std::string, std::string> tuned = {};  ///< hyperparameters that are not static
  std::string status;                             ///< of the training job
  std::optional<double> objective = {};           ///< once it has completed with the metric
  Instant created{};
  std::optional<Instant> ended = {};
};

struct TuningJob {
  CreateTuningJobInput request;
  std::string arn;
  std::string status;  ///< InProgress, Completed, Failed, Stopping, Stopped
  std::string failure_reason;
  std::string metric;  ///< MetricName of the objective
  bool minimize = true;
  int max_parallel = 1;
  std::optional<Duration> max_runtime;
  Instant creation_time{};
  std::optional<Instant> end_time;
  std::vector<TunedTraining> trainings;  ///< in the order they were started

  /// Indices of the trainings with an objective, best first; equal ones in the order of their start.
  [[nodiscard]] std::vector<std::size_t> ranking() const;
};

/// CreateHyperParameterTuningJob and what follows. As many training jobs run side by side as
/// MaxParallelTrainingJobs (1 when absent) allows; their hyperparameters come from `Config::tuning_search`. The job is
/// Completed when the search is over and a training has an objective, Failed when none has. After MaxRuntimeInSeconds
/// no training is started. A training that fails or lacks the metric counts as the worst.
class TuningJobs {
 public:
  using Ended = std::function<void(const TuningJob&)>;

  TuningJobs(const Context& context, TrainingJobs& trainings);

  /// Returns the ARN. Errors: ValidationException, ResourceInUse for an existing name.
  Result<std::string> create(const CreateTuningJobInput& request, Instant now, Ended ended = {});
  /// Errors: ValidationException (kind NotFound).
  [[nodiscard]] Result<TuningJob> describe(const std::string& name) const;
  /// Running trainings are stopped. Errors: ValidationException for an unknown name or a job that is not in progress.
  Result<> stop(const std::string& name, Instant now);

 private:
  struct Active {
    TuningJob job;
    Ended ended;
  };

  [[nodiscard]] Result<TuningJob> check(const CreateTuningJobInput& request) const;
  /// Starts what the search asks for now, or ends the job when nothing runs and nothing is left.
  void go_on(Active& active);
  [[nodiscard]] Result<> start_trainings(Active& active, int most);
  void training_ended(Active& active, std::size_t index, const ops::sagemaker::TrainingJob& training);
  void finish(Active& active, const std::string& status, const std::string& reason);
  void enter(TuningJob& job, const std::string& status, Instant now);

  const Context& context_;
  TrainingJobs& trainings_;
  Rng names_;
  std::map<std::string, Active> jobs_;
};

}  // namespace driftlab::service::sagemaker

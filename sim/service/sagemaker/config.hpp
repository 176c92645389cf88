#pragma once
/// What the AWS manuals leave open: durations, failure rates and switches, with the source of each default.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/identity.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace driftlab::service::sagemaker {

/// Lognormal with this median and 95th percentile; fixed when both are equal.
struct DurationModel {
  Duration median{0};
  Duration p95{0};
};

/// Uniform over [low, high]; fixed when both are equal.
struct DurationRange {
  Duration low{0};
  Duration high{0};
};

/// How long the jobs of one kind take. `work` counts only when the container does not say so itself.
struct JobTiming {
  DurationModel provisioning{std::chrono::minutes{3}, std::chrono::minutes{5}};
  DurationModel work{std::chrono::minutes{1}, std::chrono::minutes{3}};
  /// Share of jobs that the service itself fails after provisioning (InternalServerError), in [0, 1].
  double failure_probability = 0.0;
};

/// One training job of a tuning job, as the search sees it.
struct StartedTraining {
  std::map<std::string, std::string> hyperparameters;
  std::optional<double> objective;
  bool ended = false;
};

/// The search behind tuning jobs, which AWS keeps to itself: what to start next, at most `most` at once, as whole sets
/// of hyperparameters. Empty: a running one must end first, or the search is over. `config` is
/// HyperParameterTuningJobConfig as JSON text. Errors: InvalidInput beginning with the member of the config.
using TuningSearch = std::function<Result<std::vector<std::map<std::string, std::string>>>(
    const std::string& config, const std::map<std::string, std::string>& static_hyperparameters,
    const std::vector<StartedTraining>& started, std::size_t most)>;

struct Config {
  AwsIdentity identity = {};
  std::uint64_t seed = 0;

  // Start-up of 2–5 minutes is what users commonly report; the work is a choice.
  JobTiming processing = {};
  JobTiming training{.work = {std::chrono::minutes{4}, std::chrono::minutes{8}}};
  JobTiming transform = {};
  /// From Stopping to Stopped; AWS allows a container 120 s to end by itself.
  Duration stopping = std::chrono::seconds{30};

  /// Creation or update of an endpoint, from common reports.
  DurationRange endpoint_change{std::chrono::minutes{3}, std::chrono::minutes{8}};
  Duration endpoint_deletion = std::chrono::seconds{20};

  /// From the creation of a schedule to Scheduled.
  Duration schedule_activation = std::chrono::seconds{30};
  /// How late an execution starts after its boundary: 0–20 minutes by the manual.
  DurationRange execution_delay{std::chrono::minutes{0}, std::chrono::minutes{20}};
  /// Labels count only when they lie in the window of the captures. Otherwise those up to the scheduled time count
  /// too, as labels come late.
  bool strict_ground_truth_window = false;
  /// Failed executions count for alerts like those with violations.
  bool alert_on_failed_executions = false;

  /// Absent: tuning jobs are refused.
  TuningSearch tuning_search = {};

  /// Keeps to the published event catalogue, which has no processing job event.
  bool faithful = true;
};

}  // namespace driftlab::service::sagemaker

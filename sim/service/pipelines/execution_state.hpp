#pragma once
/// What is known of one execution: its plan and how far each step has come.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/scheduler.hpp"
#include "core/base/time.hpp"
#include "sim/service/pipelines/definition.hpp"
#include "sim/service/pipelines/parameters.hpp"
#include "sim/service/pipelines/quality_check.hpp"
#include "sim/service/pipelines/step_retry.hpp"

namespace driftlab::service::pipelines {

enum class ExecutionStatus { Executing, Stopping, Stopped, Failed, Succeeded };
[[nodiscard]] std::string_view to_string(ExecutionStatus status);

/// The API's step statuses, and two that it never shows: not begun, and in the branch that was not taken.
enum class StepStatus { Waiting, NotTaken, Starting, Executing, Stopping, Stopped, Failed, Succeeded };
[[nodiscard]] std::string_view to_string(StepStatus status);
[[nodiscard]] constexpr bool is_active(StepStatus status) {
  return status == StepStatus::Starting || status == StepStatus::Executing || status == StepStatus::Stopping;
}

/// Fixed when an execution starts; a later UpdatePipeline does not touch it.
struct ExecutionPlan {
  std::string pipeline_name;
  std::string pipeline_arn;
  std::string id;
  std::string arn;
  std::string display_name;
  std::shared_ptr<const Definition> definition;
  ParameterValues parameters;
  int max_parallel_steps = 50;
};

struct StepState {
  StepStatus status = StepStatus::Waiting;
  std::size_t order = 0;  ///< position among the begun steps
  Instant start{};
  Instant end{};
  std::string failure_reason;
  std::string metadata = "{}";  ///< JSON text
  std::string job_name;         ///< of the newest call
  std::optional<std::string> cache_key;
  std::optional<QualityCheck> check;
  JsonPtr properties;  ///< what Get reads, once succeeded
  std::string cache_source;
  std::optional<bool> outcome;  ///< of a Condition
  int attempts = 0;
  std::optional<StepRetries> retries;
  TimerId timer = 0;  ///< pending start or retry
  bool awaiting_retry = false;
};

struct ExecutionState {
  ExecutionPlan plan;
  ExecutionStatus status = ExecutionStatus::Executing;
  std::string failure_reason;
  Instant creation{};
  Instant last_modified{};
  std::vector<StepState> steps;  ///< as in the definition
};

}  // namespace driftlab::service::pipelines

#include "sim/service/pipelines/status_report.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;

/// Failure reasons come from containers and need not be UTF-8.
std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool has_ended(ExecutionStatus status) {
  return status != ExecutionStatus::Executing && status != ExecutionStatus::Stopping;
}

/// Pipeline events write member names in lowerCamel where the API has UpperCamel.
json lower_camel(const json& value) {
  if (!value.is_object()) return value;
  json copy = json::object();
  for (const auto& [key, child] : value.items()) {
    std::string name = key;
    if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') name[0] = static_cast<char>(name[0] - 'A' + 'a');
    copy[name] = lower_camel(child);
  }
  return copy;
}

ops::events::PutEventsEntry entry(const ExecutionState& state, const char* subject, json detail, Instant now) {
  detail["pipelineArn"] = state.plan.pipeline_arn;
  detail["pipelineExecutionArn"] = state.plan.arn;
  ops::events::PutEventsEntry event;
  event.source = "aws.sagemaker";
  event.detail_type = std::string("SageMaker Model Building Pipeline Execution ") + subject + "Status Change";
  event.detail = text_of(detail);
  event.resources = {state.plan.pipeline_arn, state.plan.arn};
  event.time = now;
  return event;
}

}  // namespace

std::string_view to_string(ExecutionStatus status) {
  switch (status) {
    case ExecutionStatus::Executing:
      return "Executing";
    case ExecutionStatus::Stopping:
      return "Stopping";
    case ExecutionStatus::Stopped:
      return "Stopped";
    case ExecutionStatus::Failed:
      return "Failed";
    case ExecutionStatus::Succeeded:
      return "Succeeded";
  }
  return "Failed";
}

std::string_view to_string(StepStatus status) {
  switch (status) {
    case StepStatus::Waiting:
      return "Waiting";
    case StepStatus::NotTaken:
      return "NotTaken";
    case StepStatus::Starting:
      return "Starting";
    case StepStatus::Executing:
      return "Executing";
    case StepStatus::Stopping:
      return "Stopping";
    case StepStatus::Stopped:
      return "Stopped";
    case StepStatus::Failed:
      return "Failed";
    case StepStatus::Succeeded:
      return "Succeeded";
  }
  return "Failed";
}

ops::events::PutEventsEntry execution_event(const ExecutionState& state, std::optional<ExecutionStatus> previous,
                                            Instant now) {
  json detail = {{"pipelineExecutionDisplayName", state.plan.display_name},
                 {"currentPipelineExecutionStatus", to_string(state.status)},
                 {"executionStartTime", format_seconds(state.creation)}};
  if (previous) detail["previousPipelineExecutionStatus"] = to_string(*previous);
  if (has_ended(state.status)) detail["executionEndTime"] = format_seconds(state.last_modified);
  return entry(state, "", std::move(detail), now);
}

ops::events::PutEventsEntry step_event(const ExecutionState& state, std::size_t step,
                                       std::optional<StepStatus> previous, Instant now) {
  const Step& definition = state.plan.definition->steps[step];
  const StepState& current = state.steps[step];
  json detail = {{"metadata", lower_camel(json::parse(current.metadata))},
                 {"stepName", definition.name},
                 {"stepType", to_string(definition.type)},
                 {"stepStartTime", format_seconds(current.start)},
                 {"currentStepStatus", to_string(current.status)}};
  if (previous) detail["previousStepStatus"] = to_string(*previous);
  if (!is_active(current.status)) detail["stepEndTime"] = format_seconds(current.end);
  if (current.status == StepStatus::Failed) detail["failureReason"] = current.failure_reason;
  if (!current.cache_source.empty()) detail["cacheHitResult"] = {{"sourcePipelineExecutionArn", current.cache_source}};
  return entry(state, "Step ", std::move(detail), now);
}

std::string execution_detail(const ExecutionState& state) {
  json detail = {{"execution", state.plan.arn}, {"status", to_string(state.status)}};
  if (!state.failure_reason.empty()) detail["reason"] = state.failure_reason;
  return text_of(detail);
}

std::string step_detail(const ExecutionState& state, std::size_t step) {
  const Step& definition = state.plan.definition->steps[step];
  const StepState& current = state.steps[step];
  json detail = {{"execution", state.plan.arn},
                 {"step", definition.name},
                 {"type", to_string(definition.type)},
                 {"status", to_string(current.status)}};
  if (current.outcome) detail["outcome"] = *current.outcome ? "True" : "False";
  if (!current.failure_reason.empty()) detail["reason"] = current.failure_reason;
  if (!current.cache_source.empty()) detail["cache_source"] = current.cache_source;
  return text_of(detail);
}

ops::pipelines::DescribePipelineExecutionOutput description(const ExecutionState& state) {
  ops::pipelines::DescribePipelineExecutionOutput output;
  output.pipeline_arn = state.plan.pipeline_arn;
  output.pipeline_execution_arn = state.plan.arn;
  output.status = to_string(state.status);
  output.failure_reason = state.failure_reason;
  output.creation_time = state.creation;
  output.last_modified = state.last_modified;
  output.display_name = state.plan.display_name;
  return output;
}

ops::pipelines::ListPipelineExecutionStepsOutput step_summaries(const ExecutionState& state) {
  std::vector<std::size_t> begun;
  for (std::size_t i = 0; i < state.steps.size(); ++i)
    if (state.steps[i].status != StepStatus::Waiting && state.steps[i].status != StepStatus::NotTaken)
      begun.push_back(i);
  std::sort(begun.begin(), begun.end(),
            [&](std::size_t a, std::size_t b) { return state.steps[a].order < state.steps[b].order; });
  ops::pipelines::ListPipelineExecutionStepsOutput output;
  for (const std::size_t i : begun) {
    const StepState& current = state.steps[i];
    ops::pipelines::StepSummary summary;
    summary.step_name = state.plan.definition->steps[i].name;
    summary.step_type = to_string(state.plan.definition->steps[i].type);
    summary.status = to_string(current.status);
    summary.failure_reason = current.failure_reason;
    summary.start_time = current.start;
    summary.end_time = current.end;
    summary.metadata = current.metadata;
    summary.cache_hit_source_arn = current.cache_source;
    summary.attempt_count = current.attempts;
    output.steps.push_back(std::move(summary));
  }
  return output;
}

}  // namespace driftlab::service::pipelines

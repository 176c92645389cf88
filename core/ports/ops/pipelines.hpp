#pragma once
/// SageMaker Pipelines operations, neutral of any wire. Definitions travel as SageMaker's own JSON text.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::ops::pipelines {

struct CreatePipelineInput {
  std::string pipeline_name;
  std::string pipeline_definition;
  std::string client_request_token = {};
  std::string description = {};
  std::optional<int> max_parallel_execution_steps = {};  ///< ParallelismConfiguration, >= 1
};
struct CreatePipelineOutput {
  std::string pipeline_arn;
};
/// Affects later executions only.
struct UpdatePipelineInput {
  std::string pipeline_name;
  std::string pipeline_definition;
  std::optional<int> max_parallel_execution_steps = {};  ///< absent: unchanged
};
struct UpdatePipelineOutput {
  std::string pipeline_arn;
};
struct StartPipelineExecutionInput {
  std::string pipeline_name;                           ///< name or ARN
  std::map<std::string, std::string> parameters = {};  ///< all values as text
  std::string client_request_token = {};
  std::string display_name = {};
  std::optional<int> max_parallel_execution_steps = {};  ///< absent: the pipeline's
};
struct StartPipelineExecutionOutput {
  std::string pipeline_execution_arn;
};
struct DescribePipelineExecutionInput {
  std::string pipeline_execution_arn;
};
struct DescribePipelineExecutionOutput {
  std::string pipeline_arn;
  std::string pipeline_execution_arn;
  std::string status;  ///< Executing, Stopping, Stopped, Failed, Succeeded
  std::string failure_reason;
  Instant creation_time{};
  Instant last_modified{};
  std::string display_name = {};
};
struct StopPipelineExecutionInput {
  std::string pipeline_execution_arn;
  std::string client_request_token = {};
};
/// Continues a Failed or Stopped execution from its failed and stopped steps, under the same ARN.
struct RetryPipelineExecutionInput {
  std::string pipeline_execution_arn;
  std::string client_request_token = {};
};
struct StepSummary {
  std::string step_name;
  std::string step_type;
  std::string status;  ///< Starting, Executing, Stopping, Stopped, Failed, Succeeded
  std::string failure_reason;
  Instant start_time{};
  Instant end_time{};
  std::string metadata;  ///< JSON text: {"ProcessingJob":{"Arn":…}}, {"Condition":{"Outcome":"True"}} …
  std::string cache_hit_source_arn = {};  ///< CacheHitResult: the execution whose result was reused
  int attempt_count = 0;                  ///< how often the call behind the step was made
};
struct ListPipelineExecutionStepsInput {
  std::string pipeline_execution_arn;
};
struct ListPipelineExecutionStepsOutput {
  std::vector<StepSummary> steps;  ///< oldest first
};
struct ListPipelineExecutionsInput {
  std::string pipeline_name;
};
struct ListPipelineExecutionsOutput {
  std::vector<DescribePipelineExecutionOutput> executions;  ///< newest first
};

}  // namespace driftlab::ops::pipelines

#pragma once
/// AWS CodePipeline operations, neutral of any wire. A pipeline's structure travels as CodePipeline's own JSON
/// ({"name":…,"stages":[{"name":…,"actions":[…]}]}).

#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::ops::codepipeline {

struct CreatePipelineInput {
  std::string pipeline;  ///< JSON text of the `pipeline` member
  bool start_first_execution = true;
};
struct StartPipelineExecutionInput {
  std::string name;
  std::string client_request_token = {};
  std::string trigger_type = "StartPipelineExecution";
  std::string trigger_detail = {};
  /// Overrides of source revisions, by source action name.
  std::vector<std::pair<std::string, std::string>> source_revisions = {};
};
struct StartPipelineExecutionOutput {
  std::string pipeline_execution_id;
};

struct ActionState {
  std::string name;
  std::string status;  ///< InProgress, Abandoned, Succeeded, Failed; empty before the first run
  std::string action_execution_id;
  std::string token;  ///< of a waiting manual approval
  std::string summary;
  Instant last_status_change{};
};
struct StageState {
  std::string name;
  std::string status;
  std::string execution_id;          ///< in the stage now, or last
  std::string inbound_execution_id;  ///< waiting before it
  bool inbound_enabled = true;
  std::vector<ActionState> actions;
};
struct GetPipelineStateInput {
  std::string name;
};
struct GetPipelineStateOutput {
  std::string pipeline_name;
  int version = 1;
  std::vector<StageState> stages;
};

struct ExecutionSummary {
  std::string execution_id;
  std::string status;  ///< Cancelled InProgress Stopped Stopping Succeeded Superseded Failed
  std::string trigger_type;
  std::string trigger_detail;
  Instant start_time{};
  Instant last_update{};
};
struct ListPipelineExecutionsInput {
  std::string name;
};
struct ListPipelineExecutionsOutput {
  std::vector<ExecutionSummary> executions;  ///< newest first
};

struct PutApprovalResultInput {
  std::string pipeline_name;
  std::string stage_name;
  std::string action_name;
  std::string token;
  bool approved = false;
  std::string summary = {};
};
struct PutApprovalResultOutput {
  Instant approved_at{};
};

struct StopPipelineExecutionInput {
  std::string pipeline_name;
  std::string pipeline_execution_id;
  bool abandon = false;
  std::string reason = {};
};
struct RetryStageExecutionInput {
  std::string pipeline_name;
  std::string stage_name;
  std::string pipeline_execution_id;
  bool all_actions = false;
};
struct SetStageTransitionInput {
  std::string pipeline_name;
  std::string stage_name;
  bool enabled = true;
  std::string reason = {};
};

}  // namespace driftlab::ops::codepipeline

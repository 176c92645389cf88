#include "sim/service/codepipeline/codepipeline.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace driftlab::service::codepipeline {
namespace {

bool is_waiting_approval(const ActionDefinition& action, const api::ActionState& state) {
  return action.category == "Approval" && state.status == "InProgress";
}

}  // namespace

CodePipeline::CodePipeline(Scheduler& scheduler, ActionHost& actions, EventPublisher& events, Journal& journal,
                           Config config)
    : scheduler_(scheduler),
      actions_(actions),
      events_(events),
      journal_(journal),
      config_(std::move(config)),
      ids_(config_.seed, "codepipeline", "ids") {}

Result<CodePipeline::Pipeline*> CodePipeline::find(const std::string& name) {
  const auto found = pipelines_.find(std::string(arn_name(name)));
  if (found == pipelines_.end())
    return not_found("PipelineNotFoundException", fmt::format("Account does not have a pipeline with name '{}'", name));
  return found->second.get();
}

Result<std::size_t> CodePipeline::find_stage(const Pipeline& pipeline, const std::string& name) const {
  for (std::size_t i = 0; i < pipeline.definition.stages.size(); ++i)
    if (pipeline.definition.stages[i].name == name) return i;
  return not_found("StageNotFoundException",
                   fmt::format("Pipeline '{}' has no stage '{}'", pipeline.definition.name, name));
}

Result<> CodePipeline::handle(const api::CreatePipelineInput& request, Instant now) {
  auto definition = parse_structure(request.pipeline);
  if (!definition) return definition.error();
  if (pipelines_.contains(definition->name))
    return Error{ErrorKind::Conflict, "PipelineNameInUseException",
                 fmt::format("A pipeline with the name '{}' already exists in account '{}'", definition->name,
                             config_.identity.account)};
  for (const auto& stage : definition->stages)
    for (const auto& action : stage.actions)
      if (action.category != "Source" && action.category != "Approval")
        if (const auto known = actions_.knows(action.provider, action.configuration); !known)
          return validation_error(fmt::format("{}.{}: {}", stage.name, action.name, known.error().message));
  auto pipeline = std::make_unique<Pipeline>();
  pipeline->definition = std::move(*definition);
  for (const auto& stage : pipeline->definition.stages) {
    pipeline->stages.emplace_back();
    for (const auto& action : stage.actions) pipeline->stages.back().runs.push_back({.state = {.name = action.name}});
  }
  const std::string name = pipeline->definition.name;
  pipelines_.emplace(name, std::move(pipeline));
  if (!request.start_first_execution) return {};
  api::StartPipelineExecutionInput start{.name = name, .trigger_type = "CreatePipeline"};
  const auto started = handle(start, now);
  if (!started) return started.error();
  return {};
}

Result<api::StartPipelineExecutionOutput> CodePipeline::handle(const api::StartPipelineExecutionInput& request,
                                                               Instant now) {
  const auto found = find(request.name);
  if (!found) return found.error();
  Pipeline& pipeline = **found;
  if (!request.client_request_token.empty())
    if (const auto known = pipeline.tokens.find(request.client_request_token); known != pipeline.tokens.end())
      return api::StartPipelineExecutionOutput{known->second};
  Execution run;
  run.summary = {ids_.uuid(), "InProgress", request.trigger_type, request.trigger_detail, now, now};
  const std::string id = run.summary.execution_id;
  run.variables["codepipeline.PipelineExecutionId"] = id;
  if (!request.client_request_token.empty()) pipeline.tokens[request.client_request_token] = id;
  const auto added = pipeline.executions.emplace(id, std::move(run)).first;
  pipeline.order.push_back(id);
  note_execution(pipeline, added->second, "STARTED");
  enter(pipeline, 0, id);
  return api::StartPipelineExecutionOutput{id};
}

void CodePipeline::enter(Pipeline& pipeline, std::size_t stage, const std::string& id) {
  Stage& target = pipeline.stages[stage];
  if (!target.locked && target.enabled && target.waiting.empty()) return begin_stage(pipeline, stage, id);
  if (pipeline.definition.mode == ExecutionMode::Superseded && !target.waiting.empty()) {
    const std::string replaced = target.waiting.front();
    target.waiting.pop_front();
    end_execution(pipeline, execution(pipeline, replaced), "Superseded");
  }
  target.waiting.push_back(id);
}

void CodePipeline::admit(Pipeline& pipeline, std::size_t stage) {
  Stage& target = pipeline.stages[stage];
  if (target.locked || !target.enabled || target.waiting.empty()) return;
  const std::string id = target.waiting.front();
  target.waiting.pop_front();
  begin_stage(pipeline, stage, id);
}

void CodePipeline::begin_stage(Pipeline& pipeline, std::size_t stage, const std::string& id) {
  Stage& target = pipeline.stages[stage];
  target.locked = true;
  target.execution = id;
  target.status = "InProgress";
  for (auto& run : target.runs) run = {.state = {.name = run.state.name}};
  note_stage(pipeline, stage, "STARTED");
  start_group(pipeline, stage, pipeline.definition.stages[stage].actions.front().run_order);
}

void CodePipeline::start_group(Pipeline& pipeline, std::size_t stage, int run_order) {
  const auto& actions = pipeline.definition.stages[stage].actions;
  for (std::size_t i = 0; i < actions.size(); ++i)
    if (actions[i].run_order == run_order && pipeline.stages[stage].runs[i].state.status != "Succeeded")
      start_action(pipeline, stage, i);
}

void CodePipeline::start_action(Pipeline& pipeline, std::size_t stage, std::size_t action) {
  const ActionDefinition& definition = pipeline.definition.stages[stage].actions[action];
  ActionRun& run = pipeline.stages[stage].runs[action];
  run.state.status = "InProgress";
  run.state.action_execution_id = ids_.uuid();
  run.state.last_status_change = scheduler_.now();
  note_action(pipeline, stage, action, "STARTED");
  const std::string run_id = run.state.action_execution_id;
  const std::string name = pipeline.definition.name;
  const auto done = [this, name, stage, action, run_id](ActionReply reply) {
    end_action(name, stage, action, run_id, std::move(reply));
  };
  if (definition.category == "Approval") return start_approval(pipeline, stage, action);
  if (definition.category == "Source") {
    ActionReply reply;
    reply.summary = definition.configuration.at("S3Bucket") + "/" + definition.configuration.at("S3ObjectKey");
    run.timer = scheduler_.after(config_.source_time, "CodePipeline source", [done, reply] { done(reply); });
    return;
  }
  const Execution& current = execution(pipeline, pipeline.stages[stage].execution);
  actions_.run({.pipeline = name,
                .execution_id = current.summary.execution_id,
                .stage = pipeline.definition.stages[stage].name,
                .action = definition.name,
                .provider = definition.provider,
                .configuration = resolve(current, definition.configuration),
                .trigger_detail = current.summary.trigger_detail},
               done);
}

void CodePipeline::start_approval(Pipeline& pipeline, std::size_t stage, std::size_t action) {
  const ActionDefinition& definition = pipeline.definition.stages[stage].actions[action];
  ActionRun& run = pipeline.stages[stage].runs[action];
  run.state.token = ids_.uuid();
  const std::string run_id = run.state.action_execution_id;
  const std::string name = pipeline.definition.name;
  const Duration timeout = definition.timeout > Duration::zero() ? definition.timeout : config_.approval_timeout;
  run.timer = scheduler_.after(timeout, "CodePipeline approval timeout", [this, name, stage, action, run_id] {
    end_action(name, stage, action, run_id, {.succeeded = false, .summary = "The approval timed out"});
  });
  const auto custom = definition.configuration.find("CustomData");
  if (listener_)
    listener_->approval_needed(name, pipeline.definition.stages[stage].name, definition.name, run.state.token,
                               custom == definition.configuration.end() ? "" : custom->second);
}

void CodePipeline::end_action(const std::string& pipeline_name, std::size_t stage, std::size_t action,
                              const std::string& run_id, const ActionReply& reply) {
  Pipeline& pipeline = *pipelines_.at(pipeline_name);
  ActionRun& run = pipeline.stages[stage].runs[action];
  // A run that was abandoned or replaced by a retry no longer counts.
  if (run.state.action_execution_id != run_id || run.state.status != "InProgress") return;
  scheduler_.cancel(run.timer);
  run.timer = 0;
  run.state.status = reply.succeeded ? "Succeeded" : "Failed";
  run.state.summary = reply.summary;
  run.state.token.clear();
  run.state.last_status_change = scheduler_.now();
  const auto& space = pipeline.definition.stages[stage].actions[action].variable_namespace;
  if (!space.empty())
    for (const auto& [key, value] : reply.output_variables)
      execution(pipeline, pipeline.stages[stage].execution).variables[fmt::format("{}.{}", space, key)] = value;
  note_action(pipeline, stage, action, reply.succeeded ? "SUCCEEDED" : "FAILED");
  advance(pipeline, stage);
}

void CodePipeline::advance(Pipeline& pipeline, std::size_t stage) {
  Stage& current = pipeline.stages[stage];
  const auto& actions = pipeline.definition.stages[stage].actions;
  bool failed = false;
  int next_order = 0;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const std::string& status = current.runs[i].state.status;
    if (status == "InProgress") return;
    if (status == "Failed" || status == "Abandoned") failed = true;
    if (status.empty() && next_order == 0) next_order = actions[i].run_order;
  }
  if (execution(pipeline, current.execution).stopping) return end_stage(pipeline, stage, "Stopped");
  if (failed) return end_stage(pipeline, stage, "Failed");
  if (next_order > 0) return start_group(pipeline, stage, next_order);
  end_stage(pipeline, stage, "Succeeded");
}

void CodePipeline::end_stage(Pipeline& pipeline, std::size_t stage, const std::string& status) {
  Stage& current = pipeline.stages[stage];
  const std::string id = current.execution;
  current.status = status;
  current.locked = false;
  note_stage(pipeline, stage, status == "Succeeded" ? "SUCCEEDED" : status == "Failed" ? "FAILED" : "STOPPED");
  if (status != "Succeeded")
    end_execution(pipeline, execution(pipeline, id), status);
  else if (stage + 1 < pipeline.stages.size())
    enter(pipeline, stage + 1, id);
  else
    end_execution(pipeline, execution(pipeline, id), "Succeeded");
  admit(pipeline, stage);
}

void CodePipeline::end_execution(Pipeline& pipeline, Execution& run, const std::string& status) {
  run.summary.status = status;
  run.summary.last_update = scheduler_.now();
  std::string state = status;
  std::transform(state.begin(), state.end(), state.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  note_execution(pipeline, run, state);
}

Result<api::PutApprovalResultOutput> CodePipeline::handle(const api::PutApprovalResultInput& request, Instant now) {
  const auto found = find(request.pipeline_name);
  if (!found) return found.error();
  Pipeline& pipeline = **found;
  const auto stage = find_stage(pipeline, request.stage_name);
  if (!stage) return stage.error();
  if (request.summary.size() > 512) return validation_error("The summary must not be longer than 512 characters");
  const auto& actions = pipeline.definition.stages[*stage].actions;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (actions[i].name != request.action_name) continue;
    const api::ActionState& state = pipeline.stages[*stage].runs[i].state;
    if (!is_waiting_approval(actions[i], state))
      return Error{ErrorKind::Conflict, "ApprovalAlreadyCompletedException",
                   fmt::format("The approval action '{}' is not waiting", request.action_name)};
    if (state.token != request.token)
      return Error{ErrorKind::InvalidInput, "InvalidApprovalTokenException",
                   "The approval token is not the running one"};
    end_action(pipeline.definition.name, *stage, i, state.action_execution_id,
               {.succeeded = request.approved, .summary = request.summary});
    return api::PutApprovalResultOutput{now};
  }
  return not_found("ActionNotFoundException",
                   fmt::format("Stage '{}' has no action '{}'", request.stage_name, request.action_name));
}

void CodePipeline::abandon_actions(Pipeline& pipeline, std::size_t stage) {
  for (std::size_t i = 0; i < pipeline.stages[stage].runs.size(); ++i) {
    ActionRun& run = pipeline.stages[stage].runs[i];
    if (run.state.status != "InProgress") continue;
    scheduler_.cancel(run.timer);
    run.state.status = "Abandoned";
    run.state.token.clear();
    note_action(pipeline, stage, i, "ABANDONED");
  }
}

Result<> CodePipeline::handle(const api::StopPipelineExecutionInput& request, Instant) {
  const auto found = find(request.pipeline_name);
  if (!found) return found.error();
  Pipeline& pipeline = **found;
  const auto run = pipeline.executions.find(request.pipeline_execution_id);
  if (run == pipeline.executions.end())
    return not_found("PipelineExecutionNotFoundException", "No such execution: " + request.pipeline_execution_id);
  if (run->second.summary.status != "InProgress" && run->second.summary.status != "Stopping")
    return Error{ErrorKind::Conflict, "PipelineExecutionNotStoppableException",
                 "The execution is " + run->second.summary.status};
  if (run->second.stopping && !request.abandon)
    return Error{ErrorKind::Conflict, "DuplicatedStopRequestException", "The execution is stopping already"};
  run->second.stopping = true;
  run->second.summary.status = "Stopping";
  note_execution(pipeline, run->second, "STOPPING");
  for (std::size_t stage = 0; stage < pipeline.stages.size(); ++stage) {
    Stage& place = pipeline.stages[stage];
    const auto waiting = std::find(place.waiting.begin(), place.waiting.end(), request.pipeline_execution_id);
    if (waiting != place.waiting.end()) {
      place.waiting.erase(waiting);
      end_execution(pipeline, run->second, "Stopped");
      return {};
    }
    if (!place.locked || place.execution != request.pipeline_execution_id) continue;
    if (request.abandon) abandon_actions(pipeline, stage);
    // A waiting approval has nothing to finish.
    for (std::size_t i = 0; i < place.runs.size(); ++i)
      if (is_waiting_approval(pipeline.definition.stages[stage].actions[i], place.runs[i].state)) {
        scheduler_.cancel(place.runs[i].timer);
        place.runs[i].state.status = "Abandoned";
        place.runs[i].state.token.clear();
        note_action(pipeline, stage, i, "ABANDONED");
      }
    advance(pipeline, stage);
    return {};
  }
  return {};
}

Result<> CodePipeline::handle(const api::RetryStageExecutionInput& request, Instant now) {
  const auto found = find(request.pipeline_name);
  if (!found) return found.error();
  Pipeline& pipeline = **found;
  const auto stage = find_stage(pipeline, request.stage_name);
  if (!stage) return stage.error();
  Stage& place = pipeline.stages[*stage];
  if (place.execution != request.pipeline_execution_id)
    return Error{ErrorKind::Conflict, "NotLatestPipelineExecutionException", "A later execution has been in the stage"};
  if (place.status != "Failed" || place.locked)
    return Error{ErrorKind::Conflict, "StageNotRetryableException", "The stage is " + place.status};
  Execution& run = execution(pipeline, place.execution);
  run.summary.status = "InProgress";
  run.summary.last_update = now;
  note_execution(pipeline, run, "RESUMED");
  place.locked = true;
  place.status = "InProgress";
  for (auto& action : place.runs)
    if (request.all_actions || action.state.status != "Succeeded") action = {.state = {.name = action.state.name}};
  note_stage(pipeline, *stage, "RESUMED");
  advance(pipeline, *stage);
  return {};
}

Result<> CodePipeline::handle(const api::SetStageTransitionInput& request, Instant) {
  const auto found = find(request.pipeline_name);
  if (!found) return found.error();
  const auto stage = find_stage(**found, request.stage_name);
  if (!stage) return stage.error();
  (*found)->stages[*stage].enabled = request.enabled;
  admit(**found, *stage);
  return {};
}

Result<api::GetPipelineStateOutput> CodePipeline::handle(const api::GetPipelineStateInput& request, Instant) const {
  const auto found = pipelines_.find(request.name);
  if (found == pipelines_.end())
    return not_found("PipelineNotFoundException",
                     fmt::format("Account does not have a pipeline with name '{}'", request.name));
  api::GetPipelineStateOutput output{.pipeline_name = request.name};
  const Pipeline& pipeline = *found->second;
  for (std::size_t i = 0; i < pipeline.stages.size(); ++i) {
    const Stage& stage = pipeline.stages[i];
    api::StageState state{
        .name = pipeline.definition.stages[i].name, .status = stage.status, .execution_id = stage.execution};
    state.inbound_enabled = stage.enabled;
    if (!stage.waiting.empty()) state.inbound_execution_id = stage.waiting.front();
    for (const auto& run : stage.runs) state.actions.push_back(run.state);
    output.stages.push_back(std::move(state));
  }
  return output;
}

Result<api::ListPipelineExecutionsOutput> CodePipeline::handle(const api::ListPipelineExecutionsInput& request,
                                                               Instant) const {
  const auto found = pipelines_.find(request.name);
  if (found == pipelines_.end())
    return not_found("PipelineNotFoundException",
                     fmt::format("Account does not have a pipeline with name '{}'", request.name));
  api::ListPipelineExecutionsOutput output;
  const auto& order = found->second->order;
  for (auto id = order.rbegin(); id != order.rend(); ++id)
    output.executions.push_back(found->second->executions.at(*id).summary);
  return output;
}

}  // namespace driftlab::service::codepipeline

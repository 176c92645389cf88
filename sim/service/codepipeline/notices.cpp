/// What the service tells the world: journal lines, events, resolved variables.
#include <nlohmann/json.hpp>

#include "sim/service/codepipeline/codepipeline.hpp"

namespace driftlab::service::codepipeline {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::map<std::string, std::string> CodePipeline::resolve(const Execution& run,
                                                         std::map<std::string, std::string> values) const {
  for (auto& [key, text] : values)
    for (const auto& [name, value] : run.variables) {
      const std::string reference = "#{" + name + "}";
      for (auto at = text.find(reference); at != std::string::npos; at = text.find(reference, at + value.size()))
        text.replace(at, reference.size(), value);
    }
  return values;
}

void CodePipeline::publish(const Pipeline& pipeline, const std::string& detail_type, const std::string& detail) {
  ops::events::PutEventsEntry entry{.source = "aws.codepipeline", .detail_type = detail_type, .detail = detail};
  entry.resources = {config_.identity.arn("codepipeline", pipeline.definition.name)};
  entry.time = scheduler_.now();
  events_.publish(std::move(entry));
}

void CodePipeline::note_execution(const Pipeline& pipeline, const Execution& run, const std::string& state) {
  Json detail{{"pipeline", pipeline.definition.name}, {"execution-id", run.summary.execution_id}, {"state", state}, {"version", 1}};
  if (state == "STARTED")
    detail["execution-trigger"] = {{"trigger-type", run.summary.trigger_type}, {"trigger-detail", run.summary.trigger_detail}};
  detail["pipeline-execution-attempt"] = 1;
  const std::string text = detail.dump();
  journal_.record("codepipeline", "ExecutionStateChange", pipeline.definition.name, text);
  publish(pipeline, "CodePipeline Pipeline Execution State Change", text);
}

void CodePipeline::note_stage(const Pipeline& pipeline, std::size_t stage, const std::string& state) {
  const Json detail{{"pipeline", pipeline.definition.name},
                    {"execution-id", pipeline.stages[stage].execution},
                    {"stage", pipeline.definition.stages[stage].name},
                    {"state", state},
                    {"version", 1}};
  const std::string text = detail.dump();
  journal_.record("codepipeline", "StageStateChange", pipeline.definition.name, text);
  publish(pipeline, "CodePipeline Stage Execution State Change", text);
}

void CodePipeline::note_action(const Pipeline& pipeline, std::size_t stage, std::size_t action, const std::string& state) {
  const ActionDefinition& definition = pipeline.definition.stages[stage].actions[action];
  Json detail{{"pipeline", pipeline.definition.name},
              {"execution-id", pipeline.stages[stage].execution},
              {"stage", pipeline.definition.stages[stage].name},
              {"action", definition.name},
              {"state", state},
              {"region", config_.identity.region},
              {"type", {{"owner", definition.owner}, {"category", definition.category}, {"provider", definition.provider}, {"version", "1"}}},
              {"version", 1}};
  if (state == "SUCCEEDED" || state == "FAILED")
    detail["execution-result"] = {{"external-execution-summary", pipeline.stages[stage].runs[action].state.summary}};
  const std::string text = detail.dump(-1, ' ', false, Json::error_handler_t::replace);
  journal_.record("codepipeline", "ActionStateChange", pipeline.definition.name, text);
  publish(pipeline, "CodePipeline Action Execution State Change", text);
}

}  // namespace driftlab::service::codepipeline

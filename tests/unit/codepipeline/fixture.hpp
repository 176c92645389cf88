#pragma once
/// A CodePipeline on a scheduler moved by hand, with actions that end when the test says so.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/service/codepipeline/codepipeline.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/recording_hosts.hpp"

namespace driftlab::service::codepipeline {

inline const Instant kStart = from_civil(2026, 6, 1);

/// Knows every provider but "Unknown". Actions run until `finish`.
struct HeldActions final : ActionHost {
  std::vector<ActionCall> calls;
  std::vector<std::function<void(ActionReply)>> pending;

  Result<> knows(std::string_view provider, const std::map<std::string, std::string>&) const override {
    if (provider == "Unknown") return input_error("provider Unknown is not supported");
    return {};
  }
  void run(ActionCall call, std::function<void(ActionReply)> done) override {
    calls.push_back(std::move(call));
    pending.push_back(std::move(done));
  }
};

/// Source, then one stage for each text: comma-separated actions "NAME" (a build), "NAME@2" (run order 2), or "?NAME"
/// (an approval).
inline std::string pipeline_json(const std::vector<std::pair<std::string, std::vector<std::string>>>& stages,
                                 const std::string& mode = "SUPERSEDED") {
  std::string json =
      R"({"name":"build","executionMode":")" + mode +
      R"(","stages":[{"name":"Source","actions":[{"name":"S3","actionTypeId":{"category":"Source",)"
      R"("owner":"AWS","provider":"S3","version":"1"},"configuration":{"S3Bucket":"b","S3ObjectKey":"k"}}]})";
  for (const auto& [name, actions] : stages) {
    json += R"(,{"name":")" + name + R"(","actions":[)";
    for (std::size_t i = 0; i < actions.size(); ++i) {
      std::string action = actions[i];
      const bool approval = action.front() == '?';
      if (approval) action.erase(0, 1);
      std::string order = "1";
      if (const auto at = action.find('@'); at != std::string::npos) {
        order = action.substr(at + 1);
        action.resize(at);
      }
      json += (i > 0 ? "," : "") + std::string(R"({"name":")") + action + R"(","runOrder":)" + order +
              R"(,"actionTypeId":{"owner":"AWS","version":"1",)" +
              (approval ? R"("category":"Approval","provider":"Manual"}})"
                        : R"("category":"Build","provider":"CodeBuild"},"configuration":{"ProjectName":"p",)"
                          R"("Execution":"#{codepipeline.PipelineExecutionId}"}})");
    }
    json += "]}";
  }
  return json + "]}";
}

class CodePipelineTest : public ::testing::Test {
 public:
  void create(const std::string& json, bool start_first_execution = false) {
    const auto created = pipelines.handle(
        api::CreatePipelineInput{.pipeline = json, .start_first_execution = start_first_execution}, kStart);
    ASSERT_TRUE(created) << created.error().message;
  }
  std::string start() {
    const auto started = pipelines.handle(api::StartPipelineExecutionInput{.name = "build"}, scheduler.now());
    return started ? started->pipeline_execution_id : started.error().code;
  }
  /// Ends action number `call` (by start) as the scheduler's next event.
  void finish(std::size_t call, bool succeeded = true) {
    ActionReply reply;
    reply.succeeded = succeeded;
    scheduler.after(0s, "action", [this, call, reply] { actions.pending.at(call)(reply); });
    pass(0s);
  }
  void pass(Duration time) { scheduler.run_until(scheduler.now() + time); }
  /// Statuses of all executions, oldest first.
  std::vector<std::string> statuses() {
    std::vector<std::string> result;
    const auto listed = pipelines.handle(api::ListPipelineExecutionsInput{"build"}, scheduler.now());
    for (const auto& execution : listed->executions) result.insert(result.begin(), execution.status);
    return result;
  }
  api::StageState stage(std::size_t index) {
    return pipelines.handle(api::GetPipelineStateInput{"build"}, scheduler.now())->stages.at(index);
  }
  [[nodiscard]] std::vector<std::string> action_names() const {
    std::vector<std::string> result;
    for (const auto& call : actions.calls) result.push_back(call.action);
    return result;
  }

  test::ManualScheduler scheduler{kStart};
  HeldActions actions;
  test::RecordingEvents events;
  test::RecordingJournal journal;
  CodePipeline pipelines{scheduler, actions, events, journal, {}};
};

}  // namespace driftlab::service::codepipeline

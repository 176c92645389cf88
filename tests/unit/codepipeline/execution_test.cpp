/// Executions, stage locks and failures: section 13.2 of the reference on CloudWatch, EventBridge, Lambda and
/// CodePipeline; the statuses of the superseding test are its ready-made test 7. A source action takes 5 s here.

#include <nlohmann/json.hpp>

#include "tests/unit/codepipeline/fixture.hpp"

namespace driftlab::service::codepipeline {
namespace {

using Strings = std::vector<std::string>;

TEST_F(CodePipelineTest, RunsStageAfterStage) {
  create(pipeline_json({{"Build", {"Train"}}, {"Deploy", {"Endpoint"}}}));
  const std::string id = start();
  EXPECT_EQ(stage(0).status, "InProgress");
  pass(5s);
  EXPECT_EQ(stage(0).status, "Succeeded");
  ASSERT_EQ(action_names(), Strings{"Train"});
  EXPECT_EQ(actions.calls[0].execution_id, id);
  EXPECT_EQ(actions.calls[0].stage, "Build");
  EXPECT_EQ(actions.calls[0].configuration.at("Execution"), id) << "variables are resolved";
  finish(0);
  EXPECT_EQ(action_names(), (Strings{"Train", "Endpoint"}));
  EXPECT_EQ(statuses(), Strings{"InProgress"});
  finish(1);
  EXPECT_EQ(statuses(), Strings{"Succeeded"});
}

TEST_F(CodePipelineTest, CreatingStartsAFirstExecutionUnlessToldNotTo) {
  create(pipeline_json({{"Build", {"Train"}}}), true);
  EXPECT_EQ(statuses(), Strings{"InProgress"});
  const auto listed = pipelines.handle(api::ListPipelineExecutionsInput{"build"}, kStart);
  EXPECT_EQ(listed->executions[0].trigger_type, "CreatePipeline");
}

TEST_F(CodePipelineTest, FourStartsDuringALockedStageLeaveTheFirstAndTheLast) {
  create(pipeline_json({{"Build", {"Train"}}}));
  (void)start();
  pass(5s);  // the first is in Build, which stays locked
  for (int i = 0; i < 3; ++i) {
    (void)start();
    pass(5s);
  }
  EXPECT_EQ(statuses(), (Strings{"InProgress", "Superseded", "Superseded", "InProgress"}));
  finish(0);
  finish(1);
  EXPECT_EQ(statuses(), (Strings{"Succeeded", "Superseded", "Superseded", "Succeeded"}));
  EXPECT_EQ(action_names(), (Strings{"Train", "Train"}));
}

TEST_F(CodePipelineTest, QueuedModeLosesNone) {
  create(pipeline_json({{"Build", {"Train"}}}, "QUEUED"));
  Strings ids;
  for (int i = 0; i < 4; ++i) ids.push_back(start());
  for (std::size_t i = 0; i < 4; ++i) {
    pass(5s);
    finish(i);
    EXPECT_EQ(actions.calls[i].execution_id, ids[i]) << "in order of arrival";
  }
  EXPECT_EQ(statuses(), Strings(4, "Succeeded"));
}

TEST_F(CodePipelineTest, EqualRunOrdersRunTogetherTheNextAfterAll) {
  create(pipeline_json({{"Build", {"B@1", "C@2", "A@1"}}}));
  (void)start();
  pass(5s);
  EXPECT_EQ(action_names(), (Strings{"B", "A"}));
  finish(0);
  EXPECT_EQ(actions.calls.size(), 2u);
  finish(1);
  EXPECT_EQ(action_names(), (Strings{"B", "A", "C"}));
}

TEST_F(CodePipelineTest, AFailureLetsRunningActionsEndAndStartsNoOther) {
  create(pipeline_json({{"Build", {"A", "B", "C@2"}}, {"Deploy", {"D"}}}));
  (void)start();
  pass(5s);
  finish(0, false);
  EXPECT_EQ(stage(1).status, "InProgress") << "B still runs";
  finish(1);
  EXPECT_EQ(stage(1).status, "Failed");
  EXPECT_EQ(stage(1).actions[1].status, "Succeeded");
  EXPECT_EQ(stage(1).actions[2].status, "");
  EXPECT_EQ(stage(2).status, "");
  EXPECT_EQ(statuses(), Strings{"Failed"});
  EXPECT_EQ(action_names(), (Strings{"A", "B"}));
}

TEST_F(CodePipelineTest, AFailedStageAdmitsTheNextExecution) {
  create(pipeline_json({{"Build", {"Train"}}}));
  (void)start();
  pass(5s);
  const std::string second = start();
  pass(5s);
  EXPECT_EQ(stage(1).inbound_execution_id, second);
  finish(0, false);
  EXPECT_EQ(statuses(), (Strings{"Failed", "InProgress"}));
  EXPECT_EQ(stage(1).execution_id, second);
  EXPECT_EQ(actions.calls.size(), 2u);
}

TEST_F(CodePipelineTest, RetryRunsWhatFailedInTheSameExecution) {
  create(pipeline_json({{"Build", {"A", "B", "C@2"}}}));
  const std::string id = start();
  pass(5s);
  finish(0);
  finish(1, false);
  ASSERT_EQ(statuses(), Strings{"Failed"});
  const api::RetryStageExecutionInput retry{
      .pipeline_name = "build", .stage_name = "Build", .pipeline_execution_id = id};
  ASSERT_TRUE(pipelines.handle(retry, scheduler.now()));
  EXPECT_EQ(statuses(), Strings{"InProgress"});
  EXPECT_EQ(action_names(), (Strings{"A", "B", "B"}));
  EXPECT_EQ(pipelines.handle(retry, scheduler.now()).error().code, "StageNotRetryableException") << "it runs";
  finish(2);
  finish(3);
  EXPECT_EQ(action_names(), (Strings{"A", "B", "B", "C"}));
  EXPECT_EQ(statuses(), Strings{"Succeeded"});
}

TEST_F(CodePipelineTest, RetryOfAllActionsRunsTheSucceededOnesToo) {
  create(pipeline_json({{"Build", {"A", "B"}}}));
  const std::string id = start();
  pass(5s);
  finish(0);
  finish(1, false);
  ASSERT_TRUE(pipelines.handle(api::RetryStageExecutionInput{"build", "Build", id, true}, scheduler.now()));
  EXPECT_EQ(action_names(), (Strings{"A", "B", "A", "B"}));
}

TEST_F(CodePipelineTest, RetryIsForTheLatestExecutionOfTheStage) {
  create(pipeline_json({{"Build", {"A"}}}));
  const std::string first = start();
  pass(5s);
  finish(0, false);
  (void)start();
  pass(5s);
  finish(1, false);
  EXPECT_EQ(pipelines.handle(api::RetryStageExecutionInput{"build", "Build", first}, scheduler.now()).error().code,
            "NotLatestPipelineExecutionException");
  EXPECT_EQ(pipelines.handle(api::RetryStageExecutionInput{"build", "Bild", first}, scheduler.now()).error().code,
            "StageNotFoundException");
}

TEST_F(CodePipelineTest, StopWaitsForTheRunningActionOrAbandonsIt) {
  create(pipeline_json({{"Build", {"A", "B@2"}}}));
  const std::string waits = start();
  pass(5s);
  const api::StopPipelineExecutionInput stop{.pipeline_name = "build", .pipeline_execution_id = waits};
  ASSERT_TRUE(pipelines.handle(stop, scheduler.now()));
  EXPECT_EQ(statuses(), Strings{"Stopping"});
  EXPECT_EQ(pipelines.handle(stop, scheduler.now()).error().code, "DuplicatedStopRequestException");
  finish(0);
  EXPECT_EQ(statuses(), Strings{"Stopped"});
  EXPECT_EQ(action_names(), Strings{"A"});
  EXPECT_EQ(pipelines.handle(stop, scheduler.now()).error().code, "PipelineExecutionNotStoppableException")
      << "it has ended, it is not stopping";

  const std::string abandoned = start();
  pass(5s);
  ASSERT_TRUE(pipelines.handle(
      api::StopPipelineExecutionInput{.pipeline_name = "build", .pipeline_execution_id = abandoned, .abandon = true},
      scheduler.now()));
  EXPECT_EQ(statuses(), (Strings{"Stopped", "Stopped"}));
  EXPECT_EQ(stage(1).actions[0].status, "Abandoned");
  finish(1);
  EXPECT_EQ(stage(1).actions[0].status, "Abandoned") << "an answer after it no longer counts";
}

TEST_F(CodePipelineTest, ADisabledTransitionHoldsAndSupersedes) {
  create(pipeline_json({{"Build", {"A"}}}));
  ASSERT_TRUE(pipelines.handle(api::SetStageTransitionInput{"build", "Build", false, ""}, kStart));
  (void)start();
  pass(5s);
  const std::string second = start();
  pass(5s);
  EXPECT_EQ(statuses(), (Strings{"Superseded", "InProgress"}));
  EXPECT_EQ(stage(1).inbound_execution_id, second);
  EXPECT_TRUE(actions.calls.empty());
  ASSERT_TRUE(pipelines.handle(api::SetStageTransitionInput{"build", "Build", true, ""}, scheduler.now()));
  EXPECT_EQ(actions.calls.at(0).execution_id, second);
}

TEST_F(CodePipelineTest, OneRequestTokenGivesOneExecution) {
  create(pipeline_json({{"Build", {"A"}}}));
  const api::StartPipelineExecutionInput request{.name = "build", .client_request_token = "alarm-1"};
  const auto first = pipelines.handle(request, kStart);
  const auto second = pipelines.handle(request, kStart);
  EXPECT_EQ(first->pipeline_execution_id, second->pipeline_execution_id);
  EXPECT_EQ(statuses().size(), 1u);
}

TEST_F(CodePipelineTest, PublishesItsStateChanges) {
  create(pipeline_json({{"Build", {"A"}}}));
  const std::string id = start();
  pass(5s);
  finish(0);
  Strings told;
  for (const auto& entry : events.entries) {
    EXPECT_EQ(entry.source, "aws.codepipeline");
    EXPECT_EQ(entry.resources, Strings{"arn:aws:codepipeline:eu-west-1:123456789012:build"});
    const auto detail = nlohmann::json::parse(entry.detail);
    EXPECT_EQ(detail["execution-id"], id);
    std::string kind = entry.detail_type.substr(std::string("CodePipeline ").size());
    kind = kind.substr(0, kind.find(' '));
    told.push_back(kind + " " + detail["state"].get<std::string>());
  }
  EXPECT_EQ(told,
            (Strings{"Pipeline STARTED", "Stage STARTED", "Action STARTED", "Action SUCCEEDED", "Stage SUCCEEDED",
                     "Stage STARTED", "Action STARTED", "Action SUCCEEDED", "Stage SUCCEEDED", "Pipeline SUCCEEDED"}));
  EXPECT_EQ(journal.lines.size(), events.entries.size());
}

TEST_F(CodePipelineTest, UnknownPipelines) {
  EXPECT_EQ(start(), "PipelineNotFoundException");
  EXPECT_EQ(pipelines.handle(api::GetPipelineStateInput{"build"}, kStart).error().code, "PipelineNotFoundException");
  EXPECT_EQ(pipelines.handle(api::ListPipelineExecutionsInput{"build"}, kStart).error().code,
            "PipelineNotFoundException");
}

}  // namespace
}  // namespace driftlab::service::codepipeline

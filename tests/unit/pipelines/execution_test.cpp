/// How an execution runs its steps: order, branches, failure, stop, retry, events (sections 9.1 and 16.5).

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/pipelines/fakes.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

class ExecutionTest : public PipelineTest {
 protected:
  json detail(std::size_t index) { return json::parse(events.entries.at(index).detail); }
};

std::string list(std::initializer_list<std::string> steps) {
  std::string text = "[";
  for (const auto& step : steps) text += (text.size() > 1 ? "," : "") + step;
  return text + "]";
}

/// Evaluate (writes evaluation.json), then register or fail on its loss.
std::string gate() {
  return definition_of(
      list(
          {R"({"Name":"Gate","Type":"Condition","Arguments":{"Conditions":[{"Type":"LessThanOrEqualTo",
             "LeftValue":{"Std:JsonGet":{"PropertyFile":{"Get":"Steps.Evaluate.PropertyFiles.Report"},"Path":"wql.value"}},
             "RightValue":{"Get":"Parameters.Threshold"}}],
            "IfSteps":[{"Name":"Register","Type":"RegisterModel","Arguments":{"ModelPackageGroupName":"demand"}}],
            "ElseSteps":[{"Name":"Reject","Type":"Fail","Arguments":{"ErrorMessage":{"Std:Join":{"On":" ","Values":[
               "loss above",{"Get":"Parameters.Threshold"}]}}}}]}})",
           processing(
               "Evaluate",
               R"(,"PropertyFiles":[{"PropertyFileName":"Report","OutputName":"eval","FilePath":"evaluation.json"}])")}),
      R"([{"Name":"Threshold","Type":"Float","DefaultValue":0.24}])");
}

TEST_F(ExecutionTest, StepsStartInOrderOfDependencyNotOfTheText) {
  create(definition_of(
      list({processing("Last", R"(,"DependsOn":["Left","Right"])"), processing("Left", R"(,"DependsOn":["First"])"),
            processing("Right", R"(,"DependsOn":["First"])"), processing("First")})));
  runner.scripts["Left"] = {{.duration = minutes{20}}};
  const std::string arn = start();
  scheduler.run_for(minutes{15});
  // First ran 10 minutes; then both sides run together.
  EXPECT_EQ(statuses(arn), "First:Succeeded Left:Executing Right:Executing");
  scheduler.run_all();
  EXPECT_EQ(statuses(arn), "First:Succeeded Left:Succeeded Right:Succeeded Last:Succeeded");
  EXPECT_EQ(execution(arn).status, "Succeeded");
  // Three rounds, each with a start delay of 2 s: First 10, Left 20, Last 10 minutes.
  EXPECT_EQ(step(arn, "First").start_time, kStart);
  EXPECT_EQ(step(arn, "First").end_time, kStart + seconds{2} + minutes{10});
  EXPECT_EQ(step(arn, "Last").start_time, kStart + seconds{4} + minutes{30});
  EXPECT_EQ(execution(arn).last_modified, kStart + seconds{6} + minutes{40});
}

TEST_F(ExecutionTest, NoMoreStepsAtOnceThanAllowed) {
  const auto created = service.handle(ops::pipelines::CreatePipelineInput{
      .pipeline_name = "build",
      .pipeline_definition = definition_of(list({processing("A"), processing("B"), processing("C")})),
      .max_parallel_execution_steps = 2});
  ASSERT_TRUE(created);
  const std::string arn = start();
  scheduler.run_for(minutes{5});
  EXPECT_EQ(statuses(arn), "A:Executing B:Executing");
  scheduler.run_for(minutes{10});
  EXPECT_EQ(statuses(arn), "A:Succeeded B:Succeeded C:Executing");
}

TEST_F(ExecutionTest, TheRequestIsResolvedWithoutTheJobsName) {
  StepEnd trained;
  trained.describe = R"({"ModelArtifacts":{"S3ModelArtifacts":"s3://b/m.tar.gz"}})";
  runner.scripts["Train"] = {{.end = trained}};
  const std::string arn = run(
      definition_of(
          list(
              {R"({"Name":"Train","Type":"Training","Arguments":{"HyperParameters":{"epochs":{"Get":"Parameters.Epochs"}},
                           "OutputDataConfig":{"S3OutputPath":{"Std:Join":{"On":"/","Values":["s3://b",{"Get":"Execution.PipelineExecutionId"},
                           {"Get":"Execution.TrainingJobName"}]}}}}})",
               R"({"Name":"Make","Type":"Model","Arguments":{"PrimaryContainer":{"ModelDataUrl":
                           {"Get":"Steps.Train.ModelArtifacts.S3ModelArtifacts"}},"At":{"Get":"Execution.CurrentDateTime"},
                           "Since":{"Get":"Execution.StartDateTime"}}})"}),
          R"([{"Name":"Epochs","Type":"String"}])"),
      {{"Epochs", "253"}});
  ASSERT_EQ(execution(arn).status, "Succeeded");
  ASSERT_EQ(runner.starts.size(), 2U);
  const auto id = arn.substr(arn.rfind('/') + 1);
  EXPECT_EQ(runner.starts[0].type, "Training");
  EXPECT_EQ(runner.starts[0].execution_arn, arn);
  EXPECT_EQ(json::parse(runner.starts[0].arguments),
            json({{"HyperParameters", {{"epochs", "253"}}},
                  {"OutputDataConfig", {{"S3OutputPath", "s3://b/" + id + "/" + runner.starts[0].job_name}}}}));
  EXPECT_EQ(json::parse(runner.starts[1].arguments), json({{"PrimaryContainer", {{"ModelDataUrl", "s3://b/m.tar.gz"}}},
                                                           {"At", "2026-03-02T12:43:04.000Z"},
                                                           {"Since", "2026-03-02T12:33:00.000Z"}}));
}

TEST_F(ExecutionTest, JobNamesCarryTheExecutionAndFitIn63Characters) {
  const std::string long_name = "Compute_the_Baseline_of_the_Quality_Check";
  const std::string arn = run(definition_of(list({processing(long_name), processing("Short")})));
  const auto id = arn.substr(arn.rfind('/') + 1);
  // 63 = "pipelines-" 10 + 12 + '-' + 29 of the step + '-' + 10; underscores are not allowed in names of jobs.
  ASSERT_EQ(runner.starts.size(), 2U);
  EXPECT_EQ(runner.starts[0].job_name.size(), 63U);
  EXPECT_TRUE(runner.starts[0].job_name.starts_with("pipelines-" + id + "-Compute-the-Baseline-of-the-Q-"));
  EXPECT_TRUE(runner.starts[1].job_name.starts_with("pipelines-" + id + "-Short-"));
  EXPECT_EQ(runner.starts[1].job_name.size(), 10 + 12 + 1 + 5 + 1 + 10U);
}

TEST_F(ExecutionTest, NamesOfTuningJobsFitIn32Characters) {
  const std::string arn = run(definition_of(
      R"([{"Name":"Tune_the_Network","Type":"Tuning","Arguments":{"HyperParameterTuningJobConfig":{}}}])"));
  const auto id = arn.substr(arn.rfind('/') + 1);
  // 32 = 12 + '-' + 8 of the step + '-' + 10.
  ASSERT_EQ(runner.starts.size(), 1U);
  EXPECT_EQ(runner.starts[0].type, "Tuning");
  EXPECT_EQ(runner.starts[0].job_name.size(), 32U);
  EXPECT_TRUE(runner.starts[0].job_name.starts_with(id + "-Tune-the-"));
}

TEST_F(ExecutionTest, ConditionThatHoldsTakesTheIfBranch) {
  runner.scripts["Evaluate"] = {{.end = described("s3://b/eval")}};
  runner.files["s3://b/eval/evaluation.json"] = R"({"wql":{"value":0.24}})";
  StepEnd registered;
  registered.arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/demand/4";
  runner.scripts["Register"] = {{.end = registered}};
  const std::string arn = run(gate());
  EXPECT_EQ(execution(arn).status, "Succeeded");
  EXPECT_EQ(statuses(arn), "Evaluate:Succeeded Gate:Succeeded Register:Succeeded");
  EXPECT_EQ(step(arn, "Gate").metadata, R"({"Condition":{"Outcome":"True"}})");
  EXPECT_EQ(step(arn, "Register").metadata,
            R"({"RegisterModel":{"Arn":"arn:aws:sagemaker:eu-west-1:123456789012:model-package/demand/4"}})");
}

TEST_F(ExecutionTest, ConditionThatDoesNotHoldTakesTheElseBranch) {
  runner.scripts["Evaluate"] = {{.end = described("s3://b/eval/")}};
  runner.files["s3://b/eval/evaluation.json"] = R"({"wql":{"value":0.2401}})";
  const std::string arn = run(gate());
  EXPECT_EQ(statuses(arn), "Evaluate:Succeeded Gate:Succeeded Reject:Failed");
  EXPECT_EQ(step(arn, "Gate").metadata, R"({"Condition":{"Outcome":"False"}})");
  EXPECT_EQ(step(arn, "Reject").failure_reason, "loss above 0.24");
  EXPECT_EQ(step(arn, "Reject").metadata, R"({"Fail":{"ErrorMessage":"loss above 0.24"}})");
  EXPECT_EQ(execution(arn).status, "Failed");
  EXPECT_EQ(execution(arn).failure_reason, "Step failure: One or multiple steps failed.");
}

TEST_F(ExecutionTest, ABranchMayBeEmptyAndWhatWaitsForItIsNotRun) {
  const std::string arn = run(definition_of(list(
      {R"({"Name":"Gate","Type":"Condition","Arguments":{"Conditions":[{"Type":"Equals","LeftValue":1,"RightValue":2}],
             "IfSteps":[)" +
           processing("Taken") + "]}}",
       processing("AfterGate", R"(,"DependsOn":["Gate"])"), processing("AfterTaken", R"(,"DependsOn":["Taken"])")})));
  EXPECT_EQ(statuses(arn), "Gate:Succeeded AfterGate:Succeeded");
  EXPECT_EQ(execution(arn).status, "Succeeded");
}

TEST_F(ExecutionTest, AMissingPropertyFileFailsTheStepThatReadsIt) {
  runner.scripts["Evaluate"] = {{.end = described("s3://b/eval")}};
  const std::string arn = run(gate());
  EXPECT_EQ(statuses(arn), "Evaluate:Succeeded Gate:Failed");
  EXPECT_EQ(step(arn, "Gate").failure_reason,
            "cannot read s3://b/eval/evaluation.json: The specified key does not exist.");
}

TEST_F(ExecutionTest, AMissingPathInAPropertyFileFailsTheStepThatReadsIt) {
  runner.scripts["Evaluate"] = {{.end = described("s3://b/eval")}};
  runner.files["s3://b/eval/evaluation.json"] = R"({"wql":{"valeu":0.2}})";
  const std::string arn = run(gate());
  EXPECT_EQ(step(arn, "Gate").failure_reason,
            "s3://b/eval/evaluation.json, path 'wql.value': there is no 'value'; did you mean 'valeu'?");
  EXPECT_EQ(execution(arn).status, "Failed");
}

TEST_F(ExecutionTest, AMissingPropertyFailsTheStepThatReadsIt) {
  runner.scripts["A"] = {{.end = described("s3://b/A")}};
  const std::string arn = run(definition_of(list(
      {processing("A"),
       R"({"Name":"B","Type":"Model","Arguments":{"X":{"Get":"Steps.A.ProcessingOutputConfig.Outputs['evla'].S3Output.S3Uri"}}})"})));
  EXPECT_EQ(statuses(arn), "A:Succeeded B:Failed");
  EXPECT_EQ(step(arn, "B").failure_reason,
            "Steps.A.ProcessingOutputConfig.Outputs['evla'].S3Output.S3Uri: there is no 'evla'; did you mean 'eval'?");
  EXPECT_EQ(runner.starts.size(), 1U);
}

TEST_F(ExecutionTest, AfterAFailureNothingNewStartsAndRunningStepsEnd) {
  create(definition_of(list({processing("Bad"), processing("Slow"), processing("Next", R"(,"DependsOn":["Slow"])")})));
  runner.scripts["Bad"] = {{.duration = minutes{1}, .end = failed("AlgorithmError: exit code 1")}};
  runner.scripts["Slow"] = {{.duration = minutes{30}}};
  const std::string arn = start();
  scheduler.run_for(minutes{20});
  EXPECT_EQ(execution(arn).status, "Executing");
  EXPECT_EQ(statuses(arn), "Bad:Failed Slow:Executing");
  scheduler.run_all();
  EXPECT_EQ(statuses(arn), "Bad:Failed Slow:Succeeded");
  EXPECT_EQ(execution(arn).status, "Failed");
  EXPECT_EQ(execution(arn).last_modified, kStart + seconds{2} + minutes{30});
  EXPECT_EQ(step(arn, "Bad").failure_reason, "AlgorithmError: exit code 1");
}

TEST_F(ExecutionTest, AFailStepWaitsForARunningSibling) {
  create(definition_of(
      list({R"({"Name":"Give-up","Type":"Fail","Arguments":{"ErrorMessage":"enough"}})", processing("Sibling")})));
  const std::string arn = start();
  scheduler.run_for(minutes{5});
  EXPECT_EQ(statuses(arn), "Give-up:Failed Sibling:Executing");
  EXPECT_EQ(execution(arn).status, "Executing");
  scheduler.run_all();
  EXPECT_EQ(statuses(arn), "Give-up:Failed Sibling:Succeeded");
  EXPECT_EQ(execution(arn).status, "Failed");
  const auto retried = service.handle(ops::pipelines::RetryPipelineExecutionInput{arn});
  ASSERT_FALSE(retried);
  EXPECT_EQ(retried.error().code, "ValidationException");
}

TEST_F(ExecutionTest, StopEndsRunningJobsAndStartsNothing) {
  create(definition_of(list({processing("A"), processing("B", R"(,"DependsOn":["A"])")})));
  const std::string arn = start();
  scheduler.run_for(minutes{5});
  ASSERT_TRUE(service.handle(ops::pipelines::StopPipelineExecutionInput{arn}));
  EXPECT_EQ(execution(arn).status, "Stopping");
  EXPECT_EQ(statuses(arn), "A:Stopping");
  ASSERT_EQ(runner.stopped.size(), 1U);
  EXPECT_EQ(runner.stopped[0], runner.starts[0].job_name);
  scheduler.run_all();
  EXPECT_EQ(execution(arn).status, "Stopped");
  EXPECT_EQ(statuses(arn), "A:Stopped");
  EXPECT_EQ(execution(arn).last_modified, kStart + minutes{6});
  const auto again = service.handle(ops::pipelines::StopPipelineExecutionInput{arn});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "ValidationException");
}

TEST_F(ExecutionTest, StopBeforeTheFirstCallMakesNone) {
  create(definition_of(list({processing("A")})));
  const std::string arn = start();
  ASSERT_TRUE(service.handle(ops::pipelines::StopPipelineExecutionInput{arn}));
  EXPECT_EQ(execution(arn).status, "Stopped");
  scheduler.run_all();
  EXPECT_TRUE(runner.starts.empty());
  EXPECT_EQ(statuses(arn), "A:Stopped");
}

TEST_F(ExecutionTest, RetryContinuesFromTheFailedStepUnderTheSameArn) {
  runner.scripts["B"] = {{.end = failed("AlgorithmError: out of memory")}};
  const std::string arn = run(definition_of(
      list({processing("A"), processing("B", R"(,"DependsOn":["A"])"), processing("C", R"(,"DependsOn":["B"])")})));
  ASSERT_EQ(execution(arn).status, "Failed");
  ASSERT_TRUE(service.handle(ops::pipelines::RetryPipelineExecutionInput{arn}));
  EXPECT_EQ(execution(arn).status, "Executing");
  EXPECT_EQ(execution(arn).failure_reason, "");
  scheduler.run_all();
  EXPECT_EQ(execution(arn).status, "Succeeded");
  EXPECT_EQ(statuses(arn), "A:Succeeded B:Succeeded C:Succeeded");
  EXPECT_EQ(runner.requests("A").size(), 1U);
  EXPECT_EQ(runner.requests("B").size(), 2U);
  const auto again = service.handle(ops::pipelines::RetryPipelineExecutionInput{arn});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "ConflictException");
}

TEST_F(ExecutionTest, RetryContinuesAStoppedExecution) {
  create(definition_of(list({processing("A")})));
  const std::string arn = start();
  scheduler.run_for(minutes{5});
  ASSERT_TRUE(service.handle(ops::pipelines::StopPipelineExecutionInput{arn}));
  EXPECT_EQ(service.handle(ops::pipelines::RetryPipelineExecutionInput{arn}).error().code, "ConflictException");
  scheduler.run_all();
  ASSERT_TRUE(service.handle(ops::pipelines::RetryPipelineExecutionInput{arn}));
  scheduler.run_all();
  EXPECT_EQ(execution(arn).status, "Succeeded");
}

TEST_F(ExecutionTest, EventsHaveTheDocumentedShape) {
  const std::string job = "arn:aws:sagemaker:eu-west-1:123456789012:processing-job/p";
  runner.scripts["A"] = {{.end = described("s3://b/A", job)}};
  create(definition_of(list({processing("A")})));
  const auto arn =
      service.handle(ops::pipelines::StartPipelineExecutionInput{.pipeline_name = "build", .display_name = "run-17"})
          ->pipeline_execution_arn;
  scheduler.run_all();
  const std::string pipeline = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/build";
  ASSERT_EQ(events.entries.size(), 5U);
  for (const auto& entry : events.entries) {
    EXPECT_EQ(entry.source, "aws.sagemaker");
    EXPECT_EQ(entry.resources, (std::vector<std::string>{pipeline, arn}));
  }
  EXPECT_EQ(events.entries[0].detail_type, "SageMaker Model Building Pipeline Execution Status Change");
  EXPECT_EQ(detail(0), json({{"pipelineExecutionDisplayName", "run-17"},
                             {"currentPipelineExecutionStatus", "Executing"},
                             {"executionStartTime", "2026-03-02T12:33:00Z"},
                             {"pipelineArn", pipeline},
                             {"pipelineExecutionArn", arn}}));
  EXPECT_EQ(events.entries[3].detail_type, "SageMaker Model Building Pipeline Execution Step Status Change");
  EXPECT_EQ(detail(1)["currentStepStatus"], "Starting");
  EXPECT_FALSE(detail(1).contains("previousStepStatus"));
  EXPECT_EQ(detail(2)["currentStepStatus"], "Executing");
  EXPECT_EQ(detail(3), json({{"metadata", {{"processingJob", {{"arn", job}}}}},
                             {"stepStartTime", "2026-03-02T12:33:00Z"},
                             {"stepEndTime", "2026-03-02T12:43:02Z"},
                             {"stepName", "A"},
                             {"stepType", "Processing"},
                             {"previousStepStatus", "Executing"},
                             {"currentStepStatus", "Succeeded"},
                             {"pipelineArn", pipeline},
                             {"pipelineExecutionArn", arn}}));
  EXPECT_EQ(detail(4), json({{"pipelineExecutionDisplayName", "run-17"},
                             {"currentPipelineExecutionStatus", "Succeeded"},
                             {"previousPipelineExecutionStatus", "Executing"},
                             {"executionStartTime", "2026-03-02T12:33:00Z"},
                             {"executionEndTime", "2026-03-02T12:43:02Z"},
                             {"pipelineArn", pipeline},
                             {"pipelineExecutionArn", arn}}));
  EXPECT_EQ(events.entries[4].time, kStart + seconds{2} + minutes{10});
}

TEST_F(ExecutionTest, AFailureReasonThatIsNoUtf8StillMakesAnEvent) {
  runner.scripts["A"] = {{.end = failed("bad \xff byte")}};
  run(definition_of(list({processing("A")})));
  EXPECT_EQ(detail(3)["failureReason"], "bad \xef\xbf\xbd byte");
}

TEST_F(ExecutionTest, TheJournalHoldsStatusChangesAndOutcomes) {
  runner.scripts["Evaluate"] = {{.end = described("s3://b/eval")}};
  runner.files["s3://b/eval/evaluation.json"] = R"({"wql":{"value":0.3}})";
  const std::string arn = run(gate());
  const std::string of = R"({"execution":")" + arn + "\",";
  EXPECT_EQ(
      journal.lines,
      (std::vector<std::string>{
          R"(pipelines PipelineCreated build {"pipeline":"arn:aws:sagemaker:eu-west-1:123456789012:pipeline/build"})",
          "pipelines ExecutionStatusChange build " + of + R"("status":"Executing"})",
          "pipelines StepStatusChange build " + of + R"("status":"Starting","step":"Evaluate","type":"Processing"})",
          "pipelines StepStatusChange build " + of + R"("status":"Executing","step":"Evaluate","type":"Processing"})",
          "pipelines StepStatusChange build " + of + R"("status":"Succeeded","step":"Evaluate","type":"Processing"})",
          "pipelines StepStatusChange build " + of + R"("status":"Starting","step":"Gate","type":"Condition"})",
          "pipelines StepStatusChange build " + of +
              R"("outcome":"False","status":"Succeeded","step":"Gate","type":"Condition"})",
          "pipelines StepStatusChange build " + of + R"("status":"Starting","step":"Reject","type":"Fail"})",
          "pipelines StepStatusChange build " + of +
              R"("reason":"loss above 0.24","status":"Failed","step":"Reject","type":"Fail"})",
          "pipelines ExecutionStatusChange build " + of +
              R"("reason":"Step failure: One or multiple steps failed.","status":"Failed"})"}));
}

TEST_F(ExecutionTest, EndsOfJobsAfterTheServiceIsGoneAreIgnored) {
  test::ManualScheduler own_scheduler{kStart};
  FakeStepRunner own_runner{own_scheduler};
  {
    PipelineService brief(own_scheduler, own_runner, events, journal, Config{});
    ASSERT_TRUE(brief.handle(ops::pipelines::CreatePipelineInput{"build", definition_of(list({processing("A")}))}));
    ASSERT_TRUE(brief.handle(ops::pipelines::StartPipelineExecutionInput{"build"}));
    own_scheduler.run_for(minutes{1});
    ASSERT_EQ(own_runner.starts.size(), 1U);
  }
  const auto sent = events.entries.size();
  own_scheduler.run_all();
  EXPECT_EQ(events.entries.size(), sent);
}

}  // namespace
}  // namespace driftlab::service::pipelines

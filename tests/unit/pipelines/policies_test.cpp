/// Step cache (section 16.6) and retry policies (section 16.7).

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/pipelines/fakes.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class CacheTest : public PipelineTest {
 protected:
  /// A cached step whose input and output are parameters, and one that reads its output.
  void SetUp() override {
    create(definition_of(
        R"([{"Name":"Prepare","Type":"Processing","CacheConfig":{"Enabled":true,"ExpireAfter":"P1D"},
             "Arguments":{"AppSpecification":{"ImageUri":"img"},"ProcessingInputs":[{"InputName":"in","S3Input":{"S3Uri":{"Get":"Parameters.In"}}}],
               "ProcessingOutputConfig":{"Outputs":[{"OutputName":"eval","S3Output":{"S3Uri":{"Get":"Parameters.Out"}}}]}}},
            {"Name":"Use","Type":"Model","Arguments":{"From":{"Get":"Steps.Prepare.ProcessingOutputConfig.Outputs['eval'].S3Output.S3Uri"}}}])",
        R"([{"Name":"In","Type":"String","DefaultValue":"s3://b/in"},{"Name":"Out","Type":"String","DefaultValue":"s3://b/out1"}])"));
    runner.scripts["Prepare"] = {{.end = described("s3://b/out1", "arn:job1")},
                                 {.end = described("s3://b/out2", "arn:job2")}};
  }
  std::string run_with(const std::map<std::string, std::string>& parameters) {
    const std::string arn = start(parameters);
    scheduler.run_for(minutes{30});
    EXPECT_EQ(execution(arn).status, "Succeeded");
    return arn;
  }
};

TEST_F(CacheTest, ASecondRunWithTheSameArgumentsReusesTheFirst) {
  const std::string first = run_with({});
  const std::string second = run_with({{"Out", "s3://b/elsewhere"}});  // outputs are not part of the key
  EXPECT_EQ(runner.requests("Prepare").size(), 1U);
  const auto hit = step(second, "Prepare");
  EXPECT_EQ(hit.status, "Succeeded");
  EXPECT_EQ(hit.cache_hit_source_arn, first);
  EXPECT_EQ(hit.attempt_count, 0);
  EXPECT_EQ(hit.metadata, R"({"ProcessingJob":{"Arn":"arn:job1"}})");
  EXPECT_EQ(hit.end_time - hit.start_time, Duration(seconds{2}));
  // What follows reads where the first run wrote.
  EXPECT_EQ(runner.requests("Use").at(1).at("From"), "s3://b/out1");
  // Before it: the first run's 8 events (2 of the execution, 3 a step), this execution and this step Starting.
  const json event = json::parse(events.entries.at(10).detail);
  EXPECT_EQ(event["stepName"], "Prepare");
  EXPECT_EQ(event["cacheHitResult"], json({{"sourcePipelineExecutionArn", first}}));
}

TEST_F(CacheTest, OtherArgumentsRunAgain) {
  run_with({});
  const std::string second = run_with({{"In", "s3://b/other"}});
  EXPECT_EQ(runner.requests("Prepare").size(), 2U);
  EXPECT_EQ(step(second, "Prepare").cache_hit_source_arn, "");
}

TEST_F(CacheTest, ExpiresADayAfterTheRunThatDidTheWork) {
  run_with({});  // ends 12:43:02 on the first day
  scheduler.run_until(kStart + hours{24});
  run_with({});  // 12:33:02 on the second: a hit, and no new source
  EXPECT_EQ(runner.requests("Prepare").size(), 1U);
  run_with({});  // 13:03: too old
  EXPECT_EQ(runner.requests("Prepare").size(), 2U);
}

TEST_F(CacheTest, FailedRunsAndOtherPipelinesDoNotServe) {
  runner.scripts["Prepare"].push_front({.end = failed("AlgorithmError: x")});
  const std::string bad = start();
  scheduler.run_for(minutes{30});
  ASSERT_EQ(execution(bad).status, "Failed");
  run_with({});
  EXPECT_EQ(runner.requests("Prepare").size(), 2U);

  const std::string definition = definition_of("[" + processing("Prepare", R"(,"CacheConfig":{"Enabled":true})") + "]");
  for (const char* name : {"one", "two"}) {
    ASSERT_TRUE(service.handle(ops::pipelines::CreatePipelineInput{name, definition}));
    ASSERT_TRUE(service.handle(ops::pipelines::StartPipelineExecutionInput{name}));
    scheduler.run_all();
  }
  EXPECT_EQ(runner.requests("Prepare").size(), 4U);
}

TEST_F(PipelineTest, AStepWithoutCacheConfigRunsEveryTime) {
  create(definition_of("[" + processing("A") + "," + processing("B", R"(,"CacheConfig":{"Enabled":false})") + "]"));
  for (int i = 0; i < 2; ++i) {
    start();
    scheduler.run_all();
  }
  EXPECT_EQ(runner.requests("A").size(), 2U);
  EXPECT_EQ(runner.requests("B").size(), 2U);
}

class RetryTest : public PipelineTest {
 protected:
  static std::string with(const std::string& policies) {
    return definition_of("[" + processing("A", R"(,"RetryPolicies":[)" + policies + "]") + "]");
  }
  static Script refused(ErrorKind kind, const std::string& code) {
    Script script;
    script.refusal = Error{kind, code, "Rate exceeded"};
    return script;
  }
};

TEST_F(RetryTest, AFailedJobIsRepeatedWithGrowingWaits) {
  runner.scripts["A"] = {{.duration = minutes{1}, .end = failed("InternalServerError: x", true)},
                         {.duration = minutes{1}, .end = failed("InternalServerError: x", true)}};
  const std::string arn = run(with(
      R"({"ExceptionType":["SageMaker.JOB_INTERNAL_ERROR"],"IntervalSeconds":30,"BackoffRate":3.0,"MaxAttempts":4})"));
  EXPECT_EQ(execution(arn).status, "Succeeded");
  EXPECT_EQ(step(arn, "A").attempt_count, 3);
  EXPECT_EQ(step(arn, "A").failure_reason, "");
  // 2 s delay, job 1 min, wait 30 s, job 1 min, wait 90 s, job 10 min.
  EXPECT_EQ(step(arn, "A").end_time, kStart + seconds{2 + 60 + 30 + 60 + 90 + 600});
  EXPECT_NE(runner.starts[0].job_name, runner.starts[1].job_name);
}

TEST_F(RetryTest, GivesUpAfterMaxAttempts) {
  for (int i = 0; i < 5; ++i) runner.scripts["A"].push_back({.end = failed("CapacityError: no instances", true)});
  const std::string arn = run(with(R"({"ExceptionType":["SageMaker.CAPACITY_ERROR"],"MaxAttempts":2})"));
  EXPECT_EQ(step(arn, "A").status, "Failed");
  EXPECT_EQ(step(arn, "A").failure_reason, "CapacityError: no instances");
  EXPECT_EQ(runner.starts.size(), 3U);
}

TEST_F(RetryTest, GivesUpWhenTheTimeIsOver) {
  for (int i = 0; i < 9; ++i)
    runner.scripts["A"].push_back({.duration = minutes{2}, .end = failed("InternalServerError: x", true)});
  // Started at 0; ends at 2:02, 4:03, 6:05 (waits 1 s, 2 s); the next would begin at 6:09, after 6 minutes.
  const std::string arn = run(with(R"({"ExceptionType":["SageMaker.JOB_INTERNAL_ERROR"],"ExpireAfterMin":6})"));
  EXPECT_EQ(step(arn, "A").status, "Failed");
  EXPECT_EQ(runner.starts.size(), 3U);
}

TEST_F(RetryTest, OnlyTheNamedExceptionsAreRepeated) {
  runner.scripts["A"] = {{.end = failed("InternalServerError: x", true)}};
  const std::string arn = run(with(R"({"ExceptionType":["SageMaker.CAPACITY_ERROR"],"MaxAttempts":2})"));
  EXPECT_EQ(step(arn, "A").status, "Failed");
  EXPECT_EQ(runner.starts.size(), 1U);
}

TEST_F(RetryTest, AFailureOfTheAlgorithmIsNotRepeated) {
  runner.scripts["A"] = {{.end = failed("AlgorithmError: exit code 1", false)}};
  const std::string arn = run(with(R"({"ExceptionType":["SageMaker.JOB_INTERNAL_ERROR"],"MaxAttempts":2})"));
  EXPECT_EQ(step(arn, "A").status, "Failed");
  EXPECT_EQ(runner.starts.size(), 1U);
}

TEST_F(RetryTest, ThrottlingAndFaultsAreRepeatedWithoutAPolicy) {
  runner.scripts["A"] = {refused(ErrorKind::Throttled, "ThrottlingException"),
                         refused(ErrorKind::Unavailable, "InternalFailure")};
  const std::string arn = run(definition_of("[" + processing("A") + "]"));
  EXPECT_EQ(execution(arn).status, "Succeeded");
  // Waits of 1 s and 2 s after the delay of 2 s.
  EXPECT_EQ(step(arn, "A").end_time, kStart + seconds{2 + 1 + 2 + 600});
}

TEST_F(RetryTest, ARefusedCallFailsTheStepWithItsReason) {
  runner.scripts["A"] = {refused(ErrorKind::InvalidInput, "ValidationException")};
  const std::string arn = run(definition_of("[" + processing("A") + "]"));
  EXPECT_EQ(statuses(arn), "A:Failed");
  EXPECT_EQ(step(arn, "A").failure_reason,
            "ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: Rate exceeded");
}

TEST_F(RetryTest, AResourceLimitNeedsItsPolicy) {
  runner.scripts["A"] = {refused(ErrorKind::Throttled, "ResourceLimitExceeded")};
  const std::string arn = run(with(R"({"ExceptionType":["SageMaker.RESOURCE_LIMIT"],"IntervalSeconds":60})"));
  EXPECT_EQ(execution(arn).status, "Succeeded");
  EXPECT_EQ(step(arn, "A").end_time, kStart + seconds{2 + 60 + 600});
}

TEST_F(RetryTest, AWaitingRetryIsGivenUpWhenAnotherStepFails) {
  create(definition_of(
      "[" +
      processing("A", R"(,"RetryPolicies":[{"ExceptionType":["SageMaker.CAPACITY_ERROR"],"IntervalSeconds":3600}])") +
      "," + processing("B") + "]"));
  runner.scripts["A"] = {{.duration = minutes{1}, .end = failed("CapacityError: x", true)}};
  runner.scripts["B"] = {{.duration = minutes{5}, .end = failed("AlgorithmError: y")}};
  const std::string arn = start();
  scheduler.run_for(minutes{6});
  EXPECT_EQ(statuses(arn), "A:Failed B:Failed");
  EXPECT_EQ(step(arn, "A").failure_reason, "CapacityError: x");
  EXPECT_EQ(execution(arn).status, "Failed");
  scheduler.run_all();
  EXPECT_EQ(runner.requests("A").size(), 1U);
}

TEST_F(RetryTest, AWaitingRetryIsGivenUpByAStop) {
  create(with(R"({"ExceptionType":["SageMaker.CAPACITY_ERROR"],"IntervalSeconds":3600})"));
  runner.scripts["A"] = {{.duration = minutes{1}, .end = failed("CapacityError: x", true)}};
  const std::string arn = start();
  scheduler.run_for(minutes{6});
  ASSERT_TRUE(service.handle(ops::pipelines::StopPipelineExecutionInput{arn}));
  EXPECT_EQ(execution(arn).status, "Stopped");
  scheduler.run_all();
  EXPECT_EQ(runner.starts.size(), 1U);
}

}  // namespace
}  // namespace driftlab::service::pipelines

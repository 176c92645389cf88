/// The calls of the service: names, tokens, updates, lists (section 16.5 and the API's patterns).

#include <gtest/gtest.h>

#include "tests/unit/pipelines/fakes.hpp"

namespace driftlab::service::pipelines {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const std::string kArn = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/build";
const std::string kToken(32, 't');
const std::string kOneStep = definition_of("[" + processing("A") + "]");

TEST_F(PipelineTest, CreateAnswersWithTheArnInLowerCase) {
  const auto created = service.handle(ops::pipelines::CreatePipelineInput{"Build-1", kOneStep});
  ASSERT_TRUE(created);
  EXPECT_EQ(created->pipeline_arn, "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/build-1");
}

TEST_F(PipelineTest, CreateRefusesBadNamesTakenNamesAndBadDefinitions) {
  for (const std::string& name : {std::string(), std::string("-a"), std::string("a-"), std::string("a_b"),
                                  std::string("a b"), std::string(257, 'a')})
    EXPECT_EQ(service.handle(ops::pipelines::CreatePipelineInput{name, kOneStep}).error().code, "ValidationException")
        << name;
  create(kOneStep);
  const auto again = service.handle(ops::pipelines::CreatePipelineInput{"build", kOneStep});
  EXPECT_EQ(
      again.error().message,
      "Pipeline names must be unique within an AWS account and region. Pipeline with name (build) already exists.");
  const auto broken = service.handle(ops::pipelines::CreatePipelineInput{"other", definition_of("[]")});
  EXPECT_EQ(broken.error().message, "$.Steps: expected at least one step");
}

TEST_F(PipelineTest, ExecutionIdsAreTwelveLowerCaseLettersAndDigits) {
  create(kOneStep);
  const std::string arn = start();
  ASSERT_TRUE(arn.starts_with(kArn + "/execution/"));
  const std::string id = arn.substr(kArn.size() + 11);
  EXPECT_EQ(id.size(), 12U);
  EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789"), std::string::npos);
  EXPECT_NE(start(), arn);
}

TEST_F(PipelineTest, TheSameSeedGivesTheSameIds) {
  PipelineService twin(scheduler, runner, events, journal, Config{});
  create(kOneStep);
  ASSERT_TRUE(twin.handle(ops::pipelines::CreatePipelineInput{"build", kOneStep}));
  EXPECT_EQ(twin.handle(ops::pipelines::StartPipelineExecutionInput{"build"})->pipeline_execution_arn, start());
  PipelineService other(scheduler, runner, events, journal, Config{.seed = 2});
  ASSERT_TRUE(other.handle(ops::pipelines::CreatePipelineInput{"build", kOneStep}));
  EXPECT_NE(other.handle(ops::pipelines::StartPipelineExecutionInput{"build"})->pipeline_execution_arn, start());
}

TEST_F(PipelineTest, TheSameTokenStartsOnce) {
  create(kOneStep);
  ops::pipelines::StartPipelineExecutionInput request{"build"};
  request.client_request_token = kToken;
  const std::string first = service.handle(request)->pipeline_execution_arn;
  EXPECT_EQ(service.handle(request)->pipeline_execution_arn, first);
  scheduler.run_until(kStart + hours{24});
  EXPECT_EQ(service.handle(request)->pipeline_execution_arn, first);
  EXPECT_EQ(runner.starts.size(), 1U);
  request.client_request_token = std::string(32, 'u');
  EXPECT_NE(service.handle(request)->pipeline_execution_arn, first);
  scheduler.run_for(minutes{1});
  request.client_request_token = kToken;  // more than 24 h later
  EXPECT_NE(service.handle(request)->pipeline_execution_arn, first);
  EXPECT_EQ(service.handle(ops::pipelines::ListPipelineExecutionsInput{"build"})->executions.size(), 3U);
}

TEST_F(PipelineTest, TheSameTokenCreatesStopsAndRetriesOnce) {
  const ops::pipelines::CreatePipelineInput creation{"build", kOneStep, kToken};
  ASSERT_TRUE(service.handle(creation));
  EXPECT_EQ(service.handle(creation)->pipeline_arn, kArn);
  const std::string arn = start();
  const ops::pipelines::StopPipelineExecutionInput stop{arn, kToken};
  ASSERT_TRUE(service.handle(stop));
  ASSERT_EQ(execution(arn).status, "Stopped");
  EXPECT_TRUE(service.handle(stop));
  const ops::pipelines::RetryPipelineExecutionInput retry{arn, kToken};
  ASSERT_TRUE(service.handle(retry));
  EXPECT_TRUE(service.handle(retry));
  scheduler.run_all();
  EXPECT_EQ(runner.starts.size(), 1U);
}

TEST_F(PipelineTest, TokensHaveALength) {
  create(kOneStep);
  for (const std::size_t length : {31U, 129U}) {
    ops::pipelines::StartPipelineExecutionInput request{"build"};
    request.client_request_token = std::string(length, 't');
    EXPECT_EQ(service.handle(request).error().code, "ValidationException");
  }
}

TEST_F(PipelineTest, StartTakesANameOrAnArnAndChecksParameters) {
  create(definition_of("[" + processing("A") + "]", R"([{"Name":"N","Type":"Integer","DefaultValue":1}])"));
  EXPECT_TRUE(service.handle(ops::pipelines::StartPipelineExecutionInput{kArn}));
  EXPECT_EQ(service.handle(ops::pipelines::StartPipelineExecutionInput{"build", {{"N", "x"}}}).error().message,
            "parameter 'N': expected Integer, found 'x'");
  EXPECT_EQ(service.handle(ops::pipelines::StartPipelineExecutionInput{"build", {{"M", "1"}}}).error().code,
            "ValidationException");
}

TEST_F(PipelineTest, UpdateAffectsLaterExecutionsOnly) {
  create(definition_of("[" + processing("A") + "," + processing("B", R"(,"DependsOn":["A"])") + "]"));
  const std::string before = start();
  ASSERT_TRUE(
      service.handle(ops::pipelines::UpdatePipelineInput{"build", definition_of("[" + processing("Only") + "]")}));
  const std::string after = start();
  scheduler.run_all();
  EXPECT_EQ(statuses(before), "A:Succeeded B:Succeeded");
  EXPECT_EQ(statuses(after), "Only:Succeeded");
  EXPECT_EQ(service.handle(ops::pipelines::UpdatePipelineInput{"build", "{"}).error().code, "ValidationException");
}

TEST_F(PipelineTest, UnknownThingsAreNotFound) {
  create(kOneStep);
  const std::string arn = kArn + "/execution/aaaaaaaaaaaa";
  EXPECT_EQ(service.handle(ops::pipelines::StartPipelineExecutionInput{"x"}).error(),
            not_found("ResourceNotFound", "Pipeline 'x' does not exist."));
  EXPECT_EQ(service.handle(ops::pipelines::UpdatePipelineInput{"x", kOneStep}).error().code, "ResourceNotFound");
  EXPECT_EQ(service.handle(ops::pipelines::ListPipelineExecutionsInput{"x"}).error().code, "ResourceNotFound");
  EXPECT_EQ(service.handle(ops::pipelines::DescribePipelineExecutionInput{arn}).error().code, "ResourceNotFound");
  EXPECT_EQ(service.handle(ops::pipelines::StopPipelineExecutionInput{arn}).error().code, "ResourceNotFound");
  EXPECT_EQ(service.handle(ops::pipelines::RetryPipelineExecutionInput{arn}).error().code, "ResourceNotFound");
  EXPECT_EQ(service.handle(ops::pipelines::ListPipelineExecutionStepsInput{arn}).error().code, "ResourceNotFound");
}

TEST_F(PipelineTest, ExecutionsAreListedNewestFirst) {
  create(kOneStep);
  const std::string first = start();
  scheduler.run_for(minutes{1});
  const std::string second = start();
  const auto listed = service.handle(ops::pipelines::ListPipelineExecutionsInput{"build"})->executions;
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].pipeline_execution_arn, second);
  EXPECT_EQ(listed[1].pipeline_execution_arn, first);
  EXPECT_EQ(listed[1].creation_time, kStart);
  EXPECT_EQ(listed[0].status, "Executing");
}

}  // namespace
}  // namespace driftlab::service::pipelines

/// What a pipeline may look like: section 13.1 of the reference on CloudWatch, EventBridge, Lambda and CodePipeline. An
/// error names the place.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/codepipeline/fixture.hpp"

namespace driftlab::service::codepipeline {
namespace {

using nlohmann::json;

/// The error of the valid pipeline with one JSON pointer set to another value.
std::string error_with(const char* pointer, const json& value) {
  json pipeline = json::parse(pipeline_json({{"Build", {"A", "B@2"}}}));
  pipeline[json::json_pointer(pointer)] = value;
  const auto parsed = parse_structure(pipeline.dump());
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.error().code, "ValidationException");
  return parsed.error().message;
}

TEST(Structure, ReadsStagesAndOrdersActions) {
  const auto pipeline = parse_structure(pipeline_json({{"Build", {"C@2", "A", "B"}}, {"Approve", {"?P"}}}, "QUEUED"));
  ASSERT_TRUE(pipeline) << pipeline.error().message;
  EXPECT_EQ(pipeline->name, "build");
  EXPECT_EQ(pipeline->mode, ExecutionMode::Queued);
  ASSERT_EQ(pipeline->stages.size(), 3u);
  std::vector<std::string> names;
  for (const auto& action : pipeline->stages[1].actions) names.push_back(action.name);
  EXPECT_EQ(names, (std::vector<std::string>{"A", "B", "C"}));
  EXPECT_EQ(pipeline->stages[2].actions[0].category, "Approval");
}

TEST(Structure, ErrorsNameThePath) {
  EXPECT_EQ(parse_structure("{").error().message, "$: not JSON");
  EXPECT_EQ(error_with("/name", "a name"), "$.name: expected 1 to 100 letters, digits, '.', '@', '_' or '-'");
  EXPECT_EQ(error_with("/stages/1/actions/0/name", 7),
            "$.stages[1].actions[0].name: expected 1 to 100 letters, digits, '.', '@', '_' or '-'");
  EXPECT_EQ(error_with("/stages/1/actions/1/runOrder", 0),
            "$.stages[1].actions[1].runOrder: expected a whole number from 1 to 999");
  EXPECT_EQ(error_with("/stages/1/actions/0/runOrdr", 1),
            "$.stages[1].actions[0].runOrdr: unknown member; did you mean 'runOrder'?");
  EXPECT_EQ(error_with("/stages/1/actions/0/actionTypeId/category", "Biuld"),
            "$.stages[1].actions[0].actionTypeId.category: 'Biuld' is no category; expected Source, Build, Test, "
            "Deploy, Invoke or Approval; did you mean 'Build'?");
  EXPECT_EQ(error_with("/stages/1/actions/0/configuration/ProjectName", 1),
            "$.stages[1].actions[0].configuration.ProjectName: expected text");
  EXPECT_EQ(error_with("/stages/1/actions/0/timeoutInMinutes", 30),
            "$.stages[1].actions[0].timeoutInMinutes: expected 5 to 86400, on an approval");
  EXPECT_EQ(error_with("/executionMode", "PARALLEL"),
            "$.executionMode: 'PARALLEL' is not modelled; expected SUPERSEDED or QUEUED");
  EXPECT_EQ(error_with("/stages/1/name", "Source"), "$.stages[1].name: the pipeline has this stage twice");
  EXPECT_EQ(error_with("/stages/1/actions/1/name", "A"),
            "$.stages[1].actions[1].name: the stage has this action twice");
  EXPECT_EQ(error_with("/stages/1/actions", json::array()), "$.stages[1].actions: expected a list of 1 to 50 actions");
}

TEST(Structure, NumbersThatDoNotFitAreErrorsToo) {
  EXPECT_EQ(error_with("/stages/1/actions/1/runOrder", 4294967297),
            "$.stages[1].actions[1].runOrder: expected a whole number from 1 to 999");
}

TEST(Structure, SourcesStandInTheFirstStageOnly) {
  json pipeline = json::parse(pipeline_json({{"Build", {"A"}}, {"Deploy", {"B"}}}));
  pipeline["stages"][0].swap(pipeline["stages"][1]);
  EXPECT_EQ(parse_structure(pipeline.dump()).error().message,
            "$.stages[0].A: the first stage holds source actions only");
  pipeline = json::parse(pipeline_json({{"Build", {"A"}}}));
  pipeline["stages"].erase(1);
  EXPECT_EQ(parse_structure(pipeline.dump()).error().message, "$.stages: expected a list of 2 to 50 stages");
}

TEST(Structure, InputsAreOutputsOfEarlierActions) {
  json pipeline = json::parse(pipeline_json({{"Build", {"A"}}}));
  pipeline["stages"][0]["actions"][0]["outputArtifacts"] = json::parse(R"([{"name":"Code"}])");
  pipeline["stages"][1]["actions"][0]["inputArtifacts"] = json::parse(R"([{"name":"Code"}])");
  EXPECT_TRUE(parse_structure(pipeline.dump()));
  pipeline["stages"][1]["actions"][0]["inputArtifacts"] = json::parse(R"([{"name":"Cod"}])");
  EXPECT_EQ(parse_structure(pipeline.dump()).error().message,
            "$.stages[1].A: input artifact 'Cod' is no output of an earlier action; did you mean 'Code'?");
}

TEST_F(CodePipelineTest, CreatingRefusesWhatCannotRun) {
  std::string text = pipeline_json({{"Build", {"A"}}});
  text.replace(text.find("CodeBuild"), 9, "Unknown");
  const auto unknown = pipelines.handle(api::CreatePipelineInput{text}, kStart);
  EXPECT_EQ(unknown.error().code, "ValidationException");
  EXPECT_EQ(unknown.error().message, "Build.A: provider Unknown is not supported");
  create(pipeline_json({{"Build", {"A"}}}));
  EXPECT_EQ(pipelines.handle(api::CreatePipelineInput{pipeline_json({{"Build", {"A"}}})}, kStart).error().code,
            "PipelineNameInUseException");
}

}  // namespace
}  // namespace driftlab::service::codepipeline

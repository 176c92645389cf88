/// References and functions. Their forms are those of the definition reference (section 16.1); values are hand-made.

#include "sim/service/pipelines/expression.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/service/pipelines/property_path.hpp"
#include "tests/unit/pipelines/fakes.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;

std::string resolved(const std::string& text, const FakeBindings& bindings = {}) {
  const auto value = resolve(json::parse(text), bindings);
  return value ? value->dump() : "error: " + value.error().message;
}

TEST(PropertyPath, NamesPositionsAndQuotedNames) {
  const json document = json::parse(R"({"a":{"b":{"c":7}},"x":{"b c":[1,2]},"l":[[3]]})");
  const auto at = [&](const char* path) { return (*look_up(document, *parse_property_path(path)))->dump(); };
  EXPECT_EQ(at("a.b.c"), "7");
  EXPECT_EQ(at("x['b c'][0]"), "1");
  EXPECT_EQ(at("x[\"b c\"][1]"), "2");
  EXPECT_EQ(at("['a'].b['c']"), "7");
  EXPECT_EQ(at("l[0][0]"), "3");
}

TEST(PropertyPath, AddressesListsByTheNameOfTheirElements) {
  const json description = json::parse(
      R"({"ProcessingOutputConfig":{"Outputs":[{"OutputName":"train","S3Output":{"S3Uri":"s3://b/t"}},
          {"OutputName":"eval","S3Output":{"S3Uri":"s3://b/e"}}]},"FinalMetricDataList":[{"MetricName":"val:wql","Value":0.2}]})");
  const auto at = [&](const char* path) { return (*look_up(description, *parse_property_path(path)))->dump(); };
  EXPECT_EQ(at("ProcessingOutputConfig.Outputs['eval'].S3Output.S3Uri"), "\"s3://b/e\"");
  EXPECT_EQ(at("ProcessingOutputConfig.Outputs[0].S3Output.S3Uri"), "\"s3://b/t\"");
  EXPECT_EQ(at("FinalMetricDataList['val:wql'].Value"), "0.2");
}

TEST(PropertyPath, SaysWhereAPathEnds) {
  const json document = json::parse(R"({"metrics":{"rmse":1},"list":[{"OutputName":"eval"}]})");
  const auto problem = [&](const char* path) { return look_up(document, *parse_property_path(path)).error().message; };
  EXPECT_EQ(problem("metrics.rsme"), "there is no 'rsme'; did you mean 'rmse'?");
  EXPECT_EQ(problem("metrics.rmse.value"), "there is no 'value' (a number has no members)");
  EXPECT_EQ(problem("list[1]"), "there is no [1] (it has 1 elements)");
  EXPECT_EQ(problem("list['evla']"), "there is no 'evla'; did you mean 'eval'?");
  for (const char* broken :
       {"", ".a", "a.", "a[", "a['b", "a['b'", "a[b]", "a[-1]", "a[0]b", "a[99999999999999999999]"})
    EXPECT_FALSE(parse_property_path(broken)) << broken;
}

TEST(Expression, GetReadsParametersStepsAndTheExecution) {
  FakeBindings bindings;
  bindings.parameters["Epochs"] = 253;
  bindings.properties["Train.ModelArtifacts.S3ModelArtifacts"] = "s3://b/m.tar.gz";
  bindings.variables["PipelineExecutionId"] = "4r83jejmhorv";
  EXPECT_EQ(resolved(R"({"a":[{"Get":"Parameters.Epochs"}],"b":{"Get":"Steps.Train.ModelArtifacts.S3ModelArtifacts"},
                         "c":{"Get":"Execution.PipelineExecutionId"},"d":[null,1.5,true]})",
                     bindings),
            R"({"a":[253],"b":"s3://b/m.tar.gz","c":"4r83jejmhorv","d":[null,1.5,true]})");
  EXPECT_EQ(resolved(R"({"Get":"Steps.Train.Nothing"})", bindings), "error: nothing under Train.Nothing");
}

TEST(Expression, GetBesideOtherMembersIsData) {
  EXPECT_EQ(resolved(R"({"Environment":{"Get":"x","Put":"y"}})"), R"({"Environment":{"Get":"x","Put":"y"}})");
}

TEST(Expression, JoinPutsTextsNumbersAndNestedFunctionsTogether) {
  FakeBindings bindings;
  bindings.parameters["Bucket"] = "b";
  bindings.parameters["Rate"] = 0.24;
  bindings.parameters["On"] = true;
  EXPECT_EQ(resolved(R"({"Std:Join":{"On":"/","Values":["s3:/",{"Get":"Parameters.Bucket"},
                         {"Std:Join":{"On":"-","Values":["run",7,{"Get":"Parameters.Rate"},{"Get":"Parameters.On"}]}}]}})",
                     bindings),
            R"("s3://b/run-7-0.24-true")");
  EXPECT_EQ(resolved(R"({"Std:Join":{"On":"/","Values":[]}})"), R"("")");
  EXPECT_EQ(resolved(R"({"Std:Join":{"Values":["a","b"]}})"), R"("ab")");
}

TEST(Expression, JoinOfAListFails) {
  FakeBindings bindings;
  bindings.properties["A.Outputs"] = json::array();
  EXPECT_EQ(resolved(R"({"Std:Join":{"On":"","Values":[{"Get":"Steps.A.Outputs"}]}})", bindings),
            "error: expected a text, number or truth value, found array");
}

TEST(Expression, JsonGetReadsAPropertyFileOrAnObject) {
  FakeBindings bindings;
  bindings.files["s3://b/Eval/Report"] = R"({"metrics":{"wql":{"value":0.21}}})";
  bindings.files["s3://b/7/r.json"] = R"({"a":{"b c":["x","y"]}})";
  bindings.parameters["Run"] = 7;
  EXPECT_EQ(
      resolved(
          R"({"Std:JsonGet":{"PropertyFile":{"Get":"Steps.Eval.PropertyFiles.Report"},"Path":"metrics.wql.value"}})",
          bindings),
      "0.21");
  EXPECT_EQ(
      resolved(R"({"Std:JsonGet":{"S3Uri":{"Std:Join":{"On":"/","Values":["s3://b",{"Get":"Parameters.Run"},"r.json"]}},
                         "Path":"a['b c'][1]"}})",
               bindings),
      R"("y")");
}

TEST(Expression, JsonGetSaysWhatIsMissing) {
  FakeBindings bindings;
  bindings.files["s3://b/bad"] = "{";
  bindings.files["s3://b/r"] = R"({"metrics":{"wql":{}}})";
  const auto get = [&](const std::string& uri, const std::string& path) {
    return resolved(R"({"Std:JsonGet":{"S3Uri":")" + uri + R"(","Path":")" + path + "\"}}", bindings);
  };
  EXPECT_EQ(get("s3://b/none", "a"), "error: cannot read s3://b/none: no such file");
  EXPECT_EQ(get("s3://b/bad", "a"), "error: s3://b/bad is not valid JSON");
  EXPECT_EQ(get("s3://b/r", "metrics.rmse"), "error: s3://b/r, path 'metrics.rmse': there is no 'rmse'");
  EXPECT_EQ(get("s3://b/r", "metrics.wql"),
            "error: s3://b/r, path 'metrics.wql': expected a text, number or truth value, found object");
}

}  // namespace
}  // namespace driftlab::service::pipelines

/// Reading and checking definitions. Rules and the sample come from the pipeline definition reference (section 16).

#include "sim/service/pipelines/definition.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/pipelines/fakes.hpp"

namespace driftlab::service::pipelines {
namespace {

std::string problem(const std::string& text) {
  const auto definition = parse_definition(text);
  if (definition) return "accepted";
  EXPECT_EQ(definition.error().code, "ValidationException");
  EXPECT_EQ(definition.error().kind, ErrorKind::InvalidInput);
  return definition.error().message;
}

std::vector<std::string> needed_by(const Definition& definition, const std::string& name) {
  std::vector<std::string> names;
  for (const auto index : definition.find_step(name)->dependencies) names.push_back(definition.steps[index].name);
  return names;
}

/// The documented sample, with the training step that it refers to.
const std::string kSample = R"({"Version":"2020-12-01","Metadata":{},
 "Parameters":[{"Name":"Threshold","Type":"Float","DefaultValue":0.24},{"Name":"Approval","Type":"String",
  "DefaultValue":"PendingManualApproval","EnumValues":["PendingManualApproval","Approved"]}],
 "PipelineExperimentConfig":{"ExperimentName":{"Get":"Execution.PipelineName"},"TrialName":{"Get":"Execution.PipelineExecutionId"}},
 "Steps":[
  {"Name":"EvaluateModel","Type":"Processing","Arguments":{"AppSpecification":{"ImageUri":"img"},
    "ProcessingInputs":[{"InputName":"model","S3Input":{"S3Uri":{"Get":"Steps.TrainModel.ModelArtifacts.S3ModelArtifacts"}}}],
    "ProcessingOutputConfig":{"Outputs":[{"OutputName":"eval","S3Output":{"S3Uri":"s3://b/eval"}}]}},
   "PropertyFiles":[{"PropertyFileName":"Report","OutputName":"eval","FilePath":"evaluation.json"}],
   "CacheConfig":{"Enabled":true,"ExpireAfter":"P30D"}},
  {"Name":"Check","Type":"Condition","Arguments":{"Conditions":[{"Type":"LessThanOrEqualTo",
    "LeftValue":{"Std:JsonGet":{"PropertyFile":{"Get":"Steps.EvaluateModel.PropertyFiles.Report"},"Path":"metrics.wql.value"}},
    "RightValue":{"Get":"Parameters.Threshold"}}],
   "IfSteps":[{"Name":"Register","Type":"RegisterModel","Arguments":{"ModelPackageGroupName":"demand",
     "ModelApprovalStatus":{"Get":"Parameters.Approval"}}}],
   "ElseSteps":[{"Name":"Stop","Type":"Fail","Arguments":{"ErrorMessage":{"Std:Join":{"On":" ","Values":["loss above",
     {"Get":"Parameters.Threshold"}]}}}}]}},
  {"Name":"TrainModel","Type":"Training","Arguments":{"AlgorithmSpecification":{"TrainingImage":"img"}}}]})";

TEST(Definition, ReadsTheDocumentedSample) {
  const auto definition = parse_definition(kSample);
  ASSERT_TRUE(definition) << describe(definition.error());
  ASSERT_EQ(definition->steps.size(), 5U);
  EXPECT_EQ(needed_by(*definition, "EvaluateModel"), std::vector<std::string>{"TrainModel"});
  EXPECT_EQ(needed_by(*definition, "Check"), std::vector<std::string>{"EvaluateModel"});
  EXPECT_EQ(needed_by(*definition, "Register"), std::vector<std::string>{"Check"});
  EXPECT_TRUE(definition->find_step("Register")->branch->when);
  EXPECT_FALSE(definition->find_step("Stop")->branch->when);
  EXPECT_EQ(definition->find_step("EvaluateModel")->cache.expire_after, Duration(std::chrono::hours{24 * 30}));
  EXPECT_EQ(definition->find_parameter("Approval")->enum_values.size(), 2U);
}

TEST(Definition, PropertiesOfAStepAndDependsOnAreDependencies) {
  const auto definition = parse_definition(definition_of(
      "[" + processing("A") + "," + processing("B") + "," + processing("C", R"(,"DependsOn":["B","A"])") + "," +
      R"({"Name":"D","Type":"Model","Arguments":{"PrimaryContainer":{"ModelDataUrl":{"Std:Join":{"On":"/","Values":[)"
      R"({"Get":"Steps.C.ProcessingOutputConfig.Outputs['eval'].S3Output.S3Uri"},"m"]}}}}}])"));
  ASSERT_TRUE(definition) << describe(definition.error());
  EXPECT_EQ(needed_by(*definition, "C"), (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(needed_by(*definition, "D"), (std::vector<std::string>{"C"}));
}

struct Refused {
  const char* name;
  std::string text;
  std::string message;
};

class RefusedDefinition : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedDefinition, NamesThePathAndWhatWasExpected) {
  EXPECT_EQ(problem(GetParam().text), GetParam().message);
}

std::string in_steps(const std::string& steps) {
  return definition_of("[" + steps + "]");
}
std::string with_parameter(const std::string& parameter) {
  return definition_of("[" + processing("A") + "]", "[" + parameter + "]");
}
std::string condition(const std::string& inner, const std::string& branches = "") {
  return in_steps(processing("A") + R"(,{"Name":"C","Type":"Condition","Arguments":{"Conditions":[)" + inner + "]" +
                  branches + "}}");
}
const std::string kHolds = R"({"Type":"Equals","LeftValue":1,"RightValue":1})";
std::string model(const std::string& name, const std::string& value, const std::string& more = "") {
  return R"({"Name":")" + name + R"(","Type":"Model","Arguments":{"X":)" + value + "}" + more + "}";
}

const std::string kStepTypes =
    "'Processing', 'Training', 'Tuning', 'Transform', 'Model', 'RegisterModel', 'Condition', 'Fail' or 'QualityCheck'";

INSTANTIATE_TEST_SUITE_P(
    Steps, RefusedDefinition,
    ::testing::Values(
        Refused{"version", R"({"Version":"2021","Steps":[]})", "$.Version: expected '2020-12-01', found '2021'"},
        Refused{"no_steps", definition_of("[]"), "$.Steps: expected at least one step"},
        Refused{"steps_no_list", definition_of("{}"), "$.Steps: expected a list, found object"},
        Refused{"top_level_member", R"({"Version":"2020-12-01","Step":[]})",
                "$.Step: unknown member; expected 'Version', 'Metadata', 'Parameters', 'PipelineExperimentConfig' or "
                "'Steps'; did you mean 'Steps'?"},
        Refused{
            "unknown_type", in_steps(R"({"Name":"A","Type":"Procesing","Arguments":{}})"),
            "$.Steps[0].Type: unknown step type 'Procesing'; expected " + kStepTypes + "; did you mean 'Processing'?"},
        Refused{"unsupported_type", in_steps(R"({"Name":"A","Type":"Lambda","Arguments":{}})"),
                "$.Steps[0].Type: unknown step type 'Lambda'; expected " + kStepTypes},
        Refused{"duplicate_name", in_steps(processing("A") + "," + processing("A")),
                "$.Steps[1].Name: expected a name used once, found 'A' already at $.Steps[0]"},
        Refused{"duplicate_in_branch", condition(kHolds, R"(,"IfSteps":[)" + model("A", "1") + "]"),
                "$.Steps[1].Arguments.IfSteps[0].Name: expected a name used once, found 'A' already at $.Steps[0]"},
        Refused{"bad_name", in_steps(processing("a b")),
                "$.Steps[0].Name: expected 1 to 64 letters, digits, hyphens and underscores, found 'a b'"},
        Refused{"long_name", in_steps(processing(std::string(65, 'x'))),
                "$.Steps[0].Name: expected 1 to 64 letters, digits, hyphens and underscores, found '" +
                    std::string(65, 'x') + "'"},
        Refused{"no_arguments", in_steps(R"({"Name":"A","Type":"Model"})"),
                "$.Steps[0].Arguments: expected an object; it is missing"},
        Refused{
            "unknown_member", in_steps(processing("A", R"(,"DependOn":["B"])")),
            "$.Steps[0].DependOn: unknown member; expected 'Name', 'Type', 'Arguments', 'DependsOn', 'DisplayName', "
            "'Description', 'PropertyFiles', 'CacheConfig' or 'RetryPolicies'; did you mean 'DependsOn'?"},
        Refused{
            "depends_on_missing", in_steps(processing("Train") + "," + processing("B", R"(,"DependsOn":["Trian"])")),
            "$.Steps[1].DependsOn[0]: expected the name of a step, found unknown step 'Trian'; did you mean 'Train'?"},
        Refused{"depends_on_fail",
                in_steps(R"({"Name":"F","Type":"Fail","Arguments":{"ErrorMessage":"no"}},)" +
                         processing("B", R"(,"DependsOn":["F"])")),
                "$.Steps[1].DependsOn[0]: expected a step that can succeed; 'F' is a Fail step"},
        Refused{"fail_without_message", in_steps(R"({"Name":"F","Type":"Fail","Arguments":{}})"),
                "$.Steps[0].Arguments.ErrorMessage: expected a text or a reference"},
        Refused{"cycle",
                in_steps(processing("A", R"(,"DependsOn":["C"])") + "," + processing("B", R"(,"DependsOn":["A"])") +
                         "," + model("C", R"({"Get":"Steps.B.Y"})") + "," + processing("D", R"(,"DependsOn":["C"])")),
                "$.Steps[0]: expected steps that can be put in order, found the cycle A -> C -> B -> A (each waits for "
                "the next)"},
        Refused{
            "cycle_of_one", in_steps(processing("A", R"(,"DependsOn":["A"])")),
            "$.Steps[0]: expected steps that can be put in order, found the cycle A -> A (each waits for the next)"},
        Refused{"condition_waits_for_its_branch",
                condition(R"({"Type":"Equals","LeftValue":{"Get":"Steps.M.Y"},"RightValue":1})",
                          R"(,"IfSteps":[)" + model("M", "1") + "]"),
                "$.Steps[1]: expected steps that can be put in order, found the cycle C -> M -> C (each waits for the "
                "next)"},
        Refused{
            "other_branch",
            condition(kHolds, R"(,"IfSteps":[)" + model("M", "1") + R"(],"ElseSteps":[)" +
                                  model("N", R"({"Get":"Steps.M.Y"})") + "]"),
            "$.Steps[1].Arguments.ElseSteps[0].Arguments.X.Get: expected a step that can run in the same execution; "
            "'M' is in the other branch of 'C'"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Parameters, RefusedDefinition,
    ::testing::Values(
        Refused{
            "parameter_type", with_parameter(R"({"Name":"P","Type":"Int"})"),
            "$.Parameters[0].Type: unknown parameter type 'Int'; expected 'String', 'Integer', 'Float' or 'Boolean'"},
        Refused{"default_type", with_parameter(R"({"Name":"P","Type":"Integer","DefaultValue":"3"})"),
                "$.Parameters[0].DefaultValue: expected a value of type Integer, found string \"3\""},
        Refused{"integer_range", with_parameter(R"({"Name":"P","Type":"Integer","DefaultValue":9223372036854775808})"),
                "$.Parameters[0].DefaultValue: expected a value of type Integer, found number 9223372036854775808"},
        Refused{"default_outside_enum",
                with_parameter(R"({"Name":"P","Type":"String","DefaultValue":"c","EnumValues":["a","b"]})"),
                "$.Parameters[0].DefaultValue: expected one of the EnumValues, found \"c\""},
        Refused{"parameter_twice", with_parameter(R"({"Name":"P","Type":"String"},{"Name":"P","Type":"String"})"),
                "$.Parameters[1].Name: expected a name used once, found 'P' again"},
        Refused{"parameter_name", with_parameter(R"({"Name":"p.q","Type":"String"})"),
                "$.Parameters[0].Name: expected 1 to 256 letters, digits, hyphens and underscores, found 'p.q'"},
        Refused{"unknown_parameter",
                definition_of("[" + model("A", R"({"Get":"Parameters.Treshold"})") + "]",
                              R"([{"Name":"Threshold","Type":"Float"}])"),
                "$.Steps[0].Arguments.X.Get: expected the name of a parameter, found unknown parameter 'Treshold'; did "
                "you mean 'Threshold'?"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    References, RefusedDefinition,
    ::testing::Values(
        Refused{"get_missing_step", in_steps(model("A", R"([{"Get":"Steps.Bee.Y"}])")),
                "$.Steps[0].Arguments.X[0].Get: expected the name of a step, found unknown step 'Bee'"},
        Refused{"get_form", in_steps(model("A", R"({"Get":"Parameter.P"})")),
                "$.Steps[0].Arguments.X.Get: expected 'Parameters.NAME', 'Steps.STEP.PATH' or 'Execution.NAME', found "
                "'Parameter.P'"},
        Refused{"get_no_text", in_steps(model("A", R"({"Get":5})")),
                "$.Steps[0].Arguments.X.Get: expected a reference as text, found number"},
        Refused{"get_path", in_steps(model("A", R"({"Get":"Steps.B.Outputs['x"})")),
                "$.Steps[0].Arguments.X.Get: path 'Outputs['x', column 11: expected a closing quote"},
        Refused{"get_of_condition",
                condition(kHolds, R"(,"IfSteps":[)" + model("M", R"({"Get":"Steps.C.Outcome"})") + "]"),
                "$.Steps[1].Arguments.IfSteps[0].Arguments.X.Get: expected a step with properties; 'C' is a Condition "
                "step and has none"},
        Refused{"execution_variable", in_steps(model("A", R"({"Get":"Execution.PipelineNam"})")),
                "$.Steps[0].Arguments.X.Get: unknown execution variable 'PipelineNam'; expected 'PipelineExecutionId', "
                "'StartDateTime', 'CurrentDateTime', 'PipelineName', 'PipelineArn', 'PipelineExecutionArn', "
                "'TrainingJobName' or 'ProcessingJobName'; did you mean 'PipelineName'?"},
        Refused{"job_name_elsewhere", in_steps(model("A", R"({"Get":"Execution.TrainingJobName"})")),
                "$.Steps[0].Arguments.X.Get: expected Execution.TrainingJobName only in a Training step"},
        Refused{
            "unknown_function", in_steps(model("A", R"({"Std:Jion":{}})")),
            "$.Steps[0].Arguments.X['Std:Jion']: unknown function; expected 'Get', 'Std:Join' or 'Std:JsonGet'; did "
            "you mean 'Std:Join'?"},
        Refused{
            "join_values", in_steps(model("A", R"({"Std:Join":{"On":"/","Values":[{"a":1,"b":2}]}})")),
            "$.Steps[0].Arguments.X['Std:Join'].Values[0]: expected a text, number, truth value or reference, found "
            "object"},
        Refused{"join_on", in_steps(model("A", R"({"Std:Join":{"On":1,"Values":[]}})")),
                "$.Steps[0].Arguments.X['Std:Join'].On: expected a text, found number"},
        Refused{"json_get_source", in_steps(model("A", R"({"Std:JsonGet":{"Path":"a"}})")),
                "$.Steps[0].Arguments.X['Std:JsonGet']: expected either PropertyFile or S3Uri"},
        Refused{"json_get_path", in_steps(model("A", R"({"Std:JsonGet":{"S3Uri":"s3://b/k","Path":"a..b"}})")),
                "$.Steps[0].Arguments.X['Std:JsonGet'].Path: path 'a..b', column 3: expected a member name"},
        Refused{
            "property_file_output",
            in_steps(processing("A",
                                R"(,"PropertyFiles":[{"PropertyFileName":"R","OutputName":"evla","FilePath":"e"}])")),
            "$.Steps[0].PropertyFiles[0].OutputName: expected the OutputName of an output of this step, found "
            "'evla'; did you mean 'eval'?"},
        Refused{
            "property_file_name",
            in_steps(
                processing("A",
                           R"(,"PropertyFiles":[{"PropertyFileName":"Report","OutputName":"eval","FilePath":"e"}])") +
                "," +
                model("B", R"({"Std:JsonGet":{"PropertyFile":{"Get":"Steps.A.PropertyFiles.Repor"},"Path":"a"}})")),
            "$.Steps[1].Arguments.X['Std:JsonGet'].PropertyFile.Get: unknown property file 'Repor' of step 'A'; "
            "expected 'Report'; did you mean 'Report'?"},
        Refused{
            "property_file_of_none",
            in_steps(processing("A") + "," +
                     model("B", R"({"Std:JsonGet":{"PropertyFile":{"Get":"Steps.A.PropertyFiles.R"},"Path":"a"}})")),
            "$.Steps[1].Arguments.X['Std:JsonGet'].PropertyFile.Get: expected a property file; step 'A' declares no "
            "PropertyFiles"},
        Refused{
            "property_file_outside_json_get",
            in_steps(processing("A") + "," + model("B", R"({"Get":"Steps.A.PropertyFiles.R"})")),
            "$.Steps[1].Arguments.X.Get: expected a property; a property file can only be read through Std:JsonGet"},
        Refused{"step_in_experiment",
                R"({"Version":"2020-12-01","PipelineExperimentConfig":{"TrialName":{"Get":"Steps.A.Y"}},"Steps":[)" +
                    processing("A") + "]}",
                "$.PipelineExperimentConfig.TrialName.Get: expected a parameter or an execution variable; no step has "
                "run yet"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    ConditionsAndPolicies, RefusedDefinition,
    ::testing::Values(
        Refused{
            "condition_type", condition(R"({"Type":"LessThen","LeftValue":1,"RightValue":2})"),
            "$.Steps[1].Arguments.Conditions[0].Type: unknown condition type 'LessThen'; expected 'Equals', "
            "'GreaterThan', 'GreaterThanOrEqualTo', 'LessThan', 'LessThanOrEqualTo', 'In', 'Not', 'Or', 'NotEquals' "
            "or 'NotIn'; did you mean 'LessThan'?"},
        Refused{"no_conditions", condition(""), "$.Steps[1].Arguments.Conditions: expected at least one condition"},
        Refused{"condition_side", condition(R"({"Type":"Equals","LeftValue":1})"),
                "$.Steps[1].Arguments.Conditions[0].RightValue: expected a value or reference; it is missing"},
        Refused{
            "condition_operand", condition(R"({"Type":"Equals","LeftValue":[1],"RightValue":1})"),
            "$.Steps[1].Arguments.Conditions[0].LeftValue: expected a text, number, truth value or reference, found "
            "array"},
        Refused{"nested_or", condition(R"({"Type":"Not","Expression":{"Type":"Or","Conditions":[]}})"),
                "$.Steps[1].Arguments.Conditions[0].Expression.Conditions: expected at least one condition"},
        Refused{"condition_in_branch",
                condition(kHolds, R"(,"IfSteps":[{"Name":"D","Type":"Condition","Arguments":{"Conditions":[)" + kHolds +
                                      "]}}]"),
                "$.Steps[1].Arguments.IfSteps[0].Type: expected no Condition step inside a branch of another"},
        Refused{"cache_duration", in_steps(processing("A", R"(,"CacheConfig":{"Enabled":true,"ExpireAfter":"soon"})")),
                "$.Steps[0].CacheConfig.ExpireAfter: expected an ISO 8601 duration such as P30D or T16m, found 'soon'"},
        Refused{"cache_on_model", in_steps(model("A", "1", R"(,"CacheConfig":{"Enabled":true})")),
                "$.Steps[0].CacheConfig: unknown member; expected 'Name', 'Type', 'Arguments', 'DependsOn', "
                "'DisplayName', 'Description' or 'RetryPolicies'"},
        Refused{
            "retry_both_limits",
            in_steps(processing(
                "A", R"(,"RetryPolicies":[{"ExceptionType":["Step.THROTTLING"],"MaxAttempts":2,"ExpireAfterMin":5}])")),
            "$.Steps[0].RetryPolicies[0]: expected either MaxAttempts or ExpireAfterMin, found both"},
        Refused{
            "retry_attempts",
            in_steps(processing("A", R"(,"RetryPolicies":[{"ExceptionType":["Step.THROTTLING"],"MaxAttempts":21}])")),
            "$.Steps[0].RetryPolicies[0].MaxAttempts: expected a whole number from 1 to 20, found 21"},
        Refused{
            "retry_type", in_steps(processing("A", R"(,"RetryPolicies":[{"ExceptionType":["Step.THROTLING"]}])")),
            "$.Steps[0].RetryPolicies[0].ExceptionType[0]: unknown exception type 'Step.THROTLING'; expected "
            "'Step.SERVICE_FAULT', 'Step.THROTTLING', 'SageMaker.JOB_INTERNAL_ERROR', 'SageMaker.CAPACITY_ERROR' or "
            "'SageMaker.RESOURCE_LIMIT'; did you mean 'Step.THROTTLING'?"},
        Refused{"check_type", in_steps(R"({"Name":"Q","Type":"QualityCheck","CheckType":"MODEL_BIAS","Arguments":{}})"),
                "$.Steps[0].CheckType: unknown check type 'MODEL_BIAS'; expected 'DATA_QUALITY' or 'MODEL_QUALITY'"},
        Refused{"check_output",
                in_steps(R"({"Name":"Q","Type":"QualityCheck","CheckType":"DATA_QUALITY","Arguments":{}})"),
                "$.Steps[0].Arguments.ProcessingOutputConfig.Outputs: expected a list with at least one output"},
        Refused{"check_flag",
                in_steps(
                    R"({"Name":"Q","Type":"QualityCheck","CheckType":"DATA_QUALITY","SkipCheck":"no","Arguments":{}})"),
                "$.Steps[0].SkipCheck: expected true, false or a reference, found string"}),
    [](const auto& test) { return test.param.name; });

TEST(Definition, MalformedJsonNamesLineAndColumn) {
  // The closing bracket stands where a value must; it is the second character of the third line.
  EXPECT_TRUE(problem("{\n\"Steps\":\n ]}").starts_with("malformed JSON, line 3, column 2: syntax error"))
      << problem("{\n\"Steps\":\n ]}");
}

TEST(Definition, RefusesWhatIsTooDeepOrTooLong) {
  const std::string deep(100, '[');
  EXPECT_EQ(problem(in_steps(model("A", deep + std::string(100, ']')))), "$: expected at most 64 levels of nesting");
  EXPECT_EQ(problem(std::string(1024 * 1024 + 1, ' ')), "$: expected at most 1 MB, found 1048577 bytes");
}

TEST(Definition, ReadsEveryWayToWriteACacheDuration) {
  const auto expiry = [](const std::string& text) {
    const auto definition =
        parse_definition(in_steps(processing("A", R"(,"CacheConfig":{"Enabled":true,"ExpireAfter":")" + text + "\"}")));
    EXPECT_TRUE(definition) << text;
    return definition ? definition->steps[0].cache.expire_after : std::nullopt;
  };
  EXPECT_EQ(expiry("P30D"), Duration(std::chrono::hours{720}));
  EXPECT_EQ(expiry("30d"), Duration(std::chrono::hours{720}));
  EXPECT_EQ(expiry("T16m"), Duration(std::chrono::minutes{16}));
  EXPECT_EQ(expiry("30dT5h"), Duration(std::chrono::hours{725}));
}

}  // namespace
}  // namespace driftlab::service::pipelines

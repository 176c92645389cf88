/// QualityCheck steps (section 16.2). Which baseline counts as used follows AWS's page on baseline lifecycles: a
/// registered new baseline replaces the supplied one.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/pipelines/fakes.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;

const std::string kSupplied =
    R"(,"SuppliedBaselineConstraints":"s3://b/old/constraints.json","SuppliedBaselineStatistics":"s3://b/old/statistics.json")";
const std::string kViolated =
    R"({"violations":[{"constraint_check_type":"LessThanThreshold","description":"d","metric_name":"r2"}]})";

class QualityCheckTest : public PipelineTest {
 protected:
  /// A check with output s3://b/new, and a registration that reads its four properties.
  std::string check(const std::string& members) {
    const auto get = [](const char* name) { return std::string("{\"Get\":\"Steps.Check.") + name + "\"}"; };
    StepEnd end;
    end.arn = "arn:check-job";
    runner.scripts["Check"] = {{.end = end}};
    return run(definition_of(
        R"([{"Name":"Check","Type":"QualityCheck","CheckType":"MODEL_QUALITY","ModelPackageGroupName":null)" + members +
            R"(,"Arguments":{"AppSpecification":{"ImageUri":"analyzer"},"Environment":{"problem_type":"Regression"},
             "ProcessingInputs":[{"InputName":"baseline_dataset_input","S3Input":{"S3Uri":"s3://b/data"}}],
             "ProcessingOutputConfig":{"Outputs":[{"OutputName":"quality_check_output","S3Output":{"S3Uri":"s3://b/new/"}}]}}},
            {"Name":"Register","Type":"RegisterModel","Arguments":{"List":[)" +
            get("CalculatedBaselineConstraints") + "," + get("CalculatedBaselineStatistics") + "," +
            get("BaselineUsedForDriftCheckConstraints") + "," + get("BaselineUsedForDriftCheckStatistics") + "]}}]",
        R"([{"Name":"Skip","Type":"Boolean","DefaultValue":false},{"Name":"Old","Type":"String","DefaultValue":"s3://b/old/constraints.json"}])"));
  }
  json properties() { return runner.requests("Register").at(0).at("List"); }
};

const json kAllCalculated = {"s3://b/new/constraints.json", "s3://b/new/statistics.json", "s3://b/new/constraints.json",
                             "s3://b/new/statistics.json"};
const json kSuppliedUsed = {"s3://b/new/constraints.json", "s3://b/new/statistics.json", "s3://b/old/constraints.json",
                            "s3://b/old/statistics.json"};

TEST_F(QualityCheckTest, WithoutASuppliedBaselineTheCalculatedOneIsUsed) {
  const std::string arn = check(R"(,"SkipCheck":true,"RegisterNewBaseline":true)");
  EXPECT_EQ(execution(arn).status, "Succeeded");
  EXPECT_EQ(properties(), kAllCalculated);
  EXPECT_EQ(runner.starts[0].type, "Processing");
  // Nothing to compare with: the request is the written one.
  EXPECT_EQ(runner.requests("Check").at(0).at("ProcessingInputs").size(), 1U);
  EXPECT_EQ(json::parse(step(arn, "Check").metadata),
            json({{"QualityCheck",
                   {{"CheckType", "MODEL_QUALITY"},
                    {"CheckJobArn", "arn:check-job"},
                    {"SkipCheck", true},
                    {"RegisterNewBaseline", true},
                    {"CalculatedBaselineConstraints", "s3://b/new/constraints.json"},
                    {"CalculatedBaselineStatistics", "s3://b/new/statistics.json"},
                    {"BaselineUsedForDriftCheckConstraints", "s3://b/new/constraints.json"},
                    {"BaselineUsedForDriftCheckStatistics", "s3://b/new/statistics.json"}}}}));
}

TEST_F(QualityCheckTest, ASuppliedBaselineIsUsedAndGivenToTheJob) {
  const std::string arn = check(kSupplied);
  EXPECT_EQ(execution(arn).status, "Succeeded");
  EXPECT_EQ(properties(), kSuppliedUsed);
  const json request = runner.requests("Check").at(0);
  EXPECT_EQ(request.at("ProcessingInputs").at(1).at("S3Input").at("S3Uri"), "s3://b/old/constraints.json");
  EXPECT_EQ(request.at("ProcessingInputs").at(2).at("S3Input").at("S3Uri"), "s3://b/old/statistics.json");
  EXPECT_EQ(request.at("Environment"),
            json({{"problem_type", "Regression"},
                  {"baseline_constraints", "/opt/ml/processing/baseline/constraints/constraints.json"},
                  {"baseline_statistics", "/opt/ml/processing/baseline/stats/statistics.json"}}));
}

TEST_F(QualityCheckTest, ANewBaselineThatIsRegisteredReplacesTheSuppliedOne) {
  check(kSupplied + R"(,"RegisterNewBaseline":true)");
  EXPECT_EQ(properties(), kAllCalculated);
}

TEST_F(QualityCheckTest, ViolationsFailTheStep) {
  runner.files["s3://b/new/constraint_violations.json"] = kViolated;
  const std::string arn = check(kSupplied);
  EXPECT_EQ(statuses(arn), "Check:Failed");
  EXPECT_EQ(step(arn, "Check").failure_reason,
            "The quality check found violations of its constraints: s3://b/new/constraint_violations.json");
  EXPECT_EQ(json::parse(step(arn, "Check").metadata)["QualityCheck"]["ViolationReport"],
            "s3://b/new/constraint_violations.json");
}

TEST_F(QualityCheckTest, ViolationsAreOnlyReportedWhenTheStepMustNotFail) {
  runner.files["s3://b/new/constraint_violations.json"] = kViolated;
  const std::string arn = check(kSupplied + R"(,"FailOnViolation":false)");
  EXPECT_EQ(execution(arn).status, "Succeeded");
  EXPECT_EQ(json::parse(step(arn, "Check").metadata)["QualityCheck"]["ViolationReport"],
            "s3://b/new/constraint_violations.json");
}

TEST_F(QualityCheckTest, ASkippedCheckIgnoresViolations) {
  runner.files["s3://b/new/constraint_violations.json"] = kViolated;
  const std::string arn = check(
      R"(,"SkipCheck":true,"SuppliedBaselineConstraints":"s3://b/old/constraints.json","SuppliedBaselineStatistics":"s3://b/old/statistics.json")");
  EXPECT_EQ(execution(arn).status, "Succeeded");
  EXPECT_EQ(properties(), kSuppliedUsed);
  EXPECT_EQ(runner.requests("Check").at(0).at("ProcessingInputs").size(), 1U);
}

TEST_F(QualityCheckTest, NoViolationsPassAndABrokenReportFails) {
  runner.files["s3://b/new/constraint_violations.json"] = R"({"violations":[]})";
  EXPECT_EQ(execution(check(kSupplied)).status, "Succeeded");
}

TEST_F(QualityCheckTest, AReportThatCannotBeReadFailsTheStep) {
  runner.files["s3://b/new/constraint_violations.json"] = "[]";
  const std::string arn = check(kSupplied);
  EXPECT_EQ(step(arn, "Check").failure_reason, "s3://b/new/constraint_violations.json: expected a JSON object");
}

TEST_F(QualityCheckTest, MembersMayBeReferences) {
  runner.files["s3://b/new/constraint_violations.json"] = kViolated;
  const std::string arn =
      check(R"(,"SkipCheck":{"Get":"Parameters.Skip"},"SuppliedBaselineConstraints":{"Get":"Parameters.Old"})");
  EXPECT_EQ(step(arn, "Check").status, "Failed");  // Skip is false and Old is supplied: the violations count
}

TEST_F(QualityCheckTest, AFlagMustBeATruthValue) {
  const std::string arn = check(R"(,"SkipCheck":{"Get":"Parameters.Old"})");
  EXPECT_EQ(step(arn, "Check").failure_reason,
            "SkipCheck: expected true or false, found \"s3://b/old/constraints.json\"");
}

}  // namespace
}  // namespace driftlab::service::pipelines

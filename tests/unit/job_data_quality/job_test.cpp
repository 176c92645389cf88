/// The data-quality container from its environment to its files. File names, folders and messages are those of the
/// service's contract.

#include <filesystem>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/job/container/files.hpp"
#include "core/job/data_quality/data_quality_job.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::job {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DataQualityJobTest : public ::testing::Test {
 protected:
  void put(const std::string& name, const std::string& bytes) {
    ASSERT_TRUE(write_whole(box_.path() / name, bytes).has_value());
  }
  std::string get(const std::string& name) { return read_whole(box_.path() / name).value(); }
  bool exists(const std::string& name) { return std::filesystem::exists(box_.path() / name); }

  Result<DataQualityReport> run(std::map<std::string, std::string> variables, bool baseline, DataQualityJob job = {}) {
    variables.emplace("dataset_source", "/opt/ml/processing/input");
    variables.emplace("output_path", "/opt/ml/processing/output");
    const auto environment = read_container_environment(variables, box_.path());
    if (!environment) return environment.error();
    job.baseline = baseline;
    job.threads = 1;
    return run_data_quality_job(*environment, job, from_civil(2026, 6, 1, 13));
  }
  std::string error_of(std::map<std::string, std::string> variables, bool baseline = false) {
    const auto report = run(std::move(variables), baseline);
    return report ? "accepted" : report.error().message;
  }

  /// A baseline in /opt/ml/processing/baseline.
  void make_baseline(const std::string& csv) {
    put("opt/ml/processing/input/base.csv", csv);
    ASSERT_TRUE(run({{"output_path", "/opt/ml/processing/baseline"}}, true).has_value());
    std::filesystem::remove(box_.path() / "opt/ml/processing/input/base.csv");
  }
  const std::map<std::string, std::string> against_{{"baseline_constraints", "/opt/ml/processing/baseline"},
                                                    {"baseline_statistics", "/opt/ml/processing/baseline"},
                                                    {"sagemaker_endpoint_name", "churn"},
                                                    {"sagemaker_monitoring_schedule_name", "hourly"}};

  const support::TemporaryFolder box_;
};

TEST_F(DataQualityJobTest, BaselineThenRuns) {
  make_baseline("age,plan\n41,gold\n18,gold\n30,gold\n");
  EXPECT_TRUE(exists("opt/ml/processing/baseline/statistics.json"));
  EXPECT_FALSE(exists("opt/ml/processing/baseline/constraint_violations.json"));
  EXPECT_FALSE(exists("opt/ml/output/metrics")) << "a baseline publishes nothing";

  put("opt/ml/processing/input/churn/AllTraffic/2026/06/01/12/a.csv", "age,plan\n20,gold\n");
  const auto good = run(against_, false);
  ASSERT_TRUE(good.has_value()) << good.error().message;
  EXPECT_THAT(good->checks.violations, IsEmpty());
  EXPECT_EQ(get("opt/ml/output/message"), "Completed: Job completed successfully with no violations.");
  EXPECT_THAT(json::parse(get("opt/ml/processing/output/constraint_violations.json"))["violations"], IsEmpty());

  put("opt/ml/processing/input/churn/AllTraffic/2026/06/01/12/b.csv", "age,plan\nold,silver\n");
  const auto bad = run(against_, false);
  ASSERT_TRUE(bad.has_value()) << bad.error().message;
  EXPECT_EQ(get("opt/ml/output/message"), "CompletedWithViolations: Job completed successfully with 2 violations.");
  const auto violations = json::parse(get("opt/ml/processing/output/constraint_violations.json"))["violations"];
  EXPECT_EQ(violations[0]["constraint_check_type"], "data_type_check");
  EXPECT_EQ(violations[1]["constraint_check_type"], "categorical_values_check");
  EXPECT_EQ(json::parse(get("opt/ml/processing/output/constraints.json"))["features"][0]["inferred_type"], "String");
  EXPECT_EQ(json::parse(get("opt/ml/processing/output/statistics.json"))["dataset"]["item_count"], 2);
  const std::string metrics = get("opt/ml/output/metrics/cloudwatch/cloudwatch_metrics.jsonl");
  const auto first = json::parse(metrics.substr(0, metrics.find('\n')));
  EXPECT_EQ(first["MetricName"], "feature_non_null_age");
  EXPECT_EQ(first["Dimensions"].dump(), R"([{"Name":"Endpoint","Value":"churn"},{"Name":"MonitoringSchedule",)"
                                        R"("Value":"hourly"},{"Name":"Feature","Value":"age"}])");
}

TEST_F(DataQualityJobTest, JsonLinesByNameAndByFormat) {
  put("opt/ml/processing/input/base.jsonl", "{\"a\":{\"b\":1}}\n{\"a\":{\"b\":2}}\n");
  const auto guessed = run({}, true);
  ASSERT_TRUE(guessed.has_value()) << guessed.error().message;
  EXPECT_EQ(guessed->statistics.features[0].name, "a.b");
  std::filesystem::rename(box_.path() / "opt/ml/processing/input/base.jsonl",
                          box_.path() / "opt/ml/processing/input/x");
  EXPECT_EQ(run({{"dataset_format", R"({"json":{"lines":true}})"}}, true)->statistics.item_count, 2U);
}

// The baseline's file has the label first, as the live prediction comes first.
TEST_F(DataQualityJobTest, CapturesAgainstABaselineWithHeader) {
  make_baseline("label,age,plan\n0,41,gold\n1,18,gold\n0,30,gold\n");
  const auto line = [](const char* input, const char* output) {
    return std::string(R"({"captureData":{"endpointInput":{"observedContentType":"text/csv","mode":"INPUT","data":")") +
           input +
           R"(","encoding":"CSV"},"endpointOutput":{"observedContentType":"text/csv","mode":"OUTPUT","data":")" +
           output + R"(","encoding":"CSV"}},"eventMetadata":{"eventId":"e","inferenceTime":"2026-06-01T12:30:00Z"},)" +
           "\"eventVersion\":\"0\"}\n";
  };
  put("opt/ml/processing/input/churn/AllTraffic/2026/06/01/12/a.jsonl", line("20,gold", "1") + line("x,silver", "0"));
  auto variables = against_;
  variables["dataset_format"] = R"({"sagemakerCaptureJson":{"captureIndexNames":["endpointInput","endpointOutput"]}})";
  const auto report = run(variables, false);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  ASSERT_THAT(report->checks.violations, SizeIs(2));
  EXPECT_EQ(report->checks.violations[0].feature_name, "age");
  EXPECT_EQ(report->checks.violations[1].feature_name, "plan");
  EXPECT_THAT(report->checks.violations[1].description, HasSubstr("Value: 0.5 does not meet"));
}

TEST_F(DataQualityJobTest, InputsOfABatchTransformThroughItsManifests) {
  make_baseline("age,plan\n41,gold\n18,gold\n");
  const std::string root = "opt/ml/processing/input/";
  put(root + "input/2026/06/01/12/7b.json", R"([{"prefix":"s3://bucket/in/"},"a.csv"])");
  put(root + "output/2026/06/01/12/7b.json", R"([{"prefix":"s3://bucket/out/"},"a.csv.out"])");
  put(root + "bucket/in/a.csv", "20,gold\nx,silver\n");
  put(root + "bucket/out/a.csv.out", "0.5\n0.25\n");
  auto variables = against_;
  variables["dataset_format"] = R"({"csv":{"header":false}})";
  const auto report = run(variables, false);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->statistics.item_count, 2U);
  ASSERT_THAT(report->checks.violations, SizeIs(2));
  EXPECT_EQ(report->checks.violations[0].feature_name, "age");
  EXPECT_EQ(report->checks.violations[1].feature_name, "plan");
  variables["dataset_format"] = R"({"sagemakerCaptureJson":{"captureIndexNames":["endpointOutput"]}})";
  const auto outputs = run(variables, false);
  ASSERT_TRUE(outputs.has_value()) << outputs.error().message;
  EXPECT_EQ(outputs->statistics.features.size(), 1U);
  variables["batch_data_root"] = "/elsewhere";
  EXPECT_THAT(error_of(variables), HasSubstr("7b.json: names 's3://bucket/in/a.csv', but there is no file "));
  DataQualityJob job;
  job.record_process = "cat";
  EXPECT_THAT(run(against_, false, job).error().message, HasSubstr("reads files as they are"));
}

TEST_F(DataQualityJobTest, GzipGivesTheSameAndDamageFails) {
  const std::string capture =
      R"({"captureData":{"endpointInput":{"observedContentType":"text/csv","mode":"INPUT","data":"1,2","encoding":"CSV"}},)"
      R"("eventMetadata":{"eventId":"e","inferenceTime":"2026-06-01T12:30:00Z"},"eventVersion":"0"})"
      "\n";
  const std::string format = R"({"sagemakerCaptureJson":{"captureIndexNames":["endpointInput"]}})";
  for (const auto& [name, text] : std::map<std::string, std::string>{{"d.csv.gz",
                                                                      "\xEF\xBB\xBF"
                                                                      "a,b\n1,2\n"},
                                                                     {"d.jsonl.gz", "{\"a\":1,\"b\":2}\n"},
                                                                     {"d.gz", capture}}) {
    std::map<std::string, std::string> variables;
    if (name == "d.gz") variables["dataset_format"] = format;
    std::filesystem::remove_all(box_.path() / "opt");
    const std::string packed = support::gzipped(text);
    put("opt/ml/processing/input/" + name, packed);
    const auto report = run(variables, true);
    ASSERT_TRUE(report.has_value()) << name << ": " << report.error().message;
    EXPECT_EQ(report->statistics.item_count, 1U);
    EXPECT_EQ(report->statistics.features.size(), 2U);
    put("opt/ml/processing/input/" + name, packed.substr(0, packed.size() - 5));
    EXPECT_THAT(error_of(variables, true), HasSubstr(name + ": damaged at byte "));
  }
}

TEST_F(DataQualityJobTest, RecordsThroughAProcessAndATransform) {
  put("opt/ml/processing/input/1.csv", "41;gold\n18;test");
  put("opt/ml/processing/input/2.csv", "20;basic\nbroken\n");
  put("transform.json", R"({"columns": [{"name": "next_age", "expression": "age + 1"}], "keep_others": true})");
  DataQualityJob job;
  job.max_rejected = 0.5;
  job.record_transform = box_.path() / "transform.json";
  job.record_process =
      "awk -F';' '$2 == \"test\" {print \"[]\"; next} NF < 2 {print \"?\"; next} "
      "{printf \"{\\\"age\\\":%s,\\\"plan\\\":\\\"%s\\\"}\\n\", $1, $2}'";
  const auto report = run({}, true, job);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->dataset.rows, 2U);
  EXPECT_EQ(report->dataset.rejected_count, 1U);
  ASSERT_THAT(report->statistics.features, SizeIs(3));
  EXPECT_EQ(report->statistics.features[0].name, "next_age");
  EXPECT_EQ(report->statistics.features[0].numerical->sum, 63.0);
  EXPECT_EQ(report->statistics.features[2].name, "plan");
}

TEST_F(DataQualityJobTest, AProcessThatFailsFailsTheJob) {
  std::string csv;
  for (int i = 0; i < 100000; ++i) csv += "{\"a\":1}\n";
  put("opt/ml/processing/input/1.jsonl", csv);
  DataQualityJob job;
  job.record_process = "head -n 1; exit 3";
  EXPECT_THAT(run({}, true, job).error().message, HasSubstr("'head -n 1; exit 3' ended with code 3; expected 0"));
  job.record_process = "kill -9 $$";
  EXPECT_THAT(run({}, true, job).error().message, HasSubstr("was ended by signal 9"));
  job.record_process = "cat";
  EXPECT_EQ(run({}, true, job)->dataset.rows, 100000U);
  job.record_process = "cat >/dev/null";
  EXPECT_THAT(run({}, true, job).error().message, HasSubstr("Job inputs had no data"));
}

TEST_F(DataQualityJobTest, RejectedRecordsAreKeptAndCounted) {
  std::string csv = "a,b\n";
  for (int i = 0; i < 20; ++i) csv += "1,2\n";
  put("opt/ml/processing/input/d.csv", csv + "1,2,3\n");
  const auto report = run({}, true);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->dataset.rows + report->dataset.rejected_count, 21U);
  const auto line = json::parse(get("opt/ml/processing/output/quarantine.jsonl"));
  EXPECT_EQ(line["line"], 22);
  EXPECT_EQ(line["reason"], "3 cells; expected 2");
  put("opt/ml/processing/input/d.csv", "a,b\n1,2\n3\n4\n");
  EXPECT_THAT(error_of({}, true),
              HasSubstr("2 of 3 records cannot be used, more than the limit of 10 %; the first is"));
  EXPECT_THAT(error_of({}, true), HasSubstr("d.csv:3: 1 cells; expected 2"));
}

TEST_F(DataQualityJobTest, SaysWhatIsMissing) {
  EXPECT_THAT(error_of({{"dataset_source", ""}}), HasSubstr("dataset_source is missing"));
  EXPECT_THAT(error_of({{"output_path", ""}}), HasSubstr("output_path is missing"));
  EXPECT_THAT(error_of({}), HasSubstr("baseline_constraints is missing"));
  EXPECT_THAT(error_of({}, true), HasSubstr("does not exist"));
  std::filesystem::create_directories(box_.path() / "opt/ml/processing/input");
  EXPECT_THAT(error_of({}, true), HasSubstr("Job inputs had no data"));
  put("opt/ml/processing/input/d.csv", "a,b\n");
  EXPECT_THAT(error_of({}, true), HasSubstr("Job inputs had no data")) << "a header is no data";
  EXPECT_THAT(error_of(against_), HasSubstr("baseline: No such file"));
  put("opt/ml/processing/baseline/constraints.json", "{\"features\": 3}");
  EXPECT_THAT(error_of(against_),
              HasSubstr("baseline/constraints.json:1: features is 3; expected an array of columns"));
  EXPECT_THAT(error_of({{"record_preprocessor_script", "/x.py"}}, true), HasSubstr("scripts are not run"));
}

TEST_F(DataQualityJobTest, ChiSquaredFromTheEnvironment) {
  put("opt/ml/processing/input/d.csv", "a\nx\n");
  const auto report = run({{"categorical_drift_method", "ChiSquared"}}, true);
  EXPECT_EQ(report->constraints.config.categorical_drift_method, monitor::CategoricalDriftMethod::ChiSquared);
  EXPECT_THAT(get("opt/ml/processing/output/constraints.json"), HasSubstr("\"ChiSquared\""));
}

}  // namespace
}  // namespace driftlab::job

// Model quality as a container runs it, on files. With the reference data: the notebook's own baseline file, whose
// statistics are section 11.1 of the model monitor reference.
#include "core/job/quality/quality_job.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/job/container/files.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::job {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const Instant kNow = from_civil(2026, 6, 1);

class QualityJobTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& bytes) {
    write_whole(folder_.path() / name, bytes).value();
    return folder_.path() / name;
  }
  json read(const std::string& name) { return json::parse(read_whole(folder_.path() / "out" / name).value()); }
  ContainerEnvironment environment(const std::filesystem::path& source) {
    ContainerEnvironment result;
    result.dataset_source = source;
    result.output_path = folder_.path() / "out";
    result.cloudwatch_metrics_directory = folder_.path() / "out";
    result.problem_type = "BinaryClassification";
    return result;
  }

  support::TemporaryFolder folder_;
};

std::string merged_line(const char* output, const char* label) {
  return std::string(R"({"captureData":{"endpointOutput":{"data":")") + output +
         R"(","encoding":"CSV","mode":"OUTPUT","observedContentType":"text/csv"}},"eventMetadata":{"eventId":"e","inferenceTime":"2026-06-01T00:00:00Z"},"eventVersion":"0","groundTruthData":{"data":")" +
         label + "\",\"encoding\":\"CSV\"}}\n";
}

#ifdef DRIFTLAB_DATA_DIR
TEST_F(QualityJobTest, ReproducesTheNotebooksBaselineFromItsFile) {
  auto settings = environment(DRIFTLAB_DATA_DIR "/monitor_churn/validation_with_predictions.csv");
  settings.inference_attribute = "prediction";
  settings.probability_attribute = "probability";
  settings.ground_truth_attribute = "label";
  const auto report = run_quality_job(settings, {.baseline = true}, kNow).value();
  EXPECT_EQ(report.read, 201u);
  const auto metrics = read("statistics.json")["binary_classification_metrics"];
  EXPECT_EQ(metrics["auc"]["value"], 0.9395127993393898);
  EXPECT_EQ(metrics["recall"]["value"], 0.5714285714285714);
  EXPECT_EQ(metrics["accuracy"]["value"], 0.9402985074626866);
  EXPECT_EQ(metrics["f0_5"]["value"], 0.8695652173913042);
  EXPECT_EQ(metrics["confusion_matrix"], json::parse(R"({"0":{"0":173,"1":0},"1":{"0":12,"1":16}})"));
  EXPECT_EQ(read("constraints.json")["binary_classification_constraints"]["f2"]["threshold"], 0.625);
}
#endif

TEST_F(QualityJobTest, BaselineThenRunWithViolationsMessageAndMetrics) {
  const auto dataset = write("base.csv", "p,y\n0.9,1\n0.1,0\n0.8,1\n0.3,0\n");
  auto settings = environment(dataset);
  settings.probability_attribute = "p";
  settings.ground_truth_attribute = "y";
  ASSERT_TRUE(run_quality_job(settings, {.baseline = true}, kNow));
  std::filesystem::rename(folder_.path() / "out/constraints.json", folder_.path() / "base.json");

  std::string lines = "\xef\xbb\xbf";
  lines += merged_line("0.9", "1") + merged_line("0.9", "0") + merged_line("0.2\\n", "0");
  settings = environment(write("merged/2026/06/01/00/part-0.jsonl", lines));
  settings.dataset_source = folder_.path() / "merged";
  settings.probability_attribute = "0";
  settings.baseline_constraints = folder_.path() / "base.json";
  settings.output_message_file = folder_.path() / "message";
  settings.endpoint_name = "churn";
  const auto report = run_quality_job(settings, {}, kNow).value();
  // One false positive of three: precision, accuracy, false positive and true negative rate, f1, f2 and auc are worse.
  EXPECT_EQ(read("constraint_violations.json")["violations"].size(), report.violations.size());
  EXPECT_EQ(report.violations.size(), 7u);
  EXPECT_EQ(read_whole(folder_.path() / "message").value(),
            "CompletedWithViolations: Job completed successfully with 7 violations.");
  const auto metrics = read_whole(folder_.path() / "out/cloudwatch_metrics.jsonl").value();
  EXPECT_EQ(std::count(metrics.begin(), metrics.end(), '\n'), 17);
  EXPECT_THAT(metrics, HasSubstr("churn"));
}

TEST_F(QualityJobTest, BadLinesAreQuarantinedUpToAShare) {
  std::string lines;
  for (int i = 0; i < 10; ++i) lines += merged_line("0.9", "1");
  lines += "{\"captureData\":\n" + merged_line("0.9", "maybe");
  auto settings = environment(write("merged.jsonl", lines));
  settings.probability_attribute = "0";
  settings.baseline_constraints = write("c.json", R"({"binary_classification_constraints":{}})");
  const auto report = run_quality_job(settings, {.bad_share_max = 0.2}, kNow).value();
  EXPECT_EQ(report.read, 12u);
  EXPECT_EQ(report.statistics.rows, 10u);
  ASSERT_EQ(report.rejected.size(), 2u);
  EXPECT_EQ(report.rejected[0].line, 11u);
  EXPECT_EQ(report.rejected[1].line, 12u);
  EXPECT_THAT(report.rejected[1].reason, HasSubstr("label 'maybe'"));
  EXPECT_THAT(read_whole(folder_.path() / "out/quarantine.jsonl").value(), HasSubstr("\"line\":12"));
  EXPECT_THAT(run_quality_job(settings, {}, kNow).error().message, HasSubstr("merged.jsonl:11"));
  const std::string packed = support::gzipped(lines);
  settings.dataset_source = write("merged.jsonl.gz", packed);
  EXPECT_EQ(run_quality_job(settings, {.bad_share_max = 0.2}, kNow).value().read, 12u);
  write("merged.jsonl.gz", packed.substr(0, packed.size() / 2));
  EXPECT_THAT(run_quality_job(settings, {.bad_share_max = 0.2}, kNow).error().message,
              HasSubstr("merged.jsonl.gz: damaged at byte "));
}

// Lines are counted by hand: the header, a row of three lines, a blank one, a good row, the bad one.
TEST_F(QualityJobTest, BadRowsOfABaselineAreNamedByTheLineTheyBeginIn) {
  const std::string good = "p,y,note\r\n0.5,1,\"a\nb, \"\"c\"\"\n\"\r\n\r\n0.2,0,x\r\n";
  const auto error_of = [&](const std::string& row) {
    auto settings = environment(write("base.csv", good + row));
    settings.probability_attribute = "p";
    settings.ground_truth_attribute = "y";
    const auto report = run_quality_job(settings, {.baseline = true}, kNow);
    return report ? "accepted" : report.error().message;
  };
  EXPECT_EQ(error_of("0.4,0,\"\n\"\n"), "accepted");
  EXPECT_THAT(error_of("1.5,1,x\n0.5,1,x"),
              HasSubstr("base.csv:7: probability attribute: row 2: probability 1.5 is outside [0, 1]"));
  EXPECT_THAT(error_of("0.5,maybe,\"\n\"\n"), HasSubstr("base.csv:7: ground truth attribute: row 2: label 'maybe'"));
  EXPECT_THAT(error_of("0.5,1,\"\n\"\nhigh,1,x\n"), HasSubstr("base.csv:9: probability attribute: row 3: 'high'"));
  auto settings = environment(write("base.csv", good));
  settings.probability_attribute = "q";
  settings.ground_truth_attribute = "y";
  EXPECT_THAT(run_quality_job(settings, {.baseline = true}, kNow).error().message,
              HasSubstr("base.csv:1: probability attribute: the dataset has no column 'q'"));
}

TEST_F(QualityJobTest, SaysWhatIsMissing) {
  const auto failure = [&](const ContainerEnvironment& settings, const QualityJob& job) {
    return run_quality_job(settings, job, kNow).error().message;
  };
  auto settings = environment(write("base.csv", "p,y\n0.9,1\n"));
  EXPECT_THAT(failure(settings, {}), HasSubstr("baseline_constraints is not set"));
  EXPECT_THAT(failure(settings, {.baseline = true}), HasSubstr("inference_attribute is not set"));
  settings.probability_attribute = "p";
  EXPECT_THAT(failure(settings, {.baseline = true}), HasSubstr("ground_truth_attribute is not set"));
  settings.ground_truth_attribute = "z";
  EXPECT_THAT(failure(settings, {.baseline = true}),
              HasSubstr("base.csv:1: ground truth attribute: the dataset has no"));
  settings.probability_threshold_attribute = 1.5;
  EXPECT_THAT(failure(settings, {.baseline = true}), HasSubstr("expected 0 to 1"));
  settings.problem_type = "Binary";
  EXPECT_THAT(failure(settings, {}), HasSubstr("problem_type is 'Binary'"));
  settings = environment(folder_.path() / "nowhere");
  settings.probability_attribute = "0";
  settings.baseline_constraints = write("c.json", R"({"binary_classification_constraints":{}})");
  EXPECT_FALSE(run_quality_job(settings, {}, kNow));
}

}  // namespace
}  // namespace driftlab::job

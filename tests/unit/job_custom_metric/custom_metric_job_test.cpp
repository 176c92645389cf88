// The user's own metrics as a container computes them, on files. Expected values are worked by hand.
#include "core/job/custom_metric/custom_metric_job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/capture/codec.hpp"
#include "core/job/container/files.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::job {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const Instant kNow = from_civil(2026, 6, 2);

class CustomMetricJobTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& bytes) {
    write_whole(folder_.path() / name, bytes).value();
    return folder_.path() / name;
  }
  std::string text(const std::string& name) { return read_whole(folder_.path() / name).value(); }
  ContainerEnvironment environment(const std::filesystem::path& source, const std::string& out = "out") {
    ContainerEnvironment result;
    result.dataset_source = source;
    result.output_path = folder_.path() / out;
    result.cloudwatch_metrics_directory = folder_.path() / out;
    result.endpoint_name = "shop";
    return result;
  }
  std::string error(const ContainerEnvironment& environment, const CustomMetricJob& job) {
    const auto report = run_custom_metric_job(environment, job, kNow);
    return report ? "" : report.error().message;
  }

  support::TemporaryFolder folder_;
};

constexpr const char* kOrders = "amount,plan\n10,gold\n30,basic\n,gold\n";

TEST_F(CustomMetricJobTest, BaselineThenRun) {
  auto settings = environment(write("base.csv", kOrders), "base");
  CustomMetricJob job;
  job.metrics = {"mean_amount = mean(amount)", "gold = rate(plan == 'gold')"};
  job.margin = 0.1;
  job.baseline = true;
  const auto baseline = run_custom_metric_job(settings, job, kNow).value();
  EXPECT_EQ(baseline.rows, 3u);
  const auto constraints = json::parse(text("base/constraints.json"))["custom_metric_constraints"];
  EXPECT_EQ(constraints["mean_amount"]["threshold"], 22.0);
  EXPECT_EQ(constraints["mean_amount"]["comparison_operator"], "GreaterThanThreshold");
  EXPECT_EQ(json::parse(text("base/statistics.json"))["custom_metrics"]["mean_amount"]["expression"], "mean(amount)");

  settings = environment(write("live.csv", "amount,plan\n40,gold\n20,basic\n"));
  settings.baseline_constraints = folder_.path() / "base";
  settings.output_message_file = folder_.path() / "message";
  job.baseline = false;
  const auto run = run_custom_metric_job(settings, job, kNow).value();
  ASSERT_EQ(run.violations.size(), 1u);
  EXPECT_EQ(run.violations[0].description, "Metric mean_amount with 30.0 was GreaterThanThreshold '22.0'");
  EXPECT_EQ(text("message"), "CompletedWithViolations: Job completed successfully with 1 violations.");
  EXPECT_THAT(text("out/cloudwatch_metrics.jsonl"), HasSubstr(R"("MetricName":"gold")"));
}

TEST_F(CustomMetricJobTest, ReadsGzipAndFailsWhereItIsDamaged) {
  const auto packed = support::gzipped(kOrders);
  CustomMetricJob job;
  job.metrics = {"mean_amount = mean(amount)"};
  job.baseline = true;
  const auto report = run_custom_metric_job(environment(write("base.csv.gz", packed), "base"), job, kNow).value();
  EXPECT_EQ(report.rows, 3u);
  EXPECT_EQ(json::parse(text("base/statistics.json"))["custom_metrics"]["mean_amount"]["value"], 20.0);
  for (const auto& damaged : {packed.substr(0, packed.size() / 2), packed.substr(0, packed.size() - 8) + "12345678"})
    EXPECT_THAT(error(environment(write("bad.csv.gz", damaged)), job), HasSubstr("bad.csv.gz"));
}

TEST_F(CustomMetricJobTest, EqualityViolatesOnlyWhereTheOperatorSaysSo) {
  const auto settings = environment(write("live.csv", kOrders));
  CustomMetricJob job;
  job.metrics = {"mean_amount = mean(amount)"};
  job.threshold = 20.0;
  for (const auto& [name, violations] :
       std::vector<std::pair<std::string, std::size_t>>{{"GreaterThanThreshold", 0},
                                                        {"GreaterThanOrEqualToThreshold", 1},
                                                        {"LessThanThreshold", 0},
                                                        {"LessThanOrEqualToThreshold", 1}}) {
    job.comparison_operator = name;
    EXPECT_EQ(run_custom_metric_job(settings, job, kNow).value().violations.size(), violations) << name;
  }
  job.comparison_operator = "GreaterThanTreshold";
  EXPECT_THAT(error(settings, job), HasSubstr("did you mean 'GreaterThanThreshold'?"));
}

std::string merged_lines() {
  capture::CaptureRecord record;
  record.input = capture::Payload{R"({"age":30,"plan":{"name":"gold"}})", capture::Encoding::Json, "application/json"};
  record.output = capture::Payload{"0.5", capture::Encoding::Csv, "text/csv"};
  record.metadata.event_id = "e";
  record.metadata.inference_time = from_civil(2026, 6, 1);
  std::string lines;
  append_line(lines, capture::MergedRecord{record, "1", capture::Encoding::Csv});
  record.output->data = "0.25\n0.75\n";
  record.input->data = "{\"age\":40,\"plan\":{\"name\":\"basic\"}}\n{\"age\":50}";
  append_line(lines, capture::MergedRecord{record, "0\n1", capture::Encoding::Csv});
  append_line(lines, capture::MergedRecord{record, "0", capture::Encoding::Csv});
  return lines;
}

TEST_F(CustomMetricJobTest, MergedRecordsHaveColumnsBySide) {
  const auto settings = environment(write("merged/part-0.jsonl", merged_lines()));
  CustomMetricJob job;
  job.metrics = {"brier = mean((label - output) * (label - output))", "age = mean(input.age)",
                 "gold = rate(input.plan.name == 'gold')"};
  job.baseline = true;
  EXPECT_THAT(error(settings, job), HasSubstr("part-0.jsonl:3: 1 rows in label; expected 2 as on the other side"));
  job.bad_share_max = 0.5;
  const auto report = run_custom_metric_job(settings, job, kNow).value();
  EXPECT_EQ(report.rows, 3u);
  EXPECT_EQ(report.rejected_count, 1u);
  EXPECT_EQ(report.values[0].value, (0.25 + 0.0625 + 0.0625) / 3.0);
  EXPECT_EQ(report.values[1].value, 40.0);
  EXPECT_EQ(report.values[2].value, 0.5) << "missing in one of three rows";
  EXPECT_EQ(json::parse(text("out/quarantine.jsonl"))["line"], 3);
}

TEST_F(CustomMetricJobTest, AProcessOverLinesIsAMetricOfItsOwn) {
  const auto settings = environment(write("live.csv", kOrders));
  CustomMetricJob job;
  job.record_process = R"(awk 'END {printf "{\"lines\": %d}\n", NR}')";
  job.baseline = true;
  const auto report = run_custom_metric_job(settings, job, kNow).value();
  ASSERT_EQ(report.values.size(), 1u);
  EXPECT_EQ(report.values[0].name, "lines");
  EXPECT_EQ(report.values[0].value, 4.0);
}

TEST_F(CustomMetricJobTest, DefinitionsBringTheirThresholds) {
  const auto settings = environment(write("live.csv", kOrders));
  CustomMetricJob job;
  job.definitions = write("metrics.json", R"json({"metrics": [
    {"name": "mean_amount", "expression": "mean(amount)", "threshold": 25, "comparison_operator": "LessThanThreshold"},
    {"name": "rows", "expression": "count()"}]})json");
  const auto report = run_custom_metric_job(settings, job, kNow).value();
  EXPECT_EQ(report.violations.size(), 1u);
  EXPECT_EQ(report.values[1].value, 3.0);
  job.definitions = write("metrics.json", "{\"metrics\": [\n{\"name\": \"m\", \"expression\": \"mean(\"}]}");
  EXPECT_THAT(error(settings, job), HasSubstr("metrics.json:2: expression 'mean(', column 6: expected a number"));
  job.definitions = write("metrics.json", R"json({"metrics": [{"name": "m", "expresion": "count()"}]})json");
  EXPECT_THAT(error(settings, job), HasSubstr("did you mean 'expression'?"));
}

TEST_F(CustomMetricJobTest, BadInputIsNamed) {
  const auto settings = environment(write("live.csv", kOrders));
  CustomMetricJob job;
  EXPECT_THAT(error(settings, job), HasSubstr("no metric: give --metric"));
  job.metrics = {"m = mean(amont)"};
  EXPECT_THAT(error(settings, job), HasSubstr("m: 'mean(amont)', column 6: there is no column 'amont'; did you mean "
                                              "'amount'?"));
  job.metrics = {"m = mean(amount)"};
  EXPECT_THAT(error(settings, job), HasSubstr("no threshold: give --threshold"));
  job.metrics = {"two words = mean(amount)"};
  EXPECT_THAT(error(settings, job), HasSubstr("'two words' is no name of a metric"));
  job.metrics = {"m = count()", "m = count()"};
  EXPECT_THAT(error(settings, job), HasSubstr("metric 'm' occurs twice"));
  job.metrics = {"m = mean(amount)"};
  auto judged = settings;
  judged.baseline_constraints = write("constraints.json", R"({"custom_metric_constraints": {"mm": {"threshold": 1}}})");
  EXPECT_THAT(error(judged, job), HasSubstr("constraints.json:1: there is no metric 'mm'; did you mean 'm'?"));
}

}  // namespace
}  // namespace driftlab::job

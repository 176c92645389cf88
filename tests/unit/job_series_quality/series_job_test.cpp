// The series monitor as a container runs it, on files. Expected values are worked by hand from the three cells of
// kTable: with ρ the pinball loss, Σρ over the cells is 0.8, 2.0 and 1.4 for the levels 0.1, 0.5, 0.9, and Σ|y| is 27.
#include "core/job/series_quality/series_job.hpp"

#include <cmath>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/capture/codec.hpp"
#include "core/job/container/files.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::job {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const Instant kNow = from_civil(2026, 6, 2);

constexpr const char* kTable =
    "item_id,timestamp,horizon,0.1,0.5,0.9,actual\n"
    "a,2026-06-01T00:00:00Z,1,8,10,12,11\n"
    "a,2026-06-01T01:00:00Z,2,7,10,13,9\n"
    "b,2026-06-01T00:00:00Z,1,4,5,6,7\n";

class SeriesJobTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& bytes) {
    write_whole(folder_.path() / name, bytes).value();
    return folder_.path() / name;
  }
  json read(const std::string& name) { return json::parse(text(name)); }
  std::string text(const std::string& name) { return read_whole(folder_.path() / name).value(); }
  ContainerEnvironment environment(const std::filesystem::path& source, const std::string& out) {
    ContainerEnvironment result;
    result.dataset_source = source;
    result.output_path = folder_.path() / out;
    result.cloudwatch_metrics_directory = folder_.path() / out;
    result.endpoint_name = "fees";
    return result;
  }
  SeriesReport baseline(const std::string& table, const SeriesJob& job = {}) {
    SeriesJob suggest = job;
    suggest.baseline = true;
    return run_series_job(environment(write("base.csv", table), "base"), suggest, kNow).value();
  }
  Result<SeriesReport> check(const std::string& table) {
    auto settings = environment(write("live.csv", table), "out");
    settings.baseline_constraints = folder_.path() / "base/constraints.json";
    settings.output_message_file = folder_.path() / "message";
    return run_series_job(settings, {}, kNow);
  }
  std::string error(const std::string& table) {
    const auto report = run_series_job(environment(write("bad.csv", table), "bad"), {.baseline = true}, kNow);
    return report ? "" : report.error().message;
  }

  support::TemporaryFolder folder_;
};

TEST_F(SeriesJobTest, ScoresATableAsAWholeByStepAndByItem) {
  const auto report = baseline(kTable);
  EXPECT_EQ(report.cells, 3u);
  EXPECT_EQ(report.forecasts, 2u) << "rows of an item with ascending steps are one forecast";
  const auto root = read("base/statistics.json");
  EXPECT_EQ(root["dataset"]["item_count"], 3);
  const auto& whole = root["series_metrics"];
  EXPECT_NEAR(whole["mean_weighted_quantile_loss"]["value"], 8.4 / 81.0, 1e-15);
  EXPECT_NEAR(whole["weighted_quantile_loss_0.9"]["value"], 2.8 / 27.0, 1e-15);
  EXPECT_NEAR(whole["nd"]["value"], 4.0 / 27.0, 1e-15);
  EXPECT_NEAR(whole["interval_coverage"]["value"], 2.0 / 3.0, 1e-15);
  EXPECT_NEAR(whole["residual_mean"]["value"], 2.0 / 3.0, 1e-15);
  EXPECT_NEAR(whole["residual_std_dev"]["value"], std::sqrt(14.0 / 9.0), 1e-15);
  EXPECT_FALSE(whole.contains("rmse")) << "of the mean, which the table does not have";
  EXPECT_NEAR(root["horizon_metrics"]["1"]["mean_weighted_quantile_loss"]["value"], 6.2 / 54.0, 1e-15);
  EXPECT_NEAR(root["item_metrics"]["b"]["mean_weighted_quantile_loss"]["value"], 4.4 / 21.0, 1e-15);
}

TEST_F(SeriesJobTest, ReadsGzipAndFailsWhereItIsDamaged) {
  (void)baseline(kTable);
  const auto plain = text("base/statistics.json");
  const auto packed = support::gzipped(kTable);
  const SeriesJob job{.baseline = true};
  const auto report = run_series_job(environment(write("base.csv.gz", packed), "packed"), job, kNow).value();
  EXPECT_EQ(report.cells, 3u);
  EXPECT_EQ(text("packed/statistics.json"), plain);
  for (const auto& damaged : {packed.substr(0, packed.size() / 2), packed.substr(0, packed.size() - 8) + "12345678"}) {
    const auto failed = run_series_job(environment(write("bad.csv.gz", damaged), "bad"), job, kNow);
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, HasSubstr("bad.csv.gz"));
  }
}

TEST_F(SeriesJobTest, SuggestsConstraintsWithMarginForStepsAndItemsAsAsked) {
  SeriesJob job;
  job.suggest = {.margin = 0.5, .horizon_metrics = {"nd"}, .item_metrics = {"interval_coverage"}};
  (void)baseline(kTable, job);
  const auto root = read("base/constraints.json");
  EXPECT_NEAR(root["series_constraints"]["nd"]["threshold"], 6.0 / 27.0, 1e-15);
  EXPECT_EQ(root["series_constraints"]["nd"]["comparison_operator"], "GreaterThanThreshold");
  EXPECT_NEAR(root["series_constraints"]["interval_coverage"]["threshold"], 1.0 / 3.0, 1e-15);
  EXPECT_FALSE(root["series_constraints"].contains("coverage_0.1"));
  EXPECT_NEAR(root["horizon_constraints"]["2"]["nd"]["threshold"], 1.5 / 9.0, 1e-15);
  EXPECT_EQ(root["item_constraints"]["a"]["interval_coverage"]["threshold"], 0.5);
  EXPECT_EQ(root["item_constraints"]["a"]["interval_coverage"]["comparison_operator"], "LessThanThreshold");
}

TEST_F(SeriesJobTest, TheBaselineItselfViolatesNothing) {
  (void)baseline(kTable);
  const auto report = check(kTable).value();
  EXPECT_TRUE(report.violations.empty());
  EXPECT_EQ(text("message"), "Completed: Job completed successfully with no violations.");
  EXPECT_EQ(read("out/constraint_violations.json"), json::parse(R"({"violations":[]})"));
}

TEST_F(SeriesJobTest, WorseForecastsViolateAndArePublished) {
  SeriesJob job;
  job.suggest.item_metrics = {"nd"};
  (void)baseline(kTable, job);
  std::string table = kTable;
  table.replace(table.rfind(",7"), 2, ",9");  // item b: |9 − 5| / 9 in place of 2 / 7
  const auto report = check(table).value();
  EXPECT_THAT(text("message"), HasSubstr("CompletedWithViolations: "));
  const auto violations = read("out/constraint_violations.json")["violations"];
  const auto of_item =
      std::find_if(violations.begin(), violations.end(), [](const json& entry) { return entry.contains("item"); });
  ASSERT_NE(of_item, violations.end());
  EXPECT_EQ(*of_item, json::parse(R"({"constraint_check_type": "GreaterThanThreshold", "item": "b",
      "metric_name": "nd",
      "description": "Metric nd of item 'b' with 0.4444444444444444 was GreaterThanThreshold '0.2857142857142857'"})"));
  EXPECT_EQ(report.violations.size(), violations.size());
  const auto lines = text("out/cloudwatch_metrics.jsonl");
  EXPECT_THAT(lines, HasSubstr(R"("MetricName":"mean_weighted_quantile_loss")"));
  EXPECT_THAT(lines, HasSubstr(R"({"Name":"Item","Value":"b"})"));
}

/// `count` rows of one step whose residuals are 0, 1, …, 9 and again, plus `shift`.
std::string residual_table(int count, double shift) {
  std::string table = "horizon,mean,actual\n";
  for (int i = 0; i < count; ++i) table += "1,100," + shortest(100.0 + i % 10 + shift) + "\n";
  return table;
}

TEST_F(SeriesJobTest, ResidualsAreComparedWithTheSketchKeptBesideTheStatistics) {
  (void)baseline(residual_table(500, 0.0));
  const auto root = read("base/residual_sketches.json");
  EXPECT_EQ(root["version"], 1);
  EXPECT_EQ(root["residuals"].size(), 3u) << "the whole, one step, one item";
  // Shifted by 5 of 10 equal steps: half of the mass moves, D = 0.5; Robust takes off 1.8 √(1000 / 250000).
  const auto drifted = check(residual_table(500, 5.0)).value();
  ASSERT_FALSE(drifted.residuals.empty());
  EXPECT_NEAR(drifted.residuals.front().distance, 0.5 - 1.8 * std::sqrt(0.004), 1e-12);
  EXPECT_LT(drifted.residuals.front().p_value, 1e-50);
  const auto drift = std::count_if(drifted.violations.begin(), drifted.violations.end(),
                                   [](const auto& violation) { return violation.check == "residual_drift_check"; });
  EXPECT_EQ(drift, 2) << "the whole and its only step";
  // The same values in another number: no drift.
  const auto same = check(residual_table(300, 0.0)).value();
  EXPECT_EQ(same.residuals.front().distance, 0.0);
  EXPECT_EQ(same.residuals.front().p_value, 1.0);
}

TEST_F(SeriesJobTest, TruthIsFoundByItemAndTimeTheLastOneGivenCounts) {
  const auto table = write("forecasts/part-0.jsonl",
                           R"({"item_id":"a","timestamp":"2026-06-01T00:00:00Z","horizon":1,"quantiles":{"0.5":10}})"
                           "\n"
                           R"({"item_id":"a","timestamp":"2026-06-01T01:00:00Z","horizon":2,"quantiles":{"0.5":10}})"
                           "\n"
                           R"({"item_id":"b","timestamp":"2026-06-01T00:00:00Z","horizon":1,"quantiles":{"0.5":5}})"
                           "\n");
  auto settings = environment(table, "out");
  settings.ground_truth_source = write("truth.csv",
                                       "item_id,timestamp,actual\n"
                                       "a,2026-06-01T00:00:00Z,99\n"
                                       "a,2026-06-01T00:00:00Z,12\n"
                                       "b,2026-06-01T00:00:00Z,4\n");
  const auto report = run_series_job(settings, {.baseline = true}, kNow).value();
  EXPECT_EQ(report.cells, 2u);
  EXPECT_EQ(report.missing_actuals, 1u);
  EXPECT_THAT(report.notes, testing::ElementsAre(HasSubstr("1 actual values were given more than once")));
  EXPECT_NEAR(read("out/statistics.json")["series_metrics"]["nd"]["value"], 3.0 / 16.0, 1e-15);
}

capture::CaptureRecord captured(const std::string& request, const std::string& response) {
  capture::CaptureRecord record;
  record.input = capture::Payload{request, capture::Encoding::Json, "application/json"};
  record.output = capture::Payload{response, capture::Encoding::Json, "application/json"};
  record.metadata.event_id = "event-1";
  record.metadata.inference_time = from_civil(2026, 6, 1, 4);
  return record;
}

constexpr const char* kRequest =
    R"({"instances":[{"start":"2026-06-01 00:00:00","target":[1,2,4],"cat":[3]}],
        "configuration":{"num_samples":3,"output_types":["samples"]}})";

TEST_F(SeriesJobTest, CapturedSamplesAreScoredAgainstLaterSeries) {
  std::string lines;
  append_line(lines, captured(kRequest, R"({"predictions":[{"samples":[[1,10],[2,20],[3,30]]}]})"));
  auto settings = environment(write("captures/a.jsonl", lines), "out");
  settings.ground_truth_source =
      write("truth.jsonl", R"({"start":"2026-06-01 00:00:00","target":[1,2,4,2,25],"cat":[3]})"
                           "\n");
  SeriesJob job{.baseline = true, .freq = std::chrono::hours{1}, .season = 1, .levels = {0.5}};
  const auto report = run_series_job(settings, job, kNow).value();
  EXPECT_EQ(report.cells, 2u);
  const auto metrics = read("out/statistics.json")["series_metrics"];
  // CRPS of {1, 2, 3} at 2: 2/3 − ½·8/9 = 2/9; of {10, 20, 30} at 25: 25/3 − ½·80/9 = 35/9.
  EXPECT_NEAR(metrics["crps"]["value"], (2.0 / 9.0 + 35.0 / 9.0) / 2.0, 1e-14);
  // The history moves by 1 and 2: seasonal error 1.5; errors of the medians 0 and 5.
  EXPECT_NEAR(metrics["mase"]["value"], 2.5 / 1.5, 1e-14);
  EXPECT_TRUE(read("out/statistics.json")["item_metrics"].contains("3"));
}

TEST_F(SeriesJobTest, MergedRecordsBringTheirLabels) {
  std::string lines;
  const auto record = captured(kRequest, R"({"predictions":[{"quantiles":{"0.9":[3,4],"0.1":[1,2],"0.5":[2,3]}}]})");
  append_line(lines, capture::MergedRecord{record, R"({"target":[2,5]})", capture::Encoding::Json});
  append_line(lines, capture::MergedRecord{record, "2,NaN", capture::Encoding::Csv});
  append_line(lines, capture::MergedRecord{record, "[2]", capture::Encoding::Json});
  auto settings = environment(write("merged.jsonl", lines), "out");
  SeriesJob job{.baseline = true};
  EXPECT_THAT(run_series_job(settings, job, kNow).error().message,
              HasSubstr("merged.jsonl:3: event event-1: prediction 0: 1 actual values for 2 steps; 1 of 3 lines"));
  job.bad_share_max = 0.5;
  const auto report = run_series_job(settings, job, kNow).value();
  EXPECT_EQ(report.rejected_count, 1u);
  EXPECT_EQ(report.cells, 3u);
  EXPECT_EQ(report.missing_actuals, 1u);
  EXPECT_NEAR(read("out/statistics.json")["series_metrics"]["nd"]["value"], 2.0 / 9.0, 1e-15);
  EXPECT_EQ(json::parse(text("out/quarantine.jsonl"))["line"], 3);
}

TEST_F(SeriesJobTest, BadTablesAreNamedByFileLineAndColumn) {
  EXPECT_THAT(error("item_id,horizon,0.5\na,1,2\n"), HasSubstr("bad.csv:2: no column holds the actual value"));
  EXPECT_THAT(error("a,b,actual\n1,2,3\n"), HasSubstr("no column holds a quantile"));
  EXPECT_THAT(error("0.5,q0.5,actual\n1,2,3\n"), HasSubstr("columns '0.5' and 'q0.5' hold the same quantile"));
  EXPECT_THAT(error("0.5,0.5,actual\n1,2,3\n"), HasSubstr("bad.csv:1: column '0.5' occurs twice"));
  EXPECT_THAT(error("0.5,actual\n1,x\n"), HasSubstr("bad.csv:2: actual is 'x'; expected a number; 1 of 1 lines"));
  EXPECT_THAT(error("0.5,actual\n,1\n"), HasSubstr("0.5 is missing; expected a number"));
  EXPECT_THAT(error("0.5,actual\n1\n"), HasSubstr("1 cells; expected 2, as the header has"));
  EXPECT_THAT(error("horizon,0.5,actual\n0,1,1\n"), HasSubstr("horizon is '0'; expected a step from 1"));
  EXPECT_THAT(error("0.5,actual\n1,NaN\n"), HasSubstr("no ground truth matches"));
  EXPECT_EQ(error("0.5,actual\n"), "Job inputs had no data");
}

TEST_F(SeriesJobTest, EditedConstraintsAreReadWithCare) {
  (void)baseline(kTable);
  const auto path = folder_.path() / "base/constraints.json";
  const auto with = [&](const std::string& json_text) {
    write_whole(path, json_text).value();
    const auto report = check(kTable);
    return report ? "" : report.error().message;
  };
  EXPECT_THAT(with(R"({"series_constraints":{"mean_weighted_quantil_loss":{"threshold":1}}})"),
              HasSubstr("did you mean 'mean_weighted_quantile_loss'?"));
  EXPECT_THAT(with("{\n\"series_constraints\":{\n\"nd\":{\"threshold\":\"low\"}}}"),
              HasSubstr("constraints.json:3: series_constraints.nd.threshold is \"low\"; expected a number"));
  EXPECT_THAT(with(R"({"series_constraints":{"nd":{"threshold":1,"comparison_operator":"Above"}}})"),
              HasSubstr("comparison_operator is 'Above'; expected GreaterThanThreshold or LessThanThreshold"));
  EXPECT_THAT(with(R"({"regression_constraints":{}})"), HasSubstr("did you mean 'series_constraints'?"));
  EXPECT_THAT(with(R"({"series_constraints":{},"horizon_constraints":{"first":{}}})"), HasSubstr("no horizon step"));
  EXPECT_THAT(with(R"({"version":1,"series_constraints":{}})"), HasSubstr("version is 1; expected 0.0"));
  write_whole(path, R"({"series_constraints":{"mase":{"threshold":1,"comparison_operator":"GreaterThanThreshold"}}})")
      .value();
  EXPECT_THAT(check(kTable).value().notes, testing::Contains("mase is not defined for these forecasts"));
  write_whole(folder_.path() / "base/residual_sketches.json", R"({"version":2,"residuals":[]})").value();
  EXPECT_THAT(check(kTable).error().message, HasSubstr("residual_sketches.json:1: version is not 1"));
}

}  // namespace
}  // namespace driftlab::job

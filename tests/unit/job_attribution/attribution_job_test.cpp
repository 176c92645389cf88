// Attribution as a container runs it, on files. The model is linear: φ is weight times difference from the baseline.
#include "core/job/attribution/attribution_job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/job/container/files.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::job {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

const Instant kNow = from_civil(2026, 6, 1);
constexpr const char* kConfig =
    R"({"version":"1.0","headers":["a","b","c"],"methods":{"shap":{"baseline":[[0,0,0]],"save_local_shap_values":true}}})";

/// 4·a + 2·b + c.
class LinearModel final : public model::Predictor {
 public:
  Result<std::vector<double>> scores(const model::PredictorRows& rows) override {
    std::vector<double> answers;
    for (std::size_t at = 0; at < rows.values.size(); at += 3)
      answers.push_back(4 * rows.values[at] + 2 * rows.values[at + 1] + rows.values[at + 2]);
    return answers;
  }
  Result<std::vector<std::string>> labels(const model::PredictorRows&) override { return std::vector<std::string>{}; }
  [[nodiscard]] std::size_t rows_per_call() const override { return 100; }
};

Result<std::unique_ptr<model::Predictor>> linear_model(const monitor::AttributionSettings&) {
  return std::unique_ptr<model::Predictor>(std::make_unique<LinearModel>());
}

std::string capture_line(const std::string& data, const char* encoding) {
  return R"({"captureData":{"endpointInput":{"observedContentType":"x","mode":"INPUT","data":)" + json(data).dump() +
         R"(,"encoding":")" + encoding +
         R"("}},"eventMetadata":{"eventId":"e","inferenceTime":"2026-06-01T00:00:00Z"},"eventVersion":"0"})" + "\n";
}

class AttributionJobTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& bytes) {
    write_whole(folder_.path() / name, bytes).value();
    return folder_.path() / name;
  }
  std::string read(const std::string& name) { return read_whole(folder_.path() / "out" / name).value(); }
  ContainerEnvironment environment(const std::filesystem::path& source) {
    ContainerEnvironment result;
    result.dataset_source = source;
    result.output_path = folder_.path() / "out";
    result.cloudwatch_metrics_directory = folder_.path() / "out";
    result.endpoint_name = "churn";
    return result;
  }
  AttributionJob job(bool baseline, const char* config = kConfig) {
    return {.config = write("config.json", config), .baseline = baseline};
  }
  /// Global values of the features by name.
  json global(const ContainerEnvironment& settings, const AttributionJob& job) {
    run_attribution_job(settings, job, linear_model, kNow).value();
    return json::parse(read("analysis.json"))["explanations"]["kernel_shap"]["label0"]["global_shap_values"];
  }

  support::TemporaryFolder folder_;
};

TEST_F(AttributionJobTest, BaselineFromCsvAndRunsOfCaptures) {
  auto settings = environment(write("base.csv", "label,a,b,c\n1,1,1,1\n0,-1,1,1\n"));
  const char* config = R"({"headers":["label","a","b","c"],"label":"label","methods":{"shap":{"baseline":[[0,0,0]]}}})";
  const auto baseline = run_attribution_job(settings, job(true, config), linear_model, kNow).value();
  EXPECT_EQ(baseline.exit_message, "Completed: Job completed successfully with no violations.");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "out/constraint_violations.json"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "out/cloudwatch_metrics.jsonl"));
  std::filesystem::rename(folder_.path() / "out/analysis.json", folder_.path() / "base.json");

  // a 0.4, b 1, c 3: order c, b, a against 4, 2, 1. DCG 1 + 2/log2 3 + 4/2, ideal 4 + 2/log2 3 + 1/2.
  settings = environment(write("live/2026/06/01/00/x.jsonl", capture_line("0.1,0.5,3\n0.1,0.5,3\n", "CSV")));
  settings.dataset_source = folder_.path() / "live";
  settings.baseline_constraints = folder_.path() / "base.json";
  const auto run = run_attribution_job(settings, job(false), linear_model, kNow).value();
  EXPECT_EQ(run.report.rows, 2u);
  ASSERT_EQ(run.drift.size(), 1u);
  EXPECT_NEAR(run.drift[0].ndcg, (3 + 2 / std::log2(3.0)) / (4.5 + 2 / std::log2(3.0)), 1e-12);
  EXPECT_EQ(run.exit_message, "CompletedWithViolations: Job completed successfully with 1 violations.");
  EXPECT_EQ(json::parse(read("constraint_violations.json"))["violations"][0]["label"], "label0");
  EXPECT_THAT(read("explanations_shap/out.csv"), HasSubstr("a_label0,b_label0,c_label0\n"));
  const auto metrics = read("cloudwatch_metrics.jsonl");
  for (const char* part : {"feature_a", "ExpectedValue", "GlobalShapValues", "KernelShap", R"("Value":"churn")"})
    EXPECT_THAT(metrics, HasSubstr(part));
  // Below 0.77 it is not drift to somebody who says so.
  auto lenient = job(false);
  lenient.threshold = 0.7;
  EXPECT_EQ(run_attribution_job(settings, lenient, linear_model, kNow)->violations, 0u);
}

TEST_F(AttributionJobTest, ReadsFeaturesOutOfEveryFormat) {
  const json expected = {{"a", 4.0}, {"b", 4.0}, {"c", 3.0}};
  const auto near = [&](const json& found) {
    for (const auto& [name, value] : expected.items()) EXPECT_NEAR(found.at(name).get<double>(), value, 1e-9) << found;
  };
  near(global(environment(write("x.csv", "b,c,a\n2,3,1\n")), job(true)));
  near(global(environment(write("x.jsonl", R"({"c":3,"a":1,"b":2})")), job(true)));
  near(global(environment(write("list.jsonl", capture_line("[1,2,3]", "JSON"))), job(true)));
  near(global(environment(write("object.jsonl", capture_line(R"({"b":2,"a":1,"c":3})", "JSON"))), job(true)));
  auto nested = environment(write("nested.jsonl", capture_line(R"({"features":[1,2,3]})", "JSON")));
  nested.features_attribute = "features";
  near(global(nested, job(true)));
  auto plain = environment(write("plain.csv", "1,2,3\n"));
  plain.dataset_format = DatasetFormat{};
  near(global(plain, job(true)));
}

TEST_F(AttributionJobTest, TakesBaselineRowsFromAFileAndRowsByChance) {
  write("rows.csv", "1,2,3\n3,2,1\n");
  const char* config = R"({"headers":["a","b","c"],"methods":{"shap":{"baseline":"rows.csv"}}})";
  std::string lines = "a,b,c\n";
  for (int i = 0; i < 50; ++i) lines += "2,2,5\n";
  auto some = job(true, config);
  some.rows_max = 7;
  const auto run = run_attribution_job(environment(write("x.csv", lines)), some, linear_model, kNow).value();
  EXPECT_EQ(run.rows_read, 50u);
  EXPECT_EQ(run.report.rows, 7u);
  EXPECT_EQ(run.report.baseline_rows, 2u);
  EXPECT_NEAR(run.report.labels[0].global[2], 3.0, 1e-9);  // 5 against the mean of 3 and 1
}

TEST_F(AttributionJobTest, BadRecordsAreCountedUpToAShare) {
  std::string lines;
  for (int i = 0; i < 200; ++i) lines += capture_line("1,2,3", "CSV");
  const auto settings = environment(write("x.jsonl", lines + capture_line("1,2", "CSV") + "{\n"));
  const auto run = run_attribution_job(settings, job(true), linear_model, kNow).value();
  EXPECT_EQ(run.rows_read, 200u);
  EXPECT_EQ(run.rejected_count, 2u);
  EXPECT_THAT(read("quarantine.jsonl"), HasSubstr("\"line\":202"));
  auto strict = job(true);
  strict.bad_share_max = 0.005;
  EXPECT_THAT(run_attribution_job(settings, strict, linear_model, kNow).error().message,
              HasSubstr("2 of 202 records cannot be used, more than the limit of 0.5 %"));
}

TEST_F(AttributionJobTest, SaysWhatIsWrong) {
  const auto error = [&](const ContainerEnvironment& settings, const AttributionJob& work) {
    return run_attribution_job(settings, work, linear_model, kNow).error().message;
  };
  EXPECT_THAT(error(environment(write("x.csv", "a,bee,c\n1,2,3\n")), job(true)),
              HasSubstr("headers: the dataset has no column 'b'; did you mean"));
  EXPECT_THAT(error(environment(write("x.csv", "a,b,c\n")), job(true)), HasSubstr("Job inputs had no data"));
  EXPECT_THAT(error(environment(write("x.jsonl", capture_line("1,2", "CSV"))), job(true)),
              HasSubstr("a record has 2 features; headers names 3"));
  EXPECT_THAT(error(environment(folder_.path() / "nowhere"), job(true)), HasSubstr("does not exist"));
  auto frugal = job(true);
  frugal.calls = 2;
  EXPECT_THAT(error(environment(write("x.csv", "a,b,c\n1,2,3\n")), frugal), HasSubstr("the budget is 2"));
}

}  // namespace
}  // namespace driftlab::job

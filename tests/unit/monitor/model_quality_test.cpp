// File forms and texts: sections 3.2, 3.5, 3.6, 7.6 and 8 of the model monitor reference; numbers worked by hand or
// from its golden vector 11.2.
#include "core/monitor/model_quality.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace driftlab::monitor {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

const Instant kEvaluation = from_civil(2026, 6, 1, 11, 4, 5) + 678ms;

/// Errors 1, −1, 2, 0 around labels 1, 2, 3, 4: mae 1, mse 1.5, Σ(y−ȳ)² = 5, r2 = 1 − 6/5 = −0.2.
constexpr std::string_view kSmall = "prediction_mean,target\n0,1\n3,2\n1,3\n4,4\n";

QualityBaselineInput small_baseline() {
  return {.dataset = kSmall,
          .format = DatasetFormat::CsvWithHeader,
          .attributes = {.inference = "prediction_mean", .ground_truth = "target"},
          .evaluation_time = kEvaluation,
          .seed = 1};
}

capture::MergedRecord merged(std::string output, std::string label, capture::Encoding encoding) {
  return {
      .capture = {.input = {},
                  .output = capture::Payload{std::move(output), encoding, "text/csv"},
                  .metadata = {.event_id = "e1", .inference_id = {}, .inference_time = {}, .custom_attributes = {}}},
      .label = std::move(label),
      .label_encoding = encoding};
}

std::vector<capture::MergedRecord> live_records() {
  // Errors 2, 2: mae 2, mse 4; labels 0 and 4: Σ(y−ȳ)² = 8, r2 = 0.
  return {merged("2", "0", capture::Encoding::Csv), merged("6\n", "4", capture::Encoding::Csv)};
}

QualityRunInput run_input(const std::vector<capture::MergedRecord>& records, std::string_view constraints) {
  return {.records = records,
          .constraints_json = constraints,
          .attributes = {.inference = "0", .ground_truth = "0"},
          .evaluation_time = kEvaluation,
          .seed = 1};
}

TEST(ModelQualityBaseline, WritesStatisticsInTheDocumentedForm) {
  const auto baseline = model_quality_baseline(small_baseline()).value();
  EXPECT_EQ(baseline.rows, 4u);
  const auto statistics = json::parse(baseline.statistics_json);
  EXPECT_EQ(statistics["version"], 0.0);
  EXPECT_EQ(statistics["dataset"]["item_count"], 4);
  EXPECT_EQ(statistics["dataset"]["evaluation_time"], "2026-06-01T11:04:05.678Z");
  const auto& metrics = statistics["regression_metrics"];
  EXPECT_EQ(metrics["mae"]["value"], 1.0);
  EXPECT_EQ(metrics["mse"]["value"], 1.5);
  EXPECT_NEAR(metrics["rmse"]["value"].get<double>(), 1.224744871391589, 1e-15);
  EXPECT_NEAR(metrics["r2"]["value"].get<double>(), -0.2, 1e-15);
  // Fewer than 200 rows: the deviation is the text "NaN".
  EXPECT_EQ(metrics["mae"]["standard_deviation"], "NaN");
}

TEST(ModelQualityBaseline, SuggestsItsOwnValuesAsThresholds) {
  const auto constraints = json::parse(model_quality_baseline(small_baseline())->constraints_json);
  EXPECT_EQ(constraints["version"], 0.0);
  const auto& entries = constraints["regression_constraints"];
  EXPECT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries["mse"], json({{"threshold", 1.5}, {"comparison_operator", "GreaterThanThreshold"}}));
  EXPECT_EQ(entries["rmse"]["comparison_operator"], "GreaterThanThreshold");
  EXPECT_EQ(entries["mae"]["comparison_operator"], "GreaterThanThreshold");
  EXPECT_EQ(entries["r2"]["comparison_operator"], "LessThanThreshold");
}

TEST(ModelQualityBaseline, ReproducesTheGoldenVectorWithDeviations) {
  std::string dataset;
  const auto append = [&](const char* row, int count) {
    for (int i = 0; i < count; ++i) dataset += row;
  };
  append("0,0\n", 1180);
  append("0,1\n", 510);
  append("1,0\n", 268);
  append("1,1\n", 138);
  const auto baseline = model_quality_baseline({.dataset = dataset,
                                                .format = DatasetFormat::Csv,
                                                .attributes = {.inference = "1", .ground_truth = "0"},
                                                .evaluation_time = kEvaluation,
                                                .seed = 1})
                            .value();
  const auto metrics = json::parse(baseline.statistics_json)["regression_metrics"];
  EXPECT_DOUBLE_EQ(metrics["rmse"]["value"].get<double>(), 0.609248066149471);
  EXPECT_NEAR(metrics["r2"]["value"].get<double>(), -1.3766111872212665, 1e-12);
  EXPECT_GT(metrics["mae"]["standard_deviation"].get<double>(), 0.0);
}

TEST(ModelQualityBaseline, ReadsJsonLinesByKey) {
  auto input = small_baseline();
  input.dataset = "{\"p\":0,\"y\":1}\n{\"p\":3,\"y\":2}\n";
  input.format = DatasetFormat::JsonLines;
  input.attributes = {.inference = "p", .ground_truth = "y"};
  const auto statistics = json::parse(model_quality_baseline(input)->statistics_json);
  EXPECT_EQ(statistics["regression_metrics"]["mae"]["value"], 1.0);
}

TEST(ModelQualityBaseline, TellsOfTheShareReadOverAllItsPasses) {
  std::string csv, lines;
  while (csv.size() < 3 << 20) {
    csv += "0.25,1\n0.75,0\n";
    lines += "{\"p\":0.25,\"y\":1}\n{\"p\":0.75,\"y\":0}\n";
  }
  for (const bool json_lines : {false, true})
    for (const bool classifier : {false, true}) {
      std::vector<double> told;
      auto input = small_baseline();
      input.dataset = json_lines ? lines : csv;
      input.format = json_lines ? DatasetFormat::JsonLines : DatasetFormat::Csv;
      const std::string score = json_lines ? "p" : "0", label = json_lines ? "y" : "1";
      input.attributes = {.inference = score, .ground_truth = label};
      if (classifier) {
        input.problem = ProblemType::BinaryClassification;
        input.attributes = {.inference = {}, .ground_truth = label, .probability = score};
      }
      input.progress = [&](double share) { told.push_back(share); };
      ASSERT_TRUE(model_quality_baseline(input)) << json_lines << classifier;
      EXPECT_GE(told.size(), 6u);
      EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
      EXPECT_LT(told.front(), 0.3);
      EXPECT_DOUBLE_EQ(told.back(), 1.0);
    }
}

TEST(ModelQualityBaseline, NamesTheLineOfJsonLinesThatIsBad) {
  auto input = small_baseline();
  input.format = DatasetFormat::JsonLines;
  input.attributes = {.inference = "p", .ground_truth = "y"};
  input.dataset = "{\"p\":1,\"y\":2}\n\n{\"p\":1,\"y\":\"x\"}\n";
  EXPECT_THAT(model_quality_baseline(input).error().message, HasSubstr("line 3"));
}

TEST(ModelQualityBaseline, SaysWhatIsWrong) {
  auto input = small_baseline();
  input.attributes.inference = "prediction_men";
  EXPECT_THAT(model_quality_baseline(input).error().message, HasSubstr("did you mean 'prediction_mean'?"));
  input = small_baseline();
  input.dataset = "prediction_mean,target\n";
  EXPECT_FALSE(model_quality_baseline(input));
  input.dataset = "prediction_mean,target\n1,x\n";
  EXPECT_THAT(model_quality_baseline(input).error().message, HasSubstr("ground truth attribute: row 0: 'x'"));
}

TEST(ModelQualityRun, ReportsViolationsInTheServicesWords) {
  const auto constraints = model_quality_baseline(small_baseline())->constraints_json;
  const auto records = live_records();
  const auto run = run_model_quality(run_input(records, constraints)).value();
  EXPECT_EQ(run.rows, 2u);
  // mae 2 > 1, mse 4 > 1.5, rmse 2 > 1.22; r2 0 > −0.2 is better.
  EXPECT_EQ(run.violations, 3u);
  EXPECT_EQ(run.exit_message, "CompletedWithViolations: Job completed successfully with 3 violations.");
  const auto violations = json::parse(run.violations_json)["violations"];
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0], json({{"constraint_check_type", "GreaterThanThreshold"},
                                 {"description", "Metric mae with 2.0 +/- NaN was GreaterThanThreshold '1.0'"},
                                 {"metric_name", "mae"}}));
  EXPECT_EQ(violations[1]["description"], "Metric mse with 4.0 +/- NaN was GreaterThanThreshold '1.5'");
  EXPECT_EQ(violations[2]["metric_name"], "rmse");
}

TEST(ModelQualityRun, PublishesEveryScalar) {
  const auto constraints = model_quality_baseline(small_baseline())->constraints_json;
  const auto records = live_records();
  const auto run = run_model_quality(run_input(records, constraints)).value();
  EXPECT_THAT(run.metrics, ElementsAre(QualityMetric{"mae", 2.0}, QualityMetric{"mse", 4.0}, QualityMetric{"rmse", 2.0},
                                       QualityMetric{"r2", 0.0}));
  EXPECT_EQ(json::parse(run.statistics_json)["regression_metrics"]["mse"]["value"], 4.0);
}

TEST(ModelQualityRun, EqualityPasses) {
  const auto records = live_records();
  const auto run =
      run_model_quality(
          run_input(
              records,
              R"({"version":0.0,"regression_constraints":{"mae":{"threshold":2.0,"comparison_operator":"GreaterThanThreshold","additional_properties":null},"r2":{"threshold":0,"comparison_operator":"LessThanThreshold"}}})"))
          .value();
  EXPECT_EQ(run.violations, 0u);
  EXPECT_EQ(run.exit_message, "Completed: Job completed successfully with no violations.");
  EXPECT_EQ(json::parse(run.violations_json), json({{"violations", json::array()}}));
}

TEST(ModelQualityRun, LessThanThresholdTripsOnAFall) {
  const auto records = live_records();
  const auto run =
      run_model_quality(
          run_input(
              records,
              R"({"regression_constraints":{"r2":{"threshold":0.0005,"comparison_operator":"LessThanThreshold"}}})"))
          .value();
  EXPECT_EQ(json::parse(run.violations_json)["violations"][0]["description"],
            "Metric r2 with 0.0 +/- NaN was LessThanThreshold '5.0E-4'");
}

TEST(ModelQualityRun, PairsTheRowsOfOneRequest) {
  const std::vector<capture::MergedRecord> records{
      merged(R"({"predictions":[{"mean":[1,2]}]})", R"([3,5])", capture::Encoding::Json)};
  auto input = run_input(records, R"({"regression_constraints":{}})");
  input.attributes = {.inference = "predictions.0.mean", .ground_truth = ""};
  const auto run = run_model_quality(input).value();
  EXPECT_EQ(run.rows, 2u);
  EXPECT_EQ(run.metrics[0], (QualityMetric{"mae", 2.5}));
}

TEST(ModelQualityRun, RowCountsThatDifferFailAndNameTheEvent) {
  const std::vector<capture::MergedRecord> records{merged("1\n2", "1", capture::Encoding::Csv)};
  const auto run = run_model_quality(run_input(records, R"({"regression_constraints":{}})"));
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().message, "event e1: 2 predictions, 1 labels");
}

TEST(ModelQualityRun, UndefinedValueIsWrittenButNeitherJudgedNorPublished) {
  const std::vector<capture::MergedRecord> records{merged("1", "2", capture::Encoding::Csv)};
  const auto run =
      run_model_quality(
          run_input(records,
                    R"({"regression_constraints":{"r2":{"threshold":0.9,"comparison_operator":"LessThanThreshold"}}})"))
          .value();
  EXPECT_EQ(json::parse(run.statistics_json)["regression_metrics"]["r2"]["value"], "NaN");
  EXPECT_EQ(run.violations, 0u);
  EXPECT_EQ(run.metrics.size(), 3u);
}

TEST(ModelQualityRun, RefusesWhatItCannotJudge) {
  const auto records = live_records();
  EXPECT_EQ(run_model_quality(run_input({}, R"({"regression_constraints":{}})")).error().code, "NoInputData");
  EXPECT_THAT(run_model_quality(run_input(records, "{")).error().message, HasSubstr("not JSON"));
  EXPECT_THAT(run_model_quality(run_input(records, R"({"binary_classification_constraints":{}})")).error().message,
              HasSubstr("regression_constraints"));
  EXPECT_THAT(
      run_model_quality(
          run_input(records,
                    R"({"regression_constraints":{"rsme":{"threshold":1,"comparison_operator":"LessThanThreshold"}}})"))
          .error()
          .message,
      HasSubstr("did you mean 'rmse'?"));
  auto without_output = live_records();
  without_output[1].capture.output.reset();
  EXPECT_THAT(run_model_quality(run_input(without_output, R"({"regression_constraints":{}})")).error().message,
              HasSubstr("event e1: the endpoint output was not captured"));
}

}  // namespace
}  // namespace driftlab::monitor

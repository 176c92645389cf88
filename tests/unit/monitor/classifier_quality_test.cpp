// File forms, texts, operators and the order of violations: sections 3.2 to 3.6 of the model monitor reference; numbers
// from its golden vectors 11.1 and 11.2, or worked by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/monitor/model_quality.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

capture::MergedRecord merged(std::string output, std::string label) {
  return {
      .capture = {.input = {},
                  .output = capture::Payload{std::move(output), capture::Encoding::Csv, "text/csv"},
                  .metadata = {.event_id = "e1", .inference_id = {}, .inference_time = {}, .custom_attributes = {}}},
      .label = std::move(label),
      .label_encoding = capture::Encoding::Csv};
}

/// TP 16, FP 0, FN 12, TN 173 of 201 rows in a file as the notebook's: probability, prediction, label.
std::string churn_rows() {
  std::string rows = "probability,prediction,label\n";
  for (int i = 0; i < 16; ++i) rows += "0.9,1,1\n";
  for (int i = 0; i < 12; ++i) rows += "0.3,0,1\n";
  for (int i = 0; i < 173; ++i) rows += "0.1,0,0\n";
  return rows;
}

QualityBaselineInput churn(std::string_view rows) {
  return {.dataset = rows,
          .format = DatasetFormat::CsvWithHeader,
          .attributes = {.inference = "prediction", .ground_truth = "label", .probability = "probability"},
          .seed = 1,
          .problem = ProblemType::BinaryClassification};
}

/// 228 TP, 97 FP, 1749 FN, 649 TN: the live hours of the reference, as predictions above and below a threshold of 0.8.
std::vector<capture::MergedRecord> live_hours() {
  std::vector<capture::MergedRecord> records;
  const auto add = [&](const char* probability, const char* label, int count) {
    for (int i = 0; i < count; ++i) records.push_back(merged(probability, label));
  };
  add("0.95", "1", 228);
  add("0.85", "0", 97);
  add("0.8", "1", 1749);  // not above the threshold
  add("0.2", "0", 649);
  return records;
}

QualityRunInput live(const std::vector<capture::MergedRecord>& records, std::string_view constraints) {
  return {.records = records,
          .constraints_json = constraints,
          .attributes = {.inference = "", .ground_truth = "0", .probability = "0", .probability_threshold = 0.8},
          .seed = 1,
          .problem = ProblemType::BinaryClassification};
}

TEST(BinaryBaseline, WritesEveryMetricOfTheService) {
  const auto rows = churn_rows();
  const auto root = json::parse(model_quality_baseline(churn(rows))->statistics_json);
  const auto& metrics = root["binary_classification_metrics"];
  EXPECT_EQ(root["dataset"]["item_count"], 201);
  EXPECT_EQ(metrics["confusion_matrix"], json::parse(R"({"0":{"0":173,"1":0},"1":{"0":12,"1":16}})"));
  EXPECT_EQ(metrics["recall"]["value"], 0.5714285714285714);
  EXPECT_EQ(metrics["true_positive_rate"]["value"], 0.5714285714285714);
  EXPECT_EQ(metrics["false_negative_rate"]["value"], 0.4285714285714286);
  EXPECT_EQ(metrics["f0_5"]["value"], 0.8695652173913042);
  EXPECT_EQ(metrics["precision"]["standard_deviation"], 0.0);
  EXPECT_GT(metrics["recall"]["standard_deviation"].get<double>(), 0.0);
  EXPECT_NEAR(metrics["accuracy_best_constant_classifier"]["value"].get<double>(), 0.860697, 5e-7);
  EXPECT_EQ(metrics["receiver_operating_characteristic_curve"]["true_positive_rates"].size(), 5u);
  EXPECT_EQ(metrics["precision_recall_curve"]["recalls"].size(), 4u);
  // 17 scalars, a matrix and two curves.
  EXPECT_EQ(metrics.size(), 20u);
}

TEST(BinaryBaseline, SuggestsElevenConstraintsWithTheirOperators) {
  const auto rows = churn_rows();
  const auto entries =
      json::parse(model_quality_baseline(churn(rows))->constraints_json)["binary_classification_constraints"];
  EXPECT_EQ(entries.size(), 11u);
  EXPECT_EQ(entries["f2"], json({{"threshold", 0.625}, {"comparison_operator", "LessThanThreshold"}}));
  EXPECT_EQ(entries["precision"]["threshold"], 1.0);
  EXPECT_EQ(entries["false_positive_rate"]["comparison_operator"], "GreaterThanThreshold");
  EXPECT_EQ(entries["false_negative_rate"]["comparison_operator"], "GreaterThanThreshold");
  EXPECT_EQ(entries["auc"]["comparison_operator"], "LessThanThreshold");
}

TEST(BinaryBaseline, WithoutProbabilitiesThereIsNoCurveAndNoConstraintOnIt) {
  const auto rows = churn_rows();
  auto input = churn(rows);
  input.attributes.probability.clear();
  const auto baseline = model_quality_baseline(input).value();
  const auto metrics = json::parse(baseline.statistics_json)["binary_classification_metrics"];
  EXPECT_FALSE(metrics.contains("auc"));
  EXPECT_FALSE(metrics.contains("precision_recall_curve"));
  EXPECT_FALSE(json::parse(baseline.constraints_json)["binary_classification_constraints"].contains("auc"));
}

TEST(BinaryRun, ReportsTheObservedViolationsInTheObservedOrder) {
  const auto rows = churn_rows();
  const auto constraints = model_quality_baseline(churn(rows))->constraints_json;
  const auto records = live_hours();
  const auto run = run_model_quality(live(records, constraints)).value();
  std::vector<std::string> names;
  for (const auto& violation : run.found) names.push_back(violation.metric);
  EXPECT_THAT(names, ElementsAre("auc", "precision", "truePositiveRate", "f1", "accuracy", "falsePositiveRate",
                                 "trueNegativeRate", "falseNegativeRate", "recall", "f2"));
  EXPECT_EQ(run.exit_message, "CompletedWithViolations: Job completed successfully with 10 violations.");
  EXPECT_THAT(run.found.back().description, HasSubstr("Metric f2 with 0.1384671444188024 +/- "));
  EXPECT_THAT(run.found.back().description, HasSubstr(" was LessThanThreshold '0.625'"));
  EXPECT_EQ(run.rows, 2723u);
  EXPECT_EQ(run.metrics.size(), 17u);
}

TEST(BinaryRun, EvaluatesF05WhenAskedTo) {
  const auto rows = churn_rows();
  const auto constraints = model_quality_baseline(churn(rows))->constraints_json;
  const auto records = live_hours();
  auto input = live(records, constraints);
  input.faithful = false;
  EXPECT_EQ(run_model_quality(input)->violations, 11u);
}

TEST(BinaryRun, FewBadRecordsAreReportedAndManyFail) {
  auto records = live_hours();
  records[5].label = "2";
  records[9].capture.output->data = "1.5";
  const auto input = live(records, R"({"binary_classification_constraints":{}})");
  const auto run = run_model_quality(input).value();
  EXPECT_EQ(run.rows, 2721u);
  ASSERT_EQ(run.bad_records.size(), 2u);
  EXPECT_EQ(run.bad_records[0].record, 5u);
  EXPECT_THAT(run.bad_records[0].reason, HasSubstr("event e1, ground truth attribute: row 0: label '2'"));
  EXPECT_THAT(run.bad_records[1].reason, HasSubstr("probability 1.5 is outside [0, 1]"));
  for (std::size_t i = 0; i < 100; ++i) records[i].label = "maybe";
  EXPECT_THAT(run_model_quality(live(records, R"({"binary_classification_constraints":{}})")).error().message,
              HasSubstr("100 of 2723 records cannot be used"));
}

TEST(BinaryRun, SaysWhatTheConstraintsLack) {
  const auto records = live_hours();
  const auto failure = [&](std::string_view constraints) {
    return run_model_quality(live(records, constraints)).error().message;
  };
  EXPECT_THAT(failure(R"({"regression_constraints":{}})"), HasSubstr("the file is for 'regression_constraints'"));
  EXPECT_THAT(failure(R"({"version":2.0,"binary_classification_constraints":{}})"),
              HasSubstr("constraints:1: version is 2.0; expected 0.0"));
  EXPECT_THAT(failure(R"({"binary_classification_constraints":{"acuracy":{}}})"), HasSubstr("'accuracy'?"));
  EXPECT_THAT(failure(R"({"binary_classification_constraints":{"auc":{"threshold":"0.5"}}})"),
              HasSubstr("auc.threshold is \"0.5\"; expected a number"));
  EXPECT_THAT(failure(R"({"binary_classification_constraints":{"auc":{"treshold":0.5}}})"),
              HasSubstr("auc: unknown key 'treshold'; did you mean 'threshold'?"));
  EXPECT_THAT(failure(R"({"binary_classification_constraints":{},"extra":1})"), HasSubstr("unknown key 'extra'"));
}

TEST(BinaryLabels, AreZeroOneTrueFalse) {
  auto input = churn("probability,prediction,label\n0.1,0.0,false\n0.9,1,TRUE\n");
  EXPECT_THAT(model_quality_baseline(input).error().message, HasSubstr("row 1: label 'TRUE'"));
  input = churn("probability,prediction,label\n0.1,0.0,false\n0.9,1,true\n");
  EXPECT_EQ(model_quality_baseline(input)->rows, 2u);
  input = churn("probability,prediction,label\n0.1,0,0\nnan,1,1\n");
  EXPECT_THAT(model_quality_baseline(input).error().message, HasSubstr("probability attribute: row 1: 'nan'"));
}

TEST(Multiclass, ReproducesTheDocumentedSample) {
  std::string rows;
  const auto add = [&](const char* row, int count) {
    for (int i = 0; i < count; ++i) rows += row;
  };
  add("0,0.0\n", 1180);  // "0.0" and "0" are one class
  add("0,1\n", 510);
  add("1,0\n", 268);
  add("1,1.0\n", 138);
  const QualityBaselineInput input{.dataset = rows,
                                   .format = DatasetFormat::Csv,
                                   .attributes = {.inference = "1", .ground_truth = "0"},
                                   .seed = 1,
                                   .problem = ProblemType::MulticlassClassification};
  const auto baseline = model_quality_baseline(input).value();
  const auto metrics = json::parse(baseline.statistics_json)["multiclass_classification_metrics"];
  EXPECT_EQ(metrics["weighted_precision"]["value"], 0.6983172269629505);
  EXPECT_EQ(metrics["weighted_f2"]["value"], 0.63840243543946);
  EXPECT_EQ(metrics["confusion_matrix"], json::parse(R"({"0":{"0":1180,"1":510},"1":{"0":268,"1":138}})"));
  EXPECT_EQ(metrics.size(), 13u);
  const auto entries = json::parse(baseline.constraints_json)["multiclass_classification_constraints"];
  EXPECT_EQ(entries.size(), 6u);
  for (const auto& [name, entry] : entries.items())
    EXPECT_EQ(entry["comparison_operator"], "LessThanThreshold") << name;
}

TEST(Multiclass, LabelsOfAnyText) {
  const QualityBaselineInput input{.dataset = "{\"p\":\"cat\",\"y\":\" cat\"}\n{\"p\":\"dog\",\"y\":true}\n",
                                   .format = DatasetFormat::JsonLines,
                                   .attributes = {.inference = "p", .ground_truth = "y"},
                                   .problem = ProblemType::MulticlassClassification};
  const auto metrics = json::parse(model_quality_baseline(input)->statistics_json)["multiclass_classification_metrics"];
  EXPECT_EQ(metrics["accuracy"]["value"], 0.5);
  EXPECT_EQ(metrics["confusion_matrix"]["true"]["dog"], 1);
}

TEST(ProblemTypes, AreReadByTheirNames) {
  EXPECT_EQ(read_problem_type("BinaryClassification").value(), ProblemType::BinaryClassification);
  EXPECT_THAT(read_problem_type("BinaryClasification").error().message,
              HasSubstr("did you mean 'BinaryClassification'?"));
}

}  // namespace
}  // namespace driftlab::monitor

// Expected values: sections 6.1 to 6.5 and 11.5 of the model monitor reference, else worked by hand.
#include "core/monitor/attribution/attribution.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/monitor/attribution/attribution_files.hpp"
#include "core/monitor/attribution/baseline_rows.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kFile = "config.json";

/// 10 + 1·x0 + 2·x1, and its negative.
Result<std::vector<double>> two_outputs(std::span<const double> rows, const ColumnTexts&) {
  std::vector<double> answers;
  for (std::size_t at = 0; at < rows.size(); at += 2) {
    const double value = 10 + rows[at] + 2 * rows[at + 1];
    answers.push_back(value);
    answers.push_back(-value);
  }
  return answers;
}

AttributionReport report_of(const std::vector<double>& global) {
  AttributionReport report{.features = {"a", "b", "c"}, .rows = 1, .baseline_rows = 1, .calls = 1, .labels = {}};
  report.labels.push_back({.label = "label0", .global = global, .expected_value = 0.25, .local = global});
  return report;
}

TEST(Explain, OfALinearModelIsWeightTimesDifference) {
  const FeatureRows rows{.names = {"x", "y"}, .rows = {{"3", "1"}, {"-1", "5"}}};
  AttributionSettings settings;
  settings.baseline.rows = {{"1", "1"}, {"0", "0"}};  // mean 0.5, 0.5
  settings.label_headers = {"up", "down"};
  const auto report = explain(rows, settings, two_outputs, {}).value();
  ASSERT_EQ(report.labels.size(), 2u);
  EXPECT_EQ(report.labels[0].label, "up");
  EXPECT_DOUBLE_EQ(report.labels[0].expected_value, 11.5);
  EXPECT_DOUBLE_EQ(report.labels[1].expected_value, -11.5);
  // φ of row 0: 2.5 and 1; of row 1: -1.5 and 9. Mean of the absolute values.
  EXPECT_THAT(report.labels[0].local,
              ElementsAre(DoubleNear(2.5, 1e-12), DoubleNear(1, 1e-12), DoubleNear(-1.5, 1e-12), DoubleNear(9, 1e-12)));
  for (const auto& label : report.labels)
    EXPECT_THAT(label.global, ElementsAre(DoubleNear(2, 1e-12), DoubleNear(5, 1e-12)));
  EXPECT_EQ(report.calls, 3u);  // baseline rows, rows, and all coalitions of both rows together
}

TEST(Explain, TextsReachTheModelUnchanged) {
  const FeatureRows rows{.names = {"plan", "age"}, .rows = {{"gold", "2"}, {"", "2"}}};
  AttributionSettings settings;
  settings.baseline.rows = {{"basic", "0"}};
  const ModelCall model = [](std::span<const double> values, const ColumnTexts& texts) -> Result<std::vector<double>> {
    std::vector<double> answers;
    for (std::size_t at = 0; at < values.size(); at += 2) {
      const auto plan = cell_text(values[at], texts[0]);
      EXPECT_THAT((std::vector<std::string>{"gold", "", "basic"}), testing::Contains(plan));
      answers.push_back((plan == "gold" ? 5.0 : 0.0) + values[at + 1]);
    }
    return answers;
  };
  const auto report = explain(rows, settings, model, {}).value();
  EXPECT_THAT(report.labels[0].local,
              ElementsAre(DoubleNear(5, 1e-12), DoubleNear(2, 1e-12), DoubleNear(0, 1e-12), DoubleNear(2, 1e-12)));
}

TEST(Explain, KeepsToItsBudgetOfCalls) {
  FeatureRows rows{.names = {"x", "y"}, .rows = {}};
  for (int i = 0; i < 10; ++i) rows.rows.push_back({std::to_string(i), "1"});
  AttributionSettings settings;
  settings.baseline.rows = {{"0", "0"}};
  // Two coalitions a row, four rows a call: 1 + 3 calls for the ends, 5 for the coalitions of two rows each.
  const auto refused = explain(rows, settings, two_outputs, {.rows_per_call = 4, .calls = 8, .progress = {}});
  EXPECT_THAT(refused.error().message, HasSubstr("takes 9 calls of the model, the budget is 8"));
  const auto report = explain(rows, settings, two_outputs, {.rows_per_call = 4, .calls = 9, .progress = {}}).value();
  EXPECT_EQ(report.calls, 9u);
}

TEST(Explain, SaysWhatIsWrong) {
  const FeatureRows rows{.names = {"x", "y"}, .rows = {{"3", "1"}}};
  AttributionSettings settings;
  settings.baseline.rows = {{"1"}};
  EXPECT_THAT(explain(rows, settings, two_outputs, {}).error().message,
              HasSubstr("row 0 of the SHAP baseline has 1 values; expected 2, one for each of x, y"));
  settings.baseline.rows = {{"1", "2"}};
  settings.label_headers = {"only"};
  EXPECT_THAT(explain(rows, settings, two_outputs, {}).error().message,
              HasSubstr("label_headers names 1 labels; the model answers 2 numbers a row"));
  EXPECT_EQ(explain({.names = {"x"}, .rows = {}}, settings, two_outputs, {}).error().message, "Job inputs had no data");
}

TEST(ClusterCentres, AreMeansAndCommonestTexts) {
  const CellRows rows{{"0", "red"}, {"2", "red"}, {"1", "blue"}, {"100", "blue"}, {"102", "blue"}};
  const CellRows* tables[] = {&rows};
  const FeatureCoding coding(2, tables);
  const auto values = coding.encode(rows);
  const auto one = cluster_centres(values, coding, 1, 0);
  EXPECT_THAT(one, ElementsAre(DoubleNear(41, 1e-12), 0.0));  // "blue" sorts first
  auto two = cluster_centres(values, coding, 2, 0);
  ASSERT_EQ(two.size(), 4u);
  if (two[0] > two[2]) two = {two[2], two[3], two[0], two[1]};
  EXPECT_THAT(two, ElementsAre(DoubleNear(1, 1e-12), 1.0, DoubleNear(101, 1e-12), 0.0));
  const CellRows same{{"1"}, {"1"}};
  const CellRows* same_tables[] = {&same};
  const FeatureCoding same_coding(1, same_tables);
  EXPECT_EQ(cluster_centres(same_coding.encode(same), same_coding, 5, 0).size(), 1u);
}

TEST(AnalysisFile, HasTheServicesLayout) {
  const auto root = ordered_json::parse(analysis_json(report_of({0.70, 0.50, 0.05})));
  EXPECT_EQ(root.dump(), R"({"version":"1.0","explanations":{"kernel_shap":{"label0":{"global_shap_values":)"
                         R"({"a":0.7,"b":0.5,"c":0.05},"expected_value":0.25}}}})");
  EXPECT_EQ(local_values_csv(report_of({0.7, 0.5, 0.05})), "a_label0,b_label0,c_label0\n0.7,0.5,0.05\n");
}

TEST(AttributionDrift, OfTheDocumentedExampleViolates) {
  const auto baseline = analysis_json(report_of({0.70, 0.50, 0.05}));
  const auto drift = find_attribution_drift(report_of({0.10, 0.20, 0.70}), baseline, kFile, 0.9).value();
  ASSERT_EQ(drift.size(), 1u);
  EXPECT_EQ(drift[0].ndcg, 0.6876396241226223);
  EXPECT_EQ(ordered_json::parse(attribution_violations_json(drift)).dump(),
            R"({"version":"1.0","violations":[{"label":"label0","metric_name":"shap",)"
            R"("constraint_check_type":"feature_attribution_drift_check",)"
            R"("description":"Feature attribution drift 0.6876396241226223 exceeds threshold 0.9"}]})");
  const auto same = find_attribution_drift(report_of({7, 5, 1}), baseline, kFile, 0.9).value();
  EXPECT_FALSE(same[0].violates);
  EXPECT_EQ(same[0].ndcg, 1.0);
  // Equality passes.
  EXPECT_FALSE(find_attribution_drift(report_of({7, 5, 1}), baseline, kFile, 1.0).value()[0].violates);
  const auto none = find_attribution_drift(report_of({1, 2, 3}), analysis_json(report_of({0, 0, 0})), kFile, 0.9);
  EXPECT_TRUE(std::isnan(none.value()[0].ndcg));
  EXPECT_FALSE(none.value()[0].violates);
}

std::string drift_error(const std::string& baseline) {
  return find_attribution_drift(report_of({1, 2, 3}), baseline, kFile, 0.9).error().message;
}

TEST(AttributionDrift, SaysWhatIsWrongWithTheBaseline) {
  EXPECT_THAT(drift_error("{"), HasSubstr("config.json:1: not JSON"));
  EXPECT_THAT(drift_error("{\n\"version\": 2.0}"), HasSubstr("config.json:2: version is 2.0; expected \"1.0\""));
  EXPECT_THAT(drift_error(R"({"version":"1.0"})"), HasSubstr("explanations.kernel_shap is missing"));
  const auto with = [](const std::string& labels) {
    return R"({"version":"1.0","explanations":{"kernel_shap":{)" + labels + "}}}";
  };
  EXPECT_THAT(drift_error(with(R"("lable0":{})")), HasSubstr("label 'label0' of the model is not in the baseline; did "
                                                             "you mean 'lable0'?"));
  EXPECT_THAT(drift_error(with(R"("label0":{})")), HasSubstr("label0.global_shap_values is missing"));
  EXPECT_THAT(drift_error(with(R"("label0":{"global_shap_values":{"a":1,"b":2}})")),
              HasSubstr("feature 'c' of the dataset is not in the baseline"));
  EXPECT_THAT(drift_error(with(R"("label0":{"global_shap_values":{"a":1,"b":2,"c":3,"d":4}})")),
              HasSubstr("feature 'd' is not in the dataset"));
  EXPECT_THAT(drift_error(with(R"("label0":{"global_shap_values":{"a":1,"b":"2","c":3}})")),
              HasSubstr("global_shap_values.b is \"2\"; expected a number"));
  EXPECT_THAT(drift_error(with(R"("label0":{"global_shap_values":{"a":1,"b":2,"c":3}},"label1":{})")),
              HasSubstr("the baseline has 2 labels, the model answers 1"));
}

TEST(AttributionSettings, AreReadFromTheServicesConfiguration) {
  const auto settings = read_attribution_settings(R"({"version":"1.0","headers":["label","a","b"],"label":"label",
      "methods":{"shap":{"baseline":[[1,"x"],[2.5,null]],"num_samples":100,"agg_method":"mean_sq","use_logit":true,
        "save_local_shap_values":true,"seed":7}},
      "predictor":{"model_name":"m","instance_type":"ml.m5.xlarge","initial_instance_count":1,
        "content_type":"application/jsonlines","accept_type":"text/csv",
        "content_template":"{\"features\":$features}","label_headers":["p"]}})",
                                                  kFile)
                            .value();
  EXPECT_THAT(settings.features(), ElementsAre("a", "b"));
  EXPECT_THAT(settings.baseline.rows, ElementsAre(ElementsAre("1", "x"), ElementsAre("2.5", "")));
  EXPECT_EQ(settings.samples, 100u);
  EXPECT_EQ(settings.aggregation, metric::ShapAggregation::MeanSquare);
  EXPECT_TRUE(settings.logit && settings.save_local_values);
  EXPECT_EQ(settings.seed, 7u);
  EXPECT_EQ(settings.content_type, "application/jsonlines");
  EXPECT_THAT(settings.label_headers, ElementsAre("p"));
  const auto defaults = read_attribution_settings("{}", kFile).value();
  EXPECT_EQ(defaults.baseline.clusters, 1u);
  EXPECT_EQ(defaults.aggregation, metric::ShapAggregation::MeanAbsolute);
  EXPECT_FALSE(defaults.logit || defaults.save_local_values);
}

std::string settings_error(const std::string& json) {
  return read_attribution_settings(json, kFile).error().message;
}

TEST(AttributionSettings, SayWhatIsWrong) {
  EXPECT_THAT(settings_error("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(settings_error("{\n\"header\":[]}"), HasSubstr("config.json:2: unknown key 'header'; did you mean"));
  const auto shap = [](const std::string& keys) { return R"({"methods":{"shap":{)" + keys + "}}}"; };
  EXPECT_THAT(settings_error(shap(R"("agg_method":"mean")")), HasSubstr("expected mean_abs, median or mean_sq"));
  EXPECT_THAT(settings_error(shap(R"("num_clusters":13)")), HasSubstr("a whole number from 1 to 12"));
  EXPECT_THAT(settings_error(shap(R"("num_samples":"many")")), HasSubstr("methods.shap.num_samples is \"many\""));
  EXPECT_THAT(settings_error(shap(R"("baseline":[[1,2],[3]])")), HasSubstr("row 1 of the baseline has 1 values"));
  EXPECT_THAT(settings_error(shap(R"("baseline":[[1,2]],"num_clusters":2)")), HasSubstr("exclude each other"));
  EXPECT_THAT(settings_error(R"({"headers":["a","b","a"]})"), HasSubstr("'a' occurs twice in headers"));
  EXPECT_THAT(settings_error(R"({"headers":["a"],"methods":{"shap":{"baseline":[[1,2]]}}})"),
              HasSubstr("the baseline has 2 values a row; headers names 1 features"));
  EXPECT_THAT(settings_error(R"({"predictor":{"content_template":"x"}})"), HasSubstr("$features"));
}

}  // namespace
}  // namespace driftlab::monitor

/// Layouts of statistics.json, constraints.json and constraint_violations.json, and what is said of edited ones. The
/// layouts are those of the service's schema pages and of files it wrote.

#include <string>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/monitor/data_quality/json_line.hpp"
#include "tests/unit/data_quality/fixture.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Eleven golds, ten basics and a null; ages 18 and 90.
std::string dataset_csv() {
  std::string csv = "age,plan,nothing\n";
  for (int i = 0; i < 21; ++i) csv += std::string(i % 2 == 0 ? "18" : "90") + (i % 2 == 0 ? ",gold,\n" : ",basic,\n");
  return csv + "18,,\n";
}

DataQualityBaseline baseline() {
  return data_quality_baseline(profile_of(dataset_csv()), CategoricalDriftMethod::LInfinity);
}

TEST(Statistics, Layout) {
  const auto json = ordered_json::parse(baseline().statistics_json);
  EXPECT_EQ(json["version"].dump(), "0.0");
  EXPECT_EQ(json["dataset"].dump(), R"({"item_count":22})");
  const auto& age = json["features"][0];
  EXPECT_EQ(age["name"], "age");
  EXPECT_EQ(age["inferred_type"], "Integral");
  const auto& numbers = age["numerical_statistics"];
  EXPECT_EQ(numbers["common"].dump(), R"({"num_present":22,"num_missing":0})");
  EXPECT_EQ(numbers["sum"].dump(), "1116.0");
  EXPECT_EQ(numbers["min"].dump(), "18.0");
  EXPECT_EQ(numbers["max"].dump(), "90.0");
  const auto& kll = numbers["distribution"]["kll"];
  EXPECT_EQ(kll["buckets"].size(), 10U);
  EXPECT_EQ(kll["buckets"][0].dump(), R"({"lower_bound":18.0,"upper_bound":25.2,"count":12.0})");
  EXPECT_EQ(kll["sketch"]["parameters"].dump(), R"({"c":0.64,"k":2048.0})");
  EXPECT_EQ(kll["sketch"]["data"].size(), 1U);
  EXPECT_EQ(kll["sketch"]["data"][0].size(), 22U);
  EXPECT_EQ(kll["sketch"]["data"][0][1].dump(), "90.0");
  const auto& plan = json["features"][1];
  EXPECT_EQ(plan["inferred_type"], "String");
  EXPECT_EQ(plan["string_statistics"].dump(),
            R"({"common":{"num_present":21,"num_missing":1},"distinct_count":2.0,"distribution":{"categorical":)"
            R"({"buckets":[{"value":"gold","count":11},{"value":"basic","count":10}]}}})");
  EXPECT_EQ(json["features"][2]["inferred_type"], "Unknown");
}

TEST(Statistics, AHistogramOnlyOfFewTexts) {
  std::vector<std::pair<std::string, int>> cells;
  for (int i = 0; i < 300; ++i) cells.emplace_back("v" + std::to_string(i), 1);
  const auto many = statistics_of(profile_of(column("x", cells)));
  EXPECT_EQ(many.features[0].strings->distinct_count, 300.0);
  EXPECT_FALSE(many.features[0].strings->counts.has_value());
}

TEST(Statistics, SketchesAndHistogramsComeBack) {
  const auto made = baseline();
  const auto read = read_statistics(made.statistics_json, "statistics.json");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->item_count, 22U);
  ASSERT_EQ(read->features.size(), 3U);
  EXPECT_EQ(read->features[0].numerical->sketch->levels(), made.statistics.features[0].numerical->sketch->levels());
  EXPECT_EQ(read->features[0].type, metric::ColumnType::Integral);
  EXPECT_EQ(read->features[1].type, metric::ColumnType::String);
  EXPECT_EQ(read->features[1].strings->counts, made.statistics.features[1].strings->counts);
}

TEST(Statistics, SaysWhatIsWrongWhere) {
  const auto error = [](const std::string& text) { return read_statistics(text, "s.json").error().message; };
  EXPECT_THAT(error("{\n\"dataset\": {,"), HasSubstr("s.json:2: not JSON"));
  EXPECT_THAT(error("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(error("{\"version\": 0.0}"), HasSubstr("dataset is missing"));
  EXPECT_THAT(error("{\"dataset\": {\"item_count\": 1}}"), HasSubstr("features is missing; expected an array"));
  const std::string head = "{\"dataset\": {\"item_count\": 1},\n \"features\": [\n";
  EXPECT_THAT(error(head + "{\"nam\": \"x\"}]}"), HasSubstr("s.json:3: features[0].name is missing"));
  EXPECT_THAT(error(head + "{\"name\": \"x\"},\n{\"name\": \"x\"}]}"), HasSubstr("s.json:4: 'x' occurs twice"));
  EXPECT_THAT(error(head + "{\"name\": \"x\", \"numerical_statistics\": {\"distribution\": {\"kll\": {\n\"sketch\": "
                           "{\"parameters\": {\"c\": \"big\"}}}}}}]}"),
              HasSubstr("s.json:4: features[0].numerical_statistics.distribution.kll.sketch.parameters.c is \"big\"; "
                        "expected a number"));
  EXPECT_THAT(error(head + "{\"name\": \"x\", \"numerical_statistics\": {\"distribution\": {\"kll\": {\"sketch\": "
                           "{\"data\": [[1, 2,\n\"3\"]]}}}}}]}"),
              HasSubstr("s.json:4: features[0].numerical_statistics.distribution.kll.sketch.data[0][2] is \"3\""));
  EXPECT_THAT(error(head + "{\"name\": \"x\", \"string_statistics\": {\"distribution\": {\"categorical\": "
                           "{\"buckets\": [{\"value\": \"a\"}]}}}}]}"),
              HasSubstr("expected a value and its count"));
}

TEST(Constraints, Layout) {
  const auto json = ordered_json::parse(baseline().constraints_json);
  EXPECT_EQ(json["version"].dump(), "0.0");
  EXPECT_EQ(
      json["features"][0].dump(),
      R"({"name":"age","inferred_type":"Integral","completeness":1.0,"num_constraints":{"is_non_negative":true}})");
  EXPECT_EQ(json["features"][1]["string_constraints"].dump(), R"({"domains":["gold","basic"]})");
  EXPECT_EQ(json["features"][1]["completeness"].get<double>(), 21.0 / 22.0);
  EXPECT_EQ(json["features"][2].dump(), R"({"name":"nothing","inferred_type":"Unknown","completeness":0.0})");
  EXPECT_EQ(json["monitoring_config"].dump(),
            R"({"evaluate_constraints":"Enabled","emit_metrics":"Enabled","datatype_check_threshold":1.0,)"
            R"("domain_content_threshold":1.0,"distribution_constraints":{"perform_comparison":"Enabled",)"
            R"("comparison_threshold":0.1,"comparison_method":"Robust","categorical_comparison_threshold":0.1,)"
            R"("categorical_drift_method":"LInfinity"}})");
}

TEST(Constraints, FreeTextHasNoDomain) {
  const auto free = data_quality_baseline(profile_of(column("x", {{"a", 5}, {"b", 1}, {"c", 5}})),
                                          CategoricalDriftMethod::ChiSquared);
  EXPECT_FALSE(free.constraints.features[0].domains.has_value()) << "one value of three occurs once";
  EXPECT_THAT(free.constraints_json, HasSubstr("\"categorical_drift_method\": \"ChiSquared\""));
  const auto negative = data_quality_baseline(profile_of("x\n-1\n2\n"), CategoricalDriftMethod::LInfinity);
  EXPECT_EQ(negative.constraints.features[0].is_non_negative, false);
}

TEST(Constraints, ComeBack) {
  const auto made = baseline();
  const auto read = read_constraints_file("\xEF\xBB\xBF" + made.constraints_json, "constraints.json");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(write_constraints(*read), made.constraints_json);
}

TEST(Constraints, EverySpellingThatTheServiceOrItsClientsWrite) {
  const auto read = read_constraints_file(R"({
    "features": [
      {"name": "a", "inferred_type": "Fractional", "monitoringConfigOverrides": {"evaluate_constraints": "Disabled"}},
      {"name": "b", "string_constraints": {"monitoring_config_overrides": {"emit_metrics": "Disabled"}}},
      {"name": "c", "additional_properties": null}],
    "monitoring_config": {"datatype_check_threshold": 0.1, "distribution_constraints": {
      "comparison_method": "linf_simple", "comparison_threshold": 0.2}}})",
                                          "c.json");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->features[0].evaluate_constraints, false);
  EXPECT_EQ(read->features[1].emit_metrics, false);
  EXPECT_EQ(read->config.datatype_check_threshold, 0.1);
  EXPECT_EQ(read->config.domain_content_threshold, 1.0);
  EXPECT_EQ(read->config.comparison_method, ComparisonMethod::Simple);
  EXPECT_FALSE(read->config.categorical_comparison_threshold.has_value());
  EXPECT_THAT(read->notes, ElementsAre("c.json:5: features[2].additional_properties: unknown key, ignored"));
}

TEST(Constraints, SaysWhatIsWrongWhere) {
  const auto error = [](const std::string& text) { return read_constraints_file(text, "c.json").error().message; };
  EXPECT_THAT(error("{\"features\": [}"), HasSubstr("c.json:1: not JSON"));
  EXPECT_THAT(error("{\"version\": \"1.0\", \"features\": []}"), HasSubstr("version is \"1.0\"; expected 0.0"));
  EXPECT_THAT(
      error("{\"regression_constraints\": {}}"),
      HasSubstr("features is missing; expected an array of columns: is this a constraints.json of data quality?"));
  const std::string head = "{\"features\": [\n{\"name\": \"x\",\n";
  EXPECT_THAT(error(head + "\"completeness\": \"high\"}]}"),
              HasSubstr("c.json:3: features[0].completeness is \"high\"; expected a number from 0 to 1"));
  EXPECT_THAT(error(head + "\"completeness\": 1.5}]}"), HasSubstr("is 1.5; expected a number from 0 to 1"));
  EXPECT_THAT(error(head + "\"completeness\": 1e999}]}"), HasSubstr("c.json:3: not JSON: "));
  EXPECT_THAT(error(head + "\"completness\": 1}]}"),
              HasSubstr("c.json:3: features[0].completness: unknown key; did you mean 'completeness'?"));
  EXPECT_THAT(error(head + "\"inferred_type\": \"Integrl\"}]}"), HasSubstr("did you mean 'Integral'?"));
  EXPECT_THAT(error(head + "\"num_constraints\": {\"is_non_negative\": 1}}]}"),
              HasSubstr("num_constraints.is_non_negative is 1; expected true or false"));
  EXPECT_THAT(error(head + "\"string_constraints\": {\"domains\": [\"a\",\n 3]}}]}"),
              HasSubstr("c.json:4: features[0].string_constraints.domains[1] is 3; expected a text"));
  EXPECT_THAT(error("{\"features\": [{\"name\": \"x\"}, {\"name\": \"x\"}]}"), HasSubstr("'x' occurs twice"));
  EXPECT_THAT(error("{\"features\": [],\n\"monitoring_config\": {\"emit_metrics\": true}}"),
              HasSubstr("c.json:2: monitoring_config.emit_metrics is true; expected Enabled or Disabled"));
  EXPECT_THAT(error("{\"features\": [], \"monitoring_config\": {\"distribution_constraints\": "
                    "{\"comparison_threshold\": \"0.1\"}}}"),
              HasSubstr("comparison_threshold is \"0.1\"; expected a number from 0 to 1"));
  EXPECT_THAT(error("{\"features\": [], \"monitoring_config\": {\"distribution_constraints\": "
                    "{\"comparison_method\": \"Robst\"}}}"),
              HasSubstr("expected Simple or Robust; did you mean 'Robust'?"));
}

TEST(Violations, Layout) {
  const std::vector<DataQualityViolation> violations{{"age", "completeness_check", "text"}};
  EXPECT_EQ(ordered_json::parse(write_violations(violations)).dump(),
            R"({"violations":[{"feature_name":"age","constraint_check_type":"completeness_check",)"
            R"("description":"text"}]})");
  EXPECT_EQ(ordered_json::parse(write_violations({})).dump(), R"({"violations":[]})");
}

TEST(JsonLine, FollowsAPointer) {
  const std::string json = "{\n \"a\\\"b\": [1, {\"x\": \"]\"},\n  2],\n \"c/d\": {\"e\": null}}";
  EXPECT_EQ(line_of(json, ""), 1U);
  EXPECT_EQ(line_of(json, "/c~1d/e"), 4U);
  EXPECT_EQ(line_of("{\"a\":\n{\"b\":\n3}}", "/a/b"), 3U);
  EXPECT_EQ(line_of("{\"a\":\n[1,\n2]}", "/a/1"), 3U);
  EXPECT_EQ(line_of("{\"a\":\n[1,\n2]}", "/a/7"), 2U) << "the array that lacks it";
  EXPECT_EQ(dotted("/features/3/completeness"), "features[3].completeness");
}

}  // namespace
}  // namespace driftlab::monitor

// File forms and the rule of violations: sections 5.2 to 5.7 of the model monitor reference. COMPAS: the counts
// ProPublica published; Adult: the counts of the UCI data set's description.
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/monitor/bias/bias_files.hpp"
#include "core/monitor/bias/bias_report.hpp"
#include "core/monitor/bias/dataset.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

/// n rows of sex, label, prediction: the tables of section 11.3, by facet "1" (rest) and "0".
std::string rows_of(const char* sex, int tp, int fp, int fn, int tn) {
  std::string rows;
  const auto add = [&](const char* label, const char* predicted, int count) {
    for (int i = 0; i < count; ++i) rows += std::string(sex) + "," + label + "," + predicted + "\n";
  };
  add("1", "1", tp);
  add("0", "1", fp);
  add("1", "0", fn);
  add("0", "0", tn);
  return rows;
}

const BiasSettings kSettings{.label = "Target",
                             .positive = {"1"},
                             .facets = {{.column = "Sex", .values = {"0"}}},
                             .group = {},
                             .predicted = "Answer",
                             .probability = {}};

BiasReport report_of(const std::string& rows, const BiasSettings& settings = kSettings) {
  return bias_report(read_csv_table("Sex,Target,Answer\n" + rows).value(), settings).value();
}

const std::string kBaseline = rows_of("1", 86, 36, 57, 277) + rows_of("0", 8, 2, 9, 191);
const std::string kLive = rows_of("1", 36, 13, 128, 47) + rows_of("0", 2, 0, 78, 30);

double value_of(const std::vector<metric::BiasMetric>& metrics, std::string_view name) {
  for (const auto& metric : metrics)
    if (metric.name == name) return metric.value.value();
  ADD_FAILURE() << name;
  return 0.0;
}

TEST(BiasAnalysis, IsWrittenAsTheServiceWritesIt) {
  const auto root = json::parse(analysis_json(report_of(kBaseline)));
  EXPECT_EQ(root["version"], "1.0");
  const auto& post = root["post_training_bias_metrics"];
  EXPECT_EQ(post["label"], "Target");
  EXPECT_EQ(post["label_value_or_threshold"], "1");
  const auto& facet = post["facets"]["Sex"][0];
  EXPECT_EQ(facet["value_or_threshold"], "0");
  EXPECT_EQ(facet["metrics"].size(), 13u);
  EXPECT_EQ(facet["metrics"][0]["name"], "AD");
  EXPECT_EQ(facet["metrics"][0]["description"], "Accuracy Difference (AD)");
  EXPECT_NEAR(facet["metrics"][0]["value"].get<double>(), -0.15156641604010024, 1e-16);
  // No group variable: CDDPL failed, and says why.
  EXPECT_TRUE(facet["metrics"][1]["value"].is_null());
  EXPECT_THAT(facet["metrics"][1]["error"].get<std::string>(), HasSubstr("group"));
  EXPECT_EQ(root["pre_training_bias_metrics"]["facets"]["Sex"][0]["metrics"].size(), 8u);
}

TEST(BiasViolations, AreThoseOfTheRealRun) {
  const auto found = find_bias_violations(report_of(kLive), analysis_json(report_of(kBaseline))).value();
  std::vector<std::string> names;
  for (const auto& violation : found) names.push_back(violation.metric);
  // CDDPL too in the real run, which had a group variable.
  EXPECT_THAT(names, ElementsAre("DAR", "DCA", "DCR", "GE", "RD", "SD", "TE"));
  EXPECT_EQ(found.back().description,
            "Metric value Infinity doesn't meet the baseline constraint requirement 2.916666666666667");
  const auto root = json::parse(bias_violations_json(found));
  EXPECT_EQ(root["version"], "1.0");
  EXPECT_EQ(root["violations"][0]["facet"], "Sex");
  EXPECT_EQ(root["violations"][0]["facet_value"], "0");
  EXPECT_EQ(root["violations"][0]["constraint_check_type"], "bias_drift_check");
}

TEST(BiasViolations, EqualReportsHaveNone) {
  EXPECT_TRUE(find_bias_violations(report_of(kBaseline), analysis_json(report_of(kBaseline)))->empty());
}

TEST(BiasViolations, SaysWhatTheBaselineLacks) {
  const auto live = report_of(kLive);
  EXPECT_THAT(find_bias_violations(live, "{").error().message, HasSubstr("baseline analysis:1: not JSON"));
  EXPECT_THAT(find_bias_violations(live, R"({"explanations":{}})").error().message, HasSubstr("neither"));
  EXPECT_THAT(
      find_bias_violations(
          live,
          R"({"pre_training_bias_metrics":{"facets":{"Sex":[{"value_or_threshold":"0","metrics":[{"name":"CI","value":"high"}]}]}}})")
          .error()
          .message,
      HasSubstr("baseline analysis:1: pre_training_bias_metrics.facets.Sex[0].metrics[0].value is \"high\"; "
                "expected a number, Infinity or null for CI"));
}

TEST(Membership, FollowsTheColumnsType) {
  const auto members = [](const std::vector<std::string>& cells, const Selection& selection) {
    const auto result = membership("c", cells, selection).value();
    std::string text;
    for (const bool member : result.member) text += member ? '1' : '0';
    return text + " " + result.text;
  };
  EXPECT_EQ(members({"a", "b", "a"}, {"a"}), "101 a");
  EXPECT_EQ(members({"1.0", "0.5", "2.5"}, {"0.5"}), "101 (0.5, 2.5]");  // exclusive lower bound
  EXPECT_EQ(members({"3", "4", "5"}, {"3"}), "011 (3, 5]");              // whole numbers, all distinct: continuous
  std::vector<std::string> flags(60, "0");
  flags[7] = "1";
  EXPECT_EQ(members(flags, {"1"}).substr(7, 2), "10");  // two values of 60 rows: categorical
  flags[7] = "1.0";                                     // a column with a point is continuous
  EXPECT_THAT(members(flags, {"0"}), HasSubstr("(0, 1]"));
  EXPECT_EQ(members({"x", "1.0", "1"}, {"1.0", "2"}), "010 1.0,2");
  EXPECT_EQ(members({"x", "1.0", "1"}, {"1.00", "2"}), "011 1.00,2");  // as numbers when nothing matches
}

TEST(Membership, SaysWhatIsWrong) {
  EXPECT_THAT(membership("c", {"a", ""}, {"a"}).error().message, HasSubstr("row 1: the cell is empty"));
  EXPECT_THAT(membership("c", {"Male", "Female"}, {"male"}).error().message, HasSubstr("did you mean 'Male'?"));
  EXPECT_THAT(membership("c", {"0.5", "1.5"}, {"high"}).error().message, HasSubstr("threshold 'high'"));
}

TEST(BiasReports, AFacetWithoutValuesHasOneReportAValue) {
  auto settings = kSettings;
  settings.facets[0].values.clear();
  const auto report = report_of(kBaseline, settings);
  ASSERT_EQ(report.facets.size(), 2u);
  EXPECT_EQ(report.facets[0].value, "0");
  EXPECT_EQ(report.facets[1].value, "1");
  EXPECT_NEAR(value_of(report.facets[0].pre_training, "CI") + value_of(report.facets[1].pre_training, "CI"), 0, 1e-15);
}

TEST(BiasReports, ProbabilitiesAreCutAboveTheThreshold) {
  const BiasSettings settings{.label = "paid",
                              .positive = {"yes"},
                              .facets = {{.column = "sex", .values = {"f"}}},
                              .group = {},
                              .predicted = {},
                              .probability = "score"};
  // 0.5 is not above 0.5: of the women none, of the men one of two is answered yes.
  const auto table = read_csv_table("sex,paid,score\nf,yes,0.5\nm,yes,0.6\nf,no,0.2\nm,no,0.4\n").value();
  EXPECT_EQ(value_of(bias_report(table, settings)->facets[0].post_training, "DPPL"), 0.5);
  const auto bad = read_csv_table("sex,paid,score\nf,yes,0.5\nm,no,1.6\n").value();
  EXPECT_THAT(bias_report(bad, settings).error().message, HasSubstr("column 'score', line 3: '1.6'"));
}

TEST(BiasSettings, AreReadFromTheAnalysisConfiguration) {
  const auto settings =
      read_bias_settings(
          R"({"version":"1.0","label":"y","label_values_or_threshold":[1],"facet":[{"name_or_index":"sex","value_or_threshold":["F"]},{"name_or_index":3}],"group_variable":"age","methods":{}})")
          .value();
  EXPECT_EQ(settings.label, "y");
  EXPECT_THAT(settings.positive, ElementsAre("1"));
  EXPECT_EQ(settings.facets[0].values, Selection{"F"});
  EXPECT_EQ(settings.facets[1].column, "3");
  EXPECT_EQ(settings.group, "age");
  EXPECT_THAT(read_bias_settings(R"({"lable":"y"})").error().message, HasSubstr("did you mean 'label'?"));
  EXPECT_THAT(read_bias_settings(R"({"label":"y"})").error().message,
              HasSubstr("'label_values_or_threshold' is missing"));
  EXPECT_THAT(
      read_bias_settings("{\"label\":\"y\",\"label_values_or_threshold\":[1],\n\"facet\":[{\"name\":1}]}", "c.json")
          .error()
          .message,
      HasSubstr("c.json:2: facet[0].name_or_index is missing"));
  EXPECT_FALSE(read_bias_settings("[]"));
}

TEST(BiasSettings, MethodsSayWhatIsReported) {
  const auto read = [](const std::string& methods) {
    return read_bias_settings(R"({"label":"Target","label_values_or_threshold":[1],"facet":[{"name_or_index":"Sex",)"
                              R"("value_or_threshold":["0"]}],"predicted_label":"Answer","methods":)" +
                                  methods + "}",
                              "c.json");
  };
  const auto names = [&](const std::string& methods) {
    const auto report = report_of(kBaseline, read(methods).value());
    std::string text;
    for (const auto& metric : report.facets[0].pre_training) text += metric.name + " ";
    text += "|";
    for (const auto& metric : report.facets[0].post_training) text += " " + metric.name;
    return text;
  };
  EXPECT_EQ(names(R"({"pre_training_bias":{"methods":["DPL","CI"]},"post_training_bias":{"methods":["FT"]}})"),
            "CI DPL | FT");
  EXPECT_EQ(names(R"({"post_training_bias":{"methods":["TE","AD"]},"report":{}})"), "| AD TE");
  EXPECT_EQ(names(R"({"pre_training_bias":{"methods":"all"}})"), "CDDL CI DPL JS KL KS LP TVD |");
  EXPECT_THAT(read(R"({"pre_training_bias":{"methods":["DPPL"]}})").error().message,
              HasSubstr("c.json:1: there is no metric 'DPPL' in this stage; did you mean 'DPL'?"));
  EXPECT_THAT(read(R"({"pre_training_bias":["DPL"]})").error().message,
              HasSubstr(R"(methods is missing; expected "all" or a list of metrics)"));
}

TEST(Tables, NameTheLineThatDoesNotFit) {
  EXPECT_THAT(read_csv_table("a,b\n1,2\n\n3\n").error().message, HasSubstr("line 4 has 1 cells"));
  EXPECT_THAT(read_csv_table("a,b\n\"1\n1\",2\n3\n").error().message, HasSubstr("line 4 has 1 cells"));
  EXPECT_FALSE(read_csv_table(""));
  EXPECT_FALSE(read_csv_table("a,b\n"));
  EXPECT_THAT(read_csv_table("age,sex\n1,2\n")->column("sexx").error().message, HasSubstr("did you mean 'sex'?"));
}

#ifdef DRIFTLAB_DATA_DIR
std::string file(const std::string& name) {
  std::ifstream stream(DRIFTLAB_DATA_DIR "/" + name);
  EXPECT_TRUE(stream) << name;
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(RealData, CompasByRace) {
  auto table = read_csv_table(file("compas/compas-two-years.csv")).value();
  EXPECT_EQ(table.rows(), 7214u);
  // The two races of the published tables; high is a decile above 4.
  const auto race = table.column("race").value();
  Table two{.header = {"race", "two_year_recid", "high"}, .columns = {{}, {}, {}}};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto& value = table.columns[race][row];
    if (value != "African-American" && value != "Caucasian") continue;
    two.columns[0].push_back(value);
    two.columns[1].push_back(table.columns[*table.column("two_year_recid")][row]);
    const auto& decile = table.columns[*table.column("decile_score")][row];
    two.columns[2].push_back(decile.size() > 1 || decile > "4" ? "1" : "0");
  }
  const BiasSettings settings{.label = "two_year_recid",
                              .positive = {"1"},
                              .facets = {{.column = "race", .values = {"African-American"}}},
                              .group = {},
                              .predicted = "high",
                              .probability = {}};
  const auto report = bias_report(two, settings).value();
  const auto& post = report.facets[0].post_training;
  // False positive rates 805/1795 and 349/1488, false negative rates 532/1901 and 461/966.
  EXPECT_NEAR(value_of(post, "SD"), 990.0 / 1795 - 1139.0 / 1488, 1e-15);
  EXPECT_NEAR(value_of(post, "RD"), 505.0 / 966 - 1369.0 / 1901, 1e-15);
  EXPECT_NEAR(value_of(report.facets[0].pre_training, "DPL"), 966.0 / 2454 - 1901.0 / 3696, 1e-15);
}

TEST(RealData, AdultBySexAndWithinEducation) {
  const auto table = read_csv_table(
                         "age,workclass,fnlwgt,education,education-num,marital-status,occupation,relationship,"
                         "race,sex,capital-gain,capital-loss,hours-per-week,native-country,income\n" +
                         file("adult/adult.data"))
                         .value();
  EXPECT_EQ(table.rows(), 32561u);
  const BiasSettings settings{.label = "income",
                              .positive = {">50K"},
                              .facets = {{.column = "sex", .values = {"Female"}}},
                              .group = "education",
                              .predicted = {},
                              .probability = {}};
  const auto report = bias_report(table, settings).value();
  EXPECT_TRUE(report.facets[0].post_training.empty());
  const auto& pre = report.facets[0].pre_training;
  // 21,790 men of whom 6,662 earn more, 10,771 women of whom 1,179 do.
  EXPECT_NEAR(value_of(pre, "CI"), (21790.0 - 10771.0) / 32561.0, 1e-15);
  EXPECT_NEAR(value_of(pre, "DPL"), 6662.0 / 21790 - 1179.0 / 10771, 1e-15);
  EXPECT_NEAR(value_of(pre, "CDDL"), 0.25028171620204814, 1e-14);  // by pandas, group by group
}
#endif

}  // namespace
}  // namespace driftlab::monitor

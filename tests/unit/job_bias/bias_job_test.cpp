// Bias as a container runs it, on files. Tables: section 11.3 of the model monitor reference.
#include "core/job/bias/bias_job.hpp"

#include <algorithm>
#include <set>
#include <sstream>

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
constexpr const char* kConfig =
    R"({"headers":["sex","age","churn"],"label":"churn","label_values_or_threshold":[1],
        "facet":[{"name_or_index":"sex","value_or_threshold":["0"]}]})";

class BiasJobTest : public testing::Test {
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
    return result;
  }
  BiasJob job(bool baseline) { return {.config = write("analysis_config.json", kConfig), .baseline = baseline}; }

  support::TemporaryFolder folder_;
};

/// The baseline's table as CSV with answers.
std::string baseline_csv() {
  std::string rows = "sex,age,churn,answer\n";
  const auto add = [&](const char* row, int count) {
    for (int i = 0; i < count; ++i) rows += row;
  };
  add("1,30,1,1\n", 86);
  add("1,30,0,1\n", 36);
  add("1,40,1,0\n", 57);
  add("1,40,0,0\n", 277);
  add("0,30,1,1\n", 8);
  add("0,30,0,1\n", 2);
  add("0,40,1,0\n", 9);
  add("0,40,0,0\n", 191);
  return rows;
}

std::string merged_line(const std::string& input, const std::string& output, const std::string& label) {
  const auto side = [](const std::string& data, const char* mode) {
    return R"({"data":")" + data + R"(","encoding":"CSV","mode":")" + mode + R"(","observedContentType":"text/csv"})";
  };
  return R"({"captureData":{"endpointInput":)" + side(input, "INPUT") + R"(,"endpointOutput":)" +
         side(output, "OUTPUT") +
         R"(},"eventMetadata":{"eventId":"e","inferenceTime":"2026-06-01T00:00:00Z"},"eventVersion":"0","groundTruthData":{"data":")" +
         label + "\",\"encoding\":\"CSV\"}}\n";
}

/// The live run of 334 rows as merged lines; scores above 0.5 are positive answers.
std::string live_lines() {
  std::string lines;
  const auto add = [&](const char* input, const char* score, const char* label, int count) {
    for (int i = 0; i < count; ++i) lines += merged_line(input, score, label);
  };
  add("1,30", "0.9", "1", 36);
  add("1,30", "0.9", "0", 13);
  add("1,40", "0.5", "1", 128);
  add("1,40", "0.1", "0", 47);
  add("0,30", "0.9", "1", 2);
  add("0,40", "0.1", "1", 78);
  add("0,40", "0.2", "0", 30);
  return lines;
}

TEST_F(BiasJobTest, BaselineFromCsvAndRunFromMergedLines) {
  auto settings = environment(write("base.csv", baseline_csv()));
  settings.inference_attribute = "answer";
  const auto baseline = run_bias_job(settings, job(true), kNow).value();
  EXPECT_EQ(baseline.exit_message, "Completed: Job completed successfully with no violations.");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "out/constraint_violations.json"));
  std::filesystem::rename(folder_.path() / "out/analysis.json", folder_.path() / "base.json");

  settings = environment(write("merged/2026/06/01/00/part.jsonl", live_lines()));
  settings.dataset_source = folder_.path() / "merged";
  settings.probability_attribute = "0";
  settings.baseline_constraints = folder_.path() / "base.json";
  settings.endpoint_name = "churn";
  const auto run = run_bias_job(settings, job(false), kNow).value();
  std::vector<std::string> names;
  for (const auto& violation : run.violations)
    if (violation.metric != "FT") names.push_back(violation.metric);
  EXPECT_THAT(names, testing::ElementsAre("DAR", "DCA", "DCR", "GE", "RD", "SD", "TE"));
  EXPECT_EQ(read("constraint_violations.json")["violations"].size(), run.violations.size());
  EXPECT_EQ(read("analysis.json")["post_training_bias_metrics"]["facets"]["sex"][0]["metrics"].size(), 13u);
  const auto metrics = read_whole(folder_.path() / "out/cloudwatch_metrics.jsonl").value();
  EXPECT_THAT(metrics, HasSubstr("bias_metric_DAR"));
  EXPECT_THAT(metrics, HasSubstr("Pre-training"));
  EXPECT_THAT(metrics, HasSubstr("e+108"));  // TE is infinite
}

TEST_F(BiasJobTest, ReadsGzipAndFailsWhereItIsDamaged) {
  auto settings = environment(write("base.csv", baseline_csv()));
  settings.inference_attribute = "answer";
  (void)run_bias_job(settings, job(true), kNow).value();
  const auto plain = read("analysis.json");
  const auto packed = support::gzipped(baseline_csv());
  settings.dataset_source = write("base.csv.gz", packed);
  (void)run_bias_job(settings, job(true), kNow).value();
  EXPECT_EQ(read("analysis.json"), plain);

  auto live = environment(write("plain/00.jsonl", live_lines()));
  live.probability_attribute = "0";
  live.probability_threshold_attribute = 0.5;
  live.baseline_constraints = write("base.json", read_whole(folder_.path() / "out/analysis.json").value());
  (void)run_bias_job(live, job(false), kNow).value();
  const auto of_live = read("analysis.json");
  EXPECT_NE(of_live, plain);
  live.dataset_source = write("packed/00.jsonl.gz", support::gzipped(live_lines()));
  (void)run_bias_job(live, job(false), kNow).value();
  EXPECT_EQ(read("analysis.json"), of_live);
  const auto lines = support::gzipped(live_lines());
  for (const auto& damaged : {lines.substr(0, lines.size() / 2), lines.substr(0, lines.size() - 8) + "12345678"}) {
    live.dataset_source = write("damaged/00.jsonl.gz", damaged);
    EXPECT_THAT(run_bias_job(live, job(false), kNow).error().message, HasSubstr("00.jsonl.gz"));
  }
  settings.dataset_source = write("cut.csv.gz", packed.substr(0, packed.size() / 2));
  EXPECT_THAT(run_bias_job(settings, job(true), kNow).error().message, HasSubstr("cut.csv.gz"));
}

TEST_F(BiasJobTest, TellsItsProgressUpToTheEnd) {
  auto environment = this->environment(write("merged/00.jsonl", live_lines()));
  environment.probability_attribute = "0";
  std::vector<double> told;
  auto job = this->job(false);
  job.progress = [&](double share) { told.push_back(share); };
  ASSERT_TRUE(run_bias_job(environment, job, kNow));
  ASSERT_GE(told.size(), 2U);  // reading, then the flip test
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_DOUBLE_EQ(told.front(), 0.3);
  EXPECT_DOUBLE_EQ(told.back(), 1.0);
}

TEST_F(BiasJobTest, BadLinesAreQuarantinedUpToAShare) {
  auto settings = environment(write("merged.jsonl", live_lines() + merged_line("1", "0.5", "1") + "{\n"));
  settings.probability_attribute = "0";
  const auto run = run_bias_job(settings, job(false), kNow).value();
  EXPECT_EQ(run.report.rows, 334u);
  ASSERT_EQ(run.rejected.size(), 2u);
  EXPECT_THAT(run.rejected[0].reason + run.rejected[1].reason, HasSubstr("1 features; 'headers' names 2"));
  EXPECT_EQ(run.rejected[0].line + run.rejected[1].line, 335u + 336u);
  std::istringstream lines(read_whole(folder_.path() / "out/quarantine.jsonl").value());
  std::set<std::pair<std::uint64_t, std::uint64_t>> places;
  for (std::string line; std::getline(lines, line);) {
    const auto record = json::parse(line);
    EXPECT_THAT(record["file"].get<std::string>(), HasSubstr("merged.jsonl"));
    places.emplace(record["line"], record["offset"]);
  }
  const std::size_t first_bad = live_lines().size();
  EXPECT_THAT(places, testing::ElementsAre(std::pair(335u, first_bad),
                                           std::pair(336u, first_bad + merged_line("1", "0.5", "1").size())));
  auto strict = job(false);
  strict.bad_share_max = 0.001;
  EXPECT_THAT(run_bias_job(settings, strict, kNow).error().message, HasSubstr("2 of 336 lines cannot be used"));
}

/// The same table, JSON on all three sides: eight requests of many rows each.
std::string live_json_lines() {
  std::string lines;
  const auto add = [&](const char* sex, int age, double score, int label, int count) {
    json input = json::array();
    std::string output;
    json labels = json::array();
    for (int i = 0; i < count; ++i) {
      if (i % 2 == 0)
        input.push_back({{"features", {{"sex", sex}, {"age", age}}}});
      else
        input.push_back({{"features", {sex, age}}});
      output += json{{"score", score}}.dump() + "\n";
      labels.push_back({{"label", label}});
    }
    const auto side = [](const std::string& data, const char* mode) {
      return json{{"data", data}, {"encoding", "JSON"}, {"mode", mode}, {"observedContentType", "application/json"}};
    };
    const json line = {{"captureData",
                        {{"endpointInput", side(json{{"instances", input}}.dump(), "INPUT")},
                         {"endpointOutput", side(output, "OUTPUT")}}},
                       {"eventMetadata", {{"eventId", "e"}, {"inferenceTime", "2026-06-01T00:00:00Z"}}},
                       {"eventVersion", "0"},
                       {"groundTruthData", {{"data", json{{"instances", labels}}.dump()}, {"encoding", "JSON"}}}};
    lines += line.dump() + "\n";
  };
  add("1", 30, 0.9, 1, 36);
  add("1", 30, 0.9, 0, 13);
  add("1", 40, 0.5, 1, 128);
  add("1", 40, 0.1, 0, 47);
  add("0", 30, 0.9, 1, 2);
  add("0", 40, 0.1, 1, 78);
  add("0", 40, 0.2, 0, 30);
  return lines;
}

TEST_F(BiasJobTest, MergedJsonGivesTheNumbersOfMergedCsv) {
  auto csv = environment(write("csv.jsonl", live_lines()));
  csv.probability_attribute = "0";
  const auto expected = monitor::analysis_json(run_bias_job(csv, job(false), kNow)->report);
  auto settings = environment(write("json.jsonl", live_json_lines()));
  settings.features_attribute = "instances.features";
  settings.probability_attribute = "score";
  settings.ground_truth_attribute = "instances.label";
  const auto run = run_bias_job(settings, job(false), kNow).value();
  EXPECT_EQ(run.report.rows, 334u);
  EXPECT_EQ(monitor::analysis_json(run.report), expected);
  settings.features_attribute = "instances.feature";
  EXPECT_THAT(run_bias_job(settings, job(false), kNow).error().message,
              HasSubstr("json.jsonl:1: there is no 'feature' in the JSON; 7 of 7 lines cannot be used"));
}

/// Positive for whoever is younger than 35: the answers of both tables above.
class YoungModel final : public model::Predictor {
 public:
  Result<std::vector<double>> scores(const model::PredictorRows&) override { return std::vector<double>{}; }
  Result<std::vector<std::string>> labels(const model::PredictorRows& rows) override {
    std::vector<std::string> labels;
    for (std::size_t row = 0; row < rows.rows(); ++row) labels.push_back(rows.values[row * 2 + 1] < 35 ? "1" : "0");
    return labels;
  }
  [[nodiscard]] std::size_t rows_per_call() const override { return 1000; }
};

TEST_F(BiasJobTest, AsksTheModelForItsLabels) {
  YoungModel model;
  auto asking = job(false);
  asking.model = &model;
  auto settings = environment(write("base.csv", baseline_csv()));
  settings.inference_attribute = "answer";
  const auto of_column = run_bias_job(settings, job(false), kNow)->report;
  std::string without = baseline_csv();
  without.erase(without.find(",answer"), 7);
  for (std::size_t line = without.find('\n') + 1; line < without.size(); line = without.find('\n', line) + 1)
    without.erase(without.find('\n', line) - 2, 2);
  settings.dataset_source = write("plain.csv", without);
  settings.inference_attribute.clear();
  const auto of_model = run_bias_job(settings, asking, kNow)->report;
  EXPECT_EQ(monitor::analysis_json(of_model), monitor::analysis_json(of_column));
  settings = environment(write("merged.jsonl", live_lines()));
  const auto merged = run_bias_job(settings, asking, kNow).value();
  settings.probability_attribute = "0";
  EXPECT_EQ(monitor::analysis_json(merged.report),
            monitor::analysis_json(run_bias_job(settings, job(false), kNow)->report));
}

TEST_F(BiasJobTest, NamesTheLinesOfBadCells) {
  auto csv = environment(write("bad.csv", "sex,age,churn,answer\n\"1\",30,1,1\n0,\"4\n0\",1,1\n,30,1,1\n"));
  csv.inference_attribute = "answer";
  EXPECT_THAT(run_bias_job(csv, job(true), kNow).error().message,
              HasSubstr("bad.csv: column 'sex', line 5: the cell is empty"));
  auto merged = environment(write("bad.jsonl", live_lines() + merged_line(",30", "0.9", "1")));
  merged.probability_attribute = "0";
  EXPECT_THAT(run_bias_job(merged, job(false), kNow).error().message,
              testing::MatchesRegex(".*column 'sex', .*bad.jsonl:335: the cell is empty"));
  merged.dataset_source = write("score.jsonl", live_lines() + merged_line("0,30", "1.6", "1"));
  const auto run = run_bias_job(merged, job(false), kNow).value();
  ASSERT_EQ(run.rejected.size(), 1U);
  EXPECT_THAT(run.rejected.front().file, HasSubstr("score.jsonl"));
  EXPECT_EQ(run.rejected.front().line, 335u);
  EXPECT_THAT(run.rejected.front().reason, HasSubstr("response: '1.6' is not a probability in [0, 1]"));
}

TEST_F(BiasJobTest, SaysWhatIsWrong) {
  auto settings = environment(write("base.csv", baseline_csv()));
  settings.inference_attribute = "anser";
  EXPECT_THAT(run_bias_job(settings, job(true), kNow).error().message, HasSubstr("did you mean 'answer'?"));
  auto lost = job(true);
  lost.config = folder_.path() / "nowhere.json";
  EXPECT_FALSE(run_bias_job(settings, lost, kNow));
  settings.dataset_source = write("merged.jsonl", live_lines());
  EXPECT_THAT(run_bias_job(settings, job(true), kNow).error().message,
              HasSubstr("response: attribute 'anser' is not a zero-based CSV column; 334 of 334 lines cannot be used"));
  settings.inference_attribute.clear();
  EXPECT_THAT(run_bias_job(settings, job(true), kNow).error().message,
              HasSubstr("neither inference_attribute nor probability_attribute is set"));
}

}  // namespace
}  // namespace driftlab::job

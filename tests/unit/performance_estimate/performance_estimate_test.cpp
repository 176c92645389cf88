// Performance without labels. Expected values are worked by hand; tests/oracle compares with scikit-learn.
#include "core/monitor/estimate/performance_estimate.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/rng.hpp"
#include "core/base/text.hpp"
#include "core/capture/codec.hpp"
#include "core/job/container/files.hpp"
#include "core/job/performance_estimate/performance_estimate_job.hpp"
#include "core/monitor/estimate/calibration.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::json;
using testing::HasSubstr;

using Classes = std::vector<std::uint8_t>;

TEST(PerformanceEstimate, CountsAreExpectations) {
  const std::vector<double> p{0.9, 0.8, 0.3, 0.1};
  const auto estimate = estimate_performance(p, p, Classes{1, 1, 0, 0}).value();
  EXPECT_NEAR(estimate.counts.true_positives, 1.7, 1e-15);
  EXPECT_NEAR(estimate.counts.false_positives, 0.3, 1e-15);
  EXPECT_NEAR(estimate.counts.false_negatives, 0.4, 1e-15);
  EXPECT_NEAR(estimate.counts.true_negatives, 1.6, 1e-15);
  EXPECT_NEAR(estimate.accuracy, 3.3 / 4.0, 1e-15);
  EXPECT_NEAR(estimate.precision, 0.85, 1e-15);
  EXPECT_NEAR(estimate.recall, 1.7 / 2.1, 1e-15);
  EXPECT_NEAR(estimate.f1, 3.4 / 4.1, 1e-15);
  // Points (Σ(1 − p), Σp): (0.1, 0.9), (0.3, 1.7), (1.0, 2.0), (1.9, 2.1); area 3.445 of 1.9 · 2.1.
  EXPECT_NEAR(*estimate.auc, 3.445 / 3.99, 1e-15);
  EXPECT_NEAR(estimate.accuracy_deviation, std::sqrt(0.09 + 0.16 + 0.21 + 0.09) / 4.0, 1e-15);
}

TEST(PerformanceEstimate, EqualScoresRankNothing) {
  const std::vector<double> scores{0.5, 0.5};
  EXPECT_NEAR(*estimate_performance(scores, std::vector<double>{0.2, 0.9}, Classes{0, 0}).value().auc, 0.5, 1e-15);
  const std::vector<double> sure{1.0, 1.0};
  const auto estimate = estimate_performance(sure, sure, Classes{1, 1}).value();
  EXPECT_EQ(estimate.auc, std::nullopt);
  EXPECT_EQ(estimate.accuracy, 1.0);
  EXPECT_EQ(estimate.true_negative_rate, 0.0);
}

TEST(PerformanceEstimate, BadRowsAreNamed) {
  EXPECT_THAT(estimate_performance(std::vector<double>{0.5}, std::vector<double>{1.5}, Classes{1}).error().message,
              HasSubstr("row 0: probability 1.5 is outside [0, 1]"));
  EXPECT_FALSE(estimate_performance({}, {}, {}));
  EXPECT_FALSE(estimate_performance(std::vector<double>{0.5}, std::vector<double>{0.5}, {}));
}

TEST(Calibration, IsotonicPoolsAdjacentViolators) {
  const std::vector<double> scores{1, 2, 3, 4, 5};
  const auto calibration = Calibration::fit(CalibrationMethod::Isotonic, scores, Classes{0, 1, 0, 1, 1}).value();
  const std::pair<double, double> expected[] = {{0.0, 0.0}, {1.0, 0.0},  {1.5, 0.25}, {2.0, 0.5}, {2.5, 0.5},
                                                {3.0, 0.5}, {3.5, 0.75}, {4.0, 1.0},  {9.0, 1.0}};
  for (const auto& [score, probability] : expected) EXPECT_EQ(calibration(score), probability) << score;
}

TEST(Calibration, EqualScoresCountTogether) {
  const auto isotonic =
      Calibration::fit(CalibrationMethod::Isotonic, std::vector<double>{0.5, 0.5, 0.5, 0.9}, Classes{1, 0, 0, 1})
          .value();
  EXPECT_EQ(isotonic(0.5), 1.0 / 3.0);
}

TEST(Calibration, BinsHoldTheShareOfPositives) {
  std::vector<double> scores;
  Classes labels;
  for (int i = 0; i < 100; ++i) {
    scores.push_back(i / 100.0);
    labels.push_back(i % 10 < i / 10 ? 1 : 0);  // 0, 1, …, 9 of ten
  }
  const auto calibration = Calibration::fit(CalibrationMethod::Binned, scores, labels).value();
  EXPECT_EQ(calibration.scores().size(), 10u);
  for (int bin = 0; bin < 10; ++bin) EXPECT_EQ(calibration(bin / 10.0 + 0.05), bin / 10.0) << bin;
}

TEST(Calibration, IsKeptAndReadBack) {
  const auto calibration =
      Calibration::fit(CalibrationMethod::Isotonic, std::vector<double>{0.1, 0.4, 0.7}, Classes{0, 1, 1}).value();
  const auto read = Calibration::read(calibration.write(), "calibration.json").value();
  for (const double score : {0.0, 0.1, 0.2, 0.4, 0.6, 1.0}) EXPECT_EQ(read(score), calibration(score));
  const auto error = [](const char* text) { return Calibration::read(text, "c.json").error().message; };
  EXPECT_THAT(error("{"), HasSubstr("c.json:1: not JSON"));
  EXPECT_THAT(error(R"({"version": 2})"), HasSubstr("version is not 1"));
  EXPECT_THAT(error(R"({"version": 1, "method": "isotoni"})"), HasSubstr("did you mean 'isotonic'?"));
  EXPECT_THAT(error(R"({"version": 1, "method": "isotonic", "scores": [1, 1], "probabilities": [0, 1]})"),
              HasSubstr("expected scores that ascend"));
  EXPECT_THAT(error(R"({"version": 1, "method": "isotonic", "scores": [1], "probabilities": [2]})"),
              HasSubstr("expected a number from 0 to 1"));
  EXPECT_THAT(error(R"({"version": 1, "method": "isotonic", "scores": [], "probabilities": []})"),
              HasSubstr("expected at least one score"));
}

class PerformanceEstimateJobTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& bytes) {
    job::write_whole(folder_.path() / name, bytes).value();
    return folder_.path() / name;
  }
  job::ContainerEnvironment environment(const std::filesystem::path& source, const std::string& out) {
    job::ContainerEnvironment result;
    result.dataset_source = source;
    result.output_path = folder_.path() / out;
    result.cloudwatch_metrics_directory = folder_.path() / out;
    result.probability_attribute = "p";
    result.ground_truth_attribute = "y";
    return result;
  }
  /// Rows whose label is 1 with probability p², though the model says p.
  std::string overconfident(std::size_t rows) {
    Rng rng(7, "performance-estimate-test", "labels");
    std::string table = "p,y\n";
    for (std::size_t i = 0; i < rows; ++i) {
      const double p = rng.uniform();
      table += shortest(p) + (rng.uniform() < p * p ? ",1\n" : ",0\n");
    }
    return table;
  }

  support::TemporaryFolder folder_;
};

TEST_F(PerformanceEstimateJobTest, ACalibratedEstimateMeetsWhatLabelsWouldSay) {
  auto settings = environment(write("base.csv", overconfident(20000)), "base");
  const auto baseline = job::run_performance_estimate_job(settings, {.baseline = true}, from_civil(2026, 6, 1)).value();
  ASSERT_EQ(baseline.measured.size(), 2u);
  // Of labels with P(1) = p² and answers p > ½: accuracy 1/2 − 1/24 + 7/24 = 3/4, up to the noise of 20,000 rows.
  EXPECT_NEAR(baseline.estimate.accuracy, 0.75, 0.01);
  EXPECT_NEAR(baseline.estimate.accuracy, baseline.measured[0].second, 0.01);
  EXPECT_NEAR(*baseline.estimate.auc, baseline.measured[1].second, 0.01);

  // Live rows are all in the uncertain middle, 0.4 to 0.8: the accuracy to expect is ∫(1 − p²) from 0.4 to 0.5 plus ∫p²
  // from 0.5 to 0.8, over 0.4: (0.0796667 + 0.129) / 0.4 = 0.5217. No labels are read.
  std::string lines;
  for (int i = 0; i < 400; ++i) {
    capture::CaptureRecord record;
    record.output = capture::Payload{shortest(0.4 + (i + 0.5) / 1000.0), capture::Encoding::Csv, "text/csv"};
    record.metadata.event_id = "e";
    record.metadata.inference_time = from_civil(2026, 6, 1);
    append_line(lines, record);
  }
  settings = environment(write("captures/a.jsonl", lines), "out");
  settings.probability_attribute = "0";
  settings.baseline_constraints = folder_.path() / "base";
  const auto run = job::run_performance_estimate_job(settings, {}, from_civil(2026, 6, 2)).value();
  EXPECT_NEAR(run.estimate.accuracy, 0.5217, 0.015);
  ASSERT_FALSE(run.violations.empty());
  EXPECT_THAT(run.violations.front().description, testing::StartsWith("Estimate: Metric "));
  const auto statistics = json::parse(job::read_whole(folder_.path() / "out/statistics.json").value());
  settings.dataset_source = write("b.jsonl.gz", support::gzipped(lines) + support::gzipped("\n{}\n" + lines));
  const auto doubled = job::run_performance_estimate_job(settings, {}, from_civil(2026, 6, 2)).value();
  EXPECT_EQ(doubled.estimate.accuracy, run.estimate.accuracy) << "every row stands twice";
  ASSERT_EQ(doubled.rejected.size(), 1u);
  EXPECT_EQ(doubled.rejected[0].line, 402u);
  EXPECT_EQ(doubled.rejected[0].offset, lines.size() + 1);
  write("base/constraints.json", "{\"binary_classification_constraints\": {\n\"acuracy\": {}}}");
  EXPECT_THAT(job::run_performance_estimate_job(settings, {}, from_civil(2026, 6, 2)).error().message,
              HasSubstr("base/constraints.json"));
  EXPECT_EQ(statistics["estimated"], true);
  EXPECT_THAT(job::read_whole(folder_.path() / "out/cloudwatch_metrics.jsonl").value(),
              HasSubstr(R"("MetricName":"estimated_accuracy")"));
}

TEST_F(PerformanceEstimateJobTest, BadInputIsNamed) {
  const auto error = [&](const job::ContainerEnvironment& settings, bool baseline) {
    const auto report = job::run_performance_estimate_job(settings, {.baseline = baseline}, from_civil(2026, 6, 1));
    return report ? "" : report.error().message;
  };
  auto settings = environment(write("a.csv", "p,y\n0.5,1\n"), "out");
  settings.ground_truth_attribute = "";
  EXPECT_THAT(error(settings, true), HasSubstr("a baseline is calibrated on labels"));
  settings.ground_truth_attribute = "z";
  EXPECT_THAT(error(settings, true), HasSubstr("a.csv:2: there is no column 'z' for the label"));
  settings = environment(write("a.csv", "p,y\n1.5,1\n"), "out");
  EXPECT_THAT(error(settings, true), HasSubstr("a.csv:2: p is '1.5'; expected a probability from 0 to 1"));
  settings = environment(write("a.csv", "p,y\n0.5,2\n"), "out");
  EXPECT_THAT(error(settings, true), HasSubstr("y is '2'; expected 0, 1, true or false"));
  settings.baseline_constraints = folder_.path() / "nowhere.json";
  EXPECT_THAT(error(settings, false), HasSubstr("calibration.json"));
}

}  // namespace
}  // namespace driftlab::monitor

// The container contract of section 1 of the forecasting reference, on folders of the test's own. The metric patterns
// are those SageMaker lists for its DeepAR algorithm, as regular expressions over log lines.
#include "core/job/forecasting/training_container.hpp"

#include <fstream>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/forecast/training.hpp"
#include "core/job/container/files.hpp"
#include "core/job/forecasting/channel.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::job {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

std::string series_line(int points, int season = 4) {
  std::string line = R"({"start":"2026-06-01 00:00:00","target":[)";
  for (int t = 0; t < points; ++t) line += (t > 0 ? "," : "") + std::to_string(10 + t % season);
  return line + "]}\n";
}

class Container : public testing::Test {
 protected:
  void put(const std::string& path, std::string_view bytes) {
    ASSERT_TRUE(write_whole(folder_.path() / "opt/ml" / path, bytes));
  }
  void hyperparameters(std::string_view json) { put("input/config/hyperparameters.json", json); }
  Result<std::map<std::string, double>> run(const std::string& algorithm = "") {
    log_.clear();
    return run_training_container({.prefix = folder_.path(),
                                   .algorithm = algorithm,
                                   .log = [this](const std::string& line) { log_ += line + '\n'; }});
  }
  [[nodiscard]] std::string failure() const {
    const auto text = read_whole(folder_.path() / "opt/ml/output/failure");
    return text ? *text : "no failure file";
  }
  /// What SageMaker would read from the log with this definition.
  [[nodiscard]] std::string metric(const std::string& pattern) const {
    std::smatch match;
    return std::regex_search(log_, match, std::regex(pattern)) ? match[1].str() : "";
  }

  support::TemporaryFolder folder_;
  std::string log_;
};

TEST_F(Container, TrainsAndLeavesModelAndMetrics) {
  hyperparameters(R"({"time_freq":"1H","prediction_length":"4","season":"4"})");
  put("input/data/train/train.json", series_line(60) + series_line(50));
  put("input/data/test/test.json", series_line(64));
  const auto metrics = run("forecasting-linear");
  ASSERT_TRUE(metrics) << metrics.error().message;
  EXPECT_TRUE(metrics->contains("test:RMSE"));
  const auto model = forecast::load(read_whole(folder_.path() / "opt/ml/model" / kModelFile).value()).value();
  EXPECT_EQ(model->algorithm(), "linear");
  EXPECT_EQ(model->prediction_length(), 4);
  for (const char* pattern :
       {"#quality_metric: host=\\S+, train final_loss <loss>=(\\S+)",
        "#quality_metric: host=\\S+, test RMSE <loss>=(\\S+)",
        "#quality_metric: host=\\S+, test mean_wQuantileLoss <loss>=(\\S+)",
        "#test_score \\(algo-1, wQuantileLoss\\[0.9\\]\\): (\\S+)", "Final loss: (\\S+) \\(occurred at epoch \\d+\\)"})
    EXPECT_NE(metric(pattern), "") << pattern << "\n" << log_;
  EXPECT_EQ(failure(), "no failure file");
}

TEST_F(Container, TellsTheShareOfTheEpochs) {
  hyperparameters(
      R"({"time_freq":"1H","prediction_length":"4","context_length":"4","epochs":"4","num_cells":"4","num_layers":"1"})");
  put("input/data/train/train.json", series_line(400));
  ASSERT_TRUE(run("deepar")) << failure();
  EXPECT_EQ(metric("#progress_metric: host=algo-1, completed ([0-9.]+) % of epochs"), "25");
  EXPECT_THAT(log_, HasSubstr("completed 75 % of epochs"));
  EXPECT_THAT(log_, HasSubstr("completed 100 % of epochs"));
}

TEST_F(Container, AlgorithmFromTheHyperparametersAndFromTheCaller) {
  hyperparameters(R"({"time_freq":"1H","prediction_length":"4","algorithm":"theta"})");
  put("input/data/train/train.json", series_line(60));
  ASSERT_TRUE(run());
  EXPECT_THAT(log_, HasSubstr("Algorithm: theta"));
  ASSERT_TRUE(run("ets"));
  EXPECT_THAT(log_, HasSubstr("Algorithm: ets"));
  EXPECT_THAT(run("forecasting-thetta").error().message, HasSubstr("did you mean 'theta'"));
}

TEST_F(Container, FoldersGzipAndFilesThatDoNotCount) {
  hyperparameters(R"({"time_freq":"1H","prediction_length":"4"})");
  put("input/data/train/a/one.json", series_line(60));
  put("input/data/train/b/two.json.gz", support::gzipped(series_line(61)) + support::gzipped(series_line(62)));
  put("input/data/train/.hidden/three.json", "not JSON");
  put("input/data/train/.four.json", "not JSON");
  put("input/data/train/_SUCCESS", "");
  ASSERT_TRUE(run("seasonal-naive")) << failure();
  EXPECT_THAT(log_, HasSubstr("3 time series, 183 observations, 0 missing"));
}

TEST_F(Container, MistakesAreWrittenWhereSageMakerLooks) {
  const std::string good = R"({"time_freq":"1H","prediction_length":"4"})";
  const auto reason = [&] {
    const auto result = run("linear");
    EXPECT_FALSE(result);
    return failure();
  };
  EXPECT_THAT(reason(), HasSubstr("hyperparameters.json"));
  hyperparameters("{");
  EXPECT_THAT(reason(), HasSubstr("hyperparameters.json: not JSON"));
  hyperparameters(R"({"time_freq":"1H","prediction_length":4})");
  EXPECT_THAT(reason(), HasSubstr("hyperparameter prediction_length: 4 is not a text"));
  hyperparameters(R"({"prediction_length":"4"})");
  EXPECT_THAT(reason(), HasSubstr("time_freq is required"));
  hyperparameters(good);
  EXPECT_THAT(reason(), HasSubstr("channel train:"));
  put("input/data/train/a.json", series_line(60) + "{\"start\":\"2026-06-01\",\"target\":[1,true]}\n");
  EXPECT_THAT(reason(), testing::AllOf(testing::StartsWith("ClientError: channel train: "),
                                       HasSubstr("a.json: line 2: field target[1]")));
  put("input/data/train/a.json", series_line(60));
  put("input/data/train/b.json", "{\"start\":\"2026-06-01\",\"target\":[1],\"cat\":[0]}\n");
  EXPECT_THAT(reason(), HasSubstr("b.json: a series with 1 categories"));
  put("input/data/train/b.json", series_line(60));
  put("input/data/train/c.csv", "1,2");
  EXPECT_THAT(reason(), HasSubstr("c.csv: not a format that is read"));
  fs::remove(folder_.path() / "opt/ml/input/data/train/c.csv");
  put("input/data/train/d.json", "PAR1....");
  EXPECT_THAT(reason(), HasSubstr("Parquet is not read"));
  put("input/data/train/d.json", support::gzipped(series_line(600)).substr(0, 40));
  EXPECT_THAT(reason(), HasSubstr("d.json: damaged at byte 40 of the compressed file: gzip stream ends early"));
  put("input/data/train/d.json", series_line(2));
  hyperparameters(R"({"time_freq":"1H","prediction_length":"4","epoch":"2"})");
  EXPECT_THAT(reason(), HasSubstr("unknown hyperparameter 'epoch'; did you mean 'epochs'"));
  hyperparameters(R"({"time_freq":"1H","prediction_length":"400"})");
  EXPECT_THAT(reason(), HasSubstr("402 are needed to forecast 400"));
  hyperparameters("{\"time_freq\":\"1H\",\"prediction_length\":\"" + std::string(5000, '4') + "\"}");
  EXPECT_EQ(reason().size(), 1024u) << "ExitMessage holds no more";
  EXPECT_FALSE(fs::exists(folder_.path() / "opt/ml/model" / kModelFile));
}

}  // namespace
}  // namespace driftlab::job

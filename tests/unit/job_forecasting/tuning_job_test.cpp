// A search on files: what is on disk must let it go on, and the best model must be the one that is kept.
#include "core/job/forecasting/tuning_job.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/rng.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/training.hpp"
#include "core/job/container/files.hpp"
#include "core/job/forecasting/training_container.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::job {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kConfig = R"({
  "Strategy": "Random",
  "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "test:mean_wQuantileLoss"},
  "ResourceLimits": {"MaxNumberOfTrainingJobs": 6},
  "ParameterRanges": {"IntegerParameterRanges": [{"Name": "lags", "MinValue": "1", "MaxValue": "30"}]},
  "StaticHyperParameters": {"time_freq": "1H", "prediction_length": "4", "season": "1", "daily_order": "0"}})";

class Tuning : public testing::Test {
 protected:
  Tuning() {
    Rng rng(2, "test", "tuning");
    forecast::Series series{from_civil(2026, 6, 1), 1h, {}, {}, {}};
    for (int t = 0; t < 300; ++t) series.target.push_back(20 + 5 * std::sin(t * 0.7) + rng.normal(0, 0.3));
    put("train.json", forecast::write_series_lines({series}));
    put("config.json", kConfig);
  }
  void put(const std::string& name, std::string_view bytes) { write_whole(path(name), bytes).value(); }
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
  Result<forecast::TuningOutcome> run(int trials = 1000) {
    return run_tuning_job({.config = path("config.json"),
                           .train = path("train.json"),
                           .test = {},
                           .algorithm = "linear",
                           .out = path("out"),
                           .log = [this](const std::string& line) { log_ += line + "\n"; },
                           .keep_going = [&trials](const auto&) { return trials-- > 0; }});
  }

  support::TemporaryFolder folder_;
  std::string log_;
};

TEST_F(Tuning, KeepsTheBestModel) {
  const auto outcome = run().value();
  ASSERT_EQ(outcome.trials.size(), 6u);
  const auto& best = outcome.trials[*outcome.best];
  for (const auto& trial : outcome.trials) EXPECT_GE(*trial.objective, *best.objective);
  const auto document = json::parse(read_whole(path("out/best.json")).value());
  EXPECT_EQ(document.at("TunedHyperParameters").at("lags"), best.hyperparameters.at("lags"));
  EXPECT_EQ(document.at("FinalHyperParameterTuningJobObjectiveMetric").at("Value"), *best.objective);
  // The model kept is the one training with those hyperparameters gives.
  const auto kept = read_whole(path("out/model") / kModelFile).value();
  EXPECT_THAT(kept, HasSubstr("lags " + best.hyperparameters.at("lags") + "\n"));
}

TEST_F(Tuning, GoesOnAfterAStopEvenInTheMiddleOfALine) {
  const auto first = run(2).value();
  EXPECT_FALSE(first.complete);
  put("out/trials.jsonl", read_whole(path("out/trials.jsonl")).value() + "{\"TrainingJobName\":\"tri");
  const auto second = run().value();
  EXPECT_TRUE(second.complete);
  EXPECT_THAT(log_, HasSubstr("2 trials were done before"));
  const auto resumed = read_whole(path("out/trials.jsonl")).value();
  std::filesystem::remove_all(path("out"));
  const auto whole = run().value();
  EXPECT_EQ(read_whole(path("out/trials.jsonl")).value(), resumed);
  EXPECT_EQ(whole.best, second.best);
}

TEST_F(Tuning, RefusesTheFolderOfAnotherSearch) {
  ASSERT_TRUE(run(1));
  std::string other = kConfig;
  other.replace(other.find("\"30\""), 4, "\"29\"");
  put("config.json", other);
  EXPECT_THAT(run().error().message, HasSubstr("trials of another config"));
}

TEST_F(Tuning, MistakesAreNamed) {
  std::string other = kConfig;
  other.replace(other.find("test:mean_wQuantileLoss"), 23, "test:mean_wQuantileLos");
  put("config.json", other);
  EXPECT_THAT(run().error().message, testing::AllOf(HasSubstr("every one of the 6 trials failed"),
                                                    HasSubstr("no metric"), HasSubstr("test:RMSE")));
  put("config.json", "{\"Strategy\":\"Random\"}");
  EXPECT_THAT(run().error().message, HasSubstr("config.json: HyperParameterTuningJobObjective"));
  std::string no_freq = kConfig;
  no_freq.replace(no_freq.find("\"time_freq\": \"1H\", "), 19, "");
  put("config.json", no_freq);
  EXPECT_THAT(run().error().message, HasSubstr("StaticHyperParameters.time_freq"));
}

}  // namespace
}  // namespace driftlab::job

/// Scores of a two-step window, worked by hand with QL_q = Σ max(q(x − f), (1 − q)(f − x)), wQL_q = 2·QL_q / Σ|x|.

#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "tests/unit/job/fixture.hpp"

namespace driftlab::job {
namespace {

using nlohmann::json;

/// Against targets 10 and 20: 2·QL = 0.7, 1.0, 0.4; errors of the mean −1 and 2.
constexpr const char* kPrediction = R"({"mean":[11,18],"quantiles":{"0.05":[8,15],"0.5":[10,19],"0.95":[12,22]}})";
/// All three quantiles 10: 2·QL = 1, 10, 19.
constexpr const char* kChampion = R"({"mean":[10,10],"quantiles":{"0.05":[10,10],"0.5":[10,10],"0.95":[10,10]}})";

class Evaluate : public JobTest {
 public:
  Evaluate() { set("window,step,target\n0,0,10\n0,1,20\n", std::string(kPrediction) + "\n"); }
  void set(std::string targets, std::string predictions) {
    run.inputs.clear();
    add_input(run, "targets", "/in/targets", "test-targets.csv", std::move(targets));
    add_input(run, "predictions", "/in/predictions", "test-inputs.json.out", std::move(predictions));
    add_input(run, "test", "/in/test", "test-inputs.json", "{\"start\":\"2026-06-01 00:00:00\",\"target\":[1,2]}\n");
  }
  void serve_champion(Result<std::string> answer) {
    world.endpoints.models["e1"] = [answer](const std::string&) { return answer; };
    run.environment["CHAMPION_ENDPOINT"] = "e1";
  }
  json report() { return json::parse(*only_file(execute(evaluate, run), "evaluation").bytes); }

  Container run;
};

TEST_F(Evaluate, ReportsLossAndRmse) {
  const auto exit = execute(evaluate, run);
  ASSERT_EQ(exit.code, 0) << exit.message;
  EXPECT_EQ(only_file(exit, "evaluation").path, "evaluation.json");
  const auto metrics = json::parse(*only_file(exit, "evaluation").bytes)["deepar_metrics"];
  EXPECT_NEAR(metrics["weighted_quantile_loss"]["value"].get<double>(), 2.1 / 3 / 30, 1e-15);
  EXPECT_NEAR(metrics["rmse"]["value"].get<double>(), std::sqrt(2.5), 1e-15);
  EXPECT_EQ(metrics["windows"]["value"], 1);
}

TEST_F(Evaluate, WritesTheRowsOfTheQualityBaseline) {
  const auto exit = execute(evaluate, run);
  EXPECT_EQ(only_file(exit, "baseline").path, "targets-quantiles.csv");
  EXPECT_EQ(*only_file(exit, "baseline").bytes,
            "target,prediction_mean,quantile_low,quantile_median,quantile_high\n10,11,8,10,12\n20,18,15,19,22\n");
}

TEST_F(Evaluate, PoolsWindows) {
  // The same prediction for targets 10, 20 and 0, 0: the second adds 2·QL 0.95·2·23, 29, 0.05·2·34 to sums over
  // Σ|x| 30.
  set("window,step,target\n0,0,10\n0,1,20\n1,0,0\n1,1,0\n", std::string(kPrediction) + "\n" + kPrediction + "\n");
  const auto metrics = report()["deepar_metrics"];
  EXPECT_NEAR(metrics["weighted_quantile_loss"]["value"].get<double>(), (2.1 + 43.7 + 29 + 3.4) / 3 / 30, 1e-14);
  EXPECT_EQ(metrics["windows"]["value"], 2);
}

TEST_F(Evaluate, AMissingTargetCountsNowhere) {
  set("window,step,target\n0,0,10\n0,1,nan\n", kPrediction);
  const auto exit = execute(evaluate, run);
  const auto metrics = json::parse(*only_file(exit, "evaluation").bytes)["deepar_metrics"];
  // 2·QL of the first step: 0.2, 0, 0.2.
  EXPECT_NEAR(metrics["weighted_quantile_loss"]["value"].get<double>(), 0.4 / 3 / 10, 1e-15);
  EXPECT_EQ(metrics["rmse"]["value"], 1.0);
  EXPECT_EQ(*only_file(exit, "baseline").bytes,
            "target,prediction_mean,quantile_low,quantile_median,quantile_high\n10,11,8,10,12\n");
}

TEST_F(Evaluate, ComparesWithTheModelInService) {
  serve_champion("{\"predictions\":[" + std::string(kChampion) + "]}");
  const auto comparison = report()["comparison"];
  EXPECT_NEAR(comparison["challenger"]["value"].get<double>(), 2.1 / 90, 1e-15);
  EXPECT_NEAR(comparison["champion"]["value"].get<double>(), 30.0 / 90, 1e-15);
  EXPECT_NEAR(comparison["ratio"]["value"].get<double>(), 0.07, 1e-15);
  ASSERT_EQ(world.endpoints.bodies.size(), 1u);
  EXPECT_EQ(json::parse(world.endpoints.bodies[0])["instances"],
            json::parse(R"([{"start":"2026-06-01 00:00:00","target":[1,2]}])"))
      << "the champion forecasts from the same contexts";
}

TEST_F(Evaluate, WithoutEndpointAnyModelIsBetter) {
  run.environment["CHAMPION_ENDPOINT"] = "not-yet";
  const auto comparison = report()["comparison"];
  EXPECT_FALSE(comparison.contains("champion"));
  EXPECT_EQ(comparison["ratio"]["value"], 0.0);
}

TEST_F(Evaluate, AChampionWithoutLossIsEqualledButNotBeaten) {
  constexpr const char* kPerfect = R"({"mean":[10,20],"quantiles":{"0.05":[10,20],"0.5":[10,20],"0.95":[10,20]}})";
  serve_champion("{\"predictions\":[" + std::string(kPerfect) + "]}");
  auto comparison = report()["comparison"];
  EXPECT_EQ(comparison["champion"]["value"], 0.0);
  EXPECT_EQ(comparison["ratio"]["value"].get<double>(), std::numeric_limits<double>::max());
  set("window,step,target\n0,0,10\n0,1,20\n", std::string(kPerfect) + "\n");
  comparison = report()["comparison"];
  EXPECT_EQ(comparison["challenger"]["value"], 0.0);
  EXPECT_EQ(comparison["ratio"]["value"], 1.0);
}

TEST_F(Evaluate, ComparesWithABaselineTrainedOnTheSameData) {
  // On a history of tens the naive forecast is 10 at every level, as kChampion is.
  std::string tens = R"({"start":"2026-06-01 00:00:00","target":[10)";
  for (int i = 1; i < 400; ++i) tens += ",10";
  tens += "]}\n";
  add_input(run, "train", "/in/train", "train.json", tens);
  run.inputs[2].files[0].bytes = make_blob(tens);
  run.environment["BASELINE"] = "seasonal-naive";
  const auto comparison = report()["comparison"];
  EXPECT_EQ(comparison["baseline"]["algorithm"], "seasonal-naive");
  EXPECT_NEAR(comparison["baseline"]["value"].get<double>(), 30.0 / 90, 1e-15);
  EXPECT_NEAR(comparison["baseline_ratio"]["value"].get<double>(), 0.07, 1e-15);
  EXPECT_FALSE(comparison.contains("champion"));
}

TEST_F(Evaluate, TheBaselineCanBeTurnedOff) {
  run.environment["BASELINE"] = "none";
  const auto comparison = report()["comparison"];
  EXPECT_FALSE(comparison.contains("baseline"));
  EXPECT_EQ(comparison["baseline_ratio"]["value"], 0.0);
}

TEST_F(Evaluate, ABaselineThatCannotBeTrainedFailsTheJob) {
  run.environment["BASELINE"] = "linear";
  EXPECT_EQ(execute(evaluate, run).code, 1) << "no training data";
  add_input(run, "train", "/in/train", "train.json", "{\"start\":\"2026-06-01 00:00:00\",\"target\":[1,2]}\n");
  run.environment["BASELINE"] = "linaer";
  EXPECT_EQ(execute(evaluate, run).message.rfind("BASELINE: ", 0), 0u);
}

TEST_F(Evaluate, WithoutTheSettingThereIsNoComparison) {
  EXPECT_FALSE(report().contains("comparison"));
  EXPECT_TRUE(world.endpoints.bodies.empty());
}

TEST_F(Evaluate, AnEndpointThatFailsFailsTheJob) {
  serve_champion(Error{ErrorKind::Unavailable, "ModelError", "the container failed"});
  const auto exit = execute(evaluate, run);
  EXPECT_EQ(exit.code, 1);
  EXPECT_EQ(exit.message, "the container failed");
}

TEST_F(Evaluate, PredictionsMustBeThoseOfTheConfidence) {
  run.environment["CONFIDENCE"] = "80";
  const auto exit = execute(evaluate, run);
  EXPECT_EQ(exit.code, 1);
  EXPECT_EQ(exit.message, "prediction 0 has other quantiles than CONFIDENCE asks for");
}

TEST_F(Evaluate, PredictionsNeedAMean) {
  set("window,step,target\n0,0,10\n", R"({"quantiles":{"0.05":[8],"0.5":[10],"0.95":[12]}})");
  EXPECT_EQ(execute(evaluate, run).message, "prediction 0 has no mean");
}

TEST_F(Evaluate, UnusableFilesAreNamed) {
  set("window,step,target\n0,0,10\n", std::string(kPrediction) + "\n" + kPrediction);
  EXPECT_EQ(execute(evaluate, run).message, "1 windows of targets, 2 predictions");
  set("window,step,target\n0;0;10\n", kPrediction);
  EXPECT_EQ(execute(evaluate, run).message, "test-targets.csv:2: expected window,step,target");
  set("window,step,target\n-1,0,10\n", kPrediction);
  EXPECT_EQ(execute(evaluate, run).message, "test-targets.csv:2: window -1 out of order");
  set("window,step,target\n", kPrediction);
  EXPECT_EQ(execute(evaluate, run).message, "test-targets.csv has no row");
  set("window,step,target\n0,0,nan\n0,1,nan\n", kPrediction);
  EXPECT_EQ(execute(evaluate, run).message, "every target of the test windows is missing");
  run.inputs.erase(run.inputs.begin());
  EXPECT_EQ(execute(evaluate, run).message, "Job inputs had no data: input 'targets' is empty");
}

}  // namespace
}  // namespace driftlab::job

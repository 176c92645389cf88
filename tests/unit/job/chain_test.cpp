/// Model Build from the feature store to evaluation.json, on a series whose forecast can be worked by hand: season
/// 10, 20, 30, 40 of four minutes, and every second season one higher.
///
/// The seasonal naive forecast of the last season (odd, so one higher) is the even season before it: every error is 1.
/// Of the 56 seasonal differences before it, 28 are −1 and 28 are 1; the elements of rank ⌈57q⌉ (3, 29, 55) are −1, 1
/// and 1. So the median and the upper quantile are exact, and the lower one is 2 too low: QL = 4 · 0.05 · 2 = 0.4.

#include <nlohmann/json.hpp>

#include "tests/unit/job/fixture.hpp"

namespace driftlab::job {
namespace {

using nlohmann::json;

class Chain : public JobTest {
 public:
  Chain() {
    for (int i = 0; i < 64; ++i)
      world.features.add("avg_fee_1min", kMidnight - 30min + i * 1min, 10.0 * (i % 4 + 1) + i / 4 % 2);
  }

  Exit train_on(const Exit& data) {
    Container run;
    run.image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/forecasting-seasonal-naive:1";
    run.instance_type = "ml.m5.large";
    run.hyperparameters = {{"time_freq", "1min"}, {"prediction_length", "4"}, {"season", "4"}};
    add_input(run, "train", "/opt/ml/input/data/train", "train.json", *only_file(data, "train").bytes);
    add_input(run, "test", "/opt/ml/input/data/test", "validation.json", *only_file(data, "validation").bytes);
    return execute(train, run);
  }
  Exit transform_with(const Exit& model, const Exit& data) {
    Container run;
    run.model = only_file(model, "model").bytes;
    run.environment["DEEPAR_INFERENCE_CONFIG"] =
        R"({"num_samples":100,"output_types":["mean","quantiles"],"quantiles":["0.05","0.5","0.95"]})";
    add_input(run, "input", "/opt/ml/input", "test-inputs.json", *only_file(data, "test").bytes);
    return execute(transform, run);
  }

  const Container preprocess_run = series_run({{"PREDICTION_LENGTH", "4"}, {"VALIDATION_WINDOWS", "1"}});
};

TEST_F(Chain, FromTheFeatureStoreToTheReport) {
  const Exit data = execute(preprocess, preprocess_run);
  ASSERT_EQ(data.code, 0) << data.message;

  const Exit model = train_on(data);
  ASSERT_EQ(model.code, 0) << model.message;
  EXPECT_EQ(only_file(model, "model").path, "model.tar.gz");
  EXPECT_EQ(model.final_metrics.at("test:RMSE"), 1.0) << "the validation window has errors of -1";
  ASSERT_TRUE(model.work);
  EXPECT_GT(*model.work, Duration(90s));
  EXPECT_LT(*model.work, Duration(91s));

  const Exit predictions = transform_with(model, data);
  ASSERT_EQ(predictions.code, 0) << predictions.message;
  EXPECT_EQ(only_file(predictions, "output").path, "test-inputs.json") << "the service adds .out";
  EXPECT_EQ(json::parse(*only_file(predictions, "output").bytes), json::parse(R"({"mean":[10,20,30,40],
      "quantiles":{"0.05":[9,19,29,39],"0.5":[11,21,31,41],"0.95":[11,21,31,41]}})"));

  Container run;
  add_input(run, "targets", "/in", "test-targets.csv", *only_file(data, "targets").bytes);
  add_input(run, "predictions", "/in", "test-inputs.json.out", *only_file(predictions, "output").bytes);
  const Exit report = execute(evaluate, run);
  ASSERT_EQ(report.code, 0) << report.message;
  const auto metrics = json::parse(*only_file(report, "evaluation").bytes)["deepar_metrics"];
  EXPECT_EQ(metrics["rmse"]["value"], 1.0);
  // 2 · 0.4 / (11 + 21 + 31 + 41), over three levels
  EXPECT_NEAR(metrics["weighted_quantile_loss"]["value"].get<double>(), 0.8 / 104 / 3, 1e-15);
}

TEST_F(Chain, TheSameInputsGiveTheSameModel) {
  const Exit data = execute(preprocess, preprocess_run);
  ASSERT_EQ(train_on(data).code, 0);
  EXPECT_EQ(*only_file(train_on(data), "model").bytes, *only_file(train_on(data), "model").bytes);
}

TEST_F(Chain, TrainingFailuresAreExits) {
  Container run;
  run.image = "forecasting-linear:1";
  EXPECT_EQ(execute(train, run).message, "environment variable time_freq is missing");
  run.hyperparameters["time_freq"] = "1min";
  EXPECT_EQ(execute(train, run).message, "Job inputs had no data: input 'train' is empty");
  run.image = "prophet:1";
  add_input(run, "train", "/in", "train.json", "{\"start\":\"2026-06-01 00:00:00\",\"target\":[1]}\n");
  EXPECT_EQ(execute(train, run).message, "unknown forecasting algorithm 'prophet'");
  EXPECT_EQ(execute(train, run).code, 1);
}

TEST_F(Chain, TransformFailuresAreExits) {
  Container run;
  EXPECT_EQ(execute(transform, run).message, "the transform job was given no model");
  run.model = make_blob("no model");
  EXPECT_EQ(execute(transform, run).code, 1);
}

}  // namespace
}  // namespace driftlab::job

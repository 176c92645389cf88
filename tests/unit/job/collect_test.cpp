/// Reshaping a forecast into rows for a monitor made for tables. Which label belongs to which prediction follows from
/// the two pairings as documented in steps.hpp: the held-out values 7 and 8, or elements 0 and 1 of the input.

#include <nlohmann/json.hpp>

#include "core/capture/codec.hpp"
#include "tests/unit/job/fixture.hpp"

namespace driftlab::job {
namespace {

class Collect : public JobTest {
 public:
  Collect() {
    add_series({1, 2, 3, 4, 5, 6, 7, 8});
    serve(R"({"predictions":[{"mean":[70,80],"quantiles":{"0.05":[1,1],"0.5":[2,2],"0.95":[3,3]}}]})");
  }
  void serve(std::string answer) {
    world.endpoints.models["e1"] = [answer](const std::string&) { return Result<std::string>(answer); };
  }
  static Container request(std::map<std::string, std::string> more = {}) {
    more.insert({{"PREDICTION_LENGTH", "2"}, {"CONTEXT_POINTS", "6"}, {"ENDPOINT", "e1"}, {"STAGE", "staging"}});
    return series_run(more);
  }
  static std::vector<std::string> labels(const Exit& exit) {
    std::vector<std::string> result;
    for (const auto& record : capture::read_ground_truths(*only_file(exit, "ground_truth").bytes).records)
      result.push_back(record.data);
    return result;
  }
};

TEST_F(Collect, WritesACaptureAndALabelForEachPoint) {
  const auto exit = execute(collect, request());
  ASSERT_EQ(exit.code, 0) << exit.message;
  const auto captures = capture::read_captures(*only_file(exit, "capture").bytes).records;
  const auto truths = capture::read_ground_truths(*only_file(exit, "ground_truth").bytes).records;
  ASSERT_EQ(captures.size(), 2u);
  ASSERT_EQ(truths.size(), 2u);
  EXPECT_EQ(captures[0].input->data, "2026-06-01T00:06:00Z");
  EXPECT_EQ(captures[1].input->data, "2026-06-01T00:07:00Z");
  EXPECT_EQ(captures[0].output->data, "70");
  EXPECT_EQ(captures[1].output->data, "80");
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(captures[i].metadata.inference_time, kNow);
    EXPECT_EQ(captures[i].metadata.inference_id, captures[i].metadata.event_id);
    EXPECT_EQ(truths[i].event_id, captures[i].metadata.event_id);
  }
  EXPECT_NE(truths[0].event_id, truths[1].event_id);
}

TEST_F(JobTest, CollectCapturesFeaturesBesideTheTime) {
  for (int i = 0; i < 8; ++i) world.features.add("avg_fee_1min", kMidnight - 6h - 7min + i * 1min, 1.0 + i);
  world.endpoints.models["e1"] = [](const std::string&) {
    return Result<std::string>(
        R"({"predictions":[{"mean":[7,8],"quantiles":{"0.05":[1,1],"0.5":[2,2],"0.95":[3,3]}}]})");
  };
  auto exit = execute(collect, Collect::request({{"CAPTURED_FEATURES", "daytime,hour"}}));
  const auto captures = capture::read_captures(*only_file(exit, "capture").bytes).records;
  ASSERT_EQ(captures.size(), 2u) << exit.message;
  EXPECT_EQ(captures[0].input->data, "2026-05-31T17:59:00Z,1,17");
  EXPECT_EQ(captures[1].input->data, "2026-05-31T18:00:00Z,0,18");
  exit = execute(collect, Collect::request({{"CAPTURED_FEATURES", "daytime,month"}}));
  EXPECT_EQ(exit.message, "CAPTURED_FEATURES holds 'month'; expected daytime or hour");
}

TEST_F(Collect, PutsThemIntoTheFoldersOfTheHour) {
  const auto exit = execute(collect, request());
  const std::string& capture = only_file(exit, "capture").path;
  const std::string& label = only_file(exit, "ground_truth").path;
  EXPECT_TRUE(capture.starts_with("e1/AllTraffic/2026/06/01/01/00-00-000-")) << capture;
  EXPECT_TRUE(label.starts_with("e1/2026/06/01/01/00-00-000-")) << label;
  EXPECT_TRUE(capture.ends_with(".jsonl"));
}

TEST_F(Collect, AsksWithEverythingBeforeTheHeldOutPoints) {
  (void)execute(collect, request());
  ASSERT_EQ(world.endpoints.bodies.size(), 1u);
  const auto body = nlohmann::json::parse(world.endpoints.bodies[0]);
  EXPECT_EQ(body["instances"], nlohmann::json::parse(R"([{"start":"2026-06-01 00:00:00","target":[1,2,3,4,5,6]}])"));
  EXPECT_EQ(body["configuration"]["quantiles"], nlohmann::json::parse(R"(["0.05","0.5","0.95"])"));
  EXPECT_EQ(world.features.queries.at(0).newest, 8u);
}

TEST_F(Collect, HeldOutPairingGivesThePointsThatWereForecast) {
  EXPECT_EQ(labels(execute(collect, request())), (std::vector<std::string>{"7", "8"}));
  EXPECT_EQ(labels(execute(collect, request({{"PAIRING", "held-out"}}))), (std::vector<std::string>{"7", "8"}));
}

TEST_F(Collect, InputPairingGivesTheFirstPointsOfTheContext) {
  EXPECT_EQ(labels(execute(collect, request({{"PAIRING", "input-series"}}))), (std::vector<std::string>{"1", "2"}));
}

TEST_F(Collect, APointWithoutTruthGivesNoRecord) {
  world.features.records = {};
  add_series({1, 2, 3, 4, 5, 6});
  world.features.add("avg_fee_1min", kMidnight + 7min, 8);
  const auto exit = execute(collect, request());
  EXPECT_EQ(labels(exit), std::vector<std::string>{"8"});
  EXPECT_EQ(capture::read_captures(*only_file(exit, "capture").bytes).records.at(0).output->data, "80");
}

TEST_F(Collect, AForecastOfAnotherLengthFailsTheJob) {
  serve(R"({"predictions":[{"mean":[70],"quantiles":{"0.05":[1],"0.5":[2],"0.95":[3]}}]})");
  const auto exit = execute(collect, request());
  EXPECT_EQ(exit.code, 1);
  EXPECT_EQ(exit.message, "the endpoint forecast 1 steps, PREDICTION_LENGTH is 2");
}

TEST_F(Collect, OtherQuantilesThanAskedForFailTheJob) {
  serve(R"({"predictions":[{"mean":[70,80],"quantiles":{"0.1":[1,1],"0.5":[2,2],"0.9":[3,3]}}]})");
  EXPECT_EQ(execute(collect, request()).message, "the endpoint answered with other quantiles than asked for");
}

TEST_F(Collect, Failures) {
  EXPECT_EQ(execute(collect, request({{"PAIRING", "input"}})).message,
            "PAIRING is 'input'; expected held-out or input-series");
  EXPECT_EQ(execute(collect, request({{"ENDPOINT", "e2"}})).message, "Endpoint e2 not found.");
  EXPECT_EQ(execute(collect, request({{"PREDICTION_LENGTH", "4"}})).message, "too few points to forecast from");
}

}  // namespace
}  // namespace driftlab::job

/// The custom metric on a fixed forecast of 5, 6, 8 (low, median, high) at both steps of a window, by hand:
/// truth 7, 8 gives QL 0.25, 1.5, 0.05; truth 5, 6 gives 0.05, 0.5, 0.25.

#include <nlohmann/json.hpp>

#include "tests/unit/job/fixture.hpp"

namespace driftlab::job {
namespace {

class CustomMetric : public JobTest {
 public:
  CustomMetric() {
    add_series({1, 2, 3, 4, 5, 6, 7, 8});
    world.parameters.values["/threshold"] = "0.24";
    world.endpoints.models["e1"] = [](const std::string& body) -> Result<std::string> {
      const auto instances = nlohmann::json::parse(body)["instances"].size();
      nlohmann::json answer{{"predictions", nlohmann::json::array()}};
      for (std::size_t i = 0; i < instances; ++i)
        answer["predictions"].push_back(
            {{"mean", {6, 6}}, {"quantiles", {{"0.05", {5, 5}}, {"0.5", {6, 6}}, {"0.95", {8, 8}}}}});
      return answer.dump();
    };
  }
  static Container request(std::map<std::string, std::string> more = {}) {
    more.insert({{"PREDICTION_LENGTH", "2"},
                 {"CONTEXT_POINTS", "4"},
                 {"ENDPOINT", "e1"},
                 {"STAGE", "staging"},
                 {"THRESHOLD_PARAMETER", "/threshold"}});
    return series_run(more);
  }
};

TEST_F(CustomMetric, PublishesLossAndThresholdOfTheStage) {
  const auto exit = execute(custom_metric, request());
  ASSERT_EQ(exit.code, 0) << exit.message;
  ASSERT_EQ(world.metrics.published.size(), 1u);
  const auto& data = world.metrics.published[0];
  EXPECT_EQ(data.metric_namespace, "CustomModelMonitoring");
  ASSERT_EQ(data.data.size(), 2u);
  EXPECT_EQ(data.data[0].metric_name, "weighted_quantile_loss");
  EXPECT_NEAR(data.data[0].value.value(), 2 * 1.8 / 15 / 3, 1e-15);
  EXPECT_EQ(data.data[1].metric_name, "weighted_quantile_loss_threshold");
  EXPECT_EQ(data.data[1].value, 0.24);
  for (const auto& datum : data.data) {
    EXPECT_EQ(datum.dimensions, (std::vector<ops::cloudwatch::Dimension>{{"StageName", "staging"}}));
    EXPECT_EQ(datum.unit, "None");
  }
}

TEST_F(CustomMetric, PoolsTheNewestWindows) {
  ASSERT_EQ(execute(custom_metric, request({{"WINDOWS", "2"}})).code, 0);
  EXPECT_NEAR(world.metrics.published.at(0).data.at(0).value.value(), 2 * 2.6 / 26 / 3, 1e-15);
  const auto instances = nlohmann::json::parse(world.endpoints.bodies.at(0))["instances"];
  EXPECT_EQ(instances, nlohmann::json::parse(R"([{"start":"2026-06-01 00:00:00","target":[1,2,3,4]},
                                                 {"start":"2026-06-01 00:02:00","target":[3,4,5,6]}])"));
}

TEST_F(CustomMetric, FailuresPublishNothing) {
  EXPECT_EQ(execute(custom_metric, request({{"ENDPOINT", "e2"}})).message, "Endpoint e2 not found.");
  EXPECT_EQ(execute(custom_metric, request({{"THRESHOLD_PARAMETER", "/none"}})).code, 1);
  world.parameters.values["/threshold"] = "high";
  EXPECT_EQ(execute(custom_metric, request()).message, "parameter /threshold is 'high'; expected a number");
  EXPECT_EQ(execute(custom_metric, request({{"WINDOWS", "3"}})).message, "too few points to forecast from");
  EXPECT_EQ(execute(custom_metric, request({{"PREDICTION_LENGTH", "1"}})).code, 1)
      << "the endpoint forecasts two steps";
  EXPECT_TRUE(world.metrics.published.empty());
}

}  // namespace
}  // namespace driftlab::job

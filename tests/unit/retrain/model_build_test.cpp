/// Starting the Model Build pipeline and waiting for it. Expected behaviour: program.hpp.

#include <gtest/gtest.h>

#include "core/retrain/program.hpp"
#include "tests/support/fake_ports.hpp"

namespace driftlab::retrain {
namespace {

const Instant kStart = from_civil(2026, 6, 1);

class ModelBuild : public ::testing::Test {
 public:
  Result<std::string> build() { return world.run(model_build(world.ports, {.settings = settings})); }

  support::FakePorts world{kStart};
  std::map<std::string, std::string> settings{
      {"SAGEMAKER_PIPELINE", "build"}, {"PARAMETER_PREFIX", "/p"}, {"parameter.History", "P14D"}};
};

TEST_F(ModelBuild, PassesTheParametersAndTheThresholdInForce) {
  world.parameters.values["/p/validation-threshold/weighted_quantile_loss"] = "0.17";
  world.pipelines.statuses = {"Succeeded"};
  EXPECT_EQ(*build(), "pipeline execution succeeded: arn:execution/1");
  ASSERT_EQ(world.pipelines.started.size(), 1u);
  EXPECT_EQ(world.pipelines.started[0].pipeline_name, "build");
  EXPECT_EQ(world.pipelines.started[0].parameters,
            (std::map<std::string, std::string>{{"History", "P14D"}, {"Threshold", "0.17"}}));
}

TEST_F(ModelBuild, WithoutThresholdThePipelinesDefaultCounts) {
  world.pipelines.statuses = {"Succeeded"};
  ASSERT_TRUE(build());
  EXPECT_FALSE(world.pipelines.started[0].parameters.contains("Threshold"));
}

TEST_F(ModelBuild, WaitsWhileItExecutes) {
  world.pipelines.statuses = {"Executing", "Executing", "Stopping", "Succeeded"};
  ASSERT_TRUE(build());
  EXPECT_TRUE(world.pipelines.statuses.empty());
  EXPECT_EQ(world.loop.now(), kStart + 2min) << "one look every 30 s";
}

TEST_F(ModelBuild, AFailedExecutionFailsIt) {
  world.pipelines.statuses = {"Executing", "Failed"};
  world.pipelines.failure_reason = "Step failure: TrainModel";
  const auto answer = build();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "PipelineExecutionFailed");
  EXPECT_EQ(answer.error().message, "arn:execution/1: Step failure: TrainModel");
}

TEST_F(ModelBuild, NeedsPipelineAndPrefix) {
  settings.erase("PARAMETER_PREFIX");
  EXPECT_EQ(build().error().message, "setting PARAMETER_PREFIX is missing");
  settings.erase("SAGEMAKER_PIPELINE");
  EXPECT_EQ(build().error().message, "setting SAGEMAKER_PIPELINE is missing");
}

}  // namespace
}  // namespace driftlab::retrain

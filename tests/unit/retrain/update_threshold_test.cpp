/// The threshold step of Model Deploy. Arithmetic worked by hand: see threshold_test.cpp.

#include <gtest/gtest.h>

#include "core/retrain/program.hpp"
#include "tests/support/fake_ports.hpp"

namespace driftlab::retrain {
namespace {

const std::string kRecord = "/p/current-model-mean-weighted-quantile-loss";
const std::string kThreshold = "/p/validation-threshold/weighted_quantile_loss";
const std::string kRate = "/p/validation-threshold/update_rate";

class UpdateThreshold : public ::testing::Test {
 public:
  UpdateThreshold() {
    world.parameters.values = {{kRecord, "1.0"}, {kThreshold, "0.24"}, {kRate, "0.5"}};
    add_package(1, "Approved", "0.10");
  }
  /// A version whose evaluation found this loss.
  void add_package(int version, const char* approval, const std::string& loss) {
    ops::sagemaker::ModelPackage package;
    package.request.model_package_group_name = "fees";
    package.version = version;
    package.approval_status = approval;
    package.request.customer_metadata["evaluation"] = "s3://b/" + std::to_string(version) + "/evaluation.json";
    world.objects.objects[package.request.customer_metadata["evaluation"]] =
        R"({"deepar_metrics":{"rmse":{"value":3},"weighted_quantile_loss":{"value":)" + loss + "}}}";
    world.registry.packages.push_back(package);
  }
  Result<std::string> update() { return world.run(update_threshold_step(world.ports, {.settings = settings})); }
  const std::string& threshold() { return world.parameters.values[kThreshold]; }
  const std::string& record() { return world.parameters.values[kRecord]; }

  support::FakePorts world{from_civil(2026, 6, 1)};
  std::map<std::string, std::string> settings{{"MODEL_PACKAGE_GROUP", "fees"}, {"PARAMETER_PREFIX", "/p"}};
};

TEST_F(UpdateThreshold, LowersTheThresholdAndRecordsTheLoss) {
  EXPECT_EQ(*update(), "threshold 0.24 -> 0.17 (model loss 0.1000)");
  EXPECT_EQ(threshold(), "0.17");
  EXPECT_EQ(record(), "0.1");
}

TEST_F(UpdateThreshold, TheSameModelAgainChangesNothing) {
  (void)update();
  EXPECT_EQ(*update(), "threshold stays 0.17 (model loss 0.1000)");
  EXPECT_EQ(threshold(), "0.17");
}

TEST_F(UpdateThreshold, AWorseModelLeavesTheThresholdAndIsRecorded) {
  add_package(2, "Approved", "0.30");
  EXPECT_EQ(*update(), "threshold stays 0.24 (model loss 0.3000)");
  EXPECT_EQ(threshold(), "0.24");
  EXPECT_EQ(record(), "0.3");
}

TEST_F(UpdateThreshold, ReadsTheNewestApprovedPackage) {
  add_package(2, "Approved", "0.20");
  add_package(3, "PendingManualApproval", "0.01");
  (void)update();
  EXPECT_EQ(threshold(), "0.22");  // 0.20 + 0.04 / 2
}

TEST_F(UpdateThreshold, TrackRaisesIt) {
  add_package(2, "Approved", "0.40");
  settings["THRESHOLD_POLICY"] = "track";
  (void)update();
  EXPECT_EQ(threshold(), "0.54");  // 0.40 · 1.35, the default margin
  settings["MARGIN"] = "0.5";
  (void)update();
  EXPECT_EQ(threshold(), "0.6");
}

TEST_F(UpdateThreshold, ErrorsNameWhatIsMissing) {
  settings["THRESHOLD_POLICY"] = "rachet";
  EXPECT_EQ(update().error().message, "THRESHOLD_POLICY is 'rachet'; expected ratchet or track");
  settings.erase("THRESHOLD_POLICY");
  world.parameters.values[kThreshold] = "low";
  EXPECT_EQ(update().error().message, "parameter " + kThreshold + " is 'low'; expected a number");
  world.parameters.values.erase(kThreshold);
  EXPECT_EQ(update().error().code, "ParameterNotFound");
  world.objects.objects["s3://b/1/evaluation.json"] = R"({"deepar_metrics":{}})";
  EXPECT_EQ(update().error().message, "s3://b/1/evaluation.json: expected deepar_metrics.weighted_quantile_loss.value");
  world.objects.objects.clear();
  EXPECT_EQ(update().error().code, "NoSuchKey");
  world.registry.packages.clear();
  EXPECT_EQ(update().error().code, "ResourceNotFound");
  EXPECT_EQ(record(), "1.0") << "nothing is recorded by a failed step";
}

}  // namespace
}  // namespace driftlab::retrain

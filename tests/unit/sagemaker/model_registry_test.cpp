// The registry: versions, approval, events, as the references on events (9.1) and the registry (17) give them.

#include <nlohmann/json.hpp>

#include "tests/unit/sagemaker/fixture.hpp"

namespace driftlab::service::sagemaker::test {
namespace {

using ops::sagemaker::CreateModelPackageGroupInput;
using ops::sagemaker::CreateModelPackageInput;
using ops::sagemaker::DescribeModelPackageInput;
using ops::sagemaker::ListModelPackagesInput;
using ops::sagemaker::UpdateModelPackageInput;

CreateModelPackageInput package_request() {
  CreateModelPackageInput request;
  request.model_package_group_name = "demand";
  request.image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/deepar:1";
  request.model_data_url = "s3://b/m.tar.gz";
  request.model_metrics.statistics = "s3://b/evaluation.json";
  request.drift_check_baselines.constraints = "s3://b/constraints.json";
  request.generated_by = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/build/execution/4r83jejmhorv";
  return request;
}

constexpr const char* kFirst = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/demand/1";

std::vector<int> versions(World& world, const ListModelPackagesInput& request) {
  std::vector<int> found;
  const auto listed = world.call(request).value();
  for (const auto& package : listed.packages) found.push_back(package.version);
  return found;
}

TEST(ModelRegistry, VersionsCountUpAndAreNeverReused) {
  World world;
  EXPECT_EQ(world.call(package_request()).error().code, "ValidationException");  // no group
  ASSERT_TRUE(world.call(CreateModelPackageGroupInput{"demand"}));
  EXPECT_FALSE(world.call(CreateModelPackageGroupInput{"demand"}));
  EXPECT_EQ(world.call(package_request()).value(), kFirst);
  const auto second = world.call(package_request()).value();
  ASSERT_TRUE(world.call(ops::sagemaker::DeleteModelPackageInput{second}));
  EXPECT_EQ(world.call(package_request()).value(), "arn:aws:sagemaker:eu-west-1:123456789012:model-package/demand/3");
  EXPECT_EQ(world.call(DescribeModelPackageInput{"demand/3"})->version, 3);
  EXPECT_EQ(world.call(DescribeModelPackageInput{kFirst})->approval_status, "PendingManualApproval");
  EXPECT_EQ(world.call(DescribeModelPackageInput{"demand/2"}).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(world.call(ops::sagemaker::DeleteModelPackageGroupInput{"demand"}).error().code, "ConflictException");
}

TEST(ModelRegistry, EventHasThePublishedForm) {
  World world({}, from_civil(2026, 3, 2, 13, 5));
  ASSERT_TRUE(world.call(CreateModelPackageGroupInput{"demand"}));
  ASSERT_TRUE(world.call(package_request()));
  world.run_to(15min);
  ASSERT_TRUE(world.call(UpdateModelPackageInput{kFirst, "Approved"}));
  const auto events = world.recorder.events_of("SageMaker Model Package State Change");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(nlohmann::json::parse(events[0].detail)["ModelApprovalStatus"], "PendingManualApproval");
  EXPECT_EQ(events[1].resources, std::vector<std::string>{kFirst});
  // The sample of the event catalogue, for version 1.
  EXPECT_EQ(
      events[1].detail,
      R"({"ModelPackageGroupName":"demand","ModelPackageVersion":1,)"
      R"("ModelPackageArn":"arn:aws:sagemaker:eu-west-1:123456789012:model-package/demand/1",)"
      R"("CreationTime":"2026-03-02T13:05:00Z","InferenceSpecification":{"Containers":[{)"
      R"("Image":"123456789012.dkr.ecr.eu-west-1.amazonaws.com/deepar:1","ModelDataUrl":"s3://b/m.tar.gz"}],)"
      R"("SupportedContentTypes":["application/json"],"SupportedResponseMIMETypes":["application/json"]},)"
      R"("ModelPackageStatus":"Completed","ModelPackageStatusDetails":{"ValidationStatuses":[],"ImageScanStatuses":[]},)"
      R"("CertifyForMarketplace":false,"ModelApprovalStatus":"Approved",)"
      R"("MetadataProperties":{"GeneratedBy":"arn:aws:sagemaker:eu-west-1:123456789012:pipeline/build/execution/4r83jejmhorv"},)"
      R"("ModelMetrics":{"ModelQuality":{"Statistics":{"ContentType":"application/json","S3Uri":"s3://b/evaluation.json"}}},)"
      R"("LastModifiedTime":"2026-03-02T13:20:00Z"})");
}

TEST(ModelRegistry, EachChangeOfApprovalOrDescriptionSendsOneEvent) {
  World world;
  ASSERT_TRUE(world.call(CreateModelPackageGroupInput{"demand"}));
  ASSERT_TRUE(world.call(package_request()));
  ASSERT_TRUE(world.call(UpdateModelPackageInput{kFirst, "Approved", "good"}));
  ASSERT_TRUE(world.call(UpdateModelPackageInput{kFirst, "Approved", "good"}));  // no change
  ASSERT_TRUE(world.call(UpdateModelPackageInput{kFirst, "", "better"}));
  ASSERT_TRUE(world.call(UpdateModelPackageInput{kFirst, "Rejected"}));
  EXPECT_FALSE(world.call(UpdateModelPackageInput{kFirst, "Maybe"}));
  EXPECT_EQ(world.recorder.events_of("SageMaker Model Package State Change").size(), 4U);
  EXPECT_EQ(world.call(DescribeModelPackageInput{kFirst})->approval_description, "better");
  EXPECT_EQ(world.recorder.journal_of("ModelPackageStateChange").back(),
            std::string(kFirst) + R"( {"status":"Rejected","reason":"better"})");
}

TEST(ModelRegistry, ListFiltersAndSorts) {
  World world;
  ASSERT_TRUE(world.call(CreateModelPackageGroupInput{"demand"}));
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(world.call(package_request()));
    world.run_to(std::chrono::minutes{i + 1});
  }
  ASSERT_TRUE(world.call(UpdateModelPackageInput{world.call(DescribeModelPackageInput{"demand/3"})->arn, "Approved"}));
  ASSERT_TRUE(world.call(UpdateModelPackageInput{kFirst, "Approved"}));
  EXPECT_EQ(versions(world, {"demand"}), (std::vector<int>{1, 2, 3, 4}));
  EXPECT_EQ(versions(world, {"demand", "Approved"}), (std::vector<int>{1, 3}));
  // Latest approved: descending by creation, whichever was approved last.
  EXPECT_EQ(versions(world, {"demand", "Approved", true, 1}), (std::vector<int>{3}));
  EXPECT_FALSE(world.call(ListModelPackagesInput{"unknown"}));
}

}  // namespace
}  // namespace driftlab::service::sagemaker::test

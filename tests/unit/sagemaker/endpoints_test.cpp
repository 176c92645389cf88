// Statuses, errors and events of hosting as the reference describes them.

#include <nlohmann/json.hpp>

#include "tests/unit/sagemaker/fixture.hpp"

namespace driftlab::service::sagemaker::test {
namespace {

using ops::sagemaker::CreateEndpointInput;
using ops::sagemaker::DeleteEndpointInput;
using ops::sagemaker::DescribeEndpointInput;
using ops::sagemaker::InvokeEndpointInput;
using ops::sagemaker::UpdateEndpointInput;

std::string status(World& world) {
  const auto endpoint = world.call(DescribeEndpointInput{"demand-prod"});
  return endpoint ? endpoint->status : "(gone)";
}

Result<ops::sagemaker::InvokeEndpointOutput> invoke(World& world, const std::string& body) {
  InvokeEndpointInput request;
  request.endpoint_name = "demand-prod";
  request.body = make_blob(body);
  return world.call(request);
}

TEST(Endpoint, IsCreatedAndAnswers) {
  World world;
  world.create_model("m1", "one");
  world.create_config("c1", "m1");
  EXPECT_EQ(world.call(CreateEndpointInput{"demand-prod", "c1"}).value(),
            "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/demand-prod");
  EXPECT_EQ(status(world), "Creating");
  const auto early = invoke(world, "x");
  EXPECT_EQ(early.error().code, "ValidationError");
  EXPECT_EQ(early.error().message, "Endpoint demand-prod of account 123456789012 not found.");
  EXPECT_EQ(
      world.call(CreateEndpointInput{"demand-prod", "c1"}).error().message,
      "Cannot create already existing endpoint \"arn:aws:sagemaker:eu-west-1:123456789012:endpoint/demand-prod\".");
  world.run_to(5min - 1ms);
  EXPECT_EQ(status(world), "Creating");
  world.run_to(5min);
  EXPECT_EQ(status(world), "InService");
  const auto reply = invoke(world, "x").value();
  EXPECT_EQ(*reply.body, "one:x");
  EXPECT_EQ(reply.invoked_production_variant, "AllTraffic");
}

TEST(Endpoint, EventHasThePublishedForm) {
  World world;
  world.create_model("m1", "one");
  world.create_config("demand-prod-7", "m1");
  ASSERT_TRUE(world.call(CreateEndpointInput{"demand-prod", "demand-prod-7"}));
  world.run_to(5min);
  const auto events = world.recorder.events_of("SageMaker Endpoint State Change");
  ASSERT_EQ(events.size(), 2U);
  // The sample of the event catalogue with this world's times (12:00 and 12:05 in epoch milliseconds).
  EXPECT_EQ(
      events[1].detail,
      R"({"EndpointName":"demand-prod","EndpointArn":"arn:aws:sagemaker:eu-west-1:123456789012:endpoint/demand-prod",)"
      R"("EndpointConfigName":"demand-prod-7","ProductionVariants":[{"VariantName":"AllTraffic","DesiredWeight":1.0,)"
      R"("DesiredInstanceCount":1.0}],"EndpointStatus":"IN_SERVICE","CreationTime":1772452800000.0,)"
      R"("LastModifiedTime":1772453100000.0,"Tags":{}})");
  EXPECT_NE(events[0].detail.find(R"("EndpointStatus":"CREATING")"), std::string::npos);
}

TEST(Endpoint, ModelThatDoesNotLoadFailsTheCreation) {
  World world;
  world.create_model("bad", "broken");
  world.create_config("c", "bad");
  ASSERT_TRUE(world.call(CreateEndpointInput{"demand-prod", "c"}));
  world.run_to(1h);
  const auto endpoint = world.call(DescribeEndpointInput{"demand-prod"}).value();
  EXPECT_EQ(endpoint.status, "Failed");
  EXPECT_NE(endpoint.failure_reason.find("did not pass the ping health check"), std::string::npos);
  const auto failed = world.recorder.events_of("SageMaker Endpoint State Change").back();
  EXPECT_EQ(nlohmann::json::parse(failed.detail)["FailureReason"], endpoint.failure_reason);
  // Only deletion is allowed.
  world.create_model("good", "one");
  world.create_config("c2", "good");
  EXPECT_EQ(world.call(UpdateEndpointInput{"demand-prod", "c2"}).error().code, "ValidationException");
  ASSERT_TRUE(world.call(DeleteEndpointInput{"demand-prod"}));
  EXPECT_EQ(status(world), "Deleting");
  world.run_to(2h);
  EXPECT_EQ(world.call(DescribeEndpointInput{"demand-prod"}).error().message,
            "Could not find endpoint \"arn:aws:sagemaker:eu-west-1:123456789012:endpoint/demand-prod\".");
}

TEST(Endpoint, UpdateServesTheOldModelUntilTheNewOneIsReady) {
  World world;
  world.create_model("m1", "one");
  world.create_model("m2", "two");
  world.create_config("c1", "m1");
  world.create_config("c2", "m2");
  ASSERT_TRUE(world.call(CreateEndpointInput{"demand-prod", "c1"}));
  EXPECT_FALSE(world.call(UpdateEndpointInput{"demand-prod", "c2"}));  // still Creating
  world.run_to(10min);
  EXPECT_FALSE(world.call(UpdateEndpointInput{"demand-prod", "c1"}));  // not a new configuration
  ASSERT_TRUE(world.call(UpdateEndpointInput{"demand-prod", "c2"}));
  EXPECT_EQ(status(world), "Updating");
  EXPECT_FALSE(world.call(UpdateEndpointInput{"demand-prod", "c2"}));
  world.run_to(15min - 1ms);
  EXPECT_EQ(*invoke(world, "x")->body, "one:x");
  world.run_to(15min);
  EXPECT_EQ(*invoke(world, "x")->body, "two:x");
  EXPECT_EQ(world.call(DescribeEndpointInput{"demand-prod"})->endpoint_config_name, "c2");
}

TEST(Endpoint, UpdateThatFailsReturnsToTheOldConfiguration) {
  World world;
  world.create_model("m1", "one");
  world.create_model("bad", "broken");
  world.create_config("c1", "m1");
  world.create_config("c2", "bad");
  ASSERT_TRUE(world.call(CreateEndpointInput{"demand-prod", "c1"}));
  world.run_to(10min);
  ASSERT_TRUE(world.call(UpdateEndpointInput{"demand-prod", "c2"}));
  world.run_to(20min);
  const auto endpoint = world.call(DescribeEndpointInput{"demand-prod"}).value();
  EXPECT_EQ(endpoint.status, "InService");
  EXPECT_EQ(endpoint.endpoint_config_name, "c1");
  EXPECT_FALSE(endpoint.failure_reason.empty());
  EXPECT_EQ(*invoke(world, "x")->body, "one:x");
}

TEST(HostingUse, OfAnUpdateABadOneAndARemoval) {
  World world;
  world.create_model("m1", "one");
  world.create_model("m2", "two");
  world.create_model("bad", "broken");
  world.create_config("c1", "m1");
  world.create_config("c2", "m2");
  world.create_config("c3", "bad");
  ASSERT_TRUE(world.call(CreateEndpointInput{"demand-prod", "c1"}));  // serves from 12:05
  world.run_to(10min);
  ASSERT_TRUE(world.call(UpdateEndpointInput{"demand-prod", "c2"}));  // takes over at 12:15
  world.run_to(20min);
  ASSERT_TRUE(world.call(UpdateEndpointInput{"demand-prod", "c3"}));  // given up at 12:25
  world.run_to(30min);
  ASSERT_TRUE(invoke(world, "four"));  // the fake answers "two:four"
  ASSERT_TRUE(world.call(DeleteEndpointInput{"demand-prod"}));
  world.run_to(40min);
  const auto& use = world.sagemaker.hosting_use();
  ASSERT_EQ(use.fleets.size(), 3U);
  const auto minutes = [](const Fleet& fleet) {
    return std::pair{(fleet.from - kStart) / 1min, (*fleet.until - kStart) / 1min};
  };
  EXPECT_EQ(minutes(use.fleets[0]), std::pair(0L, 15L));
  EXPECT_EQ(minutes(use.fleets[1]).first, 10L);
  EXPECT_GE(*use.fleets[1].until, kStart + 30min);
  EXPECT_LT(*use.fleets[1].until, kStart + 40min);
  EXPECT_EQ(minutes(use.fleets[2]), std::pair(20L, 25L));
  EXPECT_EQ(use.fleets[2].endpoint_config_name, "c3");
  EXPECT_EQ(use.fleets[0].instance_type, "ml.m5.large");  // the default of a variant
  EXPECT_EQ(use.bytes_in, 4U);
  EXPECT_EQ(use.bytes_out, 8U);
}

TEST(Endpoint, ChangesTakeThreeToEightMinutesByDefault) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Config config;
    config.seed = seed;
    World world(config);
    world.create_model("m1", "one");
    world.create_config("c1", "m1");
    ASSERT_TRUE(world.call(CreateEndpointInput{"demand-prod", "c1"}));
    world.run_to(3min - 1ms);
    EXPECT_EQ(status(world), "Creating");
    world.run_to(8min);
    EXPECT_EQ(status(world), "InService");
  }
}

TEST(Endpoint, TrafficFollowsTheWeights) {
  World world;
  world.create_model("m1", "one");
  world.create_model("m2", "two");
  ops::sagemaker::CreateEndpointConfigInput request;
  request.endpoint_config_name = "c";
  request.production_variants = {{.variant_name = "A", .model_name = "m1", .initial_variant_weight = 3.0},
                                 {.variant_name = "B", .model_name = "m2", .initial_variant_weight = 1.0}};
  ASSERT_TRUE(world.call(request));
  ASSERT_TRUE(world.call(CreateEndpointInput{"demand-prod", "c"}));
  world.run_to(10min);
  int first = 0;
  for (int i = 0; i < 4000; ++i) first += *invoke(world, "x")->body == "one:x" ? 1 : 0;
  EXPECT_NEAR(first, 3000, 110);  // four standard deviations of a binomial(4000, 3/4)
  InvokeEndpointInput targeted;
  targeted.endpoint_name = "demand-prod";
  targeted.body = make_blob("x");
  targeted.target_variant = "B";
  for (int i = 0; i < 20; ++i) EXPECT_EQ(*world.call(targeted)->body, "two:x");
  targeted.target_variant = "C";
  EXPECT_EQ(world.call(targeted).error().code, "ValidationError");
}

TEST(Endpoint, ContainerErrorsAreModelErrors) {
  World world;
  world.create_model("m1", "one");
  world.create_config("c1", "m1");
  ASSERT_TRUE(world.call(CreateEndpointInput{"demand-prod", "c1"}));
  world.run_to(10min);
  EXPECT_EQ(invoke(world, "bad request").error().code, "ModelError");
  EXPECT_EQ(invoke(world, "bad request").error().message,
            "Received client error (400) from primary with message \"cannot parse the body\".");
  EXPECT_EQ(invoke(world, "crash").error().message,
            "Received server error (500) from primary with message \"worker died\".");
}

TEST(Endpoint, ConfigurationsAndModelsAreChecked) {
  World world;
  world.create_model("m1", "one");
  world.create_config("c1", "m1");
  EXPECT_EQ(world.call(ops::sagemaker::CreateModelInput{"m1", "img", "s3://b/models/m1"}).error().message,
            "Cannot create already existing model \"arn:aws:sagemaker:eu-west-1:123456789012:model/m1\".");
  EXPECT_FALSE(world.call(ops::sagemaker::CreateModelInput{"m3", "img", "s3://b/absent"}));
  ops::sagemaker::CreateEndpointConfigInput request;
  request.endpoint_config_name = "c2";
  EXPECT_FALSE(world.call(request));  // no variants
  request.production_variants = {{"A", "absent"}};
  EXPECT_EQ(world.call(request).error().kind, ErrorKind::NotFound);
  request.production_variants = {{"A", "m1"}, {"A", "m1"}};
  EXPECT_FALSE(world.call(request));
  request.production_variants = {{"A", "m1"}};
  request.data_capture_config =
      ops::sagemaker::DataCaptureConfig{.initial_sampling_percentage = 101, .destination_s3_uri = "s3://b/c"};
  EXPECT_FALSE(world.call(request));
  request.data_capture_config->initial_sampling_percentage = 100;
  EXPECT_TRUE(world.call(request));
  EXPECT_EQ(world.call(CreateEndpointInput{"demand-prod", "absent"}).error().kind, ErrorKind::NotFound);
  ASSERT_TRUE(world.call(ops::sagemaker::DeleteEndpointConfigInput{"c2"}));
  EXPECT_FALSE(world.call(ops::sagemaker::DescribeEndpointConfigInput{"c2"}));
}

}  // namespace
}  // namespace driftlab::service::sagemaker::test

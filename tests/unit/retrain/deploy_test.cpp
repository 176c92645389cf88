/// Deployment of endpoint and monitoring. Expected behaviour: program.hpp and the description of the monitored system
/// (alarm on the maximum of an hour, >= threshold, missing data not breaching, capture at 100 %).

#include <gtest/gtest.h>

#include "core/retrain/program.hpp"
#include "tests/support/fake_ports.hpp"

namespace driftlab::retrain {
namespace {

const Instant kStart = from_civil(2026, 6, 1);
constexpr const char* kDeployment = "e1-v7-1780272000";  // kStart in seconds since the epoch

ops::sagemaker::ModelPackage approved_package() {
  ops::sagemaker::ModelPackage package;
  package.request.model_package_group_name = "fees";
  package.request.image = "forecasting-linear:1";
  package.request.model_data_url = "s3://b/model.tar.gz";
  package.request.drift_check_baselines.constraints = "s3://b/constraints.json";
  package.version = 7;
  package.approval_status = "Approved";
  return package;
}

class DeployEndpoint : public ::testing::Test {
 public:
  DeployEndpoint() { world.registry.packages = {approved_package()}; }
  Result<std::string> deploy() { return world.run(deploy_endpoint(world.ports, {.settings = settings})); }

  support::FakePorts world{kStart};
  std::map<std::string, std::string> settings{
      {"MODEL_PACKAGE_GROUP", "fees"}, {"ENDPOINT", "e1"}, {"CAPTURE_URI", "s3://b/capture"}};
};

TEST_F(DeployEndpoint, CreatesTheFirstAndWaitsUntilItServes) {
  world.hosting.statuses_after_change = {"Creating", "Creating", "InService"};
  EXPECT_EQ(*deploy(), std::string("endpoint e1 serves ") + kDeployment);
  EXPECT_EQ(world.hosting.changes, std::vector<std::string>{"create e1"});
  EXPECT_EQ(world.loop.now(), kStart + 90s);
  ASSERT_EQ(world.hosting.models.size(), 1u);
  EXPECT_EQ(world.hosting.models[0].model_name, kDeployment);
  EXPECT_EQ(world.hosting.models[0].image, "forecasting-linear:1");
  EXPECT_EQ(world.hosting.models[0].model_data_url, "s3://b/model.tar.gz");
}

TEST_F(DeployEndpoint, CapturesEverythingWhenGivenAPlaceForIt) {
  ASSERT_TRUE(deploy());
  const auto& config = world.hosting.configs.at(0);
  EXPECT_EQ(config.endpoint_config_name, kDeployment);
  ASSERT_EQ(config.production_variants.size(), 1u);
  EXPECT_EQ(config.production_variants[0].model_name, kDeployment);
  ASSERT_TRUE(config.data_capture_config);
  EXPECT_EQ(config.data_capture_config->destination_s3_uri, "s3://b/capture");
  EXPECT_EQ(config.data_capture_config->initial_sampling_percentage, 100);
  settings.erase("CAPTURE_URI");
  ASSERT_TRUE(deploy());
  EXPECT_FALSE(world.hosting.configs.at(1).data_capture_config);
}

TEST_F(DeployEndpoint, UpdatesTheOneThatIsThere) {
  world.hosting.endpoints["e1"].status = "InService";
  world.hosting.statuses_after_change = {"Updating", "InService"};
  EXPECT_EQ(*deploy(), std::string("endpoint e1 serves ") + kDeployment);
  EXPECT_EQ(world.hosting.changes, std::vector<std::string>{"update e1"});
  EXPECT_EQ(world.loop.now(), kStart + 1min);
}

TEST_F(DeployEndpoint, AnEndpointThatDoesNotComeUpFailsIt) {
  world.hosting.statuses_after_change = {"Creating", "Failed"};
  const auto answer = deploy();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "DeploymentFailed");
}

TEST_F(DeployEndpoint, AnErrorOtherThanNoSuchEndpointIsNotTakenForOne) {
  world.hosting.unavailable = true;
  const auto answer = deploy();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "ServiceUnavailable");
  EXPECT_TRUE(world.hosting.changes.empty());
}

TEST_F(DeployEndpoint, WithoutApprovedPackageThereIsNothingToDeploy) {
  world.registry.packages[0].approval_status = "Rejected";
  EXPECT_EQ(deploy().error().code, "ResourceNotFound");
  EXPECT_TRUE(world.hosting.models.empty());
}

class DeployMonitor : public ::testing::Test {
 public:
  DeployMonitor() {
    world.registry.packages = {approved_package()};
    world.hosting.endpoints["e1"].status = "InService";
    world.parameters.values = {{"/p/validation-threshold/weighted_quantile_loss", "0.17"},
                               {"/p/validation-threshold/consecutive_breach_to_alarm", "3"}};
  }
  Result<std::string> deploy() { return world.run(deploy_monitor(world.ports, {.settings = settings})); }

  support::FakePorts world{kStart};
  std::map<std::string, std::string> settings{{"STAGE", "staging"},
                                              {"ENDPOINT", "e1"},
                                              {"MODEL_PACKAGE_GROUP", "fees"},
                                              {"PARAMETER_PREFIX", "/p"},
                                              {"ALARM", "staging-custom-alarm"},
                                              {"ALARM_ACTION", "arn:function"},
                                              {"MONITOR_SCHEDULE", "cron(0 * ? * * *)"},
                                              {"COLLECTION_RULE", "collect-staging"},
                                              {"COLLECTION_PIPELINE_ARN", "arn:pipeline/collect"},
                                              {"collection.Stage", "staging"},
                                              {"DASHBOARD", "fees"}};
};

TEST_F(DeployMonitor, AlarmHasTheThresholdInForce) {
  EXPECT_EQ(*deploy(), "stage staging: alarm threshold 0.17");
  ASSERT_EQ(world.metrics.alarms_put.size(), 1u);
  const auto& alarm = world.metrics.alarms_put[0];
  EXPECT_EQ(alarm.alarm_name, "staging-custom-alarm");
  EXPECT_EQ(alarm.alarm_actions, std::vector<std::string>{"arn:function"});
  EXPECT_EQ(alarm.metric.metric_namespace, "CustomModelMonitoring");
  EXPECT_EQ(alarm.metric.metric_name, "weighted_quantile_loss");
  EXPECT_EQ(alarm.metric.dimensions, (std::vector<ops::cloudwatch::Dimension>{{"StageName", "staging"}}));
  EXPECT_EQ(alarm.statistic, "Maximum");
  EXPECT_EQ(alarm.period, Duration(1h));
  EXPECT_EQ(alarm.evaluation_periods, 3);
  EXPECT_EQ(alarm.datapoints_to_alarm, 3);
  EXPECT_EQ(alarm.threshold, 0.17);
  EXPECT_EQ(alarm.comparison_operator, ops::cloudwatch::ComparisonOperator::GreaterThanOrEqualToThreshold);
  EXPECT_EQ(alarm.treat_missing_data, ops::cloudwatch::TreatMissingData::NotBreaching);
}

TEST_F(DeployMonitor, ScheduleChecksAgainstTheBaselineOfThePackage) {
  ASSERT_TRUE(deploy());
  EXPECT_EQ(world.hosting.schedules_deleted, std::vector<std::string>{"staging-model-quality"});
  ASSERT_EQ(world.hosting.schedules.size(), 1u);
  EXPECT_EQ(world.hosting.schedules[0].monitoring_schedule_name, "staging-model-quality");
  EXPECT_EQ(world.hosting.schedules[0].schedule_expression, "cron(0 * ? * * *)");
  EXPECT_EQ(world.hosting.schedules[0].baseline_constraints_s3_uri, "s3://b/constraints.json");
  EXPECT_EQ(world.hosting.schedules[0].environment.at("problem_type"), "Regression");
}

TEST_F(DeployMonitor, DataQualityIsHeldAgainstItsOwnBaseline) {
  settings["DATA_QUALITY_SCHEDULE"] = "cron(0 0 ? * * *)";
  settings["DATA_QUALITY_CONSTRAINTS"] = "s3://b/dq/constraints.json";
  settings["DATA_QUALITY_STATISTICS"] = "s3://b/dq/statistics.json";
  ASSERT_TRUE(deploy());
  EXPECT_EQ(world.hosting.schedules_deleted,
            (std::vector<std::string>{"staging-model-quality", "staging-data-quality"}));
  ASSERT_EQ(world.hosting.schedules.size(), 2u);
  const auto& schedule = world.hosting.schedules[1];
  EXPECT_EQ(schedule.monitoring_schedule_name, "staging-data-quality");
  EXPECT_EQ(schedule.monitoring_type, "DataQuality");
  EXPECT_EQ(schedule.schedule_expression, "cron(0 0 ? * * *)");
  EXPECT_EQ(schedule.baseline_constraints_s3_uri, "s3://b/dq/constraints.json");
  EXPECT_EQ(schedule.baseline_statistics_s3_uri, "s3://b/dq/statistics.json");
}

TEST_F(DeployMonitor, BiasIsHeldAgainstItsOwnBaseline) {
  settings["MODEL_BIAS_SCHEDULE"] = "cron(0 0 ? * * *)";
  settings["MODEL_BIAS_CONFIG"] = "s3://b/bias/analysis_config.json";
  settings["MODEL_BIAS_CONSTRAINTS"] = "s3://b/bias/analysis.json";
  ASSERT_TRUE(deploy());
  ASSERT_EQ(world.hosting.schedules.size(), 2u);
  const auto& schedule = world.hosting.schedules[1];
  EXPECT_EQ(schedule.monitoring_schedule_name, "staging-model-bias");
  EXPECT_EQ(schedule.monitoring_type, "ModelBias");
  EXPECT_EQ(schedule.config_s3_uri, "s3://b/bias/analysis_config.json");
  EXPECT_EQ(schedule.baseline_constraints_s3_uri, "s3://b/bias/analysis.json");
  EXPECT_EQ(schedule.environment.at("inference_attribute"), "0");
}

TEST_F(DeployMonitor, CollectionRunsAtMinute30WithItsParameters) {
  ASSERT_TRUE(deploy());
  ASSERT_EQ(world.events.rules.size(), 1u);
  EXPECT_EQ(world.events.rules[0].schedule_expression, "cron(30 * * * ? *)");
  ASSERT_EQ(world.events.targets.size(), 1u);
  const auto& target = world.events.targets[0].targets.at(0);
  EXPECT_EQ(target.arn, "arn:pipeline/collect");
  ASSERT_EQ(target.sagemaker_pipeline_parameters.size(), 1u);
  EXPECT_EQ(target.sagemaker_pipeline_parameters[0].name, "Stage");
  EXPECT_EQ(target.sagemaker_pipeline_parameters[0].value, "staging");
}

TEST_F(DeployMonitor, DashboardShowsLossThresholdAndInvocations) {
  ASSERT_TRUE(deploy());
  ASSERT_EQ(world.metrics.dashboards_put.size(), 1u);
  const std::string& body = world.metrics.dashboards_put[0].dashboard_body;
  for (const char* part : {"weighted_quantile_loss_threshold", "\"Maximum\"", "\"period\":3600", "\"Invocations\""})
    EXPECT_NE(body.find(part), std::string::npos) << part << " in " << body;
}

TEST_F(DeployMonitor, WithoutMonitorScheduleThereIsOnlyTheAlarm) {
  settings.erase("MONITOR_SCHEDULE");
  ASSERT_TRUE(deploy());
  EXPECT_TRUE(world.hosting.schedules.empty());
  EXPECT_EQ(world.metrics.alarms_put.size(), 1u);
}

TEST_F(DeployMonitor, AStageWithoutEndpointIsLeftAlone) {
  world.hosting.endpoints.clear();
  EXPECT_EQ(*deploy(), "stage staging has no endpoint yet; nothing deployed");
  EXPECT_TRUE(world.metrics.alarms_put.empty());
  EXPECT_TRUE(world.events.rules.empty());
}

TEST_F(DeployMonitor, AnOutageIsNotTakenForAMissingEndpoint) {
  world.hosting.unavailable = true;
  const auto answer = deploy();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "ServiceUnavailable");
}

}  // namespace
}  // namespace driftlab::retrain

/// Settings of deploy-monitor beside STAGE and ENDPOINT: MODEL_PACKAGE_GROUP, PARAMETER_PREFIX; ALARM (name),
/// ALARM_ACTION (ARN), DATAPOINTS_TO_ALARM, ALARM_PERIOD; MONITOR_SCHEDULE (empty: no built-in monitor), MONITOR_IMAGE,
/// MERGE_IMAGE, CAPTURE_URI, GROUND_TRUTH_URI, MONITOR_OUTPUT_URI; COLLECTION_SCHEDULE, COLLECTION_PIPELINE_ARN,
/// DATA_QUALITY_SCHEDULE (empty: no such monitor), DATA_QUALITY_CONSTRAINTS, DATA_QUALITY_STATISTICS (URIs);
/// MODEL_BIAS_SCHEDULE (empty: no such monitor), MODEL_BIAS_IMAGE, MODEL_BIAS_CONFIG, MODEL_BIAS_CONSTRAINTS (URIs);
/// COLLECTION_RULE and "collection.NAME" for its pipeline parameters; DASHBOARD, REGION, FUNCTION.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/event_sink.hpp"
#include "core/ports/hosting.hpp"
#include "core/ports/metric_store.hpp"
#include "core/retrain/program.hpp"
#include "core/retrain/settings.hpp"

namespace driftlab::retrain {
namespace {

constexpr const char* kNamespace = "CustomModelMonitoring";
constexpr const char* kMetric = "weighted_quantile_loss";

/// Replaces the alarm in place: its state stays until the next evaluation.
ports::Async<double> put_alarm(ports::Ports& ports, const ProgramInput& input) {
  const auto prefix = setting(input, "PARAMETER_PREFIX");
  if (!prefix) co_return prefix.error();
  const auto threshold = co_await read_number(ports, *prefix + "/validation-threshold/weighted_quantile_loss");
  if (!threshold) co_return threshold.error();
  const auto breaches = co_await read_number(ports, *prefix + "/validation-threshold/consecutive_breach_to_alarm");
  if (!breaches) co_return breaches.error();
  const auto period = parse_duration(setting_or(input, "ALARM_PERIOD", "PT1H"));
  if (!period) co_return period.error();
  ops::cloudwatch::PutMetricAlarmInput alarm{.alarm_name = setting_or(input, "ALARM", "custom-alarm")};
  alarm.alarm_actions = {setting_or(input, "ALARM_ACTION", "")};
  alarm.metric = {kNamespace, kMetric, {{"StageName", setting_or(input, "STAGE", "")}}};
  alarm.statistic = "Maximum";
  alarm.period = *period;
  alarm.evaluation_periods = static_cast<int>(*breaches);
  alarm.datapoints_to_alarm = static_cast<int>(*breaches);
  alarm.threshold = *threshold;
  alarm.comparison_operator = ops::cloudwatch::ComparisonOperator::GreaterThanOrEqualToThreshold;
  alarm.treat_missing_data = ops::cloudwatch::TreatMissingData::NotBreaching;
  const auto put = co_await ports.metrics.put_metric_alarm(alarm);
  if (!put) co_return put.error();
  co_return *threshold;
}

/// Deletes a schedule of that name, if there is one, and creates it anew.
ports::Async<> replace_schedule(ports::Ports& ports, const ops::sagemaker::CreateMonitoringScheduleInput& schedule) {
  const ops::sagemaker::DeleteMonitoringScheduleInput old{.monitoring_schedule_name =
                                                              schedule.monitoring_schedule_name};
  const auto removed = co_await ports.hosting.delete_monitoring_schedule(old);
  if (!removed && removed.error().kind != ErrorKind::NotFound && removed.error().kind != ErrorKind::InvalidInput)
    co_return removed.error();
  co_return co_await ports.hosting.create_monitoring_schedule(schedule);
}

/// What monitors against a fixed baseline have in common; `kind` names schedule and job definition.
ops::sagemaker::CreateMonitoringScheduleInput fixed_schedule(const ports::Ports& ports, const ProgramInput& input,
                                                             const std::string& expression, const char* type,
                                                             const char* kind) {
  const std::string stage = setting_or(input, "STAGE", "");
  ops::sagemaker::CreateMonitoringScheduleInput schedule{.monitoring_schedule_name = stage + "-" + kind};
  schedule.schedule_expression = expression;
  schedule.monitoring_type = type;
  schedule.job_definition_name = fmt::format("{}-{}-{}", kind, stage, epoch_milliseconds(ports.clock.now()) / 1000);
  schedule.endpoint_name = setting_or(input, "ENDPOINT", "");
  schedule.capture_s3_uri = setting_or(input, "CAPTURE_URI", "");
  schedule.output_s3_uri = setting_or(input, "MONITOR_OUTPUT_URI", "");
  return schedule;
}

/// What the captures look like against a fixed baseline, whatever model is in service.
ports::Async<> put_data_quality_schedule(ports::Ports& ports, const ProgramInput& input) {
  const std::string expression = setting_or(input, "DATA_QUALITY_SCHEDULE", "");
  if (expression.empty()) co_return Result<>();
  auto schedule = fixed_schedule(ports, input, expression, "DataQuality", "data-quality");
  schedule.image_uri = setting_or(input, "MONITOR_IMAGE", "");
  schedule.baseline_constraints_s3_uri = setting_or(input, "DATA_QUALITY_CONSTRAINTS", "");
  schedule.baseline_statistics_s3_uri = setting_or(input, "DATA_QUALITY_STATISTICS", "");
  co_return co_await replace_schedule(ports, schedule);
}

/// Bias of forecasts and fees against a fixed baseline, as the configuration says.
ports::Async<> put_model_bias_schedule(ports::Ports& ports, const ProgramInput& input) {
  const std::string expression = setting_or(input, "MODEL_BIAS_SCHEDULE", "");
  if (expression.empty()) co_return Result<>();
  auto schedule = fixed_schedule(ports, input, expression, "ModelBias", "model-bias");
  schedule.image_uri = setting_or(input, "MODEL_BIAS_IMAGE", "");
  schedule.merge_image_uri = setting_or(input, "MERGE_IMAGE", "");
  schedule.ground_truth_s3_uri = setting_or(input, "GROUND_TRUTH_URI", "");
  schedule.config_s3_uri = setting_or(input, "MODEL_BIAS_CONFIG", "");
  schedule.baseline_constraints_s3_uri = setting_or(input, "MODEL_BIAS_CONSTRAINTS", "");
  schedule.environment = {{"inference_attribute", "0"}, {"ground_truth_attribute", "0"}};
  co_return co_await replace_schedule(ports, schedule);
}

/// The schedule is deleted and created anew with the constraints of the package now in service.
ports::Async<> put_schedule(ports::Ports& ports, const ProgramInput& input) {
  const std::string expression = setting_or(input, "MONITOR_SCHEDULE", "");
  if (expression.empty()) co_return Result<>();
  const auto package = co_await latest_approved(ports, setting_or(input, "MODEL_PACKAGE_GROUP", ""));
  if (!package) co_return package.error();
  const std::string stage = setting_or(input, "STAGE", "");
  ops::sagemaker::CreateMonitoringScheduleInput schedule{.monitoring_schedule_name = stage + "-model-quality"};
  schedule.schedule_expression = expression;
  schedule.monitoring_type = "ModelQuality";
  schedule.job_definition_name =
      fmt::format("model-quality-{}-{}", stage, epoch_milliseconds(ports.clock.now()) / 1000);
  schedule.endpoint_name = setting_or(input, "ENDPOINT", "");
  schedule.image_uri = setting_or(input, "MONITOR_IMAGE", "");
  schedule.merge_image_uri = setting_or(input, "MERGE_IMAGE", "");
  schedule.capture_s3_uri = setting_or(input, "CAPTURE_URI", "");
  schedule.ground_truth_s3_uri = setting_or(input, "GROUND_TRUTH_URI", "");
  schedule.output_s3_uri = setting_or(input, "MONITOR_OUTPUT_URI", "");
  schedule.baseline_constraints_s3_uri = package->request.drift_check_baselines.constraints;
  schedule.environment = {
      {"problem_type", "Regression"}, {"inference_attribute", "0"}, {"ground_truth_attribute", "0"}};
  co_return co_await replace_schedule(ports, schedule);
}

ports::Async<> put_collection(ports::Ports& ports, const ProgramInput& input) {
  constexpr std::string_view kParameter = "collection.";
  const std::string name = setting_or(input, "COLLECTION_RULE", "");
  const ops::events::PutRuleInput rule{
      .name = name, .schedule_expression = setting_or(input, "COLLECTION_SCHEDULE", "cron(30 * * * ? *)")};
  const auto put = co_await ports.events.put_rule(rule);
  if (!put) co_return put.error();
  ops::events::PutTargetsInput targets{.rule = name};
  ops::events::Target target{.id = "collection", .arn = setting_or(input, "COLLECTION_PIPELINE_ARN", "")};
  for (const auto& [key, value] : input.settings)
    if (key.starts_with(kParameter))
      target.sagemaker_pipeline_parameters.push_back({key.substr(kParameter.size()), value});
  targets.targets.push_back(std::move(target));
  co_return co_await ports.events.put_targets(targets);
}

/// Threshold blue, metric orange, invocations of the function as green dots.
std::string dashboard_body(const ProgramInput& input) {
  const std::string stage = setting_or(input, "STAGE", "");
  return fmt::format(
      R"({{"start":"-P7D","widgets":[{{"type":"metric","x":0,"y":0,"width":24,"height":9,"properties":{{"region":"{}",)"
      R"("title":"{} weighted quantile loss","view":"timeSeries","stat":"Maximum","period":3600,"metrics":[)"
      R"(["{}","{}","StageName","{}",{{"color":"#ff7f0e","label":"loss"}}],)"
      R"([".","{}_threshold",".",".",{{"color":"#1f77b4","label":"threshold"}}],)"
      R"(["AWS/Lambda","Invocations","FunctionName","{}",{{"stat":"Sum","color":"#2ca02c","yAxis":"right","label":"retrain"}}]],)"
      R"("yAxis":{{"left":{{"min":0}},"right":{{"min":0}}}}}}}}]}})",
      setting_or(input, "REGION", "eu-west-1"), stage, kNamespace, kMetric, stage, kMetric,
      setting_or(input, "FUNCTION", "retrain"));
}

}  // namespace

ports::Async<std::string> deploy_monitor(ports::Ports& ports, ProgramInput input) {
  const auto stage = setting(input, "STAGE");
  if (!stage) co_return stage.error();
  const ops::sagemaker::DescribeEndpointInput describe{.endpoint_name = setting_or(input, "ENDPOINT", "")};
  const auto endpoint = co_await ports.hosting.describe_endpoint(describe);
  if (!endpoint && !means_absent(endpoint.error())) co_return endpoint.error();
  if (!endpoint) co_return "stage " + *stage + " has no endpoint yet; nothing deployed";
  const auto schedule = co_await put_schedule(ports, input);
  if (!schedule) co_return schedule.error();
  const auto data_quality = co_await put_data_quality_schedule(ports, input);
  if (!data_quality) co_return data_quality.error();
  const auto model_bias = co_await put_model_bias_schedule(ports, input);
  if (!model_bias) co_return model_bias.error();
  const auto collection = co_await put_collection(ports, input);
  if (!collection) co_return collection.error();
  const auto threshold = co_await put_alarm(ports, input);
  if (!threshold) co_return threshold.error();
  const ops::cloudwatch::PutDashboardInput dashboard{.dashboard_name = setting_or(input, "DASHBOARD", *stage),
                                                     .dashboard_body = dashboard_body(input)};
  const auto put = co_await ports.metrics.put_dashboard(dashboard);
  if (!put) co_return put.error();
  co_return fmt::format("stage {}: alarm threshold {}", *stage, *threshold);
}

}  // namespace driftlab::retrain

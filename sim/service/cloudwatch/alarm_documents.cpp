#include "sim/service/cloudwatch/alarm_documents.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <nlohmann/json.hpp>

namespace driftlab::service::cloudwatch {
namespace {

using Json = nlohmann::ordered_json;

/// Names come from clients and may be no valid UTF-8; a document never fails for that.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::int64_t whole_seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

const std::string& statistic_of(const api::PutMetricAlarmInput& alarm) {
  return alarm.statistic.empty() ? alarm.extended_statistic : alarm.statistic;
}

Json state_json(const AlarmState& state) {
  Json json{{"value", api::to_string(state.value)}, {"reason", state.reason}};
  if (!state.reason_data.empty()) json["reasonData"] = state.reason_data;
  json["timestamp"] = format_cloudwatch(state.updated);
  return json;
}

Json metrics_json(const AlarmRecord& alarm) {
  const api::PutMetricAlarmInput& configuration = alarm.configuration;
  Json dimensions = Json::object();
  for (const auto& [name, value] : configuration.metric.dimensions) dimensions[name] = value;
  Json stat{{"metric",
             {{"namespace", configuration.metric.metric_namespace},
              {"name", configuration.metric.metric_name},
              {"dimensions", std::move(dimensions)}}},
            {"period", whole_seconds(configuration.period)},
            {"stat", statistic_of(configuration)}};
  if (!configuration.unit.empty()) stat["unit"] = configuration.unit;
  return Json::array({Json{{"id", alarm.metric_id}, {"metricStat", std::move(stat)}, {"returnData", true}}});
}

/// What payloads and state changes say of the configuration.
Json short_configuration_json(const AlarmRecord& alarm) {
  Json json = Json::object();
  if (!alarm.configuration.alarm_description.empty()) json["description"] = alarm.configuration.alarm_description;
  json["metrics"] = metrics_json(alarm);
  return json;
}

Json full_configuration_json(const AlarmRecord& alarm) {
  const api::PutMetricAlarmInput& configuration = alarm.configuration;
  Json json{{"alarmName", configuration.alarm_name}};
  if (!configuration.alarm_description.empty()) json["description"] = configuration.alarm_description;
  json["metrics"] = metrics_json(alarm);
  json["evaluationPeriods"] = configuration.evaluation_periods;
  if (configuration.datapoints_to_alarm) json["datapointsToAlarm"] = *configuration.datapoints_to_alarm;
  json["threshold"] = configuration.threshold;
  json["comparisonOperator"] = api::to_string(configuration.comparison_operator);
  if (configuration.treat_missing_data) json["treatMissingData"] = api::to_string(*configuration.treat_missing_data);
  json["actionsEnabled"] = configuration.actions_enabled;
  json["timestamp"] = format_cloudwatch(alarm.configured);
  json["okActions"] = configuration.ok_actions;
  json["alarmActions"] = configuration.alarm_actions;
  json["insufficientDataActions"] = configuration.insufficient_data_actions;
  return json;
}

/// The long name of a region, as notifications write it; the code itself where the name is not known.
std::string region_name(std::string_view code) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kNames = {
      {{"us-east-1", "US East (N. Virginia)"},
       {"us-east-2", "US East (Ohio)"},
       {"us-west-1", "US West (N. California)"},
       {"us-west-2", "US West (Oregon)"},
       {"ca-central-1", "Canada (Central)"},
       {"sa-east-1", "South America (Sao Paulo)"},
       {"eu-west-1", "EU (Ireland)"},
       {"eu-west-2", "EU (London)"},
       {"eu-west-3", "EU (Paris)"},
       {"eu-central-1", "EU (Frankfurt)"},
       {"eu-north-1", "EU (Stockholm)"},
       {"ap-south-1", "Asia Pacific (Mumbai)"},
       {"ap-southeast-1", "Asia Pacific (Singapore)"},
       {"ap-southeast-2", "Asia Pacific (Sydney)"},
       {"ap-northeast-1", "Asia Pacific (Tokyo)"},
       {"ap-northeast-2", "Asia Pacific (Seoul)"}}};
  for (const auto& [known, name] : kNames)
    if (known == code) return std::string(name);
  return std::string(code);
}

/// "SampleCount" → "SAMPLE_COUNT".
std::string upper_snake(std::string_view name) {
  std::string out;
  for (const char letter : name) {
    const auto code = static_cast<unsigned char>(letter);
    if (std::isupper(code) != 0 && !out.empty()) out += '_';
    out += static_cast<char>(std::toupper(code));
  }
  return out;
}

Json trigger_json(const api::PutMetricAlarmInput& alarm) {
  Json json{{"MetricName", alarm.metric.metric_name}, {"Namespace", alarm.metric.metric_namespace}};
  if (alarm.statistic.empty()) {
    json["StatisticType"] = "ExtendedStatistic";
    json["ExtendedStatistic"] = alarm.extended_statistic;
  } else {
    json["StatisticType"] = "Statistic";
    json["Statistic"] = upper_snake(alarm.statistic);
  }
  json["Unit"] = alarm.unit.empty() ? Json(nullptr) : Json(alarm.unit);
  json["Dimensions"] = Json::array();
  for (const auto& [name, value] : alarm.metric.dimensions)
    json["Dimensions"].push_back(Json{{"value", value}, {"name", name}});
  json["Period"] = whole_seconds(alarm.period);
  json["EvaluationPeriods"] = alarm.evaluation_periods;
  if (alarm.datapoints_to_alarm) json["DatapointsToAlarm"] = *alarm.datapoints_to_alarm;
  json["ComparisonOperator"] = api::to_string(alarm.comparison_operator);
  json["Threshold"] = alarm.threshold;
  json["TreatMissingData"] = api::to_string(alarm.treat_missing_data.value_or(api::TreatMissingData::Missing));
  json["EvaluateLowSampleCountPercentile"] = "";
  return json;
}

Json history_state_json(const AlarmState& state) {
  Json json{{"stateValue", api::to_string(state.value)}, {"stateReason", state.reason}};
  if (!state.reason_data.empty()) json["stateReasonData"] = Json::parse(state.reason_data);
  return json;
}

ops::events::PutEventsEntry event(const AlarmRecord& alarm, const char* type, const Json& detail, Instant at) {
  ops::events::PutEventsEntry entry;
  entry.source = "aws.cloudwatch";
  entry.detail_type = type;
  entry.detail = text_of(detail);
  entry.resources = {alarm.arn};
  entry.time = at;
  return entry;
}

const char* operation(ConfigurationChange change) {
  switch (change) {
    case ConfigurationChange::Create:
      return "create";
    case ConfigurationChange::Update:
      return "update";
    case ConfigurationChange::Delete:
      return "delete";
  }
  return "update";
}

}  // namespace

std::string lambda_payload(const AlarmRecord& alarm, const AlarmState& previous, const AwsIdentity& identity) {
  return text_of(Json{{"source", "aws.cloudwatch"},
                      {"alarmArn", alarm.arn},
                      {"accountId", identity.account},
                      {"time", format_cloudwatch(alarm.state.updated)},
                      {"region", identity.region},
                      {"alarmData",
                       {{"alarmName", alarm.configuration.alarm_name},
                        {"state", state_json(alarm.state)},
                        {"previousState", state_json(previous)},
                        {"configuration", short_configuration_json(alarm)}}}});
}

std::string sns_message(const AlarmRecord& alarm, const AlarmState& previous, const AwsIdentity& identity) {
  const api::PutMetricAlarmInput& configuration = alarm.configuration;
  const Json description =
      configuration.alarm_description.empty() ? Json(nullptr) : Json(configuration.alarm_description);
  return text_of(Json{{"AlarmName", configuration.alarm_name},
                      {"AlarmDescription", description},
                      {"AWSAccountId", identity.account},
                      {"AlarmConfigurationUpdatedTimestamp", format_cloudwatch(alarm.configured)},
                      {"NewStateValue", api::to_string(alarm.state.value)},
                      {"NewStateReason", alarm.state.reason},
                      {"StateChangeTime", format_cloudwatch(alarm.state.updated)},
                      {"Region", region_name(identity.region)},
                      {"AlarmArn", alarm.arn},
                      {"OldStateValue", api::to_string(previous.value)},
                      {"OKActions", configuration.ok_actions},
                      {"AlarmActions", configuration.alarm_actions},
                      {"InsufficientDataActions", configuration.insufficient_data_actions},
                      {"Trigger", trigger_json(configuration)}});
}

ops::events::PutEventsEntry state_change_event(const AlarmRecord& alarm, const AlarmState& previous) {
  Json detail{{"alarmName", alarm.configuration.alarm_name},
              {"state", state_json(alarm.state)},
              {"previousState", state_json(previous)},
              {"configuration", short_configuration_json(alarm)}};
  return event(alarm, "CloudWatch Alarm State Change", std::move(detail), alarm.state.updated);
}

ops::events::PutEventsEntry configuration_change_event(const AlarmRecord& alarm, ConfigurationChange change, Instant at,
                                                       const AlarmRecord* previous) {
  Json detail{
      {"alarmName", alarm.configuration.alarm_name},
      {"operation", operation(change)},
      {"state", {{"value", api::to_string(alarm.state.value)}, {"timestamp", format_cloudwatch(alarm.state.updated)}}},
      {"configuration", full_configuration_json(alarm)}};
  if (previous != nullptr) detail["previousConfiguration"] = full_configuration_json(*previous);
  return event(alarm, "CloudWatch Alarm Configuration Change", std::move(detail), at);
}

std::string state_history_data(const AlarmState& previous, const AlarmState& now) {
  return text_of(
      Json{{"version", "1.0"}, {"oldState", history_state_json(previous)}, {"newState", history_state_json(now)}});
}

std::string configuration_history_data(const AlarmRecord& alarm, ConfigurationChange change) {
  const bool update = change == ConfigurationChange::Update;
  const bool create = change == ConfigurationChange::Create;
  Json json{{"version", "1.0"}, {"type", create ? "Create" : update ? "Update" : "Delete"}};
  json[std::string(past_tense(change)) + "Alarm"] = full_configuration_json(alarm);
  return text_of(json);
}

std::string action_history_data(std::string_view target_arn, Instant state_updated, std::string_view message,
                                const Error* error) {
  return text_of(Json{{"actionState", error == nullptr ? "Succeeded" : "Failed"},
                      {"notificationResource", target_arn},
                      {"stateUpdateTimestamp", epoch_milliseconds(state_updated)},
                      {"publishedMessage", message},
                      {"error", error == nullptr ? Json(nullptr) : Json(describe(*error))}});
}

const char* past_tense(ConfigurationChange change) {
  switch (change) {
    case ConfigurationChange::Create:
      return "created";
    case ConfigurationChange::Update:
      return "updated";
    case ConfigurationChange::Delete:
      return "deleted";
  }
  return "updated";
}

std::string journal_state_change(const AlarmState& previous, const AlarmState& now) {
  return text_of(
      Json{{"from", api::to_string(previous.value)}, {"to", api::to_string(now.value)}, {"reason", now.reason}});
}

std::string journal_configuration(const AlarmRecord& alarm, ConfigurationChange change) {
  const api::PutMetricAlarmInput& configuration = alarm.configuration;
  return text_of(
      Json{{"operation", operation(change)},
           {"namespace", configuration.metric.metric_namespace},
           {"metric", configuration.metric.metric_name},
           {"statistic", statistic_of(configuration)},
           {"period_s", whole_seconds(configuration.period)},
           {"evaluation_periods", configuration.evaluation_periods},
           {"datapoints_to_alarm", configuration.datapoints_to_alarm.value_or(configuration.evaluation_periods)},
           {"comparison", api::to_string(configuration.comparison_operator)},
           {"threshold", configuration.threshold},
           {"actions_enabled", configuration.actions_enabled}});
}

std::string journal_action(std::string_view target_arn, int attempt, const Error* error) {
  Json json{{"target", target_arn}, {"attempt", attempt}};
  if (error != nullptr) json["error"] = describe(*error);
  return text_of(json);
}

}  // namespace driftlab::service::cloudwatch

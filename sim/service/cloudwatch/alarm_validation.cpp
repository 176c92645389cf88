#include "sim/service/cloudwatch/alarm_validation.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/service/cloudwatch/metric_validation.hpp"
#include "sim/service/cloudwatch/statistic.hpp"

namespace driftlab::service::cloudwatch {
namespace {

constexpr std::size_t kMaxActions = 5;
constexpr std::size_t kMaxNames = 100;
constexpr std::size_t kMaxReason = 1023;
constexpr std::size_t kMaxReasonData = 4000;

Result<> check_name(const std::string& name) {
  const bool control = std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (name.empty() || name.size() > 255 || control)
    return alarm_validation_error("AlarmName must have 1 to 255 characters, none of them a control character.");
  return {};
}

Result<> check_actions(const api::PutMetricAlarmInput& alarm) {
  for (const auto* actions : {&alarm.ok_actions, &alarm.alarm_actions, &alarm.insufficient_data_actions}) {
    if (actions->size() > kMaxActions)
      return alarm_validation_error(fmt::format("An alarm takes at most {} actions for each state.", kMaxActions));
    for (const auto& arn : *actions)
      if (!arn.starts_with("arn:")) return alarm_validation_error(fmt::format("Invalid arn syntax: {}", arn));
  }
  return {};
}

/// The same fault in an alarm call has the code of alarm calls.
Result<> as_alarm_error(const Result<>& result) {
  if (result) return {};
  return alarm_validation_error(result.error().message);
}

Result<> check_metric(const api::PutMetricAlarmInput& alarm) {
  if (!alarm.metrics.empty()) return alarm_validation_error("Alarms on metric math are not supported.");
  if (auto ok = as_alarm_error(validate_namespace(alarm.metric.metric_namespace)); !ok) return ok;
  if (auto ok = as_alarm_error(validate_metric_name(alarm.metric.metric_name, "MetricName")); !ok) return ok;
  if (auto ok = as_alarm_error(validate_dimensions(alarm.metric.dimensions, "Dimensions")); !ok) return ok;
  if (alarm.statistic.empty() == alarm.extended_statistic.empty())
    return alarm_validation_error("Exactly one of Statistic and ExtendedStatistic must be given.");
  if (!alarm.statistic.empty() && !parse_basic_statistic(alarm.statistic))
    return alarm_validation_error(fmt::format("The value {} for parameter Statistic is invalid.", alarm.statistic));
  if (!alarm.extended_statistic.empty() && !parse_extended_statistic(alarm.extended_statistic))
    return alarm_validation_error(
        fmt::format("The value {} for parameter ExtendedStatistic is invalid.", alarm.extended_statistic));
  if (!alarm.unit.empty() && !is_unit(alarm.unit))
    return alarm_validation_error(fmt::format("The value {} for parameter Unit is invalid.", alarm.unit));
  return {};
}

Result<> check_periods(const api::PutMetricAlarmInput& alarm) {
  const bool short_period = alarm.period == 10s || alarm.period == 20s || alarm.period == 30s;
  if (!short_period && (alarm.period < 1min || alarm.period % 1min != Duration{0}))
    return alarm_validation_error("Period must be 10, 20, 30 or a multiple of 60.");
  if (alarm.evaluation_periods < 1) return alarm_validation_error("EvaluationPeriods must be at least 1.");
  const int to_alarm = alarm.datapoints_to_alarm.value_or(alarm.evaluation_periods);
  if (to_alarm < 1 || to_alarm > alarm.evaluation_periods)
    return alarm_validation_error("DatapointsToAlarm must be at least 1 and not above EvaluationPeriods.");
  const Duration limit = alarm.period < 1h ? std::chrono::days{1} : std::chrono::days{7};
  // Divided, not multiplied: a product of two large numbers would overflow.
  if (alarm.evaluation_periods > limit / alarm.period)
    return alarm_validation_error(
        "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400), or than seven "
        "days (604800) for periods of an hour and more.");
  return {};
}

}  // namespace

Result<> validate(const api::PutMetricAlarmInput& alarm) {
  if (auto ok = check_name(alarm.alarm_name); !ok) return ok;
  if (alarm.alarm_description.size() > 1024)
    return alarm_validation_error("AlarmDescription must have at most 1024 characters.");
  if (auto ok = check_actions(alarm); !ok) return ok;
  if (auto ok = check_metric(alarm); !ok) return ok;
  if (!std::isfinite(alarm.threshold)) return alarm_validation_error("Threshold must be a finite number.");
  return check_periods(alarm);
}

Result<> validate(const api::SetAlarmStateInput& request) {
  if (request.state_reason.size() > kMaxReason)
    return alarm_validation_error(fmt::format("StateReason must have at most {} characters.", kMaxReason));
  if (request.state_reason_data.size() > kMaxReasonData)
    return alarm_validation_error(fmt::format("StateReasonData must have at most {} characters.", kMaxReasonData));
  if (!request.state_reason_data.empty() && !nlohmann::json::accept(request.state_reason_data))
    return Error{ErrorKind::InvalidInput, "InvalidFormat", "StateReasonData must be a JSON text."};
  return {};
}

Result<> validate_alarm_names(const std::vector<std::string>& names) {
  if (names.size() > kMaxNames)
    return alarm_validation_error(fmt::format("At most {} alarms can be named in a call.", kMaxNames));
  return {};
}

}  // namespace driftlab::service::cloudwatch

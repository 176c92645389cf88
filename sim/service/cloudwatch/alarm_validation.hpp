#pragma once
/// What PutMetricAlarm and SetAlarmState refuse.

#include "sim/service/cloudwatch/enums.hpp"

namespace driftlab::service::cloudwatch {

/// Errors: ValidationError. Metric math is refused: this model has none.
[[nodiscard]] Result<> validate(const api::PutMetricAlarmInput& alarm);
/// Errors: ValidationError; InvalidFormat for reason data that are no JSON text.
[[nodiscard]] Result<> validate(const api::SetAlarmStateInput& request);
/// Calls that name alarms take at most 100. Errors: ValidationError.
[[nodiscard]] Result<> validate_alarm_names(const std::vector<std::string>& names);

}  // namespace driftlab::service::cloudwatch

#pragma once
/// The JSON documents an alarm emits: action payloads, events, history data. All are texts, members in the order in
/// which the service writes them.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/identity.hpp"
#include "core/base/result.hpp"
#include "core/ports/ops/events.hpp"
#include "sim/service/cloudwatch/alarm_record.hpp"

namespace driftlab::service::cloudwatch {

/// What a Lambda function receives.
[[nodiscard]] std::string lambda_payload(const AlarmRecord& alarm, const AlarmState& previous,
                                         const AwsIdentity& identity);
/// The message that an SNS topic receives.
[[nodiscard]] std::string sns_message(const AlarmRecord& alarm, const AlarmState& previous,
                                      const AwsIdentity& identity);

/// "CloudWatch Alarm State Change".
[[nodiscard]] ops::events::PutEventsEntry state_change_event(const AlarmRecord& alarm, const AlarmState& previous);
enum class ConfigurationChange { Create, Update, Delete };
/// "CloudWatch Alarm Configuration Change"; `previous` for updates: the record before.
[[nodiscard]] ops::events::PutEventsEntry configuration_change_event(const AlarmRecord& alarm,
                                                                     ConfigurationChange change, Instant at,
                                                                     const AlarmRecord* previous);

[[nodiscard]] std::string state_history_data(const AlarmState& previous, const AlarmState& now);
[[nodiscard]] std::string configuration_history_data(const AlarmRecord& alarm, ConfigurationChange change);
[[nodiscard]] std::string action_history_data(std::string_view target_arn, Instant state_updated,
                                              std::string_view message, const Error* error);

/// "created", "updated", "deleted".
[[nodiscard]] const char* past_tense(ConfigurationChange change);

/// Details for the journal.
[[nodiscard]] std::string journal_state_change(const AlarmState& previous, const AlarmState& now);
[[nodiscard]] std::string journal_configuration(const AlarmRecord& alarm, ConfigurationChange change);
[[nodiscard]] std::string journal_action(std::string_view target_arn, int attempt, const Error* error);

}  // namespace driftlab::service::cloudwatch

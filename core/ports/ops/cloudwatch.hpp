#pragma once
/// Amazon CloudWatch operations (metrics, metric alarms, dashboards), neutral of any wire.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::ops::cloudwatch {

struct Dimension {
  std::string name;
  std::string value;
  auto operator<=>(const Dimension&) const = default;
};

struct StatisticSet {
  double sample_count = 0.0;
  double sum = 0.0;
  double minimum = 0.0;
  double maximum = 0.0;
};

/// Exactly one of `value`, `values`, `statistic_values`.
struct MetricDatum {
  std::string metric_name;
  std::vector<Dimension> dimensions = {};
  std::optional<Instant> timestamp = {};  ///< absent: time of arrival
  std::optional<double> value = {};
  std::vector<double> values = {};
  std::vector<double> counts = {};
  std::optional<StatisticSet> statistic_values = {};
  std::string unit = "None";
  int storage_resolution = 60;  ///< 1 or 60 seconds
};
struct PutMetricDataInput {
  std::string metric_namespace;
  std::vector<MetricDatum> data;
};

/// Identity of a metric: the complete set of dimensions; their order does not matter.
struct Metric {
  std::string metric_namespace;
  std::string metric_name;
  std::vector<Dimension> dimensions = {};
};
struct MetricStat {
  Metric metric;
  Duration period = std::chrono::seconds{60};
  std::string stat;  ///< "Maximum", "p90", …
  std::string unit = {};
};
/// One of `metric_stat` and `expression`.
struct MetricDataQuery {
  std::string id;
  std::optional<MetricStat> metric_stat = {};
  std::string expression = {};
  std::string label = {};
  bool return_data = true;
  std::optional<Duration> period = {};
};
struct GetMetricDataInput {
  std::vector<MetricDataQuery> queries;
  Instant start_time{};  ///< inclusive, compared with bucket starts
  Instant end_time{};    ///< exclusive
  bool ascending = false;
};
struct ResultMessage {
  std::string code;
  std::string value;
};
struct MetricDataResult {
  std::string id;
  std::string label;
  std::vector<Instant> timestamps;  ///< starts of the periods
  std::vector<double> values;
  std::string status_code = "Complete";
  std::vector<ResultMessage> messages = {};
};
struct GetMetricDataOutput {
  std::vector<MetricDataResult> results;
};

struct GetMetricStatisticsInput {
  Metric metric;
  Instant start_time{};
  Instant end_time{};
  Duration period = std::chrono::seconds{60};
  std::vector<std::string> statistics = {};
  std::vector<std::string> extended_statistics = {};
  std::string unit = {};
};
struct Datapoint {
  Instant timestamp{};
  std::map<std::string, double> values = {};  ///< statistic name to value
  std::string unit;
};
struct GetMetricStatisticsOutput {
  std::string label;
  std::vector<Datapoint> datapoints;  ///< ascending here; AWS leaves the order open
};

struct ListMetricsInput {
  std::string metric_namespace = {};
  std::string metric_name = {};
  /// A metric matches if it has them; an empty value matches any.
  std::vector<Dimension> dimensions = {};
};
struct ListMetricsOutput {
  std::vector<Metric> metrics;
};

enum class StateValue { Ok, Alarm, InsufficientData };
[[nodiscard]] const char* to_string(StateValue state);  ///< "OK", "ALARM", "INSUFFICIENT_DATA"

enum class ComparisonOperator {
  GreaterThanOrEqualToThreshold,
  GreaterThanThreshold,
  LessThanThreshold,
  LessThanOrEqualToThreshold,
};
[[nodiscard]] const char* to_string(ComparisonOperator comparison);

enum class TreatMissingData { Missing, Ignore, Breaching, NotBreaching };
[[nodiscard]] const char* to_string(TreatMissingData treatment);  ///< "missing", "ignore", "breaching", "notBreaching"

/// The whole configuration: PutMetricAlarm replaces, it never merges.
struct PutMetricAlarmInput {
  std::string alarm_name;
  std::string alarm_description = {};
  bool actions_enabled = true;
  std::vector<std::string> ok_actions = {};
  std::vector<std::string> alarm_actions = {};
  std::vector<std::string> insufficient_data_actions = {};
  Metric metric = {};
  std::string statistic = {};           ///< Average, Sum, Minimum, Maximum, SampleCount; or
  std::string extended_statistic = {};  ///< p90, tm90, …
  Duration period = std::chrono::seconds{60};
  std::string unit = {};
  int evaluation_periods = 1;
  std::optional<int> datapoints_to_alarm = {};
  double threshold = 0.0;
  ComparisonOperator comparison_operator = ComparisonOperator::GreaterThanOrEqualToThreshold;
  std::optional<TreatMissingData> treat_missing_data = {};
  /// Metric math in place of `metric`, `statistic` and `period`.
  std::vector<MetricDataQuery> metrics = {};
};

struct MetricAlarm {
  PutMetricAlarmInput configuration;
  std::string alarm_arn;
  Instant alarm_configuration_updated{};
  StateValue state = StateValue::InsufficientData;
  std::string state_reason;
  std::string state_reason_data;
  Instant state_updated{};
  Instant state_transitioned{};
};
struct DescribeAlarmsInput {
  std::vector<std::string> alarm_names = {};
  std::string alarm_name_prefix = {};
  std::optional<StateValue> state = {};
};
struct DescribeAlarmsOutput {
  std::vector<MetricAlarm> metric_alarms;
};
struct DeleteAlarmsInput {
  std::vector<std::string> alarm_names;
};
struct EnableAlarmActionsInput {
  std::vector<std::string> alarm_names;
};
struct DisableAlarmActionsInput {
  std::vector<std::string> alarm_names;
};
struct SetAlarmStateInput {
  std::string alarm_name;
  StateValue state = StateValue::Ok;
  std::string state_reason;
  std::string state_reason_data = {};
};

enum class HistoryItemType { ConfigurationUpdate, StateUpdate, Action };
struct AlarmHistoryItem {
  std::string alarm_name;
  Instant timestamp{};
  HistoryItemType type = HistoryItemType::StateUpdate;
  std::string summary;
  std::string data;  ///< JSON text
};
struct DescribeAlarmHistoryInput {
  std::string alarm_name = {};
  std::optional<HistoryItemType> type = {};
  std::optional<Instant> start = {};
  std::optional<Instant> end = {};
  bool newest_first = true;
};
struct DescribeAlarmHistoryOutput {
  std::vector<AlarmHistoryItem> items;
};

struct PutDashboardInput {
  std::string dashboard_name;
  std::string dashboard_body;  ///< JSON text
};
/// What is doubtful about an accepted body.
struct DashboardValidationMessage {
  std::string data_path;  ///< JSON pointer into the body
  std::string message;
};
struct PutDashboardOutput {
  std::vector<DashboardValidationMessage> messages;
};
struct GetDashboardInput {
  std::string dashboard_name;
};
struct GetDashboardOutput {
  std::string dashboard_arn;
  std::string dashboard_body;
};

}  // namespace driftlab::ops::cloudwatch

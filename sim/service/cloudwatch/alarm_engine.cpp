#include "sim/service/cloudwatch/alarm_engine.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/hash.hpp"
#include "sim/service/cloudwatch/alarm_reason.hpp"
#include "sim/service/cloudwatch/alarm_validation.hpp"

namespace driftlab::service::cloudwatch {
namespace {

/// Step of the evaluations, and of the sliding windows.
Duration step_of(const api::PutMetricAlarmInput& alarm) {
  return alarm.period < 1min ? Duration{10s} : Duration{1min};
}

int evaluation_range(const api::PutMetricAlarmInput& alarm, const Config& config) {
  if (alarm.period < 1min) return alarm.evaluation_periods + static_cast<int>(Duration{1min} / alarm.period);
  return alarm.evaluation_periods + config.evaluation_range_extra;
}

Rule rule_of(const api::PutMetricAlarmInput& alarm, const Config& config) {
  Rule rule{alarm.evaluation_periods, alarm.datapoints_to_alarm.value_or(alarm.evaluation_periods),
            alarm.treat_missing_data.value_or(api::TreatMissingData::Missing), config.premature_run};
  // The one namespace whose alarms do not follow their own setting.
  if (alarm.metric.metric_namespace == "AWS/DynamoDB") rule.treat_missing = api::TreatMissingData::Ignore;
  return rule;
}

const std::vector<std::string>& actions_for(const api::PutMetricAlarmInput& alarm, api::StateValue state) {
  switch (state) {
    case api::StateValue::Ok:
      return alarm.ok_actions;
    case api::StateValue::Alarm:
      return alarm.alarm_actions;
    case api::StateValue::InsufficientData:
      break;
  }
  return alarm.insufficient_data_actions;
}

}  // namespace

AlarmEngine::AlarmEngine(Scheduler& scheduler, EventPublisher& events, TargetInvoker& targets, Journal& journal,
                         MetricStore& metrics, const Config& config)
    : scheduler_(scheduler),
      events_(events),
      journal_(journal),
      metrics_(metrics),
      config_(config),
      ids_(config.seed, "cloudwatch", "metric ids"),
      history_(config.history_retention),
      actions_(scheduler, targets, journal, history_, config) {}

AlarmEngine::~AlarmEngine() {
  for (const auto& [name, alarm] : alarms_) scheduler_.cancel(alarm.timer);
}

Result<> AlarmEngine::put(const api::PutMetricAlarmInput& request, Instant now) {
  if (auto ok = validate(request); !ok) return ok;
  const auto found = alarms_.find(request.alarm_name);
  if (found != alarms_.end()) {
    const AlarmRecord previous = found->second.record;
    configure(found->second, request, now);
    announce(found->second.record, ConfigurationChange::Update, now, &previous);
    return {};
  }
  Alarm& alarm = alarms_[request.alarm_name];
  alarm.record.arn = config_.identity.arn("cloudwatch", "alarm:" + request.alarm_name);
  alarm.record.metric_id = ids_.uuid();
  alarm.record.state = {api::StateValue::InsufficientData, "Unchecked: Initial alarm creation", "", now};
  alarm.record.transitioned = now;
  configure(alarm, request, now);
  announce(alarm.record, ConfigurationChange::Create, now, nullptr);
  return {};
}

void AlarmEngine::configure(Alarm& alarm, const api::PutMetricAlarmInput& request, Instant now) {
  const Duration step_before = step_of(alarm.record.configuration);
  alarm.record.configuration = request;
  alarm.record.configured = now;
  alarm.rule = rule_of(request, config_);
  const int range = evaluation_range(request, config_);
  const auto& name = request.statistic.empty() ? request.extended_statistic : request.statistic;
  alarm.window = std::make_unique<EvaluationWindow>(
      metrics_.record(MetricKey(request.metric)),
      EvaluationWindow::Shape{request.unit, request.period, range, *parse_statistic(name)}, config_.percentile_method);
  alarm.marks.assign(static_cast<std::size_t>(range), Mark::Missing);
  alarm.must_decide = true;
  if (alarm.timer == 0 || step_of(request) != step_before) schedule(alarm, now);
}

Instant AlarmEngine::next_evaluation(const Alarm& alarm, Instant after) const {
  const Duration step = step_of(alarm.record.configuration);
  Duration offset{0};
  if (config_.spread_evaluations) offset = std::chrono::seconds{stable_hash(alarm.record.arn) % 60} % step;
  return floor_to(after - offset, step) + offset + step;
}

void AlarmEngine::schedule(Alarm& alarm, Instant after) {
  if (alarm.timer != 0) scheduler_.cancel(alarm.timer);
  // The address of a map's value stays until the alarm is deleted, which cancels the timer.
  alarm.timer =
      scheduler_.at(next_evaluation(alarm, after), "cloudwatch.evaluation", [this, &alarm] { evaluate(alarm); });
}

void AlarmEngine::evaluate(Alarm& alarm) {
  const Instant now = scheduler_.now();
  alarm.timer = 0;
  schedule(alarm, now);
  const api::PutMetricAlarmInput& configuration = alarm.record.configuration;
  const bool changed = alarm.window->advance(floor_to(now, step_of(configuration)));
  // The same samples in the same buckets give the decision that made the state what it is.
  if (!changed && !alarm.must_decide) return;
  alarm.must_decide = false;
  const auto points = alarm.window->points();
  std::ranges::transform(points, alarm.marks.begin(), [&](const BucketPoint& point) {
    if (!point.present) return Mark::Missing;
    return breaches(configuration.comparison_operator, point.value, configuration.threshold) ? Mark::Breaching
                                                                                             : Mark::Good;
  });
  const api::StateValue next = decide(alarm.marks, alarm.rule, alarm.record.state.value);
  if (next == alarm.record.state.value) return;
  const auto evaluated = evaluated_points(*alarm.window, configuration.evaluation_periods);
  change_state(alarm,
               {next, reason_text(configuration, next, evaluated), reason_data(configuration, now, evaluated), now});
}

void AlarmEngine::change_state(Alarm& alarm, AlarmState next) {
  const AlarmState previous = std::exchange(alarm.record.state, std::move(next));
  alarm.record.transitioned = alarm.record.state.updated;
  // A copy: what is told of the change may call back and replace or delete the alarm.
  const AlarmRecord record = alarm.record;
  const std::string& name = record.configuration.alarm_name;
  history_.add(
      {name, record.state.updated, api::HistoryItemType::StateUpdate,
       fmt::format("Alarm updated from {} to {}", api::to_string(previous.value), api::to_string(record.state.value)),
       state_history_data(previous, record.state)});
  journal_.record("cloudwatch", "AlarmStateChange", name, journal_state_change(previous, record.state));
  events_.publish(state_change_event(record, previous));
  if (record.configuration.actions_enabled) run_actions(record, previous);
}

void AlarmEngine::run_actions(const AlarmRecord& alarm, const AlarmState& previous) {
  for (const std::string& arn : actions_for(alarm.configuration, alarm.state.value)) {
    std::string payload = is_lambda_arn(arn) ? lambda_payload(alarm, previous, config_.identity)
                                             : sns_message(alarm, previous, config_.identity);
    actions_.run(alarm.configuration.alarm_name, TargetCall{arn, std::move(payload), alarm.arn}, alarm.state.updated);
  }
}

void AlarmEngine::announce(const AlarmRecord& alarm, ConfigurationChange change, Instant now,
                           const AlarmRecord* previous) {
  const AlarmRecord record = alarm;
  const std::string& name = record.configuration.alarm_name;
  history_.add({name, now, api::HistoryItemType::ConfigurationUpdate,
                fmt::format("Alarm \"{}\" {}", name, past_tense(change)), configuration_history_data(record, change)});
  journal_.record("cloudwatch", "AlarmConfigurationChange", name, journal_configuration(record, change));
  events_.publish(configuration_change_event(record, change, now, previous));
}

Result<api::DescribeAlarmsOutput> AlarmEngine::describe(const api::DescribeAlarmsInput& request) const {
  if (auto ok = validate_alarm_names(request.alarm_names); !ok) return ok.error();
  api::DescribeAlarmsOutput output;
  for (const auto& [name, alarm] : alarms_) {
    const AlarmRecord& record = alarm.record;
    if (!request.alarm_names.empty() && std::ranges::find(request.alarm_names, name) == request.alarm_names.end())
      continue;
    if (!name.starts_with(request.alarm_name_prefix)) continue;
    if (request.state && record.state.value != *request.state) continue;
    output.metric_alarms.push_back({record.configuration, record.arn, record.configured, record.state.value,
                                    record.state.reason, record.state.reason_data, record.state.updated,
                                    record.transitioned});
  }
  return output;
}

Result<> AlarmEngine::remove(const api::DeleteAlarmsInput& request, Instant now) {
  if (auto ok = validate_alarm_names(request.alarm_names); !ok) return ok;
  for (const std::string& name : request.alarm_names) {
    const auto found = alarms_.find(name);
    if (found == alarms_.end()) continue;
    scheduler_.cancel(found->second.timer);
    const AlarmRecord record = std::move(found->second.record);
    alarms_.erase(found);
    announce(record, ConfigurationChange::Delete, now, nullptr);
  }
  return {};
}

Result<> AlarmEngine::set_state(const api::SetAlarmStateInput& request, Instant now) {
  if (auto ok = validate(request); !ok) return ok;
  const auto found = alarms_.find(request.alarm_name);
  if (found == alarms_.end()) return not_found("ResourceNotFound", "");
  Alarm& alarm = found->second;
  alarm.must_decide = true;
  AlarmState next{request.state, request.state_reason, request.state_reason_data, now};
  if (next.value == alarm.record.state.value)
    alarm.record.state = std::move(next);
  else
    change_state(alarm, std::move(next));
  return {};
}

Result<> AlarmEngine::enable_actions(const std::vector<std::string>& names, bool enabled, Instant now) {
  if (auto ok = validate_alarm_names(names); !ok) return ok;
  for (const std::string& name : names) {
    const auto found = alarms_.find(name);
    if (found == alarms_.end() || found->second.record.configuration.actions_enabled == enabled) continue;
    const AlarmRecord previous = found->second.record;
    found->second.record.configuration.actions_enabled = enabled;
    found->second.record.configured = now;
    announce(found->second.record, ConfigurationChange::Update, now, &previous);
  }
  return {};
}

api::DescribeAlarmHistoryOutput AlarmEngine::history(const api::DescribeAlarmHistoryInput& request, Instant now) const {
  return history_.find(request, now);
}

}  // namespace driftlab::service::cloudwatch

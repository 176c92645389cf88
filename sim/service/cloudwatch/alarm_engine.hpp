#pragma once
/// The alarms of an account: configuration, evaluation each minute, state changes and what follows from them.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/rng.hpp"
#include "core/base/scheduler.hpp"
#include "sim/service/cloudwatch/action_runner.hpp"
#include "sim/service/cloudwatch/alarm_documents.hpp"
#include "sim/service/cloudwatch/alarm_history.hpp"
#include "sim/service/cloudwatch/decide.hpp"
#include "sim/service/cloudwatch/enums.hpp"
#include "sim/service/cloudwatch/evaluation_window.hpp"
#include "sim/service/cloudwatch/metric_store.hpp"

namespace driftlab::service::cloudwatch {

class AlarmEngine {
 public:
  /// All must outlive the engine.
  AlarmEngine(Scheduler& scheduler, EventPublisher& events, TargetInvoker& targets, Journal& journal,
              MetricStore& metrics, const Config& config);
  AlarmEngine(const AlarmEngine&) = delete;
  AlarmEngine& operator=(const AlarmEngine&) = delete;
  ~AlarmEngine();

  /// Creates the alarm, or replaces its whole configuration and keeps its state until the next evaluation.
  Result<> put(const api::PutMetricAlarmInput& request, Instant now);
  /// Metric alarms by name.
  [[nodiscard]] Result<api::DescribeAlarmsOutput> describe(const api::DescribeAlarmsInput& request) const;
  /// Unknown names are ignored.
  Result<> remove(const api::DeleteAlarmsInput& request, Instant now);
  /// Lasts until the next evaluation finds otherwise. Errors: ResourceNotFound, ValidationError, InvalidFormat.
  Result<> set_state(const api::SetAlarmStateInput& request, Instant now);
  /// Unknown names are ignored; an alarm that is so already is left alone.
  Result<> enable_actions(const std::vector<std::string>& names, bool enabled, Instant now);
  [[nodiscard]] api::DescribeAlarmHistoryOutput history(const api::DescribeAlarmHistoryInput& request,
                                                        Instant now) const;

 private:
  struct Alarm {
    AlarmRecord record;
    Rule rule = {};
    std::unique_ptr<EvaluationWindow> window = {};
    std::vector<Mark> marks = {};
    /// The state or the rule changed since the last evaluation: decide even if the samples are the same.
    bool must_decide = true;
    TimerId timer = 0;
  };
  void configure(Alarm& alarm, const api::PutMetricAlarmInput& request, Instant now);
  [[nodiscard]] Instant next_evaluation(const Alarm& alarm, Instant after) const;
  void schedule(Alarm& alarm, Instant after);
  void evaluate(Alarm& alarm);
  void change_state(Alarm& alarm, AlarmState next);
  void run_actions(const AlarmRecord& alarm, const AlarmState& previous);
  void announce(const AlarmRecord& alarm, ConfigurationChange change, Instant now, const AlarmRecord* previous);

  Scheduler& scheduler_;
  EventPublisher& events_;
  Journal& journal_;
  MetricStore& metrics_;
  const Config& config_;
  Rng ids_;
  AlarmHistory history_;
  ActionRunner actions_;
  std::map<std::string, Alarm> alarms_;
};

}  // namespace driftlab::service::cloudwatch

#pragma once
/// Amazon CloudWatch: metrics, metric alarms and dashboards, as state machines on a scheduler.

#include <cstdint>
#include <map>

#include "core/base/scheduler.hpp"
#include "sim/service/cloudwatch/alarm_engine.hpp"
#include "sim/service/cloudwatch/config.hpp"
#include "sim/service/cloudwatch/dashboards.hpp"
#include "sim/service/cloudwatch/metric_reader.hpp"
#include "sim/service/cloudwatch/metric_store.hpp"
#include "sim/service/hosts.hpp"

namespace driftlab::service::cloudwatch {

/// One account in one region. `now` is the instant at which a request arrives: the scheduler's own now. An evaluation
/// of an alarm in which no sample crossed a bucket's boundary costs one comparison a boundary and its timer.
class CloudWatch final : public MetricPublisher {
 public:
  /// The references must outlive it. Timers that are still pending are cancelled with it.
  CloudWatch(Scheduler& scheduler, EventPublisher& events, TargetInvoker& targets, Journal& journal, Config config);
  CloudWatch(const CloudWatch&) = delete;
  CloudWatch& operator=(const CloudWatch&) = delete;
  ~CloudWatch() override;

  /// Errors: InvalidParameterValue, InvalidParameterCombination, MissingParameter; all data or none are accepted.
  Result<> handle(const api::PutMetricDataInput& request, Instant now);
  Result<api::GetMetricDataOutput> handle(const api::GetMetricDataInput& request, Instant now);
  Result<api::GetMetricStatisticsOutput> handle(const api::GetMetricStatisticsInput& request, Instant now);
  Result<api::ListMetricsOutput> handle(const api::ListMetricsInput& request, Instant now);

  Result<> handle(const api::PutMetricAlarmInput& request, Instant now);
  Result<api::DescribeAlarmsOutput> handle(const api::DescribeAlarmsInput& request, Instant now);
  Result<> handle(const api::DeleteAlarmsInput& request, Instant now);
  Result<> handle(const api::SetAlarmStateInput& request, Instant now);
  Result<> handle(const api::EnableAlarmActionsInput& request, Instant now);
  Result<> handle(const api::DisableAlarmActionsInput& request, Instant now);
  Result<api::DescribeAlarmHistoryOutput> handle(const api::DescribeAlarmHistoryInput& request, Instant now);

  Result<api::PutDashboardOutput> handle(const api::PutDashboardInput& request, Instant now);
  Result<api::GetDashboardOutput> handle(const api::GetDashboardInput& request, Instant now);

  /// Metrics of the services themselves, which may use `AWS/…`. A call that PutMetricData would refuse is dropped and
  /// recorded in the journal.
  void publish(const api::PutMetricDataInput& data) override;

 private:
  Result<> accept(const api::PutMetricDataInput& request, Instant now);

  Config config_;
  Scheduler& scheduler_;
  Journal& journal_;
  MetricStore metrics_;
  MetricReader reader_;
  AlarmEngine alarms_;
  Dashboards dashboards_;
  std::map<std::uint64_t, TimerId> arriving_;  ///< calls that are on their way through the ingest delay
  std::uint64_t next_arrival_ = 1;
};

}  // namespace driftlab::service::cloudwatch

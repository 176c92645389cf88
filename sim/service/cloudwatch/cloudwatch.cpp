#include "sim/service/cloudwatch/cloudwatch.hpp"

#include <utility>

#include "sim/service/cloudwatch/metric_validation.hpp"

namespace driftlab::service::cloudwatch {

CloudWatch::CloudWatch(Scheduler& scheduler, EventPublisher& events, TargetInvoker& targets, Journal& journal,
                       Config config)
    : config_(std::move(config)),
      scheduler_(scheduler),
      journal_(journal),
      reader_(metrics_, config_),
      alarms_(scheduler, events, targets, journal, metrics_, config_),
      dashboards_(config_.identity, journal) {}

CloudWatch::~CloudWatch() {
  for (const auto& [arrival, timer] : arriving_) scheduler_.cancel(timer);
}

Result<> CloudWatch::handle(const api::PutMetricDataInput& request, Instant now) {
  if (config_.refuse_aws_namespaces && request.metric_namespace.starts_with("AWS/"))
    return invalid_value("The value AWS/ for parameter Namespace is invalid.");
  return accept(request, now);
}

Result<> CloudWatch::accept(const api::PutMetricDataInput& request, Instant now) {
  if (auto ok = validate(request, now); !ok) return ok;
  if (config_.ingest_delay == Duration{0}) {
    metrics_.put(request, now);
    return {};
  }
  const std::uint64_t arrival = next_arrival_++;
  arriving_[arrival] = scheduler_.at(now + config_.ingest_delay, "cloudwatch.ingest", [this, arrival, request, now] {
    arriving_.erase(arrival);
    metrics_.put(request, now);
  });
  return {};
}

void CloudWatch::publish(const api::PutMetricDataInput& data) {
  if (const auto ok = accept(data, scheduler_.now()); !ok)
    journal_.record("cloudwatch", "MetricDataRefused", data.metric_namespace,
                    R"({"error":")" + ok.error().code + R"("})");
}

Result<api::GetMetricDataOutput> CloudWatch::handle(const api::GetMetricDataInput& request, Instant now) {
  return reader_.read(request, now);
}

Result<api::GetMetricStatisticsOutput> CloudWatch::handle(const api::GetMetricStatisticsInput& request, Instant now) {
  return reader_.read(request, now);
}

Result<api::ListMetricsOutput> CloudWatch::handle(const api::ListMetricsInput& request, Instant now) {
  return metrics_.list(request, now);
}

Result<> CloudWatch::handle(const api::PutMetricAlarmInput& request, Instant now) {
  return alarms_.put(request, now);
}

Result<api::DescribeAlarmsOutput> CloudWatch::handle(const api::DescribeAlarmsInput& request, Instant) {
  return alarms_.describe(request);
}

Result<> CloudWatch::handle(const api::DeleteAlarmsInput& request, Instant now) {
  return alarms_.remove(request, now);
}

Result<> CloudWatch::handle(const api::SetAlarmStateInput& request, Instant now) {
  return alarms_.set_state(request, now);
}

Result<> CloudWatch::handle(const api::EnableAlarmActionsInput& request, Instant now) {
  return alarms_.enable_actions(request.alarm_names, true, now);
}

Result<> CloudWatch::handle(const api::DisableAlarmActionsInput& request, Instant now) {
  return alarms_.enable_actions(request.alarm_names, false, now);
}

Result<api::DescribeAlarmHistoryOutput> CloudWatch::handle(const api::DescribeAlarmHistoryInput& request, Instant now) {
  return alarms_.history(request, now);
}

Result<api::PutDashboardOutput> CloudWatch::handle(const api::PutDashboardInput& request, Instant) {
  return dashboards_.put(request);
}

Result<api::GetDashboardOutput> CloudWatch::handle(const api::GetDashboardInput& request, Instant) {
  return dashboards_.get(request);
}

}  // namespace driftlab::service::cloudwatch

#pragma once
/// Metrics, alarms and dashboards: CloudWatch.

#include "core/ports/async.hpp"
#include "core/ports/ops/cloudwatch.hpp"

namespace driftlab::ports {

/// Errors are CloudWatch's: InvalidParameterValue, InvalidParameterCombination, MissingParameter, ResourceNotFound, …
class MetricStore {
 public:
  MetricStore() = default;
  MetricStore(const MetricStore&) = delete;
  MetricStore& operator=(const MetricStore&) = delete;
  virtual ~MetricStore() = default;

  virtual Async<> put_metric_data(const ops::cloudwatch::PutMetricDataInput& request,
                                  Deadline deadline = kNoDeadline) = 0;
  virtual Async<ops::cloudwatch::GetMetricDataOutput> get_metric_data(
      const ops::cloudwatch::GetMetricDataInput& request, Deadline deadline = kNoDeadline) = 0;
  virtual Async<> put_metric_alarm(const ops::cloudwatch::PutMetricAlarmInput& request,
                                   Deadline deadline = kNoDeadline) = 0;
  virtual Async<ops::cloudwatch::DescribeAlarmsOutput> describe_alarms(
      const ops::cloudwatch::DescribeAlarmsInput& request, Deadline deadline = kNoDeadline) = 0;
  virtual Async<> delete_alarms(const ops::cloudwatch::DeleteAlarmsInput& request, Deadline deadline = kNoDeadline) = 0;
  virtual Async<> put_dashboard(const ops::cloudwatch::PutDashboardInput& request, Deadline deadline = kNoDeadline) = 0;
};

}  // namespace driftlab::ports

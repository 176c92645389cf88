#pragma once
/// The MetricStore port on the CloudWatch model, in-process.

#include "core/ports/metric_store.hpp"
#include "sim/backend/call.hpp"
#include "sim/service/cloudwatch/cloudwatch.hpp"

namespace driftlab::backend {

class SimMetricStore final : public ports::MetricStore {
 public:
  SimMetricStore(service::cloudwatch::CloudWatch& service, CallModel& call) : service_(service), call_(call) {}

  ports::Async<> put_metric_data(const ops::cloudwatch::PutMetricDataInput& request, ports::Deadline deadline) override;
  ports::Async<ops::cloudwatch::GetMetricDataOutput> get_metric_data(const ops::cloudwatch::GetMetricDataInput& request,
                                                                     ports::Deadline deadline) override;
  ports::Async<> put_metric_alarm(const ops::cloudwatch::PutMetricAlarmInput& request,
                                  ports::Deadline deadline) override;
  ports::Async<ops::cloudwatch::DescribeAlarmsOutput> describe_alarms(
      const ops::cloudwatch::DescribeAlarmsInput& request, ports::Deadline deadline) override;
  ports::Async<> delete_alarms(const ops::cloudwatch::DeleteAlarmsInput& request, ports::Deadline deadline) override;
  ports::Async<> put_dashboard(const ops::cloudwatch::PutDashboardInput& request, ports::Deadline deadline) override;

 private:
  service::cloudwatch::CloudWatch& service_;
  CallModel& call_;
};

}  // namespace driftlab::backend

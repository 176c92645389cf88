#include "sim/backend/sim_metric_store.hpp"

namespace driftlab::backend {

ports::Async<> SimMetricStore::put_metric_data(const ops::cloudwatch::PutMetricDataInput& request,
                                               ports::Deadline deadline) {
  return call_service<void>(call_, service_, request, deadline);
}

ports::Async<ops::cloudwatch::GetMetricDataOutput> SimMetricStore::get_metric_data(
    const ops::cloudwatch::GetMetricDataInput& request, ports::Deadline deadline) {
  return call_service<ops::cloudwatch::GetMetricDataOutput>(call_, service_, request, deadline);
}

ports::Async<> SimMetricStore::put_metric_alarm(const ops::cloudwatch::PutMetricAlarmInput& request,
                                                ports::Deadline deadline) {
  return call_service<void>(call_, service_, request, deadline);
}

ports::Async<ops::cloudwatch::DescribeAlarmsOutput> SimMetricStore::describe_alarms(
    const ops::cloudwatch::DescribeAlarmsInput& request, ports::Deadline deadline) {
  return call_service<ops::cloudwatch::DescribeAlarmsOutput>(call_, service_, request, deadline);
}

ports::Async<> SimMetricStore::delete_alarms(const ops::cloudwatch::DeleteAlarmsInput& request,
                                             ports::Deadline deadline) {
  return call_service<void>(call_, service_, request, deadline);
}

ports::Async<> SimMetricStore::put_dashboard(const ops::cloudwatch::PutDashboardInput& request,
                                             ports::Deadline deadline) {
  return call_service<void>(call_, service_, request, deadline);
}

}  // namespace driftlab::backend

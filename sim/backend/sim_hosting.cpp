#include "sim/backend/sim_hosting.hpp"

namespace driftlab::backend {

ports::Async<> SimHosting::create_model(const ops::sagemaker::CreateModelInput& request, ports::Deadline deadline) {
  return call_service<void>(call_, sagemaker_, request, deadline);
}

ports::Async<> SimHosting::create_endpoint_config(const ops::sagemaker::CreateEndpointConfigInput& request,
                                                  ports::Deadline deadline) {
  return call_service<void>(call_, sagemaker_, request, deadline);
}

ports::Async<> SimHosting::create_endpoint(const ops::sagemaker::CreateEndpointInput& request,
                                           ports::Deadline deadline) {
  return call_service<void>(call_, sagemaker_, request, deadline);
}

ports::Async<> SimHosting::update_endpoint(const ops::sagemaker::UpdateEndpointInput& request,
                                           ports::Deadline deadline) {
  return call_service<void>(call_, sagemaker_, request, deadline);
}

ports::Async<ops::sagemaker::Endpoint> SimHosting::describe_endpoint(
    const ops::sagemaker::DescribeEndpointInput& request, ports::Deadline deadline) {
  return call_service<ops::sagemaker::Endpoint>(call_, sagemaker_, request, deadline);
}

ports::Async<> SimHosting::create_monitoring_schedule(const ops::sagemaker::CreateMonitoringScheduleInput& request,
                                                      ports::Deadline deadline) {
  return call_service<void>(call_, sagemaker_, request, deadline);
}

ports::Async<> SimHosting::delete_monitoring_schedule(const ops::sagemaker::DeleteMonitoringScheduleInput& request,
                                                      ports::Deadline deadline) {
  return call_service<void>(call_, sagemaker_, request, deadline);
}

}  // namespace driftlab::backend

#pragma once
/// The Hosting port on the SageMaker model, in-process.

#include "core/ports/hosting.hpp"
#include "sim/backend/call.hpp"
#include "sim/service/sagemaker/sagemaker.hpp"

namespace driftlab::backend {

class SimHosting final : public ports::Hosting {
 public:
  SimHosting(service::sagemaker::SageMaker& sagemaker, CallModel& call) : sagemaker_(sagemaker), call_(call) {}

  ports::Async<> create_model(const ops::sagemaker::CreateModelInput& request, ports::Deadline deadline) override;
  ports::Async<> create_endpoint_config(const ops::sagemaker::CreateEndpointConfigInput& request,
                                        ports::Deadline deadline) override;
  ports::Async<> create_endpoint(const ops::sagemaker::CreateEndpointInput& request, ports::Deadline deadline) override;
  ports::Async<> update_endpoint(const ops::sagemaker::UpdateEndpointInput& request, ports::Deadline deadline) override;
  ports::Async<ops::sagemaker::Endpoint> describe_endpoint(const ops::sagemaker::DescribeEndpointInput& request,
                                                           ports::Deadline deadline) override;
  ports::Async<> create_monitoring_schedule(const ops::sagemaker::CreateMonitoringScheduleInput& request,
                                            ports::Deadline deadline) override;
  ports::Async<> delete_monitoring_schedule(const ops::sagemaker::DeleteMonitoringScheduleInput& request,
                                            ports::Deadline deadline) override;

 private:
  service::sagemaker::SageMaker& sagemaker_;
  CallModel& call_;
};

}  // namespace driftlab::backend

#pragma once
/// The EndpointRuntime port on the SageMaker model, in-process.

#include "core/ports/endpoint_runtime.hpp"
#include "sim/backend/call.hpp"
#include "sim/service/sagemaker/sagemaker.hpp"

namespace driftlab::backend {

class SimEndpointRuntime final : public ports::EndpointRuntime {
 public:
  SimEndpointRuntime(service::sagemaker::SageMaker& sagemaker, CallModel& call) : sagemaker_(sagemaker), call_(call) {}

  ports::Async<ops::sagemaker::InvokeEndpointOutput> invoke(const ops::sagemaker::InvokeEndpointInput& request,
                                                            ports::Deadline deadline) override;

 private:
  service::sagemaker::SageMaker& sagemaker_;
  CallModel& call_;
};

}  // namespace driftlab::backend

#include "sim/backend/sim_endpoint_runtime.hpp"

namespace driftlab::backend {

ports::Async<ops::sagemaker::InvokeEndpointOutput> SimEndpointRuntime::invoke(
    const ops::sagemaker::InvokeEndpointInput& request, ports::Deadline deadline) {
  return call_service<ops::sagemaker::InvokeEndpointOutput>(call_, sagemaker_, request, deadline);
}

}  // namespace driftlab::backend

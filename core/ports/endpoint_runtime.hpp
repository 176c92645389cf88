#pragma once
/// Calling a deployed model: SageMaker Runtime.

#include "core/ports/async.hpp"
#include "core/ports/ops/sagemaker.hpp"

namespace driftlab::ports {

/// Errors: ValidationError (no such endpoint, or it does not serve), ModelError (the container failed),
/// ServiceUnavailable.
class EndpointRuntime {
 public:
  EndpointRuntime() = default;
  EndpointRuntime(const EndpointRuntime&) = delete;
  EndpointRuntime& operator=(const EndpointRuntime&) = delete;
  virtual ~EndpointRuntime() = default;

  virtual Async<ops::sagemaker::InvokeEndpointOutput> invoke(const ops::sagemaker::InvokeEndpointInput& request,
                                                             Deadline deadline = kNoDeadline) = 0;
};

}  // namespace driftlab::ports

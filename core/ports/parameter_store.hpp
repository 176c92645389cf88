#pragma once
/// Named text parameters: Systems Manager Parameter Store.

#include "core/ports/async.hpp"
#include "core/ports/ops/ssm.hpp"

namespace driftlab::ports {

/// Errors: ParameterNotFound, ParameterAlreadyExists, ValidationException.
class ParameterStore {
 public:
  ParameterStore() = default;
  ParameterStore(const ParameterStore&) = delete;
  ParameterStore& operator=(const ParameterStore&) = delete;
  virtual ~ParameterStore() = default;

  virtual Async<ops::ssm::Parameter> get(const ops::ssm::GetParameterInput& request,
                                         Deadline deadline = kNoDeadline) = 0;
  virtual Async<ops::ssm::PutParameterOutput> put(const ops::ssm::PutParameterInput& request,
                                                  Deadline deadline = kNoDeadline) = 0;
};

}  // namespace driftlab::ports

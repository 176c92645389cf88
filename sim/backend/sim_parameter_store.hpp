#pragma once
/// The ParameterStore port on the model of Systems Manager, in-process.

#include "core/ports/parameter_store.hpp"
#include "sim/backend/call.hpp"
#include "sim/service/ssm/parameter_store.hpp"

namespace driftlab::backend {

class SimParameterStore final : public ports::ParameterStore {
 public:
  SimParameterStore(service::ssm::ParameterStore& service, CallModel& call) : service_(service), call_(call) {}

  ports::Async<ops::ssm::Parameter> get(const ops::ssm::GetParameterInput& request,
                                        ports::Deadline deadline = ports::kNoDeadline) override;
  ports::Async<ops::ssm::PutParameterOutput> put(const ops::ssm::PutParameterInput& request,
                                                 ports::Deadline deadline = ports::kNoDeadline) override;

 private:
  service::ssm::ParameterStore& service_;
  CallModel& call_;
};

}  // namespace driftlab::backend

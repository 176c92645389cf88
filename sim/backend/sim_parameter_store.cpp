#include "sim/backend/sim_parameter_store.hpp"

namespace driftlab::backend {

ports::Async<ops::ssm::Parameter> SimParameterStore::get(const ops::ssm::GetParameterInput& request,
                                                         ports::Deadline deadline) {
  return call_service<ops::ssm::Parameter>(call_, service_, request, deadline);
}

ports::Async<ops::ssm::PutParameterOutput> SimParameterStore::put(const ops::ssm::PutParameterInput& request,
                                                                  ports::Deadline deadline) {
  return call_service<ops::ssm::PutParameterOutput>(call_, service_, request, deadline);
}

}  // namespace driftlab::backend

#include "sim/backend/sim_model_registry.hpp"

namespace driftlab::backend {

ports::Async<ops::sagemaker::ModelPackage> SimModelRegistry::describe(
    const ops::sagemaker::DescribeModelPackageInput& request, ports::Deadline deadline) {
  return call_service<ops::sagemaker::ModelPackage>(call_, sagemaker_, request, deadline);
}

ports::Async<ops::sagemaker::ListModelPackagesOutput> SimModelRegistry::list(
    const ops::sagemaker::ListModelPackagesInput& request, ports::Deadline deadline) {
  return call_service<ops::sagemaker::ListModelPackagesOutput>(call_, sagemaker_, request, deadline);
}

ports::Async<> SimModelRegistry::update(const ops::sagemaker::UpdateModelPackageInput& request,
                                        ports::Deadline deadline) {
  return call_service<void>(call_, sagemaker_, request, deadline);
}

}  // namespace driftlab::backend

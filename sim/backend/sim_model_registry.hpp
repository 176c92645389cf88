#pragma once
/// The ModelRegistry port on the SageMaker model, in-process.

#include "core/ports/model_registry.hpp"
#include "sim/backend/call.hpp"
#include "sim/service/sagemaker/sagemaker.hpp"

namespace driftlab::backend {

class SimModelRegistry final : public ports::ModelRegistry {
 public:
  SimModelRegistry(service::sagemaker::SageMaker& sagemaker, CallModel& call) : sagemaker_(sagemaker), call_(call) {}

  ports::Async<ops::sagemaker::ModelPackage> describe(const ops::sagemaker::DescribeModelPackageInput& request,
                                                      ports::Deadline deadline) override;
  ports::Async<ops::sagemaker::ListModelPackagesOutput> list(const ops::sagemaker::ListModelPackagesInput& request,
                                                             ports::Deadline deadline) override;
  ports::Async<> update(const ops::sagemaker::UpdateModelPackageInput& request, ports::Deadline deadline) override;

 private:
  service::sagemaker::SageMaker& sagemaker_;
  CallModel& call_;
};

}  // namespace driftlab::backend

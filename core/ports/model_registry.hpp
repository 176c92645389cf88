#pragma once
/// Versions of a model and their approval: SageMaker Model Registry.

#include "core/ports/async.hpp"
#include "core/ports/ops/sagemaker.hpp"

namespace driftlab::ports {

/// Errors: ValidationException for an unknown package or group.
class ModelRegistry {
 public:
  ModelRegistry() = default;
  ModelRegistry(const ModelRegistry&) = delete;
  ModelRegistry& operator=(const ModelRegistry&) = delete;
  virtual ~ModelRegistry() = default;

  virtual Async<ops::sagemaker::ModelPackage> describe(const ops::sagemaker::DescribeModelPackageInput& request,
                                                       Deadline deadline = kNoDeadline) = 0;
  virtual Async<ops::sagemaker::ListModelPackagesOutput> list(const ops::sagemaker::ListModelPackagesInput& request,
                                                              Deadline deadline = kNoDeadline) = 0;
  virtual Async<> update(const ops::sagemaker::UpdateModelPackageInput& request, Deadline deadline = kNoDeadline) = 0;
};

}  // namespace driftlab::ports

#pragma once
/// The model registry: groups of model packages, versions, approval.

#include <map>
#include <string>
#include <vector>

#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/context.hpp"

namespace driftlab::service::sagemaker {

class ModelRegistry {
 public:
  explicit ModelRegistry(const Context& context) : context_(context) {}

  /// Return the ARN. Errors: ValidationException.
  Result<std::string> create_group(const ops::sagemaker::CreateModelPackageGroupInput& request, Instant now);
  Result<std::string> create_package(const ops::sagemaker::CreateModelPackageInput& request, Instant now);
  [[nodiscard]] Result<ops::sagemaker::ModelPackageGroup> describe_group(const std::string& name) const;
  /// Errors: ConflictException while it has versions, ValidationException.
  Result<> remove_group(const std::string& name);

  /// `name`: ARN, or GROUP/VERSION. Errors: ValidationException (kind NotFound).
  [[nodiscard]] Result<ops::sagemaker::ModelPackage> describe_package(const std::string& name) const;
  /// Sends the event when the approval status or its description changes.
  Result<std::string> update_package(const ops::sagemaker::UpdateModelPackageInput& request, Instant now);
  /// Its version number is never used again.
  Result<> remove_package(const std::string& name);
  /// By creation time, then by version.
  [[nodiscard]] Result<ops::sagemaker::ListModelPackagesOutput> list(
      const ops::sagemaker::ListModelPackagesInput& request) const;

 private:
  struct Group {
    ops::sagemaker::ModelPackageGroup group;
    int last_version = 0;
    std::map<int, ops::sagemaker::ModelPackage> packages;  ///< by version, which is also the order of creation
  };

  [[nodiscard]] Result<const ops::sagemaker::ModelPackage*> find(const std::string& name) const;
  [[nodiscard]] Error unknown_group(const std::string& name) const;
  void changed(const ops::sagemaker::ModelPackage& package, Instant now) const;

  const Context& context_;
  std::map<std::string, Group> groups_;
};

}  // namespace driftlab::service::sagemaker

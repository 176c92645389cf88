#include "sim/service/sagemaker/model_registry.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/service/sagemaker/documents.hpp"

namespace driftlab::service::sagemaker {
namespace {

Result<> check_approval(const std::string& status) {
  if (status == "Approved" || status == "Rejected" || status == "PendingManualApproval") return {};
  return validation_error("ModelApprovalStatus '" + status +
                          "' must be one of Approved, Rejected, PendingManualApproval");
}

}  // namespace

Result<std::string> ModelRegistry::create_group(const ops::sagemaker::CreateModelPackageGroupInput& request,
                                                Instant now) {
  const std::string& name = request.model_package_group_name;
  if (auto valid = check_name("modelPackageGroupName", name); !valid) return valid.error();
  const std::string arn = context_.arn("model-package-group", name);
  if (groups_.contains(name)) return validation_error("Model Package Group already exists: " + arn);
  groups_[name].group = {request, arn, now};
  context_.record_status("ModelPackageGroupCreated", name, "Completed");
  return arn;
}

Result<std::string> ModelRegistry::create_package(const ops::sagemaker::CreateModelPackageInput& request, Instant now) {
  const auto found = groups_.find(request.model_package_group_name);
  if (found == groups_.end()) return unknown_group(request.model_package_group_name);
  if (auto valid = check_approval(request.model_approval_status); !valid) return valid.error();
  if (request.image.empty()) return validation_error("InferenceSpecification.Containers[0].Image must not be empty");
  Group& group = found->second;
  const int version = ++group.last_version;
  auto& package = group.packages[version];
  package.request = request;
  package.arn = context_.arn("model-package", request.model_package_group_name + "/" + std::to_string(version));
  package.version = version;
  package.status = "Completed";
  package.approval_status = request.model_approval_status;
  package.creation_time = package.last_modified = now;
  changed(package, now);
  return package.arn;
}

Result<ops::sagemaker::ModelPackageGroup> ModelRegistry::describe_group(const std::string& name) const {
  const auto found = groups_.find(std::string(arn_name(name)));
  if (found == groups_.end()) return unknown_group(name);
  return found->second.group;
}

Result<> ModelRegistry::remove_group(const std::string& name) {
  const auto found = groups_.find(name);
  if (found == groups_.end()) return unknown_group(name);
  if (!found->second.packages.empty())
    return Error{
        ErrorKind::Conflict, "ConflictException",
        "Model Package Group cannot be deleted because it still contains Model Packages: " + found->second.group.arn};
  groups_.erase(found);
  context_.record_status("ModelPackageGroupDeleted", name, "Deleted");
  return {};
}

Result<const ops::sagemaker::ModelPackage*> ModelRegistry::find(const std::string& name) const {
  const std::string arn = name.starts_with("arn:") ? name : context_.arn("model-package", name);
  for (const auto& [group_name, group] : groups_) {
    for (const auto& [version, package] : group.packages)
      if (package.arn == arn) return &package;
  }
  return unknown_object("ModelPackage " + arn + " does not exist.");
}

Result<ops::sagemaker::ModelPackage> ModelRegistry::describe_package(const std::string& name) const {
  const auto found = find(name);
  if (!found) return found.error();
  return **found;
}

Result<std::string> ModelRegistry::update_package(const ops::sagemaker::UpdateModelPackageInput& request, Instant now) {
  const auto found = find(request.model_package_arn);
  if (!found) return found.error();
  auto& package = groups_.at((*found)->request.model_package_group_name).packages.at((*found)->version);
  std::string status = package.approval_status;
  if (!request.model_approval_status.empty()) {
    if (auto valid = check_approval(request.model_approval_status); !valid) return valid.error();
    status = request.model_approval_status;
  }
  const std::string& description =
      request.approval_description.empty() ? package.approval_description : request.approval_description;
  if (status == package.approval_status && description == package.approval_description) return package.arn;
  package.approval_status = status;
  package.approval_description = description;
  package.last_modified = now;
  changed(package, now);
  return package.arn;
}

Result<> ModelRegistry::remove_package(const std::string& name) {
  const auto found = find(name);
  if (!found) return found.error();
  const auto& package = **found;
  context_.record_status("ModelPackageDeleted", package.arn, "Deleted");
  groups_.at(package.request.model_package_group_name).packages.erase(package.version);
  return {};
}

Result<ops::sagemaker::ListModelPackagesOutput> ModelRegistry::list(
    const ops::sagemaker::ListModelPackagesInput& request) const {
  const auto found = groups_.find(std::string(arn_name(request.model_package_group_name)));
  if (found == groups_.end()) return unknown_group(request.model_package_group_name);
  if (request.max_results < 1 || request.max_results > 100)
    return validation_error("MaxResults must be between 1 and 100");
  ops::sagemaker::ListModelPackagesOutput output;
  for (const auto& [version, package] : found->second.packages) {
    if (request.model_approval_status.empty() || package.approval_status == request.model_approval_status)
      output.packages.push_back(package);
  }
  if (request.descending) std::reverse(output.packages.begin(), output.packages.end());
  const auto limit = static_cast<std::size_t>(request.max_results);
  if (output.packages.size() > limit) output.packages.resize(limit);
  return output;
}

Error ModelRegistry::unknown_group(const std::string& name) const {
  return unknown_object("ModelPackageGroup " + context_.arn("model-package-group", name) + " does not exist.");
}

void ModelRegistry::changed(const ops::sagemaker::ModelPackage& package, Instant now) const {
  context_.record_status("ModelPackageStateChange", package.arn, package.approval_status, package.approval_description);
  context_.emit("SageMaker Model Package State Change", package.arn, to_text(package_event(package)), now);
}

}  // namespace driftlab::service::sagemaker

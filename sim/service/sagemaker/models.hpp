#pragma once
/// SageMaker models: an image, an artifact, an environment. Immutable.

#include <map>
#include <string>
#include <vector>

#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/context.hpp"

namespace driftlab::service::sagemaker {

class Models {
 public:
  explicit Models(const Context& context) : context_(context) {}

  /// Returns the ARN. Errors: ValidationException for an existing name or an artifact that is not there.
  Result<std::string> create(const ops::sagemaker::CreateModelInput& request, Instant now);
  /// Errors: ValidationException (kind NotFound).
  [[nodiscard]] Result<ops::sagemaker::Model> describe(const std::string& name) const;
  Result<> remove(const std::string& name);
  /// The artifact's bytes as they are now; empty bytes for a model without one. Errors: those of ObjectAccess::get.
  [[nodiscard]] Result<Blob> artifact(const ops::sagemaker::Model& model) const;
  /// Ascending.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  const Context& context_;
  std::map<std::string, ops::sagemaker::Model> models_;
};

}  // namespace driftlab::service::sagemaker

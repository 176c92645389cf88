#include "sim/service/sagemaker/models.hpp"

namespace driftlab::service::sagemaker {

Result<std::string> Models::create(const ops::sagemaker::CreateModelInput& request, Instant now) {
  if (auto name = check_name("modelName", request.model_name); !name) return name.error();
  const std::string arn = context_.arn("model", request.model_name);
  if (models_.contains(request.model_name))
    return validation_error("Cannot create already existing model \"" + arn + "\".");
  if (request.image.empty()) return validation_error("PrimaryContainer.Image must not be empty");
  const ops::sagemaker::Model model{request, arn, now};
  if (!artifact(model)) return validation_error("Could not find model data at " + request.model_data_url + ".");
  models_.emplace(request.model_name, model);
  context_.record_status("ModelCreated", request.model_name, "Created");
  return arn;
}

Result<ops::sagemaker::Model> Models::describe(const std::string& name) const {
  const auto found = models_.find(name);
  if (found == models_.end()) return unknown_object("Could not find model \"" + context_.arn("model", name) + "\".");
  return found->second;
}

Result<> Models::remove(const std::string& name) {
  if (models_.erase(name) == 0) return unknown_object("Could not find model \"" + context_.arn("model", name) + "\".");
  context_.record_status("ModelDeleted", name, "Deleted");
  return {};
}

Result<Blob> Models::artifact(const ops::sagemaker::Model& model) const {
  if (model.request.model_data_url.empty()) return make_blob("");
  return context_.hosts.objects.get(model.request.model_data_url);
}

std::vector<std::string> Models::names() const {
  std::vector<std::string> names;
  for (const auto& [name, model] : models_) names.push_back(name);
  return names;
}

}  // namespace driftlab::service::sagemaker

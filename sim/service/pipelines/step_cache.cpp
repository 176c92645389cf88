#include "sim/service/pipelines/step_cache.hpp"

#include <initializer_list>

#include <nlohmann/json.hpp>

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;

json picked(const json& arguments, std::initializer_list<const char*> names) {
  json key = json::object();
  for (const char* name : names)
    if (const auto found = arguments.find(name); found != arguments.end()) key[name] = *found;
  return key;
}

json processing_key(const json& arguments) {
  return picked(arguments, {"AppSpecification", "Environment", "ProcessingInputs"});
}

std::string text_of(json key, StepType type) {
  key["Type"] = to_string(type);
  return key.dump();
}

}  // namespace

std::optional<std::string> cache_key(StepType type, const json& arguments, const QualityCheck* check) {
  switch (type) {
    case StepType::Processing:
      return text_of(processing_key(arguments), type);
    case StepType::Training:
      return text_of(
          picked(arguments, {"AlgorithmSpecification", "CheckpointConfig", "DebugHookConfig", "DebugRuleConfigurations",
                             "Environment", "HyperParameters", "InputDataConfig"}),
          type);
    case StepType::Transform:
      return text_of(
          picked(arguments, {"ModelName", "Environment", "TransformInput", "BatchStrategy", "DataProcessing"}), type);
    case StepType::QualityCheck: {
      json key = processing_key(arguments);
      key["Check"] = {check->check_type,          check->model_package_group_name,
                      check->skip_check,          check->register_new_baseline,
                      check->fail_on_violation,   check->supplied_statistics,
                      check->supplied_constraints};
      return text_of(std::move(key), type);
    }
    default:
      return std::nullopt;
  }
}

void StepCache::store(const std::string& pipeline, const std::string& step, const std::string& key, CachedStep result) {
  results_[{pipeline, step, key}] = std::move(result);
}

const CachedStep* StepCache::find(const std::string& pipeline, const std::string& step, const std::string& key,
                                  std::optional<Duration> expire_after, Instant now) const {
  const auto found = results_.find({pipeline, step, key});
  if (found == results_.end()) return nullptr;
  if (expire_after && now - found->second.end > *expire_after) return nullptr;
  return &found->second;
}

}  // namespace driftlab::service::pipelines

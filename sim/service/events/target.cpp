#include "sim/service/events/target.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/identity.hpp"
#include "sim/service/events/json_text.hpp"
#include "sim/service/events/names.hpp"

namespace driftlab::service::events {
namespace {

constexpr std::size_t kInputMax = 8192;
constexpr std::size_t kIdMax = 64;

bool is_arn(std::string_view text) {
  return text.starts_with("arn:") && arn_resource(text) != text;
}

bool is_sagemaker_pipeline(std::string_view arn) {
  return arn.starts_with("arn:aws:sagemaker:") && arn_resource(arn).starts_with("pipeline/");
}

Result<> check_input(const api::Target& target) {
  if (!target.input.empty() && !target.input_path.empty())
    return validation_error(
        fmt::format("Only one of Input, InputPath, or InputTransformer must be provided for target {}.", target.id));
  if (target.input.size() > kInputMax)
    return validation_error(fmt::format("Input for target {} is longer than {} characters.", target.id, kInputMax));
  if (!target.input.empty() && !parse_json(target.input))
    return validation_error(fmt::format("JSON syntax error in input for target {}.", target.id));
  if (!target.input_path.empty() && !JsonPath::parse(target.input_path))
    return validation_error(fmt::format("Invalid InputPath for target {}: '{}'.", target.id, target.input_path));
  return {};
}

Result<> check_pipeline_parameters(const api::Target& target) {
  if (target.sagemaker_pipeline_parameters.empty()) return {};
  if (!is_sagemaker_pipeline(target.arn))
    return validation_error(
        fmt::format("Parameter SageMakerPipelineParameters is not supported for target {}.", target.id));
  for (const auto& parameter : target.sagemaker_pipeline_parameters) {
    if (parameter.value.starts_with('$') && !JsonPath::parse(parameter.value))
      return validation_error(fmt::format("Invalid path for pipeline parameter {} of target {}: '{}'.", parameter.name,
                                          target.id, parameter.value));
  }
  return {};
}

Result<> check_retry_policy(const api::Target& target) {
  const auto attempts = target.maximum_retry_attempts;
  if (attempts && (*attempts < 0 || *attempts > 185))
    return validation_error(fmt::format("MaximumRetryAttempts for target {} must be from 0 to 185.", target.id));
  const auto age = target.maximum_event_age;
  if (age && (*age < 60s || *age > 86400s))
    return validation_error(fmt::format("MaximumEventAgeInSeconds for target {} must be from 60 to 86400.", target.id));
  return {};
}

}  // namespace

Result<> check_target(const api::Target& target, std::size_t position) {
  if (auto named = check_name(target.id, fmt::format("targets.{}.member.id", position), kIdMax); !named) return named;
  if (!is_arn(target.arn))
    return validation_error(
        fmt::format("Parameter {} is not valid. Reason: Provided Arn is not in correct format.", target.arn));
  if (auto input = check_input(target); !input) return input;
  if (auto parameters = check_pipeline_parameters(target); !parameters) return parameters;
  return check_retry_policy(target);
}

TargetCall make_call(const api::Target& target, const nlohmann::ordered_json& event, const std::string& rule_arn) {
  TargetCall call{.arn = target.arn, .payload = {}, .source_arn = rule_arn};
  if (!target.input.empty()) {
    call.payload = target.input;
  } else if (!target.input_path.empty()) {
    const auto* found = JsonPath::parse(target.input_path)->find(event);
    call.payload = found == nullptr ? "null" : found->dump();
  } else {
    call.payload = event.dump();
  }
  for (const auto& [name, value] : target.sagemaker_pipeline_parameters) {
    if (!value.starts_with('$')) {
      call.pipeline_parameters.push_back({name, value});
    } else if (const auto* found = JsonPath::parse(value)->find(event); found != nullptr) {
      call.pipeline_parameters.push_back({name, plain_text(*found)});
    }
  }
  return call;
}

}  // namespace driftlab::service::events

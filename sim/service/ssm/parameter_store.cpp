#include "sim/service/ssm/parameter_store.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/base/hash.hpp"
#include "sim/service/ssm/names.hpp"

namespace driftlab::service::ssm {
namespace {

using namespace ops::ssm;

constexpr std::size_t kValueBytesMax = 4096;
constexpr std::size_t kVersionsMax = 100;
constexpr std::size_t kNamesPerCallMax = 10;
constexpr std::string_view kSecure = "SecureString";

Error no_parameter() {
  return not_found("ParameterNotFound", "");
}

/// A name as callers may write it: with or without ":VERSION".
struct Selector {
  std::string_view name;
  std::optional<int> version = {};
};
Result<Selector> parse_selector(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return Selector{text};
  const std::string_view digits = text.substr(colon + 1);
  int version = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  // A selector that is no number is a label; labels cannot be set here, so that none exists.
  if (error != std::errc{} || end != digits.data() + digits.size() || version < 1)
    return not_found("ParameterVersionNotFound", "no version or label '" + std::string(digits) + "'");
  return Selector{text.substr(0, colon), version};
}

/// What a caller sees of it.
Parameter shown(const Parameter& parameter, bool with_decryption) {
  Parameter out = parameter;
  if (parameter.type == kSecure && !with_decryption)
    out.value = "encrypted:" + StableHash{}.add(parameter.name).add(parameter.value).hex();
  return out;
}

/// Everything about a put that does not depend on what is there.
Result<> check_put(const PutParameterInput& request) {
  if (const auto legal = check_name(request.name); legal.has_error()) return legal;
  if (request.type != "String" && request.type != "StringList" && request.type != kSecure)
    return Error{ErrorKind::InvalidInput, "UnsupportedParameterType",
                 "The parameter type '" + request.type + "' is not supported."};
  if (request.value.empty() || request.value.size() > kValueBytesMax)
    return validation_error("A standard parameter value has 1 to 4096 characters.");
  return {};
}

}  // namespace

std::string ParameterStore::arn(const std::string& name) const {
  return config_.identity.arn("ssm", name.starts_with('/') ? "parameter" + name : "parameter/" + name);
}

Result<PutParameterOutput> ParameterStore::handle(const PutParameterInput& request, Instant now) {
  if (const auto legal = check_put(request); legal.has_error()) return legal.error();
  const auto found = parameters_.find(request.name);
  const bool exists = found != parameters_.end();
  if (exists && !request.overwrite)
    return Error{ErrorKind::Conflict, "ParameterAlreadyExists",
                 "The parameter already exists. To overwrite this value, set the overwrite option in the request to "
                 "true."};
  Versions& versions = exists ? found->second : parameters_[request.name];
  const Parameter parameter{.name = request.name,
                            .value = request.value,
                            .type = request.type,
                            .version = exists ? versions.back().version + 1 : 1,
                            .last_modified = now};
  versions.push_back(parameter);
  if (versions.size() > kVersionsMax) versions.pop_front();
  announce(exists ? "Update" : "Create", parameter, now);
  return PutParameterOutput{parameter.version};
}

Result<Parameter> ParameterStore::handle(const GetParameterInput& request, Instant) const {
  const auto selector = parse_selector(request.name);
  if (selector.has_error()) return selector.error();
  const auto found = parameters_.find(selector->name);
  if (found == parameters_.end()) return no_parameter();
  const Versions& versions = found->second;
  if (!selector->version) return shown(versions.back(), request.with_decryption);
  const auto wanted = std::ranges::find(versions, *selector->version, &Parameter::version);
  if (wanted == versions.end())
    return not_found("ParameterVersionNotFound", "Systems Manager could not find version " +
                                                     std::to_string(*selector->version) + " of " +
                                                     std::string(selector->name) + ".");
  return shown(*wanted, request.with_decryption);
}

Result<GetParametersOutput> ParameterStore::handle(const GetParametersInput& request, Instant now) const {
  if (request.names.empty() || request.names.size() > kNamesPerCallMax)
    return validation_error("Member must have length from 1 to 10: names");
  std::vector<std::string> names = request.names;
  std::ranges::sort(names);
  GetParametersOutput out;
  for (const std::string& name : names) {
    auto parameter = handle(GetParameterInput{.name = name, .with_decryption = request.with_decryption}, now);
    if (parameter.has_value())
      out.parameters.push_back(std::move(*parameter));
    else
      out.invalid_parameters.push_back(name);
  }
  return out;
}

Result<GetParametersByPathOutput> ParameterStore::handle(const GetParametersByPathInput& request, Instant) const {
  if (const auto legal = check_path(request.path); legal.has_error()) return legal.error();
  std::string prefix = request.path;
  if (!prefix.ends_with('/')) prefix += '/';
  GetParametersByPathOutput out;
  for (auto at = parameters_.lower_bound(prefix); at != parameters_.end() && at->first.starts_with(prefix); ++at) {
    if (request.recursive || at->first.find('/', prefix.size()) == std::string::npos)
      out.parameters.push_back(shown(at->second.back(), request.with_decryption));
  }
  return out;
}

Result<> ParameterStore::handle(const DeleteParameterInput& request, Instant now) {
  const auto found = parameters_.find(request.name);
  if (found == parameters_.end()) return no_parameter();
  const Parameter last = found->second.back();
  parameters_.erase(found);
  announce("Delete", last, now);
  return {};
}

void ParameterStore::announce(const char* operation, const Parameter& parameter, Instant now) {
  nlohmann::ordered_json entry{{"version", parameter.version}};
  if (parameter.type != kSecure && std::string_view(operation) != "Delete") entry["value"] = parameter.value;
  const std::string replaced = entry.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  journal_.record("ssm", std::string("Parameter") + operation, parameter.name, replaced);
  if (events_ == nullptr) return;
  const nlohmann::ordered_json detail{{"operation", operation}, {"name", parameter.name}, {"type", parameter.type}};
  ops::events::PutEventsEntry event{.source = "aws.ssm",
                                    .detail_type = "Parameter Store Change",
                                    .detail = detail.dump(),
                                    .resources = {arn(parameter.name)},
                                    .time = now};
  events_->publish(std::move(event));
}

}  // namespace driftlab::service::ssm

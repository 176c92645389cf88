#include "sim/service/pipelines/expression.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "sim/service/pipelines/json_reader.hpp"
#include "sim/service/pipelines/property_path.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;

const std::string kGet = "Get";
const std::string kJoin = "Std:Join";
const std::string kJsonGet = "Std:JsonGet";
const std::array<std::string, 3> kFunctions = {kGet, kJoin, kJsonGet};
const std::array<std::string, 8> kExecutionVariables = {
    "PipelineExecutionId", "StartDateTime",        "CurrentDateTime", "PipelineName",
    "PipelineArn",         "PipelineExecutionArn", "TrainingJobName", "ProcessingJobName"};
constexpr std::string_view kPropertyFiles = "PropertyFiles";

Result<Reference> parse_step_reference(std::string_view text) {
  const auto dot = text.find_first_of(".[");
  if (dot == std::string_view::npos || dot == 0)
    return validation_error("expected 'Steps.STEP.PATH', found 'Steps." + std::string(text) + "'");
  Reference reference{Reference::Kind::Property, std::string(text.substr(0, dot)), {}};
  const std::string_view rest = text.substr(text[dot] == '.' ? dot + 1 : dot);
  auto segments = parse_property_path(rest);
  if (!segments) return segments.error();
  reference.path = std::string(rest);
  const auto* first = std::get_if<std::string>(&segments->front());
  if (first == nullptr || *first != kPropertyFiles) return reference;
  const auto* file = segments->size() == 2 ? std::get_if<std::string>(&(*segments)[1]) : nullptr;
  if (file == nullptr)
    return validation_error("expected 'Steps.STEP.PropertyFiles.FILE', found '" + std::string(text) + "'");
  reference.kind = Reference::Kind::PropertyFile;
  reference.path = *file;
  return reference;
}

/// Checks and shows the reference of one Get.
Result<> visit_get(const json& target, const std::string& at, bool inside_json_get, const ReferenceVisitor& visit) {
  if (!target.is_string()) return expected_at(at, std::string("a reference as text, found ") + target.type_name());
  auto reference = parse_reference(target.get_ref<const std::string&>());
  if (!reference) return validation_error(at + ": " + reference.error().message);
  const bool file = reference->kind == Reference::Kind::PropertyFile;
  if (file && !inside_json_get)
    return expected_at(at, "a property; a property file can only be read through Std:JsonGet");
  if (!file && inside_json_get) return expected_at(at, "'Steps.STEP.PropertyFiles.FILE'");
  return visit(*reference, at);
}

Result<> visit_join(const json& call, const std::string& at, const ReferenceVisitor& visit) {
  static const std::array<std::string, 2> kMembers = {"On", "Values"};
  if (auto object = require_object(call, at); !object) return object.error();
  if (auto known = require_known_members(call, at, kMembers); !known) return known.error();
  if (const json* on = member(call, "On"); on != nullptr && !on->is_string())
    return expected_at(member_at(at, "On"), std::string("a text, found ") + on->type_name());
  if (member(call, "Values") == nullptr) return expected_at(member_at(at, "Values"), "a list of values; it is missing");
  auto values = optional_array(call, at, "Values");
  if (!values) return values.error();
  for (std::size_t i = 0; i < (*values)->size(); ++i) {
    const json& value = (**values)[i];
    const std::string value_at = element_at(member_at(at, "Values"), i);
    if (!is_expression(value) && (value.is_structured() || value.is_null()))
      return expected_at(value_at, std::string("a text, number, truth value or reference, found ") + value.type_name());
    if (auto seen = visit_references(value, value_at, visit); !seen) return seen.error();
  }
  return {};
}

Result<> visit_json_get(const json& call, const std::string& at, const ReferenceVisitor& visit) {
  static const std::array<std::string, 3> kMembers = {"PropertyFile", "S3Uri", "Path"};
  if (auto object = require_object(call, at); !object) return object.error();
  if (auto known = require_known_members(call, at, kMembers); !known) return known.error();
  auto path = required_text(call, at, "Path");
  if (!path) return path.error();
  if (auto segments = parse_property_path(*path); !segments)
    return validation_error(member_at(at, "Path") + ": " + segments.error().message);
  const json* file = member(call, "PropertyFile");
  const json* uri = member(call, "S3Uri");
  if ((file == nullptr) == (uri == nullptr)) return expected_at(at, "either PropertyFile or S3Uri");
  if (uri != nullptr) {
    if (!uri->is_string() && !is_expression(*uri))
      return expected_at(member_at(at, "S3Uri"), std::string("a text or a reference, found ") + uri->type_name());
    return visit_references(*uri, member_at(at, "S3Uri"), visit);
  }
  const std::string file_at = member_at(at, "PropertyFile");
  if (!is_expression(*file) || !file->contains(kGet))
    return expected_at(file_at, R"({"Get": "Steps.STEP.PropertyFiles.FILE"})");
  return visit_get(file->at(kGet), member_at(file_at, kGet), true, visit);
}

Result<> visit_expression(const json& value, const std::string& at, const ReferenceVisitor& visit) {
  const std::string& function = value.begin().key();
  const json& call = value.begin().value();
  const std::string call_at = member_at(at, function);
  if (function == kGet) return visit_get(call, call_at, false, visit);
  if (function == kJoin) return visit_join(call, call_at, visit);
  if (function == kJsonGet) return visit_json_get(call, call_at, visit);
  return validation_error(call_at + ": unknown function; expected " + one_of(kFunctions) +
                          suggestion(function, kFunctions));
}

Result<json> resolve_get(const std::string& target, const Bindings& bindings) {
  const auto reference = parse_reference(target);
  if (!reference) return reference.error();
  switch (reference->kind) {
    case Reference::Kind::Parameter:
      return bindings.parameter(reference->name);
    case Reference::Kind::Execution:
      return bindings.execution(reference->name);
    case Reference::Kind::Property:
      return bindings.property(reference->name, reference->path);
    case Reference::Kind::PropertyFile:
      break;
  }
  return validation_error("'" + target + "' can only be read through Std:JsonGet");
}

Result<json> resolve_join(const json& call, const Bindings& bindings) {
  const json* on = member(call, "On");
  const std::string separator = on == nullptr ? std::string() : on->get<std::string>();
  std::string joined;
  bool first = true;
  for (const auto& value : call.at("Values")) {
    auto text = resolve_text(value, bindings);
    if (!text) return text.error();
    if (!first) joined += separator;
    joined += *text;
    first = false;
  }
  return resolved_to(std::move(joined));
}

Result<std::string> json_get_uri(const json& call, const Bindings& bindings) {
  if (const json* uri = member(call, "S3Uri")) return resolve_text(*uri, bindings);
  const auto reference = parse_reference(call.at("PropertyFile").at(kGet).get_ref<const std::string&>());
  if (!reference) return reference.error();
  return bindings.property_file_uri(reference->name, reference->path);
}

Result<json> resolve_json_get(const json& call, const Bindings& bindings) {
  auto uri = json_get_uri(call, bindings);
  if (!uri) return uri.error();
  const auto bytes = bindings.read(*uri);
  if (!bytes)
    return Error{bytes.error().kind, bytes.error().code, "cannot read " + *uri + ": " + bytes.error().message};
  const json document = json::parse(**bytes, nullptr, false);
  if (document.is_discarded()) return validation_error(*uri + " is not valid JSON");
  const std::string& path = call.at("Path").get_ref<const std::string&>();
  const auto segments = parse_property_path(path);
  if (!segments) return segments.error();
  const auto value = look_up(document, *segments);
  if (!value)
    return Error{value.error().kind, value.error().code, *uri + ", path '" + path + "': " + value.error().message};
  if ((*value)->is_structured() || (*value)->is_null())
    return validation_error(*uri + ", path '" + path + "': expected a text, number or truth value, found " +
                            (*value)->type_name());
  return resolved_to(**value);
}

}  // namespace

Result<Reference> parse_reference(std::string_view text) {
  constexpr std::string_view kParameters = "Parameters.";
  constexpr std::string_view kSteps = "Steps.";
  constexpr std::string_view kExecution = "Execution.";
  if (text.starts_with(kParameters) && text.size() > kParameters.size())
    return Reference{Reference::Kind::Parameter, std::string(text.substr(kParameters.size())), {}};
  if (text.starts_with(kSteps)) return parse_step_reference(text.substr(kSteps.size()));
  if (text.starts_with(kExecution)) {
    const std::string name(text.substr(kExecution.size()));
    for (const auto& variable : kExecutionVariables)
      if (variable == name) return Reference{Reference::Kind::Execution, name, {}};
    return validation_error("unknown execution variable '" + name + "'; expected " + one_of(kExecutionVariables) +
                            suggestion(name, kExecutionVariables));
  }
  return validation_error("expected 'Parameters.NAME', 'Steps.STEP.PATH' or 'Execution.NAME', found '" +
                          std::string(text) + "'");
}

bool is_expression(const json& value) {
  if (!value.is_object() || value.size() != 1) return false;
  const std::string& key = value.begin().key();
  return key == kGet || key.starts_with("Std:");
}

Result<> visit_references(const json& value, const std::string& at, const ReferenceVisitor& visit) {
  if (is_expression(value)) return visit_expression(value, at, visit);
  if (value.is_object()) {
    for (const auto& [key, child] : value.items())
      if (auto seen = visit_references(child, member_at(at, key), visit); !seen) return seen;
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      if (auto seen = visit_references(value[i], element_at(at, i), visit); !seen) return seen;
  }
  return {};
}

Result<json> resolved_to(json value) {
  return Result<json>(boost::system::in_place_value, std::move(value));
}

Result<json> resolve(const json& value, const Bindings& bindings) {
  if (is_expression(value)) {
    const std::string& function = value.begin().key();
    const json& call = value.begin().value();
    if (function == kGet) return resolve_get(call.get_ref<const std::string&>(), bindings);
    return function == kJoin ? resolve_join(call, bindings) : resolve_json_get(call, bindings);
  }
  if (!value.is_structured()) return resolved_to(value);
  json copy = value;
  for (auto& child : copy) {
    auto resolved = resolve(child, bindings);
    if (!resolved) return resolved.error();
    child = std::move(*resolved);
  }
  return resolved_to(std::move(copy));
}

Result<std::string> resolve_text(const json& value, const Bindings& bindings) {
  const auto resolved = resolve(value, bindings);
  if (!resolved) return resolved.error();
  if (resolved->is_string()) return resolved->get<std::string>();
  if (resolved->is_number_float()) return shortest(resolved->get<double>());
  if (resolved->is_number() || resolved->is_boolean()) return resolved->dump();
  return validation_error(std::string("expected a text, number or truth value, found ") + resolved->type_name());
}

}  // namespace driftlab::service::pipelines

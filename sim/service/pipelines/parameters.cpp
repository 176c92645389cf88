#include "sim/service/pipelines/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;

bool fits_integer(const json& value) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() <= kMax);
}

std::optional<json> integer_from(const std::string& text) {
  std::int64_t value = 0;
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(begin, end, value);
  if (failure != std::errc{} || stop != end) return std::nullopt;
  return json(value);
}

std::optional<json> boolean_from(const std::string& text) {
  std::string lower = text;
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (lower == "true") return json(true);
  if (lower == "false") return json(false);
  return std::nullopt;
}

/// JSON texts are UTF-8; anything else could not be put into a request.
bool is_utf8(const std::string& text) {
  const json value(text);
  return value.dump(-1, ' ', false, json::error_handler_t::replace) ==
         value.dump(-1, ' ', false, json::error_handler_t::ignore);
}

std::optional<json> from_text(ParameterType type, const std::string& text) {
  switch (type) {
    case ParameterType::String:
      return is_utf8(text) ? std::optional<json>(text) : std::nullopt;
    case ParameterType::Integer:
      return integer_from(text);
    case ParameterType::Boolean:
      return boolean_from(text);
    case ParameterType::Float:
      break;
  }
  const auto number = parse_double(text);
  return number ? std::optional<json>(*number) : std::nullopt;
}

Result<JsonPtr> given_value(const Parameter& parameter, const std::string& text) {
  auto value = from_text(parameter.type, text);
  if (!value)
    return validation_error("parameter '" + parameter.name + "': expected " + std::string(to_string(parameter.type)) +
                            ", found '" + text + "'");
  const auto& allowed = parameter.enum_values;
  if (!allowed.empty() &&
      std::none_of(allowed.begin(), allowed.end(), [&](const JsonPtr& one) { return *one == *value; })) {
    std::string names;
    for (const auto& one : allowed) names += (names.empty() ? "" : ", ") + one->dump();
    return validation_error("parameter '" + parameter.name + "': expected one of " + names + ", found '" + text + "'");
  }
  return JsonPtr(std::make_shared<const json>(std::move(*value)));
}

}  // namespace

Result<JsonPtr> typed_literal(ParameterType type, const json& value) {
  const bool fits =
      (type == ParameterType::String && value.is_string()) || (type == ParameterType::Integer && fits_integer(value)) ||
      (type == ParameterType::Float && value.is_number()) || (type == ParameterType::Boolean && value.is_boolean());
  if (!fits)
    return validation_error("expected a value of type " + std::string(to_string(type)) + ", found " +
                            value.type_name() + " " + value.dump());
  if (type == ParameterType::Float) return JsonPtr(std::make_shared<const json>(value.get<double>()));
  if (type == ParameterType::Integer) return JsonPtr(std::make_shared<const json>(value.get<std::int64_t>()));
  return JsonPtr(std::make_shared<const json>(value));
}

Result<ParameterValues> bind_parameters(const Definition& definition, const std::map<std::string, std::string>& given) {
  std::vector<std::string> names;
  for (const auto& parameter : definition.parameters) names.push_back(parameter.name);
  ParameterValues values;
  for (const auto& [name, text] : given) {
    const Parameter* parameter = definition.find_parameter(name);
    if (parameter == nullptr) return validation_error("unknown parameter '" + name + "'" + suggestion(name, names));
    auto value = given_value(*parameter, text);
    if (!value) return value.error();
    values[name] = std::move(*value);
  }
  for (const auto& parameter : definition.parameters) {
    if (values.contains(parameter.name)) continue;
    if (parameter.default_value == nullptr)
      return validation_error("parameter '" + parameter.name + "' has no default: expected a value");
    values[parameter.name] = parameter.default_value;
  }
  return values;
}

}  // namespace driftlab::service::pipelines

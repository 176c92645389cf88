#include "sim/service/pipelines/json_reader.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::service::pipelines {

using nlohmann::json;

std::string member_at(const std::string& at, std::string_view name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  return plain ? at + "." + std::string(name) : at + "['" + std::string(name) + "']";
}

std::string element_at(const std::string& at, std::size_t index) {
  return at + "[" + std::to_string(index) + "]";
}

Error expected_at(const std::string& at, std::string_view what) {
  return validation_error(at + ": expected " + std::string(what));
}

const json* member(const json& object, std::string_view name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

Result<> require_object(const json& value, const std::string& at) {
  if (value.is_object()) return {};
  return expected_at(at, std::string("an object, found ") + value.type_name());
}

Result<> require_known_members(const json& object, const std::string& at, std::span<const std::string> known) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    return validation_error(member_at(at, key) + ": unknown member; expected " + one_of(known) +
                            suggestion(key, known));
  }
  return {};
}

Result<std::string> required_text(const json& object, const std::string& at, std::string_view name) {
  const json* value = member(object, name);
  if (value == nullptr) return expected_at(member_at(at, name), "a text; it is missing");
  if (!value->is_string()) return expected_at(member_at(at, name), std::string("a text, found ") + value->type_name());
  return value->get<std::string>();
}

Result<const json*> optional_array(const json& object, const std::string& at, std::string_view name) {
  static const json kNone = json::array();
  const json* value = member(object, name);
  if (value == nullptr) return &kNone;
  if (!value->is_array()) return expected_at(member_at(at, name), std::string("a list, found ") + value->type_name());
  return value;
}

std::string one_of(std::span<const std::string> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += "'" + names[i] + "'";
  }
  return text;
}

}  // namespace driftlab::service::pipelines

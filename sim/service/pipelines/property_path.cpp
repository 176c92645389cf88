#include "sim/service/pipelines/property_path.hpp"

#include <charconv>

#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;

Error path_error(std::string_view path, std::size_t column, std::string_view expected) {
  return validation_error("path '" + std::string(path) + "', column " + std::to_string(column + 1) + ": expected " +
                          std::string(expected));
}

/// Reads `['name']`, `["name"]` or `[0]` at `position`, which stands on the opening bracket and ends behind the last.
Result<PathSegment> parse_bracket(std::string_view path, std::size_t& position) {
  const std::size_t start = position + 1;
  if (start < path.size() && (path[start] == '\'' || path[start] == '"')) {
    const auto end = path.find(path[start], start + 1);
    if (end == std::string_view::npos) return path_error(path, path.size(), "a closing quote");
    if (end + 1 >= path.size() || path[end + 1] != ']') return path_error(path, end + 1, "']'");
    position = end + 2;
    return PathSegment(std::string(path.substr(start + 1, end - start - 1)));
  }
  const auto close = path.find(']', start);
  if (close == std::string_view::npos) return path_error(path, path.size(), "']'");
  std::size_t index = 0;
  const auto [end, failure] = std::from_chars(path.data() + start, path.data() + close, index);
  if (failure != std::errc{} || end != path.data() + close)
    return path_error(path, start, "a position such as 0, or a quoted name");
  position = close + 1;
  return PathSegment(index);
}

std::string written(const PathSegment& segment) {
  if (const auto* name = std::get_if<std::string>(&segment)) return "'" + *name + "'";
  return "[" + std::to_string(std::get<std::size_t>(segment)) + "]";
}

/// The value under a member that ends in `Name`, or null.
const std::string* name_of(const json& element) {
  if (!element.is_object()) return nullptr;
  for (const auto& [key, value] : element.items())
    if (key.ends_with("Name") && value.is_string()) return value.get_ptr<const std::string*>();
  return nullptr;
}

const json* child(const json& value, const PathSegment& segment) {
  if (const auto* index = std::get_if<std::size_t>(&segment))
    return value.is_array() && *index < value.size() ? &value[*index] : nullptr;
  const auto& name = std::get<std::string>(segment);
  if (value.is_object()) {
    const auto found = value.find(name);
    return found == value.end() ? nullptr : &*found;
  }
  if (!value.is_array()) return nullptr;
  for (const auto& element : value)
    if (const auto* own = name_of(element); own != nullptr && *own == name) return &element;
  return nullptr;
}

std::string what_exists(const json& value, const PathSegment& wanted) {
  if (!value.is_object() && !value.is_array()) return " (a " + std::string(value.type_name()) + " has no members)";
  std::vector<std::string> names;
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) names.push_back(key);
  } else {
    if (std::holds_alternative<std::size_t>(wanted)) return " (it has " + std::to_string(value.size()) + " elements)";
    for (const auto& element : value)
      if (const auto* own = name_of(element)) names.push_back(*own);
  }
  const auto* name = std::get_if<std::string>(&wanted);
  return name == nullptr ? std::string() : suggestion(*name, names);
}

}  // namespace

Result<std::vector<PathSegment>> parse_property_path(std::string_view path) {
  std::vector<PathSegment> segments;
  std::size_t position = 0;
  while (position < path.size()) {
    if (path[position] == '[') {
      auto segment = parse_bracket(path, position);
      if (!segment) return segment.error();
      segments.push_back(std::move(*segment));
      continue;
    }
    if (!segments.empty()) {
      if (path[position] != '.') return path_error(path, position, "'.' or '['");
      ++position;
    }
    const auto end = std::min(path.find_first_of(".[", position), path.size());
    if (end == position) return path_error(path, position, "a member name");
    segments.emplace_back(std::string(path.substr(position, end - position)));
    position = end;
  }
  if (segments.empty()) return path_error(path, 0, "a member name");
  return segments;
}

Result<const json*> look_up(const json& document, const std::vector<PathSegment>& path) {
  const json* value = &document;
  for (const auto& segment : path) {
    const json* next = child(*value, segment);
    if (next == nullptr)
      return not_found("PropertyNotFound", "there is no " + written(segment) + what_exists(*value, segment));
    value = next;
  }
  return value;
}

}  // namespace driftlab::service::pipelines

#include "sim/service/events/json_text.hpp"

#include <charconv>

#include <nlohmann/json.hpp>

#include "sim/service/json_depth.hpp"

namespace driftlab::service::events {
namespace {

using Json = nlohmann::ordered_json;

/// Cuts ".name" off the front of `text`.
std::optional<std::string> take_name(std::string_view& text) {
  text.remove_prefix(1);
  const auto end = text.find_first_of(".[");
  std::string name(text.substr(0, end));
  text.remove_prefix(name.size());
  if (name.empty()) return std::nullopt;
  return name;
}

/// Cuts "[…]" off the front of `text` and returns what stands inside.
std::optional<std::string_view> take_bracket(std::string_view& text) {
  const bool quoted = text.size() > 1 && (text[1] == '\'' || text[1] == '"');
  const std::string closing = quoted ? std::string{text[1], ']'} : std::string{"]"};
  const auto end = text.find(closing, quoted ? 2 : 1);
  if (end == std::string_view::npos) return std::nullopt;
  const auto inside = text.substr(1, end - 1 + (quoted ? 1 : 0));
  text.remove_prefix(end + closing.size());
  return inside;
}

}  // namespace

std::optional<Json> parse_json(std::string_view text) {
  if (json_deeper_than(text, kJsonDepthMax)) return std::nullopt;
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

std::optional<JsonPath> JsonPath::parse(std::string_view text) {
  if (!text.starts_with('$')) return std::nullopt;
  text.remove_prefix(1);
  JsonPath path;
  while (!text.empty()) {
    if (text.front() == '.') {
      auto name = take_name(text);
      if (!name) return std::nullopt;
      path.steps_.push_back({std::move(*name)});
    } else if (text.front() == '[') {
      const auto inside = take_bracket(text);
      if (!inside || inside->empty()) return std::nullopt;
      if (inside->front() == '\'' || inside->front() == '"') {
        path.steps_.push_back({std::string(inside->substr(1, inside->size() - 2))});
        continue;
      }
      std::size_t index = 0;
      const auto [end, error] = std::from_chars(inside->data(), inside->data() + inside->size(), index);
      if (error != std::errc{} || end != inside->data() + inside->size()) return std::nullopt;
      path.steps_.push_back({"", index});
    } else {
      return std::nullopt;
    }
  }
  return path;
}

const Json* JsonPath::find(const Json& root) const {
  const Json* at = &root;
  for (const auto& step : steps_) {
    if (step.index) {
      if (!at->is_array() || *step.index >= at->size()) return nullptr;
      at = &(*at)[*step.index];
    } else {
      if (!at->is_object()) return nullptr;
      const auto member = at->find(step.name);
      if (member == at->end()) return nullptr;
      at = &*member;
    }
  }
  return at;
}

std::string plain_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace driftlab::service::events

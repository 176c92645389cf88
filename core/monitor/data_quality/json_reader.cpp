#include "core/monitor/data_quality/json_reader.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/number_overflow.hpp"
#include "core/base/text.hpp"
#include "core/monitor/data_quality/json_line.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kShown = 60;

std::string shown(const ordered_json& value) {
  std::string text = value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  if (text.size() > kShown) text = text.substr(0, kShown) + "…";
  return text;
}

const ordered_json* member(const ordered_json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace

Result<> JsonReader::parse(ordered_json& root) const {
  try {
    root = ordered_json::parse(text_);
    return {};
  } catch (const ordered_json::parse_error& error) {
    return input_error(fmt::format("{}:{}: not JSON: {}", file_, line_at(text_, error.byte), error.what()));
  } catch (const ordered_json::out_of_range& error) {
    return input_error(fmt::format("{}:{}: not JSON: {}", file_, line_at(text_, place_of_overflow(text_, error.what())),
                                   error.what()));
  }
}

Error JsonReader::error(const std::string& pointer, std::string_view message) const {
  return input_error(fmt::format("{}:{}: {}", file_, line_of(text_, pointer), message));
}

Error JsonReader::wrong(const std::string& pointer, const ordered_json& value, std::string_view expected) const {
  return error(pointer, fmt::format("{} is {}; expected {}", dotted(pointer), shown(value), expected));
}

Error JsonReader::missing(const std::string& pointer, std::string_view expected) const {
  return error(pointer, fmt::format("{} is missing; expected {}", dotted(pointer), expected));
}

std::optional<Error> JsonReader::check_keys(const ordered_json& object, const std::string& pointer,
                                            const std::vector<std::string>& known,
                                            std::vector<std::string>& unknown) const {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string where = fmt::format("{}/{}", pointer, key);
    if (const auto meant = suggestion(key, known); !meant.empty())
      return error(where, fmt::format("{}: unknown key{}", dotted(where), meant));
    unknown.push_back(fmt::format("{}:{}: {}: unknown key, ignored", file_, line_of(text_, where), dotted(where)));
  }
  return std::nullopt;
}

Result<std::optional<double>> JsonReader::number(const ordered_json& object, const std::string& pointer,
                                                 const char* key) const {
  const auto* value = member(object, key);
  if (!value) return std::optional<double>();
  if (!value->is_number()) return wrong(pointer + "/" + key, *value, "a number");
  return std::optional(value->get<double>());
}

Result<std::optional<double>> JsonReader::share(const ordered_json& object, const std::string& pointer,
                                                const char* key) const {
  constexpr auto kExpected = "a number from 0 to 1";
  const auto* value = member(object, key);
  if (!value) return std::optional<double>();
  if (!value->is_number()) return wrong(pointer + "/" + key, *value, kExpected);
  const double share = value->get<double>();
  if (!(share >= 0.0 && share <= 1.0)) return wrong(pointer + "/" + key, *value, kExpected);
  return std::optional(share);
}

Result<std::optional<bool>> JsonReader::boolean(const ordered_json& object, const std::string& pointer,
                                                const char* key) const {
  const auto* value = member(object, key);
  if (!value) return std::optional<bool>();
  if (!value->is_boolean()) return wrong(pointer + "/" + key, *value, "true or false");
  return std::optional(value->get<bool>());
}

Result<std::optional<std::string>> JsonReader::text(const ordered_json& object, const std::string& pointer,
                                                    const char* key) const {
  const auto* value = member(object, key);
  if (!value) return std::optional<std::string>();
  if (!value->is_string()) return wrong(pointer + "/" + key, *value, "a text");
  return std::optional(value->get<std::string>());
}

Result<std::optional<bool>> JsonReader::enabled(const ordered_json& object, const std::string& pointer,
                                                const char* key) const {
  const auto* value = member(object, key);
  if (!value) return std::optional<bool>();
  if (*value != "Enabled" && *value != "Disabled") return wrong(pointer + "/" + key, *value, "Enabled or Disabled");
  return std::optional(*value == "Enabled");
}

}  // namespace driftlab::monitor

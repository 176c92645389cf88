#include "core/capture/batch_row.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

namespace driftlab::capture {
namespace {

constexpr const char* kId = "SageMakerInferenceId";
constexpr const char* kTime = "SageMakerInferenceTime";

bool is_uuid(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != kShape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (kShape[i] == '-' ? c != '-' : !hex) return false;
  }
  return true;
}

/// The last cell of a row, without its quotation marks; neither an id nor a time holds a comma.
std::string_view last_cell(std::string_view row) {
  const auto comma = row.rfind(',');
  std::string_view cell = comma == std::string_view::npos ? row : row.substr(comma + 1);
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
  return cell;
}

/// A member of the outermost object, as it stands.
struct Member {
  std::string_view key;   ///< between its quotation marks
  std::string_view text;  ///< key and value
};

std::size_t past_string(std::string_view text, std::size_t at) {
  for (++at; text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return at + 1;
}

/// Of an object that is known to be JSON.
std::vector<Member> members_of(std::string_view object) {
  std::vector<Member> members;
  std::size_t depth = 0, begin = 0;
  for (std::size_t at = 0; at < object.size();) {
    const char c = object[at];
    if (c == '"') {
      const std::size_t end = past_string(object, at);
      if (depth == 1 && begin == 0) {
        begin = at;
        members.push_back({.key = object.substr(at + 1, end - at - 2), .text = {}});
      }
      at = end;
      continue;
    }
    if (depth == 1 && begin > 0 && (c == ',' || c == '}')) {
      members.back().text = object.substr(begin, at - begin);
      begin = 0;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    ++at;
  }
  return members;
}

}  // namespace

std::optional<GeneratedId> take_generated_csv(std::string& row) {
  const auto last = row.rfind(',');
  if (last == std::string::npos) return std::nullopt;
  const std::string_view before = std::string_view(row).substr(0, last);
  const auto time = parse_instant(last_cell(row));
  const std::string_view id = last_cell(before);
  if (!time || !is_uuid(id)) return std::nullopt;
  GeneratedId generated{.id = std::string(id), .time = *time};
  const auto comma = before.rfind(',');
  row.resize(comma == std::string_view::npos ? 0 : comma);
  return generated;
}

Result<std::optional<GeneratedId>> take_generated_json(std::string& row) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (const auto error = parser.parse(row.data(), row.size()).get(root); error != simdjson::SUCCESS)
    return input_error(fmt::format("not JSON: {}", simdjson::error_message(error)));
  simdjson::dom::element id, time;
  const bool has_id = root.is_object() && root[kId].get(id) == simdjson::SUCCESS;
  const bool has_time = root.is_object() && root[kTime].get(time) == simdjson::SUCCESS;
  if (!has_id && !has_time) return std::optional<GeneratedId>();
  if (!has_id || !has_time) return input_error(fmt::format("{} is missing", has_id ? kTime : kId));
  std::string_view id_text, time_text;
  if (id.get(id_text) != simdjson::SUCCESS || id_text.empty())
    return input_error(fmt::format("{}: expected a text", kId));
  const auto at = time.get(time_text) == simdjson::SUCCESS ? parse_instant(time_text) : input_error("no text");
  if (!at) return input_error(fmt::format("{}: expected a time such as 2026-06-01T10:00:00Z", kTime));
  GeneratedId generated{.id = std::string(id_text), .time = *at};
  std::string kept;
  for (const Member& member : members_of(row))
    if (member.key != kId && member.key != kTime) {
      kept += kept.empty() ? '{' : ',';
      kept += member.text;
    }
  row = kept.empty() ? "{}" : kept + "}";
  return std::optional(std::move(generated));
}

}  // namespace driftlab::capture

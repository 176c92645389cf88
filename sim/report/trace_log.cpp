#include "sim/report/trace_log.hpp"

#include <algorithm>
#include <cctype>
#include <functional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <simdjson.h>

namespace driftlab::report {
namespace {

constexpr std::size_t kNotedLines = 3;

/// The contents of a member that is a text without escapes: a view into the line, which outlives the parser.
bool plain_text(simdjson::ondemand::object& object, std::string_view name, std::string_view& out) {
  std::string_view token;
  if (object.find_field_unordered(name).raw_json_token().get(token) != simdjson::SUCCESS) return false;
  while (!token.empty() && (token.back() == ' ' || token.back() == '\r')) token.remove_suffix(1);
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') return false;
  out = token.substr(1, token.size() - 2);
  return true;
}

bool read_line(simdjson::ondemand::parser& parser, std::string_view line, std::size_t capacity, LogEvent& event) {
  simdjson::ondemand::document document;
  if (parser.iterate(simdjson::padded_string_view(line.data(), line.size(), capacity)).get(document) !=
      simdjson::SUCCESS)
    return false;
  simdjson::ondemand::object object;
  if (document.get_object().get(object) != simdjson::SUCCESS) return false;
  std::string_view at;
  if (!plain_text(object, "at", at)) return false;
  const auto instant = parse_instant(at);
  if (!instant) return false;
  event.at = *instant;
  if (!plain_text(object, "service", event.service) || !plain_text(object, "event", event.event) ||
      !plain_text(object, "name", event.name))
    return false;
  simdjson::ondemand::object detail;
  if (object.find_field_unordered("detail").get_object().get(detail) != simdjson::SUCCESS) return false;
  if (detail.raw_json().get(event.detail) != simdjson::SUCCESS) return false;
  event.line = line;
  return true;
}

bool begins_with(std::string_view text, std::string_view beginning) {
  return text.size() >= beginning.size() &&
         std::equal(beginning.begin(), beginning.end(), text.begin(),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

/// "…/execution/v074vq" for an ARN: what tells it from its neighbours.
std::string shortened(std::string text) {
  if (text.starts_with("arn:")) {
    const auto slash = text.find('/');
    if (slash != std::string::npos) return text.substr(slash + 1);
    return text.substr(text.rfind(':') + 1);
  }
  return text;
}

void append_words(std::string& out, const std::string& prefix, const nlohmann::ordered_json& value) {
  for (auto member = value.begin(); member != value.end(); ++member) {
    const std::string name = prefix + member.key();
    if (member->is_object())
      append_words(out, name + ".", *member);
    else if (member->is_string())
      out += fmt::format("  {}={}", name, shortened(member->get<std::string>()));
    else
      out += fmt::format("  {}={}", name, member->dump());
  }
}

int color_of(const LogEvent& event) {
  if (event.detail.find("\"ALARM\"") != std::string_view::npos ||
      event.detail.find("Failed") != std::string_view::npos || event.detail.find("FAILED") != std::string_view::npos)
    return 31;
  if (event.service == "cloudwatch") return 33;
  if (event.service == "lambda") return 32;
  if (event.service == "codepipeline" || event.service == "pipelines") return 36;
  return 0;
}

}  // namespace

TraceLog::TraceLog(std::string text, const std::string& file, std::vector<Note>& notes) : text_(std::move(text)) {
  const std::size_t size = text_.size();
  // The parser may look that far beyond a line; what stands there does not matter.
  text_.append(simdjson::SIMDJSON_PADDING, '\n');
  events_.reserve(size / 250 + 1);
  simdjson::ondemand::parser parser;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < size;) {
    const std::size_t end = std::min(text_.find('\n', begin), size);
    const std::string_view line = std::string_view(text_).substr(begin, end - begin);
    ++number;
    if (!line.empty()) {
      LogEvent event;
      event.number = number;
      if (read_line(parser, line, text_.size() - begin, event)) {
        events_.push_back(event);
      } else if (++bad_lines_ <= kNotedLines) {
        notes.push_back(
            {fmt::format("{}:{}", file, number), end == size && text_[size - 1] != '\n'
                                                     ? "the file ends in the middle of this line"
                                                     : "no event; expected at, service, event, name, detail"});
      }
    }
    begin = end + 1;
  }
  if (bad_lines_ > kNotedLines)
    notes.push_back({file, fmt::format("{} lines are no events in all; the others are drawn", bad_lines_)});
  if (!std::is_sorted(events_.begin(), events_.end(), [](const auto& a, const auto& b) { return a.at < b.at; })) {
    notes.push_back({file, "its lines are not in the order of time; they were sorted"});
    std::stable_sort(events_.begin(), events_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  }
}

std::string_view member(std::string_view detail, std::string_view name, std::string_view within) {
  // Our own trace writes compact JSON, so a search for the quoted name finds it; another layout only loses words.
  if (!within.empty()) {
    const auto object = detail.find(fmt::format("\"{}\":{{", within));
    if (object == std::string_view::npos) return {};
    detail = detail.substr(object);
    detail = detail.substr(0, detail.find('}'));
  }
  const auto at = detail.find(fmt::format("\"{}\":\"", name));
  if (at == std::string_view::npos) return {};
  const auto begin = at + name.size() + 4;
  auto end = begin;
  while (end < detail.size() && detail[end] != '"') end += detail[end] == '\\' ? 2 : 1;
  return detail.substr(begin, std::min(end, detail.size()) - begin);
}

bool matches(const LogEvent& event, const TraceFilter& filter) {
  if (filter.from && event.at < *filter.from) return false;
  if (filter.to && event.at >= *filter.to) return false;
  return filter.only.empty() || std::any_of(filter.only.begin(), filter.only.end(), [&](const std::string& word) {
           return begins_with(event.service, word) || begins_with(event.event, word) || begins_with(event.name, word);
         });
}

std::string describe(const LogEvent& event, const TraceFilter& filter) {
  std::string words;
  const auto detail = nlohmann::ordered_json::parse(event.detail, nullptr, false);
  if (detail.is_object()) append_words(words, "", detail);
  const std::string at = format_seconds(event.at);
  const std::string what = fmt::format("{:<13}{:<26}", event.service, event.event);
  const int color = filter.color ? color_of(event) : 0;
  return fmt::format("{} {}  {}{}{}{}{}\n", at.substr(0, 10), at.substr(11, 8),
                     color == 0 ? "" : fmt::format("\x1b[{}m", color), what, color == 0 ? "" : "\x1b[0m",
                     shortened(std::string(event.name)), words);
}

}  // namespace driftlab::report

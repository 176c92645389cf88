#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/text.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/deepar_json.hpp"
#include "core/forecast/number_texts.hpp"

namespace driftlab::forecast {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::int64_t kMaxCategory = 10'000'000;

/// A number, or NaN for null and "NaN". False for anything else. A zero has no sign: "-0" is a whole number, which has
/// none, and "-0.0" is to be the same.
bool read_value(const element& from, double& value) {
  if (from.get(value) == simdjson::SUCCESS) {
    value += 0.0;
    return true;
  }
  value = std::numeric_limits<double>::quiet_NaN();
  std::string_view text;
  return from.is_null() || (from.get(text) == simdjson::SUCCESS && text == "NaN");
}

Result<Instant> read_start(const element& object, const std::string& place) {
  std::string_view text;
  if (object["start"].get(text) != simdjson::SUCCESS)
    return input_error(fmt::format("{}: field start: a text like \"2026-06-01 00:00:00\" is required", place));
  auto start = parse_instant(text);
  if (!start) return input_error(fmt::format("{}: field start: {}", place, start.error().message));
  return start;
}

Result<void> read_categories(const element& object, const std::string& place, Series& into) {
  element field;
  if (object["cat"].get(field) != simdjson::SUCCESS) return {};
  simdjson::dom::array items;
  if (field.get(items) != simdjson::SUCCESS)
    return input_error(fmt::format("{}: field cat: an array of integers is required", place));
  for (const element& item : items) {
    std::int64_t value = 0;
    if (item.get(value) != simdjson::SUCCESS || value < 0 || value > kMaxCategory)
      return input_error(
          fmt::format("{}: field cat[{}]: not an integer from 0 to {}", place, into.cat.size(), kMaxCategory));
    into.cat.push_back(static_cast<int>(value));
  }
  return {};
}

Result<void> read_dynamic_features(const element& object, const std::string& place, Series& into) {
  element field;
  if (object["dynamic_feat"].get(field) != simdjson::SUCCESS) return {};
  simdjson::dom::array features;
  if (field.get(features) != simdjson::SUCCESS)
    return input_error(fmt::format("{}: field dynamic_feat: an array of arrays of numbers is required", place));
  for (const element& feature : features) {
    auto values = read_numbers(feature, fmt::format("{}: field dynamic_feat[{}]", place, into.dynamic_feat.size()));
    if (!values) return values.error();
    if (values->size() < into.target.size())
      return input_error(fmt::format("{}: field dynamic_feat[{}]: {} values for a target of {}", place,
                                     into.dynamic_feat.size(), values->size(), into.target.size()));
    into.dynamic_feat.push_back(*std::move(values));
  }
  return {};
}

}  // namespace

simdjson::dom::parser& shared_parser() {
  thread_local simdjson::dom::parser parser;
  return parser;
}

Result<Series> read_series(const element& object, Duration freq, const std::string& place) {
  if (object.type() != element_type::OBJECT) return input_error(fmt::format("{}: not a JSON object", place));
  auto start = read_start(object, place);
  if (!start) return start.error();
  simdjson::dom::array target;
  if (object["target"].get(target) != simdjson::SUCCESS)
    return input_error(fmt::format("{}: field target: an array of numbers is required", place));
  Series series{.start = *start, .freq = freq, .target = {}, .cat = {}, .dynamic_feat = {}};
  series.target.reserve(target.size());
  for (const element& item : target) {
    double value = 0.0;
    if (!read_value(item, value))
      return input_error(
          fmt::format("{}: field target[{}]: neither a number nor null nor \"NaN\"", place, series.target.size()));
    series.target.push_back(value);
  }
  if (auto ok = read_categories(object, place, series); !ok) return ok.error();
  if (auto ok = read_dynamic_features(object, place, series); !ok) return ok.error();
  return series;
}

Result<std::vector<double>> read_numbers(const element& from, const std::string& place) {
  simdjson::dom::array array;
  if (from.get(array) != simdjson::SUCCESS) return input_error(fmt::format("{}: an array is required", place));
  std::vector<double> values;
  values.reserve(array.size());
  for (const element& item : array) {
    double value = 0.0;
    if (item.get(value) != simdjson::SUCCESS)
      return input_error(fmt::format("{}[{}]: not a number", place, values.size()));
    values.push_back(value);
  }
  return values;
}

namespace {

/// The items, each behind a comma unless `out` ends with the opening bracket.
void append_items(std::string& out, std::span<const double> values) {
  thread_local NumberTexts texts;
  for (const double value : values) {
    if (out.back() != '[') out += ',';
    if (std::isfinite(value))
      texts.append(out, value);
    else
      out += "\"NaN\"";
  }
}

/// {"start":"…","target":[
void append_opening(std::string& out, const Series& series) {
  std::string start = format_seconds(series.start);
  start[start.size() - 10] = ' ';  // the T before hh:mm:ssZ
  start.pop_back();
  out += "{\"start\":\"";
  out += start;
  out += "\",\"target\":[";
}

}  // namespace

void append_numbers(std::string& out, const std::vector<double>& values) {
  out += '[';
  append_items(out, values);
  out += ']';
}

void append_series(std::string& out, const Series& series) {
  append_opening(out, series);
  append_items(out, series.target);
  out += ']';
  if (!series.cat.empty()) out += fmt::format(",\"cat\":[{}]", fmt::join(series.cat, ","));
  for (std::size_t i = 0; i < series.dynamic_feat.size(); ++i) {
    out += i > 0 ? "," : ",\"dynamic_feat\":[";
    append_numbers(out, series.dynamic_feat[i]);
  }
  out += series.dynamic_feat.empty() ? "}" : "]}";
}

Result<std::vector<Series>> read_series_lines(std::string_view json_lines, Duration freq) {
  const simdjson::padded_string padded(json_lines);
  const std::string_view all(padded.data(), padded.size());
  simdjson::dom::parser& parser = shared_parser();
  std::vector<Series> result;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < all.size();) {
    const std::size_t end = std::min(all.find('\n', begin), all.size());
    const auto line = all.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    // What follows a line is more of the padded buffer, so no line needs a copy of its own.
    element root;
    if (const auto error = parser.parse(line.data(), line.size(), false).get(root); error != simdjson::SUCCESS)
      return input_error(fmt::format("line {}: not JSON: {}", number, simdjson::error_message(error)));
    auto series = read_series(root, freq, fmt::format("line {}", number));
    if (!series) return series.error();
    result.push_back(*std::move(series));
  }
  return result;
}

void append_series_line(std::string& out, const Series& series) {
  append_series(out, series);
  out += '\n';
}

std::vector<std::string> write_prefix_lines(const Series& series, std::span<const std::size_t> ends) {
  std::vector<std::string> lines;
  std::string text;
  append_opening(text, series);
  std::size_t written = 0;
  for (const std::size_t end : ends) {
    append_items(text, std::span(series.target).subspan(written, end - written));
    written = end;
    lines.push_back(text + "]}\n");
  }
  return lines;
}

std::string write_series_lines(const std::vector<Series>& series) {
  std::string out;
  for (const auto& one : series) append_series_line(out, one);
  return out;
}

Result<Duration> parse_time_freq(std::string_view text) {
  int count = 1;
  const char* const end = text.data() + text.size();
  const char* unit = text.data();
  if (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    const auto [next, error] = std::from_chars(text.data(), end, count);
    if (error != std::errc{} || count < 1 || count > 100'000)
      return input_error(fmt::format("time_freq '{}': the count is out of range", text));
    unit = next;
  }
  const std::string_view name(unit, static_cast<std::size_t>(end - unit));
  if (name == "min" || name == "T") return Duration(std::chrono::minutes{count});
  if (name == "H" || name == "h") return Duration(std::chrono::hours{count});
  if (name == "D" || name == "d") return Duration(std::chrono::days{count});
  if (name == "W" && count <= 1000) return Duration(std::chrono::weeks{count});
  if (name == "M") return input_error(fmt::format("time_freq '{}': months have no fixed length", text));
  return input_error(fmt::format("time_freq '{}': expected a count and one of min, H, D, W", text));
}

}  // namespace driftlab::forecast

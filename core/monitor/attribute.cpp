#include "core/monitor/attribute.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::monitor {
namespace {

using nlohmann::json;

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::optional<std::size_t> parse_index(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<double> to_number(std::string_view text) {
  const auto value = parse_double(trim(text));
  if (!value) return input_error(fmt::format("'{}' is not a number", text));
  return *value;
}

Result<std::string> to_text(std::string_view text) {
  return std::string(trim(text));
}

/// Tells a watch, if there is one, of bytes read: not of each row, which would cost more than reading it.
class ReadCount {
 public:
  ReadCount(const char* begin, const RowWatch* watch) : told_(begin), watch_(watch) {}
  void read_until(const char* at) {
    if (at - told_ >= kTogether) tell(at);
  }
  void tell(const char* at) {
    if (watch_ != nullptr && watch_->read) watch_->read(static_cast<std::uint64_t>(at - told_));
    told_ = at;
  }

 private:
  static constexpr std::ptrdiff_t kTogether = 1 << 20;
  const char* told_;
  const RowWatch* watch_;
};

template <class Value, class Convert>
Result<std::vector<Value>> csv_values(std::string_view data, std::string_view attribute, const Convert& convert,
                                      RowWatch* watch) {
  const auto column = parse_index(attribute);
  if (!column) return input_error(fmt::format("attribute '{}' is not a zero-based CSV column", attribute));
  std::vector<Value> values;
  ReadCount count(data.data(), watch);
  const auto bad = [&](const std::string& what) {
    if (watch != nullptr) watch->bad_row = values.size();
    return input_error(fmt::format("row {}{}", values.size(), what));
  };
  for (const auto& record : csv_records(data)) {
    const auto fields = split_csv_line(record.text);
    if (*column >= fields.size())
      return bad(fmt::format(" has {} columns, attribute {} is not among them", fields.size(), *column));
    auto value = convert(fields[*column]);
    if (!value) return bad(fmt::format(": '{}' in column {} is not a number", fields[*column], *column));
    values.push_back(*std::move(value));
    count.read_until(record.text.data());
  }
  count.tell(data.data() + data.size());
  return values;
}

/// "a.b[0].c" and "a.b.0.c" alike; "*" stands for every element.
std::vector<std::string> path_of(std::string_view attribute) {
  std::vector<std::string> path;
  std::string part;
  for (const char c : attribute) {
    if (c != '.' && c != '[' && c != ']') {
      part += c;
      continue;
    }
    if (!part.empty()) path.push_back(std::move(part));
    part.clear();
  }
  if (!part.empty()) path.push_back(std::move(part));
  return path;
}

Result<void> leaf(const json& node, std::vector<double>& values) {
  if (node.is_number()) {
    values.push_back(node.get<double>());
    return {};
  }
  const auto value = node.is_string() ? parse_double(trim(node.get_ref<const std::string&>())) : std::nullopt;
  if (!value) return input_error(fmt::format("{} is not a number", node.dump()));
  values.push_back(*value);
  return {};
}

Result<void> leaf(const json& node, std::vector<std::string>& values) {
  if (node.is_null() || node.is_structured()) return input_error(fmt::format("{} is not a label", node.dump()));
  values.push_back(node.is_string() ? std::string(trim(node.get_ref<const std::string&>())) : node.dump());
  return {};
}

template <class Value>
Result<void> collect(const json& node, const std::vector<std::string>& path, std::size_t depth,
                     std::vector<Value>& values) {
  if (node.is_array() && (depth == path.size() || !parse_index(path[depth]))) {
    const std::size_t next = depth < path.size() && path[depth] == "*" ? depth + 1 : depth;
    for (const auto& item : node)
      if (auto ok = collect(item, path, next, values); !ok) return ok;
    return {};
  }
  if (depth < path.size()) {
    const auto index = parse_index(path[depth]);
    if (node.is_array() && index && *index < node.size()) return collect(node[*index], path, depth + 1, values);
    if (node.is_object() && node.contains(path[depth])) return collect(node[path[depth]], path, depth + 1, values);
    return input_error(fmt::format("there is no '{}' in the JSON", path[depth]));
  }
  return leaf(node, values);
}

/// Whether lists and objects lie in each other deeper than anybody means: reading them is recursive.
bool too_deep(std::string_view text) {
  constexpr int kDeepest = 64;
  int depth = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kDeepest) return true;
  }
  return false;
}

template <class Value>
Result<std::vector<Value>> json_values(std::string_view data, std::string_view attribute, const RowWatch* watch) {
  const auto path = path_of(attribute);
  std::vector<Value> values;
  if (too_deep(data)) return input_error("the JSON is nested too deeply");
  if (const auto whole = json::parse(data, nullptr, false); !whole.is_discarded()) {
    if (auto ok = collect(whole, path, 0, values); !ok) return ok.error();
    return values;
  }
  ReadCount count(data.data(), watch);
  for (const auto line : text_lines(data)) {
    const auto document = json::parse(line, nullptr, false);
    const auto number = [&] { return 1 + std::count(data.data(), line.data(), '\n'); };
    if (document.is_discarded())
      return input_error(fmt::format("the payload is neither JSON nor JSON Lines: line {} is no JSON", number()));
    if (auto ok = collect(document, path, 0, values); !ok)
      return input_error(fmt::format("line {}: {}", number(), ok.error().message));
    count.read_until(line.data());
  }
  count.tell(data.data() + data.size());
  return values;
}

Result<std::string> feature_cell(const json& node) {
  if (node.is_null()) return std::string();
  if (node.is_structured()) return input_error(fmt::format("{} is not a value of a feature", node.dump()));
  return node.is_string() ? node.get<std::string>() : node.dump();
}

using CellRows = std::vector<std::vector<std::string>>;

/// A list, an object, or a list of them.
Result<void> collect_rows(const json& node, const std::vector<std::string>& names, CellRows& rows) {
  if (!node.is_structured()) return input_error(fmt::format("{} is no list or object of features", node.dump()));
  if (node.is_array() && !node.empty() && node.front().is_structured()) {
    for (const auto& item : node)
      if (auto ok = collect_rows(item, names, rows); !ok) return ok;
    return {};
  }
  std::vector<std::string> row;
  const auto add = [&](const json& value) -> Result<void> {
    auto cell = feature_cell(value);
    if (!cell) return cell.error();
    row.push_back(*std::move(cell));
    return {};
  };
  if (node.is_array())
    for (const auto& value : node)
      if (auto ok = add(value); !ok) return ok;
  if (node.is_object())
    for (const auto& name : names) {
      if (!node.contains(name)) return input_error(fmt::format("there is no '{}' in the JSON", name));
      if (auto ok = add(node[name]); !ok) return ok;
    }
  rows.push_back(std::move(row));
  return {};
}

/// Follows the path; a key applied to a list goes through its elements.
Result<void> rows_below(const json& node, const std::vector<std::string>& path, std::size_t depth,
                        const std::vector<std::string>& names, CellRows& rows) {
  if (depth == path.size()) return collect_rows(node, names, rows);
  const auto index = parse_index(path[depth]);
  if (node.is_array() && !index) {
    const std::size_t next = path[depth] == "*" ? depth + 1 : depth;
    for (const auto& item : node)
      if (auto ok = rows_below(item, path, next, names, rows); !ok) return ok;
    return {};
  }
  if (node.is_array() && *index < node.size()) return rows_below(node[*index], path, depth + 1, names, rows);
  if (node.is_object() && node.contains(path[depth]))
    return rows_below(node[path[depth]], path, depth + 1, names, rows);
  return input_error(fmt::format("there is no '{}' in the JSON", path[depth]));
}

Error base64_error() {
  return input_error("the payload is BASE64; set its content type as CSV or JSON in the capture settings");
}

}  // namespace

std::vector<std::string> split_csv_line(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += '"';
      ++i;
    } else if (c == '"' && (quoted || trim(fields.back()).empty())) {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

std::vector<std::string_view> text_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (const auto line = trim(text.substr(0, end)); !line.empty()) lines.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<CsvRecord> csv_records(std::string_view text) {
  std::vector<CsvRecord> records;
  const auto add = [&](std::size_t begin, std::size_t end, std::size_t line) {
    if (const auto record = trim(text.substr(begin, end - begin)); !record.empty()) records.push_back({record, line});
  };
  std::size_t begin = 0, line = 1, first_line = 1;
  bool quoted = false, blank = true;  // as split_csv_line has it: a mark opens a cell that holds nothing yet
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (c == '"' && quoted && text.substr(i + 1, 1) == "\"") {
      ++i;
      blank = false;
    } else if (c == '"' && (quoted || blank)) {
      quoted = !quoted;
    } else if (c == '\n' && !quoted) {
      add(begin, i, first_line);
      begin = i + 1;
      first_line = line;
      blank = true;
    } else {
      blank = (blank && (c == ' ' || c == '\t')) || (c == ',' && !quoted);
    }
  }
  if (!quoted) {
    add(begin, text.size(), first_line);
    return records;
  }
  // A mark that is never closed means nothing: the rest is lines.
  for (; begin < text.size(); ++first_line) {
    const auto end = std::min(text.find('\n', begin), text.size());
    add(begin, end, first_line);
    begin = end + 1;
  }
  return records;
}

Result<std::vector<double>> numbers_at(std::string_view data, capture::Encoding encoding, std::string_view attribute,
                                       RowWatch* watch) {
  if (encoding == capture::Encoding::Base64) return base64_error();
  if (encoding == capture::Encoding::Csv) return csv_values<double>(data, attribute, to_number, watch);
  return json_values<double>(data, attribute, watch);
}

Result<std::vector<std::string>> texts_at(std::string_view data, capture::Encoding encoding, std::string_view attribute,
                                          RowWatch* watch) {
  if (encoding == capture::Encoding::Base64) return base64_error();
  if (encoding == capture::Encoding::Csv) return csv_values<std::string>(data, attribute, to_text, watch);
  return json_values<std::string>(data, attribute, watch);
}

Result<std::vector<std::vector<std::string>>> feature_rows_at(std::string_view data,
                                                              const std::vector<std::string>& names,
                                                              std::string_view attribute) {
  const auto path = path_of(attribute);
  CellRows rows;
  if (too_deep(data)) return input_error("the JSON is nested too deeply");
  if (const auto whole = json::parse(data, nullptr, false); !whole.is_discarded()) {
    if (auto ok = rows_below(whole, path, 0, names, rows); !ok) return ok.error();
    return rows;
  }
  for (const auto line : text_lines(data)) {
    const auto document = json::parse(line, nullptr, false);
    if (document.is_discarded()) return input_error("the payload is neither JSON nor JSON Lines");
    if (auto ok = rows_below(document, path, 0, names, rows); !ok) return ok.error();
  }
  return rows;
}

std::string normal_label(std::string_view text) {
  const auto trimmed = trim(text);
  constexpr double kWholeMax = 9007199254740992.0;  // 2^53
  const auto number = parse_double(trimmed);
  if (!number || *number != std::trunc(*number) || std::abs(*number) > kWholeMax) return std::string(trimmed);
  return fmt::format("{}", static_cast<std::int64_t>(*number));
}

}  // namespace driftlab::monitor

#include "core/monitor/series/table_lines.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <simdjson.h>

#include "core/base/text.hpp"

namespace driftlab::monitor {
namespace {

using simdjson::dom::element;

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

TableCell cell_of(const element& value) {
  TableCell cell;
  std::string_view text;
  double number = 0.0;
  if (value.get(text) == simdjson::SUCCESS) {
    cell.kind = TableCell::Kind::Text;
    cell.text = text;
  } else if (value.get(number) == simdjson::SUCCESS) {
    cell.kind = TableCell::Kind::Number;
    cell.number = number;
  } else if (bool truth = false; value.get(truth) == simdjson::SUCCESS) {
    cell.kind = TableCell::Kind::Text;
    cell.text = truth ? "true" : "false";
  }
  return cell;
}

}  // namespace

struct TableLines::Json {
  simdjson::dom::parser parser;
};

std::optional<double> TableCell::value() const {
  if (kind == Kind::Number) return number;
  if (kind == Kind::Missing) return std::numeric_limits<double>::quiet_NaN();
  const std::string_view word = trimmed(text);
  if (word == "NaN" || word == "nan") return std::numeric_limits<double>::quiet_NaN();
  return parse_double(word);
}

std::string TableCell::word() const {
  return kind == Kind::Number ? shortest(number) : std::string(text);
}

TableLines::TableLines(std::vector<std::filesystem::path> files) : files_(std::move(files)) {}
TableLines::~TableLines() = default;

Result<bool> TableLines::open_next() {
  if (next_file_ == files_.size()) return false;
  lines_ = std::make_unique<LineReader>(std::vector{files_[next_file_++]});
  first_line_ = true;
  return true;
}

Result<bool> TableLines::next(RejectedRecords& rejected) {
  for (;;) {
    if (!lines_) {
      auto opened = open_next();
      if (!opened || !*opened) return opened;
    }
    const auto more = lines_->next(line_);
    if (!more) return more.error();
    bytes_read_ += lines_->take_bytes_read();
    if (!*more) {
      lines_.reset();
      continue;
    }
    if (std::exchange(first_line_, false)) {
      is_json_ = trimmed(line_.text).starts_with('{');
      if (!is_json_) {
        if (const auto read = read_header(line_.text); !read) return read.error();
        continue;
      }
    }
    const auto read = is_json_ ? read_json(line_.text) : read_csv(line_.text);
    if (read) return true;
    RejectedRecord record = where();
    record.reason = read.error().message;
    rejected.add(std::move(record));
  }
}

RejectedRecord TableLines::where() const {
  return {
      .file = lines_ ? lines_->file_name() : std::string(), .line = line_.number, .offset = line_.offset, .reason = {}};
}

std::uint64_t TableLines::take_bytes_read() {
  return std::exchange(bytes_read_, 0);
}

void TableLines::split(std::string_view line) {
  cells_.clear();
  unquoted_.clear();
  for (std::size_t at = 0;;) {
    TableCell cell{.kind = TableCell::Kind::Text, .text = {}};
    std::size_t end = 0;
    if (at < line.size() && line[at] == '"') {
      std::string& text = unquoted_.emplace_back();
      for (++at; at < line.size(); ++at) {
        if (line[at] == '"' && (at + 1 == line.size() || line[at + 1] != '"')) break;
        if (line[at] == '"') ++at;
        text += line[at];
      }
      end = std::min(line.find(',', at), line.size());
      cell.text = text;
    } else {
      end = std::min(line.find(',', at), line.size());
      cell.text = line.substr(at, end - at);
      if (cell.text.empty()) cell.kind = TableCell::Kind::Missing;
    }
    cells_.push_back(cell);
    if (end == line.size()) return;
    at = end + 1;
  }
}

Result<> TableLines::read_header(std::string_view line) {
  split(line);
  names_.clear();
  ++layout_;
  for (const auto& cell : cells_) {
    const std::string name(trimmed(cell.text));
    if (std::find(names_.begin(), names_.end(), name) != names_.end())
      return input_error(fmt::format("{}:{}: column '{}' occurs twice", lines_->file_name(), line_.number, name));
    names_.push_back(name);
  }
  return {};
}

Result<> TableLines::read_csv(std::string_view line) {
  split(line);
  if (cells_.size() == names_.size()) return {};
  return input_error(fmt::format("{} cells; expected {}, as the header has", cells_.size(), names_.size()));
}

Result<> TableLines::read_json(std::string_view line) {
  if (!json_) json_ = std::make_unique<Json>();
  simdjson::dom::object object;
  // LineReader keeps 64 readable bytes behind a line, which is what the parser asks for.
  if (const auto error = json_->parser.parse(line.data(), line.size(), false).get(object); error != simdjson::SUCCESS)
    return input_error(fmt::format("no JSON object: {}", simdjson::error_message(error)));
  cells_.clear();
  std::size_t count = 0;
  bool changed = false;
  const auto add = [&](std::string_view name, const element& value) {
    if (count >= names_.size() || names_[count] != name) {
      if (!changed) names_.resize(std::min(count, names_.size()));
      changed = true;
      names_.emplace_back(name);
    }
    ++count;
    cells_.push_back(cell_of(value));
  };
  for (const auto [key, value] : object) {
    simdjson::dom::object inner;
    if (value.get(inner) != simdjson::SUCCESS) {
      add(key, value);
      continue;
    }
    for (const auto [inner_key, inner_value] : inner) {
      name_.assign(key).append(".").append(inner_key);
      add(name_, inner_value);
    }
  }
  if (!changed && count != names_.size()) changed = true;
  names_.resize(count);
  layout_ += changed ? 1 : 0;
  return {};
}

}  // namespace driftlab::monitor

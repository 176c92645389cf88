#include "core/monitor/profile/capture_source.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/monitor/profile/json_cells.hpp"

namespace driftlab::monitor {
namespace {

constexpr std::size_t kJsonPadding = 64;

/// Lines without their ends; blank ones are left out.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

/// Rows of a payload. A JSON text over several lines is one row, JSON Lines are one a line: told apart by whether the
/// first line closes what it opens.
std::vector<std::string_view> rows_of(const capture::Payload& payload) {
  auto lines = lines_of(payload.data);
  if (payload.encoding == capture::Encoding::Csv || lines.size() < 2) return lines;
  const std::string_view first = lines.front();
  const auto last = first.find_last_not_of(" \t");
  const bool closed = last != std::string_view::npos && (first[last] == '}' || first[last] == ']') && last > 0;
  if (closed) return lines;
  return {payload.data};
}

/// The next cell of a CSV line, unquoted; moves `line` behind it. Nothing for a cell that is missing.
std::optional<std::string> take_cell(std::string_view& line, bool& more) {
  std::string cell;
  const bool quoted = line.starts_with('"');
  std::size_t at = quoted ? 1 : 0;
  for (; at < line.size(); ++at) {
    if (!quoted && line[at] == ',') break;
    if (quoted && line[at] == '"') {
      if (at + 1 >= line.size() || line[at + 1] != '"') {
        ++at;
        break;
      }
      ++at;
    }
    cell += line[at];
  }
  at = std::min(line.find(',', at), line.size());
  more = at < line.size();
  line.remove_prefix(more ? at + 1 : at);
  if (cell.empty() && !quoted) return std::nullopt;
  return cell;
}

}  // namespace

CaptureSource::CaptureSource(const std::vector<std::filesystem::path>& files, CaptureOptions options)
    : CaptureSource(capture::local_files(files), options) {}

CaptureSource::CaptureSource(std::vector<capture::InputFile> files, CaptureOptions options)
    : walk_(std::move(files), {.start = options.start, .end = options.end, .labels = false}), options_(options) {}

Result<bool> CaptureSource::next(RowBlock& block) {
  if (row_waits_) rows_.end(block);
  row_waits_ = false;
  while (!NamedRows::is_full(block)) {
    if (pending_.empty()) {
      const auto more = refill();
      if (!more) return more.error();
      if (!*more) break;
    }
    const PendingRow row = std::move(pending_.front());
    pending_.pop_front();
    const std::size_t columns = rows_.names().size();
    rows_.begin();
    if (const auto added = add_row(row); !added) {
      rows_.forget_columns_from(columns);
      reject(row.where, added.error().message);
      continue;
    }
    if (rows_.end(block)) continue;
    row_waits_ = true;
    break;
  }
  if (walk_.lines_read() == 0) return not_found("NoInputData", "Job inputs had no data");
  NamedRows::finish(block);
  block.bytes_read = walk_.take_bytes_read();
  return block.rows > 0;
}

Result<bool> CaptureSource::refill() {
  while (pending_.empty()) {
    auto more = walk_.next(lines_);
    if (!more || !*more) return more;
    for (const auto& line : lines_) {
      const RejectedRecord where{walk_.file_name(), line.line, line.offset, {}};
      if (!line.reason.empty())
        reject(where, line.reason);
      else if (const auto taken = take_record(line.record, where); !taken)
        return taken.error();
    }
  }
  return true;
}

void CaptureSource::reject(RejectedRecord where, std::string reason) {
  where.reason = std::move(reason);
  rejected_.add(std::move(where));
}

Result<> CaptureSource::take_record(const capture::CaptureRecord& record, const RejectedRecord& where) {
  struct Side {
    const char* name;
    const capture::Payload* payload;
  };
  std::vector<Side> sides;
  if (record.output && options_.use_output) sides.push_back({"endpointOutput", &*record.output});
  if (record.input && options_.use_input) sides.push_back({"endpointInput", &*record.input});
  if (!options_.output_first) std::reverse(sides.begin(), sides.end());
  if (sides.empty()) {
    reject(where, "neither side that is to be analysed was captured");
    return {};
  }
  if (sides.size() == 2 && record.input->encoding != record.output->encoding)
    return input_error(
        fmt::format("Encoding mismatch: Encoding is {} for endpointInput, but Encoding is {} for endpointOutput "
                    "({}:{}). Expected the "
                    "same encoding on both sides",
                    capture::to_string(record.input->encoding), capture::to_string(record.output->encoding), where.file,
                    where.line));
  for (const Side& side : sides) {
    const auto encoding = side.payload->encoding;
    if (encoding == capture::Encoding::Base64)
      return input_error(fmt::format("{}:{}: {} is BASE64; expected CSV or JSON", where.file, where.line, side.name));
    if (encoding_.value_or(encoding) != encoding)
      return input_error(
          fmt::format("Encoding mismatch: Encoding is {} for {}, but Encoding is {} for what came before "
                      "it ({}:{}). Expected the same encoding for all payloads",
                      capture::to_string(encoding), side.name, capture::to_string(*encoding_), where.file, where.line));
    encoding_ = encoding;
  }
  std::vector<PendingRow> rows;
  for (const Side& side : sides) {
    const auto parts = rows_of(*side.payload);
    if (rows.empty()) rows.resize(parts.size());
    if (parts.size() != rows.size() || parts.empty()) {
      reject(where,
             fmt::format("{} rows in {}; expected {} as on the other side", parts.size(), side.name, rows.size()));
      return {};
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      rows[i].parts.emplace_back(parts[i]);
      rows[i].sides.push_back(side.name);
    }
  }
  for (PendingRow& row : rows) {
    row.where = where;
    pending_.push_back(std::move(row));
  }
  return {};
}

Result<> CaptureSource::add_row(const PendingRow& row) {
  if (encoding_ == capture::Encoding::Csv) return add_csv_row(row);
  for (std::size_t i = 0; i < row.parts.size(); ++i) {
    const auto first = row.parts[i].find_first_not_of(" \t\r\n");
    const bool object = first != std::string::npos && row.parts[i][first] == '{';
    std::string json = object ? row.parts[i] : fmt::format("{{\"{}\":{}}}", row.sides[i], row.parts[i]);
    const std::size_t size = json.size();
    json.append(kJsonPadding, '\0');
    if (const auto added = add_json_cells(rows_, std::string_view(json).substr(0, size)); !added) return added.error();
  }
  return {};
}

Result<> CaptureSource::add_csv_row(const PendingRow& row) {
  const std::size_t expected = rows_.names().size();
  std::size_t column = 0;
  for (std::string_view part : row.parts)
    for (bool more = true; more; ++column) {
      const auto cell = take_cell(part, more);
      const std::string name = fmt::format("_c{}", column);
      const auto added = cell ? rows_.add(name, *cell) : rows_.add_missing(name);
      if (!added) return added.error();
    }
  if (expected > 0 && column != expected) return input_error(fmt::format("{} cells; expected {}", column, expected));
  return {};
}

}  // namespace driftlab::monitor

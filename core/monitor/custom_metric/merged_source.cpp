#include "core/monitor/custom_metric/merged_source.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json_string.hpp"
#include "core/monitor/attribute.hpp"
#include "core/monitor/profile/json_cells.hpp"

namespace driftlab::monitor {
namespace {

constexpr std::size_t kJsonPadding = 64;

/// A CSV line as JSON: a text, or an array of texts.
std::string csv_row(std::string_view line) {
  const auto cells = split_csv_line(line);
  std::string json;
  const auto append = [&](const std::string& cell) {
    if (cell.empty())
      json += "null";
    else
      append_json_string(json, cell);
  };
  if (cells.size() == 1) {
    append(cells.front());
    return json;
  }
  for (const auto& cell : cells) {
    json += json.empty() ? "[" : ",";
    append(cell);
  }
  return json + "]";
}

/// The rows of a payload, each as a JSON text.
Result<std::vector<std::string>> payload_rows(const capture::Payload& payload, const char* side) {
  std::vector<std::string> rows;
  switch (payload.encoding) {
    case capture::Encoding::Base64:
      return input_error(fmt::format("{} is BASE64; expected CSV or JSON", side));
    case capture::Encoding::Csv:
      for (const auto line : text_lines(payload.data)) rows.push_back(csv_row(line));
      return rows;
    case capture::Encoding::Json:
      break;
  }
  if (nlohmann::json::accept(payload.data)) return std::vector{payload.data};
  for (const auto line : text_lines(payload.data)) {
    if (!nlohmann::json::accept(line)) return input_error(fmt::format("{} is no JSON", side));
    rows.emplace_back(line);
  }
  return rows;
}

}  // namespace

Result<bool> MergedSource::next(RowBlock& block) {
  if (row_waits_) rows_.end(block);
  row_waits_ = false;
  while (!NamedRows::is_full(block)) {
    if (pending_.empty()) {
      const auto more = walk_.next(lines_);
      if (!more) return more.error();
      if (!*more) break;
      for (const auto& line : lines_) {
        RejectedRecord where{walk_.file_name(), line.line, line.offset, line.reason};
        if (line.reason.empty())
          take_record(line, where);
        else
          rejected_.add(std::move(where));
      }
      continue;
    }
    PendingRow row = std::move(pending_.front());
    pending_.pop_front();
    const std::size_t columns = rows_.names().size();
    const std::size_t size = row.json.size();
    row.json.append(kJsonPadding, '\0');
    rows_.begin();
    if (const auto added = add_json_cells(rows_, std::string_view(row.json).substr(0, size)); !added) {
      rows_.forget_columns_from(columns);
      row.where.reason = added.error().message;
      rejected_.add(std::move(row.where));
      continue;
    }
    if (rows_.end(block)) continue;
    row_waits_ = true;
    break;
  }
  NamedRows::finish(block);
  block.bytes_read = walk_.take_bytes_read();
  return block.rows > 0;
}

void MergedSource::take_record(const capture::WalkedLine& line, const RejectedRecord& where) {
  std::vector<std::string> rows;
  const auto reject = [&](std::string reason) {
    RejectedRecord rejected = where;
    rejected.reason = std::move(reason);
    rejected_.add(std::move(rejected));
  };
  const std::pair<const char*, const capture::Payload*> sides[] = {
      {"output", line.record.output ? &*line.record.output : nullptr},
      {"input", line.record.input ? &*line.record.input : nullptr},
      {"label", line.label ? &*line.label : nullptr}};
  bool first = true;
  for (const auto& [name, payload] : sides) {
    if (!payload) continue;
    const auto parts = payload_rows(*payload, name);
    if (!parts) return reject(parts.error().message);
    if (std::exchange(first, false)) rows.resize(parts->size());
    if (parts->size() != rows.size())
      return reject(fmt::format("{} rows in {}; expected {} as on the other side", parts->size(), name, rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i)
      rows[i] += fmt::format("{}\"{}\":{}", rows[i].empty() ? "{" : ",", name, (*parts)[i]);
  }
  for (auto& row : rows) pending_.push_back({row + "}", where});
}

}  // namespace driftlab::monitor

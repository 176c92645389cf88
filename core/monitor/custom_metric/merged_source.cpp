#include "core/monitor/custom_metric/merged_source.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json_string.hpp"
#include "core/capture/codec.hpp"
#include "core/monitor/attribute.hpp"
#include "core/monitor/profile/json_cells.hpp"

namespace driftlab::monitor {
namespace {

constexpr std::size_t kJsonPadding = 64;
constexpr std::string_view kLabel = "\"groundTruthData\"";

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

MergedSource::MergedSource(const std::vector<std::filesystem::path>& files, std::optional<Instant> start,
                           std::optional<Instant> end)
    : start_(start), end_(end) {
  for (const auto& file : files) files_.push_back({.name = file.string(), .bytes = {}, .path = file.string()});
}

Result<bool> MergedSource::next(RowBlock& block) {
  if (row_waits_) rows_.end(block);
  row_waits_ = false;
  while (!NamedRows::is_full(block)) {
    if (pending_.empty()) {
      const auto more = refill();
      if (!more) return more.error();
      if (!*more) break;
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
  block.bytes_read = std::exchange(bytes_read_, 0);
  return block.rows > 0;
}

Result<bool> MergedSource::refill() {
  if (!plan_) {
    auto plan = capture::plan_input(files_);
    if (!plan) return plan.error();
    plan_ = *std::move(plan);
    reader_.emplace(files_);
  }
  for (;;) {
    if (!piece_open_) {
      if (piece_ == plan_->pieces.size()) return false;
      if (const auto opened = reader_->open(plan_->pieces[piece_++]); !opened) return opened.error();
      piece_open_ = true;
    }
    capture::Block block;
    const auto more = reader_->next(block);
    if (!more) return more.error();
    if (*more) {
      take_block(block);
      return true;
    }
    piece_open_ = false;
  }
}

void MergedSource::take_block(const capture::Block& block) {
  if (std::exchange(file_, block.file) != block.file) lines_before_ = 0;
  const std::string_view text(block.begin, static_cast<std::size_t>(block.end - block.begin));
  const std::string& file = files_[block.file].name;
  bytes_read_ += text.size();
  const auto place = [&](std::size_t line) {
    return RejectedRecord{.file = file, .line = lines_before_ + line, .offset = block.offset, .reason = {}};
  };
  const auto reject = [&](std::span<const capture::Rejected> lines) {
    for (const auto& line : lines)
      rejected_.add({file, lines_before_ + line.line, block.offset + line.offset, line.reason});
  };
  if (text.find(kLabel) != std::string_view::npos) {
    const auto parsed = capture::read_merged(text);
    for (std::size_t i = 0; i < parsed.records.size(); ++i) {
      const capture::Payload label{parsed.records[i].label, parsed.records[i].label_encoding, {}};
      take_record(parsed.records[i].capture, &label, place(parsed.lines[i]));
    }
    reject(parsed.rejected);
  } else {
    const auto parsed = capture::read_captures(text);
    for (std::size_t i = 0; i < parsed.records.size(); ++i)
      take_record(parsed.records[i], nullptr, place(parsed.lines[i]));
    reject(parsed.rejected);
  }
  lines_before_ += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

void MergedSource::take_record(const capture::CaptureRecord& record, const capture::Payload* label,
                               const RejectedRecord& where) {
  const Instant at = record.metadata.inference_time;
  if ((start_ && at < *start_) || (end_ && at >= *end_)) return;
  std::vector<std::string> rows;
  const auto reject = [&](std::string reason) {
    RejectedRecord rejected = where;
    rejected.reason = std::move(reason);
    rejected_.add(std::move(rejected));
  };
  const std::pair<const char*, const capture::Payload*> sides[] = {
      {"output", record.output ? &*record.output : nullptr},
      {"input", record.input ? &*record.input : nullptr},
      {"label", label}};
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

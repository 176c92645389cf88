#include "core/monitor/series/ground_truth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/deepar_json.hpp"
#include "core/monitor/series/table_lines.hpp"

namespace driftlab::monitor {
namespace {

/// Columns of the current layout.
struct TruthColumns {
  std::optional<std::size_t> item;
  std::size_t timestamp = 0;
  std::size_t actual = 0;
};

Error missing_column(const TableLines& rows, const std::string& wanted, const char* what, const char* flag) {
  const auto at = rows.where();
  if (!wanted.empty())
    return input_error(fmt::format("{}:{}: there is no column '{}' for the {}{}", at.file, at.line, wanted, what,
                                   suggestion(wanted, rows.names())));
  return input_error(fmt::format("{}:{}: no column holds the {}; name it with {}", at.file, at.line, what, flag));
}

Result<TruthColumns> truth_columns(const TableLines& rows, const SeriesColumns& columns) {
  TruthColumns found;
  found.item = find_column(rows.names(), columns.item, usual_item_names());
  if (!found.item && !columns.item.empty()) return missing_column(rows, columns.item, "item", "--item-attribute");
  const auto timestamp = find_column(rows.names(), columns.timestamp, usual_timestamp_names());
  if (!timestamp) return missing_column(rows, columns.timestamp, "timestamp", "--timestamp-attribute");
  const auto actual = find_column(rows.names(), columns.actual, usual_actual_names());
  if (!actual) return missing_column(rows, columns.actual, "actual value", "--ground-truth-attribute");
  found.timestamp = *timestamp;
  found.actual = *actual;
  return found;
}

Result<> add_row(const TableLines& rows, const TruthColumns& columns, GroundTruth& truth) {
  const auto& cells = rows.cells();
  const auto at = parse_instant(cells[columns.timestamp].word());
  if (!at) return input_error(fmt::format("{}: {}", rows.names()[columns.timestamp], at.error().message));
  const auto value = cells[columns.actual].value();
  if (!value || std::isinf(*value))
    return input_error(
        fmt::format("{} is '{}'; expected a number", rows.names()[columns.actual], cells[columns.actual].word()));
  truth.add(columns.item ? cells[*columns.item].word() : std::string(), *at, *value);
  return {};
}

/// One DeepAR line: {"start": …, "target": […]}.
Result<> add_series_line(std::string_view line, Duration freq, GroundTruth& truth) {
  simdjson::dom::element root;
  if (const auto error = forecast::shared_parser().parse(line.data(), line.size()).get(root);
      error != simdjson::SUCCESS)
    return input_error(fmt::format("no JSON object: {}", simdjson::error_message(error)));
  const auto series = forecast::read_series(root, freq, "series");
  if (!series) return series.error();
  std::string item = item_of_categories(series->cat);
  std::string_view id;
  if (root["item_id"].get(id) == simdjson::SUCCESS) item = id;
  for (std::size_t i = 0; i < series->target.size(); ++i)
    truth.add(item, series->start + static_cast<std::int64_t>(i) * freq, series->target[i]);
  return {};
}

/// Does the first line of the file hold a series?
Result<bool> holds_series(const std::filesystem::path& file) {
  LineReader lines({file});
  Line line;
  const auto more = lines.next(line);
  if (!more) return more.error();
  return *more && line.text.find("\"target\"") != std::string_view::npos &&
         line.text.find("\"start\"") != std::string_view::npos;
}

Result<> read_series_file(const std::filesystem::path& file, std::optional<Duration> freq, GroundTruth& truth,
                          RejectedRecords& rejected) {
  if (!freq) return input_error(fmt::format("{}: series have no frequency of their own; give --freq", file.string()));
  LineReader lines({file});
  Line line;
  for (;;) {
    const auto more = lines.next(line);
    if (!more) return more.error();
    if (!*more) return {};
    if (const auto added = add_series_line(line.text, *freq, truth); !added)
      rejected.add({lines.file_name(), line.number, line.offset, added.error().message});
  }
}

Result<> read_table_file(const std::filesystem::path& file, const SeriesColumns& columns, GroundTruth& truth,
                         RejectedRecords& rejected) {
  TableLines rows({file});
  TruthColumns places;
  std::size_t layout = 0;
  for (;;) {
    const auto more = rows.next(rejected);
    if (!more) return more.error();
    if (!*more) return {};
    if (std::exchange(layout, rows.layout()) != rows.layout()) {
      const auto found = truth_columns(rows, columns);
      if (!found) return found.error();
      places = *found;
    }
    if (const auto added = add_row(rows, places, truth); !added) {
      auto record = rows.where();
      record.reason = added.error().message;
      rejected.add(std::move(record));
    }
  }
}

}  // namespace

void GroundTruth::add(const std::string& item, Instant at, double value) {
  if (std::isnan(value)) return;
  const bool added = values_[item].insert_or_assign(at.time_since_epoch().count(), value).second;
  ++(added ? size_ : duplicates_);
}

double GroundTruth::find(const std::string& item, Instant at) const {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  const auto series = values_.find(item);
  if (series == values_.end()) return kUnknown;
  const auto value = series->second.find(at.time_since_epoch().count());
  return value == series->second.end() ? kUnknown : value->second;
}

Result<GroundTruth> read_ground_truth(const std::vector<std::filesystem::path>& files, const SeriesColumns& columns,
                                      std::optional<Duration> freq, RejectedRecords& rejected) {
  GroundTruth truth;
  for (const auto& file : files) {
    const auto series = holds_series(file);
    if (!series) return series.error();
    const auto read =
        *series ? read_series_file(file, freq, truth, rejected) : read_table_file(file, columns, truth, rejected);
    if (!read) return read.error();
  }
  return truth;
}

std::string item_of_categories(const std::vector<int>& categories) {
  std::string item;
  for (const int category : categories) item += (item.empty() ? "" : "-") + std::to_string(category);
  return item;
}

std::optional<std::size_t> find_column(const std::vector<std::string>& names, const std::string& wanted,
                                       const std::vector<std::string>& usual) {
  const auto place = [&](const std::string& name) -> std::optional<std::size_t> {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
  };
  if (!wanted.empty()) return place(wanted);
  for (const auto& name : usual)
    if (const auto found = place(name)) return found;
  return std::nullopt;
}

const std::vector<std::string>& usual_item_names() {
  static const std::vector<std::string> kNames{"item_id", "item", "series", "unique_id"};
  return kNames;
}

const std::vector<std::string>& usual_timestamp_names() {
  static const std::vector<std::string> kNames{"timestamp", "time", "date", "ds"};
  return kNames;
}

const std::vector<std::string>& usual_actual_names() {
  static const std::vector<std::string> kNames{"actual", "target", "ground_truth", "label", "y"};
  return kNames;
}

}  // namespace driftlab::monitor

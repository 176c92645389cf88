#include "core/job/attribution/feature_source.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/job/container/capture_input.hpp"
#include "core/job/container/files.hpp"
#include "core/monitor/profile/capture_source.hpp"
#include "core/monitor/profile/csv_source.hpp"
#include "core/monitor/profile/input_file.hpp"
#include "core/monitor/profile/json_source.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;
using monitor::RowSource;

/// Captures are told from other JSON Lines by their first bytes.
Result<DatasetFormat> guess_format(const fs::path& first) {
  DatasetFormat format;
  format.header = true;
  const std::string extension = data_extension(first);
  if (extension != ".jsonl" && extension != ".json" && extension != ".ndjson") return format;
  format.kind = DatasetFormat::Kind::JsonLines;
  monitor::InputFile file;
  if (const auto opened = file.open(first); !opened) return opened.error();
  std::string head;
  constexpr std::size_t kHead = 4096;
  for (bool more = true; more && head.size() < kHead;) {
    const auto read = file.read(head, kHead);
    if (!read) return read.error();
    more = *read;
  }
  if (head.find("\"captureData\"") != std::string::npos) format.kind = DatasetFormat::Kind::Capture;
  return format;
}

Result<std::unique_ptr<RowSource>> open_source(const ContainerEnvironment& environment) {
  const auto dataset = dataset_files(environment);
  if (!dataset) return dataset.error();
  const auto* files = &dataset->files;
  DatasetFormat format;
  if (dataset->batch) {
    format.kind = DatasetFormat::Kind::Capture;
  } else if (environment.dataset_format) {
    format = *environment.dataset_format;
  } else {
    const auto guessed = guess_format(files->front());
    if (!guessed) return guessed.error();
    format = *guessed;
  }
  switch (format.kind) {
    case DatasetFormat::Kind::Csv:
      return std::unique_ptr<RowSource>(
          std::make_unique<monitor::CsvSource>(*files, monitor::CsvOptions{.header = format.header}));
    case DatasetFormat::Kind::JsonLines:
      return std::unique_ptr<RowSource>(std::make_unique<monitor::JsonLinesSource>(*files));
    case DatasetFormat::Kind::Capture:
      break;
  }
  return std::unique_ptr<RowSource>(std::make_unique<monitor::CaptureSource>(
      dataset->captures, monitor::CaptureOptions{.output_first = true,
                                                 .use_input = true,
                                                 .use_output = false,
                                                 .start = environment.start_time,
                                                 .end = environment.end_time}));
}

/// The number at the end of "endpointInput.3" or "features.3" when `prefix` and a dot come before it.
std::optional<std::size_t> place_of(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix) || name.size() <= prefix.size() + 1 || name[prefix.size()] != '.') return std::nullopt;
  name.remove_prefix(prefix.size() + 1);
  std::size_t place = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), place);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return place;
}

/// Which columns of the source the features are.
struct Columns {
  std::vector<std::string> names;
  std::vector<std::size_t> at;
};

Result<Columns> by_place(const std::vector<std::size_t>& order, const std::vector<std::string>& names) {
  if (!names.empty() && names.size() != order.size())
    return input_error(fmt::format("a record has {} features; headers names {}", order.size(), names.size()));
  Columns columns;
  for (std::size_t i = 0; i < order.size(); ++i)
    columns.names.push_back(names.empty() ? fmt::format("_c{}", i) : names[i]);
  columns.at = order;
  return columns;
}

/// A JSON list of features: its elements by number, under the path of the features attribute or the request itself.
std::vector<std::size_t> list_places(const std::vector<std::string>& present, const std::string& attribute) {
  const std::string prefix = attribute.empty() ? "endpointInput" : attribute;
  std::vector<std::size_t> order(present.size(), present.size());
  std::size_t found = 0;
  for (std::size_t i = 0; i < present.size(); ++i)
    if (const auto place = place_of(present[i], prefix); place && *place < order.size()) {
      order[*place] = i;
      ++found;
    }
  order.resize(found);
  return std::find(order.begin(), order.end(), present.size()) == order.end() ? order : std::vector<std::size_t>();
}

bool is_label(const std::vector<std::string>& present, std::size_t column, const std::string& label) {
  return !label.empty() && (present[column] == label || fmt::format("{}", column) == label);
}

Result<Columns> by_name(const std::vector<std::string>& present, const std::vector<std::string>& names,
                        const std::string& label, const std::string& attribute) {
  Columns columns;
  const std::string prefix = attribute.empty() ? "" : attribute + ".";
  if (!label.empty() && std::none_of(present.begin(), present.end(), [&](const auto& name) {
        return is_label(present, static_cast<std::size_t>(&name - present.data()), label);
      }))
    return input_error(fmt::format("label: the dataset has no column '{}'{}", label, suggestion(label, present)));
  if (names.empty()) {
    for (std::size_t i = 0; i < present.size(); ++i) {
      if (is_label(present, i, label) || !present[i].starts_with(prefix)) continue;
      columns.names.push_back(present[i].substr(prefix.size()));
      columns.at.push_back(i);
    }
    if (columns.at.empty()) return input_error("the dataset has no column of features");
    return columns;
  }
  for (const auto& name : names) {
    auto at = std::find(present.begin(), present.end(), prefix + name);
    if (at == present.end())
      return input_error(
          fmt::format("headers: the dataset has no column '{}'{}", prefix + name, suggestion(prefix + name, present)));
    columns.names.push_back(name);
    columns.at.push_back(static_cast<std::size_t>(at - present.begin()));
  }
  return columns;
}

Result<Columns> choose(const RowSource& source, const ContainerEnvironment& environment,
                       const std::vector<std::string>& names, const std::string& label) {
  const auto& present = source.column_names();
  std::vector<std::size_t> order = list_places(present, environment.features_attribute);
  if (source.columns_are_positions())
    for (std::size_t i = 0; i < present.size(); ++i) order.push_back(i);
  if (order.empty()) return by_name(present, names, label, environment.features_attribute);
  // A dataset of lists holds its label where headers has it; a captured request holds none.
  if (order.size() == names.size() || label.empty()) return by_place(order, names);
  std::vector<std::size_t> features;
  for (const std::size_t column : order)
    if (!is_label(present, column, label)) features.push_back(column);
  return by_place(features, names);
}

/// Cells of a block, all columns; what a row does not name is missing.
void append_rows(const monitor::RowBlock& block, monitor::CellRows& rows) {
  for (std::size_t row = 0; row < block.rows; ++row) {
    std::vector<std::string> cells;
    for (std::size_t column = 0; column < block.columns; ++column) {
      const auto& cell = block.cells[row * block.columns + column];
      cells.push_back(cell.size == monitor::CellRef::kMissing ? std::string()
                                                              : block.text.substr(cell.offset, cell.size));
    }
    rows.push_back(std::move(cells));
  }
}

Result<monitor::CellRows> read_all(RowSource& source) {
  monitor::CellRows rows;
  monitor::RowBlock block;
  for (;;) {
    block.clear();
    const auto more = source.next(block);
    if (!more) return more.error();
    append_rows(block, rows);
    if (!*more) return rows;
  }
}

}  // namespace

Result<FeatureDataset> read_features(const ContainerEnvironment& environment, const std::vector<std::string>& names,
                                     const std::string& label) {
  auto source = open_source(environment);
  if (!source) return source.error();
  auto rows = read_all(**source);
  if (!rows) return rows.error();
  FeatureDataset dataset{
      .features = {}, .rejected = (*source)->rejected(), .rejected_count = (*source)->rejected_count()};
  if (rows->empty()) {
    if (dataset.rejected.empty()) return not_found("NoInputData", "Job inputs had no data");
    return dataset;
  }
  auto columns = choose(**source, environment, names, label);
  if (!columns) return input_error(fmt::format("{}: {}", environment.dataset_source.string(), columns.error().message));
  dataset.features.names = std::move(columns->names);
  for (const auto& row : *rows) {
    std::vector<std::string> cells;
    for (const std::size_t column : columns->at) cells.push_back(column < row.size() ? row[column] : std::string());
    dataset.features.rows.push_back(std::move(cells));
  }
  return dataset;
}

Result<monitor::CellRows> read_plain_rows(const fs::path& path) {
  if (std::error_code ignored; !fs::exists(path, ignored))
    return not_found("NoSuchPath", fmt::format("{} does not exist", path.string()));
  monitor::CsvSource source({path}, {.header = false});
  auto rows = read_all(source);
  if (!rows) return rows.error();
  if (source.rejected_count() > 0) {
    const auto& first = source.rejected().front();
    return input_error(fmt::format("{}:{}: {}", first.file, first.line, first.reason));
  }
  if (rows->empty()) return input_error(fmt::format("{} has no rows", path.string()));
  return rows;
}

}  // namespace driftlab::job

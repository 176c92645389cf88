#include "core/monitor/bias/dataset.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/monitor/attribute.hpp"

namespace driftlab::monitor {
namespace {

/// Share of distinct values from which a column of whole numbers counts as continuous.
constexpr double kDistinctShare = 0.05;

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

bool is_whole(std::string_view text) {
  return !text.empty() && text.find_first_not_of("+-0123456789") == std::string_view::npos && parse_double(text);
}

Result<void> check_cells(const std::string& name, const std::vector<std::string>& cells, const RowPlaces& places) {
  const auto empty = std::find(cells.begin(), cells.end(), "");
  if (empty == cells.end()) return {};
  return input_error(fmt::format("column '{}', {}: the cell is empty", name,
                                 places.of(static_cast<std::size_t>(empty - cells.begin()))));
}

double maximum(const std::vector<std::string>& cells) {
  double largest = -std::numeric_limits<double>::infinity();
  for (const auto& cell : cells) largest = std::max(largest, parse_double(cell).value_or(largest));
  return largest;
}

Result<Membership> continuous(const std::string& name, const std::vector<std::string>& cells,
                              const Selection& selection, const std::vector<std::string>* also,
                              const RowPlaces& places) {
  const auto threshold = parse_double(selection.front());
  if (!threshold)
    return input_error(
        fmt::format("column '{}' is continuous; the threshold '{}' is not a number", name, selection.front()));
  const double top = std::max(maximum(cells), also ? maximum(*also) : maximum(cells));
  Membership result{.member = {}, .text = fmt::format("({}, {}]", selection.front(), shortest(top))};
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const auto value = parse_double(cells[row]);
    if (!value)
      return input_error(fmt::format("column '{}', {}: '{}' is not a number", name, places.of(row), cells[row]));
    result.member.push_back(*value > *threshold && *value <= top);
  }
  return result;
}

Result<Membership> categorical(const std::string& name, const std::vector<std::string>& cells,
                               const Selection& selection) {
  Membership result;
  bool any = false;
  for (const auto& cell : cells) {
    result.member.push_back(std::find(selection.begin(), selection.end(), cell) != selection.end());
    any = any || result.member.back();
  }
  if (!any)
    for (std::size_t row = 0; row < cells.size(); ++row) {
      const auto normal = normal_label(cells[row]);
      result.member[row] = std::any_of(selection.begin(), selection.end(),
                                       [&](const std::string& value) { return normal_label(value) == normal; });
      any = any || result.member[row];
    }
  for (const auto& value : selection) result.text += (result.text.empty() ? "" : ",") + value;
  if (!any)
    return input_error(fmt::format("column '{}' has no value '{}'{}", name, result.text,
                                   suggestion(selection.front(), distinct_values(cells))));
  return result;
}

}  // namespace

std::string RowPlaces::of(std::size_t row) const {
  if (row >= places_.size()) return fmt::format("row {}", row);
  const auto& [files, line] = places_[row];
  return files == 0 ? fmt::format("line {}", line) : fmt::format("{}:{}", files_[files - 1], line);
}

Result<std::size_t> Table::column(std::string_view name_or_index) const {
  const auto at = std::find(header.begin(), header.end(), name_or_index);
  if (at != header.end()) return static_cast<std::size_t>(at - header.begin());
  std::size_t index = 0;
  const auto* end = name_or_index.data() + name_or_index.size();
  if (!name_or_index.empty() && std::from_chars(name_or_index.data(), end, index).ptr == end && index < header.size())
    return index;
  return input_error(fmt::format("the dataset has no column '{}'{}", name_or_index, suggestion(name_or_index, header)));
}

Result<Table> read_csv_table(std::string_view csv) {
  Table table;
  for (const auto& [text, line] : csv_records(csv)) {
    if (trimmed(text).empty()) continue;
    auto cells = split_csv_line(text);
    for (auto& cell : cells) cell = trimmed(cell);
    if (table.header.empty()) {
      table.header = std::move(cells);
      table.columns.resize(table.header.size());
      continue;
    }
    if (cells.size() != table.header.size())
      return input_error(
          fmt::format("line {} has {} cells; the header has {}", line, cells.size(), table.header.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) table.columns[i].push_back(std::move(cells[i]));
    table.places.add(line);
  }
  if (table.header.empty()) return input_error("the dataset is empty");
  if (table.rows() == 0) return input_error("the dataset has a header and no rows");
  return table;
}

bool is_continuous(const std::vector<std::string>& cells, const Selection& selection) {
  if (selection.size() > 1) return false;
  bool whole = true;
  for (const auto& cell : cells) {
    if (!parse_double(cell)) return false;
    whole = whole && is_whole(cell);
  }
  if (!whole) return true;
  const std::set<std::string> distinct(cells.begin(), cells.end());
  return static_cast<double>(distinct.size()) >= kDistinctShare * static_cast<double>(cells.size());
}

std::vector<std::string> distinct_values(const std::vector<std::string>& cells) {
  const std::set<std::string> distinct(cells.begin(), cells.end());
  std::vector<std::string> values(distinct.begin(), distinct.end());
  if (std::all_of(values.begin(), values.end(), [](const auto& value) { return parse_double(value).has_value(); }))
    std::stable_sort(values.begin(), values.end(),
                     [](const auto& left, const auto& right) { return *parse_double(left) < *parse_double(right); });
  return values;
}

Result<Membership> membership(const std::string& name, const std::vector<std::string>& cells,
                              const Selection& selection, const std::vector<std::string>* also,
                              const RowPlaces& places) {
  if (auto ok = check_cells(name, cells, places); !ok) return ok.error();
  if (selection.empty()) return input_error(fmt::format("no value or threshold is given for column '{}'", name));
  if (is_continuous(cells, selection)) return continuous(name, cells, selection, also, places);
  return categorical(name, cells, selection);
}

}  // namespace driftlab::monitor

#include "sim/world/csv_replay.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "sim/world/csv_rows.hpp"

namespace driftlab::world {
namespace {

/// Twice this still fits Duration: epoch seconds beyond are milliseconds by mistake.
constexpr std::int64_t kMaxEpochSeconds = 4'000'000'000;

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// Decimal seconds since the epoch, exact to the nanosecond: a double would lose the last digits.
std::optional<Instant> parse_epoch(std::string_view text) {
  const auto point = text.find('.');
  const auto seconds = parse_integer(text.substr(0, point));
  if (!seconds || *seconds < 0 || *seconds > kMaxEpochSeconds) return std::nullopt;
  std::string fraction;
  if (point != std::string_view::npos) {
    fraction = text.substr(point + 1);
    const bool digits = std::all_of(fraction.begin(), fraction.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (fraction.empty() || fraction.size() > 9 || !digits) return std::nullopt;
  }
  fraction.resize(9, '0');
  return Instant{std::chrono::seconds{*seconds} + Duration{*parse_integer(fraction)}};
}

std::optional<Instant> parse_time(std::string_view text) {
  if (const auto epoch = parse_epoch(text)) return epoch;
  const auto instant = parse_instant(text);
  if (!instant) return std::nullopt;
  return *instant;
}

std::string found(std::string_view cell) {
  return cell.empty() ? std::string("an empty cell") : fmt::format("\"{}\"", cell);
}

/// Reads one file: columns, then rows, each value checked against the grid.
class Reader {
 public:
  Reader(std::string_view file, const CsvSpec& spec, Duration step, Instant index_zero)
      : file_(file),
        spec_(spec),
        step_(step),
        by_time_(!spec.time.empty()),
        key_name_(by_time_ ? spec.time : spec.index),
        index_zero_(spec.start.value_or(index_zero)) {}

  Result<RegularSeries> read(std::string_view text) {
    text = without_bom(text);
    const std::string_view header_line = text.substr(0, text.find('\n'));
    const bool semicolon =
        header_line.find(',') == std::string_view::npos && header_line.find(';') != std::string_view::npos;
    CsvRows rows(text, semicolon ? ';' : ',');
    CsvRow header;
    if (!rows.next(header)) return input_error(fmt::format("{}:1: expected a header line, found an empty file", file_));
    if (auto failure = find_columns(header)) return *failure;
    CsvRow row;
    while (rows.next(row)) {
      if (auto failure = add(row, header.cells.size())) return *failure;
    }
    if (series_.values.empty()) {
      return input_error(fmt::format("{}:{}: expected rows after the header, found none", file_, header.line));
    }
    if (by_time_ && spec_.start) series_.first = *spec_.start;
    return std::move(series_);
  }

 private:
  std::optional<Error> find_columns(const CsvRow& header) {
    for (const auto& [name, place] : {std::pair{&key_name_, &key_}, std::pair{&spec_.value, &value_}}) {
      const auto matches = std::count(header.cells.begin(), header.cells.end(), *name);
      if (matches == 0) {
        const std::string hint = suggestion(*name, header.cells);
        return input_error(fmt::format("{}:{}: no column '{}'{}; columns are {}", file_, header.line, *name, hint,
                                       fmt::join(header.cells, ", ")));
      }
      if (matches > 1) return input_error(fmt::format("{}:{}: column '{}' is there twice", file_, header.line, *name));
      *place =
          static_cast<std::size_t>(std::find(header.cells.begin(), header.cells.end(), *name) - header.cells.begin());
    }
    return std::nullopt;
  }

  std::optional<Error> add(const CsvRow& row, std::size_t columns) {
    if (row.open_quote) return input_error(fmt::format("{}:{}: quotes are not closed", file_, row.line));
    if (row.cells.size() != columns) {
      return input_error(fmt::format("{}:{}: expected {} cells, found {}", file_, row.line, columns, row.cells.size()));
    }
    if (auto failure = by_time_ ? check_time(row) : check_index(row)) return failure;
    const auto value = parse_double(row.cells[value_]);
    if (!value) return bad(row, spec_.value, fmt::format("expected a number, found {}", found(row.cells[value_])));
    series_.values.push_back(*value);
    return std::nullopt;
  }

  std::optional<Error> check_time(const CsvRow& row) {
    const auto& cell = row.cells[key_];
    const auto at = parse_time(cell);
    if (!at) {
      return bad(row, key_name_, fmt::format("expected an ISO 8601 time or epoch seconds, found {}", found(cell)));
    }
    if (series_.values.empty()) {
      series_ = {*at, step_, {}};
      return std::nullopt;
    }
    const Instant expected = series_.end();
    if (*at == expected) return std::nullopt;
    return bad(row, key_name_,
               fmt::format("expected {} (steps of {}), found {}: {}", format_seconds(expected), format_duration(step_),
                           found(cell), mismatch(*at == expected - step_, *at < expected)));
  }

  std::optional<Error> check_index(const CsvRow& row) {
    const auto& cell = row.cells[key_];
    const auto index = parse_integer(cell);
    if (!index || *index < 0 || *index > kMaxEpochSeconds) {
      return bad(row, key_name_, fmt::format("expected an index, found {}", found(cell)));
    }
    if (series_.values.empty()) {
      if (*index > 0 && step_ > Duration::max() / 4 / *index) return bad(row, key_name_, "expected a smaller index");
      first_index_ = *index;
      series_ = {index_zero_ + *index * step_, step_, {}};
      return std::nullopt;
    }
    const auto expected = first_index_ + static_cast<std::int64_t>(series_.values.size());
    if (*index == expected) return std::nullopt;
    return bad(row, key_name_,
               fmt::format("expected {}, found {}: {}", expected, *index,
                           mismatch(*index == expected - 1, *index < expected)));
  }

  static std::string_view mismatch(bool is_previous, bool is_before) {
    if (is_previous) return "a duplicate";
    return is_before ? "not sorted" : "a gap";
  }

  Error bad(const CsvRow& row, std::string_view column, std::string_view message) const {
    return input_error(fmt::format("{}:{}: column '{}': {}", file_, row.line, column, message));
  }

  std::string_view file_;
  const CsvSpec& spec_;
  Duration step_;
  bool by_time_;
  const std::string& key_name_;
  Instant index_zero_;
  std::size_t key_ = 0;
  std::size_t value_ = 0;
  std::int64_t first_index_ = 0;
  RegularSeries series_;
};

}  // namespace

Result<RegularSeries> parse_csv(std::string_view text, std::string_view file, const CsvSpec& spec, Duration step,
                                Instant index_zero) {
  DRIFTLAB_CHECK(step > Duration::zero(), "a series needs a step above zero");
  DRIFTLAB_CHECK(spec.time.empty() != spec.index.empty(), "name a time column or an index column");
  return Reader(file, spec, step, index_zero).read(text);
}

Result<RegularSeries> read_csv(const CsvSpec& spec, Duration step, Instant index_zero) {
  std::ifstream stream(spec.path, std::ios::binary);
  if (!stream) return not_found("NotFound", fmt::format("{}: cannot be read", spec.path));
  std::ostringstream text;
  text << stream.rdbuf();  // copies nothing when the file is empty; the parser says so
  return parse_csv(text.str(), spec.path, spec, step, index_zero);
}

Result<RegularSeries> cut(const RegularSeries& series, Instant first, Instant end, std::string_view file) {
  DRIFTLAB_CHECK(first <= end, "a part of a series cannot end before it begins");
  if (first < series.first || end > series.end()) {
    return input_error(fmt::format("{}: expected values from {} to {}, found {} to {}", file, format_seconds(first),
                                   format_seconds(end), format_seconds(series.first), format_seconds(series.end())));
  }
  if ((first - series.first) % series.step != Duration::zero()) {
    return input_error(fmt::format("{}: {} is not on the grid of {} from {}", file, format_seconds(first),
                                   format_duration(series.step), format_seconds(series.first)));
  }
  const auto skip = (first - series.first) / series.step;
  const auto count = (end - first + series.step - Duration{1}) / series.step;
  const auto begin = series.values.begin() + skip;
  return RegularSeries{first, series.step, {begin, begin + count}};
}

}  // namespace driftlab::world

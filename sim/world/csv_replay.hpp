#pragma once
/// Recorded data: one column of a CSV file as a regular series.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "sim/world/series.hpp"

namespace driftlab::world {

/// Which columns to read. Exactly one of `time` and `index` is named.
struct CsvSpec {
  std::string path;
  std::string value;  ///< column of the numbers
  std::string time;   ///< column of timestamps, ISO 8601 or epoch seconds
  std::string index;  ///< column of integers that count steps
  /// Puts the first row (with an index column: index 0) at this instant; absent, timestamps stand as written and index
  /// 0 is where the caller says.
  std::optional<Instant> start;
};

/// Reads CSV text: a header line, one separator ',' or ';' (the one the header has), quotes as in RFC 4180, LF or
/// CRLF, an optional byte order mark, empty lines at the end ignored. Rows must be sorted and on the grid of `step`
/// without gaps; an empty value is an error.
/// `file` is named in errors, which are InvalidInput and read "FILE:LINE: column 'x': what was expected, what was
/// found". `index_zero` places index 0 when `spec.start` is absent.
[[nodiscard]] Result<RegularSeries> parse_csv(std::string_view text, std::string_view file, const CsvSpec& spec,
                                              Duration step, Instant index_zero);
/// As `parse_csv` on the file `spec.path`. Errors: also NotFound when it cannot be read.
[[nodiscard]] Result<RegularSeries> read_csv(const CsvSpec& spec, Duration step, Instant index_zero);

/// The part [first, end). Errors: InvalidInput when the series does not cover it or `first` is off its grid.
[[nodiscard]] Result<RegularSeries> cut(const RegularSeries& series, Instant first, Instant end, std::string_view file);

}  // namespace driftlab::world

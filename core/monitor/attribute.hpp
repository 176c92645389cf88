#pragma once
/// Finding the numbers of a row: by column in CSV, by path in JSON.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/capture/record.hpp"

namespace driftlab::monitor {

/// Fields of one CSV line; a field may stand in quotation marks, with a doubled one for itself.
[[nodiscard]] std::vector<std::string> split_csv_line(std::string_view line);

/// Lines without their ends; blank ones are left out.
[[nodiscard]] std::vector<std::string_view> text_lines(std::string_view text);

struct CsvRecord {
  std::string_view text;  ///< without its line end
  std::size_t line = 0;   ///< it begins in, from 1
};
/// Rows of CSV; a cell in quotation marks may hold line ends. Blank lines are left out.
[[nodiscard]] std::vector<CsvRecord> csv_records(std::string_view text);

/// What whoever reads a large payload learns on the way.
struct RowWatch {
  static constexpr std::size_t kNone = ~std::size_t{0};
  std::size_t bad_row = kNone;                   ///< of CSV, from 0: the one an error is about
  std::function<void(std::uint64_t)> read = {};  ///< told now and then how many more bytes were read; may be empty
};

/// One number per row of a payload. CSV: `attribute` is a zero-based column index. JSON: one document, or
/// one a line; `attribute` is a path of keys and element numbers joined by dots, "[n]" or "[*]"; a key applied to an
/// array goes through its elements, and a path that ends in an array gives a row per element. Numbers in quotation
/// marks are read. Errors: InvalidInput saying what is missing where; BASE64.
[[nodiscard]] Result<std::vector<double>> numbers_at(std::string_view data, capture::Encoding encoding,
                                                     std::string_view attribute, RowWatch* watch = nullptr);

/// As `numbers_at`, for labels: text of any kind. Numbers and booleans are given as JSON writes them.
[[nodiscard]] Result<std::vector<std::string>> texts_at(std::string_view data, capture::Encoding encoding,
                                                        std::string_view attribute, RowWatch* watch = nullptr);

/// Rows of features out of a JSON payload: one document, or one a line. Under `attribute`, or the whole document when
/// that is empty, a row is a list (its values in order) or an object (the values that `names` names); a list of those
/// is several rows. Texts as they are, numbers and booleans as JSON writes them, null as an empty text. Errors:
/// InvalidInput saying what is missing where.
[[nodiscard]] Result<std::vector<std::vector<std::string>>> feature_rows_at(std::string_view data,
                                                                            const std::vector<std::string>& names,
                                                                            std::string_view attribute);

/// A label as it is compared: blanks around it dropped, and a whole number without its point ("1.0" is "1").
[[nodiscard]] std::string normal_label(std::string_view text);

}  // namespace driftlab::monitor

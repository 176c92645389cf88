#pragma once
/// Rows of a CSV text (RFC 4180) with their line numbers.

#include <string>
#include <string_view>
#include <vector>

namespace driftlab::world {

struct CsvRow {
  int line = 0;  ///< from 1: where the row begins
  std::vector<std::string> cells;
  bool open_quote = false;  ///< the text ended inside quotes
};

/// Cuts rows off the front of a text. Blanks around unquoted cells are dropped; a byte order mark is skipped.
class CsvRows {
 public:
  CsvRows(std::string_view text, char separator);

  /// False at the end. Rows without any character are skipped.
  bool next(CsvRow& row);

 private:
  bool read_row(CsvRow& row);
  std::string quoted_cell(CsvRow& row);
  std::string plain_cell();

  std::string_view rest_;
  char separator_;
  int line_ = 1;
};

/// The text without a byte order mark in front.
[[nodiscard]] std::string_view without_bom(std::string_view text);

}  // namespace driftlab::world

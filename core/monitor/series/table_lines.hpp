#pragma once
/// Rows with named cells from CSV files with header and JSON Lines, line by line.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/monitor/profile/line_reader.hpp"
#include "core/monitor/profile/row_block.hpp"

namespace driftlab::monitor {

/// A cell: a text of a CSV or JSON file, a number of a JSON file, or nothing (an empty CSV cell, null).
struct TableCell {
  enum class Kind : std::uint8_t { Missing, Text, Number };
  Kind kind = Kind::Missing;
  std::string_view text;
  double number = 0.0;

  [[nodiscard]] bool is_missing() const { return kind == Kind::Missing; }
  /// As a number: NaN for one that is missing or the text "NaN"; nothing for other texts.
  [[nodiscard]] std::optional<double> value() const;
  /// As a text; numbers in shortest form.
  [[nodiscard]] std::string word() const;
};

/// Files whose first line begins with '{' are JSON Lines, others CSV whose first line names the columns. Objects inside
/// a JSON object give "outer.inner". Lines are rows: no line ends inside quotation marks. Memory: one line.
class TableLines {
 public:
  explicit TableLines(std::vector<std::filesystem::path> files);
  ~TableLines();

  /// The next row; false at the end. Rows that are malformed go to `rejected`. Errors: files that cannot be read, a
  /// column that occurs twice.
  [[nodiscard]] Result<bool> next(RejectedRecords& rejected);
  /// Of the current row. They change when `layout` does.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] std::size_t layout() const { return layout_; }
  [[nodiscard]] const std::vector<TableCell>& cells() const { return cells_; }
  /// Where the current row is, without a reason.
  [[nodiscard]] RejectedRecord where() const;
  [[nodiscard]] std::uint64_t take_bytes_read();

 private:
  Result<bool> open_next();
  Result<> read_header(std::string_view line);
  Result<> read_csv(std::string_view line);
  Result<> read_json(std::string_view line);
  void split(std::string_view line);

  struct Json;

  std::vector<std::filesystem::path> files_;
  std::size_t next_file_ = 0;
  std::unique_ptr<LineReader> lines_;
  std::unique_ptr<Json> json_;
  Line line_;
  bool is_json_ = false;
  bool first_line_ = true;
  std::vector<std::string> names_;
  std::vector<TableCell> cells_;
  std::deque<std::string> unquoted_;
  std::string name_;
  std::size_t layout_ = 0;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace driftlab::monitor

#pragma once
/// Rows of CSV files: RFC 4180 with LF or CRLF line ends, a byte order mark, blank lines, quoted cells with line ends.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/monitor/profile/input_file.hpp"
#include "core/monitor/profile/row_block.hpp"

namespace driftlab::monitor {

struct CsvOptions {
  bool header = true;                              ///< the first record of every file names the columns
  std::size_t block_bytes = std::size_t{1} << 17;  ///< read and split at a time; a longer record makes it grow
};

/// An empty cell is missing, a quoted empty one is an empty text. Without header, columns are _c0, _c1, …
/// A record of another number of cells, one that is not UTF-8, text behind a closing quotation mark and a quotation
/// mark that is never closed are rejected. Errors: files that cannot be read, no columns, a name that occurs twice, a
/// file whose header differs from the first one's, UTF-16.
class CsvSource : public RowSource {
 public:
  CsvSource(std::vector<std::filesystem::path> files, CsvOptions options);

  Result<bool> next(RowBlock& block) override;
  [[nodiscard]] const std::vector<std::string>& column_names() const override { return names_; }
  [[nodiscard]] const std::vector<RejectedRecord>& rejected() const override { return rejected_.kept(); }
  [[nodiscard]] std::uint64_t rejected_count() const override { return rejected_.count(); }
  [[nodiscard]] bool columns_are_positions() const override { return !options_.header; }

 private:
  enum class QuotedEnd { Good, Malformed, Incomplete };

  Result<bool> open_next();
  Result<bool> fill(RowBlock& block);
  Result<> take_header(RowBlock& block);
  Result<> set_names(const RowBlock& block);
  Result<> check_header(const RowBlock& block) const;
  /// Splits complete records of text[begin, end); returns where the first incomplete one begins.
  std::size_t split(RowBlock& block, std::size_t begin, std::size_t end, std::size_t max_rows);
  QuotedEnd split_quoted(RowBlock& block, std::size_t& at, std::size_t end);
  void end_row(RowBlock& block, std::size_t row_begin, std::size_t row_end);
  void reject(RowBlock& block, std::size_t row_begin, std::string reason);
  std::size_t drop_broken(RowBlock& block, std::size_t begin, std::size_t end, bool at_end);

  std::vector<std::filesystem::path> files_;
  CsvOptions options_;
  std::size_t next_file_ = 0;
  InputFile file_;
  std::string carry_;         ///< an incomplete record, read already
  std::uint64_t line_ = 1;    ///< of the record at the beginning of the block
  std::uint64_t offset_ = 0;  ///< of the block's first byte in the file
  bool header_due_ = false;
  std::size_t row_cells_ = 0;     ///< in `block.cells` before the row being split
  std::uint64_t row_lines_ = 1;   ///< of the record being split
  std::uint64_t bytes_read_ = 0;  ///< since the last block
  bool row_is_bad_ = false;
  bool utf8_ = true;  ///< the whole block is
  std::vector<std::string> names_;
  RejectedRecords rejected_;
};

}  // namespace driftlab::monitor

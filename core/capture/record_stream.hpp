#pragma once
/// Records of one plain or gzip file, one after the other: rows of CSV, whose quoted cells may hold line ends, or
/// lines.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/capture/gzip.hpp"
#include "core/capture/raw_file.hpp"

namespace driftlab::capture {

class RecordStream {
 public:
  struct Record {
    std::string_view text;     ///< without its line end; valid until the next call
    std::uint64_t line = 0;    ///< 1-based, of its first line
    std::uint64_t offset = 0;  ///< of its first byte, after decompression
    std::uint64_t lines = 1;   ///< it spans
  };

  /// Passes over a byte order mark. JSON is told from CSV by the first byte that is no blank. Errors: InvalidInput
  /// naming the file.
  [[nodiscard]] Result<> open(const InputFile& file);
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool is_json() const { return json_; }

  /// The next record that is not blank; false at the end. Errors: InvalidInput naming file and line: gzip data that are
  /// damaged, a quotation mark that is never closed, a record of more than kLineBytesMax.
  [[nodiscard]] Result<bool> next(Record& record);

 private:
  Result<bool> refill();
  /// Where the record at `at_` ends, or npos when the end was not read yet.
  [[nodiscard]] std::size_t record_end(std::uint64_t& line_ends, bool& quoted) const;

  std::optional<RawFile> raw_;
  GzipReader gzip_;
  bool packed_ = false, json_ = false, ended_ = false;
  std::uint64_t raw_at_ = 0;  ///< of the bytes on disk
  std::string name_;
  std::string buffer_;
  std::size_t at_ = 0;        ///< of the next record in the buffer
  std::uint64_t offset_ = 0;  ///< of the buffer in the file
  std::uint64_t line_ = 1;    ///< of the next record
};

}  // namespace driftlab::capture

#pragma once
/// Lines of several files, one after the other, with where they are from.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/monitor/profile/input_file.hpp"

namespace driftlab::monitor {

struct Line {
  std::string_view text;     ///< without its end; valid until the next call, with 64 bytes readable behind it
  std::uint64_t number = 0;  ///< 1-based
  std::uint64_t offset = 0;  ///< of its first byte in the file
};

/// LF and CRLF ends, blank lines and a byte order mark skipped, no limit on the number of lines; a line above 64 MiB
/// is an error.
class LineReader {
 public:
  explicit LineReader(std::vector<std::filesystem::path> files) : files_(std::move(files)) {}

  /// The next line that is not blank; false at the end. Errors: files that cannot be read.
  [[nodiscard]] Result<bool> next(Line& line);
  [[nodiscard]] const std::string& file_name() const { return file_.name(); }
  /// Bytes of the input used since the last call.
  [[nodiscard]] std::uint64_t take_bytes_read() { return std::exchange(bytes_read_, 0); }

 private:
  Result<bool> refill();

  std::vector<std::filesystem::path> files_;
  std::size_t next_file_ = 0;
  InputFile file_;
  std::string buffer_;      ///< padded behind `end_`
  std::size_t at_ = 0;      ///< of the next line in the buffer
  std::size_t end_ = 0;     ///< of what was read
  bool file_ended_ = true;  ///< nothing more to read from the current file
  std::uint64_t number_ = 0;
  std::uint64_t offset_ = 0;  ///< of the buffer's first byte in the file
  std::uint64_t bytes_read_ = 0;
};

}  // namespace driftlab::monitor

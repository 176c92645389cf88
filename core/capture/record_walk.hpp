#pragma once
/// The records of a set of capture or merged files, one block of lines after the other, each with where it stands: what
/// every monitor reads captures by.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/capture/input_file.hpp"
#include "core/capture/line_parser.hpp"
#include "core/capture/record.hpp"

namespace driftlab::capture {

/// One line that is not blank.
struct WalkedLine {
  std::uint64_t line = 0;    ///< 1-based
  std::uint64_t offset = 0;  ///< of its first byte in the file, after decompression
  std::string reason;        ///< why it is no record: then nothing below is set
  CaptureRecord record;
  std::optional<Payload> label;  ///< of a merged line
};

class RecordWalk {
 public:
  struct Options {
    std::optional<Instant> start;  ///< of the window of inference times
    std::optional<Instant> end;    ///< not included
    bool labels = true;            ///< false reads merged lines as captures
  };
  RecordWalk(std::vector<InputFile> files, Options options);

  /// Replaces `lines` by those of the next block of one file, in their order, records outside the window left out;
  /// false at the end of the last file. Memory: a block and its records. Errors: files that cannot be read.
  [[nodiscard]] Result<bool> next(std::vector<WalkedLine>& lines);
  /// Of the lines that `next` gave.
  [[nodiscard]] const std::string& file_name() const {
    return files_[file_].path.empty() ? files_[file_].name : files_[file_].path;
  }
  /// Records and malformed lines so far, those outside the window too.
  [[nodiscard]] std::uint64_t lines_read() const { return lines_read_; }
  /// Bytes of text since the last call.
  [[nodiscard]] std::uint64_t take_bytes_read() { return std::exchange(bytes_read_, 0); }

 private:
  Result<bool> next_block(Block& block);
  void take_block(const Block& block, std::vector<WalkedLine>& lines);
  LineParser::Step read_line(const char* begin, const char* end, WalkedLine& line);

  std::vector<InputFile> files_;
  Options options_;
  std::optional<InputPlan> plan_;
  PieceReader reader_;
  LineParser captures_{LineForm::Capture};
  LineParser merged_{LineForm::Merged};
  RecordLine views_;
  std::size_t piece_ = 0;  ///< the next one, or the one being read
  bool piece_open_ = false;
  std::uint32_t file_ = 0;
  std::uint64_t lines_before_ = 0;  ///< in the file, before the next block
  std::uint64_t lines_read_ = 0, bytes_read_ = 0;
};

/// Local files under their own names.
[[nodiscard]] std::vector<InputFile> local_files(std::span<const std::filesystem::path> paths);

/// Whether the first line of a file holds a capture or merged record. Errors: a file that cannot be read.
[[nodiscard]] Result<bool> holds_records(const InputFile& file);

}  // namespace driftlab::capture

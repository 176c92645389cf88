#pragma once
/// Data files of a batch transform as capture lines: see InputFile::batch.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/capture/record.hpp"
#include "core/capture/record_stream.hpp"

namespace driftlab::capture {

class BatchSource {
 public:
  /// Errors: InvalidInput naming the file.
  [[nodiscard]] Result<> open(const InputFile& file);

  /// Lines of the file, one capture line or a blank one for each, and what is wrong with the blank ones.
  struct Lines {
    std::string text;
    std::vector<std::uint64_t> offsets;  ///< in the file, of each line
    std::vector<RejectedRow> rejected;
  };
  /// Replaces `lines` by the next ones, at least `bytes` of them unless the file ends; false at its end. Errors:
  /// InvalidInput naming file and line: those of RecordStream, other numbers of rows on the two sides, and, where ids
  /// are needed, a file without.
  [[nodiscard]] Result<bool> next(Lines& lines, std::size_t bytes);

 private:
  Result<bool> next_input(RecordStream::Record& record);
  Result<> add_row(const RecordStream::Record& row, const RecordStream::Record* input, Lines& lines);
  /// Errors: why the row is no record.
  Result<> make_record(const RecordStream::Record& row, const RecordStream::Record* input, CaptureRecord& record);
  Result<> take_id(std::string& text, EventMetadata& metadata);
  void end_line(std::uint64_t offset, Lines& lines);

  std::shared_ptr<const BatchRows> rows_;
  InputFile input_file_;
  RecordStream main_, input_;
  std::optional<bool> generated_;  ///< whether rows carry ids; known after the first good one
  bool header_due_ = false;        ///< of the inputs
  std::uint64_t lines_done_ = 0;   ///< of the file
};

}  // namespace driftlab::capture

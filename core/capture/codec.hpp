#pragma once
/// JSON Lines of capture, ground truth and merged records. A malformed line never spoils the good ones.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/capture/record.hpp"

namespace driftlab::capture {

/// A line that could not be used.
struct Rejected {
  std::size_t line = 0;    ///< 1-based
  std::size_t offset = 0;  ///< of the first byte of the line
  std::string reason;
  bool operator==(const Rejected&) const = default;
};

template <class Record>
struct Parsed {
  std::vector<Record> records;       ///< in file order
  std::vector<std::size_t> lines;    ///< 1-based line of each record
  std::vector<std::size_t> offsets;  ///< of the first byte of each record's line
  std::vector<Rejected> rejected;
};

/// Readers: one pass, no failure; blank lines and a byte order mark are skipped, unknown keys ignored.
/// Required in a capture: captureData with at least one side, eventMetadata with eventId and inferenceTime.
[[nodiscard]] Parsed<CaptureRecord> read_captures(std::string_view json_lines);
/// Required in a ground truth: groundTruthData.data and .encoding, eventMetadata.eventId.
[[nodiscard]] Parsed<GroundTruthRecord> read_ground_truths(std::string_view json_lines);
[[nodiscard]] Parsed<MergedRecord> read_merged(std::string_view json_lines);

/// Writers append one line with its line end, keys in the order the service writes them.
void append_line(std::string& out, const CaptureRecord& record);
void append_line(std::string& out, const GroundTruthRecord& record);
void append_line(std::string& out, const MergedRecord& record);

}  // namespace driftlab::capture

#pragma once
/// What became of every line.

#include <cstdint>
#include <map>
#include <string>

namespace driftlab::merge {

/// read = matched + unmatched + outside + malformed.
struct CaptureCounts {
  std::uint64_t read = 0;       ///< lines that are not blank
  std::uint64_t matched = 0;    ///< with a label: the merged lines
  std::uint64_t unmatched = 0;  ///< in the window, without a label
  std::uint64_t outside = 0;    ///< not in the window
  std::uint64_t malformed = 0;  ///< quarantined
  std::uint64_t late = 0;       ///< of the matched: the label stood in a later hour folder than the capture

  CaptureCounts& operator+=(const CaptureCounts& other);
  bool operator==(const CaptureCounts&) const = default;
};

/// read = used + unmatched + duplicates + malformed.
struct LabelCounts {
  std::uint64_t read = 0;        ///< lines that are not blank
  std::uint64_t used = 0;        ///< labels that some capture has
  std::uint64_t unmatched = 0;   ///< labels that no capture asked for
  std::uint64_t duplicates = 0;  ///< labels that lost to another with the same id
  std::uint64_t malformed = 0;   ///< quarantined

  LabelCounts& operator+=(const LabelCounts& other);
  bool operator==(const LabelCounts&) const = default;
};

struct HourCounts {
  CaptureCounts captures;
  LabelCounts labels;
  bool operator==(const HourCounts&) const = default;
};

/// Reports of the shards of one input, added up, are the report of the whole.
struct MergeReport {
  CaptureCounts captures;
  LabelCounts labels;
  std::uint64_t repeated = 0;  ///< matched captures whose label an earlier capture had as well; all are kept
  /// By hour folder ("2026/06/01/13"), the captures' and the labels' own; "" is for lines without one.
  std::map<std::string, HourCounts> hours;
  std::uint64_t partitions = 0;  ///< on disk; 0 when the labels fitted into memory

  /// Adds a report of other lines.
  MergeReport& operator+=(const MergeReport& other);
};

/// The report as one JSON object, indented, with a line end.
[[nodiscard]] std::string to_json(const MergeReport& report);

}  // namespace driftlab::merge

#pragma once
/// Ground truth merge: captures joined with the labels that came later.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace driftlab::merge {

/// A capture or ground truth file. `name` is its key or path: its last yyyy/mm/dd/hh folder says the hour, and files
/// are read in order of (hour folder, name).
struct InputFile {
  std::string name;
  std::string_view bytes;
};

/// Which captures count. Hour folders over-fetch, so the window is applied to the inference time of each record.
struct MergeOptions {
  std::optional<Instant> start;  ///< captures before it are left out
  std::optional<Instant> end;    ///< captures at or after it are left out
  /// Labels are read from every file given. When set, only files whose hour folder begins before it count: the
  /// scheduled time (labels may arrive after the window's end), or the window's end for the strict rule.
  std::optional<Instant> labels_before;
};

struct MalformedLine {
  std::string file;
  std::size_t line = 0;
  std::size_t offset = 0;
  std::string reason;
  bool operator==(const MalformedLine&) const = default;
};

/// What became of every line.
struct MergeReport {
  std::size_t captures = 0;          ///< inside the window
  std::size_t captures_outside = 0;  ///< outside the window
  std::size_t matched = 0;           ///< captures with a label: the merged lines
  std::size_t captures_unmatched = 0;
  std::size_t repeated_captures = 0;  ///< captures whose key an earlier capture had; all are kept
  std::size_t labels = 0;             ///< label lines read
  std::size_t labels_unmatched = 0;   ///< distinct label ids no capture asked for
  std::size_t duplicate_labels = 0;   ///< label lines replaced by a later one with the same id
  std::vector<MalformedLine> malformed_captures;
  std::vector<MalformedLine> malformed_labels;
};

/// Merged lines of one capture hour.
struct MergedHour {
  std::string folder;  ///< "2026/06/01/13"
  std::string json_lines;
  std::size_t records = 0;
};

struct MergeResult {
  std::vector<MergedHour> hours;  ///< ascending; only hours with records
  MergeReport report;
};

/// Inner join over the whole window on the capture's inference id, else its event id, with the label's event id.
/// Every capture with a label gives one line, in input order; of several labels with one id the last in (folder, file,
/// line) order wins. Cost: linear in the bytes. Errors: NotFound with code "NoInputData" when there is no capture in
/// the window or no label at all.
[[nodiscard]] Result<MergeResult> merge_ground_truth(std::span<const InputFile> captures,
                                                     std::span<const InputFile> labels, const MergeOptions& options);

}  // namespace driftlab::merge

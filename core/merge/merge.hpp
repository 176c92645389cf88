#pragma once
/// Ground truth merge: captures joined with the labels that came later.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/capture/input_file.hpp"
#include "core/capture/line.hpp"
#include "core/merge/label_table.hpp"
#include "core/merge/report.hpp"

namespace driftlab::merge {

using capture::InputFile;

/// Which part of the ids this run is for: `index` of `count`. Every id, and every malformed line, belongs to one shard.
struct Shard {
  std::uint64_t index = 0;
  std::uint64_t count = 1;
};

struct MergeOptions {
  /// Which captures count. Hour folders over-fetch, so the window is applied to the inference time of each record.
  std::optional<Instant> start;  ///< captures before it are left out
  std::optional<Instant> end;    ///< captures at or after it are left out
  /// Labels are read from every file given. When set, only files whose hour folder begins before it count: the
  /// scheduled time (labels may arrive after the window's end), or the window's end for the strict rule.
  std::optional<Instant> labels_before;
  DuplicateLabels duplicates = DuplicateLabels::LastWins;
  Shard shard = {};
  unsigned threads = 1;  ///< of parsing; the result is the same for any number
  /// For the labels. When they do not fit, ids go through hash partitions in files in `scratch`.
  std::uint64_t memory_bytes = std::uint64_t{1} << 30;
  std::string scratch = {};  ///< an existing folder; empty is the system's folder for temporary files
  /// The run fails when more than this share of the lines of either side is malformed.
  double malformed_share_max = 1.0;
  bool patterns = true;  ///< false reads every line by the general path: slower, the same rows
  std::uint64_t piece_bytes = capture::kPieceBytes;
  /// Bytes on disk done and to be done, in order, from one thread at a time. May be empty.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = {};
};

enum class Side { Capture, GroundTruth };

struct MalformedLine {
  Side side = Side::Capture;
  std::string_view file;
  std::uint64_t line = 0;    ///< 1-based, after decompression
  std::uint64_t offset = 0;  ///< of the line in the file, after decompression
  std::string_view reason;
  std::string_view text;  ///< the line, its first 64 KiB; any bytes
};

/// Where malformed lines go, in input order, labels first. May be empty.
using Quarantine = std::function<Result<>(const MalformedLine&)>;

/// A capture with its label.
struct MergedRow {
  const capture::CaptureLine* capture = nullptr;
  capture::EscapedText label;
  capture::Encoding label_encoding = capture::Encoding::Csv;
};

/// Where merged rows go. Parts do the work side by side; their results are taken up in input order.
class RowSink {
 public:
  /// What one thread collects.
  class Part {
   public:
    Part() = default;
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;
    virtual ~Part() = default;
    /// Rows of one file in input order; good during the call only.
    virtual void add(const InputFile& file, std::span<const MergedRow> rows) = 0;
  };
  RowSink() = default;
  RowSink(const RowSink&) = delete;
  RowSink& operator=(const RowSink&) = delete;
  virtual ~RowSink() = default;
  virtual std::unique_ptr<Part> make_part() = 0;
  /// Takes what the part has collected since the last commit, and empties it. One thread at a time, in input order.
  virtual Result<> commit(Part& part) = 0;
};

/// Inner join over the whole window on the capture's inference id, else its event id, with the label's event id. Every
/// capture with a label gives one row, in the order of (hour folder, file name, line), whatever the number of threads
/// and the memory. Of several labels with one id one counts (`duplicates`) in that order.
/// Memory: `memory_bytes` and a few MiB a thread. Cost: both sides once in memory; by way of the disk captures twice.
/// Errors: NotFound with code "NoInputData" when there is no capture in the window or no label at all; InvalidInput
/// when a file cannot be read, or too many lines are malformed (code "TooManyMalformed"); Unavailable "IoError" when
/// the disk is full.
[[nodiscard]] Result<MergeReport> merge(std::span<const InputFile> captures, std::span<const InputFile> labels,
                                        const MergeOptions& options, RowSink& sink, const Quarantine& quarantine = {});

/// Merged lines of one capture hour.
struct MergedHour {
  std::string folder;  ///< "2026/06/01/13"
  std::string json_lines;
  std::uint64_t records = 0;
};

struct Rejected {
  Side side = Side::Capture;
  std::string file;
  std::uint64_t line = 0;
  std::uint64_t offset = 0;
  std::string reason;
};

struct MergeResult {
  std::vector<MergedHour> hours;  ///< ascending; only hours with records
  MergeReport report;
  std::vector<Rejected> malformed;
};

/// `merge` with everything in memory. A merged line belongs to the hour folder of its capture file; one from a file
/// outside any, to the hour of its inference time.
[[nodiscard]] Result<MergeResult> merge_ground_truth(std::span<const InputFile> captures,
                                                     std::span<const InputFile> labels, const MergeOptions& options);

}  // namespace driftlab::merge

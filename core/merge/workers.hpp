#pragma once
/// The passes of a merge over its files, as workers of `scan`.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/capture/line_parser.hpp"
#include "core/merge/label_table.hpp"
#include "core/merge/merge.hpp"
#include "core/merge/scan.hpp"

namespace driftlab::merge {

/// The files of one side with the hour of each.
struct SideFiles {
  SideFiles(std::span<const InputFile> given, std::optional<Instant> before);

  std::vector<InputFile> files;              ///< in the order of (hour folder, name)
  std::vector<std::optional<Instant>> hour;  ///< of the folder; nothing where there is none
  capture::InputPlan plan;

  [[nodiscard]] std::string folder(std::uint32_t file) const;  ///< or ""
};

[[nodiscard]] bool in_shard(const Shard& shard, std::uint64_t hash);

/// Asks for the text that stands some lines behind this one: so much is done with each line that the machine does not
/// look so far ahead by itself.
inline void bring_near(const char* line, const char* next) {
  constexpr std::size_t kAhead = 4096, kCacheLine = 64;
  for (const char* at = line; at < next; at += kCacheLine) __builtin_prefetch(at + kAhead);
}

/// Reads the lines of a block one after the other. `place()` gives the Line to read into; `on_record(line, offset)`
/// and `on_malformed(number in the block, text, offset, reason)` are told. Returns the number of lines.
template <class Line, class Place, class OnRecord, class OnMalformed>
std::uint64_t for_each_line(capture::LineParser& parser, const capture::Block& block, Place place, OnRecord on_record,
                            OnMalformed on_malformed) {
  using capture::LineParser;
  std::uint64_t lines = 0;
  const auto offset_of = [&](const char* at) {
    return block.offsets.empty() ? block.offset + static_cast<std::uint64_t>(at - block.begin)
                                 : block.offsets[lines - 1];
  };
  for (const char* at = block.begin; at < block.end;) {
    ++lines;
    Line& line = place();
    const auto step = parser.read(at, block.end, line);
    if (step.outcome == LineParser::Outcome::Record)
      on_record(line, offset_of(at));
    else if (step.outcome == LineParser::Outcome::Malformed)
      on_malformed(lines, std::string_view(at, static_cast<std::size_t>(step.next - at)), offset_of(at),
                   parser.reason());
    bring_near(at, step.next);
    at = step.next;
  }
  for (const auto& row : block.rejected) on_malformed(row.line, row.text, row.offset, row.reason);
  return lines;
}

/// Malformed lines of one thread until they are committed.
class MalformedLines {
 public:
  MalformedLines(Side side, const SideFiles& files, const Quarantine& quarantine, const Shard& shard)
      : side_(side), files_(files), quarantine_(quarantine), shard_(shard) {}
  /// Line numbers count from the last commit on; true when the line is this shard's.
  bool add(std::uint64_t line, std::uint64_t offset, std::string reason, std::string_view text);
  /// `lines_before` are the lines of the file before the ones of this commit.
  Result<> commit(std::uint32_t file, std::uint64_t lines_before);

 private:
  struct Line {
    std::uint64_t line, offset;
    std::string reason, text;
  };
  Side side_;
  const SideFiles& files_;
  const Quarantine& quarantine_;
  const Shard& shard_;
  std::vector<Line> lines_;
};

/// What all workers of a pass share; belongs to the one that commits.
struct LineNumbers {
  std::uint32_t file = 0;
  std::uint64_t lines = 0;  ///< of the file so far
  /// Moves on by the lines of a commit; returns the lines before them.
  std::uint64_t advance(std::uint32_t of_file, std::uint64_t by);
};

struct LabelPass {
  const SideFiles& files;
  const MergeOptions& options;
  const Quarantine& quarantine;
  /// What is done with the labels of this shard; any thread.
  std::function<Result<>(std::span<const LabelEntry>)> take;
  LineNumbers numbers = {};
  std::vector<LabelCounts> by_file = {};  ///< read and malformed
  std::uint64_t good_in_all_shards = 0;
  std::uint64_t read_in_all_shards = 0;
};
[[nodiscard]] std::unique_ptr<BlockWorker> label_worker(LabelPass& pass);

/// A capture on its way to its label.
struct CaptureItem {
  capture::CaptureLine line;
  Key key;
  std::uint64_t hash = 0;
  LineOrder order;
  // By the lookup:
  bool found = false;
  bool first = false;  ///< the first to have its label
  capture::Encoding label_encoding = capture::Encoding::Csv;
  capture::EscapedText label;
  std::uint32_t label_file = 0;
};

/// Finds labels; one a thread.
class LabelLookup {
 public:
  LabelLookup() = default;
  LabelLookup(const LabelLookup&) = delete;
  LabelLookup& operator=(const LabelLookup&) = delete;
  virtual ~LabelLookup() = default;
  /// For captures in file order. The texts are good until the next call.
  virtual Result<> find(std::span<CaptureItem> items) = 0;
};
[[nodiscard]] std::unique_ptr<LabelLookup> table_lookup(const LabelTable& table);

struct CapturePass {
  const SideFiles& files;
  const SideFiles& labels;
  const MergeOptions& options;
  const Quarantine& quarantine;
  RowSink& sink;
  std::function<std::unique_ptr<LabelLookup>()> lookup;
  LineNumbers numbers = {};
  MergeReport report = {};  ///< the captures' side and, by file, `used`
  std::vector<std::uint64_t> used_by_label_file = {};
  std::uint64_t in_window_of_all_shards = 0;
  std::uint64_t read_in_all_shards = 0;
  std::uint64_t malformed_in_all_shards = 0;
};
[[nodiscard]] std::unique_ptr<BlockWorker> capture_worker(CapturePass& pass);

/// Only the ids of the captures in the window and shard.
struct CaptureKeyPass {
  const SideFiles& files;
  const MergeOptions& options;
  std::function<Result<>(std::span<const CaptureItem>)> take;
};
[[nodiscard]] std::unique_ptr<BlockWorker> capture_key_worker(CaptureKeyPass& pass);

}  // namespace driftlab::merge

#pragma once
/// The join when the labels do not fit into memory: ids of both sides go to hash partitions on disk, each partition is
/// joined in memory, and what was found is sorted back into the order of the captures. Captures themselves are never
/// copied: they are read a second time.

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "core/merge/scratch_file.hpp"
#include "core/merge/workers.hpp"

namespace driftlab::merge {

class DiskJoin {
 public:
  struct Settings {
    std::string scratch;
    DuplicateLabels duplicates = DuplicateLabels::LastWins;
    std::uint64_t memory_bytes = 0;
    std::size_t partitions = 1;
    unsigned threads = 1;
  };
  /// Errors of all functions: Unavailable "IoError".
  [[nodiscard]] static Result<std::unique_ptr<DiskJoin>> create(const Settings& settings);

  /// Any thread.
  [[nodiscard]] Result<> add(std::span<const LabelEntry> labels);
  [[nodiscard]] Result<> add(std::span<const CaptureItem> captures);
  /// After the last add: joins, and counts duplicates by label file.
  [[nodiscard]] Result<> join(std::vector<std::uint64_t>& duplicates_by_file);
  /// After `join`; one a thread.
  [[nodiscard]] std::unique_ptr<LabelLookup> lookup() const;

 private:
  struct Partition {
    std::mutex mutex;
    ScratchFile labels, captures;
    std::uint64_t label_count = 0;
  };
  struct Match {
    LineOrder capture;
    std::uint64_t label_and_bits = 0;  ///< label order, first, encoding
    std::string_view label;
  };
  /// Where every kIndexStep-th match stands.
  struct IndexEntry {
    LineOrder capture;
    std::uint64_t offset = 0;
  };
  class Lookup;
  class Run;

  explicit DiskJoin(Settings settings) : settings_(std::move(settings)) {}
  [[nodiscard]] Partition& partition_of(std::uint64_t hash) {
    return *partitions_[partition_index(hash, partitions_.size())];
  }
  [[nodiscard]] Result<> join_partition(Partition& partition, std::vector<std::uint64_t>& duplicates_by_file);
  [[nodiscard]] static Result<> load(Partition& partition, LabelTable& table);
  [[nodiscard]] Result<> match(Partition& partition, const LabelTable& table);
  [[nodiscard]] Result<> write_run(std::vector<Match>& matches);
  [[nodiscard]] Result<> merge_runs();

  Settings settings_;
  std::vector<std::unique_ptr<Partition>> partitions_;
  std::mutex mutex_;
  std::vector<ScratchFile> runs_;
  std::vector<ScratchFile> matches_;  ///< one, in the order of the captures
  std::vector<IndexEntry> index_;
};

}  // namespace driftlab::merge

#include "core/merge/merge.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/capture/hour_folder.hpp"
#include "core/merge/disk_join.hpp"
#include "core/merge/workers.hpp"

namespace driftlab::merge {
namespace {

/// Of the memory allowed, what threads need for reading is not for labels.
constexpr std::uint64_t kBytesPerThread = std::uint64_t{6} << 20;
/// Two files a partition are open, each with a buffer.
constexpr std::uint64_t kPartitionsMax = 256;

Error no_data(std::string_view what) {
  return not_found("NoInputData", fmt::format("Job inputs had no data: {}", what));
}

/// How many labels there are, from the length of the first lines.
struct LabelEstimate {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;  ///< in the table
};
Result<LabelEstimate> estimate_labels(const SideFiles& side) {
  LabelEstimate estimate;
  if (side.plan.pieces.empty()) return estimate;
  const auto largest = std::max_element(side.plan.pieces.begin(), side.plan.pieces.end(),
                                        [](const auto& a, const auto& b) { return a.end - a.begin < b.end - b.begin; });
  capture::PieceReader reader(side.files);
  capture::Piece sample = *largest;
  sample.end = std::min(sample.end, sample.begin + (std::uint64_t{64} << 10));
  if (auto ok = reader.open(sample); !ok) return ok.error();
  capture::Block block;
  const auto any = reader.next(block);
  if (!any) return any.error();
  if (!*any) return estimate;
  const auto lines = static_cast<std::uint64_t>(std::count(block.begin, block.end, '\n')) + 1;
  const auto line_bytes = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(block.end - block.begin) / lines);
  estimate.count = side.plan.bytes / line_bytes + 1;
  estimate.bytes = LabelTable::bytes_for(estimate.count);
  return estimate;
}

class Merge {
 public:
  Merge(std::span<const InputFile> captures, std::span<const InputFile> labels, const MergeOptions& options,
        RowSink& sink, const Quarantine& quarantine)
      : options_(options),
        captures_(captures, std::nullopt),
        labels_(labels, options.labels_before),
        quarantine_(quarantine
                        ? Quarantine([this, &quarantine](const MalformedLine& line) { return tell(quarantine, line); })
                        : Quarantine()),
        label_pass_{labels_, options, quarantine_, {}},
        capture_pass_{captures_, labels_, options, quarantine_, sink, {}},
        duplicates_(labels_.files.size()) {
    label_pass_.by_file.resize(labels_.files.size());
    capture_pass_.used_by_label_file.resize(labels_.files.size());
  }

  Result<MergeReport> run() {
    for (SideFiles* side : {&labels_, &captures_})
      if (auto ok = plan(*side); !ok) return ok.error();
    const auto labels = estimate_labels(labels_);
    if (!labels) return labels.error();
    const auto reserve = kBytesPerThread * options_.threads;
    const auto budget = options_.memory_bytes > 2 * reserve ? options_.memory_bytes - reserve : reserve;
    const auto expected = labels->bytes / options_.shard.count;
    bool joined = false;
    if (expected <= budget) {
      auto fitted = join_in_memory(labels->count / options_.shard.count, budget);
      if (!fitted) return fitted.error();
      joined = *fitted;
    }
    if (!joined)
      if (auto ok = join_on_disk(std::max(expected, 2 * budget), budget); !ok) return ok.error();
    if (auto ok = check_malformed(); !ok) return ok.error();
    return report();
  }

 private:
  /// Labels that are read again after all were already told of.
  Result<> tell(const Quarantine& quarantine, const MalformedLine& line) {
    if (told_again_ > 0) {
      --told_again_;
      return {};
    }
    ++told_;
    return quarantine(line);
  }

  Result<> plan(SideFiles& side) const {
    if (side.files.size() > LineOrder::kFilesMax)
      return input_error(
          fmt::format("{} files; at most {} can be merged at once", side.files.size(), LineOrder::kFilesMax));
    auto planned = capture::plan_input(side.files, options_.piece_bytes);
    if (!planned) return planned.error();
    side.plan = *std::move(planned);
    return {};
  }

  /// False when the labels turn out not to fit.
  Result<bool> join_in_memory(std::uint64_t expected_labels, std::uint64_t budget) {
    LabelTable table(options_.duplicates, expected_labels, options_.threads);
    label_pass_.take = [&](std::span<const LabelEntry> entries) -> Result<> {
      table.insert(entries);
      if (table.bytes() <= budget) return {};
      return Error{.kind = ErrorKind::InvalidInput, .code = kTableFull, .message = {}};
    };
    total_ = labels_.plan.bytes + captures_.plan.bytes;
    auto ok = scan_labels();
    if (!ok) {
      told_again_ = told_;
      if (ok.error().code == kTableFull) return false;
      return ok.error();
    }
    duplicates_ = table.duplicates_by_file(labels_.files.size());
    capture_pass_.lookup = [&] { return table_lookup(table); };
    auto scanned = scan_captures();
    if (!scanned) return scanned.error();
    return true;
  }

  Result<> join_on_disk(std::uint64_t expected_bytes, std::uint64_t budget) {
    // A partition's labels and what is found for them share what each thread may have.
    const std::uint64_t share = std::max<std::uint64_t>(budget / (std::uint64_t{3} * options_.threads), 1);
    partitions_ = std::clamp<std::uint64_t>(expected_bytes / share + 1, 2, kPartitionsMax);
    auto made = DiskJoin::create({.scratch = options_.scratch,
                                  .duplicates = options_.duplicates,
                                  .memory_bytes = budget / 2,
                                  .partitions = partitions_,
                                  .threads = options_.threads});
    if (!made) return made.error();
    DiskJoin& join = **made;
    total_ = labels_.plan.bytes + 2 * captures_.plan.bytes;
    label_pass_.take = [&](std::span<const LabelEntry> entries) { return join.add(entries); };
    if (auto ok = scan_labels(); !ok) return ok;
    CaptureKeyPass keys{captures_, options_, [&](std::span<const CaptureItem> items) { return join.add(items); }};
    if (auto ok = scan_files(captures_, [&] { return capture_key_worker(keys); }); !ok) return ok;
    if (auto ok = join.join(duplicates_); !ok) return ok;
    capture_pass_.lookup = [&] { return join.lookup(); };
    return scan_captures();
  }

  Result<> scan_labels() {
    done_ = 0;
    label_pass_.numbers = {};
    label_pass_.good_in_all_shards = label_pass_.read_in_all_shards = 0;
    label_pass_.by_file.assign(labels_.files.size(), {});
    if (auto ok = scan_files(labels_, [&] { return label_worker(label_pass_); }); !ok) return ok;
    if (label_pass_.good_in_all_shards == 0) return no_data("no ground truth");
    return {};
  }

  Result<> scan_captures() {
    if (auto ok = scan_files(captures_, [&] { return capture_worker(capture_pass_); }); !ok) return ok;
    if (capture_pass_.in_window_of_all_shards == 0) return no_data("no captured inference in the window");
    return {};
  }

  Result<> scan_files(const SideFiles& side, const std::function<std::unique_ptr<BlockWorker>()>& worker) {
    ScanSettings settings{.threads = options_.threads};
    if (options_.progress) settings.progress = [&](std::uint64_t bytes) { options_.progress(done_ + bytes, total_); };
    auto scanned = scan(side.files, side.plan.pieces, settings, worker);
    done_ += side.plan.bytes;
    return scanned;
  }

  /// Over all shards, so that all of them fail or none.
  Result<> check_malformed() const {
    const auto check = [&](std::string_view side, std::uint64_t malformed, std::uint64_t read) -> Result<> {
      if (static_cast<double>(malformed) <= options_.malformed_share_max * static_cast<double>(read)) return {};
      return Error{
          .kind = ErrorKind::InvalidInput,
          .code = "TooManyMalformed",
          .message = fmt::format("{} of {} {} lines are malformed: {:.3g} %, at most {:.3g} % are allowed", malformed,
                                 read, side, 100.0 * static_cast<double>(malformed) / static_cast<double>(read),
                                 100.0 * options_.malformed_share_max)};
    };
    if (auto ok = check("ground truth", label_pass_.read_in_all_shards - label_pass_.good_in_all_shards,
                        label_pass_.read_in_all_shards);
        !ok)
      return ok;
    return check("capture", capture_pass_.malformed_in_all_shards, capture_pass_.read_in_all_shards);
  }

  MergeReport report() {
    MergeReport report = std::move(capture_pass_.report);
    for (std::uint32_t file = 0; file < labels_.files.size(); ++file) {
      LabelCounts counts = label_pass_.by_file[file];
      counts.duplicates = duplicates_[file];
      counts.used = capture_pass_.used_by_label_file[file];
      counts.unmatched = counts.read - counts.malformed - counts.duplicates - counts.used;
      if (counts == LabelCounts{}) continue;
      report.labels += counts;
      report.hours[labels_.folder(file)].labels += counts;
    }
    const auto& captures = report.captures;
    DRIFTLAB_CHECK(captures.read == captures.matched + captures.unmatched + captures.outside + captures.malformed,
                   "no capture is lost");
    DRIFTLAB_CHECK(captures.matched == report.labels.used + report.repeated, "every match has its label");
    report.partitions = partitions_;
    return report;
  }

  static constexpr const char* kTableFull = "TableFull";

  const MergeOptions& options_;
  SideFiles captures_, labels_;
  Quarantine quarantine_;
  std::uint64_t told_ = 0, told_again_ = 0;
  LabelPass label_pass_;
  CapturePass capture_pass_;
  std::vector<std::uint64_t> duplicates_;  ///< by label file
  std::uint64_t partitions_ = 0;
  std::uint64_t done_ = 0, total_ = 0;  ///< bytes, for progress
};

/// Merged lines by hour, in memory.
class HoursSink final : public RowSink {
 public:
  class Collected final : public Part {
   public:
    void add(const InputFile& file, std::span<const MergedRow> rows) override {
      const std::string folder(capture::hour_folder_of(file.name));
      for (const auto& row : rows) {
        MergedHour& hour = hours[folder.empty() ? hour_folder(row.capture->time) : folder];
        append_merged_line(hour.json_lines, *row.capture, row.label, row.label_encoding);
        ++hour.records;
      }
    }
    std::map<std::string, MergedHour> hours;
  };
  std::unique_ptr<Part> make_part() override { return std::make_unique<Collected>(); }
  Result<> commit(Part& part) override {
    auto& collected = dynamic_cast<Collected&>(part);
    for (auto& [folder, hour] : collected.hours) {
      hours_[folder].json_lines += hour.json_lines;
      hours_[folder].records += hour.records;
    }
    collected.hours.clear();
    return {};
  }
  std::vector<MergedHour> finish() {
    std::vector<MergedHour> hours;
    for (auto& [folder, hour] : hours_) {
      hour.folder = folder;
      hours.push_back(std::move(hour));
    }
    return hours;
  }

 private:
  std::map<std::string, MergedHour> hours_;
};

}  // namespace

Result<MergeReport> merge(std::span<const InputFile> captures, std::span<const InputFile> labels,
                          const MergeOptions& options, RowSink& sink, const Quarantine& quarantine) {
  return Merge(captures, labels, options, sink, quarantine).run();
}

Result<MergeResult> merge_ground_truth(std::span<const InputFile> captures, std::span<const InputFile> labels,
                                       const MergeOptions& options) {
  MergeResult result;
  HoursSink sink;
  const auto report = merge(captures, labels, options, sink, [&](const MalformedLine& line) -> Result<> {
    result.malformed.push_back({line.side, std::string(line.file), line.line, line.offset, std::string(line.reason)});
    return {};
  });
  if (!report) return report.error();
  result.report = *report;
  result.hours = sink.finish();
  return result;
}

}  // namespace driftlab::merge

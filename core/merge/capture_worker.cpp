#include <array>
#include <map>

#include "core/merge/workers.hpp"

namespace driftlab::merge {
namespace {

using capture::CaptureLine;

/// Captures that wait for their labels.
constexpr std::size_t kBatch = LabelTable::kBatch;

/// The captures of a block that are in window and shard, batch by batch.
class CaptureItems {
 public:
  explicit CaptureItems(const MergeOptions& options)
      : options_(options), parser_(capture::LineForm::Capture, {.patterns = options.patterns}) {}

  /// `on_batch(items)` is told of some of them at a time, `on_outside(line)` of captures of the shard outside the
  /// window, `on_malformed` as for_each_line has it. Returns the number of lines.
  template <class OnBatch, class OnOutside, class OnMalformed>
  Result<std::uint64_t> read(const capture::Block& block, OnBatch on_batch, OnOutside on_outside,
                             OnMalformed on_malformed) {
    parser_.release();
    count_ = records_ = in_window_ = 0;
    Result<> outcome;
    const auto give = [&] {
      if (outcome) outcome = on_batch(std::span(items_.data(), count_));
      count_ = 0;
    };
    const auto lines = for_each_line<CaptureLine>(
        parser_, block, [&]() -> CaptureLine& { return items_[count_].line; },
        [&](const CaptureLine& line, std::uint64_t offset) {
          switch (judge(LineOrder::of(block.file, offset))) {
            case Fate::OtherShard:
              return;
            case Fate::Outside:
              on_outside(line);
              return;
            case Fate::Kept:
              if (++count_ == kBatch) give();
          }
        },
        on_malformed);
    give();
    if (!outcome) return outcome.error();
    return lines;
  }

  [[nodiscard]] std::uint64_t records() const { return records_; }      ///< of all shards
  [[nodiscard]] std::uint64_t in_window() const { return in_window_; }  ///< of all shards

 private:
  enum class Fate { Kept, Outside, OtherShard };
  /// Of the line just read.
  Fate judge(LineOrder order) {
    CaptureItem& item = items_[count_];
    const bool inside =
        (!options_.start || item.line.time >= *options_.start) && (!options_.end || item.line.time < *options_.end);
    ++records_;
    if (inside) ++in_window_;
    read_key(item.line.key(), item.key);
    item.hash = item.key.hash();
    if (!in_shard(options_.shard, item.hash)) return Fate::OtherShard;
    item.order = order;
    return inside ? Fate::Kept : Fate::Outside;
  }

  const MergeOptions& options_;
  capture::LineParser parser_;
  std::vector<CaptureItem> items_ = std::vector<CaptureItem>(kBatch);
  std::size_t count_ = 0;
  std::uint64_t records_ = 0, in_window_ = 0;
};

class CaptureWorker final : public BlockWorker {
 public:
  explicit CaptureWorker(CapturePass& pass)
      : pass_(pass),
        items_(pass.options),
        malformed_(Side::Capture, pass.files, pass.quarantine, pass.options.shard),
        lookup_(pass.lookup()),
        part_(pass.sink.make_part()) {}

  Result<> take(const capture::Block& block) override {
    file_ = block.file;
    CaptureCounts of_file;
    const auto lines = items_.read(
        block,
        [&](std::span<CaptureItem> items) -> Result<> {
          if (auto found = lookup_->find(items); !found) return found;
          collect(items, of_file);
          return {};
        },
        [&](const CaptureLine& line) { ++counts_of(line, of_file).outside; },
        [&](std::uint64_t number, std::string_view text, std::uint64_t offset, const std::string& reason) {
          ++malformed_all_;
          if (malformed_.add(lines_ + number, offset, reason, text)) ++of_file.malformed;
        });
    if (!lines) return lines.error();
    lines_ += *lines;
    read_all_ += items_.records();
    in_window_ += items_.in_window();
    if (of_file != CaptureCounts{}) by_hour_[pass_.files.folder(file_)] += of_file;
    return {};
  }

  Result<> commit() override {
    for (auto& [hour, counts] : by_hour_) {
      counts.read = counts.matched + counts.unmatched + counts.outside + counts.malformed;
      pass_.report.captures += counts;
      pass_.report.hours[hour].captures += counts;
    }
    by_hour_.clear();
    for (const auto& [file, count] : first_used_) pass_.used_by_label_file[file] += count;
    pass_.report.repeated += repeated_;
    pass_.in_window_of_all_shards += in_window_;
    pass_.read_in_all_shards += read_all_ + malformed_all_;
    pass_.malformed_in_all_shards += malformed_all_;
    const auto before = pass_.numbers.advance(file_, lines_);
    first_used_.clear();
    repeated_ = in_window_ = read_all_ = malformed_all_ = lines_ = 0;
    if (auto ok = malformed_.commit(file_, before); !ok) return ok;
    return pass_.sink.commit(*part_);
  }

 private:
  /// Of the capture's hour: that of its folder, else that of its inference.
  CaptureCounts& counts_of(const CaptureLine& line, CaptureCounts& of_file) {
    return pass_.files.hour[file_] ? of_file : by_hour_[hour_folder(line.time)];
  }

  void collect(std::span<const CaptureItem> items, CaptureCounts& of_file) {
    rows_.clear();
    const auto folder_hour = pass_.files.hour[file_];
    for (const auto& item : items) {
      CaptureCounts& counts = counts_of(item.line, of_file);
      if (!item.found) {
        ++counts.unmatched;
        continue;
      }
      ++counts.matched;
      const auto label_hour = pass_.labels.hour[item.label_file];
      if (label_hour && *label_hour > (folder_hour ? *folder_hour : floor_to(item.line.time, 1h))) ++counts.late;
      if (item.first)
        count_used(item.label_file);
      else
        ++repeated_;
      rows_.push_back({.capture = &item.line, .label = item.label, .label_encoding = item.label_encoding});
    }
    part_->add(pass_.files.files[file_], rows_);
  }

  void count_used(std::uint32_t file) {
    if (first_used_.empty() || first_used_.back().first != file) first_used_.emplace_back(file, 0);
    ++first_used_.back().second;
  }

  CapturePass& pass_;
  CaptureItems items_;
  MalformedLines malformed_;
  std::unique_ptr<LabelLookup> lookup_;
  std::unique_ptr<RowSink::Part> part_;
  std::vector<MergedRow> rows_;
  std::map<std::string, CaptureCounts> by_hour_;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> first_used_;  ///< runs of label files
  std::uint32_t file_ = 0;
  std::uint64_t repeated_ = 0, in_window_ = 0, read_all_ = 0, malformed_all_ = 0, lines_ = 0;
};

class CaptureKeyWorker final : public BlockWorker {
 public:
  explicit CaptureKeyWorker(CaptureKeyPass& pass) : pass_(pass), items_(pass.options) {}
  Result<> take(const capture::Block& block) override {
    const auto lines = items_.read(
        block, [&](std::span<const CaptureItem> items) { return pass_.take(items); }, [](const CaptureLine&) {},
        [](auto&&...) {});
    if (!lines) return lines.error();
    return {};
  }
  Result<> commit() override { return {}; }

 private:
  CaptureKeyPass& pass_;
  CaptureItems items_;
};

class TableLookup final : public LabelLookup {
 public:
  explicit TableLookup(const LabelTable& table) : table_(table) {}
  Result<> find(std::span<CaptureItem> items) override {
    std::array<std::uint64_t, kBatch> hashes;
    std::array<const LabelTable::Record*, kBatch> guesses;
    for (std::size_t i = 0; i < items.size(); ++i) hashes[i] = items[i].hash;
    table_.guess(std::span(hashes).first(items.size()), guesses);
    for (std::size_t i = 0; i < items.size(); ++i) find(items[i], *guesses[i]);
    return {};
  }

 private:
  void find(CaptureItem& item, const LabelTable::Record& guess) const {
    const auto* record = table_.find(guess, item.key, item.hash, item.line.key());
    item.found = record != nullptr;
    if (!item.found) return;
    item.label = table_.text(*record, item.hash);
    item.label_encoding = LabelTable::encoding(*record);
    item.label_file = record->order().file();
    item.first = table_.mark_used(*record);
  }

  const LabelTable& table_;
};

}  // namespace

std::unique_ptr<LabelLookup> table_lookup(const LabelTable& table) {
  return std::make_unique<TableLookup>(table);
}

std::unique_ptr<BlockWorker> capture_worker(CapturePass& pass) {
  return std::make_unique<CaptureWorker>(pass);
}

std::unique_ptr<BlockWorker> capture_key_worker(CaptureKeyPass& pass) {
  return std::make_unique<CaptureKeyWorker>(pass);
}

}  // namespace driftlab::merge

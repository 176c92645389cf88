#include "core/merge/workers.hpp"

namespace driftlab::merge {
namespace {

/// Enough that the table's parts are locked seldom, and that many buckets of a part are fetched side by side.
constexpr std::size_t kBatch = 512;

class LabelWorker final : public BlockWorker {
 public:
  explicit LabelWorker(LabelPass& pass)
      : pass_(pass),
        parser_(capture::LineForm::GroundTruth, {.patterns = pass.options.patterns}),
        malformed_(Side::GroundTruth, pass.files, pass.quarantine, pass.options.shard) {}

  Result<> take(const capture::Block& block) override {
    file_ = block.file;
    failed_ = {};
    lines_ += for_each_line<capture::LabelLine>(
        parser_, block, [&]() -> capture::LabelLine& { return entries_[count_].label; },
        [&](const capture::LabelLine&, std::uint64_t offset) { add(offset); },
        [&](std::uint64_t number, std::string_view text, std::uint64_t offset, const std::string& reason) {
          ++read_;
          if (!malformed_.add(lines_ + number, offset, reason, text)) return;
          ++counts_.read;
          ++counts_.malformed;
        });
    give();
    parser_.release();
    return failed_;
  }

  Result<> commit() override {
    pass_.by_file[file_] += counts_;
    pass_.good_in_all_shards += good_;
    pass_.read_in_all_shards += read_;
    const auto before = pass_.numbers.advance(file_, lines_);
    counts_ = {};
    good_ = read_ = lines_ = 0;
    return malformed_.commit(file_, before);
  }

 private:
  /// What was read into the next entry.
  void add(std::uint64_t offset) {
    ++read_;
    ++good_;
    LabelEntry& entry = entries_[count_];
    read_key(entry.label.event_id, entry.key);
    entry.hash = entry.key.hash();
    if (!in_shard(pass_.options.shard, entry.hash)) return;
    ++counts_.read;
    entry.order = LineOrder::of(file_, offset);
    if (++count_ == kBatch) give();
  }

  void give() {
    if (failed_) failed_ = pass_.take(std::span(entries_).first(count_));
    count_ = 0;
  }

  LabelPass& pass_;
  capture::LineParser parser_;
  MalformedLines malformed_;
  std::vector<LabelEntry> entries_ = std::vector<LabelEntry>(kBatch);
  std::size_t count_ = 0;
  Result<> failed_;
  std::uint32_t file_ = 0;
  LabelCounts counts_;
  std::uint64_t good_ = 0, read_ = 0, lines_ = 0;
};

}  // namespace

std::unique_ptr<BlockWorker> label_worker(LabelPass& pass) {
  return std::make_unique<LabelWorker>(pass);
}

}  // namespace driftlab::merge

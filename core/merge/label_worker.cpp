#include "core/merge/workers.hpp"

namespace driftlab::merge {
namespace {

/// Slots that are on their way to the cache; enough that the table's parts are locked seldom.
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
    capture::LabelLine line;
    lines_ += for_each_line<capture::LabelLine>(
        parser_, block, [&]() -> capture::LabelLine& { return line; },
        [&](const capture::LabelLine& read, std::uint64_t offset) { add(read, offset); },
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
  void add(const capture::LabelLine& line, std::uint64_t offset) {
    ++read_;
    ++good_;
    const Key key = make_key(line.event_id);
    const std::uint64_t hash = key.hash();
    if (!in_shard(pass_.options.shard, hash)) return;
    ++counts_.read;
    if (pass_.table != nullptr) pass_.table->prefetch(hash);
    entries_.push_back({.key = key, .hash = hash, .order = LineOrder::of(file_, offset), .label = line});
    if (entries_.size() == kBatch) give();
  }

  void give() {
    if (failed_) failed_ = pass_.take(entries_);
    entries_.clear();
  }

  LabelPass& pass_;
  capture::LineParser parser_;
  MalformedLines malformed_;
  std::vector<LabelEntry> entries_;
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

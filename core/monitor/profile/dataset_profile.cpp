#include "core/monitor/profile/dataset_profile.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace driftlab::monitor {
namespace {

/// Blocks in flight: one being filled, the others waiting for the slowest worker.
constexpr std::size_t kBlocks = 4;

std::unique_ptr<ColumnProfile> new_profile(const ProfileOptions& options, const std::string& column) {
  const auto watched = options.watched.find(column);
  static const std::vector<std::string> kNothing;
  return std::make_unique<ColumnProfile>(options.sketch, watched == options.watched.end() ? kNothing : watched->second);
}

/// Takes blocks one after the other; worker w of n feeds columns w, w + n, … and so keeps every column in row order.
class ColumnFeeder {
 public:
  ColumnFeeder(unsigned threads, const ProfileOptions& options) : options_(options), done_(threads, 0) {
    if (threads > 1)
      for (unsigned worker = 0; worker < threads; ++worker) workers_.emplace_back([this, worker] { work(worker); });
  }
  ~ColumnFeeder() { stop(); }
  ColumnFeeder(const ColumnFeeder&) = delete;
  ColumnFeeder& operator=(const ColumnFeeder&) = delete;

  /// A block that no worker needs any more.
  RowBlock& free_block() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return filled_ - slowest() < kBlocks; });
    return blocks_[filled_ % kBlocks];
  }

  /// Hands over the block that `free_block` gave.
  void submit(const std::vector<std::string>& names) {
    const RowBlock& block = blocks_[filled_ % kBlocks];
    std::unique_lock lock(mutex_);
    if (profiles_.size() < block.columns) {
      // Workers hold on to their columns: growing waits for them, and happens when a new column turns up only.
      changed_.wait(lock, [this] { return slowest() == filled_; });
      while (profiles_.size() < block.columns) {
        profiles_.push_back(new_profile(options_, names[profiles_.size()]));
        profiles_.back()->add_missing(rows_);
      }
    }
    rows_ += block.rows;
    ++filled_;
    if (workers_.empty()) {
      feed(block, 0, 1);
      done_[0] = filled_;
      return;
    }
    lock.unlock();
    changed_.notify_all();
  }

  std::vector<std::unique_ptr<ColumnProfile>> take() {
    stop();
    for (auto& profile : profiles_) profile->finish();
    return std::move(profiles_);
  }
  [[nodiscard]] std::uint64_t rows() const { return rows_; }

 private:
  [[nodiscard]] std::uint64_t slowest() const { return *std::min_element(done_.begin(), done_.end()); }

  void feed(const RowBlock& block, std::size_t worker, std::size_t workers) {
    for (std::size_t column = worker; column < profiles_.size(); column += workers) {
      if (column < block.columns)
        profiles_[column]->add_cells(block.text.data(), block.cells.data() + column, block.rows, block.columns);
      else
        profiles_[column]->add_missing(block.rows);
    }
  }

  void work(unsigned worker) {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || done_[worker] < filled_; });
      if (done_[worker] == filled_) return;
      const RowBlock& block = blocks_[done_[worker] % kBlocks];
      lock.unlock();
      feed(block, worker, done_.size());
      lock.lock();
      ++done_[worker];
      lock.unlock();
      changed_.notify_all();
    }
  }

  void stop() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
  }

  const ProfileOptions& options_;
  std::array<RowBlock, kBlocks> blocks_;
  std::vector<std::unique_ptr<ColumnProfile>> profiles_;
  std::uint64_t rows_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t filled_ = 0;         ///< blocks submitted
  std::vector<std::uint64_t> done_;  ///< blocks done, by worker
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace

Result<DatasetProfile> profile_dataset(RowSource& source, const ProfileOptions& options) {
  const unsigned threads = options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  ColumnFeeder feeder(threads, options);
  std::uint64_t bytes = 0;
  for (;;) {
    RowBlock& block = feeder.free_block();
    block.clear();
    const auto more = source.next(block);
    if (!more) return more.error();
    if (!*more) break;
    bytes += block.bytes_read;
    feeder.submit(source.column_names());
    if (options.progress) options.progress(bytes);
  }
  DatasetProfile dataset;
  dataset.rows = feeder.rows();
  auto profiles = feeder.take();
  const auto& names = source.column_names();
  for (std::size_t column = 0; column < names.size(); ++column) {
    if (column == profiles.size()) profiles.push_back(new_profile(options, names[column]));
    dataset.columns.push_back({names[column], std::move(*profiles[column])});
  }
  dataset.rejected = source.rejected();
  dataset.rejected_count = source.rejected_count();
  return dataset;
}

void DatasetProfile::merge(DatasetProfile other) {
  std::map<std::string, std::size_t> place;
  for (std::size_t column = 0; column < columns.size(); ++column) place.emplace(columns[column].name, column);
  std::vector<bool> seen(columns.size(), false);
  for (auto& theirs : other.columns) {
    const auto found = place.find(theirs.name);
    if (found != place.end()) {
      seen[found->second] = true;
      columns[found->second].profile.merge(std::move(theirs.profile));
      continue;
    }
    theirs.profile.add_missing(rows);
    columns.push_back(std::move(theirs));
  }
  for (std::size_t column = 0; column < seen.size(); ++column)
    if (!seen[column]) columns[column].profile.add_missing(other.rows);
  rows += other.rows;
  rejected.insert(rejected.end(), other.rejected.begin(), other.rejected.end());
  rejected_count += other.rejected_count;
}

}  // namespace driftlab::monitor

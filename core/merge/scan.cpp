#include "core/merge/scan.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace driftlab::merge {
namespace {

/// Blocks of one piece a thread may keep while it waits for its turn: pieces of compressed files have many.
constexpr int kBlocksAhead = 8;

class Scan {
 public:
  Scan(std::span<const capture::InputFile> files, std::span<const capture::Piece> pieces, const ScanSettings& settings)
      : files_(files), pieces_(pieces), settings_(settings) {}

  /// One thread, by two workers: what one has read may wait for its turn while the other reads on.
  void run(BlockWorker* reading, BlockWorker* waiting) {
    capture::PieceReader reader(files_);
    std::optional<Taken> left;  // by `waiting`
    const auto commit_left = [&] { return !left || commit(*waiting, *std::exchange(left, std::nullopt)); };
    while (!stopped_) {
      const std::size_t piece = next_++;
      if (piece >= pieces_.size()) break;
      const auto taken = take_piece(reader, *reading, piece, commit_left);
      if (!taken) return stop(piece, taken.error());
      if (!commit_left()) return;
      if (turn_ == piece) {
        if (!commit(*reading, *taken)) return;
      } else {
        left = *taken;
        std::swap(reading, waiting);
      }
    }
    commit_left();
  }
  Result<> outcome() {
    if (error_) return *std::move(error_);
    return {};
  }

 private:
  /// What a worker has to commit.
  struct Taken {
    std::size_t piece = 0;
    bool any = false;  ///< small pieces inside a long line hold no line
  };

  /// `commit_left` commits what stands before it.
  template <class CommitLeft>
  Result<Taken> take_piece(capture::PieceReader& reader, BlockWorker& worker, std::size_t piece,
                           const CommitLeft& commit_left) {
    if (auto ok = reader.open(pieces_[piece]); !ok) return ok.error();
    capture::Block block;
    for (int taken = 0;; ++taken) {
      const auto more = reader.next(block);
      if (!more) return more.error();
      if (!*more) return Taken{.piece = piece, .any = taken > 0};
      if (taken >= kBlocksAhead) {
        if (!commit_left() || !wait_for_turn(piece)) return Taken{.piece = piece};
        if (auto ok = worker.commit(); !ok) return ok.error();
      }
      if (auto ok = worker.take(block); !ok) return ok.error();
    }
  }

  /// In its turn; then it is the next one's. False when the scan was stopped.
  bool commit(BlockWorker& worker, const Taken& taken) {
    const auto piece = taken.piece;
    if (!wait_for_turn(piece)) return false;
    if (taken.any)
      if (auto ok = worker.commit(); !ok) {
        stop(piece, ok.error());
        return false;
      }
    bytes_done_ += pieces_[piece].end - pieces_[piece].begin;
    if (settings_.progress) settings_.progress(bytes_done_);
    {
      const std::lock_guard lock(mutex_);
      ++turn_;
    }
    changed_.notify_all();
    return true;
  }

  /// False when the scan was stopped meanwhile.
  bool wait_for_turn(std::size_t piece) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return turn_ == piece || stopped_; });
    return !stopped_;
  }

  void stop(std::size_t piece, Error error) {
    {
      const std::lock_guard lock(mutex_);
      if (!error_ || piece < error_piece_) {
        error_ = std::move(error);
        error_piece_ = piece;
      }
      stopped_ = true;
    }
    changed_.notify_all();
  }

  std::span<const capture::InputFile> files_;
  std::span<const capture::Piece> pieces_;
  const ScanSettings& settings_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::uint64_t bytes_done_ = 0;  ///< belongs to whose turn it is
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<std::size_t> turn_{0};  ///< changed under the mutex
  std::optional<Error> error_;
  std::size_t error_piece_ = 0;
};

}  // namespace

Result<> scan(std::span<const capture::InputFile> files, std::span<const capture::Piece> pieces,
              const ScanSettings& settings, const std::function<std::unique_ptr<BlockWorker>()>& worker) {
  Scan scan(files, pieces, settings);
  const std::size_t threads = std::min<std::size_t>(std::max(settings.threads, 1U), pieces.size());
  std::vector<std::unique_ptr<BlockWorker>> workers(2 * std::max<std::size_t>(threads, 1));
  for (auto& one : workers) one = worker();
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 2; i < workers.size(); i += 2)
      others.emplace_back([&scan, &workers, i] { scan.run(workers[i].get(), workers[i + 1].get()); });
    scan.run(workers[0].get(), workers[1].get());
  }
  return scan.outcome();
}

}  // namespace driftlab::merge

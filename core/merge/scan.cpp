#include "core/merge/scan.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace driftlab::merge {
namespace {

/// Blocks of one piece a thread may keep while it waits for its turn: pieces of compressed files have many.
constexpr int kBlocksAhead = 8;

class Scan {
 public:
  Scan(std::span<const capture::InputFile> files, std::span<const capture::Piece> pieces, const ScanSettings& settings)
      : files_(files), pieces_(pieces), settings_(settings) {}

  void run(BlockWorker& worker) {
    capture::PieceReader reader(files_);
    while (!stopped_) {
      const std::size_t piece = next_++;
      if (piece >= pieces_.size()) return;
      auto done = run_piece(reader, worker, piece);
      if (!done) return stop(piece, done.error());
    }
  }
  Result<> outcome() {
    if (error_) return *std::move(error_);
    return {};
  }

 private:
  Result<> run_piece(capture::PieceReader& reader, BlockWorker& worker, std::size_t piece) {
    if (auto ok = reader.open(pieces_[piece]); !ok) return ok;
    capture::Block block;
    int taken = 0;
    for (;;) {
      const auto more = reader.next(block);
      if (!more) return more.error();
      if (!*more) break;
      if (++taken > kBlocksAhead) {
        if (!wait_for_turn(piece)) return {};
        if (auto ok = worker.commit(); !ok) return ok;
      }
      if (auto ok = worker.take(block); !ok) return ok;
    }
    if (!wait_for_turn(piece)) return {};
    // Small pieces inside a long line hold no line.
    if (taken > 0)
      if (auto ok = worker.commit(); !ok) return ok;
    bytes_done_ += pieces_[piece].end - pieces_[piece].begin;
    if (settings_.progress) settings_.progress(bytes_done_);
    {
      const std::lock_guard lock(mutex_);
      ++turn_;
    }
    changed_.notify_all();
    return {};
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
  std::size_t turn_ = 0;
  std::optional<Error> error_;
  std::size_t error_piece_ = 0;
};

}  // namespace

Result<> scan(std::span<const capture::InputFile> files, std::span<const capture::Piece> pieces,
              const ScanSettings& settings, const std::function<std::unique_ptr<BlockWorker>()>& worker) {
  Scan scan(files, pieces, settings);
  const std::size_t threads = std::min<std::size_t>(std::max(settings.threads, 1U), pieces.size());
  std::vector<std::unique_ptr<BlockWorker>> workers(std::max<std::size_t>(threads, 1));
  for (auto& one : workers) one = worker();
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < workers.size(); ++i)
      others.emplace_back([&scan, &workers, i] { scan.run(*workers[i]); });
    scan.run(*workers[0]);
  }
  return scan.outcome();
}

}  // namespace driftlab::merge

#pragma once
/// All pieces of a set of files by several threads: parsed in any order, committed in the order of the input.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "core/base/result.hpp"
#include "core/capture/input_file.hpp"

namespace driftlab::merge {

/// What one thread does with the blocks it gets.
class BlockWorker {
 public:
  BlockWorker() = default;
  BlockWorker(const BlockWorker&) = delete;
  BlockWorker& operator=(const BlockWorker&) = delete;
  virtual ~BlockWorker() = default;
  /// Any thread of the scan, beside others; the block is good during the call only.
  virtual Result<> take(const capture::Block& block) = 0;
  /// What was taken since the last commit becomes part of the result: blocks of one file, at least one. One thread at a
  /// time, in input order.
  virtual Result<> commit() = 0;
};

struct ScanSettings {
  unsigned threads = 1;  ///< 1 runs on the caller's thread
  /// After every piece, in order, with the bytes on disk done by this scan; may be empty.
  std::function<void(std::uint64_t bytes_done)> progress = {};
};

/// Errors: the first in input order of those met; the scan stops then.
[[nodiscard]] Result<> scan(std::span<const capture::InputFile> files, std::span<const capture::Piece> pieces,
                            const ScanSettings& settings, const std::function<std::unique_ptr<BlockWorker>()>& worker);

}  // namespace driftlab::merge

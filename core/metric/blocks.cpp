#include "core/metric/blocks.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace driftlab::metric {
namespace {

constexpr std::size_t kClaimsPerThread = 16;

}  // namespace

void for_each_block(std::size_t items, std::size_t block_rows, unsigned threads,
                    const std::function<void(std::size_t, std::size_t, std::size_t)>& body) {
  const std::size_t blocks = (items + block_rows - 1) / block_rows;
  const std::size_t workers = std::min<std::size_t>(std::max(threads, 1U), std::max<std::size_t>(blocks, 1));
  std::atomic<std::size_t> next = 0;
  // Claimed a few at a time, not dealt out in advance: a thread that the system lets wait does not hold up the others.
  const std::size_t claim = workers == 1 ? blocks : std::max<std::size_t>(1, blocks / (workers * kClaimsPerThread));
  const auto run = [&] {
    for (std::size_t begin = next.fetch_add(claim); begin < blocks; begin = next.fetch_add(claim))
      for (std::size_t block = begin; block < std::min(blocks, begin + claim); ++block)
        body(block, block * block_rows, std::min(items, (block + 1) * block_rows));
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < workers; ++i) others.emplace_back(run);
  run();
}

}  // namespace driftlab::metric

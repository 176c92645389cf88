#include "core/metric/blocks.hpp"

#include <algorithm>
#include <thread>
#include <vector>

namespace driftlab::metric {

void for_each_block(std::size_t items, std::size_t block_rows, unsigned threads,
                    const std::function<void(std::size_t, std::size_t, std::size_t)>& body) {
  const std::size_t blocks = (items + block_rows - 1) / block_rows;
  const auto run = [&](std::size_t begin, std::size_t end) {
    for (std::size_t block = begin; block < end; ++block)
      body(block, block * block_rows, std::min(items, (block + 1) * block_rows));
  };
  const std::size_t workers = std::min<std::size_t>(std::max(threads, 1U), std::max<std::size_t>(blocks, 1));
  if (workers == 1) return run(0, blocks);
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < workers; ++i)
    others.emplace_back([&run, begin = blocks * i / workers, end = blocks * (i + 1) / workers] { run(begin, end); });
  run(0, blocks / workers);
}

}  // namespace driftlab::metric

#pragma once
/// Work over fixed blocks of a column: the blocks, and so every sum, are the same for any number of threads.

#include <cstddef>
#include <functional>

namespace driftlab::metric {

/// Rows of a block: two columns of doubles fit the first-level cache.
inline constexpr std::size_t kBlockRows = 1024;

/// Calls `body(block, first, last)` for each block [first, last) of `items` rows, `block` counting from 0. Threads
/// claim short runs of blocks as they come; `body` must write only to what belongs to its block. `threads` 0 counts
/// as 1.
void for_each_block(std::size_t items, std::size_t block_rows, unsigned threads,
                    const std::function<void(std::size_t, std::size_t, std::size_t)>& body);

}  // namespace driftlab::metric

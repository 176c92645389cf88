#pragma once
/// The order of future events: a four-way heap by (deadline, order).

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::sim {

/// What the heap holds of a timer. The pair (slot, generation) names the timer; an entry whose generation is no
/// longer that of its slot is stale.
struct TimerEntry {
  Instant deadline{};
  std::uint64_t order = 0;  ///< breaks ties of the deadline
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
};

/// Push and pop O(log n), four children a node: one cache line holds most of them.
class TimerHeap {
 public:
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] const TimerEntry& top() const { return entries_.front(); }
  void push(const TimerEntry& entry);
  void pop();

  /// Drops every entry for which `stale(entry)` holds. O(n). The order of the others stays, since it is total.
  template <class Stale>
  void drop(Stale stale) {
    std::erase_if(entries_, stale);
    rebuild();
  }

 private:
  void rebuild();
  void sift_down(std::size_t at, const TimerEntry& entry);

  std::vector<TimerEntry> entries_;
};

}  // namespace driftlab::sim

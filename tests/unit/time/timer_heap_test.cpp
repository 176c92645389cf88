#include "sim/time/timer_heap.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/rng.hpp"

namespace driftlab::sim {
namespace {

std::vector<std::uint64_t> drain(TimerHeap& heap) {
  std::vector<std::uint64_t> orders;
  while (!heap.empty()) {
    orders.push_back(heap.top().order);
    heap.pop();
  }
  return orders;
}

TEST(TimerHeap, OrdersByDeadlineThenOrder) {
  TimerHeap heap;
  const Instant t0{};
  heap.push({t0 + 2s, 1, 0, 0});
  heap.push({t0 + 1s, 4, 0, 0});
  heap.push({t0 + 2s, 0, 0, 0});
  heap.push({t0 + 1s, 3, 0, 0});
  heap.push({t0 + 3s, 2, 0, 0});
  EXPECT_EQ(drain(heap), (std::vector<std::uint64_t>{3, 4, 0, 1, 2}));
}

// The reference is std::sort over the same numbers.
TEST(TimerHeap, AgreesWithSortingAlsoAfterDroppingSome) {
  Rng rng(1, "test", "heap");
  for (const std::size_t count : {1u, 2u, 4u, 5u, 6u, 21u, 500u}) {
    TimerHeap heap;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> expected;
    for (std::uint64_t order = 0; order < count; ++order) {
      const std::uint64_t deadline = rng.below(50);
      heap.push({Instant{Duration{static_cast<std::int64_t>(deadline)}}, order, 0, 0});
      if (order % 3 != 0) expected.emplace_back(deadline, order);
    }
    heap.drop([](const TimerEntry& entry) { return entry.order % 3 == 0; });
    std::ranges::sort(expected);
    std::vector<std::uint64_t> orders;
    for (const auto& pair : expected) orders.push_back(pair.second);
    EXPECT_EQ(drain(heap), orders) << count << " entries";
  }
}

}  // namespace
}  // namespace driftlab::sim

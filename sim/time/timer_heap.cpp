#include "sim/time/timer_heap.hpp"

#include <algorithm>

namespace driftlab::sim {
namespace {

constexpr std::size_t kChildren = 4;

bool earlier(const TimerEntry& a, const TimerEntry& b) {
  return a.deadline != b.deadline ? a.deadline < b.deadline : a.order < b.order;
}

}  // namespace

void TimerHeap::push(const TimerEntry& entry) {
  std::size_t at = entries_.size();
  entries_.push_back(entry);
  while (at > 0) {
    const std::size_t parent = (at - 1) / kChildren;
    if (!earlier(entry, entries_[parent])) break;
    entries_[at] = entries_[parent];
    at = parent;
  }
  entries_[at] = entry;
}

void TimerHeap::pop() {
  const TimerEntry last = entries_.back();
  entries_.pop_back();
  if (!entries_.empty()) sift_down(0, last);
}

void TimerHeap::sift_down(std::size_t at, const TimerEntry& entry) {
  const std::size_t count = entries_.size();
  while (true) {
    const std::size_t first = at * kChildren + 1;
    if (first >= count) break;
    std::size_t least = first;
    const std::size_t end = std::min(first + kChildren, count);
    for (std::size_t child = first + 1; child < end; ++child) {
      if (earlier(entries_[child], entries_[least])) least = child;
    }
    if (!earlier(entries_[least], entry)) break;
    entries_[at] = entries_[least];
    at = least;
  }
  entries_[at] = entry;
}

void TimerHeap::rebuild() {
  for (std::size_t at = entries_.size() / kChildren + 1; at-- > 0;) {
    if (at < entries_.size()) {
      const TimerEntry entry = entries_[at];
      sift_down(at, entry);
    }
  }
}

}  // namespace driftlab::sim

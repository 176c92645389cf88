#pragma once
/// A scheduler whose time moves only when a test says so.

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "core/base/scheduler.hpp"

namespace driftlab::test {

/// Keeps the contract of Scheduler: by instant, ties in order of scheduling, never inside the scheduling call.
class ManualScheduler : public Scheduler {
 public:
  explicit ManualScheduler(Instant start) : now_(start) {}

  [[nodiscard]] Instant now() const override { return now_; }

  TimerId at(Instant when, const char* /*what*/, std::function<void()> callback) override {
    const TimerId timer = ++last_timer_;
    timers_.emplace(std::pair(when, timer), std::move(callback));
    return timer;
  }

  bool cancel(TimerId timer) override {
    for (auto entry = timers_.begin(); entry != timers_.end(); ++entry) {
      if (entry->first.second != timer) continue;
      timers_.erase(entry);
      return true;
    }
    return false;
  }

  /// Runs everything due up to and at `when`, also what is scheduled meanwhile; then it is `when`.
  void run_until(Instant when) {
    while (!timers_.empty() && timers_.begin()->first.first <= when) run_next();
    if (when > now_) now_ = when;
  }
  void run_for(Duration duration) { run_until(now_ + duration); }
  /// Runs until nothing is scheduled any more.
  void run_all() {
    while (!timers_.empty()) run_next();
  }

 private:
  void run_next() {
    auto next = timers_.extract(timers_.begin());
    if (next.key().first > now_) now_ = next.key().first;
    next.mapped()();
  }

  Instant now_;
  TimerId last_timer_ = 0;
  std::map<std::pair<Instant, TimerId>, std::function<void()>> timers_;
};

}  // namespace driftlab::test

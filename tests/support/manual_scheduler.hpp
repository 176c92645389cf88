#pragma once
/// A Scheduler that a test moves by hand.

#include <functional>
#include <map>
#include <utility>

#include "core/base/scheduler.hpp"

namespace driftlab::test {

class ManualScheduler : public Scheduler {
 public:
  explicit ManualScheduler(Instant start) : now_(start) {}

  [[nodiscard]] Instant now() const override { return now_; }

  TimerId at(Instant when, const char*, std::function<void()> callback) override {
    const TimerId id = ++last_id_;
    timers_.emplace(std::pair(when < now_ ? now_ : when, id), std::move(callback));
    return id;
  }

  bool cancel(TimerId timer) override {
    for (auto it = timers_.begin(); it != timers_.end(); ++it) {
      if (it->first.second != timer) continue;
      timers_.erase(it);
      return true;
    }
    return false;
  }

  /// Runs everything due up to and including `end`, in order, and leaves the clock there.
  void run_until(Instant end) {
    while (!timers_.empty() && timers_.begin()->first.first <= end) {
      auto node = timers_.extract(timers_.begin());
      now_ = node.key().first;
      node.mapped()();
    }
    now_ = end;
  }

 private:
  Instant now_;
  TimerId last_id_ = 0;
  std::map<std::pair<Instant, TimerId>, std::function<void()>> timers_;
};

}  // namespace driftlab::test

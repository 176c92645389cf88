#pragma once
/// A Scheduler whose time a test moves by hand.

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "core/base/scheduler.hpp"

namespace driftlab::test {

/// Runs callbacks by instant, then in the order of scheduling.
class ManualScheduler final : public Scheduler {
 public:
  explicit ManualScheduler(Instant start) : now_(start) {}

  [[nodiscard]] Instant now() const override { return now_; }

  TimerId at(Instant when, const char*, std::function<void()> callback) override {
    const TimerId id = ++last_id_;
    const Instant due = std::max(when, now_);
    due_[id] = due;
    callbacks_.emplace(std::pair{due, id}, std::move(callback));
    return id;
  }

  bool cancel(TimerId timer) override {
    const auto found = due_.find(timer);
    if (found == due_.end()) return false;
    callbacks_.erase({found->second, timer});
    due_.erase(found);
    return true;
  }

  /// Runs everything due up to and including `end`, and leaves the clock there.
  void run_until(Instant end) {
    while (!callbacks_.empty() && callbacks_.begin()->first.first <= end) {
      auto node = callbacks_.extract(callbacks_.begin());
      now_ = node.key().first;
      due_.erase(node.key().second);
      node.mapped()();
    }
    now_ = std::max(now_, end);
  }

  [[nodiscard]] std::size_t pending() const { return callbacks_.size(); }

 private:
  Instant now_;
  TimerId last_id_ = 0;
  std::map<TimerId, Instant> due_;
  std::map<std::pair<Instant, TimerId>, std::function<void()>> callbacks_;
};

}  // namespace driftlab::test

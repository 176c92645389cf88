#pragma once
/// Future events: what a service model asks for when something must happen later.

#include <cstdint>
#include <functional>
#include <utility>

#include "core/base/time.hpp"

namespace driftlab {

/// Identifies a pending timer; 0 is never one.
using TimerId = std::uint64_t;

/// Runs callbacks at instants of one clock. `SimLoop` implements it on virtual time, a server on real time.
///
/// Order: by instant, then in the order of scheduling (FIFO ties). An instant in the past runs as soon as possible,
/// never inside the call. Callbacks run one at a time, on the scheduler's thread; a callback may schedule and cancel.
class Scheduler {
 public:
  Scheduler() = default;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  virtual ~Scheduler() = default;

  [[nodiscard]] virtual Instant now() const = 0;
  /// `what` names the event in the report of a simulation that got stuck; a literal, kept by pointer.
  virtual TimerId at(Instant when, const char* what, std::function<void()> callback) = 0;
  /// True if the timer was pending and now never runs.
  virtual bool cancel(TimerId timer) = 0;

  TimerId after(Duration delay, const char* what, std::function<void()> callback) {
    return at(now() + delay, what, std::move(callback));
  }
};

}  // namespace driftlab

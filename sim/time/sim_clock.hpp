#pragma once
/// The Clock port on virtual time.

#include "core/ports/clock.hpp"
#include "sim/time/sim_loop.hpp"

namespace driftlab::sim {

/// Borrows the loop. Sleeps that end at one instant end in the order they began.
class SimClock final : public ports::Clock {
 public:
  explicit SimClock(SimLoop& loop) : loop_(loop) {}

  [[nodiscard]] Instant now() const override { return loop_.now(); }
  /// An instant that has passed still takes a turn: timers due now and not yet run go first.
  ports::Async<> sleep_until(Instant when, const char* what = "sleep") override {
    return loop_.sleep_until(when, what);
  }

 private:
  SimLoop& loop_;
};

}  // namespace driftlab::sim

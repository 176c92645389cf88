#pragma once
/// Something that happens once, and coroutines that wait for it.

#include <vector>

#include "sim/time/sim_loop.hpp"

namespace driftlab::sim {

/// A bridge from callbacks to coroutines. Coroutines may wait before or after `set`; a wait that nobody ends shows up
/// in `SimLoop::stuck` under `what`, a literal. Must outlive its waiters; borrows the loop.
class Signal {
 public:
  Signal(SimLoop& loop, const char* what) : loop_(loop), what_(what) {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  /// Wakes the waiters, first come first, as ready work at this instant. Setting it again does nothing.
  void set();
  [[nodiscard]] bool is_set() const { return set_; }
  /// Completes once set; at once if it is. Fails with Cancelled when the wait is cancelled.
  ports::Async<> wait();

 private:
  SimLoop& loop_;
  const char* what_;
  bool set_ = false;
  std::vector<TimerId> waiters_;
};

}  // namespace driftlab::sim

#include "sim/time/signal.hpp"

#include <utility>

namespace driftlab::sim {

void Signal::set() {
  if (std::exchange(set_, true)) return;
  for (const TimerId waiter : std::exchange(waiters_, {})) loop_.wake(waiter);
}

ports::Async<> Signal::wait() {
  if (set_) co_return Result<>();
  co_return co_await loop_.park(what_, waiters_);
}

}  // namespace driftlab::sim

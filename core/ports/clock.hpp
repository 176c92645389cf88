#pragma once
/// The only source of time in the core.

#include "core/ports/async.hpp"

namespace driftlab::ports {

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  /// UTC now, virtual or real.
  [[nodiscard]] virtual Instant now() const = 0;
  /// Completes at `when`, at once if it has passed. Fails with Cancelled when the wait is cancelled. `what` names the
  /// wait in the report of who is stuck; a literal.
  virtual Async<> sleep_until(Instant when, const char* what = "sleep") = 0;

  Async<> sleep_for(Duration delay, const char* what = "sleep") { return sleep_until(now() + delay, what); }
};

}  // namespace driftlab::ports

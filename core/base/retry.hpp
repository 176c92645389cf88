#pragma once
/// When to try again: one pure function, reading the kind of the error, never its message.

#include <optional>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace driftlab {

struct RetryPolicy {
  int max_attempts = 5;  ///< the first one included
  Duration first_delay = std::chrono::seconds{1};
  Duration max_delay = std::chrono::seconds{20};
  double backoff = 2.0;
};

[[nodiscard]] bool is_retriable(ErrorKind kind);

/// How long to wait before attempt `attempts_made` + 1, or nothing when to give up. Full jitter: `jitter` in [0, 1)
/// scales the exponential delay. attempts_made >= 1.
[[nodiscard]] std::optional<Duration> next_retry(const RetryPolicy& policy, ErrorKind kind, int attempts_made,
                                                 double jitter);

}  // namespace driftlab

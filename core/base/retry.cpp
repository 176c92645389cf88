#include "core/base/retry.hpp"

#include <algorithm>
#include <cmath>

namespace driftlab {

bool is_retriable(ErrorKind kind) {
  return kind == ErrorKind::Throttled || kind == ErrorKind::Unavailable;
}

std::optional<Duration> next_retry(const RetryPolicy& policy, ErrorKind kind, int attempts_made, double jitter) {
  if (!is_retriable(kind) || attempts_made >= policy.max_attempts) return std::nullopt;
  const double grown = to_seconds(policy.first_delay) * std::pow(policy.backoff, attempts_made - 1);
  return from_seconds(std::min(grown, to_seconds(policy.max_delay)) * jitter);
}

}  // namespace driftlab

#pragma once
/// Settings of the EventBridge model: who it is, and what the manuals leave open.

#include <cstdint>

#include "core/base/identity.hpp"
#include "core/base/time.hpp"

namespace driftlab::service::events {

struct Config {
  AwsIdentity identity = {};
  std::uint64_t seed = 0;
  /// From the acceptance of an event, or the firing of a schedule, to the first attempt at a target. The manual gives
  /// no figure; half a second is what users commonly measure.
  Duration delivery_delay = std::chrono::milliseconds{500};
  /// Chance that a delivery happens twice (delivery is at least once), and that it never does. In [0, 1].
  double duplicate_probability = 0.0;
  double drop_probability = 0.0;
  /// Backoff between attempts: doubling from the first to the longest, each scaled by jitter uniform in [0, 1).
  /// The manual says "exponential backoff and jitter" only.
  Duration first_retry = std::chrono::seconds{1};
  Duration longest_retry = std::chrono::minutes{10};
  /// When a target has no retry policy of its own: the service's defaults.
  int maximum_retry_attempts = 185;
  Duration maximum_event_age = std::chrono::hours{24};
};

}  // namespace driftlab::service::events

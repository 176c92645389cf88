#pragma once
/// Settings of the Lambda model: who it is, and what the manuals leave open.

#include <cstdint>

#include "core/base/identity.hpp"
#include "core/base/time.hpp"

namespace driftlab::service::lambda {

struct Config {
  AwsIdentity identity = {};
  std::uint64_t seed = 0;
  int account_concurrency = 1000;
  /// From CreateFunction to Active; until then invocations are refused.
  Duration activation = Duration{0};
  std::size_t synchronous_payload_max = 6UL * 1024 * 1024;
  /// 256 KB by the developer guide; newer accounts have 1 MB.
  std::size_t asynchronous_payload_max = 256UL * 1024;
  /// From the acceptance of an asynchronous event to its first attempt.
  Duration queue_delay = Duration{0};
  /// Waits after the first and after the second failed attempt, from the end of the attempt.
  Duration first_retry = std::chrono::minutes{1};
  Duration second_retry = std::chrono::minutes{2};
  /// Each of those waits is lengthened by up to this share, at random. The guide names the minutes only.
  double retry_jitter = 0.0;
  /// Backoff of throttled events, doubling.
  Duration first_throttle_wait = std::chrono::seconds{1};
  Duration longest_throttle_wait = std::chrono::minutes{5};
};

}  // namespace driftlab::service::lambda

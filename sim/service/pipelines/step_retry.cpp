#include "sim/service/pipelines/step_retry.hpp"

#include <algorithm>

namespace driftlab::service::pipelines {
namespace {

/// What the service does without being asked: the documented defaults of a policy.
const StepRetryPolicy& own_policy() {
  static const StepRetryPolicy kPolicy{{"Step.SERVICE_FAULT", "Step.THROTTLING"}, std::chrono::seconds{1}, 2.0, 5, {}};
  return kPolicy;
}

/// No wait is longer than the longest IntervalSeconds. None is shorter than the shortest, or a falling rate would let
/// calls follow each other without time passing.
constexpr double kDelaySecondsMin = 1.0;
constexpr double kDelaySecondsMax = 43200.0;

Duration delay(const StepRetryPolicy& policy, int retries_made) {
  double seconds = to_seconds(policy.interval);
  for (int i = 0; i < retries_made && seconds < kDelaySecondsMax && seconds > 0.0; ++i) seconds *= policy.backoff_rate;
  return from_seconds(std::clamp(seconds, kDelaySecondsMin, kDelaySecondsMax));
}

}  // namespace

std::optional<std::string> exception_type(const Error& refusal) {
  if (refusal.code == "ResourceLimitExceeded") return "SageMaker.RESOURCE_LIMIT";
  if (refusal.kind == ErrorKind::Throttled) return "Step.THROTTLING";
  if (refusal.kind == ErrorKind::Unavailable) return "Step.SERVICE_FAULT";
  return std::nullopt;
}

std::optional<std::string> exception_type(const StepEnd& end) {
  if (end.succeeded || !end.retriable) return std::nullopt;
  if (end.failure_reason.starts_with("CapacityError")) return "SageMaker.CAPACITY_ERROR";
  if (end.failure_reason.starts_with("ResourceLimitExceeded")) return "SageMaker.RESOURCE_LIMIT";
  return "SageMaker.JOB_INTERNAL_ERROR";
}

StepRetries::StepRetries(const std::vector<StepRetryPolicy>& policies, Instant first_start)
    : first_start_(first_start) {
  for (const auto& policy : policies) policies_.push_back(&policy);
  policies_.push_back(&own_policy());
  used_.assign(policies_.size(), 0);
}

std::optional<Duration> StepRetries::next(std::string_view exception, Instant now) {
  for (std::size_t i = 0; i < policies_.size(); ++i) {
    const auto& policy = *policies_[i];
    const auto& types = policy.exception_types;
    if (std::find(types.begin(), types.end(), exception) == types.end()) continue;
    if (policy.max_attempts && used_[i] >= *policy.max_attempts) return std::nullopt;
    const Duration wait = delay(policy, used_[i]);
    if (policy.expire_after && now + wait > first_start_ + *policy.expire_after) return std::nullopt;
    ++used_[i];
    return wait;
  }
  return std::nullopt;
}

}  // namespace driftlab::service::pipelines

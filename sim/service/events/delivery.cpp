#include "sim/service/events/delivery.hpp"

#include <nlohmann/json.hpp>

#include "core/base/retry.hpp"

namespace driftlab::service::events {
namespace {

/// The words of the dead-letter attributes ERROR_CODE.
std::string_view error_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::AccessDenied:
      return "NO_PERMISSIONS";
    case ErrorKind::NotFound:
      return "NO_RESOURCE";
    case ErrorKind::Throttled:
      return "THROTTLING";
    case ErrorKind::Unavailable:
      return "TIMEOUT";
    default:
      return "SDK_CLIENT_ERROR";
  }
}

}  // namespace

Deliveries::Deliveries(Scheduler& scheduler, TargetInvoker& targets, Journal& journal, const Config& config)
    : scheduler_(scheduler),
      targets_(targets),
      journal_(journal),
      config_(config),
      chance_(config.seed, "events", "delivery chance"),
      jitter_(config.seed, "events", "retry jitter") {}

Deliveries::~Deliveries() {
  for (const auto& [key, pending] : pending_) scheduler_.cancel(pending.timer);
}

void Deliveries::send(Delivery delivery) {
  // Both are drawn always, so that changing one probability leaves the draws of the other as they were.
  const bool dropped = chance_.bernoulli(config_.drop_probability);
  const bool doubled = chance_.bernoulli(config_.duplicate_probability);
  if (dropped) {
    drop(delivery, Error{ErrorKind::Unavailable, "", "lost by chance"}, "");
    return;
  }
  if (doubled) schedule(delivery, config_.delivery_delay);
  schedule(std::move(delivery), config_.delivery_delay);
}

void Deliveries::schedule(Delivery delivery, Duration delay) {
  const auto key = next_key_++;
  const auto timer = scheduler_.after(delay, "event delivery", [this, key] { attempt(key); });
  pending_.emplace(key, Pending{std::move(delivery), timer});
}

void Deliveries::attempt(std::uint64_t key) {
  auto node = pending_.extract(key);
  Delivery& delivery = node.mapped().delivery;
  ++delivery.attempts;
  const auto outcome = targets_.invoke(delivery.call);
  if (outcome) return;
  const auto verdict = judge(delivery, outcome.error());
  if (verdict.wait) {
    schedule(std::move(delivery), *verdict.wait);
  } else {
    drop(delivery, outcome.error(), verdict.exhausted);
  }
}

Deliveries::Verdict Deliveries::judge(const Delivery& delivery, const Error& error) {
  if (!is_retriable(error.kind)) return {};
  const RetryPolicy policy{.max_attempts = delivery.maximum_retry_attempts + 1,
                           .first_delay = config_.first_retry,
                           .max_delay = config_.longest_retry,
                           .backoff = 2.0};
  const auto wait = next_retry(policy, error.kind, delivery.attempts, jitter_.uniform());
  if (!wait) return {.wait = {}, .exhausted = "MaximumRetryAttempts"};
  if (scheduler_.now() + *wait - delivery.accepted > delivery.maximum_event_age)
    return {.wait = {}, .exhausted = "MaximumEventAgeInSeconds"};
  return {.wait = wait};
}

void Deliveries::drop(const Delivery& delivery, const Error& error, std::string_view exhausted) {
  nlohmann::ordered_json detail;
  detail["event_id"] = delivery.event_id;
  detail["target"] = delivery.call.arn;
  detail["error_code"] = error_code(error.kind);
  detail["error_message"] = error.message;
  detail["retry_attempts"] = delivery.attempts == 0 ? 0 : delivery.attempts - 1;
  if (!exhausted.empty()) detail["exhausted_retry_condition"] = exhausted;
  journal_.record("events", "DeliveryDropped", delivery.rule, detail.dump());
}

}  // namespace driftlab::service::events

#pragma once
/// Bringing events to targets: at least once, each target by itself, with retries.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/rng.hpp"
#include "core/base/scheduler.hpp"
#include "core/ports/ops/events.hpp"
#include "sim/service/events/config.hpp"
#include "sim/service/hosts.hpp"

namespace driftlab::service::events {

/// One event on its way to one target.
struct Delivery {
  std::string event_id;
  std::string rule;  ///< its name, for the journal
  TargetCall call;
  int maximum_retry_attempts = 185;
  Duration maximum_event_age = std::chrono::hours{24};
  Instant accepted{};
  int attempts = 0;  ///< made so far
};

/// Throttled and Unavailable are tried again until the target's attempts or the event's age run out; any other failure
/// is final. What cannot be delivered is dropped and recorded as DeliveryDropped.
class Deliveries {
 public:
  /// The references must outlive it. Timers that are still pending are cancelled with it.
  Deliveries(Scheduler& scheduler, TargetInvoker& targets, Journal& journal, const Config& config);
  Deliveries(const Deliveries&) = delete;
  Deliveries& operator=(const Deliveries&) = delete;
  ~Deliveries();

  /// The first attempt is made `delivery_delay` from now; chance may lose or double it.
  void send(Delivery delivery);

 private:
  struct Pending {
    Delivery delivery;
    TimerId timer = 0;
  };
  void schedule(Delivery delivery, Duration delay);
  void attempt(std::uint64_t key);
  /// Either how long to wait for the next attempt, or the limit that was met first (empty: not worth a retry).
  struct Verdict {
    std::optional<Duration> wait;
    std::string_view exhausted = {};
  };
  Verdict judge(const Delivery& delivery, const Error& error);
  void drop(const Delivery& delivery, const Error& error, std::string_view exhausted);

  Scheduler& scheduler_;
  TargetInvoker& targets_;
  Journal& journal_;
  const Config config_;
  Rng chance_;
  Rng jitter_;
  std::map<std::uint64_t, Pending> pending_;
  std::uint64_t next_key_ = 1;
};

}  // namespace driftlab::service::events

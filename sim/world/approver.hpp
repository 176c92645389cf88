#pragma once
/// The person who approves a model: takes a while, keeps office hours, may say no.

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/rng.hpp"
#include "core/base/time.hpp"
#include "sim/world/delay.hpp"

namespace driftlab::world {

/// Monday to Friday, [open, close) in whole hours UTC. 0 <= open < close <= 24.
struct OfficeHours {
  int open = 0;
  int close = 24;

  bool operator==(const OfficeHours&) const = default;
};
/// "08-18". Errors: InvalidInput.
[[nodiscard]] Result<OfficeHours> parse_office_hours(std::string_view text);
[[nodiscard]] std::string format_office_hours(OfficeHours hours);

/// `at` itself when the office is open, else the next opening.
[[nodiscard]] Instant next_open(OfficeHours hours, Instant at);

struct ApproverSpec {
  Delay delay = ConstantDelay{};
  std::optional<OfficeHours> hours;  ///< absent: around the clock, every day
  double reject = 0.0;               ///< probability in [0, 1]
};

struct Decision {
  Instant at;
  bool approved = true;

  bool operator==(const Decision&) const = default;
};

class Approver {
 public:
  /// Streams: (seed, "world.approver", "delay" and "reject").
  Approver(ApproverSpec spec, std::uint64_t seed);

  /// Asked plus the delay; a decision that would fall outside office hours is made at the next opening.
  Instant decision_time(Instant asked);
  /// `decision_time` and the verdict. One call per question.
  Decision decide(Instant asked);

 private:
  ApproverSpec spec_;
  Rng delay_;
  Rng reject_;
};

}  // namespace driftlab::world

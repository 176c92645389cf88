#pragma once
/// When labels (or any records) reach the system: late, lost or twice.

#include <cstdint>
#include <string_view>

#include "core/base/rng.hpp"
#include "core/base/time.hpp"
#include "sim/world/delay.hpp"

namespace driftlab::world {

struct ArrivalSpec {
  Delay delay = ConstantDelay{};
  double loss = 0.0;       ///< probability in [0, 1] that a record never arrives
  double duplicate = 0.0;  ///< probability in [0, 1] that a record that arrives does so twice
};

struct Arrival {
  Instant at;
  int copies = 1;  ///< 0: lost; 2: duplicated, both at `at`

  bool operator==(const Arrival&) const = default;
};

/// Delay, loss and duplication have a stream each and every record draws from all three, so changing one setting
/// leaves the others' outcomes alone.
class ArrivalModel {
 public:
  /// `name` says whose arrivals these are ("labels"): the streams are (seed, "world.arrival", name + …).
  ArrivalModel(ArrivalSpec spec, std::uint64_t seed, std::string_view name);

  /// The arrival of the next record, made at `created`. Call once per record, in a fixed order.
  Arrival next(Instant created);

 private:
  ArrivalSpec spec_;
  Rng delay_;
  Rng loss_;
  Rng duplicate_;
};

}  // namespace driftlab::world

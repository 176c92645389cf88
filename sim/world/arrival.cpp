#include "sim/world/arrival.hpp"

#include <string>
#include <utility>

namespace driftlab::world {
namespace {

Rng stream(std::uint64_t seed, std::string_view name, std::string_view purpose) {
  return {seed, "world.arrival", std::string(name) + "." + std::string(purpose)};
}

}  // namespace

ArrivalModel::ArrivalModel(ArrivalSpec spec, std::uint64_t seed, std::string_view name)
    : spec_(std::move(spec)),
      delay_(stream(seed, name, "delay")),
      loss_(stream(seed, name, "loss")),
      duplicate_(stream(seed, name, "duplicate")) {}

Arrival ArrivalModel::next(Instant created) {
  const Duration delay = draw_delay(spec_.delay, delay_);
  const bool lost = loss_.bernoulli(spec_.loss);
  const bool twice = duplicate_.bernoulli(spec_.duplicate);
  return {created + delay, lost ? 0 : twice ? 2 : 1};
}

}  // namespace driftlab::world

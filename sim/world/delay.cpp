#include "sim/world/delay.hpp"

#include <algorithm>
#include <cmath>

namespace driftlab::world {
namespace {

/// A heavy tail must not leave the range of Duration.
constexpr double kMaxSeconds = 100.0 * 365.0 * 86400.0;

struct Draw {
  Rng& rng;

  double operator()(const ConstantDelay& delay) const { return to_seconds(delay.value); }
  double operator()(const UniformDelay& delay) const {
    return rng.uniform(to_seconds(delay.min), to_seconds(delay.max));
  }
  double operator()(const LognormalDelay& delay) const {
    const auto shape = lognormal_from_quantiles(to_seconds(delay.median), to_seconds(delay.p95));
    return rng.lognormal(shape.mu, shape.sigma);
  }
  double operator()(const ExponentialDelay& delay) const { return rng.exponential(to_seconds(delay.mean)); }
};

}  // namespace

Duration draw_delay(const Delay& delay, Rng& rng) {
  const double seconds = std::clamp(std::visit(Draw{rng}, delay), 0.0, kMaxSeconds);
  return std::chrono::milliseconds{std::llround(seconds * 1000.0)};
}

}  // namespace driftlab::world

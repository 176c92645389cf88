#pragma once
/// Distributions of a waiting time.

#include <variant>

#include "core/base/rng.hpp"
#include "core/base/time.hpp"

namespace driftlab::world {

struct ConstantDelay {
  Duration value{0};
};
/// Uniform in [min, max).
struct UniformDelay {
  Duration min{0};
  Duration max{0};
};
/// 0 < median < p95.
struct LognormalDelay {
  Duration median = 3min;
  Duration p95 = 20min;
};
struct ExponentialDelay {
  Duration mean = 5min;
};
using Delay = std::variant<ConstantDelay, UniformDelay, LognormalDelay, ExponentialDelay>;

/// One delay, not negative, in whole milliseconds (AWS timestamps carry no more) and at most 100 years.
[[nodiscard]] Duration draw_delay(const Delay& delay, Rng& rng);

}  // namespace driftlab::world

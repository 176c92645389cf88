#pragma once
/// The empirical bias of HyperLogLog with 512 registers. Internal to hyperloglog.cpp.

#include <span>

namespace driftlab::metric {

struct BiasPoint {
  double raw = 0.0;    ///< mean raw estimate …
  double count = 0.0;  ///< … of this many distinct values
};

/// Ascending, for precision 9, from the appendix to Heule, Nunkesser, Hall (2013).
[[nodiscard]] std::span<const BiasPoint> hyperloglog_bias_points();

}  // namespace driftlab::metric

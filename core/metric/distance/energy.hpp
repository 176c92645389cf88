#pragma once
/// Distances between the distribution functions of two samples: Wasserstein-1 and energy.

#include "core/metric/distance/sample.hpp"

namespace driftlab::metric {

/// ∫ |F_a − F_b| dx, in the unit of the values. O(n + m).
[[nodiscard]] double wasserstein1(const Sample& a, const Sample& b);

/// √(2 ∫ (F_a − F_b)² dx), so that its square is 2E|X−Y| − E|X−X'| − E|Y−Y'| (Székely, Rizzo 2013). O(n + m).
[[nodiscard]] double energy_distance(const Sample& a, const Sample& b);

}  // namespace driftlab::metric

#pragma once
/// Pearson's χ² tests on counts.

#include <cstdint>
#include <span>

#include "core/base/result.hpp"

namespace driftlab::metric {

struct ChiSquaredTest {
  double statistic = 0.0;
  double p_value = 1.0;
  std::size_t degrees_of_freedom = 0;
};

/// Do the counts follow the expected shares? `expected` are shares or counts, scaled to the observed total. Errors:
/// InvalidInput: lengths differ, fewer than two categories, nothing observed, an expected entry that is not above 0.
[[nodiscard]] Result<ChiSquaredTest> chi_squared_fit(std::span<const std::uint64_t> observed,
                                                     std::span<const double> expected);
/// Were both samples drawn from one distribution over the categories? Categories that neither has are left out. Errors:
/// InvalidInput: lengths differ, a sample without rows, fewer than two categories left.
[[nodiscard]] Result<ChiSquaredTest> chi_squared_two_samples(std::span<const std::uint64_t> a,
                                                             std::span<const std::uint64_t> b);

}  // namespace driftlab::metric

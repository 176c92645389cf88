#pragma once
/// Tests whether samples were drawn from one distribution: Cramér–von Mises for two, Anderson–Darling for any number.

#include <span>

#include "core/metric/distance/sample.hpp"

namespace driftlab::metric {

struct SampleTest {
  double statistic = 0.0;
  double p_value = 1.0;
};

/// T of Anderson (1962) from the ranks of the pooled samples, ties at their mean rank. Exact p for up to 20 rows a side
/// (ties ignored), else the limit distribution at T standardised to its moments.
[[nodiscard]] SampleTest cramer_von_mises(const Sample& a, const Sample& b);

/// Scholz and Stephens (1987), version for ties (midranks), standardised by its exact variance. p-value interpolated in
/// their table, at least 0.001 and at most 0.25. Cost: O(k·N). Errors: InvalidInput: fewer than two samples, fewer than
/// four rows in all, all values equal.
[[nodiscard]] Result<SampleTest> anderson_darling(std::span<const Sample> samples);

}  // namespace driftlab::metric

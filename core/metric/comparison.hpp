#pragma once
/// Is one forecaster better than another, or is it chance: tests and intervals on losses per window.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::metric {

/// Test of equal accuracy (Diebold, Mariano 1995) with the small-sample correction of Harvey, Leybourne and Newbold
/// (1997), on d_t = L_A,t − L_B,t.
struct DieboldMariano {
  double mean_difference = 0.0;  ///< below 0: A has the lower loss
  double statistic = 0.0;        ///< mean difference / its standard error; ±infinity when all differences are equal
  double corrected = 0.0;        ///< statistic × the correction; Student t with n − 1 degrees of freedom
  double p_two_sided = 1.0;
  double p_first_better = 1.0;  ///< one-sided, against "A is not better"
  std::size_t windows = 0;
  /// The plain estimate of the variance was not positive, so autocovariances were weighted by 1 − k/h (Bartlett).
  bool bartlett = false;
};

/// `horizon` h: differences are taken to be correlated up to lag h − 1; 1 for windows that do not overlap. When all
/// differences are equal p is 1 (equal losses) or 0. Fewer than ten losses give numbers, not a decision. Errors:
/// InvalidInput for unequal lengths, horizon outside [1, n), a value that is not finite.
[[nodiscard]] Result<DieboldMariano> diebold_mariano(std::span<const double> first, std::span<const double> second,
                                                     std::size_t horizon);

/// d_t for the test: (N_A − N_B) / mean D, so that their mean is the difference of the two pooled ratios ΣN / ΣD.
/// Equal lengths; mean D > 0.
[[nodiscard]] std::vector<double> normalised_losses(std::span<const double> numerators,
                                                    std::span<const double> denominators);

struct Interval {
  double point = 0.0;
  double low = 0.0;
  double high = 0.0;
};

struct BootstrapOptions {
  std::size_t replicates = 2000;
  double coverage = 0.9;    ///< in (0, 1)
  double block_length = 0;  ///< mean length of a block of windows; 0: ceil(n^(1/3))
  std::uint64_t seed = 1;
};

/// ΣN / ΣD over windows drawn by index. Denominators of the drawn windows add up to more than 0.
[[nodiscard]] double ratio_of(std::span<const double> numerators, std::span<const double> denominators,
                              std::span<const std::size_t> windows);

/// Percentile interval of ΣN / ΣD by the stationary bootstrap (Politis, Romano 1994): circular blocks of windows with
/// geometric lengths. Deterministic in the seed. Errors: InvalidInput for unequal lengths, no window, a value that is
/// not finite, a negative denominator, ΣD = 0, options out of range.
[[nodiscard]] Result<Interval> bootstrap_ratio(std::span<const double> numerators, std::span<const double> denominators,
                                               const BootstrapOptions& options = {});
/// The same for ΣA / ΣD − ΣB / ΣD, with the same draws for all three.
[[nodiscard]] Result<Interval> bootstrap_difference(std::span<const double> first, std::span<const double> second,
                                                    std::span<const double> denominators,
                                                    const BootstrapOptions& options = {});

/// 1 − loss / baseline: 1 is perfect, 0 no better than the baseline. Absent when the baseline is not positive.
[[nodiscard]] std::optional<double> skill(double loss, double baseline);

/// Likelihood ratio test that cells fall below a quantile as often as its level says (Kupiec 1995).
struct CoverageTest {
  double likelihood_ratio = 0.0;
  double p = 1.0;  ///< chi-square, one degree of freedom
};
/// `covered` of `cells`, cells taken to be independent. Errors: InvalidInput for no cells, covered > cells, level
/// outside (0, 1).
[[nodiscard]] Result<CoverageTest> coverage_test(std::size_t covered, std::size_t cells, double level);

}  // namespace driftlab::metric

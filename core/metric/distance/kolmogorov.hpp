#pragma once
/// Two-sample Kolmogorov–Smirnov test.

#include "core/metric/distance/sample.hpp"

namespace driftlab::metric {

struct KolmogorovSmirnov {
  double statistic = 0.0;  ///< D = max |F_a − F_b|
  double location = 0.0;   ///< the first value at which the gap is D
  bool a_above = false;    ///< F_a is the larger one there
};

/// Cost: a place in every 64 rows is looked up, and the rows gone through where the gap can be D: far below n + m steps
/// for samples of thousands. Values that occur in both samples step both curves.
[[nodiscard]] KolmogorovSmirnov kolmogorov_smirnov(const Sample& a, const Sample& b);

/// P(D >= statistic) under one continuous distribution: the share of lattice paths from (0, 0) to (n, m) that reach a
/// gap of `statistic`. Cost: n·m; call it up to kExactCellsMax.
[[nodiscard]] double ks_exact_p(double statistic, std::size_t n, std::size_t m);
inline constexpr double kExactCellsMax = 1e8;

/// Kolmogorov's limit: Q(√(nm/(n+m))·D), Q(x) = 2 Σ (−1)^{k−1} exp(−2k²x²).
[[nodiscard]] double ks_asymptotic_p(double statistic, std::size_t n, std::size_t m);
/// The limit distribution's survival function Q.
[[nodiscard]] double kolmogorov_survival(double x);

/// The exact p-value where n·m allows, else the asymptotic one.
[[nodiscard]] double ks_p(double statistic, std::size_t n, std::size_t m);

}  // namespace driftlab::metric

#pragma once
/// Distances between distributions over the same bins or categories: PSI, Kullback–Leibler, Jensen–Shannon, L∞.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::metric {

/// Share that an empty bin is given in a PSI.
inline constexpr double kShareMin = 1e-4;

/// Population stability index Σ (p − q) ln(p/q) of two histograms over the same bins, in nats. Shares below `share_min`
/// (0 < share_min < 1/bins) count as that much. Errors: InvalidInput: lengths differ, fewer than two bins, no rows.
[[nodiscard]] Result<double> psi(std::span<const std::uint64_t> baseline, std::span<const std::uint64_t> live,
                                 double share_min = kShareMin);

/// Σ p ln(p/q), in nats; infinite when q lacks an outcome p has. `p` and `q` are shares or counts: each is divided by
/// its sum. Errors: InvalidInput: lengths differ, a negative or non-finite entry, a sum of 0.
[[nodiscard]] Result<double> kl_divergence(std::span<const double> p, std::span<const double> q);
/// ½ KL(p‖m) + ½ KL(q‖m), m = ½(p + q): in nats, at most ln 2. Errors as `kl_divergence`.
[[nodiscard]] Result<double> js_divergence(std::span<const double> p, std::span<const double> q);
/// max |p − q|. Errors as `kl_divergence`.
[[nodiscard]] Result<double> l_infinity(std::span<const double> p, std::span<const double> q);

/// Inner edges of bins; rows belong to the first bin whose edge is not below them: (−∞, e0], (e0, e1], …, (e_last, ∞).
using Edges = std::vector<double>;

/// Edges at the quantiles 1/bins, 2/bins, … of the values, equal ones dropped. Selects by two passes over the leading
/// bits, without sorting. bins >= 2, all values finite. Errors: InvalidInput.
[[nodiscard]] Result<Edges> quantile_edges(std::span<const double> values, std::size_t bins);
/// Edges that cut [minimum, maximum] of the values into equal parts. Errors: InvalidInput.
[[nodiscard]] Result<Edges> uniform_edges(std::span<const double> values, std::size_t bins);

/// Rows per bin: one pass, vectorised for up to 32 edges. Mergeable: counts of parts add. NaN counts in the last bin.
[[nodiscard]] std::vector<std::uint64_t> bin_counts(std::span<const double> values, const Edges& edges,
                                                    unsigned threads = 1);

}  // namespace driftlab::metric

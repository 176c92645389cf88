#pragma once
/// Rows that stand for a dataset where the user names none: k-means, or k-prototypes where there are texts.

#include <cstdint>

#include "core/monitor/attribution/feature_table.hpp"

namespace driftlab::monitor {

inline constexpr std::size_t kMaxClusters = 12;

/// Centres of at most `clusters` clusters of the rows (values as FeatureCoding gives them): the mean of columns of
/// numbers, the commonest text, the first of equals, of columns of texts. Distances are squared differences over the
/// column's variance; a text that differs counts 1/2 (Huang 1998's γ, half the mean deviation, of columns scaled so).
/// Starts are drawn by k-means++ from ("monitor", "attribution-baseline") of `seed`; at most 100 rounds. rows >= 1.
[[nodiscard]] std::vector<double> cluster_centres(const std::vector<double>& values, const FeatureCoding& coding,
                                                  std::size_t clusters, std::uint64_t seed);

}  // namespace driftlab::monitor

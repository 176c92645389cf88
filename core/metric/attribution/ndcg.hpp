#pragma once
/// How much the ranking of features by attribution changed.

#include <span>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::metric {

/// Below it SageMaker Clarify reports attribution drift.
inline constexpr double kNdcgThreshold = 0.90;

/// Σ a(f′_i)/log₂(i+1) over Σ a(f_i)/log₂(i+1), with a the baseline attribution, f its order and f′ the live one, both
/// descending. NaN when the denominator is not positive. Errors: InvalidInput: lengths differ, nothing, not finite.
[[nodiscard]] Result<double> attribution_ndcg(std::span<const double> baseline, std::span<const double> live);

enum class ShapAggregation { MeanAbsolute, Median, MeanSquare };

/// One number a feature from the local values (instances × features, row by row). instances >= 1.
[[nodiscard]] std::vector<double> global_shap_values(std::span<const double> local, std::size_t features,
                                                     ShapAggregation aggregation);

}  // namespace driftlab::metric

#pragma once
/// Flip test: would members of the facet be answered otherwise if they were their nearest neighbours outside it?

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/result.hpp"

namespace driftlab::metric {

/// A k-nearest-neighbour classifier is trained on the rest (features → the model's answer) and applied to the facet;
/// (#{model 1, neighbours 0} − #{model 0, neighbours 1}) / rows of the facet. k = 5, or 1 when the rest has at most 9
/// rows; Euclidean distance, no scaling, plain majority, the earlier row of equally distant ones.
///
/// rest, facet    rows × columns, row by row, finite
/// *_predicted    the model's answer per row, 0 or 1
/// cost           rows of rest × rows of facet × columns at most, over `threads`
/// errors         InvalidInput: no columns, a side without rows, sizes that do not fit
[[nodiscard]] Result<double> flip_test(std::span<const double> rest, std::span<const std::uint8_t> rest_predicted,
                                       std::span<const double> facet, std::span<const std::uint8_t> facet_predicted,
                                       std::size_t columns, unsigned threads = 1);

}  // namespace driftlab::metric

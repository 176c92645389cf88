#pragma once
/// Flip test: would members of the facet be answered otherwise if they were their nearest neighbours outside it?

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "core/base/result.hpp"

namespace driftlab::metric {

/// A k-nearest-neighbour classifier is trained on the rest (features → the model's answer) and applied to the facet;
/// (#{model 1, neighbours 0} − #{model 0, neighbours 1}) / rows of the facet. k = 5, or 1 when the rest has at most 9
/// rows; Euclidean distance, no scaling, plain majority, the earlier row of equally distant ones.
///
/// rest, facet    rows × columns, row by row, finite
/// *_predicted    the model's answer per row, 0 or 1
/// progress       told the share of the facet that is done, by one thread at a time
/// cost           in few columns (rows of rest + distinct rows of the facet) × log rows; in many, up to the product of
///                the distinct rows of both sides, over `threads`
/// errors         InvalidInput: no columns, a side without rows, sizes that do not fit
[[nodiscard]] Result<double> flip_test(std::span<const double> rest, std::span<const std::uint8_t> rest_predicted,
                                       std::span<const double> facet, std::span<const std::uint8_t> facet_predicted,
                                       std::size_t columns, unsigned threads = 1,
                                       const std::function<void(double)>& progress = {});

}  // namespace driftlab::metric

#pragma once
/// Fewer points for drawing, without hiding a peak.

#include <cstddef>
#include <span>
#include <vector>

namespace driftlab::report {

/// Indices of the values to draw: the first and last value of each bucket of equal length, and its least and greatest,
/// ascending and without repetition; so that any line through them touches what a line through all would touch, to a
/// bucket's width. NaN is passed over, but a bucket of nothing else keeps one index, so that a gap stays a gap.
/// At most `4 · buckets` indices; all of them when there are no more values than that. buckets >= 1.
[[nodiscard]] std::vector<std::size_t> thin(std::span<const double> values, std::size_t buckets);

}  // namespace driftlab::report

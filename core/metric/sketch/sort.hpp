#pragma once
/// Sorting of short arrays of doubles, for sketches: several times faster than std::sort on a few thousand items.

#include <span>

namespace driftlab::metric {

/// Sorts ascending; no value may be NaN. Where -0.0 and 0.0 meet, either may come first, and zeros may lose their
/// sign. Whole numbers close together are counted, runs that are in order already are merged; the rest goes through a
/// radix sort over the bits in which the values differ.
void sort_ascending(std::span<double> values);

}  // namespace driftlab::metric

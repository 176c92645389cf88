#pragma once
/// Causality of a training set: no point may be used before it was there.

#include <span>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace driftlab::forecast {

/// When a point happened and when it was written to the store training reads.
struct Arrival {
  Instant event;
  Instant written;
};

/// Checks that every point had been written at `training`, the instant the training set was read. A point written
/// exactly then counts as there. Errors: InvalidInput with code "FutureData" naming the first point, in the order
/// given, that had not arrived: its index, its event time, its write time. Cost: one pass.
[[nodiscard]] Result<void> check_arrivals(std::span<const Arrival> points, Instant training);

}  // namespace driftlab::forecast

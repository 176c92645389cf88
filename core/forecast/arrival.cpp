#include "core/forecast/arrival.hpp"

#include <fmt/format.h>

namespace driftlab::forecast {

Result<void> check_arrivals(std::span<const Arrival> points, Instant training) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].written <= training) continue;
    return Error{.kind = ErrorKind::InvalidInput,
                 .code = "FutureData",
                 .message = fmt::format("point {} of {} was written at {}, after the training set was read at {}", i,
                                        format_milliseconds(points[i].event), format_milliseconds(points[i].written),
                                        format_milliseconds(training))};
  }
  return {};
}

}  // namespace driftlab::forecast

#pragma once
/// A series without gaps, for the forecasters.

#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/forecast/forecaster.hpp"

namespace driftlab::forecast {

/// Missing values replaced by the last one before, at the front by the first one after. Errors: InvalidInput when a
/// value is infinite or none is there.
[[nodiscard]] Result<std::vector<double>> fill_forward(std::span<const double> values);

/// Steps in a day when a whole number of them make one, else 1: the default season.
[[nodiscard]] int steps_per_day(Duration freq);

/// The values one season before the steps k = 1 … horizon after the end of `filled`: y[n − m + ((k − 1) mod m)]. With
/// fewer than m values their mean stands in.
[[nodiscard]] std::vector<double> seasonal_values(std::span<const double> filled, int season, int horizon);

}  // namespace driftlab::forecast

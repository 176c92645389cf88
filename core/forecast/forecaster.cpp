#include "core/forecast/forecaster.hpp"

#include <fmt/format.h>

namespace driftlab::forecast {

std::vector<Result<QuantileForecast>> Forecaster::forecast_batch(std::span<const Series> series,
                                                                 const ForecastOptions& options) const {
  std::vector<Result<QuantileForecast>> results;
  results.reserve(series.size());
  for (const auto& one : series) {
    if (options.keep_samples)
      results.emplace_back(input_error(fmt::format("{} gives quantiles, not sample paths", algorithm())));
    else
      results.push_back(forecast(one, options.levels));
  }
  return results;
}

}  // namespace driftlab::forecast

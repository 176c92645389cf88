#pragma once
/// The monitored series as jobs read it: from the feature store, sorted, on its grid.

#include <optional>
#include <vector>

#include "core/forecast/forecaster.hpp"
#include "core/job/job.hpp"
#include "core/job/settings.hpp"
#include "core/ports/async.hpp"

namespace driftlab::job {

/// Where the series is and how it is cut into windows.
struct SeriesSettings {
  std::string feature_group;
  std::string target;
  Duration freq{0};
  int prediction_length = 30;
  int context_points = 1500;
};
[[nodiscard]] Result<SeriesSettings> series_settings(const Settings& settings);

/// The points of the last `newest` records (all when absent), not older than `history`, on the grid of `freq`: a minute
/// without a record is NaN. Every point is checked to have been written by now. Errors: NotFound when there is no
/// record.
ports::Async<forecast::Series> read_series(ports::Ports& ports, const SeriesSettings& settings,
                                           std::optional<std::size_t> newest, std::optional<Duration> history);

/// Points [begin, end) of a series.
[[nodiscard]] forecast::Series slice(const forecast::Series& series, std::size_t begin, std::size_t end);

/// Asks an endpoint to forecast what follows each context. Quantile texts as the response keys them. Errors: the
/// endpoint's.
ports::Async<std::vector<forecast::QuantileForecast>> ask_endpoint(ports::Ports& ports, const std::string& endpoint,
                                                                   const std::vector<forecast::Series>& contexts,
                                                                   const std::vector<double>& levels);

}  // namespace driftlab::job

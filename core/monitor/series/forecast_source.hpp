#pragma once
/// Forecasts with their truth, one after the other, from tables and from captured DeepAR responses.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/capture/input_file.hpp"
#include "core/monitor/profile/row_block.hpp"
#include "core/monitor/series/ground_truth.hpp"
#include "core/monitor/series/series_profile.hpp"

namespace driftlab::monitor {

struct ForecastReading {
  SeriesColumns columns;              ///< of tables
  std::optional<Duration> freq;       ///< of series: captured requests and series of truth do not carry it
  std::optional<std::size_t> season;  ///< season length in steps of MASE and MSIS, over the history of a request
  /// Levels that sample paths without quantiles are turned into.
  std::vector<double> levels = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
  const GroundTruth* truth = nullptr;  ///< null: the forecasts bring their truth along
  std::optional<Instant> start;        ///< of the window: by inference time of captures, by timestamp of rows
  std::optional<Instant> end;          ///< not included
};

class ForecastSource {
 public:
  ForecastSource() = default;
  ForecastSource(const ForecastSource&) = delete;
  ForecastSource& operator=(const ForecastSource&) = delete;
  virtual ~ForecastSource() = default;

  /// The next forecast; false at the end. What cannot be used goes to `rejected`. Errors: what makes the whole input
  /// unusable.
  [[nodiscard]] virtual Result<bool> next(ForecastAndTruth& forecast) = 0;
  /// Where the forecast that `next` gave comes from, without a reason.
  [[nodiscard]] virtual RejectedRecord where() const = 0;
  [[nodiscard]] virtual RejectedRecords& rejected() = 0;
  /// Lines read: rows of a table, capture records.
  [[nodiscard]] virtual std::uint64_t lines() const = 0;
  /// Bytes of the input used since the last call.
  [[nodiscard]] virtual std::uint64_t take_bytes_read() = 0;
};

/// Rows of forecasts: quantile columns ("0.1", "q0.1", "p10", "quantile_0.1", or an object "quantiles" of JSON Lines),
/// item, timestamp, horizon, mean, actual, seasonal_error. Rows of one item with ascending horizons that follow one
/// another make one forecast. Without quantiles the mean is judged as a median.
[[nodiscard]] std::unique_ptr<ForecastSource> open_forecast_table(std::vector<std::filesystem::path> files,
                                                                  ForecastReading reading);
/// Captured DeepAR requests and responses (core/forecast/deepar_format.hpp), as captured or merged with labels. Every
/// instance of a request is a forecast; its item is its "item_id", else its categories. A label holds the actual values
/// of the steps: [1, 2], {"target": [1, 2]}, one of these for each instance in an array or under "instances", or a CSV
/// line for each instance.
[[nodiscard]] std::unique_ptr<ForecastSource> open_forecast_captures(std::vector<capture::InputFile> files,
                                                                     ForecastReading reading);
/// The level a column name speaks of: 0.1 for "0.1", "q0.1", "q10", "p10", "quantile_0.1", "quantiles.0.1"; nothing for
/// other names.
[[nodiscard]] std::optional<double> level_of_name(std::string_view name);

}  // namespace driftlab::monitor

/// Any bytes as a table of forecasts, as ground truth (table or series) and as captured DeepAR traffic: nothing
/// crashes, a refusal says why, and forecasts have as many values at every level as actual ones.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/check.hpp"
#include "core/capture/record_walk.hpp"
#include "core/monitor/series/forecast_source.hpp"
#include "tests/fuzz/memory_file.hpp"

namespace {

using namespace driftlab;
using namespace driftlab::monitor;

void read_all(ForecastSource& source) {
  ForecastAndTruth forecast;
  for (;;) {
    const auto more = source.next(forecast);
    if (!more) DRIFTLAB_CHECK(!more.error().message.empty(), "a refusal says why");
    if (!more || !*more) break;
    for (const auto& level : forecast.quantiles)
      DRIFTLAB_CHECK(level.size() == forecast.actual.size(), "an actual value a step");
    DRIFTLAB_CHECK(forecast.levels.size() == forecast.quantiles.size(), "quantiles a level");
    DRIFTLAB_CHECK(source.where().line > 0, "a forecast stands somewhere");
  }
  for (const auto& rejected : source.rejected().kept())
    DRIFTLAB_CHECK(!rejected.reason.empty() && rejected.line > 0, "what is rejected says where and why");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const fuzz::MemoryFile file(bytes);
  ForecastReading reading;
  reading.freq = std::chrono::minutes{1};
  reading.season = 2;
  read_all(*open_forecast_table({file.path()}, reading));
  read_all(*open_forecast_captures({{.name = "captures", .bytes = bytes}}, reading));
  RejectedRecords rejected;
  const auto truth = read_ground_truth({file.path()}, reading.columns, reading.freq, rejected);
  if (!truth) {
    DRIFTLAB_CHECK(!truth.error().message.empty(), "a refusal says why");
    return 0;
  }
  reading.truth = &*truth;
  read_all(*open_forecast_table({file.path()}, reading));
  return 0;
}

/// Any text is read as DeepAR JSON Lines without harm; what is accepted is written and read back to the same series,
/// and a cheap forecaster answers it with finite numbers or an error.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/check.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/training.hpp"

namespace {

using namespace driftlab;
using namespace driftlab::forecast;

const Forecaster& model() {
  static const auto kModel = [] {
    TrainingInput input;
    input.train = {{from_civil(2026, 6, 1), 1min, {1, 2, 3, 2, 1, 2, 3, 2}, {}, {}}};
    input.hyperparameters = {{"prediction_length", "3"}, {"season", "2"}};
    return train("seasonal-naive", input).value().model;
  }();
  return *kModel;
}

void check_forecast(const Series& series) {
  const auto forecast = model().forecast(series, std::vector<double>{0.1, 0.5, 0.9});
  if (!forecast) return;
  for (const double value : forecast->mean) DRIFTLAB_CHECK(!std::isnan(value), "a forecast is a number");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)read_inference_request(text, 1min);
  (void)read_inference_configuration(text);
  (void)read_inference_response(text);
  const auto series = read_series_lines(text, 1min);
  if (!series) return 0;
  const std::string written = write_series_lines(*series);
  const auto again = read_series_lines(written, 1min);
  DRIFTLAB_CHECK(again.has_value(), "what was written can be read");
  DRIFTLAB_CHECK(write_series_lines(*again) == written, "and is the same");
  for (const auto& one : *series) check_forecast(one);
  return 0;
}

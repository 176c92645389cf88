/// Any bytes are read as a saved DeepAR network without harm; what is accepted is written and read back to the same
/// model, and answers a request with numbers or an error.
///
/// The checksum at the end would stop nearly every change of a valid file: it is put right first, so that the reader
/// behind it is reached. The first byte of the input decides whether.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.hpp"
#include "core/base/hash.hpp"
#include "core/forecast/training.hpp"

namespace {

using namespace driftlab;
using namespace driftlab::forecast;

/// Larger models take time and show nothing new.
constexpr std::size_t kMostBytes = 1 << 18;

std::string with_checksum(std::string_view text) {
  std::string result(text.substr(0, text.rfind("checksum ")));
  const std::string sum = StableHash().add(std::string_view(result)).hex();
  return result + "checksum " + sum + "\n";
}

void check_forecast(const Forecaster& model) {
  if (model.prediction_length() > 64) return;
  Series series{from_civil(2026, 6, 1), model.freq(), {3, 1, 4, 1, 5, 9, 2, 6}, {}, {}};
  const auto forecast = model.forecast(series, std::vector<double>{0.1, 0.5, 0.9});
  if (!forecast) return;
  for (const auto& level : forecast->quantiles)
    for (const double value : level) DRIFTLAB_CHECK(!std::isnan(value), "a forecast is a number");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > kMostBytes) return 0;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) text = with_checksum(text);
  const auto model = load(text);
  if (!model) return 0;
  const std::string written = (*model)->save();
  const auto again = load(written);
  DRIFTLAB_CHECK(again.has_value(), "what was written can be read");
  DRIFTLAB_CHECK((*again)->save() == written, "and is the same");
  check_forecast(**model);
  return 0;
}

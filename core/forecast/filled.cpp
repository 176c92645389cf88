#include "core/forecast/filled.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace driftlab::forecast {

Result<std::vector<double>> fill_forward(std::span<const double> values) {
  std::vector<double> filled(values.begin(), values.end());
  const auto first = std::find_if(filled.begin(), filled.end(), [](double value) { return !std::isnan(value); });
  if (first == filled.end()) return input_error("the series has no value");
  double last = *first;
  for (std::size_t i = 0; i < filled.size(); ++i) {
    if (std::isnan(filled[i])) filled[i] = last;
    if (std::isinf(filled[i])) return input_error(fmt::format("the value at position {} is infinite", i));
    last = filled[i];
  }
  return filled;
}

int steps_per_day(Duration freq) {
  constexpr Duration kDay = std::chrono::days{1};
  if (freq <= Duration::zero() || freq > kDay || kDay % freq != Duration::zero()) return 1;
  return static_cast<int>(kDay / freq);
}

std::vector<double> seasonal_values(std::span<const double> filled, int season, int horizon) {
  const auto m = static_cast<std::size_t>(season);
  std::vector<double> values(static_cast<std::size_t>(horizon));
  if (filled.size() >= m) {
    for (std::size_t k = 0; k < values.size(); ++k) values[k] = filled[filled.size() - m + k % m];
    return values;
  }
  double total = 0.0;
  for (const double value : filled) total += value;
  std::fill(values.begin(), values.end(), total / static_cast<double>(filled.size()));
  return values;
}

}  // namespace driftlab::forecast

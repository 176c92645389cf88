#include "core/metric/distance/sample.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "core/metric/sorting.hpp"

namespace driftlab::metric {

Result<Sample> Sample::create(std::span<const double> values) {
  if (values.empty()) return input_error("the sample is empty");
  double probe = 0.0;  // stays 0 unless a value is not finite
  for (const double value : values) probe += value * 0.0;
  if (probe != 0.0 || std::isnan(probe))
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!std::isfinite(values[i])) return input_error(fmt::format("row {} of the sample is not finite", i));
  return Sample(metric::sorted(values));
}

double Sample::quantile(double level) const {
  const double at = level * static_cast<double>(sorted_.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= sorted_.size()) return sorted_.back();
  const double part = at - static_cast<double>(below);
  const double step = sorted_[below + 1] - sorted_[below];
  // From the nearer end, as numpy does it.
  return part < 0.5 ? sorted_[below] + step * part : sorted_[below + 1] - step * (1.0 - part);
}

Sample Sample::merged(const Sample& other) const {
  std::vector<double> all;
  all.reserve(size() + other.size());
  std::merge(sorted_.begin(), sorted_.end(), other.sorted_.begin(), other.sorted_.end(), std::back_inserter(all));
  return Sample(std::move(all));
}

}  // namespace driftlab::metric

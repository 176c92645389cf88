#include "core/forecast/levels.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <boost/math/special_functions/erf.hpp>
#include <fmt/format.h>

namespace driftlab::forecast {
namespace {

constexpr double kSameLevel = 1e-12;

}  // namespace

Result<void> check_levels(std::span<const double> levels) {
  if (levels.empty()) return input_error("at least one quantile level is needed");
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (!(levels[i] > 0.0 && levels[i] < 1.0))
      return input_error(fmt::format("quantile level {} is not between 0 and 1", levels[i]));
    if (i > 0 && levels[i] <= levels[i - 1]) return input_error("quantile levels must ascend");
  }
  return {};
}

double normal_quantile(double level) {
  // In plain double on every machine; the default would go through long double where there is one.
  using namespace boost::math::policies;
  constexpr policy<promote_double<false>> kPlain;
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2.0 * level, kPlain);
}

Result<LevelMap> LevelMap::create(std::span<const double> from, std::span<const double> to) {
  LevelMap map;
  for (const double level : to) {
    const auto above =
        static_cast<std::size_t>(std::lower_bound(from.begin(), from.end(), level - kSameLevel) - from.begin());
    if (above < from.size() && std::abs(from[above] - level) <= kSameLevel) {
      map.lines_.push_back({above, above, 0.0});
      continue;
    }
    if (from.size() < 2)
      return input_error(fmt::format("level {} was asked for, but the model knows level {} only", level, from[0]));
    const std::size_t right = std::clamp<std::size_t>(above, 1, from.size() - 1);
    const double low = normal_quantile(from[right - 1]);
    const double high = normal_quantile(from[right]);
    map.lines_.push_back({right - 1, right, (normal_quantile(level) - low) / (high - low)});
  }
  return map;
}

void LevelMap::apply(std::span<const double> values, std::span<double> out) const {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const Line& line = lines_[i];
    out[i] = line.left == line.right ? values[line.left]
                                     : values[line.left] + line.share * (values[line.right] - values[line.left]);
    // Rounding on a line may undercut its neighbour by one unit in the last place.
    if (i > 0) out[i] = std::max(out[i], out[i - 1]);
  }
}

}  // namespace driftlab::forecast

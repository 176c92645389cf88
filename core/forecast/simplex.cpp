#include "core/forecast/simplex.hpp"

#include <algorithm>
#include <cmath>

namespace driftlab::forecast {
namespace {

using Function = std::function<double(std::span<const double>)>;

struct Corner {
  std::vector<double> at;
  double value = 0.0;
};

/// The point `share` of the way from `from` through `through`; 1 is `through`, 2 as far beyond it.
Corner along(const Function& function, const std::vector<double>& from, const std::vector<double>& through,
             double share) {
  Corner corner{.at = from};
  for (std::size_t i = 0; i < from.size(); ++i) corner.at[i] += share * (through[i] - from[i]);
  corner.value = function(corner.at);
  return corner;
}

}  // namespace

std::vector<double> minimise(const Function& function, std::vector<double> start, const SimplexOptions& options) {
  const std::size_t count = start.size();
  std::vector<Corner> corners{{start, function(start)}};
  for (std::size_t i = 0; i < count; ++i) {
    auto at = start;
    at[i] += options.step;
    const double value = function(at);
    corners.push_back({std::move(at), value});
  }
  std::size_t evaluations = count + 1;
  const auto by_value = [](const Corner& a, const Corner& b) { return a.value < b.value; };
  while (evaluations < options.evaluations) {
    std::stable_sort(corners.begin(), corners.end(), by_value);
    const double spread = corners.back().value - corners.front().value;
    if (spread <= options.tolerance * std::abs(corners.front().value)) break;
    std::vector<double> centre(count, 0.0);
    for (std::size_t c = 0; c < count; ++c)
      for (std::size_t i = 0; i < count; ++i) centre[i] += corners[c].at[i] / static_cast<double>(count);
    Corner& worst = corners.back();
    Corner reflected = along(function, worst.at, centre, 2.0);
    ++evaluations;
    if (reflected.value < corners.front().value) {
      Corner expanded = along(function, worst.at, centre, 3.0);
      ++evaluations;
      worst = expanded.value < reflected.value ? std::move(expanded) : std::move(reflected);
    } else if (reflected.value < corners[count - 1].value) {
      worst = std::move(reflected);
    } else {
      const bool outside = reflected.value < worst.value;
      Corner contracted = along(function, worst.at, centre, outside ? 1.5 : 0.5);
      ++evaluations;
      if (contracted.value < std::min(reflected.value, worst.value)) {
        worst = std::move(contracted);
      } else {
        for (std::size_t c = 1; c < corners.size(); ++c)
          corners[c] = along(function, corners[c].at, corners.front().at, 0.5);
        evaluations += count;
      }
    }
  }
  return std::min_element(corners.begin(), corners.end(), by_value)->at;
}

double minimise_on(const std::function<double(double)>& function, double low, double high, std::size_t grid) {
  const double width = (high - low) / static_cast<double>(grid + 1);
  double best = low + width, least = function(best);
  for (std::size_t i = 2; i <= grid; ++i) {
    const double at = low + width * static_cast<double>(i);
    if (const double value = function(at); value < least) {
      least = value;
      best = at;
    }
  }
  constexpr double kGolden = 0.6180339887498949;
  double left = best - width, right = best + width;
  double a = right - kGolden * (right - left), b = left + kGolden * (right - left);
  double at_a = function(a), at_b = function(b);
  while (right - left > 1e-7 * (high - low)) {
    if (at_a <= at_b) {
      right = b;
      b = a;
      at_b = at_a;
      a = right - kGolden * (right - left);
      at_a = function(a);
    } else {
      left = a;
      a = b;
      at_a = at_b;
      b = left + kGolden * (right - left);
      at_b = function(b);
    }
  }
  return 0.5 * (left + right);
}

}  // namespace driftlab::forecast

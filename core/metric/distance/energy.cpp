#include "core/metric/distance/energy.hpp"

#include <algorithm>
#include <cmath>

#include "core/metric/sum.hpp"

namespace driftlab::metric {
namespace {

/// Adds `weigh(F_a − F_b) · width` over the steps of both distribution functions.
template <class Weigh>
double integrate(const Sample& a, const Sample& b, const Weigh& weigh) {
  const auto left = a.sorted();
  const auto right = b.sorted();
  const double n = static_cast<double>(left.size());
  const double m = static_cast<double>(right.size());
  CompensatedSum sum;
  std::size_t i = 0;
  std::size_t j = 0;
  double before = std::min(left.front(), right.front());
  while (i < left.size() || j < right.size()) {
    const bool from_left = j == right.size() || (i < left.size() && left[i] <= right[j]);
    const double at = from_left ? left[i] : right[j];
    if (at > before) {
      sum.add(weigh(static_cast<double>(i) / n - static_cast<double>(j) / m) * (at - before));
      before = at;
    }
    ++(from_left ? i : j);
  }
  return sum.value();
}

}  // namespace

double wasserstein1(const Sample& a, const Sample& b) {
  return integrate(a, b, [](double gap) { return std::abs(gap); });
}

double energy_distance(const Sample& a, const Sample& b) {
  return std::sqrt(2.0 * integrate(a, b, [](double gap) { return gap * gap; }));
}

}  // namespace driftlab::metric

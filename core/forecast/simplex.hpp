#pragma once
/// Minimising a function of a few variables without derivatives.

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace driftlab::forecast {

struct SimplexOptions {
  double step = 0.1;        ///< first edge length along each variable
  double tolerance = 1e-8;  ///< done when the values at the corners differ by less than this share
  std::size_t evaluations = 400;
};

/// Nelder and Mead's downhill simplex (1965) from `start`. The function may be infinite outside its domain, but not at
/// the start. Returns the best corner. Deterministic: only additions, multiplications and comparisons.
[[nodiscard]] std::vector<double> minimise(const std::function<double(std::span<const double>)>& function,
                                           std::vector<double> start, const SimplexOptions& options = {});

/// Minimum of a function of one variable on (low, high): the best of a grid of `grid` points, then golden section
/// around it.
[[nodiscard]] double minimise_on(const std::function<double(double)>& function, double low, double high,
                                 std::size_t grid);

}  // namespace driftlab::forecast

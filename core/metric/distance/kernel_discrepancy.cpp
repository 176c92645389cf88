#include "core/metric/distance/kernel_discrepancy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "core/metric/blocks.hpp"
#include "core/metric/sum.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kRowsAtOnce = 16;
constexpr std::size_t kMedianRowsMax = 1000;

double squared_distance(const double* left, const double* right, std::size_t columns) {
  double sum = 0.0;
  for (std::size_t i = 0; i < columns; ++i) sum += (left[i] - right[i]) * (left[i] - right[i]);
  return sum;
}

Result<void> check(std::string_view name, std::span<const double> sample, std::size_t columns) {
  if (sample.empty()) return input_error(fmt::format("sample {} has no rows", name));
  if (columns == 0 || sample.size() % columns != 0)
    return input_error(fmt::format("sample {} has {} values, not rows of {} columns", name, sample.size(), columns));
  for (std::size_t i = 0; i < sample.size(); ++i)
    if (!std::isfinite(sample[i]))
      return input_error(fmt::format("sample {}: row {}, column {} is not finite", name, i / columns, i % columns));
  return {};
}

/// Σ k(x_i, y_j) over all pairs, or over i < j when both are the same sample.
double kernel_sum(std::span<const double> a, std::span<const double> b, std::size_t columns, double gamma, bool same,
                  unsigned threads) {
  const std::size_t rows = a.size() / columns;
  std::vector<double> sums((rows + kRowsAtOnce - 1) / kRowsAtOnce);
  for_each_block(rows, kRowsAtOnce, threads, [&](std::size_t block, std::size_t first, std::size_t last) {
    CompensatedSum sum;
    for (std::size_t i = first; i < last; ++i)
      for (std::size_t j = same ? i + 1 : 0; j < b.size() / columns; ++j)
        sum.add(std::exp(-gamma * squared_distance(&a[i * columns], &b[j * columns], columns)));
    sums[block] = sum.value();
  });
  CompensatedSum total;
  for (const double sum : sums) total.add(sum);
  return total.value();
}

double median_gamma(std::span<const double> a, std::span<const double> b, std::size_t columns) {
  const std::size_t rows_a = a.size() / columns;
  const std::size_t rows = rows_a + b.size() / columns;
  const std::size_t taken = std::min(rows, kMedianRowsMax);
  const auto row = [&](std::size_t i) {
    const std::size_t at = i * rows / taken;
    return at < rows_a ? &a[at * columns] : &b[(at - rows_a) * columns];
  };
  std::vector<double> distances;
  for (std::size_t i = 0; i < taken; ++i)
    for (std::size_t j = i + 1; j < taken; ++j) distances.push_back(squared_distance(row(i), row(j), columns));
  if (distances.empty()) return 1.0;
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  return *middle > 0.0 ? 1.0 / (2.0 * *middle) : 1.0;
}

}  // namespace

Result<KernelDiscrepancy> kernel_discrepancy(std::span<const double> a, std::span<const double> b, std::size_t columns,
                                             double gamma, unsigned threads) {
  if (auto ok = check("a", a, columns); !ok) return ok.error();
  if (auto ok = check("b", b, columns); !ok) return ok.error();
  if (!(gamma >= 0.0) || !std::isfinite(gamma))
    return input_error(fmt::format("gamma is {}; expected 0 or more", gamma));
  KernelDiscrepancy result;
  result.gamma = gamma > 0.0 ? gamma : median_gamma(a, b, columns);
  const std::size_t rows_a = a.size() / columns, rows_b = b.size() / columns;
  const auto n = static_cast<double>(rows_a);
  const auto m = static_cast<double>(rows_b);
  const double within_a = kernel_sum(a, a, columns, result.gamma, true, threads);
  const double within_b = kernel_sum(b, b, columns, result.gamma, true, threads);
  const double between = kernel_sum(a, b, columns, result.gamma, false, threads) / (n * m);
  result.squared_biased =
      std::max(0.0, (2.0 * within_a + n) / (n * n) + (2.0 * within_b + m) / (m * m) - 2.0 * between);
  result.squared_unbiased = n < 2 || m < 2
                                ? std::numeric_limits<double>::quiet_NaN()
                                : 2.0 * within_a / (n * (n - 1.0)) + 2.0 * within_b / (m * (m - 1.0)) - 2.0 * between;
  return result;
}

}  // namespace driftlab::metric

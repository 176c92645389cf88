#include "core/metric/distance/kolmogorov.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <vector>

namespace driftlab::metric {
namespace {

/// The gap as a whole number of steps of 1/lcm(n, m).
std::int64_t whole_gap(double statistic, std::size_t n, std::size_t m) {
  return std::llround(statistic * static_cast<double>(std::lcm(n, m)));
}

}  // namespace

KolmogorovSmirnov kolmogorov_smirnov(const Sample& a, const Sample& b) {
  const auto left = a.sorted();
  const auto right = b.sorted();
  const std::size_t n = left.size();
  const std::size_t m = right.size();
  std::size_t i = 0;
  std::size_t j = 0;
  // i/n − j/m in whole numbers, i·m − j·n: with sizes below 2³¹ it fits 64 bits.
  const auto up = static_cast<std::int64_t>(m);
  const auto down = static_cast<std::int64_t>(n);
  std::int64_t gap = 0;
  std::int64_t high = 0;
  std::int64_t low = 0;
  double high_at = left.front();
  double low_at = left.front();
  const auto look = [&](double value) {
    if (gap > high) {
      high = gap;
      high_at = value;
    }
    if (gap < low) {
      low = gap;
      low_at = value;
    }
  };
  double value = 0.0;
  while (i < n && j < m) {
    // Which side steps is a coin toss: computed, not branched on. Everything equal is passed before the gap counts.
    const double x = left[i];
    const double y = right[j];
    const bool step_left = x <= y;
    const bool step_right = y <= x;
    value = step_left ? x : y;
    i += step_left ? 1 : 0;
    j += step_right ? 1 : 0;
    gap += (step_left ? up : 0) - (step_right ? down : 0);
    if ((i < n && left[i] == value) || (j < m && right[j] == value)) continue;
    look(value);
  }
  for (; i < n && left[i] == value; ++i) gap += up;
  for (; j < m && right[j] == value; ++j) gap -= down;
  look(value);
  const double cells = static_cast<double>(n) * static_cast<double>(m);
  if (high >= -low) return {static_cast<double>(high) / cells, high_at, true};
  return {static_cast<double>(-low) / cells, low_at, false};
}

double ks_exact_p(double statistic, std::size_t n, std::size_t m) {
  if (n > m) std::swap(n, m);  // the shorter side is the row
  const auto divisor = std::gcd(n, m);
  const auto step_i = static_cast<std::int64_t>(m / divisor);
  const auto step_j = static_cast<std::int64_t>(n / divisor);
  const std::int64_t limit = whole_gap(statistic, n, m);
  if (limit <= 0) return 1.0;
  // reached[i]: of the paths to (i, j), the share that has been outside the band. All terms are positive.
  std::vector<double> reached(n + 1);
  for (std::size_t j = 0; j <= m; ++j)
    for (std::size_t i = 0; i <= n; ++i) {
      const std::int64_t gap = static_cast<std::int64_t>(i) * step_i - static_cast<std::int64_t>(j) * step_j;
      if (gap >= limit || -gap >= limit) {
        reached[i] = 1.0;
      } else if (i + j > 0) {
        const double from_left = i > 0 ? static_cast<double>(i) * reached[i - 1] : 0.0;
        const double from_below = j > 0 ? static_cast<double>(j) * reached[i] : 0.0;
        reached[i] = (from_left + from_below) / static_cast<double>(i + j);
      }
    }
  return std::min(reached[n], 1.0);
}

double kolmogorov_survival(double x) {
  if (x <= 0.0) return 1.0;
  if (x < 1.0) {
    // Jacobi's form of the same series converges where the other does not.
    const double exponent = -std::numbers::pi * std::numbers::pi / (8.0 * x * x);
    double sum = 0.0;
    for (int k = 7; k >= 1; k -= 2) sum += std::exp(exponent * k * k);
    return 1.0 - std::sqrt(2.0 * std::numbers::pi) / x * sum;
  }
  double sum = 0.0;
  for (int k = 10; k >= 1; --k) sum += (k % 2 == 1 ? 1.0 : -1.0) * std::exp(-2.0 * k * k * x * x);
  return std::clamp(2.0 * sum, 0.0, 1.0);
}

double ks_asymptotic_p(double statistic, std::size_t n, std::size_t m) {
  const double left = static_cast<double>(n);
  const double right = static_cast<double>(m);
  return kolmogorov_survival(std::sqrt(left * right / (left + right)) * statistic);
}

double ks_p(double statistic, std::size_t n, std::size_t m) {
  const bool exact = static_cast<double>(n) * static_cast<double>(m) <= kExactCellsMax;
  return exact ? ks_exact_p(statistic, n, m) : ks_asymptotic_p(statistic, n, m);
}

}  // namespace driftlab::metric

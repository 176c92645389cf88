#include "core/metric/distance/goodness.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

#include <boost/math/special_functions/bessel.hpp>
#include <fmt/format.h>

#include "core/metric/sum.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kExactRowsMax = 20;

/// Σ (rank in the pooled sample − rank in the own sample)² of each side; equal values share their mean rank.
std::pair<double, double> squared_rank_shifts(std::span<const double> a, std::span<const double> b) {
  CompensatedSum left;
  CompensatedSum right;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const double value = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i] : b[j];
    const std::size_t first_i = i;
    const std::size_t first_j = j;
    while (i < a.size() && a[i] == value) ++i;
    while (j < b.size() && b[j] == value) ++j;
    const double rank = (static_cast<double>(first_i + first_j + 1) + static_cast<double>(i + j)) / 2.0;
    for (std::size_t at = first_i; at < i; ++at) {
      const double shift = rank - static_cast<double>(at + 1);
      left.add(shift * shift);
    }
    for (std::size_t at = first_j; at < j; ++at) {
      const double shift = rank - static_cast<double>(at + 1);
      right.add(shift * shift);
    }
  }
  return {left.value(), right.value()};
}

/// Sums of squared gaps over the paths to a cell, ascending, with their share of all paths to it times the number.
using Distribution = std::vector<std::pair<std::int64_t, double>>;

Distribution merged(const Distribution& left, const Distribution& below, std::int64_t step) {
  Distribution result;
  result.reserve(left.size() + below.size());
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < left.size() || j < below.size()) {
    const bool from_left = j == below.size() || (i < left.size() && left[i].first <= below[j].first);
    const auto& [sum, paths] = from_left ? left[i++] : below[j++];
    if (!result.empty() && result.back().first == sum + step)
      result.back().second += paths;
    else
      result.emplace_back(sum + step, paths);
  }
  return result;
}

/// P(T >= statistic) over all orders of n and m distinct values: T·n·m·(n+m)² is the sum of (i·m − j·n)² along a path.
double exact_p(double statistic, std::size_t n, std::size_t m) {
  const double rows = static_cast<double>(n + m);
  const double limit = statistic * static_cast<double>(n) * static_cast<double>(m) * rows * rows;
  std::vector<Distribution> column(n + 1);
  for (std::size_t j = 0; j <= m; ++j)
    for (std::size_t i = 0; i <= n; ++i) {
      if (i + j == 0) {
        column[0] = {{0, 1.0}};
        continue;
      }
      const auto gap = static_cast<std::int64_t>(i * m) - static_cast<std::int64_t>(j * n);
      static const Distribution kNone;
      column[i] = merged(i > 0 ? column[i - 1] : kNone, j > 0 ? column[i] : kNone, gap * gap);
    }
  double all = 0.0;
  double extreme = 0.0;
  for (const auto& [sum, paths] : column[n]) {
    all += paths;
    if (static_cast<double>(sum) >= limit * (1.0 - 1e-12)) extreme += paths;
  }
  return extreme / all;
}

/// Distribution function of the limit of the Cramér–von Mises statistic (Csörgő, Faraway 1996, equation 1.2).
double limit_distribution(double x) {
  double sum = 0.0;
  double coefficient = 1.0;  // Γ(k + ½) / (Γ(½) k!)
  for (int k = 0; k < 20; ++k) {
    const double y = 4.0 * k + 1.0;
    const double q = y * y / (16.0 * x);
    if (q > 700.0) break;
    sum += coefficient * std::sqrt(y) * std::exp(-q) * boost::math::cyl_bessel_k(0.25, q);
    coefficient *= (k + 0.5) / (k + 1.0);
  }
  return sum / (std::numbers::pi * std::sqrt(x));
}

/// T standardised to the mean and variance of the limit.
double asymptotic_p(double statistic, double n, double m) {
  const double rows = n + m;
  const double product = n * m;
  const double mean = (1.0 + 1.0 / rows) / 6.0;
  const double variance = (rows + 1.0) * (4.0 * product * rows - 3.0 * (n * n + m * m) - 2.0 * product) /
                          (45.0 * rows * rows * 4.0 * product);
  const double standard = 1.0 / 6.0 + (statistic - mean) / std::sqrt(45.0 * variance);
  if (standard < 0.003) return 1.0;
  return std::clamp(1.0 - limit_distribution(standard), 0.0, 1.0);
}

/// A distinct value of the pooled samples: rows below it and rows equal to it.
struct Tie {
  double value;
  double below;
  double equal;
};

std::vector<Tie> ties(std::span<const Sample> samples) {
  Sample pooled = samples[0];
  for (std::size_t i = 1; i < samples.size(); ++i) pooled = pooled.merged(samples[i]);
  const auto values = pooled.sorted();
  std::vector<Tie> result;
  for (std::size_t i = 0; i < values.size();) {
    std::size_t end = i + 1;
    while (end < values.size() && values[end] == values[i]) ++end;
    result.push_back({values[i], static_cast<double>(i), static_cast<double>(end - i)});
    i = end;
  }
  return result;
}

/// Σ over distinct values of one sample's term; `rows` in all.
double one_sample_term(const Sample& sample, const std::vector<Tie>& pooled, double rows) {
  const auto values = sample.sorted();
  const double own = static_cast<double>(values.size());
  CompensatedSum sum;
  std::size_t at = 0;
  for (const auto& tie : pooled) {
    const std::size_t first = at;
    while (at < values.size() && values[at] == tie.value) ++at;
    const double below_own = (static_cast<double>(first) + static_cast<double>(at)) / 2.0;
    const double below = tie.below + tie.equal / 2.0;
    const double shift = rows * below_own - below * own;
    sum.add(tie.equal / rows * shift * shift / (below * (rows - below) - rows * tie.equal / 4.0));
  }
  return sum.value() / own;
}

double variance(std::span<const Sample> samples, double rows) {
  const double k = static_cast<double>(samples.size());
  double inverse_sizes = 0.0;
  for (const auto& sample : samples) inverse_sizes += 1.0 / static_cast<double>(sample.size());
  // h = Σ_{i=1}^{N−1} 1/i and g = Σ_{i=1}^{N−2} Σ_{j=i+1}^{N−1} 1/((N−i) j).
  CompensatedSum tail;
  CompensatedSum g_sum;
  const auto n = static_cast<std::size_t>(rows);
  for (std::size_t i = 2; i < n; ++i) {
    tail.add(1.0 / static_cast<double>(n + 1 - i));
    g_sum.add(tail.value() / static_cast<double>(i));
  }
  const double h = tail.value() + 1.0;
  const double g = g_sum.value();
  const double a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverse_sizes;
  const double b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * inverse_sizes - 8 * h + 4 * g - 6;
  const double c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverse_sizes + 4 * h;
  const double d = (2 * h + 6) * k * k - 4 * h * k;
  return (((a * rows + b) * rows + c) * rows + d) / ((rows - 1) * (rows - 2) * (rows - 3));
}

/// ln of the significance level as a quadratic in the critical values, fitted by least squares.
double interpolated_p(double statistic, double k_minus_1) {
  constexpr std::array<double, 7> kLevels{0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001};
  constexpr std::array<std::array<double, 3>, 7> kTable{{{0.675, -0.245, -0.105},
                                                         {1.281, 0.25, -0.305},
                                                         {1.645, 0.678, -0.362},
                                                         {1.960, 1.149, -0.391},
                                                         {2.326, 1.822, -0.396},
                                                         {2.573, 2.364, -0.345},
                                                         {3.085, 3.615, -0.154}}};
  std::array<double, 7> critical{};
  for (std::size_t i = 0; i < critical.size(); ++i)
    critical[i] = kTable[i][0] + kTable[i][1] / std::sqrt(k_minus_1) + kTable[i][2] / k_minus_1;
  if (statistic < critical.front()) return kLevels.front();
  if (statistic > critical.back()) return kLevels.back();
  // Normal equations about the middle critical value, which keeps them well conditioned.
  std::array<std::array<double, 4>, 3> system{};
  for (std::size_t i = 0; i < critical.size(); ++i) {
    const double x = critical[i] - critical[3];
    const std::array<double, 3> powers{1.0, x, x * x};
    for (std::size_t row = 0; row < 3; ++row) {
      for (std::size_t column = 0; column < 3; ++column) system[row][column] += powers[row] * powers[column];
      system[row][3] += powers[row] * std::log(kLevels[i]);
    }
  }
  for (std::size_t pivot = 0; pivot < 3; ++pivot)
    for (std::size_t row = 0; row < 3; ++row) {
      if (row == pivot) continue;
      const double factor = system[row][pivot] / system[pivot][pivot];
      for (std::size_t column = pivot; column < 4; ++column) system[row][column] -= factor * system[pivot][column];
    }
  const double x = statistic - critical[3];
  return std::exp(system[0][3] / system[0][0] + x * (system[1][3] / system[1][1] + x * system[2][3] / system[2][2]));
}

}  // namespace

SampleTest cramer_von_mises(const Sample& a, const Sample& b) {
  const double n = static_cast<double>(a.size());
  const double m = static_cast<double>(b.size());
  const auto [left, right] = squared_rank_shifts(a.sorted(), b.sorted());
  const double u = n * left + m * right;
  SampleTest test;
  test.statistic = u / (n * m * (n + m)) - (4.0 * n * m - 1.0) / (6.0 * (n + m));
  const bool exact = std::max(a.size(), b.size()) <= kExactRowsMax;
  test.p_value = exact ? exact_p(test.statistic, a.size(), b.size()) : asymptotic_p(test.statistic, n, m);
  return test;
}

Result<SampleTest> anderson_darling(std::span<const Sample> samples) {
  if (samples.size() < 2) return input_error(fmt::format("{} samples; expected at least 2", samples.size()));
  std::size_t rows = 0;
  for (const auto& sample : samples) rows += sample.size();
  if (rows < 4) return input_error(fmt::format("{} rows in all; expected at least 4", rows));
  const auto pooled = ties(samples);
  if (pooled.size() < 2) return input_error("all values are equal");
  const double n = static_cast<double>(rows);
  CompensatedSum sum;
  for (const auto& sample : samples) sum.add(one_sample_term(sample, pooled, n));
  const double k_minus_1 = static_cast<double>(samples.size() - 1);
  SampleTest test;
  test.statistic = (sum.value() * (n - 1.0) / n - k_minus_1) / std::sqrt(variance(samples, n));
  test.p_value = interpolated_p(test.statistic, k_minus_1);
  return test;
}

}  // namespace driftlab::metric

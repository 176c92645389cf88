#include "core/metric/distance/kolmogorov.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numbers>
#include <numeric>
#include <span>
#include <vector>

namespace driftlab::metric {
namespace {

/// The gap as a whole number of steps of 1/lcm(n, m).
std::int64_t whole_gap(double statistic, std::size_t n, std::size_t m) {
  return std::llround(statistic * static_cast<double>(std::lcm(n, m)));
}

/// How far both samples have been passed: all rows up to some value.
struct Place {
  std::size_t i = 0;
  std::size_t j = 0;
};

/// The gap i/n − j/m in whole numbers, i·m − j·n: with sizes below 2³¹ it fits 64 bits.
class Walk {
 public:
  Walk(std::span<const double> left, std::span<const double> right)
      : left_(left),
        right_(right),
        up_(static_cast<std::int64_t>(right.size())),
        down_(static_cast<std::int64_t>(left.size())),
        high_at_(left.front()),
        low_at_(left.front()) {}

  /// One place in every kStride rows of the left sample, and the end; rows of equal value are never parted.
  [[nodiscard]] std::vector<Place> places() const {
    constexpr std::size_t kStride = 64;
    std::vector<Place> result;
    Place at;
    while (at.i < left_.size()) {
      const double value = left_[std::min(at.i + kStride, left_.size()) - 1];
      at = {.i = passed(left_, at.i, value), .j = passed(right_, at.j, value)};
      result.push_back(at);
    }
    if (at.j < right_.size()) result.push_back({left_.size(), right_.size()});
    return result;
  }

  [[nodiscard]] std::int64_t gap(const Place& place) const {
    return static_cast<std::int64_t>(place.i) * up_ - static_cast<std::int64_t>(place.j) * down_;
  }
  /// The largest size of the gap that the counts of rows between two places allow.
  [[nodiscard]] std::int64_t most_between(const Place& from, const Place& to) const {
    const std::int64_t most = gap({to.i, from.j});
    const std::int64_t least = gap({from.i, to.j});
    return std::max(most, -least);
  }

  /// Looks at the gap behind every value between two places.
  void between(Place at, const Place& to) {
    while (at.i < to.i || at.j < to.j) {
      const bool left_first = at.j == to.j || (at.i < to.i && left_[at.i] <= right_[at.j]);
      const double value = left_first ? left_[at.i] : right_[at.j];
      while (at.i < to.i && left_[at.i] == value) ++at.i;
      while (at.j < to.j && right_[at.j] == value) ++at.j;
      look(gap(at), value);
    }
  }

  [[nodiscard]] KolmogorovSmirnov result() const {
    const double cells = static_cast<double>(left_.size()) * static_cast<double>(right_.size());
    if (high_ >= -low_) return {static_cast<double>(high_) / cells, high_at_, true};
    return {static_cast<double>(-low_) / cells, low_at_, false};
  }

 private:
  /// The number of rows not above `value`, at least `from`: by steps that double, then by halves.
  static std::size_t passed(std::span<const double> sorted, std::size_t from, double value) {
    std::size_t step = 1;
    std::size_t end = from;
    while (end < sorted.size() && sorted[end] <= value) {
      from = end + 1;
      end += step;
      step *= 2;
    }
    const auto first = sorted.begin() + static_cast<std::ptrdiff_t>(from);
    const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(std::min(end, sorted.size()));
    return static_cast<std::size_t>(std::upper_bound(first, last, value) - sorted.begin());
  }

  void look(std::int64_t gap, double value) {
    if (gap > high_) {
      high_ = gap;
      high_at_ = value;
    }
    if (gap < low_) {
      low_ = gap;
      low_at_ = value;
    }
  }

  std::span<const double> left_;
  std::span<const double> right_;
  std::int64_t up_;
  std::int64_t down_;
  std::int64_t high_ = 0;
  std::int64_t low_ = 0;
  double high_at_;
  double low_at_;
};

}  // namespace

KolmogorovSmirnov kolmogorov_smirnov(const Sample& a, const Sample& b) {
  Walk walk(a.sorted(), b.sorted());
  const auto places = walk.places();
  std::int64_t reached = 0;
  for (const auto& place : places) reached = std::max(reached, std::abs(walk.gap(place)));
  // Between two places the gap can only grow by the rows there: few stretches can hold a larger one, or as large a one
  // earlier. Only those are gone through row by row.
  Place from;
  for (const auto& to : places) {
    if (walk.most_between(from, to) >= reached) walk.between(from, to);
    from = to;
  }
  return walk.result();
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

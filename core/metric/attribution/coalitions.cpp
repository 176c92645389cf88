#include "core/metric/attribution/coalitions.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "core/base/rng.hpp"

namespace driftlab::metric {
namespace {

/// Kernel weight of all coalitions of one size, up to a common factor.
double size_weight(std::size_t features, std::size_t size) {
  return static_cast<double>(features - 1) / (static_cast<double>(size) * static_cast<double>(features - size));
}

/// C(n, k) as a double: exact where it matters, below the budget of samples.
double choose(std::size_t n, std::size_t k) {
  double result = 1.0;
  for (std::size_t i = 1; i <= k; ++i) result = result * static_cast<double>(n - k + i) / static_cast<double>(i);
  return result;
}

std::vector<std::uint8_t> complement(const std::vector<std::uint8_t>& present) {
  std::vector<std::uint8_t> other(present.size());
  for (std::size_t i = 0; i < present.size(); ++i) other[i] = static_cast<std::uint8_t>(1 - present[i]);
  return other;
}

/// Every coalition of one size, in lexicographic order of the flags.
void enumerate(std::size_t features, std::size_t size, double weight_each, std::vector<Coalition>& out) {
  std::vector<std::uint8_t> present(features);
  std::fill(present.end() - static_cast<std::ptrdiff_t>(size), present.end(), std::uint8_t{1});
  do out.push_back({present, weight_each});
  while (std::next_permutation(present.begin(), present.end()));
}

}  // namespace

std::size_t default_coalitions(std::size_t features) {
  constexpr std::size_t kExtra = 2048;
  const std::size_t samples = 2 * features + kExtra;
  constexpr std::size_t kSmall = 12;  // 2^12 is above every number of samples up to there
  return features <= kSmall ? std::min(samples, (std::size_t{1} << features) - 2) : samples;
}

std::vector<Coalition> choose_coalitions(std::size_t features, std::size_t samples, std::uint64_t seed) {
  std::vector<Coalition> result;
  double left = static_cast<double>(samples);
  std::size_t size = 1;
  // A size and its complement go together; the middle size of an even number of features is its own complement.
  const auto count = [&](std::size_t s) { return choose(features, s) * (2 * s == features ? 1.0 : 2.0); };
  for (; 2 * size <= features && count(size) <= left; ++size) {
    const double each = size_weight(features, size) / choose(features, size);
    enumerate(features, size, each, result);
    if (2 * size != features) enumerate(features, features - size, each, result);
    left -= count(size);
  }
  if (2 * size > features || left < 2.0) return result;

  std::vector<double> upto;  // cumulated weights of the sizes that are left
  for (std::size_t s = size; 2 * s <= features; ++s)
    upto.push_back((upto.empty() ? 0.0 : upto.back()) + size_weight(features, s) * (2 * s == features ? 1.0 : 2.0));
  Rng rng(seed, "metric", "kernel-shap");
  std::map<std::vector<std::uint8_t>, double> drawn;
  const auto pairs = static_cast<std::size_t>(left / 2.0);
  std::vector<std::size_t> order(features);
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    const auto at = std::upper_bound(upto.begin(), upto.end(), rng.uniform(0.0, upto.back()));
    const std::size_t chosen = size + std::min(static_cast<std::size_t>(at - upto.begin()), upto.size() - 1);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<std::uint8_t> present(features);
    for (std::size_t i = 0; i < chosen; ++i) {
      std::swap(order[i], order[i + rng.below(features - i)]);
      present[order[i]] = 1;
    }
    drawn[complement(present)] += 1.0;
    drawn[std::move(present)] += 1.0;
  }
  const double each = upto.back() / (2.0 * static_cast<double>(pairs));
  for (const auto& [present, times] : drawn) result.push_back({present, times * each});
  return result;
}

}  // namespace driftlab::metric

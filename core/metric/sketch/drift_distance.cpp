#include "core/metric/sketch/drift_distance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/special_functions/gamma.hpp>

#include "core/base/check.hpp"

namespace driftlab::metric {
namespace {

constexpr double kRobustFactor = 1.8;
constexpr double kMinimumExpected = 5.0;        // Yates, Moore, McCabe 1999
constexpr double kMinimumExpectedOfTwo = 10.0;  // Cochran 1952
constexpr double kShareBelowMinimum = 0.2;

double total(const CategoryCounts& counts) {
  double sum = 0.0;
  for (const auto& [name, count] : counts) sum += static_cast<double>(count);
  return sum;
}

double count_of(const CategoryCounts& counts, const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0.0 : static_cast<double>(found->second);
}

struct Expected {
  double observed = 0.0;
  double expected = 0.0;
};

bool too_rare(const std::vector<Expected>& categories) {
  const bool two = categories.size() == 2;
  const double minimum = two ? kMinimumExpectedOfTwo : kMinimumExpected;
  const auto allowed =
      two ? 0 : static_cast<std::ptrdiff_t>(kShareBelowMinimum * static_cast<double>(categories.size()));
  return std::count_if(categories.begin(), categories.end(),
                       [&](const Expected& category) { return category.expected < minimum; }) > allowed;
}

void merge_rare(std::vector<Expected>& categories) {
  const auto rarer = [](const Expected& a, const Expected& b) { return a.expected < b.expected; };
  while (categories.size() >= 2 && too_rare(categories)) {
    const auto rarest = std::min_element(categories.begin(), categories.end(), rarer);
    const Expected gone = *rarest;
    categories.erase(rarest);
    const auto into = std::min_element(categories.begin(), categories.end(), rarer);
    into->observed += gone.observed;
    into->expected += gone.expected;
  }
}

}  // namespace

double LInfinity::correction() const {
  return kRobustFactor * std::sqrt((n + m) / (n * m));
}

double LInfinity::robust() const {
  return std::max(0.0, simple - correction());
}

LInfinity numeric_drift(const KllSketch& current, const KllSketch& baseline, EqualItems equal) {
  const KllRanks a = kll_ranks(current, equal);
  const KllRanks b = kll_ranks(baseline, equal);
  DRIFTLAB_CHECK(a.total() > 0 && b.total() > 0, "an empty sketch has no distribution");
  LInfinity result{.n = static_cast<double>(a.total()), .m = static_cast<double>(b.total())};
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.values.size() || j < b.values.size()) {
    const bool from_a = j == b.values.size() || (i < a.values.size() && a.values[i] <= b.values[j]);
    const double at = from_a ? a.values[i] : b.values[j];
    while (i < a.values.size() && a.values[i] <= at) ++i;
    while (j < b.values.size() && b.values[j] <= at) ++j;
    const double below_a = i == 0 ? 0.0 : static_cast<double>(a.cumulative[i - 1]) / result.n;
    const double below_b = j == 0 ? 0.0 : static_cast<double>(b.cumulative[j - 1]) / result.m;
    result.simple = std::max(result.simple, std::abs(below_a - below_b));
  }
  return result;
}

LInfinity categorical_drift(const CategoryCounts& current, const CategoryCounts& baseline) {
  LInfinity result{.n = total(current), .m = total(baseline)};
  DRIFTLAB_CHECK(result.n > 0.0 && result.m > 0.0, "no categories, no distribution");
  const auto compare = [&](const std::string& name) {
    const double gap = std::abs(count_of(current, name) / result.n - count_of(baseline, name) / result.m);
    result.simple = std::max(result.simple, gap);
  };
  for (const auto& [name, count] : current) compare(name);
  for (const auto& [name, count] : baseline) compare(name);
  return result;
}

ChiSquared chi_squared_drift(const CategoryCounts& current, const CategoryCounts& baseline) {
  double known = 0.0;
  for (const auto& [name, count] : baseline) known += count_of(current, name);
  const double all = total(baseline);
  std::vector<Expected> categories;
  for (const auto& [name, count] : baseline)
    categories.push_back({.observed = count_of(current, name), .expected = static_cast<double>(count) / all * known});
  merge_rare(categories);
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  ChiSquared result{.statistic = kNaN, .p_value = kNaN, .categories = categories.size()};
  if (categories.size() < 2 || !(known > 0.0)) return result;
  result.statistic = 0.0;
  for (const Expected& category : categories)
    if (category.expected > 0.0) {
      const double gap = category.observed - category.expected;
      result.statistic += gap * gap / category.expected;
    }
  const double freedom = static_cast<double>(categories.size()) - 1.0;
  result.p_value = boost::math::gamma_q(freedom / 2.0, result.statistic / 2.0);
  return result;
}

}  // namespace driftlab::metric

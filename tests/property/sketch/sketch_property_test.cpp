/// What merging promises, on random values in random groupings.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/metric/sketch/hyperloglog.hpp"
#include "core/metric/sketch/kll.hpp"
#include "core/metric/sketch/moments.hpp"
#include "core/metric/sketch/value_type.hpp"
#include "tests/support/property.hpp"

namespace driftlab::metric {
namespace {

/// A column of up to a few hundred values, discrete or not, large or small.
std::vector<double> column() {
  const auto size = *rc::gen::inRange<std::size_t>(1, 600);
  const auto distinct = *rc::gen::element(2, 50, 1000000);
  const auto scale = *rc::gen::element(1.0, 1e-7, 1e12);
  std::vector<double> values;
  for (const int value : *rc::gen::container<std::vector<int>>(size, rc::gen::inRange(-distinct, distinct)))
    values.push_back(value * scale);
  return values;
}

/// The values cut into parts of random sizes, merged in a random tree.
template <class State, class Make>
State merged(const std::vector<double>& values, const Make& make) {
  std::vector<State> parts;
  for (std::size_t at = 0; at < values.size();) {
    const auto size = *rc::gen::inRange<std::size_t>(1, values.size() - at + 1);
    parts.push_back(make(std::span(values).subspan(at, size)));
    at += size;
  }
  while (parts.size() > 1) {
    const auto at = *rc::gen::inRange<std::size_t>(0, parts.size() - 1);
    parts[at].merge(parts[at + 1]);
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  return parts.front();
}

RC_GTEST_PROP(KllProperty, RanksStayWithinTheBoundInAnyGrouping, ()) {
  const auto values = column();
  const KllParameters small{.k = *rc::gen::element<std::size_t>(4, 16, 64)};
  const auto sketch = merged<KllSketch>(values, [&](std::span<const double> part) {
    KllSketch result(small);
    result.add(part);
    return result;
  });
  RC_ASSERT(sketch.count() == values.size());
  const KllRanks ranks = kll_ranks(sketch);
  for (const double at : values) {
    const auto exact = static_cast<std::int64_t>(
        std::count_if(values.begin(), values.end(), [&](double value) { return value <= at; }));
    const auto estimated = static_cast<std::int64_t>(ranks.rank(at));
    RC_ASSERT(std::abs(exact - estimated) <= static_cast<std::int64_t>(sketch.rank_error_bound()));
  }
}

RC_GTEST_PROP(MomentsProperty, AnyGroupingGivesTheSame, ()) {
  const auto values = column();
  Moments whole;
  whole.add(values);
  const auto parts = merged<Moments>(values, [](std::span<const double> part) {
    Moments moments;
    moments.add(part);
    return moments;
  });
  double magnitude = 0.0;
  for (const double value : values) magnitude += std::abs(value);
  RC_ASSERT(parts.count() == whole.count());
  RC_ASSERT(parts.min() == whole.min());
  RC_ASSERT(parts.max() == whole.max());
  RC_ASSERT(std::abs(parts.sum() - whole.sum()) <= 1e-15 * magnitude);
  RC_ASSERT(std::abs(parts.standard_deviation() - whole.standard_deviation()) <=
            1e-12 * std::max(whole.standard_deviation(), 1e-6 * magnitude));
}

RC_GTEST_PROP(HyperLogLogProperty, MergingIsExact, ()) {
  const auto values = column();
  const auto add_all = [](std::span<const double> part) {
    HyperLogLog distinct;
    for (const double value : part) distinct.add(value);
    return distinct;
  };
  RC_ASSERT(merged<HyperLogLog>(values, add_all) == add_all(values));
}

RC_GTEST_PROP(CellProperty, EveryDoubleComesBack, (double value)) {
  RC_PRE(std::isfinite(value));
  char buffer[32];
  const int size = std::snprintf(buffer, sizeof buffer, "%.17g", value);
  RC_ASSERT(read_cell(std::string_view(buffer, static_cast<std::size_t>(size))).value == value);
}

}  // namespace
}  // namespace driftlab::metric

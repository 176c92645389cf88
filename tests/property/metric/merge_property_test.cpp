/// What merging promises: parts merged in any grouping and order give what the whole gives.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/metric/bias/bias.hpp"
#include "core/metric/classification.hpp"
#include "core/metric/distance/binned.hpp"
#include "core/metric/distance/energy.hpp"
#include "core/metric/distance/kolmogorov.hpp"
#include "core/metric/regression.hpp"
#include "tests/support/property.hpp"

namespace driftlab::metric {
namespace {

/// Rows cut into parts of random sizes; the parts are merged pairwise in random order.
template <class State, class Add>
State merged(std::size_t rows, const Add& add) {
  std::vector<State> parts;
  for (std::size_t at = 0; at < rows;) {
    const auto size = *rc::gen::inRange<std::size_t>(1, rows - at + 1);
    State part;
    for (std::size_t row = at; row < at + size; ++row) add(part, row);
    parts.push_back(std::move(part));
    at += size;
  }
  while (parts.size() > 1) {
    const auto into = *rc::gen::inRange<std::size_t>(0, parts.size());
    const auto from = (into + *rc::gen::inRange<std::size_t>(1, parts.size())) % parts.size();
    parts[into].merge(parts[from]);
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(from));
  }
  return parts.empty() ? State() : parts.front();
}

template <class State, class Add>
State whole(std::size_t rows, const Add& add) {
  State state;
  for (std::size_t row = 0; row < rows; ++row) add(state, row);
  return state;
}

std::size_t some_rows() {
  return *rc::gen::inRange<std::size_t>(1, 300);
}

RC_GTEST_PROP(Merge, ConfusionMatricesExactly, ()) {
  const auto rows = some_rows();
  const auto labels = *rc::gen::container<std::vector<int>>(2 * rows, rc::gen::inRange(0, 5));
  const auto add = [&](ConfusionMatrix& matrix, std::size_t row) {
    matrix.add(std::to_string(labels[2 * row]), std::to_string(labels[2 * row + 1]));
  };
  const auto parts = merged<ConfusionMatrix>(rows, add);
  RC_ASSERT(parts == whole<ConfusionMatrix>(rows, add));
}

RC_GTEST_PROP(Merge, CurvesExactly, ()) {
  const auto rows = some_rows();
  const auto draws = *rc::gen::container<std::vector<int>>(rows, rc::gen::inRange(-40, 40));
  const auto add = [&](ScoredRows& scored, std::size_t row) { scored.add(draws[row] / 2 / 10.0, draws[row] % 2 != 0); };
  const auto parts = merged<ScoredRows>(rows, add);
  const auto all = whole<ScoredRows>(rows, add);
  RC_ASSERT(parts.points() == all.points());
  RC_ASSERT(parts.area_under_roc() == all.area_under_roc());
}

RC_GTEST_PROP(Merge, BiasExactly, ()) {
  const auto rows = some_rows();
  const auto draws = *rc::gen::container<std::vector<int>>(rows, rc::gen::inRange(0, 32));
  const std::vector<std::string> groups{"x", "y", "z", ""};
  const auto add = [&](BiasScore& score, std::size_t row) {
    const int draw = draws[row];
    score.add({.in_facet = (draw & 1) != 0,
               .label = (draw & 2) != 0,
               .predicted = (draw & 4) != 0,
               .group = groups[static_cast<std::size_t>(draw >> 3)]});
  };
  const auto parts = merged<BiasScore>(rows, add);
  RC_ASSERT(parts == whole<BiasScore>(rows, add));
}

RC_GTEST_PROP(Merge, RegressionToTheLastDigits, ()) {
  const auto rows = some_rows();
  const auto scale = *rc::gen::element(1.0, 1e-7, 1e9);
  const auto draws = *rc::gen::container<std::vector<int>>(2 * rows, rc::gen::inRange(-1000, 1000));
  const auto add = [&](RegressionScore& score, std::size_t row) {
    score.add(draws[2 * row] * scale, draws[2 * row + 1] * scale);
  };
  const auto parts = merged<RegressionScore>(rows, add).values();
  const auto all = whole<RegressionScore>(rows, add).values();
  const auto near = [](double left, double right) {
    return (std::isnan(left) && std::isnan(right)) ||
           std::abs(left - right) <= 1e-12 * std::max(1e-30, std::abs(right));
  };
  RC_ASSERT(near(parts->mae, all->mae));
  RC_ASSERT(near(parts->mse, all->mse));
  RC_ASSERT(near(parts->r2, all->r2));
}

RC_GTEST_PROP(Distances, AreSymmetricAndVanishOnTheSame, ()) {
  const auto draw = [] {
    std::vector<double> values;
    for (const int value : *rc::gen::container<std::vector<int>>(some_rows(), rc::gen::inRange(-50, 50)))
      values.push_back(value / 4.0);
    return Sample::create(values).value();
  };
  const auto a = draw();
  const auto b = draw();
  RC_ASSERT(kolmogorov_smirnov(a, b).statistic == kolmogorov_smirnov(b, a).statistic);
  RC_ASSERT(std::abs(wasserstein1(a, b) - wasserstein1(b, a)) <= 1e-12);
  RC_ASSERT(wasserstein1(a, a) == 0.0);
  RC_ASSERT(energy_distance(b, b) == 0.0);
  // The definition, by trying every value.
  double largest = 0.0;
  for (const auto& sample : {a, b})
    for (const double x : sample.sorted()) {
      const auto share = [x](const Sample& of) {
        const auto values = of.sorted();
        return static_cast<double>(std::upper_bound(values.begin(), values.end(), x) - values.begin()) /
               static_cast<double>(values.size());
      };
      largest = std::max(largest, std::abs(share(a) - share(b)));
    }
  RC_ASSERT(std::abs(kolmogorov_smirnov(a, b).statistic - largest) <= 1e-15);
}

}  // namespace
}  // namespace driftlab::metric

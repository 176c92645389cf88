/// The flip test by its k-d tree is the flip test by its definition.
#include <algorithm>
#include <vector>

#include "core/metric/bias/flip_test.hpp"
#include "tests/support/property.hpp"

namespace driftlab::metric {
namespace {

/// The definition, row against row: the nearest by (distance, index).
double flips_by_definition(const std::vector<double>& rest, const std::vector<std::uint8_t>& rest_predicted,
                           const std::vector<double>& facet, const std::vector<std::uint8_t>& facet_predicted,
                           std::size_t columns) {
  const std::size_t neighbours = rest_predicted.size() <= 9 ? 1 : 5;
  int sum = 0;
  for (std::size_t i = 0; i < facet_predicted.size(); ++i) {
    std::vector<std::pair<double, std::size_t>> distances;
    for (std::size_t j = 0; j < rest_predicted.size(); ++j) {
      double distance = 0.0;
      for (std::size_t column = 0; column < columns; ++column) {
        const double gap = facet[i * columns + column] - rest[j * columns + column];
        distance += gap * gap;
      }
      distances.emplace_back(distance, j);
    }
    std::sort(distances.begin(), distances.end());
    std::size_t votes = 0;
    for (std::size_t j = 0; j < neighbours; ++j) votes += rest_predicted[distances[j].second];
    sum += facet_predicted[i] - (2 * votes > neighbours ? 1 : 0);
  }
  return static_cast<double>(sum) / static_cast<double>(facet_predicted.size());
}

// Few distinct values make most distances equal, so that the rule of the earlier row decides.
RC_GTEST_PROP(FlipTest, IsTheDefinitionRowByRow, ()) {
  const auto columns = *rc::gen::inRange<std::size_t>(1, 5);
  const auto distinct = *rc::gen::element(2, 5, 1000000);
  const auto rows = [&](std::size_t count) {
    std::vector<double> values;
    for (const int value : *rc::gen::container<std::vector<int>>(count * columns, rc::gen::inRange(0, distinct)))
      values.push_back(value * 0.1);
    return values;
  };
  const auto flags = [](std::size_t count) {
    return *rc::gen::container<std::vector<std::uint8_t>>(count, rc::gen::element<std::uint8_t>(0, 1));
  };
  const auto rest_rows = *rc::gen::inRange<std::size_t>(1, 200);
  const auto facet_rows = *rc::gen::inRange<std::size_t>(1, 30);
  const auto rest = rows(rest_rows);
  const auto facet = rows(facet_rows);
  const auto rest_predicted = flags(rest_rows);
  const auto facet_predicted = flags(facet_rows);
  RC_ASSERT(flip_test(rest, rest_predicted, facet, facet_predicted, columns, 2).value() ==
            flips_by_definition(rest, rest_predicted, facet, facet_predicted, columns));
}

}  // namespace
}  // namespace driftlab::metric

#include "core/metric/bias/flip_test.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "core/metric/blocks.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kNeighboursMax = 5;
constexpr std::size_t kRowsForOneNeighbour = 9;
constexpr std::size_t kRowsAtOnce = 16;

struct Neighbour {
  double distance = std::numeric_limits<double>::infinity();
  std::uint8_t predicted = 0;
};

/// Squared distance, or something above `limit` as soon as it is.
double squared_distance(const double* left, const double* right, std::size_t columns, double limit) {
  double sum = 0.0;
  for (std::size_t i = 0; i < columns; ++i) {
    const double gap = left[i] - right[i];
    sum += gap * gap;
    if (sum > limit) break;
  }
  return sum;
}

bool majority(const double* row, std::span<const double> rest, std::span<const std::uint8_t> predicted,
              std::size_t columns, std::size_t neighbours) {
  std::array<Neighbour, kNeighboursMax> nearest;
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    const double distance = squared_distance(row, &rest[i * columns], columns, nearest[neighbours - 1].distance);
    if (distance >= nearest[neighbours - 1].distance) continue;
    std::size_t place = neighbours - 1;
    for (; place > 0 && nearest[place - 1].distance > distance; --place) nearest[place] = nearest[place - 1];
    nearest[place] = {distance, predicted[i]};
  }
  std::size_t votes = 0;
  for (std::size_t i = 0; i < neighbours; ++i) votes += nearest[i].predicted;
  return 2 * votes > neighbours;
}

}  // namespace

Result<double> flip_test(std::span<const double> rest, std::span<const std::uint8_t> rest_predicted,
                         std::span<const double> facet, std::span<const std::uint8_t> facet_predicted,
                         std::size_t columns, unsigned threads) {
  if (columns == 0) return input_error("there is no numeric feature to compare rows by");
  if (rest_predicted.empty() || facet_predicted.empty()) return input_error("one side has no rows");
  if (rest.size() != rest_predicted.size() * columns || facet.size() != facet_predicted.size() * columns)
    return input_error(fmt::format("{} + {} features for {} + {} rows of {} columns", rest.size(), facet.size(),
                                   rest_predicted.size(), facet_predicted.size(), columns));
  const std::size_t neighbours = rest_predicted.size() <= kRowsForOneNeighbour ? 1 : kNeighboursMax;
  std::vector<std::int8_t> flips(facet_predicted.size());
  for_each_block(flips.size(), kRowsAtOnce, threads, [&](std::size_t, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const bool other = majority(&facet[i * columns], rest, rest_predicted, columns, neighbours);
      flips[i] = static_cast<std::int8_t>(facet_predicted[i] - (other ? 1 : 0));
    }
  });
  std::int64_t sum = 0;
  for (const auto flip : flips) sum += flip;
  return static_cast<double>(sum) / static_cast<double>(flips.size());
}

}  // namespace driftlab::metric

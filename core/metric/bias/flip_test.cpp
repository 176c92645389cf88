#include "core/metric/bias/flip_test.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

#include <fmt/format.h>

#include "core/metric/bias/nearest_rows.hpp"
#include "core/metric/blocks.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kRowsForOneNeighbour = 9;
constexpr std::size_t kRowsAtOnce = 16;

/// Equal rows of the facet: asked about once.
struct FacetRow {
  const double* row = nullptr;
  std::int64_t rows = 0;
  std::int64_t positive = 0;  ///< of them, those that the model answered 1
};

std::vector<FacetRow> distinct_rows(std::span<const double> facet, std::span<const std::uint8_t> predicted,
                                    std::size_t columns) {
  std::vector<FacetRow> distinct;
  for (const std::size_t index : order_of_rows(facet, columns)) {
    const double* row = &facet[index * columns];
    if (distinct.empty() || !std::equal(row, row + columns, distinct.back().row)) distinct.push_back({.row = row});
    ++distinct.back().rows;
    distinct.back().positive += predicted[index];
  }
  return distinct;
}

}  // namespace

Result<double> flip_test(std::span<const double> rest, std::span<const std::uint8_t> rest_predicted,
                         std::span<const double> facet, std::span<const std::uint8_t> facet_predicted,
                         std::size_t columns, unsigned threads, const std::function<void(double)>& progress) {
  if (columns == 0) return input_error("there is no numeric feature to compare rows by");
  if (rest_predicted.empty() || facet_predicted.empty()) return input_error("one side has no rows");
  if (rest.size() != rest_predicted.size() * columns || facet.size() != facet_predicted.size() * columns)
    return input_error(fmt::format("{} + {} features for {} + {} rows of {} columns", rest.size(), facet.size(),
                                   rest_predicted.size(), facet_predicted.size(), columns));
  const std::size_t neighbours = rest_predicted.size() <= kRowsForOneNeighbour ? 1 : kNeighboursMax;
  const NearestRows nearest(rest, rest_predicted, columns);
  const auto distinct = distinct_rows(facet, facet_predicted, columns);
  std::vector<std::int64_t> flips(distinct.size());
  std::size_t done = 0;
  std::mutex telling;
  for_each_block(flips.size(), kRowsAtOnce, threads, [&](std::size_t, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i)
      flips[i] = distinct[i].positive - (nearest.majority(distinct[i].row, neighbours) ? distinct[i].rows : 0);
    if (!progress) return;
    const std::lock_guard lock(telling);
    done += last - first;
    progress(static_cast<double>(done) / static_cast<double>(flips.size()));
  });
  std::int64_t sum = 0;
  for (const auto flip : flips) sum += flip;
  return static_cast<double>(sum) / static_cast<double>(facet_predicted.size());
}

}  // namespace driftlab::metric

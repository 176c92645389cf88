#include "core/metric/attribution/ndcg.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/metric/sum.hpp"

namespace driftlab::metric {
namespace {

double discount(std::size_t rank) {
  return 1.0 / std::log2(static_cast<double>(rank) + 2.0);
}

/// Gains in the order of `scores`, those of equal scores averaged. A plain sum: published digits show it.
double discounted_gain(std::span<const double> gains, std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto left, auto right) { return scores[left] > scores[right]; });
  double sum = 0.0;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    double gain = 0.0;
    double discounts = 0.0;
    for (; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end) {
      gain += gains[order[end]];
      discounts += discount(end);
    }
    sum += gain / static_cast<double>(end - begin) * discounts;
    begin = end;
  }
  return sum;
}

double aggregate(std::vector<double>& values, ShapAggregation aggregation) {
  if (aggregation == ShapAggregation::Median) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
  }
  CompensatedSum sum;
  for (const double value : values)
    sum.add(aggregation == ShapAggregation::MeanAbsolute ? std::abs(value) : value * value);
  return sum.value() / static_cast<double>(values.size());
}

}  // namespace

Result<double> attribution_ndcg(std::span<const double> baseline, std::span<const double> live) {
  if (baseline.size() != live.size())
    return input_error(fmt::format("{} baseline attributions, {} live ones", baseline.size(), live.size()));
  if (baseline.empty()) return input_error("no attributions to compare");
  for (std::size_t i = 0; i < live.size(); ++i)
    if (!std::isfinite(baseline[i]) || !std::isfinite(live[i]))
      return input_error(fmt::format("attribution {} is not finite", i));
  const double ideal = discounted_gain(baseline, baseline);
  if (!(ideal > 0.0)) return std::numeric_limits<double>::quiet_NaN();
  return discounted_gain(baseline, live) / ideal;
}

std::vector<double> global_shap_values(std::span<const double> local, std::size_t features,
                                       ShapAggregation aggregation) {
  DRIFTLAB_CHECK(features > 0 && !local.empty() && local.size() % features == 0,
                 "local values are instances × features");
  std::vector<double> result;
  for (std::size_t feature = 0; feature < features; ++feature) {
    std::vector<double> values;
    for (std::size_t at = feature; at < local.size(); at += features) values.push_back(local[at]);
    result.push_back(aggregate(values, aggregation));
  }
  return result;
}

}  // namespace driftlab::metric

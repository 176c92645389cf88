#include "sim/service/cloudwatch/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/check.hpp"

namespace driftlab::service::cloudwatch {

void Distribution::assign(const std::vector<ValueCount>& values) {
  values_ = values;
  std::ranges::sort(values_, {}, &ValueCount::value);
  ends_.clear();
  double end = 0.0;
  for (const ValueCount& entry : values_) ends_.push_back(end += entry.count);
}

double Distribution::value_at(double rank) const {
  const auto place = std::ranges::upper_bound(ends_, rank);
  const auto index = std::min(static_cast<std::size_t>(place - ends_.begin()), values_.size() - 1);
  return values_[index].value;
}

double Distribution::percentile(double percent) const {
  DRIFTLAB_CHECK(!values_.empty(), "percentile of nothing");
  const double count = ends_.back();
  if (method_ == PercentileMethod::NearestRank)
    return value_at(std::max(0.0, std::ceil(percent / 100.0 * count) - 1.0));
  const double rank = percent / 100.0 * std::max(0.0, count - 1.0);
  const double below = value_at(std::floor(rank));
  const double above = value_at(std::ceil(rank));
  return below + (above - below) * (rank - std::floor(rank));
}

Distribution::Range Distribution::range_of(const Bounds& bounds) const {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  // Value bounds leave the lower one out, as documented. Percentages take both in, so that equal samples are not lost.
  if (!bounds.percent) return {bounds.lower.value_or(-kInfinity), bounds.upper.value_or(kInfinity), false};
  return {bounds.lower ? percentile(*bounds.lower) : -kInfinity, bounds.upper ? percentile(*bounds.upper) : kInfinity,
          true};
}

Totals Distribution::within(const Bounds& bounds) const {
  const Range range = range_of(bounds);
  Totals totals;
  for (const auto& [value, count] : values_)
    if ((range.lower_inclusive ? value >= range.lower : value > range.lower) && value <= range.upper)
      totals.merge({count, value * count, value, value});
  return totals;
}

std::optional<double> Distribution::trimmed_mean(const Bounds& bounds) const {
  const Totals totals = within(bounds);
  if (totals.empty()) return std::nullopt;
  return totals.sum / totals.count;
}

double Distribution::winsorized_mean(const Bounds& bounds) const {
  const Range range = range_of(bounds);
  double sum = 0.0;
  for (const auto& [value, count] : values_) sum += std::min(std::max(value, range.lower), range.upper) * count;
  return sum / ends_.back();
}

double Distribution::trimmed_count(const Bounds& bounds) const {
  return within(bounds).count;
}

double Distribution::trimmed_sum(const Bounds& bounds) const {
  return within(bounds).sum;
}

double Distribution::percentile_rank(const Bounds& bounds) const {
  return within(bounds).count / ends_.back() * 100.0;
}

}  // namespace driftlab::service::cloudwatch

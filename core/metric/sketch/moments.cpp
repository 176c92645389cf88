#include "core/metric/sketch/moments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "core/metric/sketch/range_lanes.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kLanes = RangeLanes::kLanes;
constexpr std::size_t kBatch = 1024;
using Lanes = std::array<double, kLanes>;

/// sum += term, with what rounding lost in `lost` (Knuth's TwoSum: no branch).
inline void two_sum(double& sum, double term, double& lost) {
  const double total = sum + term;
  const double part = total - sum;
  lost += (sum - (total - part)) + (term - part);
  sum = total;
}

struct BatchSums {
  double sum = 0.0;
  double lost = 0.0;
  double min = 0.0;
  double max = 0.0;
};

BatchSums sum_batch(std::span<const double> values) {
  Lanes sums{};
  Lanes lost{};
  RangeLanes range(values[0]);
  const std::size_t whole = values.size() - values.size() % kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) two_sum(sums[lane], values[i + lane], lost[lane]);
    range.add(values.data() + i);
  }
  const auto [low, high] = range.range();
  BatchSums total{.min = low, .max = high};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    two_sum(total.sum, sums[lane], total.lost);
    total.lost += lost[lane];
  }
  for (const double value : values.subspan(whole)) {
    two_sum(total.sum, value, total.lost);
    total.min = std::min(total.min, value);
    total.max = std::max(total.max, value);
  }
  return total;
}

double squared_deviations_from(std::span<const double> values, double mean) {
  Lanes sums{};
  const std::size_t whole = values.size() - values.size() % kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double deviation = values[i + lane] - mean;
      sums[lane] += deviation * deviation;
    }
  double total = 0.0;
  for (const double sum : sums) total += sum;
  for (const double value : values.subspan(whole)) total += (value - mean) * (value - mean);
  return total;
}

}  // namespace

void Moments::add(std::span<const double> values) {
  for (; values.size() > kBatch; values = values.subspan(kBatch)) add_batch(values.first(kBatch));
  if (!values.empty()) add_batch(values);
}

void Moments::add_batch(std::span<const double> values) {
  const BatchSums sums = sum_batch(values);
  Moments batch;
  batch.count_ = values.size();
  batch.sum_ = sums.sum;
  batch.compensation_ = sums.lost;
  batch.mean_ = batch.sum() / static_cast<double>(values.size());
  batch.squared_deviations_ = squared_deviations_from(values, batch.mean_);
  batch.min_ = sums.min;
  batch.max_ = sums.max;
  merge(batch);
}

void Moments::merge(const Moments& other) {
  if (other.count_ == 0) return;
  if (count_ == 0) {
    *this = other;
    return;
  }
  const auto n = static_cast<double>(count_);
  const auto m = static_cast<double>(other.count_);
  const double gap = other.mean_ - mean_;
  squared_deviations_ += other.squared_deviations_ + gap * gap * (n * m / (n + m));
  two_sum(sum_, other.sum_, compensation_);
  compensation_ += other.compensation_;
  count_ += other.count_;
  mean_ = sum() / static_cast<double>(count_);
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

double Moments::mean() const {
  return count_ == 0 ? 0.0 : sum() / static_cast<double>(count_);
}

double Moments::standard_deviation() const {
  return count_ == 0 ? 0.0 : std::sqrt(squared_deviations_ / static_cast<double>(count_));
}

}  // namespace driftlab::metric

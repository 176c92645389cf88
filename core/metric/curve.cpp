#include "core/metric/curve.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/metric/sorting.hpp"

namespace driftlab::metric {
namespace {

constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

/// Calls `point(key, true positives, false positives)` at the last row of each distinct score, descending; counts go on
/// from those given.
template <class Point>
void walk_down(const std::vector<std::uint64_t>& sorted, std::uint64_t& tp, std::uint64_t& fp, const Point& point) {
  for (std::size_t i = sorted.size(); i-- > 0;) {
    const std::uint64_t positive = sorted[i] & 1U;
    tp += positive;
    fp += 1 - positive;
    if (i == 0 || (sorted[i - 1] ^ sorted[i]) > 1) point(sorted[i] >> 1, tp, fp);
  }
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void ScoredRows::add(double score, bool positive) {
  const std::uint64_t key = order_key(score);
  ((key & kSign) != 0 ? above_ : below_).push_back(key << 1 | (positive ? 1U : 0U));
  positives_ += positive ? 1 : 0;
}

Result<void> ScoredRows::add(std::span<const double> scores, std::span<const std::uint8_t> positive) {
  if (scores.size() != positive.size())
    return input_error(fmt::format("{} scores, {} labels", scores.size(), positive.size()));
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (std::isnan(scores[i]) || positive[i] > 1)
      return input_error(fmt::format("row {}: score {}, label {}; expected a number and 0 or 1", i, scores[i],
                                     static_cast<int>(positive[i])));
  above_.reserve(above_.size() + scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) add(scores[i], positive[i] != 0);
  return {};
}

void ScoredRows::merge(const ScoredRows& other) {
  above_.insert(above_.end(), other.above_.begin(), other.above_.end());
  below_.insert(below_.end(), other.below_.begin(), other.below_.end());
  positives_ += other.positives_;
}

std::vector<RankedPoint> ScoredRows::points() const {
  std::vector<RankedPoint> points;
  std::uint64_t tp = 0;
  std::uint64_t fp = 0;
  for (const auto* list : {&above_, &below_}) {
    auto keys = *list;
    sort_keys(keys);
    const std::uint64_t sign = list == &above_ ? kSign : 0;
    walk_down(keys, tp, fp, [&](std::uint64_t key, std::uint64_t true_positives, std::uint64_t false_positives) {
      points.push_back({from_order_key(key | sign), true_positives, false_positives});
    });
  }
  return points;
}

double ScoredRows::area_under_roc() const {
  const std::uint64_t negatives = rows() - positives_;
  std::uint64_t tp = 0;
  std::uint64_t fp = 0;
  double area = 0.0;
  double x = 0.0;
  double y = 0.0;
  const auto step = [&](std::uint64_t, std::uint64_t true_positives, std::uint64_t false_positives) {
    const double next_x = share(false_positives, negatives);
    const double next_y = share(true_positives, positives_);
    area += (next_x - x) * (next_y + y) / 2.0;
    x = next_x;
    y = next_y;
  };
  for (const auto* list : {&above_, &below_}) {
    auto keys = *list;
    sort_keys(keys);
    walk_down(keys, tp, fp, step);
  }
  return area;
}

RocCurve roc_curve(std::span<const RankedPoint> points) {
  RocCurve curve{.false_positive_rates = {0.0}, .true_positive_rates = {0.0}};
  for (const auto& point : points) {
    curve.false_positive_rates.push_back(share(point.false_positives, points.back().false_positives));
    curve.true_positive_rates.push_back(share(point.true_positives, points.back().true_positives));
  }
  curve.false_positive_rates.push_back(1.0);
  curve.true_positive_rates.push_back(1.0);
  return curve;
}

PrecisionRecallCurve precision_recall_curve(std::span<const RankedPoint> points) {
  PrecisionRecallCurve curve;
  if (points.empty()) return curve;
  for (const auto& point : points) {
    curve.precisions.push_back(share(point.true_positives, point.true_positives + point.false_positives));
    curve.recalls.push_back(share(point.true_positives, points.back().true_positives));
  }
  curve.precisions.insert(curve.precisions.begin(), curve.precisions.front());
  curve.recalls.insert(curve.recalls.begin(), 0.0);
  return curve;
}

double area_under(const PrecisionRecallCurve& curve) {
  double area = 0.0;
  for (std::size_t i = 1; i < curve.recalls.size(); ++i)
    area += (curve.recalls[i] - curve.recalls[i - 1]) * (curve.precisions[i] + curve.precisions[i - 1]) / 2.0;
  return area;
}

}  // namespace driftlab::metric

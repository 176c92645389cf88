#pragma once
/// ROC and precision–recall curves of scored rows, with ties, and the area under them.

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::metric {

struct RocCurve {
  std::vector<double> false_positive_rates;
  std::vector<double> true_positive_rates;
};
struct PrecisionRecallCurve {
  std::vector<double> precisions;
  std::vector<double> recalls;
};

/// Rows answered positive when everything scored at least `score` is.
struct RankedPoint {
  double score = 0.0;
  std::uint64_t true_positives = 0;
  std::uint64_t false_positives = 0;
  bool operator==(const RankedPoint&) const = default;
};

/// Scores with their true classes: a mergeable state that keeps every row (8 bytes each), so merging is exact and
/// independent of order. Curves follow Spark's binary metrics: scores descending, one point per distinct score.
class ScoredRows {
 public:
  /// The score must not be NaN.
  void add(double score, bool positive);
  /// Columns of the same length; `positive` holds 0 or 1. Errors: InvalidInput naming the row of a NaN or another
  /// class.
  [[nodiscard]] Result<void> add(std::span<const double> scores, std::span<const std::uint8_t> positive);
  void merge(const ScoredRows& other);

  [[nodiscard]] std::uint64_t positives() const { return positives_; }
  [[nodiscard]] std::uint64_t rows() const { return above_.size() + below_.size(); }

  /// One point per distinct score, descending. Sorts: O(n).
  [[nodiscard]] std::vector<RankedPoint> points() const;
  /// Trapezoid area under the ROC points, added in their order in doubles, as the service does. A rate whose class has
  /// no rows is 0, so the area is 0 without negatives and without positives.
  [[nodiscard]] double area_under_roc() const;

 private:
  // A row is its order key without the leading bit, which is the same for all keys of one list, followed by the class:
  // sorting one word a row orders the scores and carries the classes along.
  std::vector<std::uint64_t> above_;  ///< scores of at least 0
  std::vector<std::uint64_t> below_;
  std::uint64_t positives_ = 0;
};

/// A leading (0, 0), the points, a trailing (1, 1).
[[nodiscard]] RocCurve roc_curve(std::span<const RankedPoint> points);
/// A leading point with recall 0 and the first point's precision, then the points.
[[nodiscard]] PrecisionRecallCurve precision_recall_curve(std::span<const RankedPoint> points);
/// Trapezoid area under the precision–recall points: `au_prc`.
[[nodiscard]] double area_under(const PrecisionRecallCurve& curve);

}  // namespace driftlab::metric

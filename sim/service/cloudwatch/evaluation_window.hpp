#pragma once
/// The evaluation range of an alarm: buckets that slide over the slots of its metric.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/service/cloudwatch/metric_store.hpp"
#include "sim/service/cloudwatch/statistic.hpp"

namespace driftlab::service::cloudwatch {

/// One bucket: a value, or missing.
struct BucketPoint {
  bool present = false;
  double value = 0.0;
  double sample_count = 0.0;
};

/// Buckets [E − kP, E − (k − 1)P), k = 1 the newest. Keeps, for each boundary, the index of its first slot, so that a
/// step in which no slot crosses a boundary costs one comparison a boundary and no aggregation. No allocation after
/// the first step. The record must outlive it.
class EvaluationWindow {
 public:
  struct Shape {
    std::string unit = {};  ///< empty: all units as one
    Duration period{60s};
    int range = 3;  ///< number of buckets
    Statistic statistic = {};
  };
  EvaluationWindow(const MetricRecord& record, Shape shape, PercentileMethod method);

  /// Moves to the end instant E. False when every bucket has the very samples of the last call.
  bool advance(Instant end);
  /// Newest first.
  [[nodiscard]] std::span<const BucketPoint> points() const { return points_; }
  /// Start of the bucket at `index` (0 = newest): how the service names it.
  [[nodiscard]] Instant label(std::size_t index) const {
    return end_ - static_cast<std::int64_t>(index + 1) * shape_.period;
  }

 private:
  struct Cursor {
    const SlotStream* slots = nullptr;
    std::uint64_t revision = 0;
    std::vector<std::size_t> first = {};  ///< per boundary, newest first: range + 1 of them
  };
  void adopt_streams();
  bool follow(Cursor& cursor, bool restart) const;
  void aggregate();

  const MetricRecord* record_;
  Shape shape_;
  Aggregate aggregate_;
  Instant end_ = Instant::min();
  std::size_t streams_seen_ = 0;
  std::vector<Cursor> cursors_;
  std::vector<BucketPoint> points_;
};

}  // namespace driftlab::service::cloudwatch

#pragma once
/// Statistics that need single values: percentiles, and means, counts and sums between two bounds.

#include <optional>
#include <vector>

#include "sim/service/cloudwatch/config.hpp"
#include "sim/service/cloudwatch/slot_stream.hpp"

namespace driftlab::service::cloudwatch {

/// Bounds of TM, WM, TC, TS and PR: two percentages, or two values. An absent one is open.
struct Bounds {
  bool percent = true;
  std::optional<double> lower = {};
  std::optional<double> upper = {};
};

/// Values in ascending order with their counts. O(n log n) to build, O(log n) or O(n) a question.
class Distribution {
 public:
  explicit Distribution(PercentileMethod method) : method_(method) {}

  /// Takes the values as they come; counts > 0. Keeps its memory between uses.
  void assign(const std::vector<ValueCount>& values);
  [[nodiscard]] bool empty() const { return values_.empty(); }

  /// `percent` in 0…100. Not empty.
  [[nodiscard]] double percentile(double percent) const;
  /// Mean of the samples within the bounds; nothing when none is.
  [[nodiscard]] std::optional<double> trimmed_mean(const Bounds& bounds) const;
  /// Mean with the samples outside pulled to the nearest bound.
  [[nodiscard]] double winsorized_mean(const Bounds& bounds) const;
  [[nodiscard]] double trimmed_count(const Bounds& bounds) const;
  [[nodiscard]] double trimmed_sum(const Bounds& bounds) const;
  /// Share of the samples within the bounds, in percent.
  [[nodiscard]] double percentile_rank(const Bounds& bounds) const;

 private:
  struct Range {
    double lower = 0.0;
    double upper = 0.0;
    bool lower_inclusive = true;
  };
  [[nodiscard]] Range range_of(const Bounds& bounds) const;
  [[nodiscard]] Totals within(const Bounds& bounds) const;
  [[nodiscard]] double value_at(double rank) const;

  PercentileMethod method_;
  std::vector<ValueCount> values_;
  std::vector<double> ends_;  ///< running counts
};

}  // namespace driftlab::service::cloudwatch

#pragma once
/// Statistics by their CloudWatch names, and their value over a set of slots.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/service/cloudwatch/distribution.hpp"

namespace driftlab::service::cloudwatch {

struct Statistic {
  enum class Kind {
    SampleCount,
    Sum,
    Average,
    Minimum,
    Maximum,
    Percentile,
    TrimmedMean,
    WinsorizedMean,
    TrimmedCount,
    TrimmedSum,
    PercentileRank,
  };
  Kind kind = Kind::Average;
  double percent = 0.0;  ///< of Percentile
  Bounds bounds = {};    ///< of the kinds after Percentile

  [[nodiscard]] bool needs_values() const { return kind >= Kind::Percentile; }
};

/// "Average", "Sum", "Minimum", "Maximum" or "SampleCount".
[[nodiscard]] std::optional<Statistic> parse_basic_statistic(std::string_view text);
/// "p90", "tm90", "TM(10%:90%)", "PR(0:300)", "IQM", …; a percentage has at most ten decimals.
[[nodiscard]] std::optional<Statistic> parse_extended_statistic(std::string_view text);
/// Either.
[[nodiscard]] std::optional<Statistic> parse_statistic(std::string_view text);

/// Gathers slots and answers for their union. Reuse one: it keeps its memory, so that a steady state allocates nothing.
class Aggregate {
 public:
  explicit Aggregate(PercentileMethod method) : distribution_(method) {}

  /// `keep_values`: single values will be asked for.
  void clear(bool keep_values);
  /// `high_resolution_only`: what a period below a minute sees.
  void add(std::span<const Slot> slots, bool high_resolution_only);
  [[nodiscard]] const Totals& totals() const { return totals_; }
  /// Nothing when there are no samples, or when the statistic needs single values that are not known or negative.
  [[nodiscard]] std::optional<double> value(const Statistic& statistic);

 private:
  [[nodiscard]] std::optional<double> distribution_value(const Statistic& statistic);

  Totals totals_;
  bool keep_values_ = false;
  bool known_ = true;
  bool sorted_ = false;
  std::vector<ValueCount> values_;
  Distribution distribution_;
};

}  // namespace driftlab::service::cloudwatch

#pragma once
/// statistics.json, constraints.json, constraint_violations.json and residual_sketches.json of the series monitor: the
/// layouts of model quality, extended by horizon steps and items.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/metric/sketch/kll.hpp"
#include "core/monitor/series/series_profile.hpp"

namespace driftlab::monitor {

/// A part of the forecasts: all of them, one horizon step, or one item.
struct SeriesGroup {
  std::optional<std::size_t> horizon;
  std::optional<std::string> item;
  auto operator<=>(const SeriesGroup&) const = default;
  [[nodiscard]] bool is_whole() const { return !horizon && !item; }
  /// "", " of horizon 3", " of item 'A'".
  [[nodiscard]] std::string text() const;
};

struct SeriesConstraint {
  std::string metric;
  double threshold = 0.0;
  bool greater = true;  ///< GreaterThanThreshold, else LessThanThreshold
};

/// How residuals are compared with the baseline's: "Robust" takes off the Kolmogorov–Smirnov distance what two samples
/// of one distribution may differ by (1.8 √((n + m) / (n m))), "Simple" does not; both as data quality has them.
struct ResidualDrift {
  bool perform_comparison = true;
  bool robust = true;
  double threshold = 0.1;
  bool per_horizon = true;
  bool per_item = false;
};

struct SeriesConstraints {
  std::map<SeriesGroup, std::vector<SeriesConstraint>> groups;  ///< in file order within a group
  bool evaluate_constraints = true;
  bool emit_metrics = true;
  ResidualDrift residual_drift;
  std::vector<std::string> notes;  ///< keys that were not understood
};

[[nodiscard]] std::string write_series_constraints(const SeriesConstraints& constraints);
/// Errors: InvalidInput with file, line, field and expectation: another version or kind, unknown metrics and operators
/// (with the nearest name), thresholds that are not numbers.
[[nodiscard]] Result<SeriesConstraints> read_series_constraints(std::string_view json, const std::string& file);

/// What the residuals of a group looked like.
struct ResidualSketch {
  metric::KllSketch sketch;
  std::uint64_t rank_error = 0;  ///< no rank read from the sketch is further off
};
using ResidualSketches = std::map<SeriesGroup, ResidualSketch>;

[[nodiscard]] ResidualSketches residual_sketches(const SeriesProfile& profile);
[[nodiscard]] std::string write_residual_sketches(const ResidualSketches& sketches);
/// Errors: InvalidInput with file, line, field and expectation; another version.
[[nodiscard]] Result<ResidualSketches> read_residual_sketches(std::string_view json, const std::string& file);

/// How far the residuals of a group are from the baseline's.
struct ResidualDistance {
  SeriesGroup group;
  double distance = 0.0;  ///< by the method of the constraints
  double p_value = 1.0;   ///< of the two-sample Kolmogorov–Smirnov test, for residuals that are independent
};

struct SeriesViolation {
  SeriesGroup group;
  std::string metric;
  std::string check;  ///< the operator, or residual_drift_check
  std::string description;
};

[[nodiscard]] std::string write_series_statistics(const SeriesProfile& profile,
                                                  std::span<const ResidualDistance> residuals, Instant at);
[[nodiscard]] std::string write_series_violations(std::span<const SeriesViolation> violations);

}  // namespace driftlab::monitor

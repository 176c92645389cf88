#pragma once
/// The series monitor: baseline (profile → statistics, suggested constraints, residual sketches) and run (profile and
/// constraints → statistics, violations, metrics, exit message).

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/monitor/series/series_files.hpp"
#include "core/monitor/series/series_profile.hpp"

namespace driftlab::monitor {

struct SeriesBaselineOptions {
  /// Share of its value by which a suggested threshold is loosened: 0.1 lets an error grow by a tenth. 0: thresholds
  /// are the baseline values, as the service's other monitors suggest them.
  double margin = 0.0;
  std::vector<std::string> horizon_metrics;  ///< metrics that get a constraint for each horizon step
  std::vector<std::string> item_metrics;     ///< likewise for each item
};

struct SeriesBaseline {
  SeriesConstraints constraints;
  std::string statistics_json;
  std::string constraints_json;
  std::string sketches_json;
};

/// Errors: InvalidInput: a profile without truth, a margin that is negative, metrics that have no constraint.
[[nodiscard]] Result<SeriesBaseline> series_baseline(const SeriesProfile& profile, const SeriesBaselineOptions& options,
                                                     Instant at);

/// One value for CloudWatch; the dimensions Horizon and Item follow from the group, the others are the job's.
struct SeriesMetric {
  std::string name;
  SeriesGroup group;
  double value = 0.0;
};

struct SeriesRun {
  std::vector<SeriesViolation> violations;
  std::vector<ResidualDistance> residuals;
  std::vector<SeriesMetric> metrics;  ///< all values of the whole, and those of steps and items that are judged
  std::vector<std::string> notes;     ///< what was not judged, and why
  std::string statistics_json;
  std::string constraints_json;  ///< freshly suggested from the current data
  std::string violations_json;
  std::string exit_message;
};

/// Without sketches of the baseline there is no residual drift; a note says so. Errors: InvalidInput for a profile
/// without truth ("Job inputs had no data" is the reader's to say).
[[nodiscard]] Result<SeriesRun> run_series(const SeriesProfile& profile, const SeriesConstraints& constraints,
                                           const std::optional<ResidualSketches>& baseline, Instant at);

}  // namespace driftlab::monitor

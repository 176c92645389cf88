#pragma once
/// The data-quality monitor: baseline (dataset → statistics, suggested constraints) and run (dataset, constraints →
/// statistics, violations, metrics, exit message).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/monitor/data_quality/checks.hpp"
#include "core/monitor/data_quality/constraints.hpp"
#include "core/monitor/data_quality/statistics.hpp"
#include "core/monitor/profile/dataset_profile.hpp"

namespace driftlab::monitor {

/// One value for CloudWatch, without namespace and the dimensions of endpoint and schedule: those are the job's.
struct FeatureMetric {
  std::string name;     ///< "feature_data_age"
  std::string feature;  ///< the dimension Feature
  std::optional<double> value;
  /// Of feature_data_<name>: a statistic set, from which CloudWatch derives Max, Min, Sum, SampleCount and Average.
  struct Set {
    double sample_count = 0.0, sum = 0.0, minimum = 0.0, maximum = 0.0;
    bool operator==(const Set&) const = default;
  };
  std::optional<Set> set;
  bool operator==(const FeatureMetric&) const = default;
};

struct DataQualityBaseline {
  std::string statistics_json;
  std::string constraints_json;
  Statistics statistics;
  Constraints constraints;
};

[[nodiscard]] DataQualityBaseline data_quality_baseline(const DatasetProfile& dataset, CategoricalDriftMethod method);

struct DataQualityRun {
  std::string statistics_json;
  std::string constraints_json;  ///< freshly suggested from the current data
  std::string violations_json;
  Statistics statistics;
  CheckResult checks;
  std::vector<FeatureMetric> metrics;
  std::string exit_message;  ///< "Completed: …" or "CompletedWithViolations: …"
};

/// The dataset must have been profiled with `domains_to_watch` of the constraints.
[[nodiscard]] DataQualityRun run_data_quality(const DatasetProfile& dataset, const Constraints& constraints,
                                              const std::optional<Statistics>& baseline, const CheckOptions& options);

}  // namespace driftlab::monitor

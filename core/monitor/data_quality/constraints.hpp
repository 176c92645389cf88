#pragma once
/// constraints.json of the data-quality monitor: suggested by a baseline, edited by people, checked by runs.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/sketch/value_type.hpp"
#include "core/monitor/data_quality/statistics.hpp"

namespace driftlab::monitor {

enum class ComparisonMethod { Simple, Robust };
enum class CategoricalDriftMethod { LInfinity, ChiSquared };
[[nodiscard]] std::string_view to_string(CategoricalDriftMethod method);

/// `monitoring_config`; the defaults are those of a file without it.
struct MonitoringConfig {
  bool evaluate_constraints = true;
  bool emit_metrics = true;
  double datatype_check_threshold = 1.0;
  double domain_content_threshold = 1.0;
  bool perform_comparison = true;
  double comparison_threshold = 0.1;
  ComparisonMethod comparison_method = ComparisonMethod::Robust;
  std::optional<double> categorical_comparison_threshold;  ///< absent: comparison_threshold
  CategoricalDriftMethod categorical_drift_method = CategoricalDriftMethod::LInfinity;
};

struct FeatureConstraints {
  std::string name;
  metric::ColumnType type = metric::ColumnType::Unknown;
  std::optional<double> completeness;
  std::optional<bool> is_non_negative;
  std::optional<std::vector<std::string>> domains;
  std::optional<bool> evaluate_constraints;  ///< overrides of this feature
  std::optional<bool> emit_metrics;
};

struct Constraints {
  std::vector<FeatureConstraints> features;
  MonitoringConfig config;
  std::vector<std::string> notes;  ///< keys that were ignored, with file and line
  [[nodiscard]] const FeatureConstraints* find(std::string_view name) const;
};

/// What the service would suggest: observed completeness, sign of numbers, and the values of texts as their domain when
/// they are few and at most a tenth of them occurs once.
[[nodiscard]] Constraints suggest_constraints(const Statistics& statistics, CategoricalDriftMethod method);

[[nodiscard]] std::string write_constraints(const Constraints& constraints);

/// Overrides are accepted under the feature (`monitoringConfigOverrides`, `monitoring_config_overrides`) and under
/// string_constraints or num_constraints; comparison methods as `Simple`, `Robust`, `linf_simple`, `linf_robust`. A key
/// that is nearly a known one is an error, others become notes. Errors: InvalidInput with file, line, field,
/// expectation.
[[nodiscard]] Result<Constraints> read_constraints_file(std::string_view json, const std::string& file);

}  // namespace driftlab::monitor

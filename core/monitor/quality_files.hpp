#pragma once
/// statistics.json, constraints.json and constraint_violations.json of regression quality.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/metric/regression.hpp"

namespace driftlab::monitor {

/// A scalar of the statistics, in file order. NaN where it is not defined.
struct ScalarMetric {
  std::string name;
  double value = 0.0;
  std::optional<double> standard_deviation;
};

/// mae, mse, rmse, r2.
[[nodiscard]] std::vector<ScalarMetric> scalar_metrics(const metric::RegressionQuality& quality);

struct Constraint {
  std::string metric;
  double threshold = 0.0;
  bool greater = true;  ///< GreaterThanThreshold, else LessThanThreshold
};

/// The baseline values as thresholds: errors may not grow, r2 may not fall. Undefined values get none.
[[nodiscard]] std::vector<Constraint> suggested_constraints(std::span<const ScalarMetric> metrics);

[[nodiscard]] std::string statistics_json(std::span<const ScalarMetric> metrics, std::size_t rows, Instant at);
[[nodiscard]] std::string constraints_json(std::span<const Constraint> constraints);
/// Errors: InvalidInput for text that is not JSON, lacks `regression_constraints`, names an unknown metric or operator.
[[nodiscard]] Result<std::vector<Constraint>> read_constraints(std::string_view json);

struct Violation {
  std::string check;  ///< the operator
  std::string metric;
  std::string description;
};
/// In the order of the metrics. Equality passes; an undefined value violates nothing.
[[nodiscard]] std::vector<Violation> find_violations(std::span<const ScalarMetric> metrics,
                                                     std::span<const Constraint> constraints);
[[nodiscard]] std::string violations_json(std::span<const Violation> violations);

}  // namespace driftlab::monitor

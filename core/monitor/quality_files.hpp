#pragma once
/// statistics.json, constraints.json and constraint_violations.json of model quality.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/metric/classification.hpp"
#include "core/metric/regression.hpp"

namespace driftlab::monitor {

enum class ProblemType { Regression, BinaryClassification, MulticlassClassification };

/// "Regression", "BinaryClassification", "MulticlassClassification". Errors: InvalidInput with the nearest one.
[[nodiscard]] Result<ProblemType> read_problem_type(std::string_view text);
/// "regression", "binary_classification", "multiclass_classification": the beginning of the keys in the files.
[[nodiscard]] std::string_view problem_key(ProblemType problem);

/// A scalar of the statistics, in file order. NaN where it is not defined.
struct ScalarMetric {
  std::string name;
  double value = 0.0;
  std::optional<double> standard_deviation;
};

/// What a dataset scored: the scalars, and what stands beside them in the statistics.
struct QualityStatistics {
  ProblemType problem = ProblemType::Regression;
  std::size_t rows = 0;
  std::vector<ScalarMetric> scalars;
  metric::ConfusionMatrix confusion_matrix;  ///< of classifiers
  std::vector<metric::RankedPoint> points;   ///< of the curves; empty without probabilities
};

[[nodiscard]] QualityStatistics quality_statistics(const metric::RegressionQuality& quality);
[[nodiscard]] QualityStatistics quality_statistics(const metric::BinaryQuality& quality);
[[nodiscard]] QualityStatistics quality_statistics(const metric::MulticlassQuality& quality);

struct Constraint {
  std::string metric;
  double threshold = 0.0;
  bool greater = true;  ///< GreaterThanThreshold, else LessThanThreshold
};

/// The baseline values as thresholds: errors may not grow, qualities may not fall. Undefined values and those of the
/// best constant classifier get none.
[[nodiscard]] std::vector<Constraint> suggested_constraints(const QualityStatistics& statistics);

[[nodiscard]] std::string statistics_json(const QualityStatistics& statistics, Instant at);
[[nodiscard]] std::string constraints_json(ProblemType problem, std::span<const Constraint> constraints);
/// Errors: InvalidInput naming `file`, line and field: text that is not JSON, another version, constraints of another
/// problem type, an unknown metric, key or operator, a threshold that is not a number.
[[nodiscard]] Result<std::vector<Constraint>> read_constraints(ProblemType problem, std::string_view json,
                                                               const std::string& file = "constraints");

struct Violation {
  std::string check;   ///< the operator
  std::string metric;  ///< camel case where the key has underscores: "truePositiveRate"
  std::string description;
};
/// In the service's order. Equality passes; an undefined value violates nothing. The service never evaluates `f0_5`,
/// though it suggests a constraint for it: `faithful` keeps that.
[[nodiscard]] std::vector<Violation> find_violations(const QualityStatistics& statistics,
                                                     std::span<const Constraint> constraints, bool faithful = true);
[[nodiscard]] std::string violations_json(std::span<const Violation> violations);

}  // namespace driftlab::monitor

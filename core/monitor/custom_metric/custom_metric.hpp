#pragma once
/// Metrics of the user's own: an expression over the columns of a dataset, with a threshold.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/monitor/profile/row_block.hpp"
#include "core/monitor/transform/metric_expression.hpp"

namespace driftlab::monitor {

struct CustomMetric {
  std::string name;  ///< of the CloudWatch metric: 1 to 255 printable ASCII characters
  MetricExpression expression;
  std::optional<double> threshold;
  std::string comparison_operator = "GreaterThanThreshold";  ///< as CloudWatch's alarms have them
};

/// {"metrics": [{"name": "mae", "expression": "mean(abs(label - output))", "threshold": 2.5,
///               "comparison_operator": "GreaterThanThreshold"}]}
/// Errors: InvalidInput with file, line, field and expectation.
[[nodiscard]] Result<std::vector<CustomMetric>> read_custom_metrics(std::string_view json, const std::string& file);
/// "mae = mean(abs(label - output))". Errors: InvalidInput.
[[nodiscard]] Result<CustomMetric> parse_custom_metric(std::string_view text);
/// One of GreaterThanThreshold, GreaterThanOrEqualToThreshold, LessThanThreshold, LessThanOrEqualToThreshold. Errors:
/// InvalidInput with the nearest one.
[[nodiscard]] Result<> check_comparison_operator(std::string_view name);

/// Feeds rows of blocks to the expressions.
class CustomMetrics {
 public:
  explicit CustomMetrics(std::vector<CustomMetric> metrics);
  /// `names` are the columns of the source so far.
  void add(const RowBlock& block, const std::vector<std::string>& names);
  /// To be called at the end. Errors: InvalidInput for a column that no row had, with its place and the nearest name.
  [[nodiscard]] Result<> check_columns(const std::vector<std::string>& names) const;
  [[nodiscard]] const std::vector<CustomMetric>& metrics() const { return metrics_; }

 private:
  std::vector<CustomMetric> metrics_;
  std::vector<std::vector<std::optional<std::size_t>>> places_;  ///< of each metric's columns
  std::size_t seen_ = 0;                                         ///< columns
};

struct CustomValue {
  std::string name;
  std::optional<double> value;  ///< nothing where it is not defined
};

struct CustomConstraint {
  std::string name;
  double threshold = 0.0;
  std::string comparison_operator;
};

struct CustomViolation {
  std::string name;
  std::string check;  ///< the operator
  std::string description;
};

[[nodiscard]] std::vector<CustomValue> custom_values(std::span<const CustomMetric> metrics);
/// The threshold given with a metric, else its value, loosened by `margin` of it in the direction of the operator.
[[nodiscard]] std::vector<CustomConstraint> suggest_custom_constraints(std::span<const CustomMetric> metrics,
                                                                       double margin);
/// A value that is not defined violates nothing.
[[nodiscard]] std::vector<CustomViolation> find_custom_violations(std::span<const CustomValue> values,
                                                                  std::span<const CustomConstraint> constraints);

[[nodiscard]] std::string write_custom_statistics(std::span<const CustomMetric> metrics, std::uint64_t rows,
                                                  Instant at);
[[nodiscard]] std::string write_custom_constraints(std::span<const CustomConstraint> constraints);
/// Errors: InvalidInput with file, line, field and expectation; a constraint on a metric that is not `known`.
[[nodiscard]] Result<std::vector<CustomConstraint>> read_custom_constraints(std::string_view json,
                                                                            const std::string& file,
                                                                            const std::vector<std::string>& known);
[[nodiscard]] std::string write_custom_violations(std::span<const CustomViolation> violations);

}  // namespace driftlab::monitor

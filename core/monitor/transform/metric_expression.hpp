#pragma once
/// Numbers of a whole dataset by an expression: "mean(abs(label - prediction))", "sum(loss) / sum(actual)".

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/sketch/kll.hpp"
#include "core/metric/sketch/moments.hpp"
#include "core/monitor/transform/expression.hpp"

namespace driftlab::monitor {

/// An expression as `Expression` has it, in which columns stand inside aggregates:
///   count()         rows                           mean(x)  sum(x)  std_dev(x)  minimum(x)  maximum(x)
///   count(x)        rows where x is not missing    quantile(x, 0.9)
///   rate(condition) share of the rows where it is true among those where it is not missing
/// x is any expression over the row. Rows where it is missing or no number are left out of mean, sum, std_dev, minimum,
/// maximum and quantile; without a row left these, and `rate`, are missing, a sum is 0. A number that is missing makes
/// what is computed from it missing. std_dev is of the population; quantile the smallest value with at least that share
/// of the rows at or below it, from a KLL sketch: exact up to 2,050 rows, then within its error bound.
class MetricExpression {
 public:
  /// Errors: InvalidInput with the column of the text where reading stopped and what was expected there.
  [[nodiscard]] static Result<MetricExpression> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// Names of the columns used, each once; `add` takes their values in this order.
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  /// "'EXPRESSION', column 6: there is no column 'lable'; did you mean 'label'?" for a column that no row has.
  [[nodiscard]] Error missing_column(std::size_t column, std::span<const std::string> available) const;

  /// One row.
  void add(std::span<const Value> columns);
  /// Adds the rows of an equal expression.
  void merge(const MetricExpression& other);
  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  /// Nothing where it is missing.
  [[nodiscard]] std::optional<double> value() const;

 private:
  struct State {
    metric::Moments moments;
    metric::KllSketch sketch;
    std::uint64_t present = 0;  ///< rows where the argument is not missing
    std::uint64_t times = 0;    ///< rows where it is true
  };

  [[nodiscard]] Value aggregate(std::size_t index) const;

  std::string text_;
  std::shared_ptr<const Expression::Node> root_;
  std::vector<std::string> columns_;
  std::vector<std::size_t> places_;
  std::vector<std::shared_ptr<const Expression::Node>> aggregates_;
  std::vector<State> states_;
  std::uint64_t rows_ = 0;
};

}  // namespace driftlab::monitor

#pragma once
/// The parsed form of expressions. Internal to the files of this folder.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/monitor/transform/expression.hpp"

namespace driftlab::monitor {

struct Expression::Node {
  /// Aggregate: `column` is its place among the aggregates; an aggregate of several rows never holds another.
  enum class Kind { Constant, Column, Negate, Not, Binary, Call, Aggregate };
  Kind kind = Kind::Constant;
  Value constant;
  std::size_t column = 0;
  std::string name;  ///< of an operator or function
  std::vector<std::shared_ptr<const Node>> arguments;
};

struct ParsedExpression {
  std::shared_ptr<const Expression::Node> root;
  std::vector<std::string> columns;        ///< each once
  std::vector<std::size_t> column_places;  ///< where in the text each occurs first, from 1
  std::vector<std::shared_ptr<const Expression::Node>> aggregates;
};

/// `aggregates`: columns may only occur inside aggregates. Errors: InvalidInput with place and expectation.
[[nodiscard]] Result<ParsedExpression> parse_expression(std::string_view text, bool aggregates);

/// `columns` are the values of the columns and `aggregates` those of the aggregates.
[[nodiscard]] Value evaluate_node(const Expression::Node& node, std::span<const Value> columns,
                                  std::span<const Value> aggregates = {});

/// A number, a truth value, or a text that is one.
[[nodiscard]] std::optional<double> number_of(const Value& value);

}  // namespace driftlab::monitor

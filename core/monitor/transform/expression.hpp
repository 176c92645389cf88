#pragma once
/// Expressions over the columns of a row: "income / debt", "if(is_missing(plan), 'none', lower(plan))".

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::monitor {

/// A cell, or what an expression makes of cells.
struct Value {
  enum class Kind : std::uint8_t { Missing, Number, Text, Truth };
  Kind kind = Kind::Missing;
  double number = 0.0;  ///< of Number; 1 or 0 of Truth
  std::string text;     ///< of Text

  [[nodiscard]] static Value of(double number) { return {.kind = Kind::Number, .number = number}; }
  [[nodiscard]] static Value of_text(std::string text) { return {.kind = Kind::Text, .text = std::move(text)}; }
  [[nodiscard]] static Value of_truth(bool truth) { return {.kind = Kind::Truth, .number = truth ? 1.0 : 0.0}; }
  /// Not missing, and neither 0, false nor a text other than true.
  [[nodiscard]] bool is_true() const;
  /// The text of a cell that holds it; nothing for a missing one. Whole numbers are written without a point.
  [[nodiscard]] std::optional<std::string> to_cell() const;
};

/// Numbers, 'texts' (a quotation mark is doubled), columns by name (`in backticks` when it is more than letters,
/// digits,
/// '_' and '.'), + - * / %, comparisons, and, or, not, parentheses, and functions:
/// abs ceil exp floor log round sqrt (one number), min max (numbers), concat (texts), lower upper trim (one text),
/// number (of a text), if(condition, then, else), coalesce (the first that is not missing), is_missing.
///
/// A missing operand, a text that is no number where one is needed, and a result that is not finite give a missing
/// value; `and`, `or`, `not` and `if` take a missing condition as false. Comparisons of two texts that are not both
/// numbers are of texts.
class Expression {
 public:
  /// Errors: InvalidInput with the column of the text where reading stopped and what was expected there.
  [[nodiscard]] static Result<Expression> parse(std::string_view text);

  /// Names of the columns used, each once; evaluation takes their values in this order.
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  [[nodiscard]] Value evaluate(std::span<const Value> columns) const;

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
  std::vector<std::string> columns_;
};

}  // namespace driftlab::monitor

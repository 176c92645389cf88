#pragma once
/// Conditions of a Condition step: comparison, membership and their negation and disjunction.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.hpp"

namespace driftlab::service::pipelines {

class Bindings;
using JsonPtr = std::shared_ptr<const nlohmann::json>;

struct Condition {
  enum class Kind { Equals, GreaterThan, GreaterThanOrEqualTo, LessThan, LessThanOrEqualTo, In, Not, Or };
  Kind kind = Kind::Equals;
  /// Literals or references. Comparisons: left and right. In: the value looked for, then the values it may have.
  std::vector<JsonPtr> operands;
  std::vector<Condition> conditions;  ///< Not: one; Or: any number
};

/// Reads one condition in either published spelling (`QueryValue`/`Values` or `Value`/`In`; `NotEquals` and `NotIn`
/// become a Not). `at` is its JSON path, for errors. References inside operands are not followed here.
[[nodiscard]] Result<Condition> parse_condition(const nlohmann::json& value, const std::string& at);

/// Errors: an operand cannot be resolved, or the two sides are not of comparable types (number with number, text with
/// text; truth values only for equality).
[[nodiscard]] Result<bool> evaluate(const Condition& condition, const Bindings& bindings);
/// Whether all of them hold; stops at the first that does not.
[[nodiscard]] Result<bool> evaluate_all(const std::vector<Condition>& conditions, const Bindings& bindings);

}  // namespace driftlab::service::pipelines

#include "sim/service/pipelines/condition.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "sim/service/pipelines/expression.hpp"
#include "sim/service/pipelines/json_reader.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;
using Kind = Condition::Kind;

struct NamedKind {
  std::string_view name;
  Kind kind;
};
constexpr std::array<NamedKind, 5> kComparisons = {{{"Equals", Kind::Equals},
                                                    {"GreaterThan", Kind::GreaterThan},
                                                    {"GreaterThanOrEqualTo", Kind::GreaterThanOrEqualTo},
                                                    {"LessThan", Kind::LessThan},
                                                    {"LessThanOrEqualTo", Kind::LessThanOrEqualTo}}};
const std::array<std::string, 10> kTypes = {
    "Equals",    "GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo", "In", "Not", "Or",
    "NotEquals", "NotIn"};

/// A literal or a reference that stands for one.
Result<JsonPtr> parse_operand(const json& value, const std::string& at) {
  if (!is_expression(value) && (value.is_structured() || value.is_null()))
    return expected_at(at, std::string("a text, number, truth value or reference, found ") + value.type_name());
  return JsonPtr(std::make_shared<const json>(value));
}

Result<Condition> parse_comparison(const json& value, const std::string& at, Kind kind) {
  static const std::array<std::string, 3> kMembers = {"Type", "LeftValue", "RightValue"};
  if (auto known = require_known_members(value, at, kMembers); !known) return known.error();
  Condition condition{kind, {}, {}};
  for (const std::string_view side : {"LeftValue", "RightValue"}) {
    const auto found = value.find(side);
    if (found == value.end()) return expected_at(member_at(at, side), "a value or reference; it is missing");
    auto operand = parse_operand(*found, member_at(at, side));
    if (!operand) return operand.error();
    condition.operands.push_back(std::move(*operand));
  }
  return condition;
}

/// `QueryValue` in `Values` as the generator writes it, or `Value` in `In` as the published schema has it.
Result<Condition> parse_in(const json& value, const std::string& at) {
  static const std::array<std::string, 3> kGenerated = {"Type", "QueryValue", "Values"};
  static const std::array<std::string, 3> kSchema = {"Type", "Value", "In"};
  const auto& names = value.contains("Value") || value.contains("In") ? kSchema : kGenerated;
  if (auto known = require_known_members(value, at, names); !known) return known.error();
  Condition condition{Kind::In, {}, {}};
  const json* sought = member(value, names[1]);
  if (sought == nullptr) return expected_at(member_at(at, names[1]), "a value or reference; it is missing");
  auto operand = parse_operand(*sought, member_at(at, names[1]));
  if (!operand) return operand.error();
  condition.operands.push_back(std::move(*operand));
  if (member(value, names[2]) == nullptr)
    return expected_at(member_at(at, names[2]), "a list of values; it is missing");
  auto candidates = optional_array(value, at, names[2]);
  if (!candidates) return candidates.error();
  for (std::size_t i = 0; i < (*candidates)->size(); ++i) {
    auto candidate = parse_operand((**candidates)[i], element_at(member_at(at, names[2]), i));
    if (!candidate) return candidate.error();
    condition.operands.push_back(std::move(*candidate));
  }
  return condition;
}

Result<Condition> negated(Result<Condition> condition) {
  if (!condition) return condition.error();
  Condition wrapper{Kind::Not, {}, {}};
  wrapper.conditions.push_back(std::move(*condition));
  return wrapper;
}

Result<Condition> parse_not(const json& value, const std::string& at) {
  static const std::array<std::string, 2> kMembers = {"Type", "Expression"};
  if (auto known = require_known_members(value, at, kMembers); !known) return known.error();
  const json* inner = member(value, "Expression");
  if (inner == nullptr) return expected_at(member_at(at, "Expression"), "a condition; it is missing");
  return negated(parse_condition(*inner, member_at(at, "Expression")));
}

Result<Condition> parse_or(const json& value, const std::string& at) {
  static const std::array<std::string, 2> kMembers = {"Type", "Conditions"};
  if (auto known = require_known_members(value, at, kMembers); !known) return known.error();
  auto list = optional_array(value, at, "Conditions");
  if (!list) return list.error();
  if ((*list)->empty()) return expected_at(member_at(at, "Conditions"), "at least one condition");
  Condition condition{Kind::Or, {}, {}};
  for (std::size_t i = 0; i < (*list)->size(); ++i) {
    auto inner = parse_condition((**list)[i], element_at(member_at(at, "Conditions"), i));
    if (!inner) return inner.error();
    condition.conditions.push_back(std::move(*inner));
  }
  return condition;
}

/// Whether the number is an integer of 64 bits with sign: those are compared exactly, all others as doubles.
bool is_exact(const json& number) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return number.is_number_integer() && (!number.is_number_unsigned() || number.get<std::uint64_t>() <= kMax);
}

/// Order of two values of one kind; nothing when they cannot be compared.
std::optional<std::partial_ordering> order(const json& left, const json& right) {
  if (left.is_string() && right.is_string())
    return left.get_ref<const std::string&>() <=> right.get_ref<const std::string&>();
  if (!left.is_number() || !right.is_number()) return std::nullopt;
  if (is_exact(left) && is_exact(right)) return left.get<std::int64_t>() <=> right.get<std::int64_t>();
  return left.get<double>() <=> right.get<double>();
}

Error not_comparable(const json& left, const json& right) {
  return validation_error(std::string("cannot compare ") + left.type_name() + " " + left.dump() + " with " +
                          right.type_name() + " " + right.dump());
}

Result<bool> equal(const json& left, const json& right) {
  if (left.is_boolean() && right.is_boolean()) return left.get<bool>() == right.get<bool>();
  const auto ordering = order(left, right);
  if (!ordering) return not_comparable(left, right);
  return *ordering == std::partial_ordering::equivalent;
}

Result<bool> compare(Kind kind, const json& left, const json& right) {
  if (kind == Kind::Equals) return equal(left, right);
  const auto ordering = order(left, right);
  if (!ordering) return not_comparable(left, right);
  switch (kind) {
    case Kind::GreaterThan:
      return std::is_gt(*ordering);
    case Kind::GreaterThanOrEqualTo:
      return std::is_gteq(*ordering);
    case Kind::LessThan:
      return std::is_lt(*ordering);
    default:
      return std::is_lteq(*ordering);
  }
}

Result<bool> evaluate_in(const Condition& condition, const Bindings& bindings) {
  const auto sought = resolve(*condition.operands.front(), bindings);
  if (!sought) return sought.error();
  for (std::size_t i = 1; i < condition.operands.size(); ++i) {
    const auto candidate = resolve(*condition.operands[i], bindings);
    if (!candidate) return candidate.error();
    auto same = equal(*sought, *candidate);
    if (!same || *same) return same;
  }
  return false;
}

Result<bool> evaluate_or(const Condition& condition, const Bindings& bindings) {
  for (const auto& inner : condition.conditions) {
    auto holds = evaluate(inner, bindings);
    if (!holds || *holds) return holds;
  }
  return false;
}

}  // namespace

Result<Condition> parse_condition(const json& value, const std::string& at) {
  if (auto object = require_object(value, at); !object) return object.error();
  auto type = required_text(value, at, "Type");
  if (!type) return type.error();
  for (const auto& comparison : kComparisons)
    if (*type == comparison.name) return parse_comparison(value, at, comparison.kind);
  if (*type == "NotEquals") return negated(parse_comparison(value, at, Kind::Equals));
  if (*type == "In") return parse_in(value, at);
  if (*type == "NotIn") return negated(parse_in(value, at));
  if (*type == "Not") return parse_not(value, at);
  if (*type == "Or") return parse_or(value, at);
  return validation_error(member_at(at, "Type") + ": unknown condition type '" + *type + "'; expected " +
                          one_of(kTypes) + suggestion(*type, kTypes));
}

Result<bool> evaluate(const Condition& condition, const Bindings& bindings) {
  switch (condition.kind) {
    case Kind::In:
      return evaluate_in(condition, bindings);
    case Kind::Or:
      return evaluate_or(condition, bindings);
    case Kind::Not: {
      const auto inner = evaluate(condition.conditions.front(), bindings);
      if (!inner) return inner.error();
      return !*inner;
    }
    default:
      break;
  }
  const auto left = resolve(*condition.operands[0], bindings);
  if (!left) return left.error();
  const auto right = resolve(*condition.operands[1], bindings);
  if (!right) return right.error();
  return compare(condition.kind, *left, *right);
}

Result<bool> evaluate_all(const std::vector<Condition>& conditions, const Bindings& bindings) {
  for (const auto& condition : conditions) {
    auto holds = evaluate(condition, bindings);
    if (!holds || !*holds) return holds;
  }
  return true;
}

}  // namespace driftlab::service::pipelines

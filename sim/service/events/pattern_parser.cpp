/// Text to Pattern. The reasons of refusals are those that the service was seen to give.

#include <array>
#include <limits>

#include <nlohmann/json.hpp>

#include "sim/service/events/json_text.hpp"
#include "sim/service/events/pattern.hpp"

namespace driftlab::service::events {
namespace {

using Json = nlohmann::ordered_json;

Error refused(std::string_view reason) {
  return Error{ErrorKind::InvalidInput, "InvalidEventPatternException",
               "Event pattern is not valid. Reason: " + std::string(reason)};
}

Result<std::string> text_of(const Json& value, std::string_view operator_name) {
  if (!value.is_string()) return refused(std::string(operator_name) + " match pattern must be a string");
  return value.get<std::string>();
}

/// The only member of an operator object such as {"prefix": "a"}.
Result<std::pair<std::string, const Json*>> only_member(const Json& object) {
  if (object.size() != 1) return refused("Only one key allowed in match expression");
  const auto member = object.begin();
  return std::pair<std::string, const Json*>{member.key(), &*member};
}

/// prefix and suffix: a text, or {"equals-ignore-case": text}.
template <class Affix>
Result<SimpleMatcher> parse_affix(const Json& value, std::string_view operator_name) {
  if (!value.is_object()) {
    auto text = text_of(value, operator_name);
    if (!text) return text.error();
    return Affix{std::move(*text)};
  }
  const auto member = only_member(value);
  if (!member) return member.error();
  if (member->first != "equals-ignore-case")
    return refused("Unsupported " + std::string(operator_name) + " pattern: " + member->first);
  auto text = text_of(*member->second, "equals-ignore-case");
  if (!text) return text.error();
  return Affix{std::move(*text), LetterCase::Ignore};
}

Result<SimpleMatcher> parse_wildcard(const Json& value) {
  const auto text = text_of(value, "wildcard");
  if (!text) return text.error();
  Wildcard result{{""}};
  for (std::size_t i = 0; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (c == '\\') {
      const char escaped = i + 1 < text->size() ? (*text)[i + 1] : '\0';
      if (escaped != '*' && escaped != '\\') return refused("Invalid escape character at pos " + std::to_string(i + 1));
      result.pieces.back() += escaped;
      ++i;
    } else if (c == '*') {
      if (i + 1 < text->size() && (*text)[i + 1] == '*')
        return refused("Consecutive wildcard characters at pos " + std::to_string(i + 1));
      result.pieces.emplace_back();
    } else {
      result.pieces.back() += c;
    }
  }
  return result;
}

Result<double> numeric_operand(const Json& list, std::size_t at, std::string_view operator_name) {
  if (at >= list.size() || !list[at].is_number())
    return refused("Value of " + std::string(operator_name) + " must be numeric");
  const double value = list[at].get<double>();
  constexpr double kLimit = 5e9;
  if (!(value >= -kLimit && value <= kLimit))
    return refused("Value must be between -5000000000.0 and 5000000000.0, inclusive");
  return value;
}

Result<std::string> numeric_operator(const Json& list, std::size_t at) {
  if (at >= list.size()) return refused("Invalid member in numeric match: ]");
  if (!list[at].is_string()) return refused("Invalid member in numeric match: " + list[at].dump());
  return list[at].get<std::string>();
}

/// ["=", x], ["<", x], [">", x], [">", x, "<", y], with <= and >= alike.
Result<SimpleMatcher> parse_numeric(const Json& value) {
  if (!value.is_array()) return refused("Value of numeric must be an array.");
  const auto first = numeric_operator(value, 0);
  if (!first) return first.error();
  const bool lower = *first == ">" || *first == ">=";
  if (!lower && *first != "=" && *first != "<" && *first != "<=")
    return refused("Unrecognized numeric range operator: " + *first);
  const auto operand = numeric_operand(value, 1, *first == "=" ? "equals" : *first);
  if (!operand) return operand.error();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  NumericRange range{-kInfinity, kInfinity};
  if (*first == "=" || lower) {
    range.low = *operand;
    range.low_open = *first == ">";
  }
  if (!lower) {
    range.high = *operand;
    range.high_open = *first == "<";
  }
  if (value.size() == 2) return range;
  if (!lower) return refused("Too many elements in numeric expression");
  const auto second = numeric_operator(value, 2);
  if (!second) return second.error();
  if (*second != "<" && *second != "<=") return refused("Bad numeric range operator: " + *second);
  const auto upper = numeric_operand(value, 3, *second);
  if (!upper) return upper.error();
  if (value.size() > 4) return refused("Too many terms in numeric range expression");
  if (*upper <= *operand) return refused("Bottom must be less than top");
  range.high = *upper;
  range.high_open = *second == "<";
  return range;
}

Result<SimpleMatcher> parse_cidr(const Json& value) {
  // The service names another operator here; its words are kept.
  const auto text = text_of(value, "prefix");
  if (!text) return text.error();
  auto block = Cidr::parse(*text);
  if (!block) return refused(block.error().message);
  return CidrBlock{std::move(*block)};
}

Result<SimpleMatcher> parse_literal(const Json& value) {
  if (value.is_string()) return Literal{value.get<std::string>()};
  if (value.is_boolean()) return Literal{value.get<bool>()};
  if (value.is_number()) return Literal{value.get<double>()};
  return Literal{nullptr};
}

/// The elements of a list, or the one value in place of a list.
std::vector<const Json*> listed(const Json& value) {
  if (!value.is_array()) return {&value};
  std::vector<const Json*> all;
  for (const auto& element : value) all.push_back(&element);
  return all;
}

Result<AnythingBut> parse_excluded_literals(const Json& value) {
  AnythingBut result;
  for (const Json* element : listed(value)) {
    if (!element->is_string() && !element->is_number()) {
      return refused(value.is_array() ? "Inside anything but list, start|null|boolean is not supported."
                                      : "Value of anything-but must be an array or single string/number value.");
    }
    auto literal = parse_literal(*element);
    result.none_of.push_back(std::move(*literal));
  }
  return result;
}

Result<SimpleMatcher> parse_excluded_affix(const std::string& name, const Json& value) {
  if (!value.is_string()) return refused("prefix/suffix match pattern must be a string");
  auto text = value.get<std::string>();
  if (text.empty()) return refused("Null prefix/suffix not allowed");
  if (name == "prefix") return Prefix{std::move(text)};
  return Suffix{std::move(text)};
}

/// One element of {"anything-but": {"prefix"|"suffix"|"equals-ignore-case"|"wildcard": …}}.
Result<SimpleMatcher> parse_excluded_operator(const std::string& name, const Json& value) {
  if (name == "wildcard") return parse_wildcard(value);
  if (name == "prefix" || name == "suffix") return parse_excluded_affix(name, value);
  if (name != "equals-ignore-case") return refused("Unsupported anything-but pattern: " + name);
  if (!value.is_string())
    return refused("Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.");
  return EqualsIgnoreCase{value.get<std::string>()};
}

Result<Matcher> parse_anything_but(const Json& value) {
  if (value.is_array() && value.empty()) return refused("Empty arrays are not allowed");
  if (!value.is_object()) {
    auto literals = parse_excluded_literals(value);
    if (!literals) return literals.error();
    return std::move(*literals);
  }
  const auto member = only_member(value);
  if (!member) return member.error();
  const auto& [name, operand] = *member;
  if (operand->is_object()) return refused("Value of anything-but must be an array or single string/number value.");
  if (operand->is_array() && operand->empty()) return refused("Empty arrays are not allowed");
  AnythingBut result;
  for (const Json* element : listed(*operand)) {
    auto excluded = parse_excluded_operator(name, *element);
    if (!excluded) return excluded.error();
    result.none_of.push_back(std::move(*excluded));
  }
  return result;
}

Result<Matcher> widen(Result<SimpleMatcher> matcher) {
  if (!matcher) return matcher.error();
  return Matcher{std::move(*matcher)};
}

Result<Matcher> parse_operator(const Json& object) {
  const auto member = only_member(object);
  if (!member) return member.error();
  const auto& [name, value] = *member;
  if (name == "prefix") return widen(parse_affix<Prefix>(*value, name));
  if (name == "suffix") return widen(parse_affix<Suffix>(*value, name));
  if (name == "wildcard") return widen(parse_wildcard(*value));
  if (name == "numeric") return widen(parse_numeric(*value));
  if (name == "cidr") return widen(parse_cidr(*value));
  if (name == "anything-but") return parse_anything_but(*value);
  if (name == "equals-ignore-case") {
    auto text = text_of(*value, name);
    if (!text) return text.error();
    return Matcher{SimpleMatcher{EqualsIgnoreCase{std::move(*text)}}};
  }
  if (name == "exists") {
    if (!value->is_boolean()) return refused("exists match pattern must be either true or false.");
    return Matcher{SimpleMatcher{Exists{value->get<bool>()}}};
  }
  return refused("Unrecognized match type " + name);
}

Result<Matcher> parse_alternative(const Json& value) {
  if (value.is_object()) return parse_operator(value);
  if (value.is_array()) return refused("Match value must be String, number, true, false, or null");
  return widen(parse_literal(value));
}

bool is_operator_name(std::string_view name) {
  constexpr std::array<std::string_view, 9> kNames{
      "prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "cidr", "exists", "exactly"};
  for (const auto known : kNames)
    if (name == known) return true;
  return false;
}

/// `$or` is an operator only with two or more objects of fields; else it is a field of that name.
bool is_or(const std::string& name, const Json& value) {
  if (name != "$or" || !value.is_array() || value.size() < 2) return false;
  for (const auto& alternative : value) {
    if (!alternative.is_object() || alternative.empty()) return false;
    for (const auto& [member, unused] : alternative.items())
      if (is_operator_name(member)) return false;
  }
  return true;
}

}  // namespace

/// Turns nested objects into conjunctions of conditions; `$or` multiplies them out.
class PatternParser {
 public:
  using Conjunctions = std::vector<Pattern::Conjunction>;

  static Result<Pattern> parse(const Json& root) {
    auto any_of = parse_object(root, "");
    if (!any_of) return any_of.error();
    Pattern pattern;
    pattern.any_of_ = std::move(*any_of);
    return pattern;
  }

 private:
  static Result<Conjunctions> parse_object(const Json& object, const std::string& path) {
    if (object.empty()) return refused("Empty objects are not allowed");
    Conjunctions all{{}};
    for (const auto& [name, value] : object.items()) {
      auto next = is_or(name, value) ? parse_or(value, path) : parse_field(name, value, path);
      if (!next) return next.error();
      if (all.size() * next->size() > kOrCombinationsMax)
        return refused("Rule is too complex: $or makes more than 1000 combinations");
      all = product(all, *next);
    }
    return all;
  }

  static Result<Conjunctions> parse_or(const Json& alternatives, const std::string& path) {
    Conjunctions all;
    for (const auto& alternative : alternatives) {
      auto next = parse_object(alternative, path);
      if (!next) return next.error();
      all.insert(all.end(), next->begin(), next->end());
      if (all.size() > kOrCombinationsMax) return refused("Rule is too complex: $or makes more than 1000 combinations");
    }
    return all;
  }

  static Result<Conjunctions> parse_field(const std::string& name, const Json& value, const std::string& path) {
    const std::string here = path.empty() ? name : path + "." + name;
    if (value.is_object()) return parse_object(value, here);
    if (!value.is_array()) return refused('"' + name + "\" must be an object or an array");
    if (value.empty()) return refused("Empty arrays are not allowed");
    auto any_of = std::make_shared<std::vector<Matcher>>();
    for (const auto& element : value) {
      auto alternative = parse_alternative(element);
      if (!alternative) return alternative.error();
      any_of->push_back(std::move(*alternative));
    }
    return Conjunctions{{Pattern::Condition{here, std::move(any_of)}}};
  }

  static Conjunctions product(const Conjunctions& left, const Conjunctions& right) {
    Conjunctions all;
    all.reserve(left.size() * right.size());
    for (const auto& a : left) {
      for (const auto& b : right) {
        all.push_back(a);
        all.back().insert(all.back().end(), b.begin(), b.end());
      }
    }
    return all;
  }
};

Result<Pattern> parse_pattern(std::string_view text) {
  if (text.size() > kPatternLengthMax) return refused("Event pattern is longer than 4096 characters");
  const auto root = parse_json(text);
  if (!root) return refused("Text is not valid JSON");
  if (!root->is_object()) return refused("Filter is not an object");
  return PatternParser::parse(*root);
}

}  // namespace driftlab::service::events

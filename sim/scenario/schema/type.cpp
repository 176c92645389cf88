#include "sim/scenario/schema/type.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "sim/scenario/schema/combinators.hpp"

namespace driftlab::scenario {
namespace {

/// What parse_duration reads. Lookahead, since "P" and "PT" alone are no durations.
constexpr const char* kDurationPattern =
    "^[-+]?P(?=[0-9T])([0-9]+W)?([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+([.][0-9]+)?S)?)?$";
constexpr const char* kInstantPattern =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[-+][0-9]{2}:?[0-9]{2})?)?$";

Node typed_schema(const char* type) {
  Node node = object_node();
  node.set("type", text_node(type));
  return node;
}

Node number_node(double value) {
  const bool whole = std::abs(value) < static_cast<double>(kMaxSafeInteger) && value == std::trunc(value);
  return whole ? integer_node(static_cast<std::int64_t>(value)) : real_node(value);
}

void mismatch(const Node& node, const std::string& expected, const std::string& path, Problems& problems) {
  report(problems, node.origin, path, "expected " + expected + ", found " + describe_found(node));
}

class BooleanType final : public Type<bool> {
 public:
  void read(const Node& node, const std::string& path, Problems& problems, bool& out) const override {
    if (detail::require_kind(node, NodeKind::Boolean, expected(), path, problems)) out = node.boolean;
  }
  std::optional<Node> write(const bool& value) const override { return boolean_node(value); }
  Node schema(SchemaForm) const override { return typed_schema("boolean"); }
  std::string expected() const override { return "true or false"; }
};

class NumberType final : public Type<double> {
 public:
  explicit NumberType(NumberLimits limits) : limits_(limits) {}
  void read(const Node& node, const std::string& path, Problems& problems, double& out) const override {
    const bool is_number = node.kind == NodeKind::Integer || node.kind == NodeKind::Real;
    if (!is_number || !allowed(node.real)) return mismatch(node, expected(), path, problems);
    out = node.real;
  }
  std::optional<Node> write(const double& value) const override { return number_node(value); }
  Node schema(SchemaForm) const override {
    Node node = typed_schema("number");
    if (std::isfinite(limits_.min)) node.set("minimum", number_node(limits_.min));
    if (limits_.above) node.set("exclusiveMinimum", number_node(*limits_.above));
    if (std::isfinite(limits_.max)) node.set("maximum", number_node(limits_.max));
    if (limits_.below) node.set("exclusiveMaximum", number_node(*limits_.below));
    return node;
  }
  std::string expected() const override {
    std::string text = "a number";
    const char* joint = " ";
    const auto add = [&](const char* word, double limit) {
      text += joint + fmt::format("{} {}", word, shortest(limit));
      joint = " and ";
    };
    if (std::isfinite(limits_.min) && std::isfinite(limits_.max)) {
      return text + fmt::format(" from {} to {}", shortest(limits_.min), shortest(limits_.max));
    }
    if (std::isfinite(limits_.min)) add("of at least", limits_.min);
    if (limits_.above) add("above", *limits_.above);
    if (std::isfinite(limits_.max)) add("of at most", limits_.max);
    if (limits_.below) add("below", *limits_.below);
    return text;
  }

 private:
  bool allowed(double value) const {
    return std::isfinite(value) && value >= limits_.min && value <= limits_.max &&
           !(limits_.above && value <= *limits_.above) && !(limits_.below && value >= *limits_.below);
  }

  NumberLimits limits_;
};

class IntegerType final : public Type<std::int64_t> {
 public:
  IntegerType(std::int64_t min, std::int64_t max) : min_(min), max_(max) {}
  void read(const Node& node, const std::string& path, Problems& problems, std::int64_t& out) const override {
    // 3.0 is an integer in JSON Schema, so it is one here.
    const bool whole = node.kind == NodeKind::Real && node.real == std::trunc(node.real) &&
                       std::abs(node.real) <= static_cast<double>(kMaxSafeInteger);
    const auto value = whole ? static_cast<std::int64_t>(node.real) : node.integer;
    const bool is_integer = whole || node.kind == NodeKind::Integer;
    if (!is_integer || value < min_ || value > max_) return mismatch(node, expected(), path, problems);
    out = value;
  }
  std::optional<Node> write(const std::int64_t& value) const override { return integer_node(value); }
  Node schema(SchemaForm) const override {
    Node node = typed_schema("integer");
    node.set("minimum", integer_node(min_));
    node.set("maximum", integer_node(max_));
    return node;
  }
  std::string expected() const override { return fmt::format("an integer from {} to {}", min_, max_); }

 private:
  std::int64_t min_;
  std::int64_t max_;
};

class TextType final : public Type<std::string> {
 public:
  explicit TextType(bool may_be_empty) : may_be_empty_(may_be_empty) {}
  void read(const Node& node, const std::string& path, Problems& problems, std::string& out) const override {
    const bool good = node.kind == NodeKind::Text && (may_be_empty_ || !node.text.empty());
    if (!good) return mismatch(node, expected(), path, problems);
    out = node.text;
  }
  std::optional<Node> write(const std::string& value) const override { return text_node(value); }
  Node schema(SchemaForm) const override {
    Node node = typed_schema("string");
    if (!may_be_empty_) node.set("minLength", integer_node(1));
    return node;
  }
  std::string expected() const override { return may_be_empty_ ? "text" : "text that is not empty"; }

 private:
  bool may_be_empty_;
};

class TextOfType final : public Type<std::string> {
 public:
  explicit TextOfType(std::vector<std::string> values) : values_(std::move(values)) {}
  void read(const Node& node, const std::string& path, Problems& problems, std::string& out) const override {
    if (const auto place = detail::read_name(node, path, problems, values_)) out = values_[*place];
  }
  std::optional<Node> write(const std::string& value) const override { return text_node(value); }
  Node schema(SchemaForm) const override { return detail::names_schema(values_); }
  std::string expected() const override { return detail::expected_one_of(values_); }

 private:
  std::vector<std::string> values_;
};

class DurationType final : public Type<Duration> {
 public:
  DurationType(Duration min, Duration max) : min_(min), max_(max) {}
  void read(const Node& node, const std::string& path, Problems& problems, Duration& out) const override {
    const auto parsed = node.kind == NodeKind::Text ? parse_duration(node.text) : Result<Duration>(Error{});
    if (!parsed || *parsed < min_ || *parsed > max_) return mismatch(node, expected(), path, problems);
    out = *parsed;
  }
  std::optional<Node> write(const Duration& value) const override { return text_node(format_duration(value)); }
  Node schema(SchemaForm) const override {
    std::string pattern = kDurationPattern;
    if (min_ >= Duration::zero()) pattern.replace(pattern.find("[-+]?"), 5, "[+]?");
    return detail::pattern_schema(pattern);
  }
  std::string expected() const override {
    std::string text = "an ISO 8601 duration such as \"PT90M\"";
    const bool capped = max_ < kMaxDuration;
    if (min_ == Duration{1} && !capped) return text + " above zero";
    if (min_ == Duration::zero() && !capped) return text + ", not negative";
    if (min_ > -kMaxDuration && capped) {
      return text + fmt::format(" from {} to {}", format_duration(min_), format_duration(max_));
    }
    if (min_ > -kMaxDuration) return text + fmt::format(" of at least {}", format_duration(min_));
    return capped ? text + fmt::format(" of at most {}", format_duration(max_)) : text;
  }

 private:
  Duration min_;
  Duration max_;
};

class InstantType final : public Type<Instant> {
 public:
  void read(const Node& node, const std::string& path, Problems& problems, Instant& out) const override {
    const auto parsed = node.kind == NodeKind::Text ? parse_instant(node.text) : Result<Instant>(Error{});
    // Far from both ends of Instant, so that sums with durations cannot overflow.
    const bool good = parsed && *parsed >= from_civil(1970, 1, 1) && *parsed < from_civil(2100, 1, 1);
    if (!good) return mismatch(node, expected(), path, problems);
    out = *parsed;
  }
  std::optional<Node> write(const Instant& value) const override {
    const bool whole = value == floor_to(value, 1s);
    return text_node(whole ? format_seconds(value) : format_milliseconds(value));
  }
  Node schema(SchemaForm) const override { return detail::pattern_schema(kInstantPattern); }
  std::string expected() const override {
    return "an ISO 8601 time from 1970 to 2099 such as \"2026-06-01T00:00:00Z\"";
  }
};

class RawJsonType final : public Type<std::string> {
 public:
  void read(const Node& node, const std::string&, Problems&, std::string& out) const override { out = to_json(node); }
  std::optional<Node> write(const std::string& value) const override {
    Problems problems;
    return parse_json(value, {}, problems);
  }
  Node schema(SchemaForm) const override { return object_node(); }
  std::string expected() const override { return "any JSON"; }
};

}  // namespace

TypePtr<bool> boolean() {
  return std::make_shared<BooleanType>();
}
TypePtr<double> number(NumberLimits limits) {
  return std::make_shared<NumberType>(limits);
}
TypePtr<std::int64_t> integer64(std::int64_t min, std::int64_t max) {
  return std::make_shared<IntegerType>(min, max);
}
TypePtr<std::string> text(bool may_be_empty) {
  return std::make_shared<TextType>(may_be_empty);
}
TypePtr<std::string> text_of(std::vector<std::string> values) {
  return std::make_shared<TextOfType>(std::move(values));
}
TypePtr<Duration> duration(Duration min, Duration max) {
  return std::make_shared<DurationType>(min, max);
}
TypePtr<Instant> instant() {
  return std::make_shared<InstantType>();
}
TypePtr<std::string> raw_json() {
  return std::make_shared<RawJsonType>();
}

namespace detail {

std::string expected_one_of(const std::vector<std::string>& names) {
  return names.size() == 1 ? names.front() : fmt::format("one of {}", fmt::join(names, ", "));
}

std::optional<std::size_t> read_name(const Node& node, const std::string& path, Problems& problems,
                                     const std::vector<std::string>& names) {
  if (node.kind == NodeKind::Text) {
    const auto found = std::find(names.begin(), names.end(), node.text);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  }
  const std::string hint = node.kind == NodeKind::Text ? suggestion(node.text, names) : "";
  mismatch(node, expected_one_of(names), path, problems);
  problems.back().message += hint;
  return std::nullopt;
}

bool require_kind(const Node& node, NodeKind kind, const std::string& expected, const std::string& path,
                  Problems& problems) {
  if (node.kind == kind) return true;
  mismatch(node, expected, path, problems);
  return false;
}

std::optional<std::size_t> choose_by_tag(const Node& node, const std::string& tag,
                                         const std::vector<std::string>& names, const std::string& path,
                                         Problems& problems) {
  const Node* value = node.find(tag);
  if (value != nullptr) return read_name(*value, member_path(path, tag), problems, names);
  if (!node.incomplete) {
    report(problems, node.origin, path, fmt::format("missing '{}': expected {}", tag, expected_one_of(names)));
  }
  return std::nullopt;
}

std::optional<std::size_t> choose_by_key(const Node& node, const std::vector<std::string>& names,
                                         const std::string& path, Problems& problems) {
  std::optional<std::size_t> chosen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (node.find(names[i]) == nullptr) continue;
    if (chosen) {
      report(problems, node.origin, path, fmt::format("'{}' and '{}' exclude each other", names[*chosen], names[i]));
      return std::nullopt;
    }
    chosen = i;
  }
  if (chosen) return chosen;
  for (const auto& member : node.members) {
    const std::string hint = suggestion(member.key, names);
    if (hint.empty()) continue;
    report(problems, member.origin, member_path(path, member.key), "unknown key" + hint);
    return std::nullopt;
  }
  report(problems, node.origin, path, fmt::format("expected a key that is {}, found none", expected_one_of(names)));
  return std::nullopt;
}

std::string item_path(const std::string& path, std::size_t index) {
  return fmt::format("{}[{}]", path, index);
}
std::string member_path(const std::string& path, const std::string& key) {
  return path + "." + key;
}

Node names_schema(const std::vector<std::string>& names) {
  std::vector<Node> values;
  values.reserve(names.size());
  for (const auto& name : names) values.push_back(text_node(name));
  Node node = typed_schema("string");
  node.set("enum", list_node(std::move(values)));
  return node;
}

Node list_schema(Node item, std::size_t min_size) {
  Node node = typed_schema("array");
  node.set("items", std::move(item));
  if (min_size > 0) node.set("minItems", integer_node(static_cast<std::int64_t>(min_size)));
  return node;
}

Node map_schema(Node value) {
  Node node = typed_schema("object");
  node.set("additionalProperties", std::move(value));
  return node;
}

Node pattern_schema(const std::string& pattern) {
  Node node = typed_schema("string");
  node.set("pattern", text_node(pattern));
  return node;
}

Node alternatives_schema(std::vector<Node> alternatives, SchemaForm form) {
  Node node = object_node();
  node.set(form == SchemaForm::Whole ? "oneOf" : "anyOf", list_node(std::move(alternatives)));
  return node;
}

Node composable_schema(Node whole, Node partial) {
  Node node = object_node();
  node.set("anyOf", list_node({std::move(whole), std::move(partial)}));
  return node;
}

}  // namespace detail
}  // namespace driftlab::scenario

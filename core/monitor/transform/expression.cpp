#include "core/monitor/transform/expression.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/metric/sketch/value_type.hpp"
#include "core/monitor/transform/expression_node.hpp"

namespace driftlab::monitor {

namespace {

using Node = Expression::Node;
using NodePtr = std::shared_ptr<const Node>;

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxText = 4096;

struct Function {
  const char* name;
  std::size_t min_arguments;
  std::size_t max_arguments;
};
constexpr std::size_t kAny = ~std::size_t{0};
constexpr Function kFunctions[] = {
    {"abs", 1, 1},    {"ceil", 1, 1},  {"coalesce", 1, kAny}, {"concat", 1, kAny}, {"exp", 1, 1},    {"floor", 1, 1},
    {"if", 3, 3},     {"log", 1, 1},   {"is_missing", 1, 1},  {"lower", 1, 1},     {"max", 1, kAny}, {"min", 1, kAny},
    {"number", 1, 1}, {"round", 1, 1}, {"sqrt", 1, 1},        {"trim", 1, 1},      {"upper", 1, 1},
};
/// Functions of a column, not of a row.
constexpr Function kAggregates[] = {
    {"count", 0, 1},    {"maximum", 1, 1}, {"mean", 1, 1},    {"minimum", 1, 1},
    {"quantile", 2, 2}, {"rate", 1, 1},    {"std_dev", 1, 1}, {"sum", 1, 1},
};

Value finite(double number) {
  return std::isfinite(number) ? Value::of(number) : Value();
}

Value compare(const std::string& op, const Value& a, const Value& b) {
  if (a.kind == Value::Kind::Missing || b.kind == Value::Kind::Missing) return {};
  const auto x = number_of(a);
  const auto y = number_of(b);
  int order = 0;
  if (x && y)
    order = *x < *y ? -1 : (*x > *y ? 1 : 0);
  else
    order = a.to_cell().value_or("").compare(b.to_cell().value_or(""));
  if (op == "==") return Value::of_truth(order == 0);
  if (op == "!=") return Value::of_truth(order != 0);
  if (op == "<") return Value::of_truth(order < 0);
  if (op == "<=") return Value::of_truth(order <= 0);
  if (op == ">") return Value::of_truth(order > 0);
  return Value::of_truth(order >= 0);
}

Value arithmetic(char op, const Value& a, const Value& b) {
  const auto x = number_of(a);
  const auto y = number_of(b);
  if (!x || !y) return {};
  switch (op) {
    case '+':
      return finite(*x + *y);
    case '-':
      return finite(*x - *y);
    case '*':
      return finite(*x * *y);
    case '/':
      return finite(*x / *y);
    default:
      return finite(std::fmod(*x, *y));
  }
}

std::string mapped(std::string text, int (*map)(int)) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x80) c = static_cast<char>(map(c));
  return text;
}

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Value text_function(const std::string& name, const Value& value) {
  const auto text = value.to_cell();
  if (!text) return {};
  if (name == "lower") return Value::of_text(mapped(*text, [](int c) { return std::tolower(c); }));
  if (name == "upper") return Value::of_text(mapped(*text, [](int c) { return std::toupper(c); }));
  return Value::of_text(trimmed(*text));
}

Value number_function(const std::string& name, const Value& value) {
  const auto x = number_of(value);
  if (!x) return {};
  if (name == "abs") return finite(std::abs(*x));
  if (name == "ceil") return finite(std::ceil(*x));
  if (name == "exp") return finite(std::exp(*x));
  if (name == "floor") return finite(std::floor(*x));
  if (name == "log") return finite(std::log(*x));
  if (name == "round") return finite(std::round(*x));
  if (name == "sqrt") return finite(std::sqrt(*x));
  return Value::of(*x);
}

Value evaluate_call(const Node& node, std::span<const Value> columns, std::span<const Value> aggregates) {
  const auto argument = [&](std::size_t i) { return evaluate_node(*node.arguments[i], columns, aggregates); };
  if (node.name == "if") return argument(0).is_true() ? argument(1) : argument(2);
  if (node.name == "is_missing") return Value::of_truth(argument(0).kind == Value::Kind::Missing);
  if (node.name == "lower" || node.name == "upper" || node.name == "trim") return text_function(node.name, argument(0));
  Value result;
  if (node.name == "concat") result = Value::of_text("");
  for (std::size_t i = 0; i < node.arguments.size(); ++i) {
    Value value = argument(i);
    if (node.name == "coalesce") {
      if (value.kind != Value::Kind::Missing) return value;
      continue;
    }
    if (node.name == "concat") {
      const auto text = value.to_cell();
      if (!text) return {};
      result.text += *text;
      continue;
    }
    if (node.name != "min" && node.name != "max") return number_function(node.name, value);
    const auto number = number_of(value);
    if (!number) return {};
    if (i == 0) result = Value::of(*number);
    result.number = node.name == "min" ? std::min(result.number, *number) : std::max(result.number, *number);
  }
  return result;
}

/// Recursive descent. The first error stays; everything after it is skipped.
class Parser {
 public:
  Parser(std::string_view text, bool aggregates) : text_(text), outside_(aggregates), aggregates_(aggregates) {}

  NodePtr parse() {
    NodePtr root = either(0);
    blanks();
    if (at_ < text_.size()) fail("an operator or the end");
    return root;
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] ParsedExpression take(NodePtr root) {
    return {std::move(root), std::move(columns_), std::move(column_places_), std::move(found_)};
  }

 private:
  static bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }
  void blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  void fail(std::string_view expected) {
    if (!error_) error_ = input_error(fmt::format("'{}', column {}: expected {}", text_, at_ + 1, expected));
    at_ = text_.size();
  }

  /// Takes an operator or a word (not a part of a longer one).
  bool take(std::string_view token) {
    blanks();
    if (!text_.substr(at_).starts_with(token)) return false;
    const std::size_t end = at_ + token.size();
    if (is_word(token.front()) && end < text_.size() && is_word(text_[end])) return false;
    at_ = end;
    return true;
  }

  static NodePtr binary(std::string name, NodePtr left, NodePtr right) {
    return std::make_shared<Node>(
        Node{.kind = Node::Kind::Binary, .name = std::move(name), .arguments = {std::move(left), std::move(right)}});
  }

  NodePtr either(int depth) {
    if (depth > kMaxDepth) return fail("fewer parentheses"), std::make_shared<Node>();
    NodePtr left = both(depth);
    while (take("or")) left = binary("or", left, both(depth));
    return left;
  }
  NodePtr both(int depth) {
    NodePtr left = negation(depth);
    while (take("and")) left = binary("and", left, negation(depth));
    return left;
  }
  NodePtr negation(int depth) {
    if (depth > kMaxDepth) return fail("fewer parentheses"), std::make_shared<Node>();
    if (!take("not")) return comparison(depth);
    return std::make_shared<Node>(Node{.kind = Node::Kind::Not, .arguments = {negation(depth + 1)}});
  }
  NodePtr comparison(int depth) {
    NodePtr left = sum(depth);
    for (const char* op : {"<=", ">=", "==", "!=", "<", ">"})
      if (take(op)) return binary(op, left, sum(depth));
    return left;
  }
  NodePtr sum(int depth) {
    NodePtr left = product(depth);
    for (;;) {
      if (take("+"))
        left = binary("+", left, product(depth));
      else if (take("-"))
        left = binary("-", left, product(depth));
      else
        return left;
    }
  }
  NodePtr product(int depth) {
    NodePtr left = unary(depth);
    for (;;) {
      const char* op = take("*") ? "*" : take("/") ? "/" : take("%") ? "%" : nullptr;
      if (op == nullptr) return left;
      left = binary(op, left, unary(depth));
    }
  }
  NodePtr unary(int depth) {
    if (depth > kMaxDepth) return fail("fewer signs"), std::make_shared<Node>();
    if (!take("-")) return primary(depth);
    return std::make_shared<Node>(Node{.kind = Node::Kind::Negate, .arguments = {unary(depth + 1)}});
  }

  NodePtr primary(int depth) {
    blanks();
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (take("(")) {
      NodePtr inner = either(depth + 1);
      if (!take(")")) fail("')'");
      return inner;
    }
    if (c == '\'') return constant(Value::of_text(delimited('\'')));
    if (c == '`') return column(delimited('`'));
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) return number();
    if (std::isalpha(static_cast<unsigned char>(c)) == 0 && c != '_')
      return fail("a number, a 'text', a column, a function or '('"), std::make_shared<Node>();
    std::string word;
    while (at_ < text_.size() && is_word(text_[at_])) word += text_[at_++];
    if (take("(")) return call(word, depth + 1);
    if (word == "true" || word == "false") return constant(Value::of_truth(word == "true"));
    return column(std::move(word));
  }

  static NodePtr constant(Value value) { return std::make_shared<Node>(Node{.constant = std::move(value)}); }

  NodePtr number() {
    double value = 0.0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc{}) return fail("a number"), std::make_shared<Node>();
    at_ = static_cast<std::size_t>(end - text_.data());
    return constant(Value::of(value));
  }

  NodePtr column(std::string name) {
    if (outside_)
      return fail(fmt::format("an aggregate around the column '{}', such as mean({})", name, name)), empty();
    const auto found = std::find(columns_.begin(), columns_.end(), name);
    const auto place = static_cast<std::size_t>(found - columns_.begin());
    if (found == columns_.end()) {
      column_places_.push_back(at_ - std::min(at_, name.size()) + 1);
      columns_.push_back(std::move(name));
    }
    return std::make_shared<Node>(Node{.kind = Node::Kind::Column, .column = place});
  }

  /// Text between two marks; a doubled mark stands for one.
  std::string delimited(char mark) {
    std::string text;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == mark && (at_ + 1 == text_.size() || text_[at_ + 1] != mark)) {
        ++at_;
        return text;
      }
      if (text_[at_] == mark) ++at_;
      text += text_[at_];
    }
    fail(fmt::format("a closing {}", mark));
    return text;
  }

  NodePtr call(const std::string& name, int depth) {
    if (const Function* aggregate = find(kAggregates, name); aggregate && aggregates_) {
      if (!outside_) return fail(fmt::format("no aggregate inside another; '{}' is one", name)), empty();
      outside_ = false;
      Node node = arguments({.kind = Node::Kind::Aggregate, .column = found_.size(), .name = name}, *aggregate, depth);
      outside_ = true;
      if (name == "quantile" && !error_) check_level(*node.arguments[1]);
      found_.push_back(std::make_shared<Node>(std::move(node)));
      return found_.back();
    }
    const Function* function = find(kFunctions, name);
    if (function) return std::make_shared<Node>(arguments({.kind = Node::Kind::Call, .name = name}, *function, depth));
    std::vector<std::string> names;
    for (const Function& known : kFunctions) names.emplace_back(known.name);
    if (aggregates_)
      for (const Function& known : kAggregates) names.emplace_back(known.name);
    return fail(fmt::format("a known function before '('; '{}' is none{}", name, suggestion(name, names))), empty();
  }

  template <std::size_t N>
  static const Function* find(const Function (&functions)[N], const std::string& name) {
    const auto* found = std::find_if(std::begin(functions), std::end(functions),
                                     [&](const Function& known) { return name == known.name; });
    return found == std::end(functions) ? nullptr : found;
  }

  Node arguments(Node node, const Function& function, int depth) {
    if (!take(")")) {
      do node.arguments.push_back(either(depth));
      while (take(","));
      if (!take(")")) fail("',' or ')'");
    }
    const std::size_t given = node.arguments.size();
    if (given < function.min_arguments || given > function.max_arguments)
      fail(fmt::format("{}{} arguments of {}", limit_word(function, given),
                       given < function.min_arguments ? function.min_arguments : function.max_arguments, node.name));
    return node;
  }

  static const char* limit_word(const Function& function, std::size_t given) {
    if (function.min_arguments == function.max_arguments) return "";
    return given < function.min_arguments ? "at least " : "at most ";
  }

  void check_level(const Node& level) {
    const auto value = level.kind == Node::Kind::Constant ? number_of(level.constant) : std::nullopt;
    if (!value || !(*value >= 0.0 && *value <= 1.0)) fail("a level from 0 to 1 as the second argument of quantile");
  }

  static NodePtr empty() { return std::make_shared<Node>(); }

  std::string_view text_;
  std::size_t at_ = 0;
  bool outside_;  ///< of every aggregate, where a column has no meaning
  bool aggregates_;
  std::vector<std::string> columns_;
  std::vector<std::size_t> column_places_;
  std::vector<NodePtr> found_;  ///< aggregates
  std::optional<Error> error_;
};

}  // namespace

std::optional<double> number_of(const Value& value) {
  if (value.kind == Value::Kind::Number || value.kind == Value::Kind::Truth) return value.number;
  if (value.kind == Value::Kind::Missing) return std::nullopt;
  const metric::Cell cell = metric::read_cell(value.text);
  const bool number = cell.type == metric::CellType::Integral || cell.type == metric::CellType::Fractional;
  if (number && std::isfinite(cell.value)) return cell.value;
  return std::nullopt;
}

Value evaluate_node(const Node& node, std::span<const Value> columns, std::span<const Value> aggregates) {
  const auto argument = [&](std::size_t i) { return evaluate_node(*node.arguments[i], columns, aggregates); };
  switch (node.kind) {
    case Node::Kind::Constant:
      return node.constant;
    case Node::Kind::Column:
      return columns[node.column];
    case Node::Kind::Aggregate:
      return aggregates[node.column];
    case Node::Kind::Negate:
      return arithmetic('-', Value::of(0.0), argument(0));
    case Node::Kind::Not:
      return Value::of_truth(!argument(0).is_true());
    case Node::Kind::Call:
      return evaluate_call(node, columns, aggregates);
    case Node::Kind::Binary:
      break;
  }
  if (node.name == "and") return Value::of_truth(argument(0).is_true() && argument(1).is_true());
  if (node.name == "or") return Value::of_truth(argument(0).is_true() || argument(1).is_true());
  if (node.name.size() == 1 && std::string_view("+-*/%").find(node.name[0]) != std::string_view::npos)
    return arithmetic(node.name[0], argument(0), argument(1));
  return compare(node.name, argument(0), argument(1));
}

bool Value::is_true() const {
  if (kind == Kind::Text) return text == "true";
  return kind != Kind::Missing && number != 0.0;
}

std::optional<std::string> Value::to_cell() const {
  switch (kind) {
    case Kind::Missing:
      return std::nullopt;
    case Kind::Number:
      return shortest(number);
    case Kind::Truth:
      return number != 0.0 ? "true" : "false";
    case Kind::Text:
      return text;
  }
  return std::nullopt;
}

Result<ParsedExpression> parse_expression(std::string_view text, bool aggregates) {
  // A long chain of operators is as deep as it is long.
  if (text.size() > kMaxText)
    return input_error(fmt::format("an expression of {} characters; expected at most {}", text.size(), kMaxText));
  Parser parser(text, aggregates);
  NodePtr root = parser.parse();
  if (parser.error()) return *parser.error();
  return parser.take(std::move(root));
}

Result<Expression> Expression::parse(std::string_view text) {
  auto parsed = parse_expression(text, /*aggregates=*/false);
  if (!parsed) return parsed.error();
  Expression expression;
  expression.root_ = std::move(parsed->root);
  expression.columns_ = std::move(parsed->columns);
  return expression;
}

Value Expression::evaluate(std::span<const Value> columns) const {
  return evaluate_node(*root_, columns);
}

}  // namespace driftlab::monitor

/// JSON text to nodes and back.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/scenario/schema/node.hpp"

namespace driftlab::scenario {
namespace {

using Json = nlohmann::ordered_json;

/// Deep enough for any scenario, shallow enough for recursion over the tree.
constexpr std::size_t kMaxDepth = 64;

/// An input iterator that leaves behind how far the parser has read: nlohmann's events carry no positions.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    *reached_ = at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  const char** reached_;
};

/// Builds the tree from the parser's events. The lines of events only grow, so line counting goes over the text once.
class TreeBuilder final : public nlohmann::json_sax<Json> {
 public:
  TreeBuilder(std::string_view text, const std::string& file, const char*& reached, Problems& problems)
      : text_(text),
        file_(std::make_shared<const std::string>(file)),
        counted_(text.data()),
        reached_(reached),
        problems_(problems) {}

  bool null() override { return add(null_node()); }
  bool boolean(bool value) override { return add(boolean_node(value)); }
  bool number_integer(number_integer_t value) override { return add(integer_node(value), true); }
  bool number_unsigned(number_unsigned_t value) override {
    if (std::in_range<std::int64_t>(value)) return add(integer_node(static_cast<std::int64_t>(value)), true);
    return add(real_node(static_cast<double>(value)), true);
  }
  bool number_float(number_float_t value, const string_t&) override { return add(real_node(value), true); }
  bool string(string_t& value) override { return add(text_node(std::move(value))); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(object_node()); }
  bool start_array(std::size_t) override { return open(list_node()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    Node& object = *open_.back();
    const Origin origin = here(false);
    if (object.find(name) != nullptr) {
      report(problems_, origin, {}, fmt::format("key '{}' is there twice", name));
    }
    object.members.push_back({std::move(name), origin, {}});
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& failure) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 3: syntax error …"
    std::string_view message = failure.what();
    const auto colon = message.find(": ");
    const auto label = message.find("] ");
    if (colon != std::string_view::npos) {
      message.remove_prefix(colon + 2);
    } else if (label != std::string_view::npos) {
      message.remove_prefix(label + 2);
    }
    const auto before = text_.substr(0, position > 0 ? std::min(position - 1, text_.size()) : 0);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto column = before.size() - (before.rfind('\n') + 1) + 1;
    report(problems_, {file_, static_cast<int>(line)}, {}, fmt::format("column {}: not JSON: {}", column, message));
    return false;
  }

  Node take() { return std::move(root_); }

 private:
  Origin here(bool is_number) {
    // A number ends where the next character begins, so the parser has read one too many.
    const char* end = reached_;
    if (is_number && end > text_.data() && (*(end - 1) == '\n')) --end;
    line_ += static_cast<int>(std::count(counted_, std::max(counted_, end), '\n'));
    counted_ = std::max(counted_, end);
    return {file_, line_};
  }

  Node* place(Node node, bool is_number) {
    node.origin = here(is_number);
    if (open_.empty()) {
      root_ = std::move(node);
      return &root_;
    }
    Node& parent = *open_.back();
    if (parent.kind == NodeKind::List) {
      parent.items.push_back(std::move(node));
      return &parent.items.back();
    }
    parent.members.back().value = std::move(node);
    return &parent.members.back().value;
  }

  bool add(Node node, bool is_number = false) {
    place(std::move(node), is_number);
    return true;
  }

  bool open(Node node) {
    if (open_.size() >= kMaxDepth) {
      report(problems_, here(false), {}, fmt::format("nested deeper than {} levels", kMaxDepth));
      return false;
    }
    open_.push_back(place(std::move(node), false));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  std::shared_ptr<const std::string> file_;
  int line_ = 1;
  const char* counted_;
  const char*& reached_;
  Problems& problems_;
  Node root_;
  /// Pointers stay good: only the innermost open node grows.
  std::vector<Node*> open_;
};

Json to_json_value(const Node& node) {
  switch (node.kind) {
    case NodeKind::Null:
      return nullptr;
    case NodeKind::Boolean:
      return node.boolean;
    case NodeKind::Integer:
      return node.integer;
    case NodeKind::Real:
      return node.real;
    case NodeKind::Text:
      return node.text;
    case NodeKind::List: {
      Json list = Json::array();
      for (const auto& item : node.items) list.push_back(to_json_value(item));
      return list;
    }
    case NodeKind::Object:
      break;
  }
  Json object = Json::object();
  for (const auto& member : node.members) object[member.key] = to_json_value(member.value);
  return object;
}

}  // namespace

std::optional<Node> parse_json(std::string_view text, const std::string& file, Problems& problems) {
  const char* reached = text.data();
  TreeBuilder builder(text, file, reached, problems);
  const CountingIterator begin(text.data(), &reached);
  const CountingIterator end(text.data() + text.size(), &reached);
  constexpr bool kStrict = true;
  constexpr bool kIgnoreComments = true;
  const bool parsed =
      Json::sax_parse(begin, end, &builder, nlohmann::detail::input_format_t::json, kStrict, kIgnoreComments);
  if (!parsed) return std::nullopt;
  return builder.take();
}

std::string to_json(const Node& node, int indent) {
  return to_json_value(node).dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace driftlab::scenario

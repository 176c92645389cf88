#include "sim/scenario/schema/node.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace driftlab::scenario {

namespace {

/// Characters of a wrong text that an error repeats.
constexpr std::size_t kShown = 60;

}  // namespace

std::string Problem::text() const {
  std::string result = file;
  if (line > 0) result += fmt::format(":{}", line);
  if (!path.empty()) result += ": " + path;
  return result + ": " + message;
}

Error problems_error(const Problems& problems) {
  std::string message;
  for (const auto& problem : problems) message += (message.empty() ? "" : "\n") + problem.text();
  return {ErrorKind::InvalidInput, "InvalidScenario", std::move(message)};
}

const Node* Node::find(std::string_view key) const {
  for (const auto& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(std::as_const(*this).find(key));
}

Node& Node::set(std::string key, Node value) {
  if (Node* present = find(key)) {
    *present = std::move(value);
  } else {
    Origin key_origin = value.origin;
    members.push_back({std::move(key), std::move(key_origin), std::move(value)});
  }
  return *this;
}

void Node::erase(std::string_view key) {
  std::erase_if(members, [&](const Member& member) { return member.key == key; });
}

Node null_node() {
  return {};
}

Node boolean_node(bool value) {
  Node node;
  node.kind = NodeKind::Boolean;
  node.boolean = value;
  return node;
}

Node integer_node(std::int64_t value) {
  Node node;
  node.kind = NodeKind::Integer;
  node.integer = value;
  node.real = static_cast<double>(value);
  return node;
}

Node real_node(double value) {
  Node node;
  node.kind = NodeKind::Real;
  node.real = value;
  return node;
}

Node text_node(std::string value) {
  Node node;
  node.kind = NodeKind::Text;
  node.text = std::move(value);
  return node;
}

Node list_node(std::vector<Node> items) {
  Node node;
  node.kind = NodeKind::List;
  node.items = std::move(items);
  return node;
}

Node object_node() {
  Node node;
  node.kind = NodeKind::Object;
  return node;
}

const Node* at_path(const Node& root, std::string_view path) {
  const Node* node = &root;
  if (path.starts_with('$')) path.remove_prefix(1);
  while (!path.empty() && node != nullptr) {
    const bool is_index = path.front() == '[';
    path.remove_prefix(1);
    const auto length = std::min(path.find_first_of(is_index ? "]" : ".["), path.size());
    const std::string_view step = path.substr(0, length);
    path.remove_prefix(is_index ? std::min(length + 1, path.size()) : length);
    if (is_index) {
      std::size_t index = 0;
      const auto parsed = std::from_chars(step.data(), step.data() + step.size(), index);
      const bool there = parsed.ec == std::errc{} && index < node->items.size();
      node = there ? &node->items[index] : nullptr;
    } else {
      node = node->find(step);
    }
  }
  return node;
}

std::string describe_found(const Node& node) {
  switch (node.kind) {
    case NodeKind::Null:
      return "null";
    case NodeKind::Boolean:
      return node.boolean ? "true" : "false";
    case NodeKind::Integer:
      return std::to_string(node.integer);
    case NodeKind::Real:
      return shortest(node.real);
    case NodeKind::Text:
      return '"' + (node.text.size() > kShown ? node.text.substr(0, kShown) + "…" : node.text) + '"';
    case NodeKind::List:
      return "a list";
    case NodeKind::Object:
      break;
  }
  return "an object";
}

void report(Problems& problems, const Origin& where, std::string path, std::string message) {
  problems.push_back({where.file ? *where.file : std::string(), where.line, std::move(path), std::move(message)});
}

}  // namespace driftlab::scenario

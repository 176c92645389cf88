#pragma once
/// A JSON value that knows where it was written: what parser, composition and descriptions work on.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace driftlab::scenario {

/// Where a value was written. A value set on the command line has the option as `file` and line 0.
struct Origin {
  std::shared_ptr<const std::string> file;
  int line = 0;
};

/// One thing wrong with a scenario.
struct Problem {
  std::string file;
  int line = 0;         ///< from 1; 0: not in a file
  std::string path;     ///< "$.world.series.level"; empty when the file could not be read as JSON
  std::string message;  ///< what was expected, what was found, the nearest valid name

  /// "FILE:LINE: PATH: MESSAGE".
  [[nodiscard]] std::string text() const;
  bool operator==(const Problem&) const = default;
};
using Problems = std::vector<Problem>;
/// One error for all: code "InvalidScenario", the message has a line for each problem.
[[nodiscard]] Error problems_error(const Problems& problems);

enum class NodeKind { Null, Boolean, Integer, Real, Text, List, Object };

struct Member;

/// Objects keep the order of the file. Equality of content is not needed by anyone and not defined.
struct Node {
  NodeKind kind = NodeKind::Null;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0.0;  ///< also set for an Integer
  std::string text;
  std::vector<Node> items;
  std::vector<Member> members;
  Origin origin;
  /// A file this object should lie on could not be loaded, so a key that is not here may be there.
  bool incomplete = false;

  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
  /// Adds or replaces a member; returns this node.
  Node& set(std::string key, Node value);
  void erase(std::string_view key);
};

struct Member {
  std::string key;
  Origin origin;  ///< of the key
  Node value;
};

[[nodiscard]] Node null_node();
[[nodiscard]] Node boolean_node(bool value);
[[nodiscard]] Node integer_node(std::int64_t value);
[[nodiscard]] Node real_node(double value);
[[nodiscard]] Node text_node(std::string value);
[[nodiscard]] Node list_node(std::vector<Node> items = {});
[[nodiscard]] Node object_node();

/// Parses JSON with // and /* */ comments. Problems (syntax, duplicate keys, integers beyond 64 bits) go to `problems`;
/// nothing when the text is not JSON.
[[nodiscard]] std::optional<Node> parse_json(std::string_view text, const std::string& file, Problems& problems);

/// JSON text of a node; `indent` < 0 for one line.
[[nodiscard]] std::string to_json(const Node& node, int indent = -1);

/// The value at "$.world.series.drift[0]", or null.
[[nodiscard]] const Node* at_path(const Node& root, std::string_view path);

/// For errors: `text "abc"`, "number 3", "a list".
[[nodiscard]] std::string describe_found(const Node& node);

/// Adds a problem about the value `where`.
void report(Problems& problems, const Origin& where, std::string path, std::string message);

}  // namespace driftlab::scenario

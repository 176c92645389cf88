#include "sim/scenario/schema/compose.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/scenario/schema/combinators.hpp"

namespace driftlab::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxUses = 16;

/// The text of the used file and where it was found.
struct Found {
  fs::path path;
  std::string text;
};

std::optional<Found> look_for(const std::string& name, const fs::path& beside, const fs::path& root,
                              const ReadFile& read) {
  std::vector<fs::path> places{beside / name};
  if (!root.empty()) places.push_back(root / name);
  for (const auto& place : places) {
    if (auto text = read(place)) return Found{place.lexically_normal(), std::move(*text)};
  }
  return std::nullopt;
}

void mark_incomplete(Node& node) {
  node.incomplete = true;
  for (auto& member : node.members) mark_incomplete(member.value);
}

/// `chain` holds the files being laid on each other, so that a circle ends.
/// False when a file could not be loaded.
bool resolve(Node& section, const std::string& path, const fs::path& root, const ReadFile& read, Problems& problems,
             std::vector<fs::path>& chain) {
  const Node* use = section.find("use");
  if (use == nullptr) return true;
  const std::string use_path = detail::member_path(path, "use");
  const Node named = *use;
  section.erase("use");
  const auto fail = [&](const std::string& message) {
    report(problems, named.origin, use_path, message);
    return false;
  };
  if (named.kind != NodeKind::Text || named.text.empty()) {
    return fail("expected the name of a file, found " + describe_found(named));
  }
  const fs::path beside = named.origin.file ? fs::path(*named.origin.file).parent_path() : fs::path();
  auto found = look_for(named.text, beside, root, read);
  if (!found) return fail(fmt::format("no file '{}'", named.text));
  const bool circle = std::find(chain.begin(), chain.end(), found->path) != chain.end();
  if (circle || chain.size() >= kMaxUses) return fail(fmt::format("'{}' uses itself", named.text));
  auto base = parse_json(found->text, found->path.string(), problems);
  if (!base || !detail::require_kind(*base, NodeKind::Object, "an object", path, problems)) return false;
  chain.push_back(found->path);
  const bool complete = resolve(*base, path, root, read, problems, chain);
  merge_into(*base, section);
  section = std::move(*base);
  return complete;
}

/// One step of a dotted path: a key or an index.
struct Step {
  std::string key;
  std::optional<std::size_t> index;
};

std::optional<std::vector<Step>> parse_path(std::string_view path) {
  std::vector<Step> steps;
  bool expect_key = true;
  while (!path.empty()) {
    if (!expect_key && path.front() == '[') {
      const auto close = path.find(']');
      std::size_t index = 0;
      const char* end = path.data() + std::min(close, path.size());
      const auto parsed = std::from_chars(path.data() + 1, end, index);
      if (close == std::string_view::npos || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
      steps.push_back({{}, index});
      path.remove_prefix(close + 1);
      continue;
    }
    if (!expect_key && path.front() == '.')
      path.remove_prefix(1);
    else if (!expect_key)
      return std::nullopt;
    const auto length = std::min(path.find_first_of(".["), path.size());
    if (length == 0) return std::nullopt;
    steps.push_back({std::string(path.substr(0, length)), std::nullopt});
    path.remove_prefix(length);
    expect_key = false;
  }
  if (steps.empty()) return std::nullopt;
  return steps;
}

Node parse_value(const std::string& value, const Origin& origin) {
  Problems ignored;
  auto parsed = parse_json(value, *origin.file, ignored);
  Node node = parsed && ignored.empty() ? std::move(*parsed) : text_node(value);
  std::vector<Node*> todo{&node};
  while (!todo.empty()) {
    Node* one = todo.back();
    todo.pop_back();
    one->origin = origin;
    for (auto& item : one->items) todo.push_back(&item);
    for (auto& member : one->members) {
      member.origin = origin;
      todo.push_back(&member.value);
    }
  }
  return node;
}

/// The node `step` leads to, made when it is a missing key. Null and a problem when it leads nowhere.
Node* descend(Node& from, const Step& step, std::string& path, const Origin& origin, Problems& problems) {
  if (step.index) {
    if (!detail::require_kind(from, NodeKind::List, "a list", path, problems)) {
      problems.back().file = *origin.file;
      problems.back().line = 0;
      return nullptr;
    }
    const std::string list = path;
    path = detail::item_path(path, *step.index);
    if (*step.index < from.items.size()) return &from.items[*step.index];
    report(problems, origin, path, fmt::format("no such element; {} has {}", list, from.items.size()));
    return nullptr;
  }
  if (from.kind != NodeKind::Object) {
    report(problems, origin, path,
           fmt::format("expected an object that can hold '{}', found {}", step.key, describe_found(from)));
    return nullptr;
  }
  path = detail::member_path(path, step.key);
  if (Node* present = from.find(step.key)) return present;
  Node fresh = object_node();
  fresh.origin = origin;
  from.set(step.key, std::move(fresh));
  return from.find(step.key);
}

}  // namespace

ReadFile disk_reader() {
  return [](const fs::path& path) -> Result<std::string> {
    std::ifstream stream(path, std::ios::binary);
    std::error_code ignored;
    if (!stream || fs::is_directory(path, ignored)) return not_found("NotFound", path.string() + ": cannot be read");
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  };
}

void merge_into(Node& base, const Node& over) {
  const Node* old_kind = base.find("kind");
  const Node* new_kind = over.find("kind");
  const bool other_kind = old_kind != nullptr && new_kind != nullptr && old_kind->text != new_kind->text;
  if (base.kind != NodeKind::Object || over.kind != NodeKind::Object || other_kind) {
    base = over;
    return;
  }
  for (const auto& member : over.members) {
    Node* present = base.find(member.key);
    if (member.value.kind == NodeKind::Null) {
      base.erase(member.key);
    } else if (present != nullptr) {
      merge_into(*present, member.value);
    } else {
      base.members.push_back(member);
    }
  }
}

void resolve_use(Node& section, const std::string& path, const std::filesystem::path& root, const ReadFile& read,
                 Problems& problems) {
  std::vector<fs::path> chain;
  if (!resolve(section, path, root, read, problems, chain)) mark_incomplete(section);
}

void apply_set(Node& root, const std::string& assignment, Problems& problems) {
  const Origin origin{std::make_shared<const std::string>("--set " + assignment), 0};
  const auto equals = assignment.find('=');
  const auto steps = parse_path(std::string_view(assignment).substr(0, equals));
  if (equals == std::string::npos || !steps) {
    return report(problems, origin, {}, "expected path=value such as world.series.level=25");
  }
  Node* node = &root;
  std::string path = "$";
  for (const auto& step : *steps) {
    node = descend(*node, step, path, origin, problems);
    if (node == nullptr) return;
  }
  *node = parse_value(assignment.substr(equals + 1), origin);
}

}  // namespace driftlab::scenario

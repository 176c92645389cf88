#include "sim/scenario/file/load.hpp"

#include <fmt/format.h>

namespace driftlab::scenario {
namespace {

namespace fs = std::filesystem;

/// The sections that may lie on another file, and the options that choose that file.
constexpr std::string_view kComposable[] = {"world", "system"};

bool chooses_file(const std::string& assignment) {
  for (const auto section : kComposable) {
    if (assignment.starts_with(std::string(section) + ".use=")) return true;
  }
  return false;
}

}  // namespace

std::optional<Node> compose_scenario(const fs::path& file, const LoadOptions& options, Problems& problems) {
  const auto text = options.read(file);
  if (!text) {
    problems.push_back({file.string(), 0, {}, "cannot be read"});
    return std::nullopt;
  }
  auto root = parse_json(*text, file.string(), problems);
  if (!root) return std::nullopt;
  if (!detail::require_kind(*root, NodeKind::Object, "an object", "$", problems)) return std::nullopt;
  for (const auto& set : options.sets) {
    if (chooses_file(set)) apply_set(*root, set, problems);
  }
  for (const auto section : kComposable) {
    Node* node = root->find(section);
    if (node != nullptr) resolve_use(*node, "$." + std::string(section), options.root, options.read, problems);
  }
  for (const auto& set : options.sets) {
    if (!chooses_file(set)) apply_set(*root, set, problems);
  }
  return root;
}

void resolve_paths(Scenario& scenario, const Node& root) {
  if (!scenario.world.series.csv) return;
  auto& path = scenario.world.series.csv->path;
  const Node* written = at_path(root, "$.world.series.csv.path");
  const bool from_file = written != nullptr && written->origin.line > 0;
  if (from_file && fs::path(path).is_relative()) {
    path = (fs::path(*written->origin.file).parent_path() / path).lexically_normal().string();
  }
}

}  // namespace driftlab::scenario

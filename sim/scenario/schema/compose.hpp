#pragma once
/// Scenario files out of pieces: "use" loads another file under the overrides, "--set" changes single values.

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sim/scenario/schema/node.hpp"

namespace driftlab::scenario {

/// Reads a whole file. Errors: NotFound. Given so that tests compose without a disk.
using ReadFile = std::function<Result<std::string>(const std::filesystem::path&)>;
[[nodiscard]] ReadFile disk_reader();

/// Lays `over` on `base` (RFC 7386): objects merge member by member, null removes a member, everything else, lists too,
/// replaces. Where both have a "kind" and it differs, `over` replaces the object: its parameters belong to another
/// kind.
void merge_into(Node& base, const Node& over);

/// When `section` has a "use", loads that file and lays the rest of the section on it; a used file may use another.
/// Looked for beside the file that names it, then in `root` (the scenarios folder; may be empty).
void resolve_use(Node& section, const std::string& path, const std::filesystem::path& root, const ReadFile& read,
                 Problems& problems);

/// Applies "world.series.level=25": dotted path with [index], then '=', then JSON, or text when it is not JSON.
/// Objects on the way are made; a wrong name shows when the result is read, with the option as its file.
void apply_set(Node& root, const std::string& assignment, Problems& problems);

}  // namespace driftlab::scenario

#include "core/capture/batch_manifest.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <simdjson.h>

#include "core/capture/hour_folder.hpp"

namespace driftlab::capture {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOutputSuffix = ".out";
constexpr std::string_view kScheme = "s3://";

struct Object {
  ManifestObject names;
  fs::path manifest;
  fs::path path;
};
/// Manifests of one hour folder.
struct Hour {
  std::vector<Object> inputs, outputs;
};

/// "input" or "output", which stands before the hour folder; or "".
std::string side_of(const fs::path& manifest) {
  fs::path above = manifest.parent_path();
  for (int i = 0; i < 4; ++i) above = above.parent_path();
  const std::string name = above.filename().string();
  return name == "input" || name == "output" ? name : "";
}

std::string hour_of(const fs::path& manifest) {
  return std::string(hour_folder_of(manifest.parent_path().generic_string()));
}

/// Where an object lies below the data root.
Result<fs::path> local_path(const Object& object, const fs::path& root) {
  const std::string& uri = object.names.uri;
  const bool in_s3 = uri.starts_with(kScheme);
  const auto refused = [&](const char* why) {
    return input_error(fmt::format("{}: '{}' {}; expected s3://bucket/key, which is {}, or a path below {}",
                                   object.manifest.string(), uri, why, (root / "bucket/key").string(), root.string()));
  };
  const fs::path relative(in_s3 ? uri.substr(kScheme.size()) : uri);
  if (!in_s3 && uri.find("://") != std::string::npos) return refused("is no place in S3");
  if (relative.is_absolute()) return refused("is an absolute path");
  for (const auto& part : relative)
    if (part == "..") return refused("leaves the folder");
  fs::path path = root / relative;
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored))
    return input_error(
        fmt::format("{}: names '{}', but there is no file {}; the data files of the transform are read "
                    "from a local copy of their bucket (--batch-data-root)",
                    object.manifest.string(), uri, path.string()));
  return path;
}

Result<std::string> contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in) return input_error(fmt::format("{}: cannot be read", path.string()));
  return text.str();
}

Result<> add_manifest(const fs::path& manifest, const fs::path& root, std::vector<Object>& objects) {
  const auto json = contents(manifest);
  if (!json) return json.error();
  auto names = read_manifest(manifest.string(), *json);
  if (!names) return names.error();
  for (auto& one : *names) {
    Object object{.names = std::move(one), .manifest = manifest, .path = {}};
    auto path = local_path(object, root);
    if (!path) return path.error();
    object.path = *std::move(path);
    objects.push_back(std::move(object));
  }
  return {};
}

/// The input an output was made of; `taken` marks it.
Result<const Object*> input_of(const Object& output, const Hour& hour, std::vector<bool>& taken) {
  std::string name = output.names.name;
  if (name.ends_with(kOutputSuffix)) name.resize(name.size() - kOutputSuffix.size());
  std::vector<std::size_t> same_name;
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < hour.inputs.size(); ++i) {
    if (hour.inputs[i].names.name != name) continue;
    same_name.push_back(i);
    if (hour.inputs[i].manifest.filename() == output.manifest.filename()) found = i;
  }
  if (!found && same_name.size() == 1) found = same_name.front();
  if (!found && same_name.empty())
    return input_error(fmt::format("{}: names the output '{}', but no input manifest of its hour names '{}'",
                                   output.manifest.string(), output.names.name, name));
  if (!found)
    return input_error(
        fmt::format("{}: the output '{}' may belong to '{}' in {} or in {}; manifests of one transform "
                    "have one name",
                    output.manifest.string(), output.names.name, name, hour.inputs[same_name[0]].manifest.string(),
                    hour.inputs[same_name[1]].manifest.string()));
  taken[*found] = true;
  return &hour.inputs[*found];
}

InputFile data_file(const Object& object, const std::string& hour, BatchRows rows) {
  rows.time = begin_of_hour(hour).value_or(Instant());
  return {.name = hour + "/" + object.path.filename().string(),
          .bytes = {},
          .path = object.path.string(),
          .batch = std::make_shared<const BatchRows>(std::move(rows))};
}

Result<> add_hour(const std::string& name, const Hour& hour, const BatchOptions& options,
                  std::vector<InputFile>& files) {
  if (hour.outputs.empty() && !options.needs_ids)
    for (const auto& input : hour.inputs)
      files.push_back(data_file(input, name, {.is_input = true, .header = options.header}));
  std::vector<bool> taken(hour.inputs.size());
  for (const auto& output : hour.outputs) {
    BatchRows rows{.header = options.header, .needs_ids = options.needs_ids};
    if (options.join_inputs && !hour.inputs.empty()) {
      const auto input = input_of(output, hour, taken);
      if (!input) return input.error();
      rows.input_path = (*input)->path.string();
    }
    files.push_back(data_file(output, name, std::move(rows)));
  }
  if (!options.join_inputs || hour.outputs.empty()) return {};
  const auto left = std::find(taken.begin(), taken.end(), false);
  if (left == taken.end()) return {};
  const auto& input = hour.inputs[static_cast<std::size_t>(left - taken.begin())];
  return input_error(fmt::format("{}: names the input '{}', but no output manifest of its hour names '{}{}'",
                                 input.manifest.string(), input.names.name, input.names.name, kOutputSuffix));
}

}  // namespace

bool is_batch_manifest(const fs::path& path) {
  if (path.extension() != ".json" || side_of(path).empty()) return false;
  const std::string folder = path.parent_path().generic_string();
  const auto hour = hour_folder_of(folder);
  return !hour.empty() && folder.ends_with(hour);
}

Result<std::vector<ManifestObject>> read_manifest(const std::string& name, std::string_view json) {
  const auto refused = [&](const std::string& what) {
    return input_error(
        fmt::format("{}: {}; expected a manifest: [{{\"prefix\": \"s3://bucket/key/\"}}, \"object\", …]", name, what));
  };
  simdjson::dom::parser parser;
  simdjson::dom::array array;
  simdjson::dom::element root;
  if (json.starts_with("\xEF\xBB\xBF")) json.remove_prefix(3);
  if (const auto error = parser.parse(json.data(), json.size()).get(root); error != simdjson::SUCCESS)
    return refused(fmt::format("not JSON: {}", simdjson::error_message(error)));
  if (root.get(array) != simdjson::SUCCESS) return refused("no array");
  std::string prefix;
  bool has_prefix = false;
  std::vector<ManifestObject> objects;
  std::size_t place = 0;
  for (const simdjson::dom::element& item : array) {
    std::string_view text;
    if (place == 0) {
      simdjson::dom::object object;
      if (item.get(object) != simdjson::SUCCESS || object["prefix"].get(text) != simdjson::SUCCESS)
        return refused("[0] has no \"prefix\"");
      prefix = text;
      has_prefix = true;
    } else if (item.get(text) != simdjson::SUCCESS || text.empty()) {
      return refused(fmt::format("[{}] is no name of an object", place));
    } else {
      objects.push_back({.name = std::string(text), .uri = prefix + std::string(text)});
    }
    ++place;
  }
  if (!has_prefix) return refused("an empty array");
  return objects;
}

Result<std::vector<InputFile>> read_batch_capture(std::span<const fs::path> files, const BatchOptions& options) {
  std::map<std::string, Hour> hours;
  for (const auto& file : files) {
    if (!is_batch_manifest(file)) continue;
    const bool input = side_of(file) == "input";
    if (input && options.needs_ids) continue;
    Hour& hour = hours[hour_of(file)];
    if (const auto added = add_manifest(file, options.data_root, input ? hour.inputs : hour.outputs); !added)
      return added.error();
  }
  std::vector<InputFile> data;
  for (const auto& [name, hour] : hours)
    if (const auto added = add_hour(name, hour, options, data); !added) return added.error();
  return data;
}

}  // namespace driftlab::capture

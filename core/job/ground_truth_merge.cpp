#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/base/hash.hpp"
#include "core/job/settings.hpp"
#include "core/job/steps.hpp"
#include "core/merge/merge.hpp"

namespace driftlab::job {
namespace {

/// The files of every input whose name starts with `prefix`, named by their place below the local root so that the
/// hour folder stands in the name. The service mounts each hour folder at its own local path.
std::vector<merge::InputFile> files_of(const Run& run, std::string_view prefix) {
  std::vector<merge::InputFile> files;
  for (const auto& mount : run.inputs) {
    if (!mount.name.starts_with(prefix)) continue;
    for (const auto& file : mount.files) files.push_back({mount.local_path + "/" + file.path, *file.bytes});
  }
  return files;
}

/// Whose captures a file holds: "endpoint/variant", the folders between the root of the data set and the hour folder;
/// `fallback` where none are.
std::string source_of(std::string_view name, std::string_view root, const std::string& fallback) {
  constexpr std::size_t kHourFolder = 13;  // "yyyy/mm/dd/hh"
  if (!name.starts_with(root)) return fallback;
  name.remove_prefix(root.size());
  std::string_view folder = name.substr(0, std::min(name.rfind('/'), name.size()));
  if (folder.size() < kHourFolder) return fallback;
  folder.remove_suffix(kHourFolder);
  while (folder.starts_with('/')) folder.remove_prefix(1);
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return folder.empty() ? fallback : std::string(folder);
}

/// Captures by source, so that each variant has its own folder in the output.
std::map<std::string, std::vector<merge::InputFile>> captures_by_source(const Run& run, const Settings& settings) {
  const std::string root = settings.text_or("dataset_source", "/opt/ml/processing/input/endpoint");
  const std::string fallback = settings.text_or("sagemaker_endpoint_name", "endpoint") + "/AllTraffic";
  std::map<std::string, std::vector<merge::InputFile>> sources;
  for (auto& file : files_of(run, "endpoint_input"))
    sources[source_of(file.name, root, fallback)].push_back(std::move(file));
  if (sources.empty()) sources[fallback];
  return sources;
}

Result<merge::MergeOptions> window_of(const Settings& settings) {
  merge::MergeOptions options;
  if (settings.has("start_time")) {
    const auto start = parse_instant(settings.text_or("start_time", ""));
    if (!start) return start.error();
    options.start = *start;
  }
  if (settings.has("end_time")) {
    const auto end = parse_instant(settings.text_or("end_time", ""));
    if (!end) return end.error();
    options.end = *end;
  }
  return options;
}

}  // namespace

Task ground_truth_merge(const JobContext&, const Run& run) {
  const Settings settings(run.environment);
  const auto window = window_of(settings);
  if (!window) co_return failed(window.error());
  const auto labels = files_of(run, "groundtruth_input");
  const std::string output = run.outputs.empty() ? "output" : run.outputs.front().name;
  const std::string part = StableHash{}.add(run.job_name).hex();
  Exit exit;
  Result<> outcome = input_error("no captures");
  bool merged_any = false;
  for (const auto& [source, captures] : captures_by_source(run, settings)) {
    const auto merged = merge::merge_ground_truth(captures, labels, *window);
    // A variant without traffic in the window does not fail the others.
    if (!merged) {
      outcome = merged.error();
      continue;
    }
    merged_any = true;
    for (const auto& hour : merged->hours)
      add_file(exit, output, fmt::format("{}/{}/part-00000-{}.c000.jsonl", source, hour.folder, part), hour.json_lines);
  }
  if (!merged_any) co_return failed(outcome.error());
  co_return exit;
}

}  // namespace driftlab::job

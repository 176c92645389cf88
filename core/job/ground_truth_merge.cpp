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
  const auto captures = files_of(run, "endpoint_input");
  const auto labels = files_of(run, "groundtruth_input");
  const auto merged = merge::merge_ground_truth(captures, labels, *window);
  if (!merged) co_return failed(merged.error());
  const std::string output = run.outputs.empty() ? "output" : run.outputs.front().name;
  const std::string part = StableHash{}.add(run.job_name).hex();
  Exit exit;
  for (const auto& hour : merged->hours)
    add_file(exit, output,
             fmt::format("{}/{}/{}/part-00000-{}.c000.jsonl", settings.text_or("sagemaker_endpoint_name", "endpoint"),
                         "AllTraffic", hour.folder, part),
             hour.json_lines);
  co_return exit;
}

}  // namespace driftlab::job

#include <fmt/format.h>

#include "core/job/bias/analysis.hpp"
#include "core/job/settings.hpp"
#include "core/job/steps.hpp"

namespace driftlab::job {
namespace {

constexpr const char* kBiasMetrics = "aws/sagemaker/Endpoints/bias-metrics";

const ops::container::File* file_of(const Run& run, const char* name) {
  const auto* mount = find_input(run, name);
  return mount && !mount->files.empty() ? &mount->files.front() : nullptr;
}

/// What the merge job wrote: an input a file.
BiasSource merged_source(const Run& run, const ContainerEnvironment& environment) {
  BiasSource source{.name = environment.dataset_source.string(), .merged = true, .files = {}, .csv = {}};
  for (const auto& mount : run.inputs)
    if (mount.name.starts_with("endpoint_input"))
      for (const auto& file : mount.files)
        source.files.push_back({.name = mount.local_path + "/" + file.path,
                                .read = [bytes = file.bytes] { return Result<std::string>(*bytes); }});
  return source;
}

Result<Exit> analyse(const Run& run) {
  const auto environment = read_container_environment(run.environment);
  if (!environment) return environment.error();
  if (!environment->analysis_type.empty() && environment->analysis_type != "MODEL_BIAS")
    return input_error(fmt::format("analysis_type is '{}'; expected MODEL_BIAS", environment->analysis_type));
  const auto* config = file_of(run, "analysis_config");
  if (!config)
    return not_found("NoAnalysisConfig", "the input analysis_config is missing; expected the file at ConfigUri");
  const auto* baseline = file_of(run, "constraints");
  BiasReference reference{.config = *config->bytes, .config_file = config->path, .baseline = {}, .baseline_file = {}};
  if (baseline) {
    reference.baseline = *baseline->bytes;
    reference.baseline_file = baseline->path;
  }
  auto analysis = analyse_bias(merged_source(run, *environment), reference, *environment, {});
  if (!analysis) return analysis.error();
  return exit_with(run, *environment, std::move(analysis->result), kBiasMetrics);
}

}  // namespace

Task model_bias(const JobContext&, const Run& run) {
  auto exit = analyse(run);
  if (!exit) co_return failed(exit.error());
  co_return *std::move(exit);
}

}  // namespace driftlab::job

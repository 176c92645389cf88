#include <algorithm>

#include "core/job/data_quality/analysis.hpp"
#include "core/job/settings.hpp"
#include "core/job/steps.hpp"
#include "core/monitor/profile/capture_source.hpp"

namespace driftlab::job {
namespace {

constexpr const char* kDataMetrics = "aws/sagemaker/Endpoints/data-metrics";

/// The files of the captures: every hour folder is an input of its own.
std::vector<capture::InputFile> captures(const Run& run) {
  std::vector<capture::InputFile> files;
  for (const auto& mount : run.inputs)
    if (mount.name.starts_with("endpoint_input"))
      for (const auto& file : mount.files)
        files.push_back({.name = mount.local_path + "/" + file.path, .bytes = *file.bytes, .path = {}});
  return files;
}

const ops::container::File* file_of(const Run& run, const char* name) {
  const auto* mount = find_input(run, name);
  return mount && !mount->files.empty() ? &mount->files.front() : nullptr;
}

Result<std::optional<DataQualityReference>> reference_of(const Run& run, const ContainerEnvironment& environment) {
  const auto* constraints = file_of(run, "constraints");
  if (!constraints) return std::optional<DataQualityReference>();
  std::optional<std::string> statistics;
  const auto* file = file_of(run, "baseline");
  if (file) statistics = *file->bytes;
  auto reference = read_data_quality_reference(environment, *constraints->bytes, constraints->path, statistics,
                                               file ? file->path : std::string());
  if (!reference) return reference.error();
  return std::optional(*std::move(reference));
}

Result<Exit> analyse(const Run& run) {
  const auto environment = read_container_environment(run.environment);
  if (!environment) return environment.error();
  auto reference = reference_of(run, *environment);
  if (!reference) return reference.error();
  DatasetFormat format;
  if (environment->dataset_format) format = *environment->dataset_format;
  if (environment->dataset_format && format.kind != DatasetFormat::Kind::Capture)
    return input_error("dataset_format: an execution reads captures; expected sagemakerCaptureJson");
  const auto& sides = format.capture_index_names;
  const auto listed = [&](const char* name) { return std::find(sides.begin(), sides.end(), name) != sides.end(); };
  monitor::CaptureSource source(captures(run), {.output_first = format.output_columns_first,
                                                .use_input = listed("endpointInput"),
                                                .use_output = listed("endpointOutput"),
                                                .start = environment->start_time,
                                                .end = environment->end_time});
  DataQualityJob job;
  job.baseline = !reference->has_value();
  job.threads = 1;
  auto analysis = analyse_data_quality(&source, {}, *reference, *environment, job, 1.0);
  if (!analysis) return analysis.error();
  return exit_with(run, *environment, std::move(analysis->result), kDataMetrics);
}

}  // namespace

Task data_quality(const JobContext&, const Run& run) {
  auto exit = analyse(run);
  if (!exit) co_return failed(exit.error());
  co_return *std::move(exit);
}

}  // namespace driftlab::job

#include "core/job/container/capture_input.hpp"

#include <algorithm>

#include "core/capture/batch_manifest.hpp"
#include "core/capture/record_walk.hpp"
#include "core/job/container/files.hpp"

namespace driftlab::job {

std::filesystem::path batch_data_root(const ContainerEnvironment& environment) {
  return environment.batch_data_root.empty() ? environment.dataset_source : environment.batch_data_root;
}

Result<DatasetFiles> dataset_files(const ContainerEnvironment& environment) {
  auto found = input_files(environment.dataset_source);
  if (!found) return found.error();
  DatasetFiles dataset{.files = *std::move(found), .captures = {}};
  dataset.batch = std::any_of(dataset.files.begin(), dataset.files.end(), capture::is_batch_manifest);
  if (!dataset.batch) {
    dataset.captures = capture::local_files(dataset.files);
    return dataset;
  }
  const auto& format = environment.dataset_format;
  const bool header = format && format->kind == DatasetFormat::Kind::Csv && format->header;
  auto captures =
      capture::read_batch_capture(dataset.files, {.data_root = batch_data_root(environment), .header = header});
  if (!captures) return captures.error();
  dataset.captures = *std::move(captures);
  dataset.files.clear();
  for (const auto& file : dataset.captures) dataset.files.emplace_back(file.path);
  if (dataset.files.empty()) return not_found("NoInputData", "Job inputs had no data: the manifests name no object");
  return dataset;
}

Result<bool> holds_captures(const DatasetFiles& dataset, const ContainerEnvironment& environment) {
  if (dataset.batch) return true;
  if (environment.dataset_format) return environment.dataset_format->kind == DatasetFormat::Kind::Capture;
  return capture::holds_records(dataset.captures.front());
}

Result<> check_no_batch(const DatasetFiles& dataset) {
  if (!dataset.batch) return {};
  return input_error(
      "a process over lines reads files as they are, and this dataset is the manifests of a batch transform; give the "
      "folder of its data files");
}

}  // namespace driftlab::job

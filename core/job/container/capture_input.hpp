#pragma once
/// What lies under `dataset_source`: tables, capture files, or manifests of batch transforms.

#include <filesystem>
#include <vector>

#include "core/base/result.hpp"
#include "core/capture/input_file.hpp"
#include "core/job/container/environment.hpp"

namespace driftlab::job {

struct DatasetFiles {
  /// As `input_files` finds them; of a batch capture the data files that its manifests name.
  std::vector<std::filesystem::path> files;
  /// The same to be read as captures.
  std::vector<capture::InputFile> captures;
  bool batch = false;  ///< rows of data files stand for captures, whatever `dataset_format` says of the files
};

/// Errors: those of `input_files` and of `capture::read_batch_capture`.
[[nodiscard]] Result<DatasetFiles> dataset_files(const ContainerEnvironment& environment);

/// Whether the dataset is of captures: as `dataset_format` says, else by the first line of the first file.
[[nodiscard]] Result<bool> holds_captures(const DatasetFiles& dataset, const ContainerEnvironment& environment);

/// Where s3://bucket/key is looked for as bucket/key: `batch_data_root`, else the dataset's folder itself.
[[nodiscard]] std::filesystem::path batch_data_root(const ContainerEnvironment& environment);

/// A process over lines reads files as they are. Errors: InvalidInput for a batch capture.
[[nodiscard]] Result<> check_no_batch(const DatasetFiles& dataset);

}  // namespace driftlab::job

#pragma once
/// Ground truth merge of local folders: what the image `sagemaker-model-monitor-groundtruth-merger` does.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/merge/merge.hpp"

namespace driftlab::job {

/// Folders hold .../yyyy/mm/dd/hh/*.jsonl, plain or gzip; single files will do. Captures may be the manifests of batch
/// transforms with GenerateInferenceId: then rows of the outputs they name are merged as `batchTransformOutput`.
struct MergeJob {
  std::filesystem::path dataset_source;       ///< captures
  std::filesystem::path ground_truth_source;  ///< labels
  std::filesystem::path output_path;
  std::filesystem::path batch_data_root = {};  ///< as ContainerEnvironment has it
  merge::MergeOptions options;
};

struct MergeJobReport {
  merge::MergeReport merge;
  std::vector<std::string> files;  ///< merged files below output_path, ascending
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t capture_files = 0, label_files = 0;
  std::uint64_t files_left_out = 0;  ///< of hour folders the window does not need
  std::string quarantine;            ///< the file with malformed lines below output_path, or empty
  std::string report;                ///< the file with the report
};

/// Merged lines go to <output_path>/<endpoint>/<variant>/yyyy/mm/dd/hh/part-NNNNN-<id>.c000.jsonl, NNNNN being the
/// shard; the id hangs on inputs and options only, so a second run replaces the files of the first. Beside them
/// `_merge_report.json` and, when there are malformed lines, `_quarantine.jsonl` (with the shard's number when there
/// are several); names that begin with '_' are no data to the analysis that follows.
/// With a window, capture folders from the hour before its start (a file is named by its first record) to the hour of
/// its end are read, and label folders from the hour of its start on. Merged files are published only when all is well.
/// Errors: as merge::merge; NotFound "NoInputData" for folders without files; IoError.
[[nodiscard]] Result<MergeJobReport> run_merge_job(const MergeJob& job);

/// "512M", "2G", "65536": bytes, with K, M, G, T in powers of 1,024. Errors: InvalidInput.
[[nodiscard]] Result<std::uint64_t> parse_memory(std::string_view text);
/// "2/8" is the second of eight: index 1. Errors: InvalidInput.
[[nodiscard]] Result<merge::Shard> parse_shard(std::string_view text);
/// A quarter of the memory this process may have.
[[nodiscard]] std::uint64_t default_memory();

}  // namespace driftlab::job

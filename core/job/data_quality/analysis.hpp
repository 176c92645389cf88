#pragma once
/// Data quality of any rows: what a job on files and an execution inside a simulation share.

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/job/container/environment.hpp"
#include "core/job/container/files.hpp"
#include "core/job/data_quality/data_quality_job.hpp"
#include "core/monitor/data_quality/constraints.hpp"
#include "core/monitor/data_quality/statistics.hpp"
#include "core/monitor/profile/dataset_profile.hpp"
#include "core/monitor/profile/row_block.hpp"

namespace driftlab::job {

/// Constraints and statistics of a baseline.
struct DataQualityReference {
  monitor::Constraints constraints;
  std::optional<monitor::Statistics> statistics;
};

/// `file` names the texts in errors. A drift method of the environment wins over the constraints'. Errors: InvalidInput
/// with file, line, field and expectation.
[[nodiscard]] Result<DataQualityReference> read_data_quality_reference(
    const ContainerEnvironment& environment, const std::string& constraints_json, const std::string& constraints_file,
    const std::optional<std::string>& statistics_json, const std::string& statistics_file);

/// The file of a baseline from which `merge` goes on.
inline constexpr const char* kProfileState = "dataset_profile.state";

struct DataQualityAnalysis {
  DataQualityReport report;
  ContainerResult result;  ///< files, message, metrics
};

/// Reads the source, if there is one, to its end, behind `parts` of the same dataset that were profiled before; against
/// no reference it suggests a baseline and keeps the state of the profile in kProfileState. `total_bytes`: of the
/// input, for progress. Errors: those of the source; "Job inputs had no data"; too many rejected records.
[[nodiscard]] Result<DataQualityAnalysis> analyse_data_quality(monitor::RowSource* source,
                                                               std::vector<monitor::DatasetProfile> parts,
                                                               const std::optional<DataQualityReference>& reference,
                                                               const ContainerEnvironment& environment,
                                                               const DataQualityJob& job, double total_bytes);

}  // namespace driftlab::job

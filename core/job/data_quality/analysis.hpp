#pragma once
/// Data quality of any rows: what a job on files and an execution inside a simulation share.

#include <optional>
#include <string>

#include "core/base/result.hpp"
#include "core/job/container/environment.hpp"
#include "core/job/container/files.hpp"
#include "core/job/data_quality/data_quality_job.hpp"
#include "core/monitor/data_quality/constraints.hpp"
#include "core/monitor/data_quality/statistics.hpp"
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

struct DataQualityAnalysis {
  DataQualityReport report;
  ContainerResult result;  ///< files, message, metrics
};

/// Reads the source to its end; against no reference it suggests a baseline. `total_bytes`: of the input, for progress.
/// Errors: those of the source; "Job inputs had no data"; too many rejected records.
[[nodiscard]] Result<DataQualityAnalysis> analyse_data_quality(monitor::RowSource& source,
                                                               const std::optional<DataQualityReference>& reference,
                                                               const ContainerEnvironment& environment,
                                                               const DataQualityJob& job, double total_bytes);

}  // namespace driftlab::job

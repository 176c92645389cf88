#pragma once
/// Model quality of files: a baseline, or an execution against constraints.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/job/container/environment.hpp"
#include "core/monitor/model_quality.hpp"
#include "core/monitor/profile/rejected_record.hpp"

namespace driftlab::job {

struct QualityJob {
  bool baseline = false;
  std::uint64_t seed = 0;                     ///< of the samples behind the standard deviations
  double bad_share_max = 0.01;                ///< of lines and records that cannot be used
  bool faithful = true;                       ///< never evaluate f0_5, as the service
  std::function<void(double)> progress = {};  ///< told the share of the input read
};

struct QualityReport {
  monitor::QualityStatistics statistics;
  std::vector<monitor::Violation> violations;
  std::vector<monitor::RejectedRecord> rejected;
  std::size_t read = 0;  ///< lines of an execution, rows of a baseline
  std::string exit_message;
  std::vector<std::string> written;  ///< paths
};

/// Reads `dataset_source` (a file or folder), writes statistics.json, constraints.json and, in an execution,
/// constraint_violations.json, and metrics where publishing is on. Errors: InvalidInput or NotFound naming file, line
/// and field; "Job inputs had no data" for a source without records.
[[nodiscard]] Result<QualityReport> run_quality_job(const ContainerEnvironment& environment, const QualityJob& job,
                                                    Instant now);

}  // namespace driftlab::job

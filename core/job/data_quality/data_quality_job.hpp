#pragma once
/// The data-quality container on local folders.

#include <filesystem>
#include <functional>
#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/job/container/environment.hpp"
#include "core/monitor/data_quality/data_quality.hpp"

namespace driftlab::job {

struct DataQualityJob {
  bool baseline = false;      ///< suggest; else check against `environment.baseline_constraints`
  unsigned threads = 0;       ///< 0: one a processor
  double max_rejected = 0.1;  ///< share of records above which the job fails
  monitor::CheckOptions checks;
  /// A file as read_record_transform takes it; empty for none.
  std::filesystem::path record_transform;
  /// A shell command that reads the lines of the dataset and writes one JSON object (or []) for each record; empty for
  /// none.
  std::string record_process;
  /// Folders or files of states that earlier baselines wrote, to be merged into this one, in order.
  std::vector<std::filesystem::path> merge;
  std::function<void(double)> progress;  ///< told the share of the input read
};

struct DataQualityReport {
  monitor::DatasetProfile dataset;
  monitor::Statistics statistics;
  monitor::Constraints constraints;  ///< suggested, or checked against
  monitor::CheckResult checks;       ///< of a run
  std::string exit_message;
  std::vector<std::string> written;  ///< files, as paths
};

/// Reads the dataset (CSV, JSON Lines or captures by dataset_format, else by the name of the first file), writes
/// statistics.json and constraints.json, in a run also constraint_violations.json, message and metrics; rejected
/// records go to quarantine.jsonl. Errors: InvalidInput and NotFound with the sentence for the user; what the
/// service calls it where it has a word ("Job inputs had no data").
[[nodiscard]] Result<DataQualityReport> run_data_quality_job(const ContainerEnvironment& environment,
                                                             const DataQualityJob& job, Instant now);

}  // namespace driftlab::job

#pragma once
/// Bias of any rows: what a job on files and an execution inside a simulation share.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/job/bias/bias_job.hpp"
#include "core/job/container/environment.hpp"
#include "core/job/container/files.hpp"

namespace driftlab::job {

/// A file of merged lines, read when its turn comes.
struct MergedFile {
  std::string name;  ///< in errors
  std::function<Result<std::string>()> read;
};

/// The dataset: merged JSON Lines, or one CSV with header.
struct BiasSource {
  std::string name;  ///< in errors
  bool merged = true;
  std::vector<MergedFile> files;  ///< where merged
  std::string csv;                ///< where not
};

/// The texts a run is told by, and what to call them in errors.
struct BiasReference {
  std::string config;
  std::string config_file;
  std::optional<std::string> baseline;  ///< analysis.json of a baseline
  std::string baseline_file;
};

struct BiasAnalysis {
  BiasJobReport report;    ///< without `written`
  ContainerResult result;  ///< files, message, metrics
};

/// Errors: InvalidInput naming file, line or column; "Job inputs had no data"; too many lines that cannot be used.
[[nodiscard]] Result<BiasAnalysis> analyse_bias(const BiasSource& source, const BiasReference& reference,
                                                const ContainerEnvironment& environment, const BiasJob& job);

}  // namespace driftlab::job

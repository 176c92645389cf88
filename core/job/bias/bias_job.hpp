#pragma once
/// Bias of files: a baseline, or an execution against one.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/job/container/environment.hpp"
#include "core/model/predictor/predictor.hpp"
#include "core/monitor/bias/bias_files.hpp"
#include "core/monitor/profile/rejected_record.hpp"

namespace driftlab::job {

struct BiasJob {
  std::filesystem::path config;  ///< analysis_config.json
  bool baseline = false;
  unsigned threads = 1;
  double bad_share_max = 0.01;
  std::function<void(double)> progress = {};  ///< told the share of the work that is done
  model::Predictor* model = nullptr;          ///< asked for the answers in place of those in the dataset; not owned
};

struct BiasJobReport {
  monitor::BiasReport report;
  std::vector<monitor::BiasViolation> violations;
  std::vector<monitor::RejectedRecord> rejected;  ///< merged lines that could not be used
  std::string exit_message;
  std::vector<std::string> written;
};

/// Writes analysis.json and, where there are any, constraint_violations.json and metrics. Errors: InvalidInput or
/// NotFound naming file, line or column.
[[nodiscard]] Result<BiasJobReport> run_bias_job(const ContainerEnvironment& environment, const BiasJob& job,
                                                 Instant now);

}  // namespace driftlab::job

#pragma once
/// Feature attribution of files: a baseline, or an execution against one.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/job/container/environment.hpp"
#include "core/metric/attribution/ndcg.hpp"
#include "core/model/predictor/predictor.hpp"
#include "core/monitor/attribution/attribution_files.hpp"
#include "core/monitor/profile/row_block.hpp"

namespace driftlab::job {

struct AttributionJob {
  std::filesystem::path config;  ///< analysis_config.json
  bool baseline = false;
  std::size_t calls = 10'000;  ///< budget of calls of the model; 0: any number
  std::size_t rows_max = 0;    ///< rows to explain; 0: all
  double threshold = metric::kNdcgThreshold;
  double bad_share_max = 0.01;
  std::function<void(double)> progress;
};

struct AttributionJobReport {
  monitor::AttributionReport report;
  std::size_t rows_read = 0;
  std::vector<monitor::AttributionDrift> drift;  ///< of each label; empty without baseline
  std::size_t violations = 0;
  std::vector<monitor::RejectedRecord> rejected;
  std::uint64_t rejected_count = 0;
  std::string exit_message;
  std::vector<std::string> written;
};

/// Opens the model, once the configuration that says how it is asked is read.
using OpenModel = std::function<Result<std::unique_ptr<model::Predictor>>(const monitor::AttributionSettings&)>;

/// Writes analysis.json and, where there are any, constraint_violations.json and metrics. Errors: InvalidInput or
/// NotFound naming file, line or column; what the model answered wrongly; a budget that is too small.
[[nodiscard]] Result<AttributionJobReport> run_attribution_job(const ContainerEnvironment& environment,
                                                               const AttributionJob& job, const OpenModel& open_model,
                                                               Instant now);

}  // namespace driftlab::job

#pragma once
/// Performance of a two-class model without labels, of files: a baseline with labels, then executions without.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/job/container/environment.hpp"
#include "core/monitor/estimate/calibration.hpp"
#include "core/monitor/estimate/performance_estimate.hpp"
#include "core/monitor/profile/row_block.hpp"
#include "core/monitor/quality_files.hpp"

namespace driftlab::job {

struct PerformanceEstimateJob {
  bool baseline = false;
  monitor::CalibrationMethod calibration = monitor::CalibrationMethod::Isotonic;  ///< of a baseline
  double margin = 0.0;                        ///< share by which suggested thresholds are loosened
  double bad_share_max = 0.01;                ///< of rows and records that cannot be used
  std::function<void(double)> progress = {};  ///< told the share of the input read
};

struct PerformanceEstimateReport {
  monitor::PerformanceEstimate estimate;
  /// In a baseline: accuracy and, with both classes, AUC as measured with its labels, beside the estimate.
  std::vector<std::pair<std::string, double>> measured;
  std::vector<monitor::Violation> violations;
  std::vector<monitor::RejectedRecord> rejected;
  std::uint64_t rejected_count = 0;
  std::string exit_message;
  std::vector<std::string> written;  ///< paths
};

/// Reads `probability_attribute` (of class 1) and, where there is one, `inference_attribute`; else a row is answered
/// positive above `probability_threshold_attribute` (0.5). A baseline (CSV with header or JSON Lines) needs
/// `ground_truth_attribute` and writes statistics.json, constraints.json and calibration.json; an execution (the same,
/// or captures) finds calibration.json beside `baseline_constraints` and writes constraint_violations.json too. Metrics
/// are published as estimated_<name>. Errors: InvalidInput and NotFound with the sentence for the user.
[[nodiscard]] Result<PerformanceEstimateReport> run_performance_estimate_job(const ContainerEnvironment& environment,
                                                                             const PerformanceEstimateJob& job,
                                                                             Instant now);

}  // namespace driftlab::job

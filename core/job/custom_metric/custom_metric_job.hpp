#pragma once
/// The user's own metrics of files: a baseline, or an execution against constraints or given thresholds.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/job/container/environment.hpp"
#include "core/monitor/custom_metric/custom_metric.hpp"

namespace driftlab::job {

struct CustomMetricJob {
  bool baseline = false;
  std::vector<std::string> metrics;        ///< "name = expression"
  std::filesystem::path definitions;       ///< a file as read_custom_metrics takes it; empty for none
  std::string record_process;              ///< as data quality has it; without metrics its columns are the metrics
  std::filesystem::path record_transform;  ///< likewise
  std::optional<double> threshold;         ///< of the one metric in `metrics`
  std::string comparison_operator;         ///< of those in `metrics`; empty: GreaterThanThreshold
  double margin = 0.0;                     ///< share by which suggested thresholds are loosened
  double bad_share_max = 0.1;              ///< of records that cannot be used
  std::function<void(double)> progress = {};
};

struct CustomMetricReport {
  std::vector<monitor::CustomValue> values;
  std::vector<monitor::CustomConstraint> constraints;
  std::vector<monitor::CustomViolation> violations;
  std::vector<std::string> notes;
  std::vector<monitor::RejectedRecord> rejected;  ///< the first ones
  std::uint64_t rejected_count = 0;
  std::uint64_t rows = 0;
  std::string exit_message;
  std::vector<std::string> written;  ///< paths
};

/// Reads `dataset_source` (CSV with header, JSON Lines, or captures and merged records as `MergedSource` gives them),
/// writes statistics.json, constraints.json, in a run constraint_violations.json, message and metrics; records that
/// cannot be used go to quarantine.jsonl. A run judges by `baseline_constraints` where they are given, else by the
/// thresholds of the metrics. Errors: InvalidInput and NotFound with the sentence for the user.
[[nodiscard]] Result<CustomMetricReport> run_custom_metric_job(const ContainerEnvironment& environment,
                                                               const CustomMetricJob& job, Instant now);

}  // namespace driftlab::job

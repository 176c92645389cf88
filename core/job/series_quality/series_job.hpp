#pragma once
/// Quality of forecasts of files: a baseline, or an execution against constraints.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/job/container/environment.hpp"
#include "core/monitor/profile/row_block.hpp"
#include "core/monitor/series/series_files.hpp"
#include "core/monitor/series/series_monitor.hpp"

namespace driftlab::job {

struct SeriesJob {
  bool baseline = false;
  monitor::SeriesBaselineOptions suggest;
  std::optional<Duration> freq;               ///< of captured requests and of series of truth
  std::optional<std::size_t> season;          ///< length in steps, for MASE and MSIS of captured requests
  std::vector<double> levels;                 ///< that sample paths are turned into; empty: 0.1 … 0.9
  double bad_share_max = 0.01;                ///< of lines and records that cannot be used
  std::function<void(double)> progress = {};  ///< told the share of the input read
};

struct SeriesReport {
  std::vector<monitor::SeriesValue> values;  ///< of all forecasts together
  std::vector<monitor::ResidualDistance> residuals;
  std::vector<monitor::SeriesViolation> violations;
  std::vector<std::string> notes;
  std::vector<monitor::RejectedRecord> rejected;  ///< the first ones
  std::uint64_t rejected_count = 0;
  std::uint64_t read = 0;  ///< lines
  std::size_t forecasts = 0;
  std::size_t cells = 0;
  std::size_t missing_actuals = 0;
  std::size_t horizons = 0;
  std::size_t items = 0;
  /// Mean weighted quantile loss and cells of each step and item, for the summary.
  struct Part {
    monitor::SeriesGroup group;
    std::size_t cells = 0;
    std::optional<double> loss;
  };
  std::vector<Part> parts;
  std::string exit_message;
  std::vector<std::string> written;  ///< paths
};

/// Reads forecasts (tables, captures or merged records by their first line) below `dataset_source` and, when they do
/// not bring it along, the truth below `ground_truth_source`. Writes statistics.json, constraints.json, in a baseline
/// residual_sketches.json, in a run constraint_violations.json, message and metrics; what could not be used goes to
/// quarantine.jsonl. A run finds the baseline's sketches beside `baseline_statistics`, else beside the constraints.
/// Errors: InvalidInput or NotFound naming file, line and field; "Job inputs had no data" for a source without records.
[[nodiscard]] Result<SeriesReport> run_series_job(const ContainerEnvironment& environment, const SeriesJob& job,
                                                  Instant now);

}  // namespace driftlab::job

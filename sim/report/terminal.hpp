#pragma once
/// The summary of a run for a terminal, or for a log when piped.

#include <string>
#include <vector>

#include "sim/report/chart.hpp"
#include "sim/report/run_result.hpp"

namespace driftlab::report {

struct SummaryOptions {
  ChartStyle style;
  double wall_seconds = 0.0;
  std::vector<std::string> files;  ///< written, for "where the files are"
};

[[nodiscard]] std::string summarize(const RunResult& result, const SummaryOptions& options);

}  // namespace driftlab::report

#pragma once
/// A metric against its threshold as text.

#include <string>

#include "sim/report/run_result.hpp"

namespace driftlab::report {

struct ChartStyle {
  int width = 80;       ///< columns in all; at least 40
  int height = 12;      ///< rows of the plot; at least 4
  bool unicode = true;  ///< else plain ASCII
  bool color = false;
};

/// The weighted quantile loss of a stage as a line of braille dots (in ASCII, per column the range of its values), the
/// threshold in force, and below it rows of marks for drift, alarms, retrains and deployments. Empty without values.
[[nodiscard]] std::string draw_chart(const RunResult& result, const std::string& stage, const ChartStyle& style);

}  // namespace driftlab::report

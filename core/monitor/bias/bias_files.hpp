#pragma once
/// analysis.json and constraint_violations.json of the bias monitor.

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/monitor/bias/bias_report.hpp"

namespace driftlab::monitor {

/// The report of a run; of a baseline it is also the file of constraints. Infinite values are the texts "Infinity" and
/// "-Infinity"; a failed metric has `error` and a null value.
[[nodiscard]] std::string analysis_json(const BiasReport& report);

struct BiasViolation {
  std::string facet;
  std::string facet_value;
  std::string metric;
  std::string description;
};

/// Every metric of the live report whose absolute value is above that of the baseline's analysis.json. Errors:
/// InvalidInput naming `file` and line: not JSON, another version, no bias metrics, a value that is no number.
[[nodiscard]] Result<std::vector<BiasViolation>> find_bias_violations(const BiasReport& live,
                                                                      std::string_view baseline_analysis,
                                                                      const std::string& file = "baseline analysis");
[[nodiscard]] std::string bias_violations_json(const std::vector<BiasViolation>& violations);

}  // namespace driftlab::monitor

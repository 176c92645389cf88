#pragma once
/// analysis.json and constraint_violations.json of the attribution monitor.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/monitor/attribution/attribution.hpp"

namespace driftlab::monitor {

/// The report of a run; of a baseline it is also the file of constraints.
[[nodiscard]] std::string analysis_json(const AttributionReport& report);

/// Local values, one row a line, one column a feature and label ("age_label0"), with a header.
[[nodiscard]] std::string local_values_csv(const AttributionReport& report);

/// How one label's attributions rank beside the baseline's.
struct AttributionDrift {
  std::string label;
  double ndcg = 0.0;  ///< NaN where the baseline's ideal gain is not positive: nothing to violate
  bool violates = false;
  std::string description;
};

/// Every label against the baseline's analysis.json; `file` names it in errors. It violates below `threshold`. Errors:
/// InvalidInput naming file, line and field: not JSON, another version, no kernel_shap, a value that is no number;
/// labels or features that the baseline and the run do not share, with the nearest name.
[[nodiscard]] Result<std::vector<AttributionDrift>> find_attribution_drift(const AttributionReport& live,
                                                                           std::string_view baseline_analysis,
                                                                           const std::string& file, double threshold);
/// Those that violate.
[[nodiscard]] std::string attribution_violations_json(const std::vector<AttributionDrift>& drift);

}  // namespace driftlab::monitor

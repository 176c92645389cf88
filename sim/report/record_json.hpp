#pragma once
/// RunRecord inside result.json, for this folder only.

#include <nlohmann/json_fwd.hpp>

#include "sim/report/run_record.hpp"

namespace driftlab::report {

/// Appends the members of the record that hold something: series, forecasts, cloudwatch, alarm_configurations,
/// dashboards, models, packages, endpoints, monitors.
void add_record(nlohmann::ordered_json& document, const RunRecord& record);

}  // namespace driftlab::report

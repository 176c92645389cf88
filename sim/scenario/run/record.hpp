#pragma once
/// From a finished run to what its views draw beside the scores: read from the services, as a person with read access
/// to the account would.

#include "sim/report/run_record.hpp"
#include "sim/scenario/run/simulation.hpp"

namespace driftlab::scenario {

/// Series, forecasts, CloudWatch metrics beside those of the result, alarms, dashboards, models, packages, endpoints,
/// monitors. Cost: one read of each statistics file; some tens of milliseconds for four weeks.
[[nodiscard]] report::RunRecord record_of(const Prepared& prepared, Cloud& cloud);

}  // namespace driftlab::scenario

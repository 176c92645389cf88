#pragma once
/// What a run used of what AWS bills, read off the services when it is over.

#include "sim/report/cost/usage.hpp"
#include "sim/scenario/run/simulation.hpp"

namespace driftlab::scenario {

/// Everything from the scenario's start to its end; the history before the start costs nothing. Jobs and fleets that
/// still run count up to the end. The choices behind each quantity: sim/report/cost/README.md.
[[nodiscard]] cost::Usage read_usage(const Prepared& prepared, Cloud& cloud);

}  // namespace driftlab::scenario

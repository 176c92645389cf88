#pragma once
/// From the trace and the metrics of a run to its result.

#include "sim/report/run_result.hpp"
#include "sim/scenario/run/simulation.hpp"

namespace driftlab::scenario {

/// Everything but the expectations: counts, transitions, cycles, scores.
[[nodiscard]] report::RunResult analyse(const Prepared& prepared, Cloud& cloud);

}  // namespace driftlab::scenario

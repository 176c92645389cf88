#pragma once
/// Whether what was expected of a scenario held, with the evidence.

#include <string>
#include <vector>

#include "sim/report/run_result.hpp"
#include "sim/scenario/run/simulation.hpp"

namespace driftlab::scenario {

/// One verdict an expectation, in order. A window that is not covered by data does not hold. Executions of monitors are
/// asked of `cloud`, which holds what the run left.
[[nodiscard]] std::vector<report::ExpectationResult> judge(const Prepared& prepared, const report::RunResult& result,
                                                           Cloud& cloud);

/// The settings a run had, as JSON text: what the settings hash is over.
[[nodiscard]] std::string settings_text(const ScenarioFile& scenario);

}  // namespace driftlab::scenario

#pragma once
/// What happened, in words and in the few numbers that matter.

#include <string>
#include <vector>

#include "sim/report/run_result.hpp"

namespace driftlab::report {

struct Fact {
  std::string label;
  std::string value;
  std::string hint;  ///< how to read it; may be empty
};

/// "3 of 4 expectations held." and what the loop did, a sentence each.
[[nodiscard]] std::vector<std::string> story(const RunResult& result);

/// Delays, counts, threshold, loss and cost, as far as the run has them.
[[nodiscard]] std::vector<Fact> facts(const RunResult& result);

/// The command that repeats the run; empty when the scenario's file is not known.
[[nodiscard]] std::string command(const RunResult& result);

/// The median of the steps over all turns of the loop that reached them, such as "ALARM to build".
struct LoopDelay {
  std::string name;
  Duration median{0};
  Duration longest{0};
  std::size_t count = 0;
};
[[nodiscard]] std::vector<LoopDelay> loop_delays(const RunResult& result);

}  // namespace driftlab::report

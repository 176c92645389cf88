#pragma once
/// The loop as swim-lanes: who did what, from when to when, read from the trace.

#include <cstddef>
#include <string>
#include <vector>

#include "sim/report/run_result.hpp"
#include "sim/report/trace_log.hpp"

namespace driftlab::report {

struct LaneItem {
  Instant from{};
  Instant to{};  ///< equal to `from` for an event without duration
  std::string label;
  std::string outcome;        ///< ok, bad, warning, waiting, running, neutral
  std::size_t event = 0;      ///< index into the log's events plus 1; 0 when it is none of them (a drift), or when the
                              ///< event that ended it says all of it (runs by the clock: data, monitors)
  std::size_t end_event = 0;  ///< of the event that ended it, or 0
};

struct Lane {
  std::string group;  ///< Data, Monitors, Alarm, Function, Pipeline steps, Approvals, Deployment, Endpoint
  std::string name;
  std::vector<LaneItem> items;  ///< ascending by `from`
};

/// Lanes in the order of the loop; lanes without items are left out. What is still going on at the end of the run ends
/// there. Cost: one pass over the log.
[[nodiscard]] std::vector<Lane> lanes_of(const RunResult& result, const TraceLog& log);

}  // namespace driftlab::report

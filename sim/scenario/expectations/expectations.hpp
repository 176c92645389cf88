#pragma once
/// Does the recorded outcome of a run hold what its scenario expects?

#include <map>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "sim/scenario/file/scenario.hpp"

namespace driftlab::scenario {

struct StateChange {
  Instant at;
  std::string state;
};

struct MetricSample {
  Instant at;
  double value = 0.0;
};

/// What a run left behind. All lists are in order of time.
struct Recording {
  Instant start;
  Instant end;                  ///< how far the run got
  std::vector<Instant> drifts;  ///< true time of each drift, in the order of the scenario
  /// By alarm name; the first entry is the state the alarm was created with.
  std::map<std::string, std::vector<StateChange>> alarms;
  /// By metric name.
  std::map<std::string, std::vector<MetricSample>> metrics;
  /// By monitoring schedule: ended executions with their status, in order of their end.
  std::map<std::string, std::vector<StateChange>> executions;
  std::vector<Instant> retrains;
  std::vector<Instant> registered;
  std::vector<Instant> deployed;
};

struct Verdict {
  bool holds = false;
  std::string expectation;  ///< as in the scenario file, JSON on one line
  std::string evidence;     ///< what was seen: "retrains: 2 (2026-06-07T…, …)"
};

[[nodiscard]] Verdict evaluate(const Expectation& expectation, const Recording& recording);
/// One verdict for each, in order.
[[nodiscard]] std::vector<Verdict> evaluate(const std::vector<Expectation>& expectations, const Recording& recording);

/// The statistic of at least one finite value; Count takes none, too. Percentiles interpolate (numpy's default).
[[nodiscard]] double statistic_of(Statistic statistic, std::vector<double> values);

}  // namespace driftlab::scenario

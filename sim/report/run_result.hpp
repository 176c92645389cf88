#pragma once
/// What a run came to: computed once, written to result.json, read by every view of it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "sim/report/cost/bill.hpp"
#include "sim/report/run_record.hpp"

namespace driftlab::report {

inline constexpr int kSchemaVersion = 1;

struct DriftRecord {
  std::string kind;
  Instant at{};
  Instant until{};
  std::string detail;
};

/// A step of the loop. Kinds: alarm, function, build, gate, registered, approved, rejected, threshold, deployed,
/// monitor, job-failed.
struct Transition {
  Instant at{};
  std::string kind;
  std::string name;
  std::string to;      ///< new state or outcome
  std::string detail;  ///< for people
};

struct MetricSeries {
  std::string name;
  std::string stage;
  std::vector<Instant> at;
  std::vector<double> value;
};

struct AlarmStates {
  std::string name;
  std::vector<Instant> at;
  std::vector<std::string> state;
};

/// One turn of the loop behind an ALARM: every instant that was reached.
struct Cycle {
  std::optional<Instant> onset;  ///< of the drift it is the first answer to
  std::optional<Instant> first_breach;
  Instant alarm{};
  std::string alarm_name;
  std::optional<Instant> function;
  std::optional<Instant> build;
  std::optional<Instant> registered;
  std::optional<Instant> approved;
  std::optional<Instant> deployed;
  std::optional<Instant> recovered;
};

struct ExpectationResult {
  std::string text;
  bool held = false;
  std::string evidence;
};

struct Counts {
  std::int64_t alarms = 0;       ///< entries into ALARM, all stages
  std::int64_t invocations = 0;  ///< of the trigger functions
  std::int64_t builds = 0;       ///< Model Build pipelines started, the first one included
  std::int64_t retrains = 0;     ///< all but the first
  std::int64_t gated = 0;        ///< builds whose model did not pass the gate
  std::int64_t registered = 0;
  std::int64_t approved = 0;
  std::int64_t deployed = 0;  ///< deployments that reached the first stage's endpoint
  std::int64_t monitor_executions = 0;
  std::int64_t monitor_violations = 0;
  std::int64_t failed_jobs = 0;
};

/// detection: the first ALARM after a drift and before the next one. False alarm: every other ALARM.
struct Scores {
  std::vector<std::optional<double>> detection_delay_s;  ///< by drift
  std::int64_t false_alarms = 0;
  std::int64_t missed_drifts = 0;
  std::vector<std::optional<double>> time_to_recovery_s;  ///< by drift
  std::optional<double> metric_mean;
};

struct RunResult {
  std::string scenario;
  std::string why;
  std::string file;
  std::vector<std::string> sets;  ///< overrides of the command line, "path=value"
  std::uint64_t seed = 0;
  std::string version;
  std::string settings_hash;
  std::string trace_hash;
  std::uint64_t events = 0;
  Instant start{};
  Instant end{};
  std::string system;  ///< one line: algorithm and policies
  std::vector<std::string> stages;
  std::vector<DriftRecord> drifts;
  std::vector<Transition> transitions;
  std::vector<MetricSeries> metrics;
  std::vector<AlarmStates> alarms;
  std::vector<Cycle> cycles;
  Counts counts;
  Scores scores;
  cost::Bill bill;  ///< its total is the score aws_cost_usd
  std::vector<ExpectationResult> expectations;
  RunRecord record;  ///< what the views draw beside all this

  [[nodiscard]] bool passed() const;
  [[nodiscard]] const MetricSeries* metric(const std::string& name, const std::string& stage) const;
};

/// result.json, indented, keys in a fixed order.
[[nodiscard]] std::string to_json(const RunResult& result);

/// Something a reader stumbled over: where it is, what it is. The rest was read all the same.
struct Note {
  std::string where;  ///< "result.json: $.metrics[3].value", "trace.jsonl:17"
  std::string text;
  bool operator==(const Note&) const = default;
};

/// Reads result.json leniently: what is missing, of another type or cut off is noted, and everything else is read.
/// `file` names the text in notes. Errors: InvalidInput when nothing of it can be read as a result.
[[nodiscard]] Result<RunResult> read_result(std::string_view text, const std::string& file, std::vector<Note>& notes);

}  // namespace driftlab::report

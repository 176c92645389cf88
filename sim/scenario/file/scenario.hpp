#pragma once
/// A scenario file as structs. The system section is described elsewhere and joined by load.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/time.hpp"
#include "sim/world/approver.hpp"
#include "sim/world/arrival.hpp"
#include "sim/world/csv_replay.hpp"
#include "sim/world/series.hpp"

namespace driftlab::scenario {

/// The observed series: generated, or replayed from a file (then only `drift` of the generator counts, and of it steps
/// and ramps).
struct SeriesSource {
  std::string name;
  Duration freq = 1min;
  Duration history = 24h * 7;  ///< data before the start, for the first training
  world::SeriesSpec generator;
  std::optional<world::CsvSpec> csv;
};

struct People {
  world::ApproverSpec approve;
};

struct World {
  SeriesSource series;
  world::ArrivalSpec labels;
  People people;
};

/// The part of the scenario an expectation speaks of: offsets from the start. Absent: the start, the end.
struct Window {
  std::optional<Duration> from;
  std::optional<Duration> until;
};

/// With `within`: the alarm enters `state` at some time in [origin, origin + within], where the origin is the start or
/// the drift `after` names. Without: it is in `state` all through the window.
struct AlarmExpectation {
  std::string alarm;
  std::string state;  ///< "OK", "ALARM", "INSUFFICIENT_DATA"
  Window window;
  std::optional<Duration> within;
  std::optional<std::string> after;  ///< "drift[0]"
};

/// 2 of "drift[2]"; nothing for any other text.
[[nodiscard]] std::optional<std::size_t> drift_index(std::string_view name);

/// At least one of the two.
struct CountRange {
  std::optional<std::int64_t> min;
  std::optional<std::int64_t> max;
};
enum class Counted { Retrains, Registered, Deployed };
/// How often something happened in the window.
struct CountExpectation {
  Counted counted = Counted::Retrains;
  CountRange range;
  Window window;
};

enum class Statistic { Avg, Min, Max, P50, P90, Count };
/// A statistic over the values of a metric in the window. At least one of the limits.
struct MetricExpectation {
  std::string metric;
  Statistic statistic = Statistic::Avg;
  Window window;
  std::optional<double> at_most;
  std::optional<double> at_least;
};

/// How many executions of a monitoring schedule that ended in the window ended with `status`.
struct MonitorExpectation {
  std::string monitor;  ///< name of the schedule
  std::string status = "CompletedWithViolations";
  CountRange count;
  Window window;
};

using Expectation = std::variant<AlarmExpectation, CountExpectation, MetricExpectation, MonitorExpectation>;

/// Everything of a scenario file but the system.
struct Scenario {
  std::string name;
  std::string why;
  std::uint64_t seed = 1;
  Instant start = from_civil(2026, 6, 1);
  Duration duration{0};
  World world;
  std::vector<Expectation> expect;

  [[nodiscard]] Instant end() const { return start + duration; }
  [[nodiscard]] Instant history_start() const { return start - world.series.history; }
};

}  // namespace driftlab::scenario

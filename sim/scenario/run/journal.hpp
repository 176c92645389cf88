#pragma once
/// The trace of a run: every journal record in order, and its hash.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/hash.hpp"
#include "core/base/scheduler.hpp"
#include "sim/service/hosts.hpp"

namespace driftlab::scenario {

struct TraceEvent {
  Instant at{};
  std::string service;
  std::string event;
  std::string name;
  std::string detail;  ///< JSON object as text
};

/// Keeps the events and hashes each as it comes. The hash is over the lines of trace.jsonl.
class Trace final : public service::Journal {
 public:
  explicit Trace(const Scheduler& clock) : clock_(clock) {}
  void record(std::string_view service, std::string_view event, std::string_view name,
              std::string_view detail) override;

  /// Adds a value of a series to the hash; values are in result.json, not in the trace.
  void add_value(std::string_view series, Instant at, double value);

  [[nodiscard]] const std::vector<TraceEvent>& events() const { return events_; }
  /// Sixteen hexadecimal digits.
  [[nodiscard]] std::string hash() const { return hash_.hex(); }
  /// trace.jsonl: {"at":…,"service":…,"event":…,"name":…,"detail":{…}} a line.
  [[nodiscard]] std::string json_lines() const;

 private:
  const Scheduler& clock_;
  std::vector<TraceEvent> events_;
  StableHash hash_;
};

}  // namespace driftlab::scenario

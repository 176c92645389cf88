#pragma once
/// trace.jsonl read back: the ordered event log of a run.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"
#include "sim/report/run_result.hpp"

namespace driftlab::report {

/// One line. Views into the log's text.
struct LogEvent {
  Instant at{};
  std::string_view service;
  std::string_view event;
  std::string_view name;
  std::string_view detail;  ///< JSON object as text
  std::string_view line;    ///< whole, without its end
  std::size_t number = 0;   ///< of the line, from 1
};

/// Owns the text its events point into. Not copyable for that reason.
class TraceLog {
 public:
  /// Lines that are no event are counted and noted (the first few with their place); the others are read. `text` may
  /// be cut off anywhere. Cost: some hundreds of MB a second.
  TraceLog(std::string text, const std::string& file, std::vector<Note>& notes);
  TraceLog(const TraceLog&) = delete;
  TraceLog& operator=(const TraceLog&) = delete;
  TraceLog(TraceLog&&) = delete;
  TraceLog& operator=(TraceLog&&) = delete;
  ~TraceLog() = default;

  [[nodiscard]] const std::vector<LogEvent>& events() const { return events_; }
  [[nodiscard]] std::size_t bad_lines() const { return bad_lines_; }

 private:
  std::string text_;
  std::vector<LogEvent> events_;
  std::size_t bad_lines_ = 0;
};

/// The text of a member of an event's detail, unescaped only where it holds no escape; empty when it is no text or is
/// not there. Members of `within` when that is not empty: member(detail, "provider", "type").
[[nodiscard]] std::string_view member(std::string_view detail, std::string_view name, std::string_view within = {});

struct TraceFilter {
  std::optional<Instant> from;    ///< inclusive
  std::optional<Instant> to;      ///< exclusive
  std::vector<std::string> only;  ///< services or event names, whole or their beginning, in any case; empty for all
  bool color = false;
};

[[nodiscard]] bool matches(const LogEvent& event, const TraceFilter& filter);

/// A line for people: time, service, what happened to what, and the words of its detail.
[[nodiscard]] std::string describe(const LogEvent& event, const TraceFilter& filter);

}  // namespace driftlab::report

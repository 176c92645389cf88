#pragma once
/// Instants and durations: integer nanoseconds, UTC, never floating point.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace driftlab {

using Duration = std::chrono::nanoseconds;
/// A point in UTC. Whether it is real or virtual is the business of the Clock that gave it.
using Instant = std::chrono::sys_time<Duration>;

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using std::chrono_literals::operator""ns;

/// Civil UTC fields of an instant.
struct CivilTime {
  int year = 1970;
  unsigned month = 1;    ///< 1–12
  unsigned day = 1;      ///< 1–31
  int hour = 0;          ///< 0–23
  int minute = 0;        ///< 0–59
  int second = 0;        ///< 0–59
  int millisecond = 0;   ///< 0–999
  unsigned weekday = 4;  ///< 0 = Sunday … 6 = Saturday
};
[[nodiscard]] CivilTime to_civil(Instant at);
[[nodiscard]] Instant from_civil(int year, unsigned month, unsigned day, int hour = 0, int minute = 0, int second = 0);

/// The latest multiple of `step` since the epoch that is not after `at`. step > 0.
[[nodiscard]] Instant floor_to(Instant at, Duration step);
/// The earliest multiple of `step` since the epoch that is not before `at`. step > 0.
[[nodiscard]] Instant ceil_to(Instant at, Duration step);

[[nodiscard]] double to_seconds(Duration duration);
/// Nearest nanosecond; seconds must be finite and within ±292 years.
[[nodiscard]] Duration from_seconds(double seconds);
[[nodiscard]] double epoch_seconds(Instant at);
[[nodiscard]] std::int64_t epoch_milliseconds(Instant at);

/// "2026-06-01T00:00:00Z": seconds precision, fraction dropped.
[[nodiscard]] std::string format_seconds(Instant at);
/// "2026-06-01T00:00:00.000Z".
[[nodiscard]] std::string format_milliseconds(Instant at);
/// "2026-06-01T00:00:00.000+0000", CloudWatch's form inside reason data.
[[nodiscard]] std::string format_cloudwatch(Instant at);
/// "01/06/26 00:00:00", CloudWatch's form inside reason texts.
[[nodiscard]] std::string format_reason_time(Instant at);
/// "2026/06/01/13", the hour folder of capture and ground truth.
[[nodiscard]] std::string hour_folder(Instant at);

/// ISO 8601 instant: date, or date and time ("T" or a blank between them) with optional seconds, fraction (up to
/// nanoseconds) and "Z" or ±hh[[:]mm]; without a zone it is UTC. Years 1678–2261, which is what 64 bits of nanoseconds
/// hold. Errors: InvalidInput, saying what was expected.
[[nodiscard]] Result<Instant> parse_instant(std::string_view text);

/// ISO 8601 duration with optional sign: PnW or PnDTnHnMnS; seconds may have a fraction. Years and months are
/// refused, since their length is not fixed. Errors: InvalidInput.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);
/// Shortest ISO 8601 form in days, hours, minutes, seconds: "P6D", "PT90M" is written "PT1H30M", zero "PT0S".
[[nodiscard]] std::string format_duration(Duration duration);
/// For people: "2 d 3 h", "41 min", "12.3 s", "250 ms"; at most two units.
[[nodiscard]] std::string humanize(Duration duration);

}  // namespace driftlab

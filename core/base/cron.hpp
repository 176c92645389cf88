#pragma once
/// Schedule expressions: EventBridge `rate(…)` and `cron(…)`, and the narrow cron forms of SageMaker monitoring.

#include <bitset>
#include <optional>
#include <string_view>

#include "core/base/time.hpp"

namespace driftlab {

/// Six-field AWS cron in UTC, minute grain. Fields and wildcards: `, - * / ? L W #` as the EventBridge guide lists
/// them; one of the two day fields must be `?`; `S/N` runs from S in steps of N within its field.
class CronExpression {
 public:
  /// Parses the six fields inside `cron( )`. Errors: InvalidInput naming the field and what it accepts.
  [[nodiscard]] static Result<CronExpression> parse(std::string_view fields);
  /// The first matching minute strictly after `after`; nothing when there is none up to the end of 2199.
  [[nodiscard]] std::optional<Instant> next(Instant after) const;
  /// True when the minute that holds `at` matches.
  [[nodiscard]] bool matches(Instant at) const;

 private:
  struct DayRule {
    enum class Kind { Any, Set, Last, LastWeekday, NearestWeekday, LastOfWeekday, NthOfWeekday };
    Kind kind = Kind::Any;
    unsigned day = 0;      ///< day of month for NearestWeekday
    unsigned weekday = 0;  ///< 0 = Sunday
    unsigned nth = 0;      ///< 1–5 for NthOfWeekday
  };
  Result<> parse_day_of_month(std::string_view text);
  Result<> parse_day_of_week(std::string_view text);
  [[nodiscard]] bool day_matches(std::chrono::year_month_day date) const;
  [[nodiscard]] bool date_matches(std::chrono::year_month_day date) const;
  /// The first matching time of day at or after `start`, on a day that matches.
  [[nodiscard]] std::optional<Duration> time_of_day_from(Duration start) const;

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<7> weekdays_;
  std::bitset<230> years_;  ///< offset from 1970
  DayRule day_of_month_;
  DayRule day_of_week_;
};

/// A schedule: a fixed rate from its start, or a cron.
class ScheduleExpression {
 public:
  /// `rate(n unit)` with minute(s), hour(s), day(s), singular exactly when n = 1, or `cron(six fields)`.
  [[nodiscard]] static Result<ScheduleExpression> parse(std::string_view text);
  /// First firing strictly after `after`. For a rate: `anchor` + k periods, k >= 1; a cron ignores the anchor.
  [[nodiscard]] std::optional<Instant> next(Instant after, Instant anchor) const;
  [[nodiscard]] bool is_rate() const { return !cron_.has_value(); }
  [[nodiscard]] Duration period() const { return rate_; }

 private:
  Duration rate_{0};
  std::optional<CronExpression> cron_;
};

/// A SageMaker monitoring schedule: hourly, daily at an hour, every N hours from an hour (restarting daily when N
/// does not divide 24), or NOW. Only minute 0 is legal; `?` may stand in either day field.
class MonitoringScheduleExpression {
 public:
  [[nodiscard]] static Result<MonitoringScheduleExpression> parse(std::string_view text);
  [[nodiscard]] bool is_now() const { return now_; }
  /// The first boundary strictly after `after`. Not for NOW.
  [[nodiscard]] Instant next(Instant after) const;
  /// The last boundary strictly before `boundary`: where the default window of a run at `boundary` begins.
  [[nodiscard]] Instant previous(Instant boundary) const;

 private:
  std::bitset<24> hours_;
  bool now_ = false;
};

}  // namespace driftlab

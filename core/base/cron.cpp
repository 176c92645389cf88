#include "core/base/cron.hpp"

#include <array>

#include <fmt/format.h>

#include "core/base/cron_field.hpp"

namespace driftlab {
namespace {

using cron::FieldSpec;
using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr int kFirstYear = 1970;
constexpr int kLastYear = 2199;

constexpr std::array<std::string_view, 12> kMonthNames = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdayNames = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

constexpr FieldSpec kMinutes = {.name = "minutes", .accepts = "0-59 and the wildcards , - * /", .max = 59};
constexpr FieldSpec kHours = {.name = "hours", .accepts = "0-23 and the wildcards , - * /", .max = 23};
constexpr FieldSpec kDayOfMonth = {
    .name = "day-of-month", .accepts = "1-31 and the wildcards , - * ? / L W", .min = 1, .max = 31};
constexpr FieldSpec kMonth = {
    .name = "month", .accepts = "1-12 or JAN-DEC and the wildcards , - * /", .min = 1, .max = 12, .names = kMonthNames};
constexpr FieldSpec kDayOfWeek = {.name = "day-of-week",
                                  .accepts = "1-7 or SUN-SAT and the wildcards , - * ? L #",
                                  .min = 1,
                                  .max = 7,
                                  .names = kWeekdayNames,
                                  .steps = false};
constexpr FieldSpec kYear = {
    .name = "year", .accepts = "1970-2199 and the wildcards , - * /", .min = kFirstYear, .max = kLastYear};

/// Six fields parted by blanks; nothing when there are more or fewer, or blanks around them.
std::optional<std::array<std::string_view, 6>> split(std::string_view text) {
  std::array<std::string_view, 6> fields;
  if (text.empty() || text.front() == ' ') return std::nullopt;
  std::size_t count = 0;
  while (!text.empty()) {
    if (count == fields.size()) return std::nullopt;
    const auto blank = text.find(' ');
    fields[count++] = text.substr(0, blank);
    if (blank == std::string_view::npos) break;
    const auto next = text.find_first_not_of(' ', blank);
    if (next == std::string_view::npos) return std::nullopt;
    text.remove_prefix(next);
  }
  if (count != fields.size()) return std::nullopt;
  return fields;
}

unsigned weekday_of(sys_days day) {
  return std::chrono::weekday{day}.c_encoding();
}

sys_days last_of_month(year_month_day date) {
  return sys_days{date.year() / date.month() / std::chrono::last};
}

/// The weekday (Monday to Friday) nearest to `day`, which never leaves its month.
sys_days nearest_weekday(sys_days day) {
  const year_month_day date{day};
  if (weekday_of(day) == 6) return date.day() == std::chrono::day{1} ? day + days{2} : day - days{1};
  if (weekday_of(day) == 0) return day == last_of_month(date) ? day - days{2} : day + days{1};
  return day;
}

/// The last Monday to Friday of the month.
sys_days last_weekday(year_month_day date) {
  const sys_days last = last_of_month(date);
  if (weekday_of(last) == 6) return last - days{1};
  if (weekday_of(last) == 0) return last - days{2};
  return last;
}

template <std::size_t N>
std::optional<int> first_from(const std::bitset<N>& set, int from) {
  for (auto i = static_cast<std::size_t>(from); i < N; ++i)
    if (set.test(i)) return static_cast<int>(i);
  return std::nullopt;
}

/// Values of a parsed field moved to the width and offset a CronExpression keeps them in.
template <std::size_t N>
void assign(std::bitset<N>& to, const cron::FieldSet& from, std::size_t offset) {
  for (std::size_t i = 0; i + offset < N && i < from.size(); ++i) to[i + offset] = from[i];
}

}  // namespace

Result<CronExpression> CronExpression::parse(std::string_view fields) {
  const auto parts = split(fields);
  if (!parts)
    return validation_error(fmt::format(
        "cron '{}' does not have its six fields: minutes hours day-of-month month day-of-week year", fields));
  const auto& [minutes, hours, day_of_month, month, day_of_week, year] = *parts;
  if ((day_of_month == "?") == (day_of_week == "?"))
    return validation_error(fmt::format("cron '{}' needs ? in exactly one of day-of-month and day-of-week", fields));

  CronExpression expression;
  const auto minute_set = cron::parse_field(kMinutes, minutes);
  if (minute_set.has_error()) return minute_set.error();
  const auto hour_set = cron::parse_field(kHours, hours);
  if (hour_set.has_error()) return hour_set.error();
  const auto month_set = cron::parse_field(kMonth, month);
  if (month_set.has_error()) return month_set.error();
  const auto year_set = cron::parse_field(kYear, year);
  if (year_set.has_error()) return year_set.error();
  assign(expression.minutes_, *minute_set, 0);
  assign(expression.hours_, *hour_set, 0);
  assign(expression.months_, *month_set, 1);
  assign(expression.years_, *year_set, 0);
  if (auto parsed = expression.parse_day_of_month(day_of_month); parsed.has_error()) return parsed.error();
  if (auto parsed = expression.parse_day_of_week(day_of_week); parsed.has_error()) return parsed.error();
  return expression;
}

Result<> CronExpression::parse_day_of_month(std::string_view text) {
  using Kind = DayRule::Kind;
  if (text == "?") return {};
  if (text == "L") {
    day_of_month_.kind = Kind::Last;
    return {};
  }
  if (text == "LW") {
    day_of_month_.kind = Kind::LastWeekday;
    return {};
  }
  if (text.ends_with('W')) {
    const auto day = cron::parse_value(kDayOfMonth, text.substr(0, text.size() - 1));
    if (!day) return cron::field_error(kDayOfMonth, text);
    day_of_month_ = {.kind = Kind::NearestWeekday, .day = static_cast<unsigned>(*day)};
    return {};
  }
  const auto set = cron::parse_field(kDayOfMonth, text);
  if (set.has_error()) return set.error();
  day_of_month_.kind = Kind::Set;
  assign(days_, *set, 1);
  return {};
}

Result<> CronExpression::parse_day_of_week(std::string_view text) {
  using Kind = DayRule::Kind;
  if (text == "?") return {};
  if (text == "L") {
    day_of_week_.kind = Kind::Set;
    weekdays_.set(6);
    return {};
  }
  if (text.ends_with('L')) {
    const auto weekday = cron::parse_value(kDayOfWeek, text.substr(0, text.size() - 1));
    if (!weekday) return cron::field_error(kDayOfWeek, text);
    day_of_week_ = {.kind = Kind::LastOfWeekday, .weekday = static_cast<unsigned>(*weekday - 1)};
    return {};
  }
  if (const auto hash = text.find('#'); hash != std::string_view::npos) {
    const auto weekday = cron::parse_value(kDayOfWeek, text.substr(0, hash));
    const auto nth = text.substr(hash + 1);
    if (!weekday || nth.size() != 1 || nth[0] < '1' || nth[0] > '5') return cron::field_error(kDayOfWeek, text);
    day_of_week_ = {.kind = Kind::NthOfWeekday,
                    .weekday = static_cast<unsigned>(*weekday - 1),
                    .nth = static_cast<unsigned>(nth[0] - '0')};
    return {};
  }
  const auto set = cron::parse_field(kDayOfWeek, text);
  if (set.has_error()) return set.error();
  day_of_week_.kind = Kind::Set;
  assign(weekdays_, *set, 0);
  return {};
}

bool CronExpression::day_matches(year_month_day date) const {
  using Kind = DayRule::Kind;
  const sys_days day{date};
  const auto day_number = static_cast<unsigned>(date.day());
  // Exactly one of the two fields is not `?` (Kind::Any).
  const DayRule& rule = day_of_month_.kind == Kind::Any ? day_of_week_ : day_of_month_;
  switch (rule.kind) {
    case Kind::Any:
      return true;
    case Kind::Set:
      return &rule == &day_of_month_ ? days_.test(day_number) : weekdays_.test(weekday_of(day));
    case Kind::Last:
      return day == last_of_month(date);
    case Kind::LastWeekday:
      return day == last_weekday(date);
    case Kind::NearestWeekday: {
      const year_month_day wanted = date.year() / date.month() / std::chrono::day{rule.day};
      return wanted.ok() && day == nearest_weekday(sys_days{wanted});
    }
    case Kind::LastOfWeekday:
      return weekday_of(day) == rule.weekday && last_of_month(date) - day < days{7};
    case Kind::NthOfWeekday:
      return weekday_of(day) == rule.weekday && (day_number - 1) / 7 + 1 == rule.nth;
  }
  return false;
}

bool CronExpression::date_matches(year_month_day date) const {
  const int year = static_cast<int>(date.year());
  return year >= kFirstYear && year <= kLastYear && years_.test(static_cast<std::size_t>(year - kFirstYear)) &&
         months_.test(static_cast<unsigned>(date.month())) && day_matches(date);
}

bool CronExpression::matches(Instant at) const {
  const auto day = std::chrono::floor<days>(at);
  const std::chrono::hh_mm_ss clock{at - day};
  return minutes_.test(static_cast<std::size_t>(clock.minutes().count())) &&
         hours_.test(static_cast<std::size_t>(clock.hours().count())) && date_matches(year_month_day{day});
}

std::optional<Duration> CronExpression::time_of_day_from(Duration start) const {
  const std::chrono::hh_mm_ss clock{start};
  const auto hour = static_cast<int>(clock.hours().count());
  if (hours_.test(static_cast<std::size_t>(hour))) {
    const auto minute = first_from(minutes_, static_cast<int>(clock.minutes().count()));
    if (minute) return std::chrono::hours{hour} + std::chrono::minutes{*minute};
  }
  const auto later = first_from(hours_, hour + 1);
  if (!later) return std::nullopt;
  return std::chrono::hours{*later} + std::chrono::minutes{*first_from(minutes_, 0)};
}

std::optional<Instant> CronExpression::next(Instant after) const {
  const Instant epoch{};
  const Instant from = after < epoch ? epoch : floor_to(after, 1min) + 1min;
  auto day = std::chrono::floor<days>(from);
  Duration start = from - day;
  while (true) {
    const year_month_day date{day};
    const int year = static_cast<int>(date.year());
    if (year > kLastYear) return std::nullopt;
    if (!years_.test(static_cast<std::size_t>(year - kFirstYear))) {
      day = sys_days{std::chrono::year{year + 1} / std::chrono::January / 1};
    } else if (!months_.test(static_cast<unsigned>(date.month()))) {
      day = last_of_month(date) + days{1};
    } else {
      if (day_matches(date))
        if (const auto time = time_of_day_from(start)) return day + *time;
      day += days{1};
    }
    start = Duration::zero();
  }
}

}  // namespace driftlab

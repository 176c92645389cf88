#include "core/base/time.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/base/check.hpp"

namespace driftlab {
namespace {

using Days = std::chrono::days;

/// Whole years an Instant can hold.
constexpr std::int64_t kFirstYear = 1678;
constexpr std::int64_t kLastYear = 2261;

/// Reads digits from the front of `text`; at least `min_count`, at most `max_count`. Returns -1 when there are too few.
std::int64_t take_digits(std::string_view& text, std::size_t min_count, std::size_t max_count) {
  std::size_t count = 0;
  std::int64_t value = 0;
  while (count < text.size() && count < max_count && text[count] >= '0' && text[count] <= '9') {
    value = value * 10 + (text[count] - '0');
    ++count;
  }
  if (count < min_count) return -1;
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

/// The digits after a decimal point as nanoseconds; -1 when there are none.
std::int64_t take_fraction_ns(std::string_view& text) {
  std::int64_t value = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 9) value = value * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return -1;
  for (int i = digits; i < 9; ++i) value *= 10;
  return value;
}

/// Writes the lowest `count` decimal digits of `value` at `to`, and returns the end.
char* put_digits(char* to, int value, int count) {
  for (int i = count; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
  return to + count;
}

/// "2026-06-01T00:00:00", 19 characters. By hand, since records and lines carry one each; every Instant has a year of
/// four digits.
char* put_date_time(char* to, const CivilTime& c) {
  to = put_digits(to, c.year, 4);
  *to++ = '-';
  to = put_digits(to, static_cast<int>(c.month), 2);
  *to++ = '-';
  to = put_digits(to, static_cast<int>(c.day), 2);
  *to++ = 'T';
  to = put_digits(to, c.hour, 2);
  *to++ = ':';
  to = put_digits(to, c.minute, 2);
  *to++ = ':';
  return put_digits(to, c.second, 2);
}

Error bad_instant(std::string_view text) {
  return input_error(fmt::format("'{}' is not an instant; expected ISO 8601 such as 2026-06-01T00:00:00Z", text));
}

Error bad_duration(std::string_view text) {
  return input_error(fmt::format("'{}' is not a duration; expected ISO 8601 such as P6D, PT90M or P1DT12H", text));
}

/// Parses "hh[:]mm" behind a sign into an offset.
Result<Duration> take_zone(std::string_view& rest, std::string_view whole) {
  if (take(rest, 'Z') || rest.empty()) return Duration{0};
  const bool negative = rest.front() == '-';
  if (!take(rest, '+') && !take(rest, '-')) return bad_instant(whole);
  const auto hours = take_digits(rest, 2, 2);
  const bool colon = take(rest, ':');
  const auto minutes = rest.empty() && !colon ? 0 : take_digits(rest, 2, 2);
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return bad_instant(whole);
  const Duration offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
  return negative ? -offset : offset;
}

}  // namespace

CivilTime to_civil(Instant at) {
  const auto day = std::chrono::floor<Days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<Duration> clock{at - day};
  CivilTime civil;
  civil.year = static_cast<int>(date.year());
  civil.month = static_cast<unsigned>(date.month());
  civil.day = static_cast<unsigned>(date.day());
  civil.hour = static_cast<int>(clock.hours().count());
  civil.minute = static_cast<int>(clock.minutes().count());
  civil.second = static_cast<int>(clock.seconds().count());
  civil.millisecond = static_cast<int>(clock.subseconds().count() / 1'000'000);
  civil.weekday = std::chrono::weekday{day}.c_encoding();
  return civil;
}

Instant from_civil(int year, unsigned month, unsigned day, int hour, int minute, int second) {
  const std::chrono::sys_days date{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
  return Instant{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

Instant floor_to(Instant at, Duration step) {
  DRIFTLAB_CHECK(step > Duration::zero(), "floor_to needs a positive step");
  const auto since = at.time_since_epoch();
  auto remainder = since % step;
  if (remainder < Duration::zero()) remainder += step;
  return at - remainder;
}

Instant ceil_to(Instant at, Duration step) {
  const Instant floor = floor_to(at, step);
  return floor == at ? at : floor + step;
}

double to_seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

Duration from_seconds(double seconds) {
  DRIFTLAB_CHECK(std::isfinite(seconds) && std::abs(seconds) < 9.2e9, "duration out of range");
  return Duration{std::llround(seconds * 1e9)};
}

double epoch_seconds(Instant at) {
  return to_seconds(at.time_since_epoch());
}

std::int64_t epoch_milliseconds(Instant at) {
  return std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
}

std::string format_seconds(Instant at) {
  char text[20];
  char* const end = put_date_time(text, to_civil(at));
  *end = 'Z';
  return {text, end + 1};
}

std::string format_milliseconds(Instant at) {
  const CivilTime c = to_civil(at);
  char text[24];
  char* end = put_date_time(text, c);
  *end++ = '.';
  end = put_digits(end, c.millisecond, 3);
  *end++ = 'Z';
  return {text, end};
}

std::string format_cloudwatch(Instant at) {
  std::string text = format_milliseconds(at);
  text.replace(text.size() - 1, 1, "+0000");
  return text;
}

std::string format_reason_time(Instant at) {
  const CivilTime c = to_civil(at);
  return fmt::format("{:02}/{:02}/{:02} {:02}:{:02}:{:02}", c.day, c.month, c.year % 100, c.hour, c.minute, c.second);
}

std::string hour_folder(Instant at) {
  const CivilTime c = to_civil(at);
  return fmt::format("{:04}/{:02}/{:02}/{:02}", c.year, c.month, c.day, c.hour);
}

Result<Instant> parse_instant(std::string_view text) {
  std::string_view rest = text;
  const auto year = take_digits(rest, 4, 4);
  if (year < kFirstYear || year > kLastYear || !take(rest, '-')) return bad_instant(text);
  const auto month = take_digits(rest, 2, 2);
  if (month < 0 || !take(rest, '-')) return bad_instant(text);
  const auto day = take_digits(rest, 2, 2);
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day < 0 ? 0 : day)}};
  if (!date.ok()) return bad_instant(text);
  Instant at{std::chrono::sys_days{date}};
  if (rest.empty()) return at;
  if (!take(rest, 'T') && !take(rest, ' ')) return bad_instant(text);
  const auto hour = take_digits(rest, 2, 2);
  if (hour < 0 || hour > 23 || !take(rest, ':')) return bad_instant(text);
  const auto minute = take_digits(rest, 2, 2);
  if (minute < 0 || minute > 59) return bad_instant(text);
  at += std::chrono::hours{hour} + std::chrono::minutes{minute};
  if (take(rest, ':')) {
    const auto second = take_digits(rest, 2, 2);
    if (second < 0 || second > 59) return bad_instant(text);
    at += std::chrono::seconds{second};
    if (take(rest, '.')) {
      const auto fraction = take_fraction_ns(rest);
      if (fraction < 0) return bad_instant(text);
      at += Duration{fraction};
    }
  }
  const auto zone = take_zone(rest, text);
  if (zone.has_error()) return zone.error();
  if (!rest.empty()) return bad_instant(text);
  return at - *zone;
}

Result<Duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  const bool negative = take(rest, '-');
  if (!negative) take(rest, '+');
  if (!take(rest, 'P') || rest.empty()) return bad_duration(text);
  constexpr std::string_view kDateUnits = "WD";
  constexpr std::string_view kTimeUnits = "HMS";
  constexpr std::int64_t kDateSeconds[] = {604'800, 86'400};
  constexpr std::int64_t kTimeSeconds[] = {3600, 60, 1};
  constexpr std::int64_t kMaxSeconds = 9'000'000'000;
  Duration total{0};
  bool in_time = false;
  std::size_t next_unit = 0;
  while (!rest.empty()) {
    if (!in_time && take(rest, 'T')) {
      in_time = true;
      next_unit = 0;
      if (rest.empty()) return bad_duration(text);
      continue;
    }
    const auto amount = take_digits(rest, 1, 12);
    if (amount < 0) return bad_duration(text);
    std::int64_t fraction = 0;
    if (take(rest, '.')) {
      fraction = take_fraction_ns(rest);
      if (fraction < 0 || !in_time || rest != "S") return bad_duration(text);
    }
    const std::string_view units = in_time ? kTimeUnits : kDateUnits;
    const auto unit = rest.empty() ? std::string_view::npos : units.find(rest.front());
    if (unit == std::string_view::npos || unit < next_unit) return bad_duration(text);
    next_unit = unit + 1;
    rest.remove_prefix(1);
    const std::int64_t unit_seconds = in_time ? kTimeSeconds[unit] : kDateSeconds[unit];
    if (amount > kMaxSeconds / unit_seconds) return bad_duration(text);
    const Duration part = std::chrono::seconds{amount * unit_seconds} + Duration{fraction};
    if (part > std::chrono::seconds{kMaxSeconds} - total) return bad_duration(text);
    total += part;
  }
  return negative ? -total : total;
}

std::string format_duration(Duration duration) {
  if (duration == Duration::zero()) return "PT0S";
  std::string text = duration < Duration::zero() ? "-P" : "P";
  Duration rest = duration < Duration::zero() ? -duration : duration;
  const auto days = std::chrono::duration_cast<Days>(rest);
  rest -= days;
  if (days.count() > 0) text += fmt::format("{}D", days.count());
  if (rest == Duration::zero()) return text;
  text += 'T';
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(rest);
  rest -= hours;
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(rest);
  rest -= minutes;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(rest);
  rest -= seconds;
  if (hours.count() > 0) text += fmt::format("{}H", hours.count());
  if (minutes.count() > 0) text += fmt::format("{}M", minutes.count());
  if (rest.count() > 0) {
    std::string fraction = fmt::format("{:09}", rest.count());
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += fmt::format("{}.{}S", seconds.count(), fraction);
  } else if (seconds.count() > 0) {
    text += fmt::format("{}S", seconds.count());
  }
  return text;
}

std::string humanize(Duration duration) {
  if (duration < Duration::zero()) return "-" + humanize(-duration);
  const double seconds = to_seconds(duration);
  // The bounds are where the next unit begins after rounding.
  if (seconds < 0.9995) return fmt::format("{:.0f} ms", seconds * 1e3);
  if (seconds < 59.95) return fmt::format("{:.3g} s", seconds);
  const auto minutes = std::llround(seconds / 60.0);
  if (minutes < 60) return fmt::format("{} min", minutes);
  const auto hours = minutes / 60;
  if (hours < 48) return minutes % 60 ? fmt::format("{} h {} min", hours, minutes % 60) : fmt::format("{} h", hours);
  const auto rounded_hours = std::llround(seconds / 3600.0);
  return rounded_hours % 24 ? fmt::format("{} d {} h", rounded_hours / 24, rounded_hours % 24)
                            : fmt::format("{} d", rounded_hours / 24);
}

}  // namespace driftlab

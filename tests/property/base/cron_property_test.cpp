#include <string>
#include <vector>

#include "core/base/cron.hpp"
#include "tests/support/property.hpp"

namespace driftlab {
namespace {

std::string number(int min, int max) {
  return std::to_string(*rc::gen::inRange(min, max + 1));
}

/// One item of a list: a value, a range, or steps.
std::string item(int min, int max, bool steps) {
  const int first = *rc::gen::inRange(min, max + 1);
  switch (*rc::gen::inRange(0, steps ? 4 : 2)) {
    case 0:
      return std::to_string(first);
    case 1:
      return std::to_string(first) + "-" + number(first, max);
    case 2:
      return std::to_string(first) + "/" + number(1, max - min + 1);
    default:
      return "*/" + number(1, max - min + 1);
  }
}

std::string field(int min, int max, bool steps = true) {
  if (*rc::gen::inRange(0, 3) == 0) return "*";
  std::string list = item(min, max, steps);
  while (*rc::gen::inRange(0, 3) == 0) list += "," + item(min, max, steps);
  return list;
}

std::string day_of_month() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return "L";
    case 1:
      return "LW";
    case 2:
      return number(1, 31) + "W";
    default:
      return field(1, 31);
  }
}

std::string day_of_week() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return number(1, 7) + "L";
    case 1:
      return number(1, 7) + "#" + number(1, 5);
    case 2:
      return "L";
    default:
      return field(1, 7, false);
  }
}

std::string expression() {
  const bool by_date = *rc::gen::arbitrary<bool>();
  const std::string dates =
      by_date ? day_of_month() + " " + field(1, 12) + " ?" : "? " + field(1, 12) + " " + day_of_week();
  return field(0, 59) + " " + field(0, 23) + " " + dates + " *";
}

// The naive search, minute by minute with matches(), is the oracle of the field-wise search in next().
RC_GTEST_PROP(CronProperty, NextIsTheFirstMatchingMinute, ()) {
  const std::string text = expression();
  const auto cron = CronExpression::parse(text);
  RC_ASSERT(cron.has_value());
  const Instant after = from_civil(2026, 1, 1) + std::chrono::seconds{*rc::gen::inRange(0, 4 * 366 * 86'400)};
  const auto next = cron->next(after);
  constexpr Duration kHorizon = std::chrono::days{10};
  const Instant end = next && *next < after + kHorizon ? *next : after + kHorizon;
  for (Instant minute = floor_to(after, 1min) + 1min; minute < end; minute += 1min) RC_ASSERT(!cron->matches(minute));
  if (!next) return;
  RC_ASSERT(*next > after);
  RC_ASSERT(floor_to(*next, 1min) == *next);
  RC_ASSERT(cron->matches(*next));
}

RC_GTEST_PROP(CronProperty, AnyTextIsRefusedOrFiresInTheFuture, ()) {
  const auto field_text =
      rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789*?/,-LW#JANFRI"))));
  const std::string dates = *field_text + " " + *field_text + " ?";
  const std::string text = *field_text + " " + *field_text + " " + dates + " *";
  const Instant after = from_civil(2026, 1, 1);
  const auto cron = CronExpression::parse(text);
  if (!cron) {
    RC_ASSERT(cron.error().kind == ErrorKind::InvalidInput);
    return;
  }
  const auto next = cron->next(after);
  RC_ASSERT(!next || *next > after);
}

RC_GTEST_PROP(CronProperty, MonitoringBoundariesAreNeighbours, ()) {
  const std::string hours = *rc::gen::element(std::string("*"), number(0, 23), number(0, 23) + "/" + number(1, 24));
  const auto schedule = MonitoringScheduleExpression::parse("cron(0 " + hours + " ? * * *)");
  RC_ASSERT(schedule.has_value());
  const Instant after = from_civil(2026, 1, 1) + std::chrono::seconds{*rc::gen::inRange(0, 366 * 86'400)};
  const Instant next = schedule->next(after);
  RC_ASSERT(next > after && next - after <= 24h);
  RC_ASSERT(schedule->previous(next) <= after);
  RC_ASSERT(schedule->next(schedule->previous(next)) == next);
}

}  // namespace
}  // namespace driftlab

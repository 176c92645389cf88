#include "sim/world/approver.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace driftlab::world {
namespace {

constexpr Duration kDay = 24h;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_working_day(Instant at) {
  const unsigned weekday = to_civil(at).weekday;
  return weekday >= 1 && weekday <= 5;
}

}  // namespace

Result<OfficeHours> parse_office_hours(std::string_view text) {
  const bool formed = text.size() == 5 && text[2] == '-' && is_digit(text[0]) && is_digit(text[1]) &&
                      is_digit(text[3]) && is_digit(text[4]);
  if (formed) {
    const OfficeHours hours{(text[0] - '0') * 10 + (text[1] - '0'), (text[3] - '0') * 10 + (text[4] - '0')};
    if (hours.open < hours.close && hours.close <= 24) return hours;
  }
  return input_error(fmt::format("expected office hours as \"08-18\", found \"{}\"", text));
}

std::string format_office_hours(OfficeHours hours) {
  return fmt::format("{:02}-{:02}", hours.open, hours.close);
}

Instant next_open(OfficeHours hours, Instant at) {
  Instant midnight = floor_to(at, kDay);
  const auto opening = [&] { return midnight + hours.open * Duration{1h}; };
  if (is_working_day(midnight)) {
    if (at < opening()) return opening();
    if (at < midnight + hours.close * Duration{1h}) return at;
  }
  do {
    midnight += kDay;
  } while (!is_working_day(midnight));
  return opening();
}

Approver::Approver(ApproverSpec spec, std::uint64_t seed)
    : spec_(std::move(spec)), delay_(seed, "world.approver", "delay"), reject_(seed, "world.approver", "reject") {}

Instant Approver::decision_time(Instant asked) {
  const Instant at = asked + draw_delay(spec_.delay, delay_);
  return spec_.hours ? next_open(*spec_.hours, at) : at;
}

Decision Approver::decide(Instant asked) {
  const Instant at = decision_time(asked);
  return {at, !reject_.bernoulli(spec_.reject)};
}

}  // namespace driftlab::world

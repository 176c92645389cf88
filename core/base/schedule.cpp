/// `rate(…)`, `cron(…)` and the forms of SageMaker monitoring; the six-field cron itself is in cron.cpp.

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/base/cron.hpp"

namespace driftlab {
namespace {

/// What stands between "name(" and ")", or nothing when the text is not of that form.
std::optional<std::string_view> inside(std::string_view text, std::string_view name) {
  if (text.size() < name.size() + 2 || !text.starts_with(name) || text[name.size()] != '(' || !text.ends_with(')'))
    return std::nullopt;
  return text.substr(name.size() + 1, text.size() - name.size() - 2);
}

/// A number of one to `longest` digits.
std::optional<std::int64_t> parse_count(std::string_view text, std::size_t longest) {
  if (text.empty() || text.size() > longest || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

struct RateUnit {
  std::string_view singular;
  std::string_view plural;
  Duration length;
};
constexpr std::array<RateUnit, 3> kRateUnits = {RateUnit{"minute", "minutes", std::chrono::minutes{1}},
                                                RateUnit{"hour", "hours", std::chrono::hours{1}},
                                                RateUnit{"day", "days", std::chrono::days{1}}};
/// A century: far above any use, far below what an Instant can hold.
constexpr Duration kLongestRate = std::chrono::days{36'500};

std::optional<Duration> parse_rate(std::string_view text) {
  const auto blank = text.find(' ');
  const auto count = parse_count(text.substr(0, blank), 9);
  if (blank == std::string_view::npos || !count || *count < 1) return std::nullopt;
  const std::string_view unit = text.substr(blank + 1);
  for (const RateUnit& known : kRateUnits) {
    if (unit != (*count == 1 ? known.singular : known.plural)) continue;
    if (*count > kLongestRate / known.length) return std::nullopt;
    return *count * known.length;
  }
  return std::nullopt;
}

/// Hours of a monitoring schedule: `*`, `H` or `S/N`.
std::optional<std::bitset<24>> parse_monitoring_hours(std::string_view text) {
  std::bitset<24> hours;
  if (text == "*") return hours.set();
  const auto slash = text.find('/');
  const auto start = parse_count(text.substr(0, slash), 2);
  if (!start || *start > 23) return std::nullopt;
  if (slash == std::string_view::npos) return hours.set(static_cast<std::size_t>(*start));
  const auto step = parse_count(text.substr(slash + 1), 2);
  if (!step || *step < 1 || *step > 24) return std::nullopt;
  // "Every N hours from S" keeps its beat over midnight when N divides the day, and restarts daily otherwise.
  const std::int64_t first = 24 % *step == 0 ? *start % *step : *start;
  for (std::int64_t hour = first; hour < 24; hour += *step) hours.set(static_cast<std::size_t>(hour));
  return hours;
}

}  // namespace

Result<ScheduleExpression> ScheduleExpression::parse(std::string_view text) {
  ScheduleExpression expression;
  if (const auto fields = inside(text, "cron")) {
    const auto cron = CronExpression::parse(*fields);
    if (cron.has_error()) return cron.error();
    expression.cron_ = *cron;
    return expression;
  }
  const auto rate_text = inside(text, "rate");
  const auto rate = rate_text ? parse_rate(*rate_text) : std::nullopt;
  if (!rate)
    return validation_error(fmt::format(
        "schedule '{}' is not valid; expected rate(n minutes), with hours or days and the singular exactly for 1, or "
        "cron(minutes hours day-of-month month day-of-week year)",
        text));
  expression.rate_ = *rate;
  return expression;
}

std::optional<Instant> ScheduleExpression::next(Instant after, Instant anchor) const {
  if (cron_) return cron_->next(after);
  const Instant last = after < anchor ? anchor : anchor + (after - anchor) / rate_ * rate_;
  if (Instant::max() - last < rate_) return std::nullopt;
  return last + rate_;
}

Result<MonitoringScheduleExpression> MonitoringScheduleExpression::parse(std::string_view text) {
  const Error invalid = validation_error(
      fmt::format("monitoring schedule '{}' is not valid; expected cron(0 * ? * * *) for every hour, "
                  "cron(0 H ? * * *) for daily at hour H, cron(0 S/N ? * * *) for every N hours (1-24) from S, or NOW",
                  text));
  MonitoringScheduleExpression expression;
  if (text == "NOW") {
    expression.now_ = true;
    return expression;
  }
  const auto fields = inside(text, "cron");
  if (!fields || !fields->starts_with("0 ")) return invalid;
  const std::string_view rest = fields->substr(2);
  const auto blank = rest.find(' ');
  if (blank == std::string_view::npos) return invalid;
  const std::string_view date = rest.substr(blank + 1);
  const auto hours = parse_monitoring_hours(rest.substr(0, blank));
  if (!hours || (date != "? * * *" && date != "* * ? *")) return invalid;
  expression.hours_ = *hours;
  return expression;
}

Instant MonitoringScheduleExpression::next(Instant after) const {
  DRIFTLAB_CHECK(hours_.any(), "a NOW schedule has no boundaries");
  Instant at = floor_to(after, 1h) + 1h;
  while (!hours_.test(static_cast<std::size_t>(to_civil(at).hour))) at += 1h;
  return at;
}

Instant MonitoringScheduleExpression::previous(Instant boundary) const {
  DRIFTLAB_CHECK(hours_.any(), "a NOW schedule has no boundaries");
  Instant at = ceil_to(boundary, 1h) - 1h;
  while (!hours_.test(static_cast<std::size_t>(to_civil(at).hour))) at -= 1h;
  return at;
}

}  // namespace driftlab

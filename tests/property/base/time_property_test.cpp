#include "core/base/time.hpp"
#include "tests/support/property.hpp"

namespace driftlab {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::int64_t kCentury = 3'155'760'000;

RC_GTEST_PROP(TimeProperty, DurationsReadBackAsWritten, ()) {
  const auto seconds = *rc::gen::inRange<std::int64_t>(-kCentury, kCentury);
  const auto nanoseconds =
      *rc::gen::oneOf(rc::gen::just<std::int64_t>(0), rc::gen::inRange<std::int64_t>(0, kNanoseconds));
  const Duration duration = std::chrono::seconds{seconds} + Duration{nanoseconds};
  const auto parsed = parse_duration(format_duration(duration));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == duration);
}

RC_GTEST_PROP(TimeProperty, InstantsReadBackAsWritten, ()) {
  const Instant second = Instant{std::chrono::seconds{*rc::gen::inRange<std::int64_t>(-kCentury, 2 * kCentury)}};
  const Instant millisecond = second + std::chrono::milliseconds{*rc::gen::inRange(0, 1000)};
  RC_ASSERT(parse_instant(format_seconds(second)).value() == second);
  RC_ASSERT(parse_instant(format_milliseconds(millisecond)).value() == millisecond);
  RC_ASSERT(parse_instant(format_cloudwatch(millisecond)).value() == millisecond);
}

RC_GTEST_PROP(TimeProperty, CivilFieldsGoBack, ()) {
  const Instant at = Instant{std::chrono::seconds{*rc::gen::inRange<std::int64_t>(-kCentury, 2 * kCentury)}};
  const CivilTime civil = to_civil(at);
  RC_ASSERT(from_civil(civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second) == at);
}

RC_GTEST_PROP(TimeProperty, FloorAndCeilEncloseTheInstant, ()) {
  const Instant at{Duration{*rc::gen::inRange<std::int64_t>(-kCentury * kNanoseconds, kCentury * kNanoseconds)}};
  const Duration step{*rc::gen::inRange<std::int64_t>(1, 86'400 * kNanoseconds)};
  const Instant floor = floor_to(at, step);
  const Instant ceil = ceil_to(at, step);
  RC_ASSERT(floor <= at && at <= ceil);
  RC_ASSERT(at - floor < step && ceil - at < step);
  RC_ASSERT(floor.time_since_epoch() % step == Duration::zero());
  RC_ASSERT(ceil.time_since_epoch() % step == Duration::zero());
}

}  // namespace
}  // namespace driftlab

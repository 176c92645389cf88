/// Rates and the expressions around a cron; the monitoring forms are those of the SageMaker developer guide.

#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/cron.hpp"

namespace driftlab {
namespace {

const Instant kAnchor = from_civil(2026, 6, 1, 10, 7, 30);

TEST(ScheduleExpression, ReadsRates) {
  const std::vector<std::pair<std::string_view, Duration>> cases = {
      {"rate(1 minute)", 1min}, {"rate(5 minutes)", 5min}, {"rate(1 hour)", 1h},
      {"rate(12 hours)", 12h},  {"rate(1 day)", 24h},      {"rate(7 days)", 168h},
  };
  for (const auto& [text, period] : cases) {
    const auto schedule = ScheduleExpression::parse(text);
    ASSERT_TRUE(schedule.has_value()) << text;
    EXPECT_TRUE(schedule->is_rate());
    EXPECT_EQ(schedule->period(), period) << text;
  }
}

TEST(ScheduleExpression, RefusesWhatEventBridgeRefuses) {
  for (const std::string_view text : {"",
                                      "rate",
                                      "rate()",
                                      "rate(1 minutes)",
                                      "rate(5 minute)",
                                      "rate(0 minutes)",
                                      "rate(-1 minutes)",
                                      "rate(5)",
                                      "rate(5 seconds)",
                                      "rate( 5 minutes)",
                                      "rate(5 minutes )",
                                      "rate(5  minutes)",
                                      "rate(1.5 hours)",
                                      "Rate(5 minutes)",
                                      "rate(5 minutes",
                                      "rate(1 Minute)",
                                      "rate(999999999 days)",
                                      "5 minutes",
                                      "cron(0 0 * * ?)",
                                      "cron 0 0 * * ? *",
                                      "cron(0 0 * * * *)",
                                      " rate(5 minutes)"}) {
    const auto schedule = ScheduleExpression::parse(text);
    ASSERT_TRUE(schedule.has_error()) << text;
    EXPECT_EQ(schedule.error().code, "ValidationException") << text;
  }
}

TEST(ScheduleExpression, RateFiresWholePeriodsAfterItsAnchor) {
  const auto schedule = ScheduleExpression::parse("rate(5 minutes)");
  ASSERT_TRUE(schedule.has_value());
  EXPECT_EQ(schedule->next(kAnchor, kAnchor), kAnchor + 5min);
  EXPECT_EQ(schedule->next(kAnchor - 24h, kAnchor), kAnchor + 5min);
  EXPECT_EQ(schedule->next(kAnchor + 5min - 1ns, kAnchor), kAnchor + 5min);
  EXPECT_EQ(schedule->next(kAnchor + 5min, kAnchor), kAnchor + 10min);
  EXPECT_EQ(schedule->next(kAnchor + 7min, kAnchor), kAnchor + 10min);
  EXPECT_EQ(schedule->next(Instant::max() - 1min, kAnchor), std::nullopt);
}

TEST(ScheduleExpression, CronIgnoresTheAnchor) {
  const auto schedule = ScheduleExpression::parse("cron(0 18 ? * MON-FRI *)");
  ASSERT_TRUE(schedule.has_value());
  EXPECT_FALSE(schedule->is_rate());
  EXPECT_EQ(schedule->next(from_civil(2026, 6, 5, 18), kAnchor), from_civil(2026, 6, 8, 18));
}

/// Boundaries of `text` after 2026-06-01T00:00, as hours since then.
std::vector<long> boundaries(std::string_view text, std::size_t count) {
  const auto schedule = MonitoringScheduleExpression::parse(text);
  if (schedule.has_error()) return {};
  const Instant start = from_civil(2026, 6, 1);
  std::vector<long> hours;
  Instant at = start;
  while (hours.size() < count) {
    const Instant next = schedule->next(at);
    EXPECT_EQ(schedule->previous(next + 1ns), next);
    at = next;
    hours.push_back(static_cast<long>((at - start) / std::chrono::hours{1}));
  }
  return hours;
}

using Hours = std::vector<long>;

TEST(MonitoringSchedule, Hourly) {
  EXPECT_EQ(boundaries("cron(0 * ? * * *)", 3), (Hours{1, 2, 3}));
  EXPECT_EQ(boundaries("cron(0 * * * ? *)", 3), (Hours{1, 2, 3}));  // accepted too
}

TEST(MonitoringSchedule, DailyAtAnHour) {
  EXPECT_EQ(boundaries("cron(0 17 ? * * *)", 2), (Hours{17, 41}));
  EXPECT_EQ(boundaries("cron(0 00 ? * * *)", 2), (Hours{24, 48}));
  EXPECT_EQ(boundaries("cron(0 7 ? * * *)", 1), (Hours{7}));
}

TEST(MonitoringSchedule, EveryNHoursKeepsItsBeatWhenNDividesTheDay) {
  EXPECT_EQ(boundaries("cron(0 0/6 ? * * *)", 5), (Hours{6, 12, 18, 24, 30}));
  // The guide's own example: every 12 hours starting at 17:00, so at 05:00 and 17:00.
  EXPECT_EQ(boundaries("cron(0 17/12 ? * * *)", 4), (Hours{5, 17, 29, 41}));
  EXPECT_EQ(boundaries("cron(0 5/24 ? * * *)", 2), (Hours{5, 29}));
  EXPECT_EQ(boundaries("cron(0 3/1 ? * * *)", 3), (Hours{1, 2, 3}));
}

TEST(MonitoringSchedule, EveryNHoursRestartsDailyOtherwise) {
  // The SDK's example: interval 10 from 0 gives 00:00, 10:00 and 20:00 of every day.
  EXPECT_EQ(boundaries("cron(0 0/10 ? * * *)", 6), (Hours{10, 20, 24, 34, 44, 48}));
  EXPECT_EQ(boundaries("cron(0 9/5 ? * * *)", 4), (Hours{9, 14, 19, 33}));
}

TEST(MonitoringSchedule, PreviousIsTheBoundaryBefore) {
  const auto every_ten = MonitoringScheduleExpression::parse("cron(0 0/10 ? * * *)");
  ASSERT_TRUE(every_ten.has_value());
  EXPECT_EQ(every_ten->previous(from_civil(2026, 6, 2)), from_civil(2026, 6, 1, 20));  // the short gap over midnight
  EXPECT_EQ(every_ten->previous(from_civil(2026, 6, 2, 10)), from_civil(2026, 6, 2));
  EXPECT_EQ(every_ten->previous(from_civil(2026, 6, 2, 10, 30)), from_civil(2026, 6, 2, 10));
  const auto daily = MonitoringScheduleExpression::parse("cron(0 17 ? * * *)");
  ASSERT_TRUE(daily.has_value());
  EXPECT_EQ(daily->previous(from_civil(2026, 3, 1, 17)), from_civil(2026, 2, 28, 17));
}

TEST(MonitoringSchedule, NowIsNotPeriodic) {
  const auto now = MonitoringScheduleExpression::parse("NOW");
  ASSERT_TRUE(now.has_value());
  EXPECT_TRUE(now->is_now());
  EXPECT_FALSE(MonitoringScheduleExpression::parse("cron(0 * ? * * *)")->is_now());
}

TEST(MonitoringSchedule, RefusesEverythingElse) {
  for (const std::string_view text : {"",
                                      "now",
                                      "rate(1 hour)",
                                      "cron(30 * ? * * *)",
                                      "cron(0/30 * ? * * *)",
                                      "cron(* * ? * * *)",
                                      "cron(0 24 ? * * *)",
                                      "cron(0 24/2 ? * * *)",
                                      "cron(0 0/0 ? * * *)",
                                      "cron(0 0/25 ? * * *)",
                                      "cron(0 */2 ? * * *)",
                                      "cron(0 1,2 ? * * *)",
                                      "cron(0 * ? * MON *)",
                                      "cron(0 * 1 * ? *)",
                                      "cron(0 * * * * *)",
                                      "cron(0 * ? * ? *)",
                                      "cron(0 * ? 6 * *)",
                                      "cron(0 * ? * * 2026)",
                                      "cron(0 * ? * *)",
                                      "cron(0 * ? * * *"}) {
    const auto schedule = MonitoringScheduleExpression::parse(text);
    ASSERT_TRUE(schedule.has_error()) << text;
    EXPECT_EQ(schedule.error().kind, ErrorKind::InvalidInput) << text;
  }
}

}  // namespace
}  // namespace driftlab

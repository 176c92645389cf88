/// Expected firings follow the table of fields and wildcards in the EventBridge user guide; dates and weekdays come
/// from the calendar. 2026-06-01 is a Monday, 2028 a leap year, 2100 is not.

#include "core/base/cron.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace driftlab {
namespace {

struct Firing {
  std::string_view fields;
  std::string_view after;
  std::vector<std::string_view> expected;
};
void PrintTo(const Firing& firing, std::ostream* out) {
  *out << firing.fields;
}

class CronNext : public testing::TestWithParam<Firing> {};

TEST_P(CronNext, FiresAt) {
  const Firing& firing = GetParam();
  const auto cron = CronExpression::parse(firing.fields);
  ASSERT_TRUE(cron.has_value()) << cron.error().message;
  Instant at = parse_instant(firing.after).value();
  for (const std::string_view expected : firing.expected) {
    const auto next = cron->next(at);
    ASSERT_TRUE(next.has_value()) << "expected " << expected;
    EXPECT_EQ(format_seconds(*next), format_seconds(parse_instant(expected).value()));
    EXPECT_TRUE(cron->matches(*next));
    at = *next;
  }
}

INSTANTIATE_TEST_SUITE_P(
    MinutesAndHours, CronNext,
    testing::Values(
        Firing{"* * * * ? *", "2026-06-01T10:00:30Z", {"2026-06-01T10:01Z", "2026-06-01T10:02Z"}},
        Firing{
            "0,15,40 * * * ? *", "2026-06-01T10:00Z", {"2026-06-01T10:15Z", "2026-06-01T10:40Z", "2026-06-01T11:00Z"}},
        Firing{"10-12 8 * * ? *", "2026-06-01T08:10Z", {"2026-06-01T08:11Z", "2026-06-01T08:12Z", "2026-06-02T08:10Z"}},
        Firing{"5/20 * * * ? *",
               "2026-06-01T10:00Z",
               {"2026-06-01T10:05Z", "2026-06-01T10:25Z", "2026-06-01T10:45Z", "2026-06-01T11:05Z"}},
        Firing{"*/15 * * * ? *", "2026-06-01T23:40Z", {"2026-06-01T23:45Z", "2026-06-02T00:00Z"}},
        Firing{"10-30/10 * * * ? *",
               "2026-06-01T10:00Z",
               {"2026-06-01T10:10Z", "2026-06-01T10:20Z", "2026-06-01T10:30Z", "2026-06-01T11:10Z"}},
        Firing{"0,30-32,50/5 9 * * ? *",
               "2026-06-01T09:31Z",
               {"2026-06-01T09:32Z", "2026-06-01T09:50Z", "2026-06-01T09:55Z", "2026-06-02T09:00Z"}},
        Firing{"0 8,20 * * ? *", "2026-06-01T08:00Z", {"2026-06-01T20:00Z", "2026-06-02T08:00Z"}},
        Firing{"0 9-11 * * ? *", "2026-06-01T09:00Z", {"2026-06-01T10:00Z", "2026-06-01T11:00Z", "2026-06-02T09:00Z"}},
        Firing{
            "0 3/6 * * ? *",
            "2026-06-01T00:00Z",
            {"2026-06-01T03:00Z", "2026-06-01T09:00Z", "2026-06-01T15:00Z", "2026-06-01T21:00Z", "2026-06-02T03:00Z"}},
        Firing{"30 */8 * * ? *", "2026-06-01T00:30Z", {"2026-06-01T08:30Z", "2026-06-01T16:30Z", "2026-06-02T00:30Z"}},
        Firing{"00 07 * * ? *", "2026-06-01T00:00Z", {"2026-06-01T07:00Z"}}));

INSTANTIATE_TEST_SUITE_P(
    DayOfMonth, CronNext,
    testing::Values(
        Firing{"0 0 1,15 * ? *", "2026-06-01T00:00Z", {"2026-06-15", "2026-07-01"}},
        Firing{"0 0 */10 * ? *",
               "2026-06-01T00:00Z",
               {"2026-06-11", "2026-06-21", "2026-07-01", "2026-07-11", "2026-07-21", "2026-07-31"}},
        Firing{"0 0 20/5 6 ? *", "2026-06-01T00:00Z", {"2026-06-20", "2026-06-25", "2026-06-30", "2027-06-20"}},
        // Months without a 31st are passed over.
        Firing{"0 0 31 * ? *", "2026-03-31T00:00Z", {"2026-05-31", "2026-07-31", "2026-08-31", "2026-10-31"}},
        Firing{"0 0 28-31 2 ? *", "2027-02-28T00:00Z", {"2028-02-28", "2028-02-29", "2029-02-28"}},
        Firing{"0 0 29 2 ? *", "2026-06-01T00:00Z", {"2028-02-29", "2032-02-29"}},
        Firing{"0 0 29 2 ? *", "2096-02-29T00:00Z", {"2104-02-29"}},
        Firing{"0 0 L * ? *", "2026-01-01T00:00Z", {"2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"}},
        Firing{"0 0 L 2 ? *", "2027-06-01T00:00Z", {"2028-02-29", "2029-02-28"}},
        Firing{"0 0 L 2 ? *", "2099-06-01T00:00Z", {"2100-02-28"}},
        // 15 August 2026 is a Saturday, 15 November a Sunday, 15 June a Monday.
        Firing{"0 0 15W 8 ? 2026", "2026-01-01T00:00Z", {"2026-08-14"}},
        Firing{"0 0 15W 11 ? 2026", "2026-01-01T00:00Z", {"2026-11-16"}},
        Firing{"0 0 15W 6 ? 2026", "2026-01-01T00:00Z", {"2026-06-15"}},
        // W stays in its month: Saturday 1 August and Sunday 31 May move inwards.
        Firing{"0 0 1W 8 ? 2026", "2026-01-01T00:00Z", {"2026-08-03"}},
        Firing{"0 0 1W 2 ? 2026", "2026-01-01T00:00Z", {"2026-02-02"}},
        Firing{"0 0 31W * ? 2026", "2026-04-01T00:00Z", {"2026-05-29", "2026-07-31", "2026-08-31", "2026-10-30"}},
        // Sunday 30 August is not the last day, so Monday the 31st is in reach.
        Firing{"0 0 30W 8 ? 2026", "2026-01-01T00:00Z", {"2026-08-31"}},
        Firing{"0 0 29W 2 ? *", "2026-01-01T00:00Z", {"2028-02-29"}},
        Firing{"0 0 LW * ? 2026",
               "2026-01-01T00:00Z",
               {"2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29", "2026-06-30"}}));

INSTANTIATE_TEST_SUITE_P(
    MonthAndYear, CronNext,
    testing::Values(Firing{"0 0 1 1,JUL ? *", "2026-06-01T00:00Z", {"2026-07-01", "2027-01-01"}},
                    Firing{"0 0 1 Nov-12 ? *", "2026-06-01T00:00Z", {"2026-11-01", "2026-12-01", "2027-11-01"}},
                    Firing{
                        "0 0 1 */3 ? *", "2026-06-01T00:00Z", {"2026-07-01", "2026-10-01", "2027-01-01", "2027-04-01"}},
                    Firing{"0 0 1 2/5 ? *", "2026-06-01T00:00Z", {"2026-07-01", "2026-12-01", "2027-02-01"}},
                    Firing{"0 0 1 1 ? 2027,2030-2031", "2026-06-01T00:00Z", {"2027-01-01", "2030-01-01", "2031-01-01"}},
                    Firing{"0 0 1 1 ? 2028/4", "2026-06-01T00:00Z", {"2028-01-01", "2032-01-01"}},
                    Firing{"0 0 1 1 ? */10", "2026-06-01T00:00Z", {"2030-01-01", "2040-01-01"}},
                    Firing{"59 23 31 12 ? 2026", "2026-06-01T00:00Z", {"2026-12-31T23:59Z"}},
                    Firing{"59 23 31 12 ? *", "2198-12-31T23:59Z", {"2199-12-31T23:59Z"}}));

INSTANTIATE_TEST_SUITE_P(
    DayOfWeek, CronNext,
    testing::Values(
        Firing{"0 12 ? * MON-FRI *", "2026-06-04T12:00Z", {"2026-06-05T12:00Z", "2026-06-08T12:00Z"}},
        Firing{"0 12 ? * * *", "2026-06-05T12:00Z", {"2026-06-06T12:00Z", "2026-06-07T12:00Z"}},
        Firing{"0 0 ? * 2,4 *", "2026-06-01T00:00Z", {"2026-06-03", "2026-06-08", "2026-06-10"}},  // Monday, Wednesday
        Firing{"0 0 ? * sun,3-5 *", "2026-06-01T00:00Z", {"2026-06-02", "2026-06-03", "2026-06-04", "2026-06-07"}},
        Firing{"0 0 ? * 1 *", "2026-06-01T00:00Z", {"2026-06-07", "2026-06-14"}},
        Firing{"0 0 ? * L *", "2026-06-01T00:00Z", {"2026-06-06", "2026-06-13"}},   // the last day of a week: Saturday
        Firing{"0 0 ? * 5L *", "2026-06-01T00:00Z", {"2026-06-25", "2026-07-30"}},  // last Thursday
        Firing{"0 0 ? * FRIL *", "2026-06-01T00:00Z", {"2026-06-26", "2026-07-31"}},
        Firing{"0 0 ? 2 3L 2028", "2026-06-01T00:00Z", {"2028-02-29"}},              // a Tuesday
        Firing{"0 0 ? * 3#2 *", "2026-06-01T00:00Z", {"2026-06-09", "2026-07-14"}},  // second Tuesday
        Firing{"0 0 ? * 2#1 *", "2026-05-31T00:00Z", {"2026-06-01"}},
        Firing{"0 0 ? * MON#5 *", "2026-06-01T00:00Z", {"2026-06-29", "2026-08-31"}}));

TEST(Cron, NothingWhenNoMinuteIsLeft) {
  const Instant june = from_civil(2026, 6, 1);
  EXPECT_EQ(CronExpression::parse("0 0 30 2 ? *")->next(june), std::nullopt);
  EXPECT_EQ(CronExpression::parse("0 0 31 4,6,9,11 ? *")->next(june), std::nullopt);
  EXPECT_EQ(CronExpression::parse("0 0 31W 2 ? *")->next(june), std::nullopt);
  EXPECT_EQ(CronExpression::parse("* * * * ? 2020-2025")->next(june), std::nullopt);
  EXPECT_EQ(CronExpression::parse("* * * * ? *")->next(from_civil(2199, 12, 31, 23, 59)), std::nullopt);
}

TEST(Cron, YearsBeforeTheEpochHaveNoFirings) {
  const auto cron = CronExpression::parse("* * * * ? *");
  EXPECT_EQ(cron->next(from_civil(1950, 1, 1)), Instant{});
  EXPECT_FALSE(cron->matches(from_civil(1969, 12, 31, 23, 59)));
}

TEST(Cron, MatchesTheWholeMinute) {
  const auto cron = CronExpression::parse("30 9 ? * MON *");
  const Instant at = from_civil(2026, 6, 1, 9, 30);
  EXPECT_TRUE(cron->matches(at));
  EXPECT_TRUE(cron->matches(at + 59s + 999ms));
  EXPECT_FALSE(cron->matches(at - 1ns));
  EXPECT_FALSE(cron->matches(at + 1min));
  EXPECT_FALSE(cron->matches(at + 24h));
}

struct Refusal {
  std::string_view fields;
  std::string_view named;  ///< what the message must name
};

TEST(Cron, RefusesAndNamesTheField) {
  const std::vector<Refusal> refusals = {
      {"", "six fields"},
      {"* * * * ?", "six fields"},
      {"* * * * ? * *", "six fields"},
      {" * * * * ? *", "six fields"},
      {"* * * * ? * ", "six fields"},
      {"0 0 * * * *", "exactly one"},
      {"0 0 ? * ? *", "exactly one"},
      {"0 0 1 * MON *", "exactly one"},
      {"60 * * * ? *", "minutes"},
      {"? * * * ? *", "minutes"},
      {"L * * * ? *", "minutes"},
      {"-1 * * * ? *", "minutes"},
      {"1, * * * ? *", "minutes"},
      {"30-10 * * * ? *", "minutes"},
      {"0/0 * * * ? *", "minutes"},
      {"0/61 * * * ? *", "minutes"},
      {"5/ * * * ? *", "minutes"},
      {"1-2-3 * * * ? *", "minutes"},
      {"0 24 * * ? *", "hours"},
      {"0 JAN * * ? *", "hours"},
      {"0 0 0 * ? *", "day-of-month"},
      {"0 0 32 * ? *", "day-of-month"},
      {"0 0 W * ? *", "day-of-month"},
      {"0 0 0W * ? *", "day-of-month"},
      {"0 0 1,15W * ? *", "day-of-month"},
      {"0 0 1#2 * ? *", "day-of-month"},
      {"0 0 1,? * ? *", "day-of-month"},
      {"0 0 1 0 ? *", "month"},
      {"0 0 1 13 ? *", "month"},
      {"0 0 1 JUNE ? *", "month"},
      {"0 0 ? * 0 *", "day-of-week"},
      {"0 0 ? * 8 *", "day-of-week"},
      {"0 0 ? * MON/2 *", "day-of-week"},
      {"0 0 ? * 3#6 *", "day-of-week"},
      {"0 0 ? * 3#0 *", "day-of-week"},
      {"0 0 ? * 3#1,6#3 *", "day-of-week"},
      {"0 0 ? * 3W *", "day-of-week"},
      {"0 0 1 1 ? 1969", "year"},
      {"0 0 1 1 ? 2200", "year"},
      {"0 0 1 1 ? ?", "year"},
  };
  for (const auto& [fields, named] : refusals) {
    const auto cron = CronExpression::parse(fields);
    ASSERT_TRUE(cron.has_error()) << fields;
    EXPECT_EQ(cron.error().kind, ErrorKind::InvalidInput) << fields;
    EXPECT_NE(cron.error().message.find(named), std::string::npos) << fields << ": " << cron.error().message;
  }
}

}  // namespace
}  // namespace driftlab

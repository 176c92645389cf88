#include "core/base/time.hpp"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace driftlab {
namespace {

// 1780272000 s: 2026-06-01T00:00:00Z by `date -u -d 2026-06-01 +%s`. That day is a Monday.
const Instant kJune = Instant{std::chrono::seconds{1780272000}};

TEST(Time, CivilFieldsOfAKnownInstant) {
  const CivilTime civil = to_civil(kJune + 13h + 5min + 7s + 89ms);
  EXPECT_EQ(civil.year, 2026);
  EXPECT_EQ(civil.month, 6U);
  EXPECT_EQ(civil.day, 1U);
  EXPECT_EQ(civil.hour, 13);
  EXPECT_EQ(civil.minute, 5);
  EXPECT_EQ(civil.second, 7);
  EXPECT_EQ(civil.millisecond, 89);
  EXPECT_EQ(civil.weekday, 1U);
  EXPECT_EQ(from_civil(2026, 6, 1), kJune);
  EXPECT_EQ(from_civil(2026, 6, 1, 13, 5, 7), kJune + 13h + 5min + 7s);
}

TEST(Time, CivilFieldsBeforeTheEpoch) {
  const CivilTime civil = to_civil(Instant{-1ms});
  EXPECT_EQ(civil.year, 1969);
  EXPECT_EQ(civil.month, 12U);
  EXPECT_EQ(civil.day, 31U);
  EXPECT_EQ(civil.second, 59);
  EXPECT_EQ(civil.millisecond, 999);
  EXPECT_EQ(civil.weekday, 3U);  // New Year's Eve 1969 was a Wednesday.
}

TEST(Time, FloorAndCeilGoToMultiplesSinceTheEpoch) {
  EXPECT_EQ(floor_to(kJune + 59min, 1h), kJune);
  EXPECT_EQ(ceil_to(kJune + 1ns, 1h), kJune + 1h);
  EXPECT_EQ(floor_to(kJune, 1h), kJune);
  EXPECT_EQ(ceil_to(kJune, 1h), kJune);
  EXPECT_EQ(floor_to(Instant{-1s}, 1min), Instant{-60s});
  EXPECT_EQ(ceil_to(Instant{-1s}, 1min), Instant{0s});
}

TEST(Time, SecondsConvertToTheNearestNanosecond) {
  EXPECT_EQ(from_seconds(1.5), 1500ms);
  EXPECT_EQ(from_seconds(-0.25), -250ms);
  EXPECT_EQ(from_seconds(0.6e-9), 1ns);
  EXPECT_DOUBLE_EQ(to_seconds(1500ms), 1.5);
  EXPECT_DOUBLE_EQ(epoch_seconds(kJune), 1780272000.0);
  EXPECT_EQ(epoch_milliseconds(kJune + 1ms + 999us), 1780272000001);
  EXPECT_EQ(epoch_milliseconds(Instant{-1ns}), -1);
}

TEST(Time, TextForms) {
  const Instant at = kJune + 13h + 5min + 7s + 89ms;
  EXPECT_EQ(format_seconds(at), "2026-06-01T13:05:07Z");
  EXPECT_EQ(format_milliseconds(at), "2026-06-01T13:05:07.089Z");
  EXPECT_EQ(format_cloudwatch(at), "2026-06-01T13:05:07.089+0000");
  EXPECT_EQ(format_reason_time(at), "01/06/26 13:05:07");
  EXPECT_EQ(hour_folder(at), "2026/06/01/13");
}

TEST(Time, ReadsInstants) {
  const std::vector<std::pair<std::string_view, Instant>> cases = {
      {"2026-06-01", kJune},
      {"2026-06-01T00:00:00Z", kJune},
      {"2026-06-01 00:00:00", kJune},
      {"2026-06-01T00:00Z", kJune},
      {"2026-06-01T02:00:00+02:00", kJune},
      {"2026-05-31T18:30:00-0530", kJune},
      {"2026-06-01T01:00:00+01", kJune},
      {"2026-06-01T00:00:00.5Z", kJune + 500ms},
      {"2026-06-01T00:00:00.000000001Z", kJune + 1ns},
      {"2028-02-29T00:00:00Z", Instant{std::chrono::seconds{1835395200}}},  // leap day, by `date -u`
      {"1969-12-31T23:59:59Z", Instant{-1s}},
  };
  for (const auto& [text, expected] : cases) {
    const auto parsed = parse_instant(text);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(*parsed, expected) << text;
  }
}

TEST(Time, RefusesWhatIsNoInstant) {
  for (const std::string_view text :
       {"", "2026", "2026-6-1", "2026-02-29", "2026-13-01", "2026-06-01T24:00:00Z", "2026-06-01T12:60:00Z",
        "2026-06-01T12:00:60Z", "2026-06-01T12", "2026-06-01T12:00:00.Z", "2026-06-01T12:00:00+2",
        "2026-06-01T12:00:00+", "2026-06-01T12:00:00+05:", "2026-06-01T12:00:00+15:00", "2026-06-01T12:00:00Zx",
        "2026-06-01x", "June 1st"}) {
    const auto parsed = parse_instant(text);
    ASSERT_TRUE(parsed.has_error()) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::InvalidInput);
    EXPECT_NE(parsed.error().message.find(text), std::string::npos);
  }
}

// 64 bits of nanoseconds end at 2262-04-11: later years must be refused, not wrapped.
TEST(Time, RefusesYearsThatDoNotFit) {
  EXPECT_TRUE(parse_instant("2261-12-31T23:59:59Z").has_value());
  EXPECT_TRUE(parse_instant("1678-01-01T00:00:00Z").has_value());
  EXPECT_TRUE(parse_instant("2262-01-01").has_error());
  EXPECT_TRUE(parse_instant("9999-12-31").has_error());
  EXPECT_TRUE(parse_instant("0001-01-01").has_error());
}

TEST(Time, ReadsDurations) {
  const std::vector<std::pair<std::string_view, Duration>> cases = {
      {"P6D", 144h},      {"PT90M", 90min}, {"P1DT12H", 36h}, {"P2W", 336h},       {"PT0S", 0s},
      {"PT0.25S", 250ms}, {"-PT5H", -5h},   {"+PT1M", 1min},  {"PT1H2M3S", 3723s}, {"PT1.000000001S", 1s + 1ns},
  };
  for (const auto& [text, expected] : cases) {
    const auto parsed = parse_duration(text);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(*parsed, expected) << text;
  }
}

TEST(Time, RefusesWhatIsNoDuration) {
  for (const std::string_view text : {"", "P", "PT", "P1DT", "6D", "P1Y", "P1M", "PT1M1H", "PT1H1H", "P1H", "PT1D",
                                      "PT1.5M", "PT.5S", "PT1", "P 1D", "PT1S ", "--PT1S"}) {
    EXPECT_TRUE(parse_duration(text).has_error()) << text;
  }
}

// Each part alone fits in 64 bits of nanoseconds, the sum does not.
TEST(Time, RefusesDurationsThatDoNotFit) {
  EXPECT_TRUE(parse_duration("P100000D").has_value());
  EXPECT_TRUE(parse_duration("P104000DT2400000H").has_error());
  EXPECT_TRUE(parse_duration("PT999999999999S").has_error());
}

TEST(Time, WritesDurations) {
  EXPECT_EQ(format_duration(144h), "P6D");
  EXPECT_EQ(format_duration(90min), "PT1H30M");
  EXPECT_EQ(format_duration(0s), "PT0S");
  EXPECT_EQ(format_duration(-36h), "-P1DT12H");
  EXPECT_EQ(format_duration(1500ms), "PT1.5S");
  EXPECT_EQ(format_duration(24h + 1ns), "P1DT0.000000001S");
}

TEST(Time, SpeaksToPeopleInAtMostTwoUnits) {
  EXPECT_EQ(humanize(51h), "2 d 3 h");
  EXPECT_EQ(humanize(48h), "2 d");
  EXPECT_EQ(humanize(41min), "41 min");
  EXPECT_EQ(humanize(90min), "1 h 30 min");
  EXPECT_EQ(humanize(12300ms), "12.3 s");
  EXPECT_EQ(humanize(250ms), "250 ms");
  EXPECT_EQ(humanize(-2h), "-2 h");
  // Rounding carries into the next unit.
  EXPECT_EQ(humanize(999'900us), "1 s");
  EXPECT_EQ(humanize(59'990ms), "1 min");
  EXPECT_EQ(humanize(3599s), "1 h");
}

}  // namespace
}  // namespace driftlab

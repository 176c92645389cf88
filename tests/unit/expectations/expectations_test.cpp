#include "sim/scenario/expectations/expectations.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace driftlab::scenario {
namespace {

constexpr Duration kDay = 24h;
const Instant kStart = from_civil(2026, 6, 1);

/// Four days. The alarm gets data after an hour, fires on day 2 at 03:00, recovers on day 3 at 00:00.
Recording sample() {
  Recording r;
  r.start = kStart;
  r.end = kStart + 4 * kDay;
  r.drifts = {kStart + 2 * kDay};
  r.alarms["loss-alarm"] = {
      {kStart, "INSUFFICIENT_DATA"}, {kStart + 1h, "OK"}, {kStart + 2 * kDay + 3h, "ALARM"}, {kStart + 3 * kDay, "OK"}};
  r.metrics["rmse"] = {{kStart, 1.0}, {kStart + kDay, 2.0}, {kStart + 2 * kDay, 4.0}, {kStart + 3 * kDay, 9.0}};
  r.retrains = {kStart + 2 * kDay + 4h, kStart + 3 * kDay};
  r.registered = {kStart + 2 * kDay + 5h};
  return r;
}

std::string seen(const Expectation& expectation, const Recording& recording = sample()) {
  const auto verdict = evaluate(expectation, recording);
  return (verdict.holds ? "holds: " : "fails: ") + verdict.evidence;
}

AlarmExpectation lasting(std::string state, std::optional<Duration> from, std::optional<Duration> until) {
  return {.alarm = "loss-alarm", .state = std::move(state), .window = {from, until}};
}

AlarmExpectation entering(std::string state, Duration within, std::optional<std::string> after = {}) {
  return {.alarm = "loss-alarm", .state = std::move(state), .within = within, .after = std::move(after)};
}

TEST(MonitorExecutions, AreCountedByStatusInTheWindow) {
  auto recording = sample();
  recording.executions["staging-data-quality"] = {
      {kStart + kDay, "Completed"}, {kStart + 2 * kDay, "Failed"}, {kStart + 3 * kDay, "CompletedWithViolations"}};
  MonitorExpectation expected{.monitor = "staging-data-quality", .count = {.min = 1}};
  EXPECT_EQ(
      seen(expected, recording),
      "holds: 1 of 3 executions ended CompletedWithViolations (2026-06-04T00:00:00Z) from 2026-06-01T00:00:00Z to "
      "2026-06-05T00:00:00Z");
  expected.window.until = 3 * kDay;
  EXPECT_EQ(seen(expected, recording),
            "fails: 0 of 2 executions ended CompletedWithViolations from 2026-06-01T00:00:00Z to 2026-06-04T00:00:00Z");
  expected = {.monitor = "staging-data-quality", .count = {.max = 0}, .window = {{}, kDay}};
  EXPECT_EQ(seen(expected, recording), "fails: no execution ended from 2026-06-01T00:00:00Z to 2026-06-02T00:00:00Z")
      << "a monitor that never ran has not been silent";
  expected.monitor = "staging-data-qality";
  EXPECT_EQ(seen(expected, recording),
            "fails: no execution of monitor 'staging-data-qality' was recorded; did you mean 'staging-data-quality'?");
}

TEST(AlarmState, LastsAllThroughTheWindow) {
  EXPECT_EQ(seen(lasting("OK", {}, 2 * kDay)), "holds: OK from 2026-06-01T01:00:00Z to 2026-06-03T00:00:00Z");
  // Up to the instant of the change, and not a nanosecond more.
  EXPECT_EQ(seen(lasting("OK", {}, 2 * kDay + 3h)), "holds: OK from 2026-06-01T01:00:00Z to 2026-06-03T03:00:00Z");
  EXPECT_EQ(seen(lasting("OK", {}, 2 * kDay + 3h + 1ns)),
            "fails: ALARM from 2026-06-03T03:00:00Z to 2026-06-03T03:00:00Z");
  EXPECT_EQ(seen(lasting("ALARM", 2 * kDay + 3h, 3 * kDay)),
            "holds: ALARM from 2026-06-03T03:00:00Z to 2026-06-04T00:00:00Z");
  EXPECT_EQ(seen(lasting("OK", 3 * kDay, {})), "holds: OK from 2026-06-04T00:00:00Z to 2026-06-05T00:00:00Z");
}

TEST(AlarmState, MissingDataHoldsOnlyAtTheBeginning) {
  EXPECT_EQ(seen(lasting("OK", {}, 1h)),
            "fails: no state but INSUFFICIENT_DATA from 2026-06-01T00:00:00Z to 2026-06-01T01:00:00Z");
  EXPECT_EQ(seen(lasting("INSUFFICIENT_DATA", {}, 1h)),
            "holds: INSUFFICIENT_DATA from 2026-06-01T00:00:00Z to 2026-06-01T01:00:00Z");
  auto recording = sample();
  recording.alarms["loss-alarm"][2].state = "INSUFFICIENT_DATA";
  EXPECT_EQ(seen(lasting("OK", {}, 3 * kDay), recording),
            "fails: INSUFFICIENT_DATA from 2026-06-03T03:00:00Z to 2026-06-04T00:00:00Z");
}

TEST(AlarmState, EnteredWithin) {
  EXPECT_EQ(seen(entering("ALARM", 6h, "drift[0]")),
            "holds: ALARM was entered at 2026-06-03T03:00:00Z, 3 h after drift[0]");
  EXPECT_EQ(seen(entering("ALARM", 3h, "drift[0]")),
            "holds: ALARM was entered at 2026-06-03T03:00:00Z, 3 h after drift[0]");
  EXPECT_EQ(seen(entering("ALARM", 3h - 1ns, "drift[0]")),
            "fails: ALARM was entered at 2026-06-03T03:00:00Z, 3 h after drift[0]");
  EXPECT_EQ(seen(entering("OK", 2h)), "holds: OK was entered at 2026-06-01T01:00:00Z, 1 h after the start");
  EXPECT_EQ(seen(entering("ALARM", 6h, "drift[1]")), "fails: drift[1] was not injected");
}

TEST(AlarmState, AnAlarmThatRangBeforeIsNoDetection) {
  auto recording = sample();
  recording.alarms["loss-alarm"] = {{kStart, "INSUFFICIENT_DATA"}, {kStart + 1h, "ALARM"}};
  EXPECT_EQ(seen(entering("ALARM", 6h, "drift[0]"), recording),
            "fails: ALARM was not entered after 2026-06-03T00:00:00Z; ALARM since 2026-06-01T01:00:00Z");
}

TEST(Counts, InTheWindow) {
  EXPECT_EQ(seen(CountExpectation{.range = {.max = 2}}),
            "holds: 2 (2026-06-03T04:00:00Z, 2026-06-04T00:00:00Z) from 2026-06-01T00:00:00Z to 2026-06-05T00:00:00Z");
  EXPECT_EQ(seen(CountExpectation{.range = {.max = 1}}),
            "fails: 2 (2026-06-03T04:00:00Z, 2026-06-04T00:00:00Z) from 2026-06-01T00:00:00Z to 2026-06-05T00:00:00Z");
  EXPECT_EQ(seen(CountExpectation{.range = {.min = 1, .max = 1}, .window = {{}, 3 * kDay}}),
            "holds: 1 (2026-06-03T04:00:00Z) from 2026-06-01T00:00:00Z to 2026-06-04T00:00:00Z");
  EXPECT_EQ(seen(CountExpectation{.counted = Counted::Registered, .range = {.min = 1}, .window = {3 * kDay, {}}}),
            "fails: 0 from 2026-06-04T00:00:00Z to 2026-06-05T00:00:00Z");
  EXPECT_EQ(seen(CountExpectation{.counted = Counted::Deployed, .range = {.max = 0}}),
            "holds: 0 from 2026-06-01T00:00:00Z to 2026-06-05T00:00:00Z");
  auto many = sample();
  many.deployed.assign(7, kStart + 1h);
  EXPECT_TRUE(seen(CountExpectation{.counted = Counted::Deployed, .range = {.min = 7}}, many)
                  .ends_with("2026-06-01T01:00:00Z and 2 more) from 2026-06-01T00:00:00Z to 2026-06-05T00:00:00Z"));
}

MetricExpectation rmse(Statistic statistic, std::optional<double> at_most, std::optional<double> at_least = {},
                       Window window = {}) {
  return {.metric = "rmse", .statistic = statistic, .window = window, .at_most = at_most, .at_least = at_least};
}

// Values 1, 2, 4, 9: mean 4; median (2 + 4)/2 = 3; p90 at place 0.9 × 3 = 2.7: 4 + 0.7 × 5 = 7.5.
TEST(Metrics, Statistics) {
  const std::vector<double> values{9.0, 1.0, 4.0, 2.0};
  EXPECT_DOUBLE_EQ(statistic_of(Statistic::Avg, values), 4.0);
  EXPECT_DOUBLE_EQ(statistic_of(Statistic::Min, values), 1.0);
  EXPECT_DOUBLE_EQ(statistic_of(Statistic::Max, values), 9.0);
  EXPECT_DOUBLE_EQ(statistic_of(Statistic::P50, values), 3.0);
  EXPECT_DOUBLE_EQ(statistic_of(Statistic::P90, values), 7.5);
  EXPECT_DOUBLE_EQ(statistic_of(Statistic::Count, values), 4.0);
  EXPECT_DOUBLE_EQ(statistic_of(Statistic::P90, {5.0}), 5.0);
}

TEST(Metrics, LimitsAreIncluded) {
  const std::string all = " over 4 values from 2026-06-01T00:00:00Z to 2026-06-05T00:00:00Z";
  EXPECT_EQ(seen(rmse(Statistic::P50, 3.0)), "holds: 3" + all);
  EXPECT_EQ(seen(rmse(Statistic::P50, 2.99)), "fails: 3" + all);
  EXPECT_EQ(seen(rmse(Statistic::Avg, {}, 4.0)), "holds: 4" + all);
  EXPECT_EQ(seen(rmse(Statistic::Avg, {}, 4.01)), "fails: 4" + all);
  EXPECT_EQ(seen(rmse(Statistic::Max, 2.0, {}, {kDay, 2 * kDay})),
            "holds: 2 over 1 values from 2026-06-02T00:00:00Z to 2026-06-03T00:00:00Z");
}

TEST(Coverage, WhatWasNotObservedDoesNotHold) {
  EXPECT_EQ(seen(rmse(Statistic::Avg, 100.0, {}, {1h, kDay})),
            "fails: no values from 2026-06-01T01:00:00Z to 2026-06-02T00:00:00Z");
  EXPECT_EQ(seen(rmse(Statistic::Count, 0.0, {}, {1h, kDay})),
            "holds: 0 over 0 values from 2026-06-01T01:00:00Z to 2026-06-02T00:00:00Z");
  auto early = sample();
  early.end = kStart + 3 * kDay;
  const std::string ended =
      "fails: the run ended at 2026-06-04T00:00:00Z, before the window from 2026-06-01T00:00:00Z to "
      "2026-06-05T00:00:00Z";
  EXPECT_EQ(seen(rmse(Statistic::Avg, 100.0, {}, {{}, 4 * kDay}), early), ended);
  EXPECT_EQ(seen(CountExpectation{.range = {.max = 9}, .window = {{}, 4 * kDay}}, early), ended);
  EXPECT_EQ(seen(lasting("OK", {}, 4 * kDay), early), ended);
}

TEST(Coverage, UnknownNames) {
  auto expected = rmse(Statistic::Count, 0.0);
  expected.metric = "rsme";
  EXPECT_EQ(seen(expected), "fails: no value of metric 'rsme' was recorded; did you mean 'rmse'?");
  auto alarm = lasting("OK", {}, kDay);
  alarm.alarm = "los-alarm";
  EXPECT_EQ(seen(alarm), "fails: no state of alarm 'los-alarm' was recorded; did you mean 'loss-alarm'?");
}

TEST(Coverage, ValuesThatAreNotFinite) {
  auto recording = sample();
  recording.metrics["rmse"][1].value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(seen(rmse(Statistic::Min, 100.0), recording),
            "fails: values that are not finite from 2026-06-01T00:00:00Z to 2026-06-05T00:00:00Z");
}

TEST(Verdicts, RepeatTheExpectationInOrder) {
  const auto verdicts =
      evaluate({rmse(Statistic::P90, 7.5), CountExpectation{.range = {.max = 1}, .window = {{}, 2 * kDay}}}, sample());
  ASSERT_EQ(verdicts.size(), 2U);
  EXPECT_EQ(verdicts[0].expectation, R"({"metric":"rmse","statistic":"p90","at_most":7.5})");
  EXPECT_EQ(verdicts[1].expectation, R"({"retrains":{"max":1},"until":"P2D"})");
}

}  // namespace
}  // namespace driftlab::scenario

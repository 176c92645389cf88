// Rules by schedule: the event of a firing, rate counted from creation, cron in UTC (EventBridge user guide).
#include <nlohmann/json.hpp>

#include "tests/unit/events/fixture.hpp"

namespace driftlab::service::events {
namespace {

using Json = nlohmann::json;

struct ScheduleRuleTest : EventBridgeTest {
  void schedule(const char* expression) {
    ASSERT_TRUE(put_rule({.name = "tick", .schedule_expression = expression}));
    ASSERT_TRUE(put_target("tick", {.id = "fn", .arn = kFunction}));
  }
  std::vector<std::string> times() const {
    std::vector<std::string> all;
    for (const auto& call : targets.calls) all.push_back(Json::parse(call.payload).at("time"));
    return all;
  }
};

TEST_F(ScheduleRuleTest, CronFiresOnItsMinutes) {
  schedule("cron(30 * * * ? *)");
  clock.run_until(from_civil(2026, 6, 1, 2, 31));
  EXPECT_EQ(times(),
            (std::vector<std::string>{"2026-06-01T00:30:00Z", "2026-06-01T01:30:00Z", "2026-06-01T02:30:00Z"}));
}

TEST_F(ScheduleRuleTest, TheEventOfAFiring) {
  schedule("cron(0 6 * * ? *)");
  clock.run_until(from_civil(2026, 6, 1, 6) + 500ms);
  ASSERT_EQ(targets.calls.size(), 1U);
  const auto event = Json::parse(targets.calls[0].payload);
  EXPECT_EQ(event.at("source"), "aws.events");
  EXPECT_EQ(event.at("detail-type"), "Scheduled Event");
  EXPECT_EQ(event.at("resources"), Json::array({"arn:aws:events:eu-west-1:123456789012:rule/tick"}));
  EXPECT_EQ(event.at("detail"), Json::object());
  EXPECT_EQ(event.at("time"), "2026-06-01T06:00:00Z");
}

TEST_F(ScheduleRuleTest, RateCountsFromCreation) {
  clock.run_until(from_civil(2026, 6, 1, 0, 10));
  schedule("rate(1 hour)");
  clock.run_until(from_civil(2026, 6, 1, 2, 20));
  EXPECT_EQ(times(), (std::vector<std::string>{"2026-06-01T01:10:00Z", "2026-06-01T02:10:00Z"}));
}

TEST_F(ScheduleRuleTest, EnablingRestartsTheCount) {
  schedule("rate(1 hour)");
  clock.run_until(from_civil(2026, 6, 1, 0, 30));
  ASSERT_TRUE(bridge.handle(api::SetRuleEnabledInput{.name = "tick", .enabled = false}, clock.now()));
  clock.run_until(from_civil(2026, 6, 1, 1, 45));
  EXPECT_TRUE(targets.calls.empty());
  ASSERT_TRUE(bridge.handle(api::SetRuleEnabledInput{.name = "tick", .enabled = true}, clock.now()));
  clock.run_until(from_civil(2026, 6, 1, 2, 46));
  EXPECT_EQ(times(), std::vector<std::string>{"2026-06-01T02:45:00Z"});
}

TEST_F(ScheduleRuleTest, ReplacingAndDeletingStopTheOldSchedule) {
  schedule("rate(1 minute)");
  ASSERT_TRUE(put_rule({.name = "tick", .schedule_expression = "rate(1 day)"}));
  pass(12h);
  EXPECT_TRUE(targets.calls.empty());
  ASSERT_TRUE(bridge.handle(api::RemoveTargetsInput{.rule = "tick", .ids = {"fn"}}, clock.now()));
  ASSERT_TRUE(bridge.handle(api::DeleteRuleInput{.name = "tick"}, clock.now()));
  pass(48h);
  EXPECT_EQ(recorded("ScheduleFired"), 0U);
}

TEST_F(ScheduleRuleTest, PatternAndScheduleBothServe) {
  ASSERT_TRUE(put_rule(
      {.name = "both", .event_pattern = R"({"source":["testbed.monitor"]})", .schedule_expression = "rate(1 hour)"}));
  ASSERT_TRUE(put_target("both", {.id = "fn", .arn = kFunction, .input_path = "$.source"}));
  ASSERT_TRUE(put_event(drift()));
  pass(61min);
  ASSERT_EQ(targets.calls.size(), 2U);
  EXPECT_EQ(targets.calls[0].payload, R"("testbed.monitor")");
  EXPECT_EQ(targets.calls[1].payload, R"("aws.events")");
}

}  // namespace
}  // namespace driftlab::service::events

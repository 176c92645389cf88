// Delivery with retries: 24 h and 185 retries by default, either may be set per target, whichever is met first ends
// it (EventBridge user guide).
#include <nlohmann/json.hpp>

#include "tests/unit/events/fixture.hpp"

namespace driftlab::service::events {
namespace {

using Json = nlohmann::json;

Error failure(ErrorKind kind) {
  return Error{kind, "Code", "text"};
}

struct DeliveryTest : EventBridgeTest {
  Json dropped() const {
    const auto& line = journal.lines.back();
    EXPECT_EQ(line.event, "DeliveryDropped");
    EXPECT_EQ(line.name, "drift");
    return Json::parse(line.detail);
  }
};

TEST_F(DeliveryTest, ThrottledIsTriedAgainWithTheSameEvent) {
  route({.id = "fn", .arn = kFunction});
  targets.answers = {failure(ErrorKind::Throttled), failure(ErrorKind::Unavailable)};
  ASSERT_TRUE(put_event(drift()));
  // With full jitter the two waits are below 1 s and 2 s.
  pass(500ms + 1s + 2s);
  ASSERT_EQ(targets.calls.size(), 3U);
  EXPECT_EQ(targets.calls[0].payload, targets.calls[2].payload);
  EXPECT_EQ(recorded("DeliveryDropped"), 0U);
  pass(24h);
  EXPECT_EQ(targets.calls.size(), 3U);
}

TEST_F(DeliveryTest, OtherFailuresAreFinal) {
  route({.id = "fn", .arn = kFunction});
  targets.answers = {failure(ErrorKind::AccessDenied)};
  ASSERT_TRUE(put_event(drift()));
  pass(24h);
  EXPECT_EQ(targets.calls.size(), 1U);
  EXPECT_EQ(dropped().at("error_code"), "NO_PERMISSIONS");
  EXPECT_EQ(dropped().at("retry_attempts"), 0);
  EXPECT_FALSE(dropped().contains("exhausted_retry_condition"));

  targets.answers = {failure(ErrorKind::NotFound)};
  ASSERT_TRUE(put_event(drift()));
  pass(24h);
  EXPECT_EQ(dropped().at("error_code"), "NO_RESOURCE");
}

TEST_F(DeliveryTest, RetriesEndAfterTheirNumber) {
  route({.id = "fn", .arn = kFunction, .maximum_retry_attempts = 3});
  targets.answers.assign(100, failure(ErrorKind::Throttled));
  ASSERT_TRUE(put_event(drift()));
  pass(24h);
  EXPECT_EQ(targets.calls.size(), 4U);
  EXPECT_EQ(dropped().at("exhausted_retry_condition"), "MaximumRetryAttempts");
  EXPECT_EQ(dropped().at("retry_attempts"), 3);
  EXPECT_EQ(dropped().at("error_code"), "THROTTLING");
}

TEST_F(DeliveryTest, RetriesEndWithTheAgeOfTheEvent) {
  route({.id = "fn", .arn = kFunction, .maximum_event_age = 60s});
  targets.answers.assign(1000, failure(ErrorKind::Unavailable));
  ASSERT_TRUE(put_event(drift()));
  pass(61s);
  EXPECT_EQ(dropped().at("exhausted_retry_condition"), "MaximumEventAgeInSeconds");
  // Waits below 1, 2, 4, 8, 16, 32 s: at least six attempts fit into a minute.
  EXPECT_GE(targets.calls.size(), 6U);
}

TEST_F(DeliveryTest, DefaultsAre185RetriesWithinADay) {
  route({.id = "fn", .arn = kFunction});
  targets.answers.assign(1000, failure(ErrorKind::Throttled));
  ASSERT_TRUE(put_event(drift()));
  pass(24h);
  EXPECT_EQ(recorded("DeliveryDropped"), 1U);
  EXPECT_LE(targets.calls.size(), 186U);
  EXPECT_GE(targets.calls.size(), 24U * 6) << "waits never exceed ten minutes";
}

TEST_F(DeliveryTest, EachTargetIsTriedSeparately) {
  route({.id = "a", .arn = kFunction});
  ASSERT_TRUE(put_target("drift", {.id = "b", .arn = kPipeline}));
  targets.answers = {failure(ErrorKind::Throttled)};
  ASSERT_TRUE(put_event(drift()));
  pass(2s);
  ASSERT_EQ(targets.calls.size(), 3U);
  EXPECT_EQ(targets.calls[0].arn, kFunction);
  EXPECT_EQ(targets.calls[1].arn, kPipeline);
  EXPECT_EQ(targets.calls[2].arn, kFunction);
}

struct ChanceTest : testing::Test {
  test::ManualScheduler clock{from_civil(2026, 6, 1)};
  test::RecordingTargets targets;
  test::RecordingJournal journal;

  std::size_t deliveries(const Config& config, int events) {
    EventBridge bridge(clock, targets, journal, config);
    EXPECT_TRUE(bridge.handle(api::PutRuleInput{.name = "r", .event_pattern = R"({"source":["s"]})"}, clock.now()));
    EXPECT_TRUE(
        bridge.handle(api::PutTargetsInput{.rule = "r", .targets = {{.id = "t", .arn = kFunction}}}, clock.now()));
    for (int i = 0; i < events; ++i)
      EXPECT_TRUE(
          bridge.handle(api::PutEventsInput{{{.source = "s", .detail_type = "t", .detail = "{}"}}}, clock.now()));
    clock.run_until(clock.now() + 1min);
    return targets.calls.size();
  }
};

TEST_F(ChanceTest, DuplicatesCarryTheSameEvent) {
  ASSERT_EQ(deliveries({.duplicate_probability = 1.0}, 1), 2U);
  EXPECT_EQ(targets.calls[0].payload, targets.calls[1].payload);
}

TEST_F(ChanceTest, LostDeliveriesAreRecorded) {
  EXPECT_EQ(deliveries({.drop_probability = 1.0}, 1), 0U);
  EXPECT_EQ(std::count_if(journal.lines.begin(), journal.lines.end(),
                          [](const auto& line) { return line.event == "DeliveryDropped"; }),
            1);
}

TEST_F(ChanceTest, RatesAreTheConfiguredOnes) {
  // 1000 events, each lost with probability 0.1: mean 900, standard deviation 9.5; four of them as the bound.
  const auto count = deliveries({.drop_probability = 0.1}, 1000);
  EXPECT_NEAR(static_cast<double>(count), 900.0, 38.0);
}

TEST_F(ChanceTest, NothingIsDeliveredAfterTheBridgeIsGone) {
  {
    EventBridge bridge(clock, targets, journal, {});
    ASSERT_TRUE(bridge.handle(api::PutRuleInput{.name = "r", .schedule_expression = "rate(1 minute)"}, clock.now()));
    ASSERT_TRUE(
        bridge.handle(api::PutTargetsInput{.rule = "r", .targets = {{.id = "t", .arn = kFunction}}}, clock.now()));
    clock.run_until(clock.now() + 60s);
    EXPECT_GT(clock.pending(), 0U);
  }
  EXPECT_EQ(clock.pending(), 0U);
}

}  // namespace
}  // namespace driftlab::service::events

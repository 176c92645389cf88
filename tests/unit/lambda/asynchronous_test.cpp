// The asynchronous queue: two retries after 1 and 2 minutes, throttling apart from them for up to six hours, the
// record to the destination (Lambda developer guide; members of the record as recorded from the service).
#include <functional>

#include <nlohmann/json.hpp>

#include "tests/unit/lambda/fixture.hpp"

namespace driftlab::service::lambda {
namespace {

using Json = nlohmann::json;

constexpr auto kBus = "arn:aws:events:eu-west-1:123456789012:event-bus/default";

struct AsynchronousTest : LambdaTest {
  void configure(api::PutFunctionEventInvokeConfigInput input = {}) {
    input.function_name = "retrain";
    input.on_failure_destination = kBus;
    ASSERT_TRUE(lambda.handle(input, clock.now()));
  }
  std::vector<std::string> outcomes() const {
    std::vector<std::string> all;
    for (const auto& line : journal.lines)
      if (line.event == "Invocation") all.push_back(Json::parse(line.detail).at("outcome"));
    return all;
  }
};

TEST_F(AsynchronousTest, AcceptedFirstAndRunLater) {
  create();
  const auto sent = send(R"({"alarm":"wql"})");
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->status_code, 202);
  EXPECT_EQ(sent->payload, "");
  EXPECT_TRUE(host.calls.empty());
  pass(1h);
  ASSERT_EQ(host.calls.size(), 1U);
  EXPECT_EQ(host.calls[0].payload, R"({"alarm":"wql"})");
  EXPECT_TRUE(events.entries.empty());
  EXPECT_EQ(metrics.sum("AsyncEventsReceived"), 1.0);
  EXPECT_EQ(metrics.sum("AsyncEventsDropped"), 0.0);
}

TEST_F(AsynchronousTest, AlwaysFailingIsTriedThreeTimes) {
  create();
  configure();
  host.fail();
  ASSERT_TRUE(send(R"({"alarm":"wql"})"));
  pass(24h);
  EXPECT_EQ(attempts(), (std::vector<Duration>{0min, 1min, 3min}));
  EXPECT_EQ(host.calls[0].request_id, host.calls[2].request_id);
  EXPECT_EQ(metrics.sum("Invocations"), 3.0);
  EXPECT_EQ(metrics.sum("Errors"), 3.0);
  EXPECT_EQ(metrics.sum("AsyncEventsReceived"), 1.0);
  EXPECT_EQ(metrics.sum("AsyncEventsDropped"), 1.0);

  ASSERT_EQ(events.entries.size(), 1U);
  const auto& entry = events.entries[0];
  EXPECT_EQ(entry.source, "lambda");
  EXPECT_EQ(entry.detail_type, "Lambda Function Invocation Result - Failure");
  EXPECT_EQ(entry.resources, (std::vector<std::string>{kBus, std::string(kRetrainArn) + ":$LATEST"}));
  EXPECT_EQ(entry.event_bus, kBus);
  const Json expected = {
      {"version", "1.0"},
      {"timestamp", "2026-06-01T00:03:00.000Z"},
      {"requestContext",
       {{"requestId", host.calls[0].request_id},
        {"functionArn", std::string(kRetrainArn) + ":$LATEST"},
        {"condition", "RetriesExhausted"},
        {"approximateInvokeCount", 3}}},
      {"requestPayload", {{"alarm", "wql"}}},
      {"responseContext", {{"statusCode", 200}, {"executedVersion", "$LATEST"}, {"functionError", "Unhandled"}}},
      {"responsePayload",
       {{"errorMessage", "boom"},
        {"errorType", "Error"},
        {"requestId", host.calls[0].request_id},
        {"stackTrace", Json::array()}}}};
  EXPECT_EQ(Json::parse(entry.detail), expected);
}

TEST_F(AsynchronousTest, SuccessEndsTheRetries) {
  create();
  configure();
  host.fail();
  ASSERT_TRUE(send());
  pass(30s);
  host.reply = {};
  pass(1h);
  EXPECT_EQ(attempts(), (std::vector<Duration>{0min, 1min}));
  EXPECT_EQ(outcomes(), (std::vector<std::string>{"Failed", "Succeeded"}));
  EXPECT_TRUE(events.entries.empty());
}

TEST_F(AsynchronousTest, TimeoutsAreRetriedFromTheirEnd) {
  create();
  host.hangs = true;
  ASSERT_TRUE(send());
  pass(1h);
  EXPECT_EQ(attempts(), (std::vector<Duration>{0s, 63s, 63s + 3s + 120s}));
  EXPECT_EQ(outcomes(), (std::vector<std::string>{"TimedOut", "TimedOut", "TimedOut"}));
}

TEST_F(AsynchronousTest, FewerRetriesWhenConfigured) {
  create();
  configure({.maximum_retry_attempts = 0});
  host.fail();
  ASSERT_TRUE(send());
  pass(1h);
  EXPECT_EQ(host.calls.size(), 1U);
  EXPECT_EQ(events.entries.size(), 1U);
}

TEST_F(AsynchronousTest, WithoutDestinationTheEventIsDropped) {
  create();
  host.fail();
  ASSERT_TRUE(send());
  pass(1h);
  EXPECT_TRUE(events.entries.empty());
  EXPECT_EQ(journal.lines.back().event, "EventDropped");
}

TEST_F(AsynchronousTest, RetriesStopWithTheAgeOfTheEvent) {
  create();
  configure({.maximum_event_age = 60s});
  host.fail();
  host.duration = 1s;  // the retry would come at 61 s
  ASSERT_TRUE(send());
  pass(1h);
  EXPECT_EQ(host.calls.size(), 1U);
  ASSERT_EQ(events.entries.size(), 1U);
  EXPECT_EQ(Json::parse(events.entries[0].detail).at("requestContext").at("condition"), "EventAgeExceeded");
}

TEST_F(AsynchronousTest, ThrottlesBackOffAndCostNoRetry) {
  create({.function_name = "retrain", .handler = "retrain.handler", .timeout = 60s, .reserved_concurrency = 1});
  host.duration = 10s;
  ASSERT_TRUE(send());
  ASSERT_TRUE(send());
  pass(1h);
  // The second waits 1, 2, 4, 8 s: throttled at 0, 1, 3, 7 s, and finds room at 15 s.
  EXPECT_EQ(attempts(), (std::vector<Duration>{0s, 15s}));
  EXPECT_EQ(metrics.sum("Throttles"), 4.0);
  EXPECT_EQ(metrics.sum("Invocations"), 2.0);
}

TEST_F(AsynchronousTest, ThrottledEventsLiveSixHours) {
  create({.function_name = "retrain", .handler = "retrain.handler", .timeout = 900s, .reserved_concurrency = 1});
  configure();
  host.duration = 899s;
  // A caller keeps the only place taken: each end is the next start.
  const std::function<void()> occupy = [&] {
    ASSERT_TRUE(lambda.invoke(api::InvokeInput{.function_name = "retrain"}, clock.now(),
                              [&](const api::InvokeOutput&) { occupy(); }));
  };
  occupy();
  ASSERT_TRUE(send());
  pass(6h);
  ASSERT_EQ(events.entries.size(), 1U);
  const auto record = Json::parse(events.entries[0].detail);
  EXPECT_EQ(record.at("requestContext").at("condition"), "EventAgeExceeded");
  EXPECT_EQ(record.at("requestContext").at("approximateInvokeCount"), 0);
  EXPECT_FALSE(record.contains("responsePayload"));
  // Throttled at 0, 1, 3, …, 511 s (ten times), then each 300 s; the 80th is at 21511 s and has no time for another.
  EXPECT_EQ(metrics.sum("Throttles"), 80.0);
  EXPECT_EQ(record.at("timestamp"), "2026-06-01T05:58:31.000Z");
}

TEST_F(AsynchronousTest, ReservedZeroGoesStraightToTheDestination) {
  create({.function_name = "retrain", .handler = "retrain.handler", .reserved_concurrency = 0});
  configure();
  ASSERT_TRUE(send());
  pass(1s);
  EXPECT_TRUE(host.calls.empty());
  ASSERT_EQ(events.entries.size(), 1U);
  EXPECT_EQ(Json::parse(events.entries[0].detail).at("requestContext").at("approximateInvokeCount"), 0);
}

TEST_F(AsynchronousTest, NothingRunsAfterTheServiceIsGone) {
  {
    Lambda gone(clock, host, metrics, events, journal, {});
    ASSERT_TRUE(gone.handle(api::CreateFunctionInput{.function_name = "f", .handler = "retrain.handler"}, clock.now()));
    host.hangs = true;
    const api::InvokeInput request{.function_name = "f", .invocation_type = api::InvocationType::Event};
    ASSERT_TRUE(gone.handle(request, clock.now()));
    pass(1s);
    ASSERT_TRUE(gone.handle(request, clock.now()));
    EXPECT_EQ(clock.pending(), 2U) << "a timeout and a queued event";
  }
  EXPECT_EQ(clock.pending(), 0U);
}

}  // namespace
}  // namespace driftlab::service::lambda

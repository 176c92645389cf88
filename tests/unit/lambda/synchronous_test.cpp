// Synchronous invocation: a failing function is status 200 with FunctionError; excess is 429 (Lambda developer guide).
#include <nlohmann/json.hpp>

#include "tests/unit/lambda/fixture.hpp"

namespace driftlab::service::lambda {
namespace {

using Json = nlohmann::json;

TEST_F(LambdaTest, AnswersWithTheReturnValue) {
  create({.function_name = "retrain", .handler = "retrain.handler", .environment = {{"STAGE", "prod"}}});
  host.duration = 1500ms;
  host.reply.payload = R"({"started":true})";
  ASSERT_TRUE(call(R"({"a":1})"));
  EXPECT_TRUE(answers.empty());
  pass(1500ms);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].status_code, 200);
  EXPECT_EQ(answers[0].function_error, "");
  EXPECT_EQ(answers[0].payload, R"({"started":true})");
  ASSERT_EQ(host.calls.size(), 1U);
  EXPECT_EQ(host.calls[0].function_name, "retrain");
  EXPECT_EQ(host.calls[0].payload, R"({"a":1})");
  EXPECT_EQ(host.calls[0].environment.at("STAGE"), "prod");
  EXPECT_EQ(host.calls[0].request_id.size(), 36U);
}

TEST_F(LambdaTest, AFailureIsAnAnswerToo) {
  create();
  host.fail();
  ASSERT_TRUE(call());
  pass(1s);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].status_code, 200);
  EXPECT_EQ(answers[0].function_error, "Unhandled");
  const auto body = Json::parse(answers[0].payload);
  EXPECT_EQ(body.at("errorMessage"), "boom");
  EXPECT_EQ(body.at("errorType"), "Error");
  EXPECT_EQ(body.at("requestId"), host.calls[0].request_id);
  EXPECT_EQ(body.at("stackTrace"), Json::array());
  pass(1h);
  EXPECT_EQ(host.calls.size(), 1U) << "no retries";
}

TEST_F(LambdaTest, TimesOut) {
  create();
  host.duration = 10s;
  ASSERT_TRUE(call());
  pass(3s);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].function_error, "Unhandled");
  EXPECT_EQ(Json::parse(answers[0].payload).at("errorMessage"),
            "2026-06-01T00:00:03.000Z " + host.calls[0].request_id + " Task timed out after 3.00 seconds");
  pass(1min);
  EXPECT_EQ(answers.size(), 1U) << "the late end is ignored";
  EXPECT_EQ(metrics.sum("Errors"), 1.0);
  EXPECT_EQ(metrics.sum("Duration"), 3000.0);
}

TEST_F(LambdaTest, AnAnswerThatIsNoJsonIsAFailure) {
  create();
  host.reply.payload = "not json";
  ASSERT_TRUE(call());
  pass(1s);
  EXPECT_EQ(answers.at(0).function_error, "Unhandled");
  EXPECT_EQ(Json::parse(answers.at(0).payload).at("errorType"), "Runtime.MarshalError");
}

TEST_F(LambdaTest, PayloadsAreChecked) {
  create();
  EXPECT_EQ(call("{").error().code, "InvalidRequestContentException");
  EXPECT_EQ(call(std::string(100000, '[') + std::string(100000, ']')).error().code, "InvalidRequestContentException");
  const auto sized = [](std::size_t size) { return '"' + std::string(size - 2, 'x') + '"'; };
  EXPECT_TRUE(call(sized(6291456)));
  EXPECT_EQ(call(sized(6291457)).error().code, "RequestTooLargeException");
  EXPECT_TRUE(send(sized(262144)));
  EXPECT_EQ(send(sized(262145)).error().code, "RequestTooLargeException");
}

TEST_F(LambdaTest, ReservedConcurrencyThrottles) {
  create({.function_name = "retrain", .handler = "retrain.handler", .reserved_concurrency = 1});
  host.duration = 1s;
  ASSERT_TRUE(call());
  const auto second = call();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Throttled);
  EXPECT_EQ(second.error().code, "TooManyRequestsException");
  EXPECT_EQ(second.error().message, "Rate Exceeded.");
  EXPECT_EQ(metrics.sum("Throttles"), 1.0);
  pass(1s);
  EXPECT_TRUE(call());
}

TEST_F(LambdaTest, ReservationsAreTakenFromTheAccount) {
  Lambda small(clock, host, metrics, events, journal, {.account_concurrency = 3});
  host.duration = 1s;
  const auto make = [&](const char* name, std::optional<int> reserved) {
    ASSERT_TRUE(small.handle(
        api::CreateFunctionInput{.function_name = name, .handler = "retrain.handler", .reserved_concurrency = reserved},
        clock.now()));
  };
  make("reserved", 2);
  make("shared", std::nullopt);
  const auto run = [&](const char* name) {
    return small.invoke(api::InvokeInput{.function_name = name}, clock.now(), [](const api::InvokeOutput&) {})
        .has_value();
  };
  EXPECT_TRUE(run("shared"));
  EXPECT_FALSE(run("shared")) << "3 - 2 reserved leaves one";
  EXPECT_TRUE(run("reserved"));
  EXPECT_TRUE(run("reserved"));
  EXPECT_FALSE(run("reserved"));
  ASSERT_TRUE(small.handle(api::PutFunctionConcurrencyInput{.function_name = "reserved"}, clock.now()));
  EXPECT_FALSE(run("reserved")) << "three of three run";
  pass(1s);
  EXPECT_TRUE(run("reserved"));
}

TEST_F(LambdaTest, DryRunRunsNothing) {
  create();
  const auto dry = lambda.handle(
      api::InvokeInput{.function_name = kRetrainArn, .invocation_type = api::InvocationType::DryRun}, clock.now());
  ASSERT_TRUE(dry);
  EXPECT_EQ(dry->status_code, 204);
  pass(1min);
  EXPECT_TRUE(host.calls.empty());
}

TEST_F(LambdaTest, MetricsOfAnAttempt) {
  create();
  host.duration = 250ms;
  ASSERT_TRUE(call());
  pass(1s);
  EXPECT_EQ(metrics.namespaces, std::set<std::string>{"AWS/Lambda"});
  ASSERT_EQ(metrics.data.size(), 4U);
  for (const auto& datum : metrics.data) {
    ASSERT_EQ(datum.dimensions.size(), 1U);
    EXPECT_EQ(datum.dimensions[0].name, "FunctionName");
    EXPECT_EQ(datum.dimensions[0].value, "retrain");
    EXPECT_EQ(datum.timestamp, from_civil(2026, 6, 1)) << "stamped with the start";
  }
  EXPECT_EQ(metrics.sum("Invocations"), 1.0);
  EXPECT_EQ(metrics.sum("Errors"), 0.0);
  EXPECT_EQ(metrics.sum("Duration"), 250.0);
}

}  // namespace
}  // namespace driftlab::service::lambda

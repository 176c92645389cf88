// Functions: names, limits, states (Lambda developer guide).
#include "tests/unit/lambda/fixture.hpp"

namespace driftlab::service::lambda {
namespace {

TEST(FunctionName, AllFormsOfTheManual) {
  for (const auto* form : {"retrain", "retrain:prod", "123456789012:function:retrain",
                           "123456789012:function:retrain:7", "arn:aws:lambda:eu-west-1:123456789012:function:retrain",
                           "arn:aws:lambda:eu-west-1:123456789012:function:retrain:$LATEST"})
    EXPECT_EQ(function_name(form), "retrain") << form;
}

TEST_F(LambdaTest, CreatesOnce) {
  const api::CreateFunctionInput input{.function_name = "retrain", .handler = "retrain.handler"};
  const auto created = lambda.handle(input, clock.now());
  ASSERT_TRUE(created);
  EXPECT_EQ(created->function_arn, kRetrainArn);
  EXPECT_EQ(lambda.handle(input, clock.now()).error().code, "ResourceConflictException");
  const auto listed = lambda.handle(api::ListFunctionsInput{}, clock.now());
  ASSERT_EQ(listed->functions.size(), 1U);
  EXPECT_EQ(listed->functions[0].function_arn, kRetrainArn);
}

TEST_F(LambdaTest, RefusesWrongConfigurations) {
  const auto code = [&](api::CreateFunctionInput input) {
    const auto created = lambda.handle(input, clock.now());
    return created ? "accepted" : created.error().code;
  };
  EXPECT_EQ(code({.function_name = "a b", .handler = "retrain.handler"}), "InvalidParameterValueException");
  EXPECT_EQ(code({.function_name = "", .handler = "retrain.handler"}), "InvalidParameterValueException");
  EXPECT_EQ(code({.function_name = "f", .handler = "other"}), "InvalidParameterValueException");
  EXPECT_EQ(code({.function_name = "f", .handler = "retrain.handler", .timeout = 901s}),
            "InvalidParameterValueException");
  EXPECT_EQ(code({.function_name = "f", .handler = "retrain.handler", .timeout = 999ms}),
            "InvalidParameterValueException");
  EXPECT_EQ(code({.function_name = "f", .handler = "retrain.handler", .reserved_concurrency = -1}),
            "InvalidParameterValueException");
  EXPECT_EQ(code({.function_name = "f", .handler = "retrain.handler", .timeout = 900s}), "accepted");
}

TEST_F(LambdaTest, AsynchronousSettingsHaveLimits) {
  create();
  const auto code = [&](api::PutFunctionEventInvokeConfigInput input) {
    input.function_name = "retrain";
    const auto put = lambda.handle(input, clock.now());
    return put ? "accepted" : put.error().code;
  };
  EXPECT_EQ(code({.maximum_retry_attempts = 3}), "InvalidParameterValueException");
  EXPECT_EQ(code({.maximum_retry_attempts = -1}), "InvalidParameterValueException");
  EXPECT_EQ(code({.maximum_event_age = 59s}), "InvalidParameterValueException");
  EXPECT_EQ(code({.maximum_event_age = 21601s}), "InvalidParameterValueException");
  EXPECT_EQ(code({.on_failure_destination = "arn:aws:sqs:eu-west-1:123456789012:q"}), "InvalidParameterValueException");
  EXPECT_EQ(code({.on_failure_destination = "arn:aws:events:eu-west-1:123456789012:event-bus/default"}), "accepted");
}

TEST_F(LambdaTest, UnknownFunctionsAreNotFound) {
  const auto sent = send();
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, "ResourceNotFoundException");
  EXPECT_EQ(sent.error().message, std::string("Function not found: ") + kRetrainArn);
  EXPECT_EQ(lambda.handle(api::GetFunctionInput{"retrain"}, clock.now()).error().kind, ErrorKind::NotFound);
}

TEST_F(LambdaTest, PendingFunctionsRefuseInvocations) {
  Lambda slow(clock, host, metrics, events, journal, {.activation = 5s});
  ASSERT_TRUE(slow.handle(api::CreateFunctionInput{.function_name = "f", .handler = "retrain.handler"}, clock.now()));
  const api::InvokeInput request{.function_name = "f", .invocation_type = api::InvocationType::Event};
  const auto early = slow.handle(request, clock.now());
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, "ResourceConflictException");
  EXPECT_EQ(slow.handle(api::GetFunctionInput{"f"}, clock.now())->state, "Pending");
  pass(5s);
  EXPECT_TRUE(slow.handle(request, clock.now()));
  EXPECT_EQ(slow.handle(api::GetFunctionInput{"f"}, clock.now())->state, "Active");
}

TEST_F(LambdaTest, DeletingForgetsQueuedEvents) {
  create();
  host.fail();
  ASSERT_TRUE(send());
  pass(30s);
  ASSERT_EQ(host.calls.size(), 1U);
  ASSERT_TRUE(lambda.handle(api::DeleteFunctionInput{"retrain"}, clock.now()));
  create();
  pass(1h);
  EXPECT_EQ(host.calls.size(), 1U) << "no retry in the new function";
}

TEST_F(LambdaTest, DeletingWhileRunningEndsQuietly) {
  create({.function_name = "retrain", .handler = "retrain.handler", .timeout = 60s});
  host.duration = 10s;
  ASSERT_TRUE(send());
  ASSERT_TRUE(call());
  pass(1s);
  ASSERT_TRUE(lambda.handle(api::DeleteFunctionInput{"retrain"}, clock.now()));
  pass(1h);
  EXPECT_EQ(answers.size(), 1U) << "the caller still gets its answer";
  EXPECT_EQ(host.calls.size(), 2U);
}

}  // namespace
}  // namespace driftlab::service::lambda

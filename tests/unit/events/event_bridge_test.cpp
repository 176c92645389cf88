// Operations of EventBridge. Codes, texts and limits: the behaviours noted from the user guide and from recorded
// answers of the service.
#include <nlohmann/json.hpp>

#include "tests/unit/events/fixture.hpp"

namespace driftlab::service::events {
namespace {

using Json = nlohmann::json;

TEST_F(EventBridgeTest, TargetReceivesTheEnvelope) {
  route({.id = "fn", .arn = kFunction});
  clock.run_until(from_civil(2026, 6, 1, 12, 32, 17) + 208ms);
  const auto put = put_event({.source = "testbed.monitor",
                              .detail_type = "ModelDriftDetected",
                              .detail = R"({"score":0.3})",
                              .resources = {"arn:x"}});
  ASSERT_TRUE(put);
  EXPECT_EQ(put->failed_entry_count, 0);
  pass(499ms);
  EXPECT_TRUE(targets.calls.empty());
  pass(1ms);
  ASSERT_EQ(targets.calls.size(), 1U);
  EXPECT_EQ(targets.calls[0].arn, kFunction);
  EXPECT_EQ(targets.calls[0].source_arn, "arn:aws:events:eu-west-1:123456789012:rule/drift");
  const Json expected = {{"version", "0"},
                         {"id", put->entries.at(0).event_id},
                         {"detail-type", "ModelDriftDetected"},
                         {"source", "testbed.monitor"},
                         {"account", "123456789012"},
                         {"time", "2026-06-01T12:32:17Z"},
                         {"region", "eu-west-1"},
                         {"resources", {"arn:x"}},
                         {"detail", {{"score", 0.3}}}};
  EXPECT_EQ(Json::parse(targets.calls[0].payload), expected);
}

TEST_F(EventBridgeTest, TheEntrysTimeWins) {
  route({.id = "fn", .arn = kFunction, .input_path = "$.time"});
  auto entry = drift();
  entry.time = from_civil(2026, 5, 31, 23);
  ASSERT_TRUE(put_event(entry));
  pass(1s);
  ASSERT_EQ(targets.calls.size(), 1U);
  EXPECT_EQ(targets.calls[0].payload, R"("2026-05-31T23:00:00Z")");
}

TEST_F(EventBridgeTest, EntriesFailOneByOne) {
  api::PutEventsInput request;
  request.entries = {{.source = "", .detail_type = "t", .detail = "{}"},
                     {.source = "s", .detail_type = "", .detail = "{}"},
                     {.source = "s", .detail_type = "t", .detail = ""},
                     {.source = "s", .detail_type = "t", .detail = "{"},
                     {.source = "s", .detail_type = "t", .detail = "[1]"},
                     {.source = "s", .detail_type = "t", .detail = R"("text")"},
                     {.source = "aws.sagemaker", .detail_type = "t", .detail = "{}"},
                     {.source = "s", .detail_type = "t", .detail = "{}"}};
  const auto put = bridge.handle(request, clock.now());
  ASSERT_TRUE(put);
  EXPECT_EQ(put->failed_entry_count, 7);
  const auto& entries = put->entries;
  ASSERT_EQ(entries.size(), 8U);
  EXPECT_EQ(entries[0].error_code, "InvalidArgument");
  EXPECT_EQ(entries[0].error_message, "Parameter Source is not valid. Reason: Source is a required argument.");
  EXPECT_EQ(entries[1].error_message, "Parameter DetailType is not valid. Reason: DetailType is a required argument.");
  EXPECT_EQ(entries[2].error_message, "Parameter Detail is not valid. Reason: Detail is a required argument.");
  for (const auto i : {3U, 4U, 5U}) {
    EXPECT_EQ(entries[i].error_code, "MalformedDetail");
    EXPECT_EQ(entries[i].error_message, "Detail is malformed.");
  }
  EXPECT_EQ(entries[6].error_code, "NotAuthorizedForSourceException");
  EXPECT_EQ(entries[6].error_message, "Not authorized for the source.");
  EXPECT_EQ(entries[7].error_code, "");
  EXPECT_EQ(entries[7].event_id.size(), 36U);
}

TEST_F(EventBridgeTest, OneToTenEntries) {
  api::PutEventsInput request;
  EXPECT_EQ(bridge.handle(request, clock.now()).error().code, "ValidationException");
  request.entries.assign(10, drift());
  EXPECT_TRUE(bridge.handle(request, clock.now()));
  request.entries.push_back(drift());
  const auto put = bridge.handle(request, clock.now());
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, "ValidationException");
  EXPECT_NE(put.error().message.find("at 'entries' failed to satisfy constraint: Member must have length less than or "
                                     "equal to 10"),
            std::string::npos);
}

TEST_F(EventBridgeTest, EntriesAreBoundedBy256KilobytesTogether) {
  // 262144 bytes: source 1, detail-type 1, the quoted detail the rest; the time costs 14 more.
  const auto sized = [](std::size_t detail) {
    const std::string frame = R"({"a":""})";
    return api::PutEventsEntry{
        .source = "s", .detail_type = "t", .detail = R"({"a":")" + std::string(detail - frame.size(), 'x') + R"("})"};
  };
  EXPECT_TRUE(put_event(sized(262142)));
  const auto over = put_event(sized(262143));
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, "ValidationException");
  EXPECT_EQ(over.error().message, "Total size of the entries in the request is over the limit.");
  auto timed = sized(262142);
  timed.time = clock.now();
  EXPECT_FALSE(put_event(timed));
}

TEST_F(EventBridgeTest, AnUnknownBusSwallowsTheEvent) {
  route({.id = "fn", .arn = kFunction});
  auto entry = drift();
  entry.event_bus = "nowhere";
  const auto put = put_event(entry);
  ASSERT_TRUE(put);
  EXPECT_EQ(put->failed_entry_count, 0);
  EXPECT_FALSE(put->entries.at(0).event_id.empty());
  pass(1min);
  EXPECT_TRUE(targets.calls.empty());
}

TEST_F(EventBridgeTest, ServicesPublishUnderTheirOwnSource) {
  ASSERT_TRUE(put_rule({.name = "any", .event_pattern = R"({"source":[{"prefix":"aws."}]})"}));
  ASSERT_TRUE(put_target("any", {.id = "fn", .arn = kFunction, .input_path = "$.source"}));
  bridge.publish({.source = "aws.sagemaker", .detail_type = "t", .detail = "{}"});
  pass(1s);
  ASSERT_EQ(targets.calls.size(), 1U);
  EXPECT_EQ(targets.calls[0].payload, R"("aws.sagemaker")");
}

TEST_F(EventBridgeTest, EveryMatchingRuleAndTargetIsServedWithOneEventId) {
  for (const auto* name : {"one", "two"}) {
    ASSERT_TRUE(put_rule({.name = name, .event_pattern = R"({"source":["testbed.monitor"]})"}));
    ASSERT_TRUE(put_target(name, {.id = "a", .arn = kFunction, .input_path = "$.id"}));
    ASSERT_TRUE(put_target(name, {.id = "b", .arn = kPipeline, .input_path = "$.id"}));
  }
  ASSERT_TRUE(put_rule({.name = "other", .event_pattern = R"({"source":["else"]})"}));
  ASSERT_TRUE(put_target("other", {.id = "a", .arn = kFunction}));
  const auto put = put_event(drift());
  pass(1s);
  ASSERT_EQ(targets.calls.size(), 4U);
  for (const auto& call : targets.calls) EXPECT_EQ(call.payload, '"' + put->entries.at(0).event_id + '"');
  const auto& line = journal.lines.back();
  EXPECT_EQ(line.event, "EventAccepted");
  EXPECT_EQ(Json::parse(line.detail).at("matched_rules"), 2);
}

TEST_F(EventBridgeTest, TargetInputs) {
  route({.id = "constant", .arn = kFunction, .input = R"({"go":true})"});
  ASSERT_TRUE(put_target("drift", {.id = "path", .arn = kFunction, .input_path = "$.detail.endpoint"}));
  ASSERT_TRUE(put_target("drift", {.id = "gone", .arn = kFunction, .input_path = "$.detail.absent"}));
  ASSERT_TRUE(put_target("drift", {.id = "pipeline",
                                   .arn = kPipeline,
                                   .sagemaker_pipeline_parameters = {{"Endpoint", "$.detail.endpoint"},
                                                                     {"Score", "$.detail.score"},
                                                                     {"Fixed", "7"},
                                                                     {"Absent", "$.detail.absent"}}}));
  ASSERT_TRUE(put_event(drift(R"({"endpoint":"demand-prod","score":0.25})")));
  pass(1s);
  ASSERT_EQ(targets.calls.size(), 4U);
  EXPECT_EQ(targets.calls[0].payload, R"({"go":true})");
  EXPECT_EQ(targets.calls[1].payload, R"("demand-prod")");
  EXPECT_EQ(targets.calls[2].payload, "null");
  const auto& parameters = targets.calls[3].pipeline_parameters;
  ASSERT_EQ(parameters.size(), 3U);
  EXPECT_EQ(parameters[0].value, "demand-prod");
  EXPECT_EQ(parameters[1].value, "0.25");
  EXPECT_EQ(parameters[2].name, "Fixed");
  EXPECT_EQ(parameters[2].value, "7");
}

TEST_F(EventBridgeTest, RulesAreValidated) {
  EXPECT_EQ(put_rule({.name = "r"}).error().code, "ValidationException");
  EXPECT_EQ(put_rule({.name = "a b", .event_pattern = R"({"a":[1]})"}).error().message,
            "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy "
            R"(regular expression pattern: [\.\-_A-Za-z0-9]+)");
  EXPECT_FALSE(put_rule({.name = std::string(65, 'r'), .event_pattern = R"({"a":[1]})"}));
  EXPECT_TRUE(put_rule({.name = std::string(64, 'r'), .event_pattern = R"({"a":[1]})"}));
  EXPECT_EQ(put_rule({.name = "r", .event_pattern = "{"}).error().code, "InvalidEventPatternException");
  EXPECT_EQ(put_rule({.name = "r", .schedule_expression = "rate(1 minutes)"}).error().message,
            "Parameter ScheduleExpression is not valid.");
  const auto bus = put_rule({.name = "r", .event_bus = "b", .event_pattern = R"({"a":[1]})"});
  EXPECT_EQ(bus.error().code, "ResourceNotFoundException");
  EXPECT_EQ(bus.error().message, "Event bus b does not exist.");
}

TEST_F(EventBridgeTest, OtherBusesHaveTheirOwnRules) {
  const auto bus = bridge.handle(api::CreateEventBusInput{"retraining"}, clock.now());
  ASSERT_TRUE(bus);
  EXPECT_EQ(bus->event_bus_arn, "arn:aws:events:eu-west-1:123456789012:event-bus/retraining");
  EXPECT_EQ(bridge.handle(api::CreateEventBusInput{"retraining"}, clock.now()).error().message,
            "Event bus retraining already exists.");
  const auto rule = put_rule({.name = "r", .event_bus = "retraining", .event_pattern = R"({"source":["s"]})"});
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->rule_arn, "arn:aws:events:eu-west-1:123456789012:rule/retraining/r");
  EXPECT_EQ(put_rule({.name = "s", .event_bus = "retraining", .schedule_expression = "rate(1 hour)"}).error().message,
            "ScheduleExpression is supported only on the default event bus.");
  ASSERT_TRUE(bridge.handle(
      api::PutTargetsInput{.rule = "r", .event_bus = "retraining", .targets = {{.id = "t", .arn = kFunction}}},
      clock.now()));
  ASSERT_TRUE(put_event({.source = "s", .detail_type = "t", .detail = "{}"}));
  pass(1s);
  EXPECT_TRUE(targets.calls.empty());
  ASSERT_TRUE(put_event({.source = "s", .detail_type = "t", .detail = "{}", .event_bus = bus->event_bus_arn}));
  pass(1s);
  EXPECT_EQ(targets.calls.size(), 1U);
}

TEST_F(EventBridgeTest, PutRuleKeepsTheTargets) {
  route({.id = "fn", .arn = kFunction});
  ASSERT_TRUE(put_rule({.name = "drift", .event_pattern = R"({"source":["other"]})"}));
  ASSERT_TRUE(put_event(drift()));
  pass(1s);
  EXPECT_TRUE(targets.calls.empty());
  ASSERT_TRUE(put_event({.source = "other", .detail_type = "t", .detail = "{}"}));
  pass(1s);
  EXPECT_EQ(targets.calls.size(), 1U);
}

TEST_F(EventBridgeTest, DisabledRulesRest) {
  route({.id = "fn", .arn = kFunction});
  ASSERT_TRUE(bridge.handle(api::SetRuleEnabledInput{.name = "drift", .enabled = false}, clock.now()));
  ASSERT_TRUE(put_event(drift()));
  pass(1s);
  EXPECT_TRUE(targets.calls.empty());
  EXPECT_EQ(bridge.handle(api::SetRuleEnabledInput{.name = "x"}, clock.now()).error().message,
            "Rule x does not exist on EventBus default.");
}

TEST_F(EventBridgeTest, ThreeHundredRulesABus) {
  for (int i = 0; i < 300; ++i)
    ASSERT_TRUE(put_rule({.name = "r" + std::to_string(i), .event_pattern = R"({"a":[1]})"}));
  EXPECT_EQ(put_rule({.name = "more", .event_pattern = R"({"a":[1]})"}).error().code, "LimitExceededException");
  EXPECT_TRUE(put_rule({.name = "r7", .event_pattern = R"({"a":[2]})"})) << "replacing is not adding";
}

TEST_F(EventBridgeTest, TargetsAreValidated) {
  route({.id = "1", .arn = kFunction});
  const auto code = [&](api::Target target) {
    const auto put = put_target("drift", std::move(target));
    return put ? "accepted" : put.error().code;
  };
  EXPECT_EQ(put_target("drift", {.id = "!@#", .arn = kFunction}).error().message,
            "1 validation error detected: Value '!@#' at 'targets.1.member.id' failed to satisfy constraint: Member "
            R"(must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+)");
  EXPECT_EQ(code({.id = "x", .arn = "retrain"}), "ValidationException");
  EXPECT_EQ(put_target("drift", {.id = "x", .arn = kFunction, .input = "{}", .input_path = "$.a"}).error().message,
            "Only one of Input, InputPath, or InputTransformer must be provided for target x.");
  EXPECT_EQ(code({.id = "x", .arn = kFunction, .input = "{"}), "ValidationException");
  EXPECT_EQ(code({.id = "x", .arn = kFunction, .input = '"' + std::string(8191, 'x') + '"'}), "ValidationException");
  EXPECT_EQ(code({.id = "x", .arn = kFunction, .input_path = "detail"}), "ValidationException");
  EXPECT_EQ(code({.id = "x", .arn = kFunction, .sagemaker_pipeline_parameters = {{"a", "b"}}}), "ValidationException");
  EXPECT_EQ(code({.id = "x", .arn = kPipeline, .sagemaker_pipeline_parameters = {{"a", "$x"}}}), "ValidationException");
  EXPECT_EQ(code({.id = "x", .arn = kFunction, .maximum_retry_attempts = 186}), "ValidationException");
  EXPECT_EQ(code({.id = "x", .arn = kFunction, .maximum_event_age = 59s}), "ValidationException");
  EXPECT_EQ(put_target("unknown", {.id = "x", .arn = kFunction}).error().code, "ResourceNotFoundException");
  EXPECT_EQ(bridge.handle(api::DescribeRuleInput{.name = "drift"}, clock.now())->targets.size(), 1U);
}

TEST_F(EventBridgeTest, FiveTargetsARule) {
  route({.id = "0", .arn = kFunction});
  for (const auto* id : {"1", "2", "3", "4"}) ASSERT_TRUE(put_target("drift", {.id = id, .arn = kFunction}));
  const auto sixth = put_target("drift", {.id = "5", .arn = kFunction});
  ASSERT_FALSE(sixth);
  EXPECT_EQ(sixth.error().code, "LimitExceededException");
  EXPECT_EQ(sixth.error().message, "The requested resource exceeds the maximum number allowed.");
  EXPECT_TRUE(put_target("drift", {.id = "4", .arn = kPipeline})) << "an existing id is replaced";
  const auto rule = bridge.handle(api::DescribeRuleInput{.name = "drift"}, clock.now());
  EXPECT_EQ(rule->targets.at(4).arn, kPipeline);
}

TEST_F(EventBridgeTest, RulesWithTargetsAreNotDeleted) {
  route({.id = "fn", .arn = kFunction});
  const auto refused = bridge.handle(api::DeleteRuleInput{.name = "drift"}, clock.now());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "Rule can't be deleted since it has targets.");
  ASSERT_TRUE(bridge.handle(api::RemoveTargetsInput{.rule = "drift", .ids = {"fn"}}, clock.now()));
  ASSERT_TRUE(bridge.handle(api::DeleteRuleInput{.name = "drift"}, clock.now()));
  EXPECT_TRUE(bridge.handle(api::DeleteRuleInput{.name = "drift"}, clock.now())) << "unknown: success";
  EXPECT_FALSE(bridge.handle(api::DescribeRuleInput{.name = "drift"}, clock.now()));
}

TEST_F(EventBridgeTest, ListsRulesByPrefix) {
  for (const auto* name : {"b-2", "a-1", "b-1"}) ASSERT_TRUE(put_rule({.name = name, .event_pattern = R"({"a":[1]})"}));
  const auto all = bridge.handle(api::ListRulesInput{}, clock.now());
  ASSERT_EQ(all->rules.size(), 3U);
  EXPECT_EQ(all->rules[0].rule.name, "a-1");
  const auto some = bridge.handle(api::ListRulesInput{.name_prefix = "b-"}, clock.now());
  ASSERT_EQ(some->rules.size(), 2U);
  EXPECT_EQ(some->rules[1].rule.name, "b-2");
}

TEST_F(EventBridgeTest, TestsPatterns) {
  const auto test = [&](const char* pattern, const char* event) {
    return bridge.handle(api::TestEventPatternInput{pattern, event}, clock.now());
  };
  EXPECT_TRUE(test(R"({"a":[1]})", R"({"a":1})")->result);
  EXPECT_FALSE(test(R"({"a":[1]})", R"({"a":2})")->result);
  EXPECT_EQ(test(R"({"a":1})", "{}").error().code, "InvalidEventPatternException");
  for (const auto* bad : {"text", "[]", R"({"a":)"})
    EXPECT_EQ(test(R"({"a":[1]})", bad).error().message, "Parameter Event is not valid.") << bad;
}

}  // namespace
}  // namespace driftlab::service::events

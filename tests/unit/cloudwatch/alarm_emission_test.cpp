// What an alarm tells the world: payloads, messages, events, history, journal.

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "sim/service/cloudwatch/alarm_documents.hpp"
#include "tests/unit/cloudwatch/fixture.hpp"

namespace driftlab::service::cloudwatch {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using AlarmEmission = CloudWatchTest;

constexpr const char* kFunction = "arn:aws:lambda:eu-west-1:123456789012:function:retrain";
constexpr const char* kTopic = "arn:aws:sns:eu-west-1:123456789012:t";
constexpr const char* kAlarmArn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:wql-prod";

/// The alarm of the recorded documents, gone from OK to ALARM.
AlarmRecord recorded_alarm() {
  AlarmRecord record;
  record.configuration = loss_alarm(1h);
  record.configuration.alarm_description = "d";
  record.configuration.alarm_actions = {kTopic};
  record.arn = kAlarmArn;
  record.metric_id = "5b1f0000-0000-4000-8000-000000000000";
  record.configured = from_civil(2026, 3, 1, 8);
  record.state = {api::StateValue::Alarm, "Threshold Crossed: \u2026", R"({"version":"1.0"})",
                  march2(12, 32, 17) + 208ms};
  return record;
}

const AlarmState kPrevious{api::StateValue::Ok, "fine", R"({"version":"1.0"})", march2(9, 0)};

// The recorded message; only blanks differ.
TEST(AlarmDocuments, SnsMessage) {
  EXPECT_EQ(sns_message(recorded_alarm(), kPrevious, {}),
            R"({"AlarmName":"wql-prod","AlarmDescription":"d","AWSAccountId":"123456789012",)"
            R"("AlarmConfigurationUpdatedTimestamp":"2026-03-01T08:00:00.000+0000","NewStateValue":"ALARM",)"
            R"("NewStateReason":"Threshold Crossed: …","StateChangeTime":"2026-03-02T12:32:17.208+0000",)"
            R"x("Region":"EU (Ireland)","AlarmArn":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:wql-prod",)x"
            R"("OldStateValue":"OK","OKActions":[],"AlarmActions":["arn:aws:sns:eu-west-1:123456789012:t"],)"
            R"("InsufficientDataActions":[],"Trigger":{"MetricName":"weighted_quantile_loss",)"
            R"("Namespace":"CustomModelMonitoring","StatisticType":"Statistic","Statistic":"MAXIMUM","Unit":null,)"
            R"("Dimensions":[{"value":"prod","name":"StageName"}],"Period":3600,"EvaluationPeriods":3,)"
            R"("DatapointsToAlarm":3,"ComparisonOperator":"GreaterThanOrEqualToThreshold","Threshold":0.24,)"
            R"("TreatMissingData":"notBreaching","EvaluateLowSampleCountPercentile":""}})");
}

TEST(AlarmDocuments, SnsMessageOfOtherStatistics) {
  AlarmRecord record = recorded_alarm();
  record.configuration.statistic = "SampleCount";
  EXPECT_EQ(json::parse(sns_message(record, kPrevious, {}))["Trigger"]["Statistic"], "SAMPLE_COUNT");
  record.configuration.statistic.clear();
  record.configuration.extended_statistic = "p90";
  record.configuration.datapoints_to_alarm.reset();
  const auto trigger = json::parse(sns_message(record, kPrevious, {}))["Trigger"];
  EXPECT_EQ(trigger["StatisticType"], "ExtendedStatistic");
  EXPECT_EQ(trigger["ExtendedStatistic"], "p90");
  EXPECT_FALSE(trigger.contains("DatapointsToAlarm"));
}

// The recorded payload; only blanks differ.
TEST(AlarmDocuments, LambdaPayload) {
  EXPECT_EQ(lambda_payload(recorded_alarm(), kPrevious, {}),
            R"({"source":"aws.cloudwatch","alarmArn":"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:wql-prod",)"
            R"("accountId":"123456789012","time":"2026-03-02T12:32:17.208+0000","region":"eu-west-1",)"
            R"("alarmData":{"alarmName":"wql-prod","state":{"value":"ALARM","reason":"Threshold Crossed: …",)"
            R"("reasonData":"{\"version\":\"1.0\"}","timestamp":"2026-03-02T12:32:17.208+0000"},)"
            R"("previousState":{"value":"OK","reason":"fine","reasonData":"{\"version\":\"1.0\"}",)"
            R"("timestamp":"2026-03-02T09:00:00.000+0000"},"configuration":{"description":"d","metrics":)"
            R"([{"id":"5b1f0000-0000-4000-8000-000000000000","metricStat":{"metric":)"
            R"({"namespace":"CustomModelMonitoring","name":"weighted_quantile_loss","dimensions":)"
            R"({"StageName":"prod"}},"period":3600,"stat":"Maximum"},"returnData":true}]}}})");
}

TEST_F(AlarmEmission, ActionsOfTheNewStateRunWithTheirPayloads) {
  auto both = loss_alarm(1min);
  both.alarm_actions = {kFunction, kTopic};
  both.ok_actions = {"arn:aws:sns:eu-west-1:123456789012:ok"};
  both.insufficient_data_actions = {"arn:aws:sns:eu-west-1:123456789012:unknown"};
  both.treat_missing_data = api::TreatMissingData::Missing;
  ASSERT_TRUE(call(both));
  for (int minute = 1; minute < 4; ++minute) put_at(march2(8, minute), 0.5);
  scheduler.run_until(march2(8, 4));
  ASSERT_EQ(targets.calls.size(), 2u);
  EXPECT_EQ(targets.calls[0].arn, kFunction);
  EXPECT_EQ(targets.calls[0].source_arn, kAlarmArn);
  const auto payload = json::parse(targets.calls[0].payload);
  EXPECT_EQ(payload["alarmData"]["state"]["value"], "ALARM");
  EXPECT_EQ(payload["alarmData"]["previousState"]["value"], "INSUFFICIENT_DATA");
  EXPECT_FALSE(payload["alarmData"]["previousState"].contains("reasonData"));
  EXPECT_EQ(targets.calls[1].arn, kTopic);
  EXPECT_EQ(json::parse(targets.calls[1].payload)["NewStateValue"], "ALARM");
  scheduler.run_until(march2(8, 30));
  ASSERT_EQ(targets.calls.size(), 3u);
  EXPECT_EQ(targets.calls[2].arn, "arn:aws:sns:eu-west-1:123456789012:unknown");
}

TEST_F(AlarmEmission, AThrottledLambdaActionIsRepeatedUntilAccepted) {
  const Error throttled{ErrorKind::Throttled, "TooManyRequestsException", "Rate Exceeded."};
  const Error down{ErrorKind::Unavailable, "ServiceException", "down"};
  targets.answers = {throttled, down, throttled};
  ASSERT_TRUE(call(loss_alarm(1h)));
  ASSERT_TRUE(call(api::SetAlarmStateInput{"wql-prod", api::StateValue::Alarm, "r"}));
  EXPECT_EQ(targets.calls.size(), 1u);
  // 1 s, 2 s and 4 s later; the state has gone back to OK meanwhile, which does not matter.
  scheduler.run_until(march2(8, 0, 6));
  EXPECT_EQ(targets.calls.size(), 3u);
  scheduler.run_until(march2(8, 10));
  ASSERT_EQ(targets.calls.size(), 4u);
  EXPECT_EQ(targets.calls[3].payload, targets.calls[0].payload);
  const auto items =
      call(api::DescribeAlarmHistoryInput{"wql-prod", api::HistoryItemType::Action, {}, {}, false}).value().items;
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].summary, std::string("Failed to execute action ") + kFunction +
                                  ". Received error: \"TooManyRequestsException: Rate Exceeded.\"");
  EXPECT_EQ(items[1].summary, std::string("Successfully executed action ") + kFunction);
  EXPECT_EQ(items[1].timestamp, march2(8, 0, 7));
}

TEST_F(AlarmEmission, OtherFailuresAreFinalAndLeaveTheState) {
  const std::vector<std::pair<const char*, ErrorKind>> cases = {
      {kFunction, ErrorKind::NotFound}, {kFunction, ErrorKind::AccessDenied}, {kTopic, ErrorKind::Throttled}};
  int number = 0;
  for (const auto& [arn, kind] : cases) {
    auto failing = loss_alarm(1h, "alarm-" + std::to_string(number++));
    failing.alarm_actions = {arn};
    ASSERT_TRUE(call(failing));
    targets.answers = {Error{kind, "Code", "text"}};
    targets.calls.clear();
    ASSERT_TRUE(call(api::SetAlarmStateInput{failing.alarm_name, api::StateValue::Alarm, "r"}));
    EXPECT_EQ(alarm(failing.alarm_name).state, api::StateValue::Alarm);
    scheduler.run_until(scheduler.now() + 30s);
    EXPECT_EQ(targets.calls.size(), 1u);
    const auto items = call(api::DescribeAlarmHistoryInput{failing.alarm_name, api::HistoryItemType::Action});
    ASSERT_EQ(items.value().items.size(), 1u);
    const auto data = json::parse(items.value().items[0].data);
    EXPECT_EQ(data["actionState"], "Failed");
    EXPECT_EQ(data["notificationResource"], arn);
    EXPECT_EQ(data["error"], "Code: text");
  }
}

TEST_F(AlarmEmission, StateChangeEvent) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  ASSERT_TRUE(call(api::SetAlarmStateInput{"wql-prod", api::StateValue::Alarm, "by hand"}));
  const auto& event = events.entries.back();
  EXPECT_EQ(event.source, "aws.cloudwatch");
  EXPECT_EQ(event.detail_type, "CloudWatch Alarm State Change");
  EXPECT_THAT(event.resources, ElementsAre(kAlarmArn));
  EXPECT_EQ(event.time, march2(8, 0));
  const auto detail = json::parse(event.detail);
  const auto payload = json::parse(targets.calls.at(0).payload)["alarmData"];
  EXPECT_EQ(detail, payload);
  EXPECT_EQ(detail["state"],
            (json{{"value", "ALARM"}, {"reason", "by hand"}, {"timestamp", "2026-03-02T08:00:00.000+0000"}}));
}

TEST_F(AlarmEmission, ConfigurationChangeEvents) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  auto lower = loss_alarm(1h);
  lower.threshold = 0.2;
  ASSERT_TRUE(call(lower));
  ASSERT_TRUE(call(api::DeleteAlarmsInput{{"wql-prod"}}));
  ASSERT_EQ(events.entries.size(), 3u);
  std::vector<json> details;
  for (const auto& event : events.entries) {
    EXPECT_EQ(event.detail_type, "CloudWatch Alarm Configuration Change");
    details.push_back(json::parse(event.detail));
  }
  EXPECT_EQ(details[0]["operation"], "create");
  EXPECT_EQ(details[0]["state"], (json{{"value", "INSUFFICIENT_DATA"}, {"timestamp", "2026-03-02T08:00:00.000+0000"}}));
  EXPECT_FALSE(details[0].contains("previousConfiguration"));
  EXPECT_EQ(details[1]["operation"], "update");
  EXPECT_EQ(details[1]["configuration"]["threshold"], 0.2);
  EXPECT_EQ(details[1]["previousConfiguration"]["threshold"], 0.24);
  EXPECT_EQ(details[2]["operation"], "delete");
  auto configuration = details[0]["configuration"];
  configuration.erase("metrics");
  EXPECT_EQ(configuration, json::parse(R"({"alarmName":"wql-prod","evaluationPeriods":3,"datapointsToAlarm":3,
      "threshold":0.24,"comparisonOperator":"GreaterThanOrEqualToThreshold","treatMissingData":"notBreaching",
      "actionsEnabled":true,"timestamp":"2026-03-02T08:00:00.000+0000","okActions":[],
      "alarmActions":["arn:aws:lambda:eu-west-1:123456789012:function:retrain"],"insufficientDataActions":[]})"));
}

TEST_F(AlarmEmission, HistoryTellsTheWholeStory) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  scheduler.run_until(march2(8, 1, 30));
  ASSERT_TRUE(call(api::SetAlarmStateInput{"wql-prod", api::StateValue::Alarm, "by hand"}));
  ASSERT_TRUE(call(api::DeleteAlarmsInput{{"wql-prod"}}));
  const auto items = call(api::DescribeAlarmHistoryInput{"wql-prod", {}, {}, {}, false}).value().items;
  std::vector<std::string> summaries;
  for (const auto& item : items) summaries.push_back(item.summary);
  EXPECT_THAT(summaries,
              ElementsAre("Alarm \"wql-prod\" created", "Alarm updated from INSUFFICIENT_DATA to OK",
                          "Alarm updated from OK to ALARM", std::string("Successfully executed action ") + kFunction,
                          "Alarm \"wql-prod\" deleted"));
  EXPECT_EQ(json::parse(items[0].data)["type"], "Create");
  EXPECT_EQ(json::parse(items[0].data)["createdAlarm"]["alarmName"], "wql-prod");
  const auto update = json::parse(items[2].data);
  EXPECT_EQ(update["version"], "1.0");
  EXPECT_EQ(update["oldState"]["stateValue"], "OK");
  EXPECT_EQ(update["oldState"]["stateReasonData"]["threshold"], 0.24);
  EXPECT_EQ(update["newState"], (json{{"stateValue", "ALARM"}, {"stateReason", "by hand"}}));
  const auto action = json::parse(items[3].data);
  EXPECT_EQ(action["actionState"], "Succeeded");
  EXPECT_EQ(action["stateUpdateTimestamp"], epoch_milliseconds(march2(8, 1, 30)));
  EXPECT_EQ(action["publishedMessage"], targets.calls.at(0).payload);
  EXPECT_TRUE(action["error"].is_null());
  EXPECT_EQ(json::parse(items[4].data)["type"], "Delete");
}

TEST_F(AlarmEmission, HistoryFiltersAndForgetsAfterTwoWeeks) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  ASSERT_TRUE(call(loss_alarm(1h, "other")));
  scheduler.run_until(march2(9, 0));
  const auto count = [&](api::DescribeAlarmHistoryInput filter) { return call(filter).value().items.size(); };
  EXPECT_EQ(count({}), 4u);
  EXPECT_EQ(count({"other"}), 2u);
  EXPECT_EQ(count({"", api::HistoryItemType::StateUpdate}), 2u);
  EXPECT_EQ(count({"", {}, march2(8, 1)}), 2u);
  EXPECT_EQ(count({"", {}, {}, march2(8, 0)}), 2u);
  EXPECT_EQ(call(api::DescribeAlarmHistoryInput{}).value().items.at(0).summary,
            "Alarm updated from INSUFFICIENT_DATA to OK");
  scheduler.run_until(march2(8, 0) + std::chrono::days{14});
  EXPECT_EQ(count({}), 4u);
  scheduler.run_until(march2(8, 0, 30) + std::chrono::days{14});
  EXPECT_EQ(count({}), 2u);
}

TEST_F(AlarmEmission, JournalHasChangesAndActions) {
  targets.answers = {Error{ErrorKind::NotFound, "ResourceNotFoundException", "Function not found"}};
  ASSERT_TRUE(call(loss_alarm(1h)));
  ASSERT_TRUE(call(api::SetAlarmStateInput{"wql-prod", api::StateValue::Alarm, "r"}));
  scheduler.run_until(march2(8, 1));
  std::vector<std::string> recorded;
  for (const auto& line : journal.lines) {
    EXPECT_EQ(line.service, "cloudwatch");
    EXPECT_EQ(line.name, "wql-prod");
    EXPECT_TRUE(json::parse(line.detail).is_object());
    recorded.push_back(line.event);
  }
  EXPECT_THAT(recorded,
              ElementsAre("AlarmConfigurationChange", "AlarmStateChange", "AlarmActionFailed", "AlarmStateChange"));
  EXPECT_EQ(json::parse(journal.lines[1].detail),
            (json{{"from", "INSUFFICIENT_DATA"}, {"to", "ALARM"}, {"reason", "r"}}));
}

/// A target that deletes the alarm that called it.
struct DeletingTarget final : TargetInvoker {
  CloudWatch* service = nullptr;
  Result<> invoke(const TargetCall&) override {
    return service->handle(api::DeleteAlarmsInput{{"wql-prod"}}, march2(8, 0));
  }
};

TEST_F(AlarmEmission, ATargetMayCallBack) {
  DeletingTarget deleting;
  CloudWatch other(scheduler, events, deleting, journal, at_second_zero());
  deleting.service = &other;
  auto twice = loss_alarm(1h);
  twice.alarm_actions = {kFunction, kTopic};
  ASSERT_TRUE(other.handle(twice, march2(8, 0)));
  EXPECT_TRUE(other.handle(api::SetAlarmStateInput{"wql-prod", api::StateValue::Alarm, "r"}, march2(8, 0)));
  EXPECT_TRUE(other.handle(api::DescribeAlarmsInput{}, march2(8, 0)).value().metric_alarms.empty());
}

}  // namespace
}  // namespace driftlab::service::cloudwatch

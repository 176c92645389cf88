// The calls that create, read, change and delete alarms.

#include <functional>
#include <limits>

#include <gmock/gmock.h>

#include "sim/service/cloudwatch/enums.hpp"
#include "tests/unit/cloudwatch/fixture.hpp"

namespace driftlab::service::cloudwatch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using AlarmCall = CloudWatchTest;

std::vector<std::string> names_of(const Result<api::DescribeAlarmsOutput>& answer) {
  std::vector<std::string> names;
  for (const auto& alarm : answer.value().metric_alarms) names.push_back(alarm.configuration.alarm_name);
  return names;
}

TEST_F(AlarmCall, ANewAlarmIsUnchecked) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  const auto found = alarm();
  EXPECT_EQ(found.state, api::StateValue::InsufficientData);
  EXPECT_EQ(found.state_reason, "Unchecked: Initial alarm creation");
  EXPECT_EQ(found.state_reason_data, "");
  EXPECT_EQ(found.alarm_arn, "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:wql-prod");
  EXPECT_EQ(found.state_updated, march2(8, 0));
  EXPECT_EQ(found.alarm_configuration_updated, march2(8, 0));
}

TEST_F(AlarmCall, ReplacingReplacesTheWholeConfiguration) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  auto bare = loss_alarm(1h);
  bare.alarm_actions.clear();
  bare.datapoints_to_alarm.reset();
  bare.treat_missing_data.reset();
  scheduler.run_until(march2(9, 0));
  ASSERT_TRUE(call(bare));
  const auto found = alarm();
  EXPECT_THAT(found.configuration.alarm_actions, IsEmpty());
  EXPECT_FALSE(found.configuration.datapoints_to_alarm.has_value());
  EXPECT_FALSE(found.configuration.treat_missing_data.has_value());
  EXPECT_EQ(found.alarm_configuration_updated, march2(9, 0));
  EXPECT_EQ(found.state_updated, march2(8, 1));
}

TEST_F(AlarmCall, RefusesBadAlarms) {
  using Input = api::PutMetricAlarmInput;
  const std::vector<std::pair<const char*, std::function<void(Input&)>>> changes = {
      {"no name", [](Input& a) { a.alarm_name.clear(); }},
      {"long name", [](Input& a) { a.alarm_name = std::string(256, 'a'); }},
      {"control character", [](Input& a) { a.alarm_name = "a\nb"; }},
      {"long description", [](Input& a) { a.alarm_description = std::string(1025, 'a'); }},
      {"six actions", [](Input& a) { a.ok_actions.assign(6, "arn:aws:sns:eu-west-1:1:t"); }},
      {"no arn", [](Input& a) { a.alarm_actions = {"retrain"}; }},
      {"no metric", [](Input& a) { a.metric.metric_name.clear(); }},
      {"no namespace", [](Input& a) { a.metric.metric_namespace.clear(); }},
      {"no statistic", [](Input& a) { a.statistic.clear(); }},
      {"two statistics", [](Input& a) { a.extended_statistic = "p90"; }},
      {"unknown statistic", [](Input& a) { a.statistic = "Median"; }},
      {"unknown unit", [](Input& a) { a.unit = "Parsecs"; }},
      {"period 90", [](Input& a) { a.period = 90s; }},
      {"period 5", [](Input& a) { a.period = 5s; }},
      {"no periods", [](Input& a) { a.evaluation_periods = 0; }},
      {"M above N", [](Input& a) { a.datapoints_to_alarm = 4; }},
      {"M 0", [](Input& a) { a.datapoints_to_alarm = 0; }},
      {"NaN", [](Input& a) { a.threshold = std::numeric_limits<double>::quiet_NaN(); }},
      {"over a day", [](Input& a) { a.period = 1min, a.evaluation_periods = 1441; }},
      {"over a week", [](Input& a) { a.evaluation_periods = 169; }},
      {"math",
       [](Input& a) {
         a.metrics = {{"e1", std::nullopt, "m1 / m2"}};
       }},
  };
  for (const auto& [what, change] : changes) {
    auto bad = loss_alarm(1h);
    change(bad);
    const auto answer = call(bad);
    ASSERT_FALSE(answer) << what;
    EXPECT_EQ(answer.error().code, "ValidationError") << what;
  }
  EXPECT_THAT(names_of(call(api::DescribeAlarmsInput{})), IsEmpty());
}

TEST_F(AlarmCall, AcceptsADayOfMinutesAndAWeekOfHours) {
  auto day = loss_alarm(1min, "day");
  day.evaluation_periods = 1440;
  EXPECT_TRUE(call(day));
  auto week = loss_alarm(1h, "week");
  week.evaluation_periods = 168;
  EXPECT_TRUE(call(week));
}

// The texts were recorded from the service.
TEST_F(AlarmCall, EnumerationsAreRefusedInTheServicesWords) {
  const auto treatment = parse_treat_missing_data("X");
  EXPECT_EQ(describe(treatment.error()),
            "ValidationError: The value X is not supported for TreatMissingData parameter. Supported values are "
            "[breaching, notBreaching, ignore, missing].");
  EXPECT_EQ(parse_treat_missing_data("notBreaching").value(), api::TreatMissingData::NotBreaching);
  const auto value = parse_state_value("INVALID");
  EXPECT_EQ(describe(value.error()),
            "ValidationError: 1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy "
            "constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]");
  EXPECT_EQ(parse_state_value("ALARM").value(), api::StateValue::Alarm);
}

TEST_F(AlarmCall, DescribeFiltersAndOrdersByName) {
  for (const char* name : {"b-2", "a-1", "b-1"}) ASSERT_TRUE(call(loss_alarm(1h, name)));
  ASSERT_TRUE(call(api::SetAlarmStateInput{"b-2", api::StateValue::Ok, "by hand"}));
  EXPECT_THAT(names_of(call(api::DescribeAlarmsInput{})), ElementsAre("a-1", "b-1", "b-2"));
  EXPECT_THAT(names_of(call(api::DescribeAlarmsInput{{}, "b-"})), ElementsAre("b-1", "b-2"));
  EXPECT_THAT(names_of(call(api::DescribeAlarmsInput{{"b-2", "nobody"}})), ElementsAre("b-2"));
  EXPECT_THAT(names_of(call(api::DescribeAlarmsInput{{}, "", api::StateValue::Ok})), ElementsAre("b-2"));
  EXPECT_EQ(call(api::DescribeAlarmsInput{std::vector<std::string>(101, "x")}).error().code, "ValidationError");
}

TEST_F(AlarmCall, DeleteIgnoresUnknownNamesAndStopsEvaluating) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  EXPECT_TRUE(call(api::DeleteAlarmsInput{{"nobody", "wql-prod"}}));
  EXPECT_THAT(names_of(call(api::DescribeAlarmsInput{})), IsEmpty());
  EXPECT_EQ(scheduler.pending(), 0u);
}

TEST_F(AlarmCall, SetStateLastsUntilTheNextEvaluation) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  scheduler.run_until(march2(8, 5, 30));
  EXPECT_EQ(state(), "OK");
  ASSERT_TRUE(call(api::SetAlarmStateInput{"wql-prod", api::StateValue::Alarm, "by hand", R"({"who":"me"})"}));
  EXPECT_EQ(state(), "ALARM");
  EXPECT_EQ(alarm().state_reason, "by hand");
  EXPECT_EQ(alarm().state_reason_data, R"({"who":"me"})");
  EXPECT_EQ(targets.calls.size(), 1u);
  scheduler.run_until(march2(8, 6));
  EXPECT_EQ(state(), "OK");
  EXPECT_EQ(alarm().state_reason,
            "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as "
            "[NonBreaching].");
}

TEST_F(AlarmCall, SettingTheSameStateRunsNothing) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(call(api::SetAlarmStateInput{"wql-prod", api::StateValue::Alarm, "again"}));
  EXPECT_EQ(targets.calls.size(), 1u);
}

TEST_F(AlarmCall, SetStateErrors) {
  const auto unknown = call(api::SetAlarmStateInput{"nobody", api::StateValue::Ok, "r"});
  EXPECT_EQ(unknown.error(), (Error{ErrorKind::NotFound, "ResourceNotFound", ""}));
  ASSERT_TRUE(call(loss_alarm(1h)));
  EXPECT_EQ(call(api::SetAlarmStateInput{"wql-prod", api::StateValue::Ok, "r", "{"}).error().code, "InvalidFormat");
  EXPECT_EQ(call(api::SetAlarmStateInput{"wql-prod", api::StateValue::Ok, std::string(1024, 'r')}).error().code,
            "ValidationError");
}

TEST_F(AlarmCall, DisabledActionsDoNotRunButTheStateChanges) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  ASSERT_TRUE(call(api::DisableAlarmActionsInput{{"wql-prod", "nobody"}}));
  EXPECT_FALSE(alarm().configuration.actions_enabled);
  ASSERT_TRUE(call(api::SetAlarmStateInput{"wql-prod", api::StateValue::Alarm, "r"}));
  EXPECT_EQ(state(), "ALARM");
  EXPECT_TRUE(targets.calls.empty());
  ASSERT_TRUE(call(api::EnableAlarmActionsInput{{"wql-prod"}}));
  ASSERT_TRUE(call(api::SetAlarmStateInput{"wql-prod", api::StateValue::Ok, "r"}));
  ASSERT_TRUE(call(api::SetAlarmStateInput{"wql-prod", api::StateValue::Alarm, "r"}));
  EXPECT_EQ(targets.calls.size(), 1u);
}

TEST_F(AlarmCall, EnablingWhatIsEnabledChangesNothing) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  const auto before = events.entries.size();
  ASSERT_TRUE(call(api::EnableAlarmActionsInput{{"wql-prod"}}));
  EXPECT_EQ(events.entries.size(), before);
}

}  // namespace
}  // namespace driftlab::service::cloudwatch

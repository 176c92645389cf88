// What happens over time: sliding windows, memory of the range, redeployment, silence after firing.

#include "core/base/hash.hpp"
#include "tests/unit/cloudwatch/fixture.hpp"

namespace driftlab::service::cloudwatch {
namespace {

using AlarmTimeline = CloudWatchTest;

// Period 1 h, 3 of 3, samples at 10:31, 11:31 and 12:31: it fires at the evaluation after 12:32 and names the points
// 11:32, 10:32 and 09:32.
TEST_F(AlarmTimeline, HourlyAlarmFiresOnWindowsThatSlideByTheMinute) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  put_at(march2(10, 31), 0.31);
  put_at(march2(11, 31), 0.29);
  put_at(march2(12, 31), 0.34);
  scheduler.run_until(march2(12, 31, 59));
  EXPECT_EQ(state(), "OK");
  scheduler.run_until(march2(12, 32));
  EXPECT_EQ(state(), "ALARM");
  EXPECT_EQ(alarm().state_reason,
            "Threshold Crossed: 3 out of the last 3 datapoints [0.34 (02/03/26 11:32:00), 0.29 (02/03/26 10:32:00), "
            "0.31 (02/03/26 09:32:00)] were greater than or equal to the threshold (0.24) (minimum 3 datapoints for OK "
            "-> ALARM transition).");
  EXPECT_EQ(alarm().state_transitioned, march2(12, 32));
  EXPECT_EQ(targets.calls.size(), 1u);
}

// 12:35 in place of 12:31: while two samples share the newest hour the rule reaches one hour further back. The merged
// bucket counts once, so that with two breaching hours and an old good one the alarm waits until 13:36.
TEST_F(AlarmTimeline, JitterDelaysTheAlarm) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  put_at(march2(10, 31), 0.1);
  put_at(march2(11, 31), 0.3);
  put_at(march2(12, 35), 0.3);
  put_at(march2(13, 31), 0.3);
  scheduler.run_until(march2(13, 35, 59));
  EXPECT_EQ(state(), "OK");
  scheduler.run_until(march2(13, 36));
  EXPECT_EQ(state(), "ALARM");
}

// Three breaching minutes, then nothing. Without the range's two extra points the alarm would end at 8:06.
TEST_F(AlarmTimeline, TheRangeRemembersAfterTheMetricStops) {
  ASSERT_TRUE(call(loss_alarm(1min)));
  for (int minute = 2; minute < 5; ++minute) put_at(march2(8, minute), 0.5);
  scheduler.run_until(march2(8, 5));
  EXPECT_EQ(state(), "ALARM");
  scheduler.run_until(march2(8, 7, 59));
  EXPECT_EQ(state(), "ALARM");
  scheduler.run_until(march2(8, 8));
  EXPECT_EQ(state(), "OK");
}

TEST_F(AlarmTimeline, EvaluationRangeIsConfigurable) {
  Config config = at_second_zero();
  config.evaluation_range_extra = 0;
  CloudWatch short_range(scheduler, events, targets, journal, config);
  ASSERT_TRUE(short_range.handle(loss_alarm(1min), scheduler.now()));
  for (int minute = 2; minute < 5; ++minute) {
    scheduler.run_until(march2(8, minute));
    ASSERT_TRUE(
        short_range.handle(api::PutMetricDataInput{"CustomModelMonitoring", {loss_datum(0.5)}}, scheduler.now()));
  }
  const auto state_then = [&](Instant at) {
    scheduler.run_until(at);
    return short_range.handle(api::DescribeAlarmsInput{}, at).value().metric_alarms.at(0).state;
  };
  EXPECT_EQ(state_then(march2(8, 5)), api::StateValue::Alarm);
  EXPECT_EQ(state_then(march2(8, 6)), api::StateValue::Ok);
}

/// Three hours at 0.3, which is fine for a threshold of 0.5 and breaches 0.24.
struct StaleData : CloudWatchTest {
  void old_model(double threshold) {
    auto deployed = loss_alarm(1h);
    deployed.threshold = threshold;
    ASSERT_TRUE(call(deployed));
    for (int hour = 9; hour < 12; ++hour) put_at(march2(hour, 30), 0.3);
    scheduler.run_until(march2(12, 0, 30));
  }
};

TEST_F(StaleData, ALowerThresholdIsJudgedOnThePointsOfTheOldModel) {
  old_model(0.5);
  EXPECT_EQ(state(), "OK");
  ASSERT_TRUE(call(loss_alarm(1h)));
  EXPECT_EQ(state(), "OK");
  scheduler.run_until(march2(12, 1));
  EXPECT_EQ(state(), "ALARM");
  EXPECT_EQ(targets.calls.size(), 1u);
}

TEST_F(StaleData, ReplacedInPlaceWhileInAlarmFiresNoMore) {
  old_model(0.24);
  EXPECT_EQ(state(), "ALARM");
  const std::string reason = alarm().state_reason;
  targets.calls.clear();
  auto tighter = loss_alarm(1h);
  tighter.threshold = 0.2;
  ASSERT_TRUE(call(tighter));
  EXPECT_EQ(alarm().state_reason, reason);
  scheduler.run_until(march2(12, 20));
  EXPECT_EQ(state(), "ALARM");
  EXPECT_TRUE(targets.calls.empty());
}

TEST_F(StaleData, DeletedAndCreatedAnewFiresAgainWithinAMinute) {
  old_model(0.24);
  targets.calls.clear();
  ASSERT_TRUE(call(api::DeleteAlarmsInput{{"wql-prod"}}));
  ASSERT_TRUE(call(loss_alarm(1h)));
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
  EXPECT_EQ(alarm().state_reason, "Unchecked: Initial alarm creation");
  scheduler.run_until(scheduler.now() + 1min);
  EXPECT_EQ(state(), "ALARM");
  EXPECT_EQ(targets.calls.size(), 1u);
}

TEST_F(AlarmTimeline, APersistentBreachFiresOnce) {
  ASSERT_TRUE(call(loss_alarm(1h)));
  for (int hour = 0; hour < 72; ++hour) put_at(march2(8, 30) + std::chrono::hours{hour}, 0.5);
  EXPECT_EQ(state(), "ALARM");
  EXPECT_EQ(targets.calls.size(), 1u);
}

TEST_F(AlarmTimeline, LateSamplesAreJudgedToo) {
  ASSERT_TRUE(call(loss_alarm(1min)));
  put_at(march2(8, 10), 0.5);
  put_at(march2(8, 12), 0.5);
  scheduler.run_until(march2(8, 13, 30));
  EXPECT_EQ(state(), "OK");
  put(0.5, march2(8, 11));
  scheduler.run_until(march2(8, 14));
  EXPECT_EQ(state(), "ALARM");
}

// One breaching minute under "missing", 3 of 3: too young at 8:02 and 8:03, an alarm at 8:04 without any new sample,
// out of the range of five at 8:07.
TEST_F(AlarmTimeline, TheLastPointIsJudgedAgainAndAgain) {
  auto treat_as_missing = loss_alarm(1min);
  treat_as_missing.treat_missing_data = api::TreatMissingData::Missing;
  ASSERT_TRUE(call(treat_as_missing));
  put_at(march2(8, 1), 0.5);
  scheduler.run_until(march2(8, 3, 59));
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
  scheduler.run_until(march2(8, 4));
  EXPECT_EQ(state(), "ALARM");
  scheduler.run_until(march2(8, 6, 59));
  EXPECT_EQ(state(), "ALARM");
  scheduler.run_until(march2(8, 7));
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
  EXPECT_EQ(alarm().state_reason, "Insufficient Data: 3 datapoints were unknown.");
}

TEST_F(AlarmTimeline, AnAlarmMayExistBeforeItsMetricAndUsesOlderData) {
  for (int minute = 0; minute < 3; ++minute) put(0.5, march2(7, 57) + std::chrono::minutes{minute});
  ASSERT_TRUE(call(loss_alarm(1min)));
  scheduler.run_until(march2(8, 1));
  EXPECT_EQ(state(), "ALARM");
}

TEST_F(AlarmTimeline, AUnitTheMetricNeverUsesGivesInsufficientData) {
  auto in_seconds = loss_alarm(1min);
  in_seconds.unit = "Seconds";
  in_seconds.treat_missing_data.reset();
  ASSERT_TRUE(call(in_seconds));
  for (int minute = 2; minute < 6; ++minute) put_at(march2(8, minute), 0.5);
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
}

TEST_F(AlarmTimeline, DynamoDbAlarmsAlwaysIgnoreMissingData) {
  auto table = loss_alarm(1min);
  table.metric.metric_namespace = "AWS/DynamoDB";
  table.treat_missing_data = api::TreatMissingData::Breaching;
  ASSERT_TRUE(call(table));
  scheduler.run_until(march2(8, 30));
  EXPECT_EQ(state(), "INSUFFICIENT_DATA");
}

TEST_F(AlarmTimeline, APercentileAlarm) {
  auto p90 = loss_alarm(1min);
  p90.statistic.clear();
  p90.extended_statistic = "p50";
  ASSERT_TRUE(call(p90));
  for (int minute = 2; minute < 5; ++minute) {
    put_at(march2(8, minute), 0.1);
    put(0.3);
    put(0.9);
  }
  scheduler.run_until(march2(8, 5));
  EXPECT_EQ(state(), "ALARM");
  EXPECT_NE(alarm().state_reason_data.find(R"("statistic":"p50")"), std::string::npos);
}

TEST_F(AlarmTimeline, ShortPeriodsAreEvaluatedEveryTenSeconds) {
  auto fast = loss_alarm(10s);
  fast.evaluation_periods = 1;
  fast.datapoints_to_alarm = 1;
  ASSERT_TRUE(call(fast));
  api::MetricDatum datum = loss_datum(0.5, march2(8, 0, 12));
  datum.storage_resolution = 1;
  scheduler.run_until(march2(8, 0, 12));
  ASSERT_TRUE(call(api::PutMetricDataInput{"CustomModelMonitoring", {datum}}));
  scheduler.run_until(march2(8, 0, 19));
  EXPECT_NE(state(), "ALARM");
  scheduler.run_until(march2(8, 0, 20));
  EXPECT_EQ(state(), "ALARM");
  EXPECT_EQ(alarm().state_transitioned, march2(8, 0, 20));
}

TEST_F(AlarmTimeline, ChangingThePeriodChangesTheCadence) {
  ASSERT_TRUE(call(loss_alarm(1min)));
  auto fast = loss_alarm(10s);
  fast.treat_missing_data = api::TreatMissingData::Breaching;
  ASSERT_TRUE(call(fast));
  scheduler.run_until(march2(8, 0, 10));
  EXPECT_EQ(state(), "ALARM");
  EXPECT_EQ(scheduler.pending(), 1u);
}

struct SpreadAlarms : CloudWatchTest {
  SpreadAlarms() : CloudWatchTest(Config{}) {}

  /// A name whose alarm is evaluated at that second of the minute.
  static std::string name_at_second(std::uint64_t second) {
    for (int i = 0;; ++i) {
      std::string name = "alarm-" + std::to_string(i);
      if (stable_hash("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:" + name) % 60 == second) return name;
    }
  }
};

// Observed: an alarm of period 300 evaluated at 17:04:40 names 16:59:00.
TEST_F(SpreadAlarms, EachAlarmHasItsSecondOfTheMinute) {
  const std::string name = name_at_second(40);
  auto five_minutes = loss_alarm(5min, name);
  five_minutes.evaluation_periods = 1;
  five_minutes.datapoints_to_alarm.reset();
  ASSERT_TRUE(call(five_minutes));
  put_at(march2(17, 3), 0.1);
  scheduler.run_until(march2(17, 4, 10));
  put(0.5, march2(17, 2));
  scheduler.run_until(march2(17, 4, 39));
  EXPECT_EQ(alarm(name).state, api::StateValue::Ok);
  scheduler.run_until(march2(17, 4, 40));
  EXPECT_EQ(alarm(name).state, api::StateValue::Alarm);
  EXPECT_EQ(alarm(name).state_reason,
            "Threshold Crossed: 1 datapoint [0.5 (02/03/26 16:59:00)] was greater than or equal to the threshold "
            "(0.24).");
}

TEST_F(SpreadAlarms, OffsetsDiffer) {
  std::vector<Instant> times;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(call(loss_alarm(1min, "alarm-" + std::to_string(i))));
  scheduler.run_until(march2(8, 2));
  for (const auto& found : call(api::DescribeAlarmsInput{}).value().metric_alarms)
    if (std::ranges::find(times, found.state_transitioned) == times.end()) times.push_back(found.state_transitioned);
  EXPECT_GE(times.size(), 5u);
}

TEST(CloudWatchLifetime, LeavesNoTimersBehind) {
  test::ManualScheduler scheduler(march2(8, 0));
  test::RecordingEvents events;
  test::RecordingTargets targets;
  test::RecordingJournal journal;
  {
    Config config;
    config.ingest_delay = 1min;
    CloudWatch service(scheduler, events, targets, journal, config);
    ASSERT_TRUE(service.handle(loss_alarm(1min), scheduler.now()));
    ASSERT_TRUE(service.handle(api::PutMetricDataInput{"N", {loss_datum(1.0)}}, scheduler.now()));
    targets.answers = {Error{ErrorKind::Throttled, "TooManyRequestsException", "Rate Exceeded."}};
    ASSERT_TRUE(
        service.handle(api::SetAlarmStateInput{"wql-prod", api::StateValue::Alarm, "by hand"}, scheduler.now()));
    EXPECT_EQ(scheduler.pending(), 3u);
  }
  EXPECT_EQ(scheduler.pending(), 0u);
}

}  // namespace
}  // namespace driftlab::service::cloudwatch

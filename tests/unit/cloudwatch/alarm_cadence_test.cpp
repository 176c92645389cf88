// How long an hourly alarm takes: arithmetic by hand against many simulated onsets.

#include <cmath>
#include <vector>

#include "core/base/rng.hpp"
#include "tests/unit/cloudwatch/fixture.hpp"

namespace driftlab::service::cloudwatch {
namespace {

/// Minutes from the onset of a permanent breach to ALARM: one sample an hour at `phase`, 3 of 3, period 1 h.
double minutes_to_alarm(Duration phase, Duration onset) {
  const Instant start = march2(0, 0);
  test::ManualScheduler scheduler(start);
  test::RecordingEvents events;
  test::RecordingTargets targets;
  test::RecordingJournal journal;
  CloudWatch service(scheduler, events, targets, journal, CloudWatchTest::at_second_zero());
  EXPECT_TRUE(service.handle(loss_alarm(1h), start));
  for (int hour = 0; hour < 9; ++hour) {
    const Instant at = start + phase + std::chrono::hours{hour};
    scheduler.run_until(at);
    const double value = at >= start + onset ? 0.5 : 0.1;
    EXPECT_TRUE(service.handle(api::PutMetricDataInput{"CustomModelMonitoring", {loss_datum(value)}}, at));
  }
  const auto alarm = service.handle(api::DescribeAlarmsInput{}, scheduler.now()).value().metric_alarms.at(0);
  EXPECT_EQ(alarm.state, api::StateValue::Alarm);
  return to_seconds(alarm.state_transitioned - (start + onset)) / 60.0;
}

// 30 minutes to the first breaching sample on average, 120 to the third, half a minute to the next evaluation; at
// worst 60 + 120 + 1.
TEST(AlarmCadence, HourlyThreeOfThreeTakes150AndAHalfMinutes) {
  Rng rng(11, "test", "cadence");
  constexpr int kOnsets = 400;
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < kOnsets; ++i) {
    const double minutes =
        minutes_to_alarm(from_seconds(rng.uniform(0, 3600)), 4h + from_seconds(rng.uniform(0, 3600)));
    EXPECT_LE(minutes, 181.0);
    EXPECT_GE(minutes, 120.0);
    sum += minutes;
    squares += minutes * minutes;
  }
  const double mean = sum / kOnsets;
  const double error = std::sqrt((squares / kOnsets - mean * mean) / kOnsets);
  EXPECT_NEAR(mean, 150.5, 4.0 * error);
  EXPECT_LT(error, 1.2);
}

}  // namespace
}  // namespace driftlab::service::cloudwatch

#pragma once
/// A CloudWatch on a clock moved by hand, and shorthand for the loop's own metric and alarm.

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/service/cloudwatch/cloudwatch.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/recording_hosts.hpp"

namespace driftlab::service::cloudwatch {

inline Instant march2(int hour, int minute, int second = 0) {
  return from_civil(2026, 3, 2, hour, minute, second);
}

inline api::Metric loss_metric() {
  return {"CustomModelMonitoring", "weighted_quantile_loss", {{"StageName", "prod"}}};
}

inline api::MetricDatum loss_datum(double value, std::optional<Instant> at = {}) {
  api::MetricDatum datum;
  datum.metric_name = "weighted_quantile_loss";
  datum.dimensions = {{"StageName", "prod"}};
  datum.timestamp = at;
  datum.value = value;
  return datum;
}

/// Maximum >= 0.24 in 3 of 3 periods, one Lambda function as action.
inline api::PutMetricAlarmInput loss_alarm(Duration period, std::string name = "wql-prod") {
  api::PutMetricAlarmInput alarm;
  alarm.alarm_name = std::move(name);
  alarm.alarm_actions = {"arn:aws:lambda:eu-west-1:123456789012:function:retrain"};
  alarm.metric = loss_metric();
  alarm.statistic = "Maximum";
  alarm.period = period;
  alarm.evaluation_periods = 3;
  alarm.datapoints_to_alarm = 3;
  alarm.threshold = 0.24;
  alarm.comparison_operator = api::ComparisonOperator::GreaterThanOrEqualToThreshold;
  alarm.treat_missing_data = api::TreatMissingData::NotBreaching;
  return alarm;
}

struct CloudWatchTest : ::testing::Test {
  explicit CloudWatchTest(Config config = at_second_zero(), Instant start = march2(8, 0))
      : scheduler(start), service(scheduler, events, targets, journal, config) {}

  static Config at_second_zero() {
    Config config;
    config.spread_evaluations = false;
    return config;
  }

  template <class Request>
  auto call(const Request& request) {
    return service.handle(request, scheduler.now());
  }
  void put(double value, std::optional<Instant> at = {}) {
    ASSERT_TRUE(call(api::PutMetricDataInput{"CustomModelMonitoring", {loss_datum(value, at)}}));
  }
  /// Moves the clock to `at`, then sends a sample stamped then.
  void put_at(Instant at, double value) {
    scheduler.run_until(at);
    put(value);
  }
  api::MetricAlarm alarm(const std::string& name = "wql-prod") {
    const auto answer = call(api::DescribeAlarmsInput{{name}});
    EXPECT_EQ(answer.value().metric_alarms.size(), 1u);
    return answer.value().metric_alarms.at(0);
  }
  std::string state() { return api::to_string(alarm().state); }

  test::ManualScheduler scheduler;
  test::RecordingEvents events;
  test::RecordingTargets targets;
  test::RecordingJournal journal;
  CloudWatch service;
};

}  // namespace driftlab::service::cloudwatch

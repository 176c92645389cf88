#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/service/cloudwatch/alarm_reason.hpp"

namespace driftlab::service::cloudwatch {
namespace {

using enum api::StateValue;

Instant at(int hour, int minute) {
  return from_civil(2026, 3, 2, hour, minute);
}

api::PutMetricAlarmInput alarm_of(int periods, std::optional<int> to_alarm,
                                  std::optional<api::TreatMissingData> treatment = {}) {
  api::PutMetricAlarmInput alarm;
  alarm.alarm_name = "wql-prod";
  alarm.statistic = "Maximum";
  alarm.period = 1h;
  alarm.evaluation_periods = periods;
  alarm.datapoints_to_alarm = to_alarm;
  alarm.threshold = 0.24;
  alarm.treat_missing_data = treatment;
  return alarm;
}

EvaluatedPoint real(Instant label, double value) {
  return {label, {true, value, 1.0}};
}
EvaluatedPoint gap(Instant label) {
  return {label, {}};
}

const EvaluatedPoint kNew = real(at(11, 32), 0.34);
const EvaluatedPoint kOld = real(at(10, 32), 0.29);
const EvaluatedPoint kGoodNew = real(at(11, 32), 0.2);
const EvaluatedPoint kGoodOld = real(at(10, 32), 0.1);

std::string text(const api::PutMetricAlarmInput& alarm, api::StateValue to, const std::vector<EvaluatedPoint>& points) {
  return reason_text(alarm, to, points);
}

// The expected texts are the templates of published notifications with the numbers filled in by hand.
TEST(ReasonText, ToAlarmWithM) {
  EXPECT_EQ(text(alarm_of(1, 1), Alarm, {kNew}),
            "Threshold Crossed: 1 out of the last 1 datapoints [0.34 (02/03/26 11:32:00)] was greater than or equal to "
            "the threshold (0.24) (minimum 1 datapoint for OK -> ALARM transition).");
  EXPECT_EQ(text(alarm_of(2, 2), Alarm, {kNew, kOld}),
            "Threshold Crossed: 2 out of the last 2 datapoints [0.34 (02/03/26 11:32:00), 0.29 (02/03/26 10:32:00)] "
            "were greater than or equal to the threshold (0.24) (minimum 2 datapoints for OK -> ALARM transition).");
  EXPECT_EQ(text(alarm_of(2, 1), Alarm, {kNew, kGoodOld}),
            "Threshold Crossed: 1 out of the last 2 datapoints [0.34 (02/03/26 11:32:00)] was greater than or equal to "
            "the threshold (0.24) (minimum 1 datapoint for OK -> ALARM transition).");
}

TEST(ReasonText, ToOkWithMNeedsNMinusMPlusOne) {
  EXPECT_EQ(text(alarm_of(2, 2), Ok, {kGoodNew, kOld}),
            "Threshold Crossed: 1 out of the last 2 datapoints [0.2 (02/03/26 11:32:00)] was not greater than or equal "
            "to the threshold (0.24) (minimum 1 datapoint for ALARM -> OK transition).");
  EXPECT_EQ(text(alarm_of(2, 1), Ok, {kGoodNew, kGoodOld}),
            "Threshold Crossed: 2 out of the last 2 datapoints [0.2 (02/03/26 11:32:00), 0.1 (02/03/26 10:32:00)] were "
            "not greater than or equal to the threshold (0.24) (minimum 2 datapoints for ALARM -> OK transition).");
}

TEST(ReasonText, WithoutM) {
  EXPECT_EQ(text(alarm_of(1, {}), Alarm, {kNew}),
            "Threshold Crossed: 1 datapoint [0.34 (02/03/26 11:32:00)] was greater than or equal to the threshold "
            "(0.24).");
  EXPECT_EQ(text(alarm_of(2, {}), Alarm, {kNew, kOld}),
            "Threshold Crossed: 2 datapoints [0.34 (02/03/26 11:32:00), 0.29 (02/03/26 10:32:00)] were greater than or "
            "equal to the threshold (0.24).");
  EXPECT_EQ(text(alarm_of(1, {}), Ok, {kGoodNew}),
            "Threshold Crossed: 1 datapoint [0.2 (02/03/26 11:32:00)] was not greater than or equal to the threshold "
            "(0.24).");
}

TEST(ReasonText, FilledGaps) {
  using enum api::TreatMissingData;
  EXPECT_EQ(text(alarm_of(2, 2, Breaching), Alarm, {gap(at(11, 32)), kOld}),
            "Threshold Crossed: 1 out of the last 2 datapoints [0.29 (02/03/26 10:32:00)] was greater than or equal to "
            "the threshold (0.24) and 1 missing datapoint was treated as [Breaching] (minimum 2 datapoints for OK -> "
            "ALARM transition).");
  EXPECT_EQ(text(alarm_of(3, {}, NotBreaching), Ok, {gap(at(11, 32)), kGoodOld, gap(at(9, 32))}),
            "Threshold Crossed: 1 datapoint [0.1 (02/03/26 10:32:00)] was not greater than or equal to the threshold "
            "(0.24) and 2 missing datapoints were treated as [NonBreaching].");
  // Gaps that do not support the new state are not spoken of.
  EXPECT_EQ(text(alarm_of(2, 1, NotBreaching), Alarm, {gap(at(11, 32)), kOld}),
            "Threshold Crossed: 1 out of the last 2 datapoints [0.29 (02/03/26 10:32:00)] was greater than or equal to "
            "the threshold (0.24) (minimum 1 datapoint for OK -> ALARM transition).");
  EXPECT_EQ(text(alarm_of(2, 1, Missing), Ok, {gap(at(11, 32)), kGoodOld}),
            "Threshold Crossed: 1 out of the last 2 datapoints [0.1 (02/03/26 10:32:00)] was not greater than or equal "
            "to the threshold (0.24) (minimum 2 datapoints for ALARM -> OK transition).");
}

// All real points speak against the new state, which the gaps alone bring about.
TEST(ReasonText, NoSupportingPoint) {
  EXPECT_EQ(text(alarm_of(3, 3, api::TreatMissingData::NotBreaching), Ok, {kNew, gap(at(10, 32)), gap(at(9, 32))}),
            "Threshold Crossed: 0 out of the last 3 datapoints were not greater than or equal to the threshold (0.24) "
            "and 2 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for ALARM -> OK "
            "transition).");
}

TEST(ReasonText, NothingReceived) {
  using enum api::TreatMissingData;
  EXPECT_EQ(text(alarm_of(1, 1, NotBreaching), Ok, {gap(at(11, 32))}),
            "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as "
            "[NonBreaching].");
  EXPECT_EQ(text(alarm_of(2, {}, Breaching), Alarm, {gap(at(11, 32)), gap(at(10, 32))}),
            "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as "
            "[Breaching].");
  EXPECT_EQ(text(alarm_of(1, 1), InsufficientData, {gap(at(11, 32))}), "Insufficient Data: 1 datapoint was unknown.");
  EXPECT_EQ(text(alarm_of(2, 1), InsufficientData, {gap(at(11, 32)), gap(at(10, 32))}),
            "Insufficient Data: 2 datapoints were unknown.");
}

TEST(ReasonText, ComparisonsInWords) {
  using enum api::ComparisonOperator;
  auto alarm = alarm_of(1, {});
  const auto with = [&](api::ComparisonOperator comparison, api::StateValue to, double value) {
    alarm.comparison_operator = comparison;
    return text(alarm, to, {real(at(11, 32), value)});
  };
  EXPECT_EQ(with(GreaterThanThreshold, Ok, 0.24),
            "Threshold Crossed: 1 datapoint [0.24 (02/03/26 11:32:00)] was not greater than the threshold (0.24).");
  EXPECT_EQ(with(LessThanThreshold, Alarm, 0.0),
            "Threshold Crossed: 1 datapoint [0.0 (02/03/26 11:32:00)] was less than the threshold (0.24).");
  EXPECT_EQ(
      with(LessThanOrEqualToThreshold, Alarm, 0.24),
      "Threshold Crossed: 1 datapoint [0.24 (02/03/26 11:32:00)] was less than or equal to the threshold (0.24).");
}

// Java's Double.toString.
TEST(ReasonText, NumbersAsJavaPrintsThem) {
  auto alarm = alarm_of(2, {});
  alarm.threshold = 1e-4;
  EXPECT_EQ(text(alarm, Alarm, {real(at(11, 32), 1.0), real(at(10, 32), 1e7)}),
            "Threshold Crossed: 2 datapoints [1.0 (02/03/26 11:32:00), 1.0E7 (02/03/26 10:32:00)] were greater than or "
            "equal to the threshold (1.0E-4).");
}

TEST(ReasonText, IsCutAt1023Characters) {
  std::vector<EvaluatedPoint> points;
  for (int i = 0; i < 168; ++i) points.push_back(real(at(11, 32) - std::chrono::hours{i}, 0.5));
  const std::string long_text = text(alarm_of(168, 168), Alarm, points);
  EXPECT_EQ(long_text.size(), 1023u);
  EXPECT_TRUE(
      long_text.starts_with("Threshold Crossed: 168 out of the last 168 datapoints [0.5 (02/03/26 11:32:00), "));
}

// The recorded example, without its blanks.
TEST(ReasonData, RecordedExample) {
  const std::vector<EvaluatedPoint> points = {kNew, kOld, real(at(9, 32), 0.31)};
  EXPECT_EQ(reason_data(alarm_of(3, 3), at(12, 32) + 17s + 204ms, points),
            R"({"version":"1.0","queryDate":"2026-03-02T12:32:17.204+0000","startDate":"2026-03-02T09:32:00.000+0000",)"
            R"("statistic":"Maximum","period":3600,"recentDatapoints":[0.31,0.29,0.34],"threshold":0.24,)"
            R"("evaluatedDatapoints":[{"timestamp":"2026-03-02T11:32:00.000+0000","sampleCount":1.0,"value":0.34},)"
            R"({"timestamp":"2026-03-02T10:32:00.000+0000","sampleCount":1.0,"value":0.29},)"
            R"({"timestamp":"2026-03-02T09:32:00.000+0000","sampleCount":1.0,"value":0.31}]})");
}

TEST(ReasonData, GapsHaveATimestampOnly) {
  auto alarm = alarm_of(2, {});
  alarm.unit = "Percent";
  alarm.statistic.clear();
  alarm.extended_statistic = "p90";
  EXPECT_EQ(reason_data(alarm, at(12, 32), std::vector{gap(at(11, 32)), gap(at(10, 32))}),
            R"({"version":"1.0","queryDate":"2026-03-02T12:32:00.000+0000","unit":"Percent","statistic":"p90",)"
            R"("period":3600,"recentDatapoints":[],"threshold":0.24,"evaluatedDatapoints":)"
            R"([{"timestamp":"2026-03-02T11:32:00.000+0000"},{"timestamp":"2026-03-02T10:32:00.000+0000"}]})");
}

TEST(ReasonData, LeavesOutOldPointsToStayWithin4000Characters) {
  std::vector<EvaluatedPoint> points;
  for (int i = 0; i < 168; ++i) points.push_back(real(at(11, 32) - std::chrono::hours{i}, 0.123456789));
  const std::string data = reason_data(alarm_of(168, 168), at(12, 32), points);
  EXPECT_LE(data.size(), 4000u);
  const auto json = nlohmann::json::parse(data);
  EXPECT_GE(json["evaluatedDatapoints"].size(), 20u);
  EXPECT_EQ(json["evaluatedDatapoints"][0]["timestamp"], "2026-03-02T11:32:00.000+0000");
}

// Range 5, N = 3, "- - X - -": one real point, and the two newest gaps.
TEST(EvaluatedPoints, RealPointsFirstThenTheNewestGaps) {
  MetricRecord record;
  record.stream("None").slots.add(at(9, 57), false, SampleSet{{1, 0.5, 0.5, 0.5}});
  EvaluationWindow window(record, {"", 1min, 5, *parse_statistic("Maximum")}, PercentileMethod::Linear);
  window.advance(at(10, 0));
  const auto points = evaluated_points(window, 3);
  ASSERT_EQ(points.size(), 3u);
  EXPECT_EQ(points[0].label, at(9, 59));
  EXPECT_FALSE(points[0].point.present);
  EXPECT_EQ(points[1].label, at(9, 58));
  EXPECT_EQ(points[2].label, at(9, 57));
  EXPECT_TRUE(points[2].point.present);
}

}  // namespace
}  // namespace driftlab::service::cloudwatch

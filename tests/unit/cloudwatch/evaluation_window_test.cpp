#include "sim/service/cloudwatch/evaluation_window.hpp"

#include <gtest/gtest.h>

#include "core/base/rng.hpp"

namespace driftlab::service::cloudwatch {
namespace {

Instant at(int hour, int minute, int second = 0) {
  return from_civil(2026, 3, 2, hour, minute, second);
}

SampleSet one(double value) {
  return SampleSet{{1.0, value, value, value}};
}

EvaluationWindow::Shape shape(Duration period, int range, const char* statistic = "Maximum", std::string unit = "") {
  return {std::move(unit), period, range, *parse_statistic(statistic)};
}

// The three triples (time of evaluation, period, labels) seen in published histories.
TEST(EvaluationWindow, NamesBucketsByTheirStartsAsObserved) {
  MetricRecord record;
  EvaluationWindow five(record, shape(5min, 3), PercentileMethod::Linear);
  five.advance(floor_to(at(17, 4, 40), 1min));
  EXPECT_EQ(five.label(0), at(16, 59));
  EvaluationWindow hourly(record, shape(1h, 4), PercentileMethod::Linear);
  hourly.advance(floor_to(at(15, 19, 2), 1min));
  EXPECT_EQ(hourly.label(0), at(14, 19));
  EXPECT_EQ(hourly.label(1), at(13, 19));
  EvaluationWindow three(record, shape(3min, 5), PercentileMethod::Linear);
  three.advance(at(5, 53));
  EXPECT_EQ(three.label(0), at(5, 50));
  EXPECT_EQ(three.label(1), at(5, 47));
  EXPECT_EQ(three.label(2), at(5, 44));
}

// Hourly samples at 11:31, 12:35 and 13:31: from 13:32 to 13:35 the newest hour holds two and the one before none.
TEST(EvaluationWindow, JitterMakesGaps) {
  MetricRecord record;
  SlotStream& slots = record.stream("None").slots;
  slots.add(at(11, 31), false, one(0.1));
  slots.add(at(12, 35), false, one(0.3));
  slots.add(at(13, 31), false, one(0.2));
  EvaluationWindow window(record, shape(1h, 3), PercentileMethod::Linear);
  for (int minute = 32; minute <= 35; ++minute) {
    window.advance(at(13, minute));
    EXPECT_EQ(window.points()[0].sample_count, 2.0);
    EXPECT_EQ(window.points()[0].value, 0.3);
    EXPECT_FALSE(window.points()[1].present);
    EXPECT_EQ(window.points()[2].value, 0.1);
  }
  window.advance(at(13, 36));
  EXPECT_EQ(window.points()[0].value, 0.2);
  EXPECT_EQ(window.points()[1].value, 0.3);
  EXPECT_EQ(window.points()[2].value, 0.1);
}

TEST(EvaluationWindow, SaysWhetherAnythingCrossedABoundary) {
  MetricRecord record;
  EvaluationWindow window(record, shape(1h, 3), PercentileMethod::Linear);
  EXPECT_TRUE(window.advance(at(10, 0)));
  EXPECT_FALSE(window.advance(at(10, 1)));
  record.stream("None").slots.add(at(10, 1), false, one(1.0));
  EXPECT_TRUE(window.advance(at(10, 2)));
  for (int minute = 3; minute <= 59; ++minute) EXPECT_FALSE(window.advance(at(10, minute))) << minute;
  EXPECT_FALSE(window.advance(at(11, 1)));
  EXPECT_TRUE(window.advance(at(11, 2)));
  EXPECT_EQ(window.points()[1].value, 1.0);
}

// A real clock may be set back.
TEST(EvaluationWindow, MayMoveBack) {
  MetricRecord record;
  record.stream("None").slots.add(at(9, 50), false, one(1.0));
  record.stream("None").slots.add(at(10, 0), false, one(2.0));
  EvaluationWindow window(record, shape(1min, 1), PercentileMethod::Linear);
  window.advance(at(10, 1));
  EXPECT_EQ(window.points()[0].value, 2.0);
  EXPECT_TRUE(window.advance(at(9, 51)));
  EXPECT_EQ(window.points()[0].value, 1.0);
}

TEST(EvaluationWindow, UnitSelectsAStreamAndNoUnitTakesAll) {
  MetricRecord record;
  EvaluationWindow all(record, shape(1min, 2, "Sum"), PercentileMethod::Linear);
  EvaluationWindow seconds(record, shape(1min, 2, "Sum", "Seconds"), PercentileMethod::Linear);
  all.advance(at(9, 59));
  record.stream("Seconds").slots.add(at(10, 0), false, one(1.0));
  record.stream("None").slots.add(at(10, 0), false, one(5.0));
  all.advance(at(10, 1));
  seconds.advance(at(10, 1));
  EXPECT_EQ(all.points()[0].value, 6.0);
  EXPECT_EQ(seconds.points()[0].value, 1.0);
}

TEST(EvaluationWindow, PeriodsBelowAMinuteSeeHighResolutionOnly) {
  MetricRecord record;
  SlotStream& slots = record.stream("None").slots;
  slots.add(at(10, 0, 0), false, one(1.0));
  slots.add(at(10, 0, 5), true, one(2.0));
  EvaluationWindow window(record, shape(10s, 2, "Sum"), PercentileMethod::Linear);
  window.advance(at(10, 0, 10));
  EXPECT_EQ(window.points()[0].value, 2.0);
  EXPECT_EQ(window.points()[0].sample_count, 1.0);
}

// Whatever arrives, early or late, the window that slides must show what one made afresh shows, and may only say
// "unchanged" when it is.
TEST(EvaluationWindow, SlidingAgreesWithStartingAfresh) {
  Rng rng(7, "test", "evaluation window");
  for (const char* statistic : {"Maximum", "Average", "p75"}) {
    MetricRecord record;
    EvaluationWindow sliding(record, shape(5min, 6, statistic), PercentileMethod::Linear);
    std::vector<BucketPoint> before(6);
    for (int minute = 0; minute < 600; ++minute) {
      const Instant end = at(0, 0) + std::chrono::minutes{minute};
      if (rng.bernoulli(0.3))
        record.stream(rng.bernoulli(0.2) ? "Count" : "None")
            .slots.add(end - std::chrono::seconds{rng.below(3600)} * (rng.bernoulli(0.5) ? 1 : 0), rng.bernoulli(0.3),
                       one(rng.uniform()));
      const bool changed = sliding.advance(end);
      EvaluationWindow fresh(record, shape(5min, 6, statistic), PercentileMethod::Linear);
      fresh.advance(end);
      for (std::size_t i = 0; i < 6; ++i) {
        ASSERT_EQ(sliding.points()[i].present, fresh.points()[i].present);
        ASSERT_EQ(sliding.points()[i].value, fresh.points()[i].value);
        ASSERT_EQ(sliding.points()[i].sample_count, fresh.points()[i].sample_count);
        if (!changed) {
          ASSERT_EQ(before[i].value, fresh.points()[i].value);
        }
        before[i] = fresh.points()[i];
      }
    }
  }
}

}  // namespace
}  // namespace driftlab::service::cloudwatch

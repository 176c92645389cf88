#include "sim/service/cloudwatch/statistic.hpp"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace driftlab::service::cloudwatch {
namespace {

/// One slot a value.
std::vector<Slot> slots_of(std::initializer_list<double> values) {
  std::vector<Slot> slots;
  for (const double value : values) slots.push_back({Instant{}, false, SampleSet{{1.0, value, value, value}}});
  return slots;
}

std::optional<double> value_of(std::string_view name, const std::vector<Slot>& slots,
                               PercentileMethod method = PercentileMethod::Linear) {
  const auto statistic = parse_statistic(name);
  EXPECT_TRUE(statistic.has_value()) << name;
  Aggregate aggregate(method);
  aggregate.clear(statistic->needs_values());
  aggregate.add(slots, false);
  return aggregate.value(*statistic);
}

TEST(Statistic, BasicOnesByHand) {
  const auto slots = slots_of({4.0, -1.0, 6.0});
  EXPECT_EQ(value_of("SampleCount", slots), 3.0);
  EXPECT_EQ(value_of("Sum", slots), 9.0);
  EXPECT_EQ(value_of("Average", slots), 3.0);
  EXPECT_EQ(value_of("Minimum", slots), -1.0);
  EXPECT_EQ(value_of("Maximum", slots), 6.0);
}

TEST(Statistic, NoSamplesNoValue) {
  for (const char* name : {"SampleCount", "Sum", "Average", "Maximum", "p90", "tc90"})
    EXPECT_FALSE(value_of(name, {}).has_value()) << name;
}

// Ranks by hand: of 10, 20, 30, 40, 50 the rank of p is p/100 · 4; p90 has rank 3.6 = 40 + 0.6 · 10.
TEST(Statistic, PercentilesInterpolateBetweenRanks) {
  const auto slots = slots_of({50.0, 10.0, 40.0, 20.0, 30.0});
  EXPECT_DOUBLE_EQ(*value_of("p0", slots), 10.0);
  EXPECT_DOUBLE_EQ(*value_of("p50", slots), 30.0);
  EXPECT_DOUBLE_EQ(*value_of("p90", slots), 46.0);
  EXPECT_DOUBLE_EQ(*value_of("p100", slots), 50.0);
  EXPECT_DOUBLE_EQ(*value_of("p62.5", slots), 35.0);
}

// Nearest rank: ceil(0.9 · 5) = 5th, ceil(0.5 · 5) = 3rd, p0 the first.
TEST(Statistic, NearestRankIsAChoice) {
  const auto slots = slots_of({50.0, 10.0, 40.0, 20.0, 30.0});
  EXPECT_EQ(value_of("p90", slots, PercentileMethod::NearestRank), 50.0);
  EXPECT_EQ(value_of("p50", slots, PercentileMethod::NearestRank), 30.0);
  EXPECT_EQ(value_of("p0", slots, PercentileMethod::NearestRank), 10.0);
}

TEST(Statistic, PercentilesWeighByCount) {
  // 1 once, 5 three times: the sorted samples are 1 5 5 5; rank of p50 is 1.5, of p20 0.6 = 1 + 0.6 · 4.
  std::vector<Slot> slots = {{Instant{}, false, SampleSet{{4.0, 16.0, 1.0, 5.0}, {{5.0, 3.0}, {1.0, 1.0}}}}};
  EXPECT_DOUBLE_EQ(*value_of("p50", slots), 5.0);
  EXPECT_DOUBLE_EQ(*value_of("p20", slots), 3.4);
}

TEST(Statistic, PercentilesNeedKnownValuesThatAreNotNegative) {
  std::vector<Slot> set = {{Instant{}, false, SampleSet{{4.0, 16.0, 1.0, 5.0}, {}, false}}};
  EXPECT_FALSE(value_of("p50", set).has_value());
  EXPECT_EQ(value_of("Average", set), 4.0);
  EXPECT_FALSE(value_of("p50", slots_of({1.0, -1.0})).has_value());
}

// Of 1…10: p10 = 1.9, p90 = 9.1, p25 = 3.25, p75 = 7.75.
TEST(Statistic, TrimmedFamilyByHand) {
  const auto slots = slots_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  EXPECT_DOUBLE_EQ(*value_of("tm90", slots), 5.0);
  EXPECT_DOUBLE_EQ(*value_of("TM(:90%)", slots), 5.0);
  EXPECT_DOUBLE_EQ(*value_of("TM(10%:90%)", slots), 5.5);
  EXPECT_DOUBLE_EQ(*value_of("TM(50%:)", slots), 8.0);
  EXPECT_DOUBLE_EQ(*value_of("tc90", slots), 9.0);
  EXPECT_DOUBLE_EQ(*value_of("ts90", slots), 45.0);
  EXPECT_DOUBLE_EQ(*value_of("wm90", slots), (45.0 + 9.1) / 10.0);
  EXPECT_DOUBLE_EQ(*value_of("WM(10%:90%)", slots), (1.9 + 44.0 + 9.1) / 10.0);
  EXPECT_DOUBLE_EQ(*value_of("IQM", slots), 5.5);
  EXPECT_DOUBLE_EQ(*value_of("IQM", slots_of({5, 5, 5})), 5.0);
}

// Bounds given as values: the lower one excluded, the upper one included.
TEST(Statistic, ValueBoundsExcludeTheLowerAndIncludeTheUpper) {
  const auto slots = slots_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  EXPECT_DOUBLE_EQ(*value_of("TC(2:5)", slots), 3.0);
  EXPECT_DOUBLE_EQ(*value_of("TS(2:5)", slots), 12.0);
  EXPECT_DOUBLE_EQ(*value_of("TM(2:5)", slots), 4.0);
  EXPECT_DOUBLE_EQ(*value_of("PR(2:5)", slots), 30.0);
  EXPECT_DOUBLE_EQ(*value_of("pr5", slots), 50.0);
  EXPECT_FALSE(value_of("TM(20:30)", slots).has_value());
  EXPECT_EQ(value_of("TC(20:30)", slots), 0.0);
}

TEST(Statistic, RefusesWhatIsNoStatistic) {
  for (const char* name : {"", "maximum", "p", "p101", "p-1", "p1e1", "p50.12345678901", "tm101", "TM(10%:90)", "TM()",
                           "TM(:)", "TM(90%:10%)", "PR(10%:90%)", "xx90", "Median"})
    EXPECT_FALSE(parse_statistic(name).has_value()) << name;
  EXPECT_TRUE(parse_statistic("p99.9999999999").has_value());
  EXPECT_FALSE(parse_basic_statistic("p90").has_value());
  EXPECT_FALSE(parse_extended_statistic("Maximum").has_value());
}

TEST(SlotStream, MergesIntoMinuteAndSecondSlots) {
  const Instant minute = from_civil(2026, 3, 2, 10, 31);
  SlotStream stream;
  stream.add(minute + 59s, false, SampleSet{{1, 2.0, 2.0, 2.0}});
  stream.add(minute + 1s, false, SampleSet{{1, 4.0, 4.0, 4.0}});
  stream.add(minute + 1500ms, true, SampleSet{{1, 7.0, 7.0, 7.0}});
  stream.add(minute - 1s, false, SampleSet{{1, 9.0, 9.0, 9.0}});
  ASSERT_EQ(stream.slots().size(), 3u);
  EXPECT_EQ(stream.slots()[0].start, minute - 1min);
  EXPECT_EQ(stream.slots()[1].start, minute);
  EXPECT_EQ(stream.slots()[1].samples.totals.count, 2.0);
  EXPECT_EQ(stream.slots()[1].samples.totals.sum, 6.0);
  EXPECT_EQ(stream.slots()[2].start, minute + 1s);
  EXPECT_TRUE(stream.slots()[2].high_resolution);
}

TEST(SlotStream, ValuesSurviveMergingUnlessASetHidesThem) {
  const Instant minute = from_civil(2026, 3, 2, 10, 31);
  SlotStream stream;
  for (const double value : {3.0, 3.0, 1.0}) stream.add(minute, false, SampleSet{{1, value, value, value}});
  std::vector<ValueCount> values;
  ASSERT_TRUE(append_values(stream.slots()[0].samples, values));
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[0].value, 3.0);
  EXPECT_EQ(values[0].count, 2.0);
  EXPECT_EQ(values[1].value, 1.0);
  stream.add(minute, false, SampleSet{{2, 3.0, 1.0, 2.0}, {}, false});
  EXPECT_FALSE(append_values(stream.slots()[0].samples, values));
  EXPECT_EQ(stream.slots()[0].samples.totals.count, 5.0);
}

}  // namespace
}  // namespace driftlab::service::cloudwatch

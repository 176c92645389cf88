#include <gmock/gmock.h>

#include "sim/service/cloudwatch/enums.hpp"
#include "tests/unit/cloudwatch/fixture.hpp"

namespace driftlab::service::cloudwatch {
namespace {

using ::testing::ElementsAre;

struct MetricRead : CloudWatchTest {
  void put_datum(api::MetricDatum datum) {
    ASSERT_TRUE(call(api::PutMetricDataInput{"CustomModelMonitoring", {std::move(datum)}}));
  }
  void put_unit(double value, const char* unit, Instant at) {
    api::MetricDatum datum = loss_datum(value, at);
    datum.unit = unit;
    put_datum(datum);
  }
  static api::GetMetricStatisticsInput statistics(Instant start, Instant end, Duration period) {
    return {loss_metric(), start, end, period, {"Sum"}};
  }
  static api::GetMetricDataInput data(Instant start, Instant end, Duration period, const char* stat = "Sum") {
    return {{{"q", api::MetricStat{loss_metric(), period, stat}}}, start, end};
  }
};

// Start inclusive, end exclusive, both against bucket starts; the empty bucket at 7:30 is absent.
TEST_F(MetricRead, BucketsAreAnchoredAtTheStart) {
  put(1.0, march2(7, 3));
  put(2.0, march2(7, 12));
  put(4.0, march2(7, 13));
  put(8.0, march2(7, 43));
  const auto points = call(statistics(march2(7, 3), march2(7, 43), 10min)).value().datapoints;
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[0].timestamp, march2(7, 3));
  EXPECT_EQ(points[0].values.at("Sum"), 3.0);
  EXPECT_EQ(points[1].timestamp, march2(7, 13));
  EXPECT_EQ(points[1].values.at("Sum"), 4.0);
}

TEST_F(MetricRead, ReadsMayBeAlignedToTheEpoch) {
  Config config = at_second_zero();
  config.read_alignment = ReadAlignment::AtEpoch;
  CloudWatch other(scheduler, events, targets, journal, config);
  ASSERT_TRUE(
      other.handle(api::PutMetricDataInput{"CustomModelMonitoring", {loss_datum(1.0, march2(7, 12))}}, march2(8, 0)));
  const auto points = other.handle(statistics(march2(7, 3), march2(7, 43), 10min), march2(8, 0)).value().datapoints;
  ASSERT_EQ(points.size(), 1u);
  EXPECT_EQ(points[0].timestamp, march2(7, 10));
}

TEST_F(MetricRead, LateSamplesJoinTheirBucket) {
  put(1.0, march2(7, 30));
  put(2.0, march2(7, 10));
  put(4.0, march2(7, 10, 30));
  const auto points = call(statistics(march2(7, 0), march2(8, 0), 1min)).value().datapoints;
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[0].timestamp, march2(7, 10));
  EXPECT_EQ(points[0].values.at("Sum"), 6.0);
}

TEST_F(MetricRead, WeightsAndStatisticSets) {
  api::MetricDatum weighted = loss_datum(0, march2(7, 0));
  weighted.value.reset();
  weighted.values = {1.0, 5.0};
  weighted.counts = {3.0, 1.0};
  put_datum(weighted);
  auto read = statistics(march2(7, 0), march2(7, 1), 1min);
  read.statistics = {"SampleCount", "Sum", "Average", "Minimum", "Maximum"};
  read.extended_statistics = {"p50"};
  auto values = call(read).value().datapoints.at(0).values;
  EXPECT_EQ(values, (std::map<std::string, double>{
                        {"SampleCount", 4}, {"Sum", 8}, {"Average", 2}, {"Minimum", 1}, {"Maximum", 5}, {"p50", 1}}));
  api::MetricDatum set = loss_datum(0, march2(7, 0));
  set.value.reset();
  set.statistic_values = api::StatisticSet{2, 16, 7, 9};
  put_datum(set);
  values = call(read).value().datapoints.at(0).values;
  EXPECT_EQ(values, (std::map<std::string, double>{
                        {"SampleCount", 6}, {"Sum", 24}, {"Average", 4}, {"Minimum", 1}, {"Maximum", 9}}));
}

// A set whose values are certain keeps the percentiles: all alike, or a single one.
TEST_F(MetricRead, DegenerateSetsKeepPercentiles) {
  for (const auto& statistic_set : {api::StatisticSet{3, 6, 2, 2}, api::StatisticSet{1, 4, 4, 4}}) {
    api::MetricDatum set = loss_datum(0, march2(7, 0));
    set.value.reset();
    set.statistic_values = statistic_set;
    put_datum(set);
  }
  auto read = statistics(march2(7, 0), march2(7, 1), 1min);
  read.extended_statistics = {"p100", "p0"};
  const auto values = call(read).value().datapoints.at(0).values;
  EXPECT_EQ(values.at("p100"), 4.0);
  EXPECT_EQ(values.at("p0"), 2.0);
}

TEST_F(MetricRead, StatisticsErrors) {
  const auto error = [&](const api::GetMetricStatisticsInput& read) { return describe(call(read).error()); };
  EXPECT_EQ(error(statistics(march2(8, 0), march2(8, 0), 1min)),
            "InvalidParameterValue: The parameter StartTime must be less than the parameter EndTime.");
  EXPECT_EQ(error(statistics(march2(8, 0), march2(8, 0) + std::chrono::days{1}, 1s)),
            "InvalidParameterCombination: You have requested up to 86400 datapoints, which exceeds the limit of 1440. "
            "You may reduce the datapoints requested by increasing Period, or decreasing the time range.");
  auto none = statistics(march2(7, 0), march2(8, 0), 1min);
  none.statistics.clear();
  EXPECT_EQ(error(none), "InvalidParameterCombination: Must specify either Statistics or ExtendedStatistics");
  EXPECT_EQ(call(statistics(march2(7, 0), march2(8, 0), 90s)).error().code, "InvalidParameterValue");
  auto unknown = statistics(march2(7, 0), march2(8, 0), 1min);
  unknown.statistics = {"Median"};
  EXPECT_EQ(call(unknown).error().code, "InvalidParameterValue");
  EXPECT_TRUE(call(statistics(march2(8, 0), march2(8, 0) + std::chrono::days{1}, 1min)));
}

TEST_F(MetricRead, StatisticsGiveOnePointAUnit) {
  put_unit(1.0, "Seconds", march2(7, 0));
  put_unit(2.0, "Milliseconds", march2(7, 0));
  auto read = statistics(march2(7, 0), march2(8, 0), 1min);
  const auto points = call(read).value().datapoints;
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[0].timestamp, points[1].timestamp);
  EXPECT_EQ(points[0].unit, "Milliseconds");
  EXPECT_EQ(points[1].unit, "Seconds");
  read.unit = "Seconds";
  EXPECT_EQ(call(read).value().datapoints.size(), 1u);
  read.unit = "Bytes";
  EXPECT_TRUE(call(read).value().datapoints.empty());
  EXPECT_EQ(call(read).value().label, "weighted_quantile_loss");
}

TEST_F(MetricRead, DataErrors) {
  const auto error = [&](const api::GetMetricDataInput& read) { return describe(call(read).error()); };
  EXPECT_EQ(error(data(march2(8, 1), march2(8, 0), 1min)),
            "ValidationError: The parameter EndTime must be greater than StartTime.");
  EXPECT_EQ(error(data(march2(8, 0), march2(8, 0), 1min)),
            "ValidationError: The parameter StartTime must not equal parameter EndTime.");
  auto bad_id = data(march2(7, 0), march2(8, 0), 1min);
  bad_id.queries[0].id = "Q";
  EXPECT_EQ(call(bad_id).error().code, "ValidationError");
  auto twice = data(march2(7, 0), march2(8, 0), 1min);
  twice.queries.push_back(twice.queries[0]);
  EXPECT_EQ(call(twice).error().code, "ValidationError");
  auto math = data(march2(7, 0), march2(8, 0), 1min);
  math.queries[0].metric_stat.reset();
  math.queries[0].expression = "m1 / m2";
  EXPECT_EQ(call(math).error().code, "ValidationError");
}

TEST_F(MetricRead, DataComeNewestFirstUnlessAskedOtherwise) {
  put(1.0, march2(7, 1));
  put(2.0, march2(7, 2));
  auto read = data(march2(7, 0), march2(8, 0), 1min);
  auto result = call(read).value().results.at(0);
  EXPECT_THAT(result.timestamps, ElementsAre(march2(7, 2), march2(7, 1)));
  EXPECT_THAT(result.values, ElementsAre(2.0, 1.0));
  EXPECT_EQ(result.status_code, "Complete");
  read.ascending = true;
  result = call(read).value().results.at(0);
  EXPECT_THAT(result.values, ElementsAre(1.0, 2.0));
  read.queries[0].return_data = false;
  EXPECT_TRUE(call(read).value().results.empty());
}

// Recorded: the first unit of a fixed order wins, and a message names them all.
TEST_F(MetricRead, DataOfSeveralUnits) {
  put_unit(1.0, "Seconds", march2(7, 0));
  put_unit(2.0, "Milliseconds", march2(7, 0));
  const auto result = call(data(march2(7, 0), march2(8, 0), 1min)).value().results.at(0);
  EXPECT_THAT(result.values, ElementsAre(2.0));
  ASSERT_EQ(result.messages.size(), 1u);
  EXPECT_EQ(result.messages[0].code, "MultipleUnits");
  EXPECT_EQ(result.messages[0].value, "Multiple units returned: '[Milliseconds, Seconds]'");
}

TEST_F(MetricRead, UnitsAsSeenComeInThisOrder) {
  const std::vector<const char*> seen = {"Megabits", "Terabits",     "Gigabits", "Count",
                                         "Bytes",    "Milliseconds", "Seconds",  "None"};
  for (std::size_t i = 1; i < seen.size(); ++i) EXPECT_LT(unit_rank(seen[i - 1]), unit_rank(seen[i])) << seen[i];
}

TEST_F(MetricRead, DefaultLabelsTellQueriesApart) {
  api::GetMetricDataInput read = data(march2(7, 0), march2(8, 0), 1min);
  const auto labels = [&] {
    std::vector<std::string> found;
    const auto answer = call(read);
    for (const auto& result : answer.value().results) found.push_back(result.label);
    return found;
  };
  EXPECT_THAT(labels(), ElementsAre("weighted_quantile_loss"));
  read.queries.push_back({"r", api::MetricStat{loss_metric(), 1min, "Maximum"}});
  EXPECT_THAT(labels(), ElementsAre("weighted_quantile_loss Sum", "weighted_quantile_loss Maximum"));
  read.queries[1].metric_stat->period = 5min;
  EXPECT_THAT(labels(), ElementsAre("weighted_quantile_loss Sum 60", "weighted_quantile_loss Maximum 300"));
  read.queries[1].metric_stat->stat = "Sum";
  EXPECT_THAT(labels(), ElementsAre("weighted_quantile_loss 60", "weighted_quantile_loss 300"));
  read.queries[0].label = "mine";
  EXPECT_THAT(labels(), ElementsAre("mine", "weighted_quantile_loss 300"));
}

TEST_F(MetricRead, SubMinutePeriodsSeeHighResolutionOnly) {
  api::MetricDatum fine = loss_datum(3.0, march2(7, 0, 12));
  fine.storage_resolution = 1;
  put_datum(fine);
  put(5.0, march2(7, 0, 12));
  const auto result = call(data(march2(7, 0), march2(7, 1), 10s)).value().results.at(0);
  EXPECT_THAT(result.timestamps, ElementsAre(march2(7, 0, 10)));
  EXPECT_THAT(result.values, ElementsAre(3.0));
  EXPECT_THAT(call(data(march2(7, 0), march2(7, 1), 1min)).value().results.at(0).values, ElementsAre(8.0));
}

// Under 3 hours any period, up to 15 days minutes, up to 63 days five minutes, beyond hours.
TEST_F(MetricRead, OldStartsNeedCoarsePeriods) {
  put(1.0);
  const auto visible = [&](Duration age, Duration period) {
    scheduler.run_until(march2(8, 0) + age);
    return !call(data(march2(8, 0), march2(9, 0), period)).value().results.at(0).values.empty();
  };
  EXPECT_TRUE(visible(std::chrono::days{14}, 1min));
  EXPECT_FALSE(visible(std::chrono::days{15}, 1min));
  EXPECT_TRUE(visible(std::chrono::days{15}, 5min));
  EXPECT_FALSE(visible(std::chrono::days{63}, 5min));
  EXPECT_TRUE(visible(std::chrono::days{63}, 1h));
}

}  // namespace
}  // namespace driftlab::service::cloudwatch

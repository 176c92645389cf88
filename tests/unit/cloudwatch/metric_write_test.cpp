#include <cmath>
#include <functional>
#include <limits>

#include "sim/service/cloudwatch/metric_store.hpp"
#include "tests/unit/cloudwatch/fixture.hpp"

namespace driftlab::service::cloudwatch {
namespace {

using MetricWrite = CloudWatchTest;

/// The answer to one datum, changed from a good one.
struct Refusal {
  const char* what;
  std::function<void(api::MetricDatum&)> change;
  const char* code;
  const char* message;
};

std::vector<Refusal> refusals() {
  const Instant now = march2(8, 0);
  return {
      {"value and values", [](auto& d) { d.values = {1.0}; }, "InvalidParameterCombination",
       "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have "
       "specified both."},
      {"value and set",
       [](auto& d) {
         d.statistic_values = api::StatisticSet{1, 1, 1, 1};
       },
       "InvalidParameterCombination",
       "The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and "
       "you have specified both."},
      {"unequal lengths",
       [](auto& d) {
         d.value.reset(), d.values = {1.0, 2.0}, d.counts = {1.0};
       },
       "InvalidParameterValue",
       "The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size."},
      {"NaN", [](auto& d) { d.value = std::numeric_limits<double>::quiet_NaN(); }, "InvalidParameterValue",
       "The value NaN for parameter MetricData.member.1.Value is invalid."},
      {"infinity", [](auto& d) { d.value = -std::numeric_limits<double>::infinity(); }, "InvalidParameterValue",
       "The value -Infinity for parameter MetricData.member.1.Value is invalid."},
      {"too old", [now](auto& d) { d.timestamp = now - std::chrono::days{14} - 1s; }, "InvalidParameterValue",
       "The parameter MetricData.member.1.Timestamp must specify a time no earlier than two weeks before the current "
       "date/time or no later than two hours after the current date/time."},
      {"too new", [now](auto& d) { d.timestamp = now + 2h + 1s; }, "InvalidParameterValue",
       "The parameter MetricData.member.1.Timestamp must specify a time no earlier than two weeks before the current "
       "date/time or no later than two hours after the current date/time."},
      {"no name", [](auto& d) { d.metric_name.clear(); }, "MissingParameter",
       "The parameter MetricData.member.1.MetricName is required."},
      {"no value", [](auto& d) { d.value.reset(); }, "MissingParameter",
       "The parameter MetricData.member.1.Value is required."},
      {"unit", [](auto& d) { d.unit = "Parsecs"; }, "InvalidParameterValue",
       "The value Parsecs for parameter MetricData.member.1.Unit is invalid."},
      {"resolution", [](auto& d) { d.storage_resolution = 10; }, "InvalidParameterValue",
       "The value 10 for parameter MetricData.member.1.StorageResolution is invalid."},
      {"colon", [](auto& d) { d.dimensions[0].name = ":x"; }, "InvalidParameterValue",
       "The value :x for parameter MetricData.member.1.Dimensions.member.1.Name is invalid."},
      {"31 dimensions",
       [](auto& d) {
         d.dimensions.resize(31, {"a", "b"});
       },
       "InvalidParameterValue", "The collection MetricData.member.1.Dimensions must not have a size greater than 30."},
      {"151 values", [](auto& d) { d.value.reset(), d.values.resize(151, 1.0); }, "InvalidParameterValue",
       "The collection MetricData.member.1.Values must not have a size greater than 150."},
  };
}

TEST_F(MetricWrite, RefusesWithTheServicesWords) {
  for (const Refusal& refusal : refusals()) {
    api::MetricDatum datum = loss_datum(1.0);
    refusal.change(datum);
    const auto answer = call(api::PutMetricDataInput{"N", {datum}});
    ASSERT_FALSE(answer) << refusal.what;
    EXPECT_EQ(answer.error().kind, ErrorKind::InvalidInput) << refusal.what;
    EXPECT_EQ(answer.error().code, refusal.code) << refusal.what;
    EXPECT_EQ(answer.error().message, refusal.message);
  }
}

TEST_F(MetricWrite, AcceptsTheBordersOfItsLimits) {
  api::MetricDatum old = loss_datum(std::ldexp(1.0, 360), march2(8, 0) - std::chrono::days{14});
  api::MetricDatum early = loss_datum(-std::ldexp(1.0, 360), march2(10, 0));
  EXPECT_TRUE(call(api::PutMetricDataInput{"N", {old, early}}));
  old.value = std::nextafter(std::ldexp(1.0, 360), 1e300);
  EXPECT_FALSE(call(api::PutMetricDataInput{"N", {old}}));
  EXPECT_TRUE(call(api::PutMetricDataInput{"N", std::vector(1000, loss_datum(1.0))}));
  const auto answer = call(api::PutMetricDataInput{"N", std::vector(1001, loss_datum(1.0))});
  EXPECT_EQ(answer.error().message, "The collection MetricData must not have a size greater than 1000.");
}

TEST_F(MetricWrite, RefusesNamespaces) {
  EXPECT_EQ(call(api::PutMetricDataInput{"", {loss_datum(1)}}).error().message, "The parameter Namespace is required.");
  EXPECT_EQ(call(api::PutMetricDataInput{":x", {loss_datum(1)}}).error().code, "InvalidParameterValue");
  EXPECT_EQ(call(api::PutMetricDataInput{std::string(256, 'x'), {loss_datum(1)}}).error().code,
            "InvalidParameterValue");
  EXPECT_EQ(call(api::PutMetricDataInput{"N", {}}).error().message, "The parameter MetricData is required.");
}

TEST_F(MetricWrite, ACallIsRefusedAsAWholeAndCountsFromOne) {
  api::MetricDatum bad = loss_datum(1.0);
  bad.value = std::numeric_limits<double>::quiet_NaN();
  const auto answer = call(api::PutMetricDataInput{"N", {loss_datum(1.0), bad}});
  EXPECT_EQ(answer.error().message, "The value NaN for parameter MetricData.member.2.Value is invalid.");
  EXPECT_TRUE(call(api::ListMetricsInput{}).value().metrics.empty());
}

struct StrictWrite : CloudWatchTest {
  StrictWrite()
      : CloudWatchTest([] {
          Config config = at_second_zero();
          config.refuse_aws_namespaces = true;
          return config;
        }()) {}
};

TEST_F(StrictWrite, OnlyServicesWriteToTheirNamespaces) {
  EXPECT_EQ(call(api::PutMetricDataInput{"AWS/Lambda", {loss_datum(1)}}).error().code, "InvalidParameterValue");
  service.publish({"AWS/Lambda", {loss_datum(1)}});
  EXPECT_EQ(call(api::ListMetricsInput{"AWS/Lambda"}).value().metrics.size(), 1u);
}

TEST_F(MetricWrite, APublishedMetricThatIsRefusedIsInTheJournal) {
  service.publish({"CustomModelMonitoring", {loss_datum(std::numeric_limits<double>::quiet_NaN())}});
  ASSERT_EQ(journal.lines.size(), 1u);
  EXPECT_EQ(journal.lines[0].event, "MetricDataRefused");
}

TEST_F(MetricWrite, SamplesAreNotJournalled) {
  put(1.0);
  EXPECT_TRUE(journal.lines.empty());
}

TEST_F(MetricWrite, IdentityIsTheCompleteSetOfDimensionsInAnyOrder) {
  api::MetricDatum both = loss_datum(1.0);
  both.dimensions = {{"b", "2"}, {"a", "1"}};
  api::MetricDatum turned = both;
  turned.dimensions = {{"a", "1"}, {"b", "2"}};
  api::MetricDatum fewer = both;
  fewer.dimensions = {{"a", "1"}};
  api::MetricDatum none = both;
  none.dimensions = {};
  ASSERT_TRUE(call(api::PutMetricDataInput{"N", {both, turned, fewer, none}}));
  EXPECT_EQ(call(api::ListMetricsInput{"N"}).value().metrics.size(), 3u);
}

TEST_F(MetricWrite, ListFiltersByWhatAMetricHas) {
  api::MetricDatum prod = loss_datum(1.0);
  api::MetricDatum staging = loss_datum(1.0);
  staging.dimensions = {{"StageName", "staging"}, {"Model", "a"}};
  ASSERT_TRUE(call(api::PutMetricDataInput{"N", {prod, staging}}));
  const auto count = [&](api::ListMetricsInput filter) { return call(filter).value().metrics.size(); };
  EXPECT_EQ(count({"N"}), 2u);
  EXPECT_EQ(count({"M"}), 0u);
  EXPECT_EQ(count({"", "weighted_quantile_loss"}), 2u);
  EXPECT_EQ(count({"", "", {{"StageName", ""}}}), 2u);
  EXPECT_EQ(count({"", "", {{"StageName", "prod"}}}), 1u);
  EXPECT_EQ(count({"", "", {{"StageName", ""}, {"Model", "a"}}}), 1u);
}

TEST_F(MetricWrite, MetricsFadeFromTheListAfterTwoWeeks) {
  put(1.0);
  scheduler.run_until(march2(8, 0) + std::chrono::days{14});
  EXPECT_EQ(call(api::ListMetricsInput{}).value().metrics.size(), 1u);
  scheduler.run_until(march2(8, 1) + std::chrono::days{14});
  EXPECT_TRUE(call(api::ListMetricsInput{}).value().metrics.empty());
}

struct SlowIngest : CloudWatchTest {
  SlowIngest()
      : CloudWatchTest([] {
          Config config = at_second_zero();
          config.ingest_delay = 2min;
          return config;
        }()) {}
};

TEST_F(SlowIngest, DataAreSeenAfterTheDelayAtTheirTimeOfArrival) {
  put(1.0);
  api::GetMetricStatisticsInput read{loss_metric(), march2(8, 0), march2(9, 0), 1min, {"Sum"}};
  scheduler.run_until(march2(8, 1, 59));
  EXPECT_TRUE(call(read).value().datapoints.empty());
  scheduler.run_until(march2(8, 2));
  ASSERT_EQ(call(read).value().datapoints.size(), 1u);
  EXPECT_EQ(call(read).value().datapoints[0].timestamp, march2(8, 0));
}

}  // namespace
}  // namespace driftlab::service::cloudwatch

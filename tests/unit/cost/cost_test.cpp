// Expected values: bills worked by hand from the prices in the text, and rows of an AWS bill for EU (Ireland) of
// December 2023 that AWS published (github.com/aws-samples/sagemaker-ssh-helper, Sample_Costs.md).
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/report/cost/bill.hpp"

namespace driftlab::cost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kHour = 3600;
constexpr double kGb = 1024.0 * 1024.0 * 1024.0;
constexpr double kMonth = 730.0;  // hours

PriceList simple_prices() {
  return {.region = "here",
          .as_of = "today",
          .instance_hour = {{"ml.a", 0.1}, {"ml.b", 2.0}},
          .job_storage_gb_month = {{Purpose::Processing, 0.1}, {Purpose::Training, 0.2}},
          .endpoint_data_gb = 0.016,
          .metric_month = 0.3,
          .alarm_month = 0.1,
          .high_resolution_alarm_month = 0.3,
          .dashboard_month = 3.0,
          .lambda_million_requests = 0.2,
          .lambda_gb_second = 0.00002,
          .build_minute = 0.005,
          .pipeline_month = 1.0,
          .s3_thousand_puts = 0.005,
          .s3_gb_month = 0.023};
}

double usd(const Bill& bill, const std::string& item) {
  for (const auto& one : bill.items)
    if (one.item == item) return one.usd;
  return NAN;
}

TEST(Bill, IsEmptyWithoutUsage) {
  const auto bill = make_bill({}, simple_prices());
  EXPECT_TRUE(bill.items.empty());
  EXPECT_EQ(bill.total_usd(), 0.0);
  EXPECT_EQ(one_line(bill), "$0.00 at list prices (here)");
}

TEST(Bill, OfEveryItemByHand) {
  Usage usage;
  // Two endpoints of one ml.a for 28 days: 2 · 672 h · 0.1 = 134.40.
  usage.instance_seconds[{Purpose::Hosting, "ml.a"}] = 2 * 672 * kHour;
  // 90 s of ml.a: 0.1 / 40 = 0.0025; 3 instances of ml.b for 20 minutes: one hour, 2.00.
  usage.instance_seconds[{Purpose::Processing, "ml.a"}] = 90;
  usage.instance_seconds[{Purpose::Training, "ml.b"}] = 3 * 20 * 60;
  // 30 GB for 73 hours are 3 GB-months: 0.30, and 0.60 for training.
  usage.storage_gb_seconds[Purpose::Processing] = 30.0 * 73 * kHour;
  usage.storage_gb_seconds[Purpose::Training] = 30.0 * 73 * kHour;
  usage.endpoint_bytes = 2.5 * kGb;             // 0.04
  usage.alarm_hours = 2 * 365;                  // two alarms for half a month: 0.10
  usage.high_resolution_alarm_hours = 730;      // 0.30
  usage.metric_hours = 4 * 365;                 // 2 metric-months: 0.60
  usage.dashboard_hours = 73;                   // 0.30
  usage.lambda_requests = 1'500'000;            // 0.30
  usage.lambda_gb_seconds = 10'000;             // 0.20
  usage.build_minutes = 90;                     // 0.45
  usage.pipeline_months = 2;                    // 2.00
  usage.s3_puts = 4000;                         // 0.02
  usage.s3_gb_seconds = 10.0 * kMonth * kHour;  // 10 GB-months: 0.23
  const auto bill = make_bill(usage, simple_prices());
  EXPECT_NEAR(usd(bill, "hosting ml.a"), 134.40, 1e-9);
  EXPECT_NEAR(usd(bill, "processing ml.a"), 0.0025, 1e-12);
  EXPECT_NEAR(usd(bill, "training ml.b"), 2.00, 1e-12);
  EXPECT_NEAR(usd(bill, "processing volumes"), 0.30, 1e-12);
  EXPECT_NEAR(usd(bill, "training volumes"), 0.60, 1e-12);
  EXPECT_NEAR(usd(bill, "endpoint data"), 0.04, 1e-12);
  EXPECT_NEAR(usd(bill, "alarms"), 0.10, 1e-12);
  EXPECT_NEAR(usd(bill, "high-resolution alarms"), 0.30, 1e-12);
  EXPECT_NEAR(usd(bill, "custom metrics"), 0.60, 1e-12);
  EXPECT_NEAR(usd(bill, "dashboards"), 0.30, 1e-12);
  EXPECT_NEAR(usd(bill, "Lambda requests"), 0.30, 1e-12);
  EXPECT_NEAR(usd(bill, "Lambda duration"), 0.20, 1e-12);
  EXPECT_NEAR(usd(bill, "CodeBuild"), 0.45, 1e-12);
  EXPECT_NEAR(usd(bill, "CodePipeline"), 2.00, 1e-12);
  EXPECT_NEAR(usd(bill, "S3 PUT"), 0.02, 1e-12);
  EXPECT_NEAR(usd(bill, "S3 storage"), 0.23, 1e-12);
  EXPECT_NEAR(bill.total_usd(), 141.8425, 1e-9);
  EXPECT_EQ(one_line(bill),
            "$141.84 at list prices (here): hosting ml.a $134.40, training ml.b $2.00, CodePipeline $2.00 and 13 more");
}

TEST(Bill, NamesInstancesWithoutAPriceOnce) {
  Usage usage;
  usage.instance_seconds[{Purpose::Hosting, "ml.new"}] = kHour;
  usage.instance_seconds[{Purpose::Training, "ml.new"}] = kHour;
  usage.instance_seconds[{Purpose::Training, "ml.a"}] = kHour;
  const auto bill = make_bill(usage, simple_prices());
  EXPECT_THAT(bill.unpriced, ElementsAre("ml.new"));
  EXPECT_NEAR(bill.total_usd(), 0.1, 1e-12);
  EXPECT_THAT(one_line(bill), HasSubstr("; no price for ml.new"));
}

TEST(BuiltInPrices, GiveTheRowsOfAnAwsBill) {
  const auto prices = read_prices(built_in_prices(), "eu-west-1").value();
  Usage usage;
  const auto seconds = [](double hours) { return std::llround(hours * 3600.0); };
  usage.instance_seconds[{Purpose::Transform, "ml.m5.xlarge"}] = seconds(2.126);
  usage.instance_seconds[{Purpose::Hosting, "ml.m5.xlarge"}] = seconds(8.208);
  usage.instance_seconds[{Purpose::Processing, "ml.m5.xlarge"}] = seconds(2.382);
  usage.instance_seconds[{Purpose::Training, "ml.m5.xlarge"}] = seconds(44.015);
  usage.instance_seconds[{Purpose::Hosting, "ml.m5.large"}] = seconds(1339.426);
  usage.instance_seconds[{Purpose::Training, "ml.g4dn.xlarge"}] = seconds(14.801);
  usage.storage_gb_seconds[Purpose::Training] = 1.942 * kMonth * 3600.0;
  usage.storage_gb_seconds[Purpose::Processing] = 0.096 * kMonth * 3600.0;
  const auto bill = make_bill(usage, prices);
  const auto cents = [&](const char* item) { return std::round(usd(bill, item) * 100.0); };
  EXPECT_EQ(cents("transform ml.m5.xlarge"), 55);
  EXPECT_EQ(cents("hosting ml.m5.xlarge"), 211);
  EXPECT_EQ(cents("processing ml.m5.xlarge"), 61);
  EXPECT_EQ(cents("training ml.m5.xlarge"), 1131);
  EXPECT_EQ(cents("hosting ml.m5.large"), 17145);
  EXPECT_EQ(cents("training ml.g4dn.xlarge"), 1217);
  EXPECT_EQ(cents("training volumes"), 30);
  EXPECT_EQ(cents("processing volumes"), 1);
}

TEST(BuiltInPrices, KnowBothRegionsAndNameTheNearest) {
  EXPECT_TRUE(read_prices(built_in_prices(), "us-east-1").has_value());
  const auto unknown = read_prices(built_in_prices(), "us-east-2");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().message, "$.regions: no prices for 'us-east-2'; did you mean 'us-east-1'?");
}

TEST(Prices, ErrorsNameThePath) {
  const auto problem = [](const char* text) { return read_prices(text, "r").error().message; };
  EXPECT_EQ(problem("["), "prices: not a JSON object");
  EXPECT_EQ(problem("{}"), "$.as_of: a text is required");
  EXPECT_EQ(problem(R"({"as_of":"x"})"), "$.regions: an object is required");
  EXPECT_EQ(problem(R"({"as_of":"x","regions":{"r":{}}})"), "$.regions.r.sagemaker: an object is required");
  EXPECT_EQ(problem(R"({"as_of":"x","regions":{"r":{"sagemaker":{"instance_hour":{"ml.a":"1"}}}}})"),
            "$.regions.r.sagemaker.instance_hour[\"ml.a\"]: a price in USD, 0 or more is required");
  EXPECT_EQ(problem(R"({"as_of":"x","regions":{"r":{"sagemaker":{"instance_hour":{}}}}})"),
            "$.regions.r.sagemaker.processing_storage_gb_month: a price in USD, 0 or more is required");
}

}  // namespace
}  // namespace driftlab::cost

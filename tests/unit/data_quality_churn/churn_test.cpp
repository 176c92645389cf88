/// The churn sample of SageMaker's notebooks, whose baseline and run were published: buckets, deviation, and the 60
/// violations of a run on the sample traffic.

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>

#include "core/monitor/data_quality/data_quality.hpp"
#include "core/monitor/profile/csv_source.hpp"

namespace driftlab::monitor {
namespace {

using ::testing::ElementsAre;

DatasetProfile profile_of(const char* name, bool header) {
  const char* folder = std::getenv("DRIFTLAB_DATA_DIR");
  EXPECT_NE(folder, nullptr) << "DRIFTLAB_DATA_DIR names the folder of the sample";
  CsvSource source({std::filesystem::path(folder ? folder : "") / "monitor_churn" / name}, {.header = header});
  auto profile = profile_dataset(source);
  EXPECT_TRUE(profile.has_value()) << profile.error().message;
  return *std::move(profile);
}

std::vector<std::uint64_t> buckets(const Statistics& statistics, const char* column) {
  std::vector<std::uint64_t> counts;
  for (const auto& bucket : statistics.find(column)->numerical->buckets) counts.push_back(bucket.count);
  return counts;
}

TEST(Churn, PublishedBuckets) {
  const auto statistics = statistics_of(profile_of("training-dataset-with-header.csv", true));
  EXPECT_EQ(statistics.item_count, 2333U);
  EXPECT_EQ(statistics.features.size(), 70U);
  EXPECT_THAT(buckets(statistics, "Day Mins"), ElementsAre(14, 48, 130, 318, 565, 587, 423, 180, 58, 10));
  EXPECT_THAT(buckets(statistics, "VMail Message"), ElementsAre(1684, 2, 15, 52, 127, 171, 135, 106, 32, 9));
  EXPECT_EQ(statistics.find("Day Mins")->numerical->buckets[3].lower_bound, 105.24000000000001);
}

// The sketch's small errors are the service's own: the exact counts are 70, 149, 354, …, 400, 208, 73, 19, 4.
TEST(Churn, PublishedBucketsWithTheErrorsOfTheSketch) {
  const auto statistics = statistics_of(profile_of("training-dataset-with-header.csv", true));
  int columns = 0;
  for (const auto& feature : statistics.features)
    if (buckets(statistics, feature.name.c_str()) ==
        std::vector<std::uint64_t>{70, 150, 353, 518, 538, 401, 208, 72, 19, 4})
      ++columns;
  EXPECT_EQ(columns, 1);
}

TEST(Churn, PublishedLabel) {
  const auto statistics = statistics_of(profile_of("training-dataset-with-header.csv", true));
  const auto* label = statistics.find("Churn");
  EXPECT_EQ(label->type, metric::ColumnType::Integral);
  EXPECT_EQ(label->numerical->sum, 325.0);
  EXPECT_GE(label->numerical->standard_deviation, 0.346265159);
  EXPECT_LT(label->numerical->standard_deviation, 0.346265160);
}

// Held-out rows of the same data, without header: nothing to report.
TEST(Churn, TheTestSetPasses) {
  const auto baseline =
      data_quality_baseline(profile_of("training-dataset-with-header.csv", true), CategoricalDriftMethod::LInfinity);
  const auto run = run_data_quality(profile_of("test-dataset.csv", false), baseline.constraints, baseline.statistics,
                                    {.by_position = true});
  EXPECT_THAT(run.checks.violations, testing::IsEmpty());
  EXPECT_EQ(run.checks.drift.size(), 70U);
  EXPECT_EQ(run.exit_message, "Completed: Job completed successfully with no violations.");
}

// Against itself with the label left out, which is what the sample traffic lacks: its mangled first line makes
// fractions of whole numbers in exactly the columns that the service flagged, the prediction column aside (59 of the
// published 60).
TEST(Churn, TheSampleTrafficBreaksTheTypesOf59Columns) {
  auto baseline =
      data_quality_baseline(profile_of("training-dataset-with-header.csv", true), CategoricalDriftMethod::LInfinity);
  baseline.constraints.features.erase(baseline.constraints.features.begin());
  baseline.statistics.features.erase(baseline.statistics.features.begin());
  const auto run = run_data_quality(profile_of("test_sample.csv", false), baseline.constraints, baseline.statistics,
                                    {.by_position = true});
  std::size_t types = 0;
  for (const auto& violation : run.checks.violations) types += violation.check == "data_type_check" ? 1 : 0;
  EXPECT_EQ(types, 59U);
  EXPECT_EQ(run.checks.violations.size(), 59U) << "and no drift anywhere";
}

}  // namespace
}  // namespace driftlab::monitor

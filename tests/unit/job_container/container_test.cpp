/// The contract of a monitoring container: the forms of its variables and files are those of SageMaker's guide.

#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <string>

#include <gmock/gmock.h>

#include "core/job/container/environment.hpp"
#include "core/job/container/files.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::job {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

std::string error_of(const Variables& variables) {
  const auto environment = read_container_environment(variables);
  return environment ? "accepted" : environment.error().message;
}

TEST(DatasetFormat, FormsOfTheGuide) {
  const auto csv = read_dataset_format(R"({"csv":{"header":true,"output_columns_position":"START"}})");
  ASSERT_TRUE(csv.has_value());
  EXPECT_EQ(csv->kind, DatasetFormat::Kind::Csv);
  EXPECT_TRUE(csv->header);
  EXPECT_TRUE(csv->output_columns_first);
  EXPECT_FALSE(
      read_dataset_format(R"({"csv":{"header":false,"output_columns_position":"END"}})")->output_columns_first);
  EXPECT_EQ(read_dataset_format(R"({"json":{"lines":true}})")->kind, DatasetFormat::Kind::JsonLines);
  EXPECT_EQ(read_dataset_format(R"({"json":{"line":true}})")->kind, DatasetFormat::Kind::JsonLines);
  const auto capture =
      read_dataset_format(R"({"sagemakerCaptureJson":{"captureIndexNames":["endpointInput","endpointOutput"]}})");
  ASSERT_TRUE(capture.has_value());
  EXPECT_EQ(capture->kind, DatasetFormat::Kind::Capture);
  EXPECT_THAT(capture->capture_index_names, ElementsAre("endpointInput", "endpointOutput"));
}

TEST(DatasetFormat, SaysWhatItExpected) {
  const auto error = [](const char* text) { return read_dataset_format(text).error().message; };
  EXPECT_THAT(error("csv"), HasSubstr("is no JSON object with one of csv, json, sagemakerCaptureJson"));
  EXPECT_THAT(error(R"({"csv":{"header":"yes"}})"), HasSubstr(R"(csv.header is "yes"; expected true or false)"));
  EXPECT_THAT(error(R"({"csv":{"output_columns_position":"MIDDLE"}})"), HasSubstr("expected START or END"));
  EXPECT_THAT(error(R"({"json":{"lines":false}})"), HasSubstr("only JSON Lines"));
  EXPECT_THAT(error(R"({"parquet":{}})"), HasSubstr("parquet is not supported"));
  EXPECT_THAT(error(R"({"cvs":{}})"), HasSubstr("did you mean 'csv'?"));
}

TEST(ContainerEnvironment, ReadsTheContract) {
  const auto environment = read_container_environment({
      {"PATH", "/bin"},
      {"dataset_source", "/opt/ml/processing/input"},
      {"output_path", "/opt/ml/processing/output"},
      {"baseline_constraints", "/opt/ml/processing/baseline/constraints/constraints.json"},
      {"publish_cloudwatch_metrics", "Disabled"},
      {"sagemaker_endpoint_name", "churn"},
      {"sagemaker_monitoring_schedule_name", "hourly"},
      {"start_time", "2026-06-01T12:00:00Z"},
      {"end_time", "2026-06-01T13:00:00Z"},
      {"probability_threshold_attribute", "0.8"},
  });
  ASSERT_TRUE(environment.has_value());
  EXPECT_EQ(environment->dataset_source, "/opt/ml/processing/input");
  EXPECT_EQ(environment->cloudwatch_metrics_directory, "/opt/ml/output/metrics/cloudwatch");
  EXPECT_EQ(environment->output_message_file, "/opt/ml/output/message");
  EXPECT_FALSE(environment->publish_cloudwatch_metrics);
  EXPECT_EQ(environment->endpoint_name, "churn");
  EXPECT_EQ(*environment->end_time - *environment->start_time, 1h);
  EXPECT_EQ(environment->probability_threshold_attribute, 0.8);
  EXPECT_FALSE(environment->dataset_format.has_value());
  EXPECT_TRUE(environment->baseline_statistics.empty());
}

TEST(ContainerEnvironment, AbsolutePathsGoUnderThePrefix) {
  const auto environment = read_container_environment(
      {{"dataset_source", "/opt/ml/processing/input"}, {"output_path", "results"}}, "/tmp/box");
  EXPECT_EQ(environment->dataset_source, "/tmp/box/opt/ml/processing/input");
  EXPECT_EQ(environment->output_path, "results");
  EXPECT_EQ(environment->output_message_file, "/tmp/box/opt/ml/output/message");
}

TEST(ContainerEnvironment, NamesTheVariableThatIsWrong) {
  EXPECT_THAT(error_of({{"publish_cloudwatch_metrics", "yes"}}),
              HasSubstr("publish_cloudwatch_metrics is 'yes'; expected Enabled or Disabled"));
  EXPECT_THAT(error_of({{"start_time", "noon"}}), HasSubstr("start_time is 'noon'; expected an ISO 8601 time"));
  EXPECT_THAT(error_of({{"probability_threshold_attribute", "half"}}), HasSubstr("is 'half'; expected a number"));
  EXPECT_THAT(error_of({{"problem_type", "Regresion"}}), HasSubstr("did you mean 'Regression'?"));
  EXPECT_THAT(error_of({{"categorical_drift_method", "KS"}}), HasSubstr("expected LInfinity, ChiSquared"));
  EXPECT_THAT(error_of({{"dataset_format", "{}"}}), HasSubstr("dataset_format"));
  EXPECT_THAT(error_of({{"start_time", "2026-06-01T13:00:00Z"}, {"end_time", "2026-06-01T13:00:00Z"}}),
              HasSubstr("start_time is not before end_time"));
}

TEST(ContainerFiles, InputIsAFileOrAllFilesBelowAFolder) {
  const support::TemporaryFolder folder;
  ASSERT_TRUE(write_whole(folder.path() / "b" / "2.csv", "2").has_value());
  ASSERT_TRUE(write_whole(folder.path() / "a" / "1.csv", "1").has_value());
  ASSERT_TRUE(write_whole(folder.path() / "_SUCCESS", "").has_value());
  const auto files = input_files(folder.path());
  ASSERT_TRUE(files.has_value());
  EXPECT_THAT(*files, ElementsAre(folder.path() / "a" / "1.csv", folder.path() / "b" / "2.csv"));
  EXPECT_THAT(*input_files(files->front()), ElementsAre(files->front()));
  EXPECT_EQ(*read_whole(files->front()), "1");
}

TEST(ContainerFiles, NothingToReadIsAnError) {
  const support::TemporaryFolder folder;
  EXPECT_THAT(input_files(folder.path()).error().message, HasSubstr("Job inputs had no data"));
  EXPECT_THAT(input_files(folder.path() / "none").error().message, HasSubstr("does not exist"));
  EXPECT_THAT(read_whole(folder.path() / "none").error().message, HasSubstr("No such file"));
  EXPECT_FALSE(read_whole(folder.path()).has_value());
  ASSERT_TRUE(write_whole(folder.path() / "file", "x").has_value());
  EXPECT_FALSE(write_whole(folder.path() / "file" / "below", "x").has_value());
}

TEST(ContainerFiles, GzipIsReadWholeOrNotAtAll) {
  const support::TemporaryFolder folder;
  const auto path = folder.path() / "d.csv.gz";
  const std::string packed = support::gzipped("a,b\n") + support::gzipped("1,2\n");
  ASSERT_TRUE(write_whole(path, packed).has_value());
  EXPECT_EQ(*read_whole(path), "a,b\n1,2\n");
  EXPECT_EQ(data_extension(path), ".csv");
  EXPECT_EQ(data_extension("a.jsonl"), ".jsonl");
  ASSERT_TRUE(write_whole(path, packed.substr(0, packed.size() - 1)).has_value());
  EXPECT_THAT(read_whole(path).error().message, HasSubstr("d.csv.gz: damaged at byte "));
}

TEST(ContainerFiles, ResultsGoWhereSageMakerCollectsThem) {
  const support::TemporaryFolder folder;
  const auto environment = read_container_environment({{"output_path", "/opt/ml/processing/output"}}, folder.path());
  ContainerResult result;
  result.files = {{"statistics.json", "{}"}};
  result.message = "Completed: Job completed successfully with no violations." + std::string(2000, '.');
  result.metrics = {
      {.metric_name = "feature_non_null_age", .dimensions = {{"Endpoint", "churn"}, {"Feature", "age"}}, .value = 5.0},
      {.metric_name = "feature_data_age",
       .statistic_values = ops::cloudwatch::StatisticSet{.sample_count = 2, .sum = 3.5, .minimum = 1, .maximum = 2.5}},
      {.metric_name = "undefined", .value = std::numeric_limits<double>::quiet_NaN()},
  };
  ASSERT_TRUE(write_result(*environment, result, from_civil(2026, 6, 1, 13)).has_value());
  EXPECT_EQ(*read_whole(folder.path() / "opt/ml/processing/output/statistics.json"), "{}");
  EXPECT_EQ(read_whole(folder.path() / "opt/ml/output/message")->size(), 1024U);
  EXPECT_EQ(*read_whole(folder.path() / "opt/ml/output/metrics/cloudwatch/cloudwatch_metrics.jsonl"),
            R"({"MetricName":"feature_non_null_age","Timestamp":"2026-06-01T13:00:00Z","Dimensions":)"
            R"([{"Name":"Endpoint","Value":"churn"},{"Name":"Feature","Value":"age"}],"Value":5.0})"
            "\n"
            R"({"MetricName":"feature_data_age","Timestamp":"2026-06-01T13:00:00Z","Dimensions":[],)"
            R"("StatisticValues":{"SampleCount":2.0,"Sum":3.5,"Minimum":1.0,"Maximum":2.5}})"
            "\n");
}

TEST(ContainerFiles, MetricsAreWrittenOnlyWhenPublished) {
  const support::TemporaryFolder folder;
  const auto environment =
      read_container_environment({{"output_path", "/out"}, {"publish_cloudwatch_metrics", "Disabled"}}, folder.path());
  ASSERT_TRUE(write_result(*environment, {.message = "Completed:", .metrics = {{.metric_name = "m", .value = 1.0}}},
                           from_civil(2026, 6, 1))
                  .has_value());
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "opt/ml/output/metrics"));
}

}  // namespace
}  // namespace driftlab::job

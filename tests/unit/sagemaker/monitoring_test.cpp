// Schedules, windows, executions and alerts, as sections 2.3, 2.4, 7 and 9 of the monitoring reference give them.

#include <algorithm>
#include <regex>

#include "sim/service/sagemaker/monitoring_window.hpp"
#include "tests/unit/sagemaker/fixture.hpp"

namespace driftlab::service::sagemaker::test {
namespace {

using ops::sagemaker::CreateMonitoringScheduleInput;
using ops::sagemaker::ListMonitoringExecutionsInput;
using ops::sagemaker::MonitoringExecution;

CreateMonitoringScheduleInput schedule_request() {
  CreateMonitoringScheduleInput request;
  request.monitoring_schedule_name = "Quality";
  request.endpoint_name = "e";
  request.image_uri = "analyzer";
  request.merge_image_uri = "merger";
  request.capture_s3_uri = "s3://b/capture";
  request.ground_truth_s3_uri = "s3://b/truth";
  request.output_s3_uri = "s3://b/results";
  request.baseline_constraints_s3_uri = "s3://b/baseline/constraints.json";
  request.environment = {{"problem_type", "Regression"}};
  return request;
}

/// Endpoint "e" in service, merge and analysis containers; the clock stands at 13:30 of 2 March 2026.
class MonitoringWorld : public World {
 public:
  explicit MonitoringWorld(const Config& config = fixed_config()) : World(config, from_civil(2026, 3, 2, 13, 20)) {
    create_model("m", "one");
    create_config("c", "m");
    EXPECT_TRUE(call(ops::sagemaker::CreateEndpointInput{"e", "c"}));
    run_to(10min);
    objects.put_text("s3://b/baseline/constraints.json", "{}");
    containers.images["merger"] = [](const ContainerRun& run) {
      Exit exit;
      const auto hour = run.inputs.at(0).s3_uri.substr(std::string("s3://b/capture/e/AllTraffic/").size());
      exit.outputs["result"] = {{"e/AllTraffic/" + hour + "/part-00000.jsonl", make_blob("merged")}};
      return exit;
    };
    containers.images["analyzer"] = [this](const ContainerRun&) {
      Exit exit;
      exit.message = message;
      exit.outputs["result"] = {{"statistics.json", make_blob("{}")}};
      return exit;
    };
  }
  /// One capture and one label file in the hour that holds `at`.
  void put_data(Instant at) {
    objects.put_text("s3://b/capture/e/AllTraffic/" + hour_folder(at) + "/a.jsonl", "capture");
    objects.put_text("s3://b/truth/" + hour_folder(at) + "/a.jsonl", "label");
  }
  void put_data(Instant from, int hours) {
    for (int i = 0; i < hours; ++i) put_data(from + std::chrono::hours{i});
  }
  std::vector<MonitoringExecution> executions() {
    return call(ListMonitoringExecutionsInput{"Quality"}).value().executions;
  }
  std::string alert() { return call(ops::sagemaker::ListMonitoringAlertsInput{"Quality"})->alerts.at(0).status; }
  void run_until(int hour, int minute) { scheduler.run_until(from_civil(2026, 3, 2, hour, minute)); }

  std::string message = "Completed: Job completed successfully with no violations.";
};

const Instant kTwoOClock = from_civil(2026, 3, 2, 14);

TEST(MonitoringWindow, OffsetsCountFromTheScheduledTime) {
  // The worked example of section 2.4.
  auto request = schedule_request();
  request.start_time_offset = "-P8D";
  request.end_time_offset = "-P1D";
  const Instant scheduled = from_civil(2020, 1, 9, 13);
  const auto window = monitoring_window(request, scheduled, scheduled - 1h).value();
  EXPECT_EQ(format_seconds(window.start), "2020-01-01T13:00:00Z");
  EXPECT_EQ(format_seconds(window.end), "2020-01-08T13:00:00Z");
  EXPECT_EQ(hours_of(window).size(), 168U);
  EXPECT_EQ(hour_folder(hours_of(window).front()), "2020/01/01/13");
  EXPECT_EQ(hour_folder(hours_of(window).back()), "2020/01/08/12");
}

TEST(MonitoringWindow, DefaultIsThePeriodBefore) {
  const Instant five = from_civil(2020, 1, 9, 5);
  const auto window = monitoring_window(schedule_request(), five, five - 1h).value();
  ASSERT_EQ(hours_of(window).size(), 1U);
  EXPECT_EQ(hour_folder(hours_of(window)[0]), "2020/01/09/04");
}

TEST(MonitoringWindow, PartHoursOverlap) {
  auto request = schedule_request();
  request.start_time_offset = "-PT90M";
  const Instant five = from_civil(2020, 1, 9, 5);
  EXPECT_EQ(hours_of(monitoring_window(request, five, five - 1h).value()).size(), 2U);
  request.start_time_offset = "-PT1H";
  request.end_time_offset = "-PT2H";
  EXPECT_FALSE(monitoring_window(request, five, five - 1h));
}

TEST(MonitoringSchedule, RunsMergeThenAnalysis) {
  MonitoringWorld world;
  world.put_data(kTwoOClock - 1h);
  EXPECT_EQ(world.call(schedule_request()).value(),
            "arn:aws:sagemaker:eu-west-1:123456789012:monitoring-schedule/quality");
  const auto status = [&] { return world.call(ops::sagemaker::DescribeMonitoringScheduleInput{"Quality"})->status; };
  EXPECT_EQ(status(), "Pending");
  world.run_until(13, 59);
  EXPECT_EQ(status(), "Scheduled");
  EXPECT_TRUE(world.executions().empty());

  world.run_until(14, 2);
  ASSERT_EQ(world.executions().size(), 1U);
  EXPECT_EQ(world.executions()[0].status, "InProgress");
  const std::string merge_arn = world.executions()[0].processing_job_arn;
  EXPECT_TRUE(std::regex_search(merge_arn, std::regex("processing-job/groundtruth-merge-202603021400-[0-9a-f]{24}$")))
      << merge_arn;

  world.run_until(14, 5);
  const std::string analysis_arn = world.executions()[0].processing_job_arn;
  EXPECT_EQ(analysis_arn.substr(analysis_arn.find("model-quality")),
            "model-quality-monitoring-202603021400-" + merge_arn.substr(merge_arn.size() - 24));

  world.run_until(14, 8);  // twice 3 min of provisioning and 1 min of work
  const auto execution = world.executions()[0];
  EXPECT_EQ(execution.status, "Completed");
  EXPECT_EQ(execution.scheduled_time, kTwoOClock);
  EXPECT_EQ(execution.last_modified, kTwoOClock + 8min);
  EXPECT_EQ(world.objects.text("s3://b/results/e/Quality/2026/03/02/14/statistics.json"), "{}");
  EXPECT_EQ(world.objects.text("s3://b/results/merge/e/AllTraffic/2026/03/02/13/part-00000.jsonl"), "merged");
}

TEST(MonitoringSchedule, GivesTheJobsTheirInputsAndEnvironment) {
  MonitoringWorld world;
  world.put_data(kTwoOClock - 1h);
  ASSERT_TRUE(world.call(schedule_request()));
  world.run_until(14, 30);
  ASSERT_EQ(world.containers.runs.size(), 2U);
  const ContainerRun& merge = world.containers.runs[0];
  EXPECT_EQ(merge.image, "merger");
  ASSERT_EQ(merge.inputs.size(), 2U);
  EXPECT_EQ(merge.inputs[0].name, "endpoint_input_0");
  EXPECT_EQ(merge.inputs[0].s3_uri, "s3://b/capture/e/AllTraffic/2026/03/02/13");
  EXPECT_EQ(merge.inputs[0].local_path, merge.environment.at("dataset_source") + "/e/AllTraffic/2026/03/02/13");
  EXPECT_EQ(merge.inputs[1].name, "groundtruth_input_0");
  EXPECT_EQ(merge.inputs[1].local_path, "/opt/ml/processing/groundtruth/2026/03/02/13");
  EXPECT_EQ(merge.environment.at("ground_truth_source"), "/opt/ml/processing/groundtruth");
  EXPECT_EQ(merge.outputs.at(0).local_path, merge.environment.at("output_path"));

  const ContainerRun& analysis = world.containers.runs[1];
  EXPECT_EQ(analysis.image, "analyzer");
  ASSERT_EQ(analysis.inputs.size(), 2U);
  EXPECT_EQ(analysis.inputs[0].local_path, analysis.environment.at("dataset_source") + "/e/AllTraffic/2026/03/02/13");
  EXPECT_EQ(*analysis.inputs[0].files.at(0).bytes, "merged");
  EXPECT_EQ(analysis.environment.at("baseline_constraints"),
            analysis.inputs[1].local_path + "/" + analysis.inputs[1].files.at(0).path);
  EXPECT_EQ(analysis.environment.at("analysis_type"), "MODEL_QUALITY");
  EXPECT_EQ(analysis.environment.at("problem_type"), "Regression");
  EXPECT_EQ(analysis.environment.at("start_time"), "2026-03-02T13:00:00Z");
  EXPECT_EQ(analysis.environment.at("end_time"), "2026-03-02T14:00:00Z");
  EXPECT_EQ(analysis.environment.at("publish_cloudwatch_metrics"), "Enabled");
  EXPECT_EQ(analysis.environment.at("sagemaker_endpoint_name"), "e");
  EXPECT_EQ(analysis.environment.at("sagemaker_monitoring_schedule_name"), "Quality");
}

TEST(MonitoringSchedule, OverlappingWindowsDoNotReadEachOthersMerges) {
  MonitoringWorld world;
  world.put_data(kTwoOClock - 1h, 3);
  int part = 0;
  world.containers.images["merger"] = [&part](const ContainerRun&) {
    Exit exit;  // every run writes a file of its own for the same hour, as random part names do
    exit.outputs["result"] = {
        {"e/AllTraffic/2026/03/02/13/part-" + std::to_string(++part) + ".jsonl", make_blob(std::to_string(part))}};
    return exit;
  };
  auto request = schedule_request();
  request.start_time_offset = "-PT2H";
  ASSERT_TRUE(world.call(request));
  world.run_until(15, 30);
  ASSERT_EQ(world.containers.runs.size(), 4U);
  const ContainerRun& second = world.containers.runs[3];
  ASSERT_EQ(second.inputs.size(), 2U);
  EXPECT_EQ(*second.inputs[0].files.at(0).bytes, "2");
}

TEST(MonitoringSchedule, LateLabelsCountUnlessStrict) {
  const auto label_inputs = [](bool strict) {
    auto config = fixed_config();
    config.strict_ground_truth_window = strict;
    MonitoringWorld world(config);
    world.put_data(from_civil(2026, 3, 2, 11), 3);
    auto request = schedule_request();
    request.start_time_offset = "-PT3H";
    request.end_time_offset = "-PT2H";
    EXPECT_TRUE(world.call(request));
    world.run_until(14, 30);
    const auto& inputs = world.containers.runs.at(0).inputs;
    return std::pair(std::count_if(inputs.begin(), inputs.end(),
                                   [](const auto& mount) { return mount.name.starts_with("endpoint_"); }),
                     std::count_if(inputs.begin(), inputs.end(),
                                   [](const auto& mount) { return mount.name.starts_with("groundtruth_"); }));
  };
  // Captures of hour 11 only; labels of 11, 12, 13, or in the strict setting of 11.
  EXPECT_EQ(label_inputs(false), std::pair(std::ptrdiff_t{1}, std::ptrdiff_t{3}));
  EXPECT_EQ(label_inputs(true), std::pair(std::ptrdiff_t{1}, std::ptrdiff_t{1}));
}

TEST(MonitoringSchedule, NoDataFailsTheExecutionAndTheScheduleLivesOn) {
  MonitoringWorld world;
  ASSERT_TRUE(world.call(schedule_request()));
  world.run_until(14, 30);
  ASSERT_EQ(world.executions().size(), 1U);
  EXPECT_EQ(world.executions()[0].status, "Failed");
  EXPECT_EQ(world.executions()[0].failure_reason, "Job inputs had no data");
  world.put_data(kTwoOClock);
  world.objects.objects.erase("s3://b/truth/2026/03/02/14/a.jsonl");  // captures without labels
  world.run_until(15, 30);
  EXPECT_EQ(world.executions()[0].failure_reason, "Job inputs had no data");
  world.put_data(kTwoOClock + 1h);
  world.run_until(16, 30);
  ASSERT_EQ(world.executions().size(), 3U);
  EXPECT_EQ(world.executions()[0].status, "Completed");
}

TEST(MonitoringSchedule, MissingBaselineAndFailingJobsFailTheExecution) {
  MonitoringWorld world;
  world.put_data(kTwoOClock - 1h, 2);
  world.objects.objects.erase("s3://b/baseline/constraints.json");
  ASSERT_TRUE(world.call(schedule_request()));
  world.run_until(14, 30);
  EXPECT_EQ(world.executions()[0].status, "Failed");
  EXPECT_NE(world.executions()[0].failure_reason.find("No S3 objects found under S3 URL"), std::string::npos);
  world.containers.images["merger"] = [](const ContainerRun&) { return Exit{.code = 1, .message = "bad line"}; };
  world.run_until(15, 30);
  EXPECT_EQ(world.executions()[0].status, "Failed");
  EXPECT_TRUE(world.executions()[0].failure_reason.starts_with("AlgorithmError"));
}

TEST(MonitoringSchedule, StartsUpToTwentyMinutesLate) {
  auto config = fixed_config();
  config.execution_delay = Config{}.execution_delay;
  config.seed = 11;
  MonitoringWorld world(config);
  ASSERT_TRUE(world.call(schedule_request()));
  world.scheduler.run_until(kTwoOClock + 200h);
  const auto executions = world.executions();
  ASSERT_EQ(executions.size(), 200U);  // of 201 boundaries; the last has just passed and its delay has not
  Duration earliest = 1h;
  Duration latest{0};
  for (const auto& execution : executions) {
    EXPECT_EQ(floor_to(execution.scheduled_time, 1h), execution.scheduled_time);
    earliest = std::min(earliest, execution.creation_time - execution.scheduled_time);
    latest = std::max(latest, execution.creation_time - execution.scheduled_time);
  }
  EXPECT_GE(earliest, Duration{0});
  EXPECT_LE(latest, 20min);
  // 200 uniform draws miss the first or the last 2 minutes with probability 0.9^200 < 1e-9 each.
  EXPECT_LT(earliest, 2min);
  EXPECT_GT(latest, 18min);
}

TEST(MonitoringSchedule, NeverRunsTwoExecutionsAtOnce) {
  auto config = fixed_config();
  config.processing = {{70min, 70min}, {1min, 1min}};  // provisioning alone outlasts the period
  MonitoringWorld world(config);
  world.put_data(kTwoOClock - 1h, 3);
  ASSERT_TRUE(world.call(schedule_request()));
  world.run_until(15, 5);
  const auto executions = world.executions();
  ASSERT_EQ(executions.size(), 2U);
  EXPECT_EQ(executions[0].status, "Failed");
  EXPECT_NE(executions[0].failure_reason.find("still running"), std::string::npos);
  EXPECT_EQ(executions[1].status, "InProgress");
}

TEST(MonitoringSchedule, HalvesTheRunTimeBetweenItsJobs) {
  MonitoringWorld world;
  world.put_data(kTwoOClock - 1h);
  world.containers.takes = 16min;
  ASSERT_TRUE(world.call(schedule_request()));  // 30 minutes by default, 15 for the merge
  world.run_until(14, 59);
  EXPECT_EQ(world.executions()[0].status, "Stopped");
  EXPECT_EQ(world.executions()[0].last_modified, kTwoOClock + 18min);
}

TEST(MonitoringSchedule, DataQualityIsOneJob) {
  MonitoringWorld world;
  world.put_data(kTwoOClock - 1h);
  auto request = schedule_request();
  request.monitoring_type = "DataQuality";
  request.baseline_statistics_s3_uri = "s3://b/baseline/constraints.json";
  ASSERT_TRUE(world.call(request));
  world.run_until(14, 30);
  ASSERT_EQ(world.containers.runs.size(), 1U);
  EXPECT_EQ(world.containers.runs[0].environment.at("analysis_type"), "DATA_QUALITY");
  EXPECT_EQ(world.containers.runs[0].inputs.size(), 3U);
  EXPECT_EQ(world.executions()[0].status, "Completed");
}

TEST(MonitoringSchedule, EveryTypeRunsItsJobs) {
  for (const auto& [type, jobs] : {std::pair("DataQuality", 1U), std::pair("ModelQuality", 2U),
                                   std::pair("ModelBias", 2U), std::pair("ModelExplainability", 1U)}) {
    MonitoringWorld world;
    world.put_data(kTwoOClock - 1h);
    auto request = schedule_request();
    request.monitoring_type = type;
    request.config_s3_uri = "s3://b/baseline/constraints.json";
    ASSERT_TRUE(world.call(request)) << type;
    world.run_until(14, 30);
    ASSERT_EQ(world.containers.runs.size(), jobs) << type;
    EXPECT_EQ(world.executions()[0].status, "Completed") << world.executions()[0].failure_reason;
    EXPECT_EQ(world.executions()[0].monitoring_type, type);
  }
}

TEST(MonitoringSchedule, ClarifyMonitorsAreToldByTheirConfiguration) {
  MonitoringWorld world;
  world.put_data(kTwoOClock - 1h);
  auto request = schedule_request();
  request.monitoring_type = "ModelBias";
  EXPECT_EQ(world.call(request).error().message, "ModelBias needs the ConfigUri of its analysis configuration");
  world.objects.put_text("s3://b/bias/analysis_config.json", "{}");
  request.config_s3_uri = "s3://b/bias/analysis_config.json";
  ASSERT_TRUE(world.call(request));
  world.run_until(14, 30);
  ASSERT_EQ(world.containers.runs.size(), 2U);
  const auto& analysis = world.containers.runs[1];
  EXPECT_EQ(analysis.environment.at("analysis_type"), "MODEL_BIAS");
  EXPECT_TRUE(analysis.job_name.starts_with("model-bias-monitoring-")) << analysis.job_name;
  const auto& config = analysis.inputs.back();
  EXPECT_EQ(config.name, "analysis_config");
  EXPECT_EQ(config.local_path, "/opt/ml/processing/input/config");
  ASSERT_EQ(config.files.size(), 1U);
  EXPECT_EQ(config.files[0].path, "analysis_config.json");
}

TEST(MonitoringSchedule, StopAndDeleteKeepTheRunningExecution) {
  MonitoringWorld world;
  world.put_data(kTwoOClock - 1h, 5);
  ASSERT_TRUE(world.call(schedule_request()));
  world.run_until(14, 2);
  ASSERT_TRUE(world.call(ops::sagemaker::StopMonitoringScheduleInput{"Quality"}));
  world.run_until(15, 30);
  ASSERT_EQ(world.executions().size(), 1U);
  EXPECT_EQ(world.executions()[0].status, "Completed");
  ASSERT_TRUE(world.call(ops::sagemaker::StartMonitoringScheduleInput{"Quality"}));
  world.run_until(16, 2);
  ASSERT_TRUE(world.call(ops::sagemaker::DeleteMonitoringScheduleInput{"Quality"}));
  world.run_until(18, 0);
  ASSERT_EQ(world.executions().size(), 2U);
  EXPECT_EQ(world.executions()[0].status, "Completed");
  EXPECT_EQ(world.call(ops::sagemaker::DescribeMonitoringScheduleInput{"Quality"}).error().code, "ResourceNotFound");
  EXPECT_EQ(world.call(ops::sagemaker::DeleteMonitoringScheduleInput{"Quality"}).error().code, "ResourceNotFound");
}

TEST(MonitoringSchedule, NowRunsOnceOverItsWindow) {
  MonitoringWorld world;
  world.put_data(from_civil(2026, 3, 2, 12), 2);
  auto request = schedule_request();
  request.schedule_expression = "NOW";
  EXPECT_FALSE(world.call(request));  // needs a window
  request.start_time_offset = "-PT5H";
  request.end_time_offset = "-PT0H";
  ASSERT_TRUE(world.call(request));
  world.run_until(20, 0);
  ASSERT_EQ(world.executions().size(), 1U);
  EXPECT_EQ(world.executions()[0].status, "Completed");
  EXPECT_EQ(world.executions()[0].scheduled_time, from_civil(2026, 3, 2, 13, 30));
}

TEST(MonitoringSchedule, RequestsAreChecked) {
  MonitoringWorld world;
  const auto refused = [&](const std::function<void(CreateMonitoringScheduleInput&)>& change) {
    auto request = schedule_request();
    change(request);
    return !world.call(request);
  };
  EXPECT_TRUE(refused([](auto& request) { request.schedule_expression = "cron(30 * ? * * *)"; }));
  EXPECT_TRUE(refused([](auto& request) { request.endpoint_name = "absent"; }));
  EXPECT_TRUE(refused([](auto& request) { request.monitoring_type = "Other"; }));
  EXPECT_TRUE(refused([](auto& request) { request.merge_image_uri = ""; }));
  EXPECT_TRUE(refused([](auto& request) { request.start_time_offset = "yesterday"; }));
  EXPECT_TRUE(refused([](auto& request) { request.max_runtime = 31min; }));  // 1800 s for an hourly model quality run
  EXPECT_FALSE(refused([](auto& request) {
    request.monitoring_schedule_name = "daily";
    request.schedule_expression = "cron(0 6 ? * * *)";
    request.max_runtime = 2h;
  }));
  EXPECT_FALSE(refused([](auto&) {}));
  EXPECT_EQ(world.call(schedule_request()).error().code, "ResourceInUse");
}

TEST(MonitoringSchedule, ListsExecutionsNewestFirstAndFilters) {
  MonitoringWorld world;
  world.put_data(kTwoOClock, 1);  // only the run at 15:00 has data
  ASSERT_TRUE(world.call(schedule_request()));
  world.run_until(16, 30);
  const auto hours = [&](const ListMonitoringExecutionsInput& request) {
    std::vector<int> found;
    const auto listed = world.call(request).value();
    for (const auto& execution : listed.executions) found.push_back(to_civil(execution.scheduled_time).hour);
    return found;
  };
  EXPECT_EQ(hours({}), (std::vector<int>{16, 15, 14}));
  EXPECT_EQ(hours({.scheduled_after = kTwoOClock}), (std::vector<int>{16, 15}));
  EXPECT_EQ(hours({.scheduled_before = kTwoOClock + 1h}), (std::vector<int>{14}));
  EXPECT_EQ(hours({.status = "Completed"}), (std::vector<int>{15}));
  EXPECT_EQ(hours({.endpoint_name = "other"}), std::vector<int>{});
  EXPECT_EQ(world.recorder.journal_of("MonitoringExecutionStateChange"),
            (std::vector<std::string>{
                R"(Quality/2026-03-02T14:00:00Z {"status":"InProgress"})",
                R"(Quality/2026-03-02T14:00:00Z {"status":"Failed","reason":"Job inputs had no data"})",
                R"(Quality/2026-03-02T15:00:00Z {"status":"InProgress"})",
                R"(Quality/2026-03-02T15:00:00Z {"status":"Completed"})",
                R"(Quality/2026-03-02T16:00:00Z {"status":"InProgress"})",
                R"(Quality/2026-03-02T16:00:00Z {"status":"Failed","reason":"Job inputs had no data"})"}));
}

TEST(MonitoringSchedule, SameSeedSameHistory) {
  const auto history = [](std::uint64_t seed) {
    Config config;
    config.seed = seed;
    MonitoringWorld world(config);
    world.put_data(kTwoOClock - 1h, 6);
    EXPECT_TRUE(world.call(schedule_request()));
    world.run_until(20, 0);
    std::string text;
    for (const auto& line : world.recorder.journal) text += line + "\n";
    for (const auto& event : world.recorder.events) text += event.detail + "\n";
    for (const auto& execution : world.executions())
      text += execution.processing_job_arn + format_milliseconds(execution.last_modified) + "\n";
    return text;
  };
  EXPECT_EQ(history(3), history(3));
  EXPECT_NE(history(3), history(4));
}

TEST(MonitoringAlert, FollowsTheLastExecution) {
  MonitoringWorld world;
  world.put_data(kTwoOClock - 1h, 6);
  ASSERT_TRUE(world.call(schedule_request()));
  EXPECT_EQ(world.alert(), "OK");
  world.message = "CompletedWithViolations: Job completed successfully with 2 violations.";
  world.run_until(14, 30);
  EXPECT_EQ(world.executions()[0].status, "CompletedWithViolations");
  EXPECT_EQ(world.executions()[0].exit_message, world.message);
  EXPECT_EQ(world.alert(), "InAlert");
  world.run_until(15, 30);  // violations again: no new transition
  world.message = "Completed: Job completed successfully with no violations.";
  world.run_until(16, 30);
  EXPECT_EQ(world.alert(), "OK");
  const auto history = world.call(ops::sagemaker::ListMonitoringAlertHistoryInput{})->transitions;
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].status, "OK");
  EXPECT_EQ(history[0].creation_time, kTwoOClock + 2h + 8min);
  EXPECT_EQ(history[1].status, "InAlert");
  EXPECT_EQ(history[1].monitoring_alert_name, "Quality");
  EXPECT_EQ(world.recorder.journal_of("MonitoringAlertStateChange"),
            (std::vector<std::string>{R"(Quality {"status":"InAlert"})", R"(Quality {"status":"OK"})"}));
  // Nothing of this is visible as an event.
  for (const auto& event : world.recorder.events) EXPECT_EQ(event.detail_type.find("Monitoring"), std::string::npos);
}

TEST(MonitoringAlert, CountsWithinTheEvaluationPeriod) {
  MonitoringWorld world;
  world.put_data(kTwoOClock - 1h, 9);
  ASSERT_TRUE(world.call(schedule_request()));
  EXPECT_FALSE(world.call(ops::sagemaker::UpdateMonitoringAlertInput{"Quality", "Quality", 3, 2}));
  EXPECT_FALSE(world.call(ops::sagemaker::UpdateMonitoringAlertInput{"Quality", "Quality", 1, 101}));
  EXPECT_EQ(world.call(ops::sagemaker::UpdateMonitoringAlertInput{"Quality", "x", 1, 1}).error().code,
            "ResourceNotFound");
  ASSERT_TRUE(world.call(ops::sagemaker::UpdateMonitoringAlertInput{"Quality", "Quality", 2, 3}));
  // V = violations: two of the last three alert; a window not yet full alerts too.
  const std::string runs = "V.V..V";
  std::string alerts;
  for (int i = 0; i < 6; ++i) {
    world.message = runs[static_cast<std::size_t>(i)] == 'V' ? "CompletedWithViolations: x" : "Completed: x";
    world.run_until(14 + i, 30);
    alerts += world.alert() == "InAlert" ? 'A' : 'O';
  }
  EXPECT_EQ(alerts, "OOAOOO");
}

TEST(MonitoringAlert, FailedExecutionsCountOnlyWhenAsked) {
  for (const bool count : {false, true}) {
    auto config = fixed_config();
    config.alert_on_failed_executions = count;
    MonitoringWorld world(config);
    ASSERT_TRUE(world.call(schedule_request()));
    world.run_until(14, 30);  // no data
    EXPECT_EQ(world.alert(), count ? "InAlert" : "OK");
  }
}

TEST(ModelDashboard, ShowsMonitorsAndTheTimeOfTheLastAlert) {
  MonitoringWorld world;
  world.create_model("unused", "x");
  world.put_data(kTwoOClock - 1h, 3);
  ASSERT_TRUE(world.call(schedule_request()));
  const auto row = [&] { return world.call(ops::sagemaker::ListModelDashboardInput{})->rows.at(0); };
  EXPECT_EQ(row().model_name, "m");
  EXPECT_EQ(row().endpoints, std::vector<std::string>{"e"});
  ASSERT_EQ(row().monitors.size(), 4U);
  EXPECT_EQ(row().monitors[0].alert, "None");
  EXPECT_EQ(row().monitors[1].monitoring_type, "ModelQuality");
  EXPECT_EQ(row().monitors[1].alert, "Inactive");  // still Pending
  world.message = "CompletedWithViolations: Job completed successfully with 1 violations.";
  world.run_until(13, 50);
  EXPECT_EQ(row().monitors[1].alert, "OK");
  world.run_until(14, 30);
  EXPECT_EQ(row().monitors[1].alert, "2026-03-02T14:08:00Z");
  EXPECT_EQ(row().monitors[1].last_execution->status, "CompletedWithViolations");
  EXPECT_TRUE(world.call(ops::sagemaker::ListModelDashboardInput{})->rows.at(1).endpoints.empty());
  ASSERT_TRUE(world.call(ops::sagemaker::StopMonitoringScheduleInput{"Quality"}));
  EXPECT_EQ(row().monitors[1].alert, "Inactive");
}

}  // namespace
}  // namespace driftlab::service::sagemaker::test

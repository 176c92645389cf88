// Job time lines. Durations are those of the fixture; texts and statuses are those of the reference on SageMaker.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/unit/sagemaker/fixture.hpp"

namespace driftlab::service::sagemaker::test {
namespace {

ops::sagemaker::CreateProcessingJobInput processing_request() {
  ops::sagemaker::CreateProcessingJobInput request;
  request.processing_job_name = "job";
  request.image_uri = "img";
  request.inputs = {{"in", "s3://b/in", "/opt/ml/processing/input"}};
  request.outputs = {{"out", "s3://b/out", "/opt/ml/processing/output"}};
  return request;
}

/// A program that writes, for each input file, its name and text into one output file.
Exit list_inputs(const ContainerRun& run) {
  std::string text;
  for (const auto& mount : run.inputs)
    for (const auto& file : mount.files) text += file.path + "=" + *file.bytes + ";";
  Exit exit;
  exit.message = "Completed: fine";
  exit.outputs["out"] = {{"folder/list.txt", make_blob(text)}};
  exit.metrics.push_back({"my/metrics", {{.metric_name = "rows", .value = 2.0}}});
  return exit;
}

ops::sagemaker::ProcessingJob processing_job(World& world) {
  return world.call(ops::sagemaker::DescribeProcessingJobInput{"job"}).value();
}

TEST(ProcessingJob, ReadsInputsAtItsStartAndShowsOutputsOnlyAtItsEnd) {
  World world;
  world.containers.images["img"] = list_inputs;
  world.objects.put_text("s3://b/in/a.txt", "1");
  world.objects.put_text("s3://b/input-of-others/x.txt", "no");
  ASSERT_TRUE(world.call(processing_request()));
  EXPECT_EQ(processing_job(world).status, "InProgress");
  world.run_to(2min);
  EXPECT_FALSE(processing_job(world).start_time.has_value());
  world.objects.put_text("s3://b/in/b/c.txt", "2");  // while provisioning: still seen
  world.run_to(3min + 30s);
  world.objects.put_text("s3://b/in/late.txt", "3");  // while working: not seen
  EXPECT_EQ(processing_job(world).start_time, kStart + 3min);
  world.run_to(4min - 1ms);
  EXPECT_EQ(processing_job(world).status, "InProgress");
  EXPECT_EQ(world.objects.text("s3://b/out/folder/list.txt"), "(absent)");
  EXPECT_TRUE(world.recorder.metrics.empty());
  world.run_to(4min);
  const auto job = processing_job(world);
  EXPECT_EQ(job.status, "Completed");
  EXPECT_EQ(job.exit_message, "Completed: fine");
  EXPECT_EQ(job.failure_reason, "");
  EXPECT_EQ(job.end_time, kStart + 4min);
  EXPECT_EQ(world.objects.text("s3://b/out/folder/list.txt"), "a.txt=1;b/c.txt=2;");
  ASSERT_EQ(world.recorder.metrics.size(), 1U);
  EXPECT_EQ(world.recorder.metrics[0].metric_namespace, "my/metrics");
  EXPECT_EQ(world.recorder.journal_of("ProcessingJobStateChange"),
            (std::vector<std::string>{R"(job {"status":"InProgress"})", R"(job {"status":"Completed"})"}));
}

TEST(ProcessingJob, EndsWithTheLaterOfWorkAndContainer) {
  World world;
  world.containers.images["img"] = [](const ContainerRun& run) {
    Exit exit = list_inputs(run);
    exit.work = 10min;
    return exit;
  };
  world.objects.put_text("s3://b/in", "one object");
  ASSERT_TRUE(world.call(processing_request()));
  world.run_to(13min);  // 3 min of provisioning, 10 min of work by the container's own account
  EXPECT_EQ(processing_job(world).end_time, kStart + 13min);
  EXPECT_EQ(world.objects.text("s3://b/out/folder/list.txt"), "in=one object;");

  World slow;
  slow.containers.images["img"] = list_inputs;
  slow.containers.takes = 7min;
  slow.objects.put_text("s3://b/in", "one object");
  ASSERT_TRUE(slow.call(processing_request()));
  slow.run_to(1h);
  EXPECT_EQ(processing_job(slow).end_time, kStart + 10min);
}

TEST(ProcessingJob, FailsWithTheContainersMessage) {
  World world;
  world.containers.images["img"] = [](const ContainerRun& run) {
    Exit exit = list_inputs(run);
    exit.code = 3;
    exit.message = "no column 'target'";
    return exit;
  };
  world.objects.put_text("s3://b/in/a", "1");
  ASSERT_TRUE(world.call(processing_request()));
  world.run_to(1h);
  const auto job = processing_job(world);
  EXPECT_EQ(job.status, "Failed");
  EXPECT_EQ(job.failure_reason, "AlgorithmError: See job logs for more information");
  EXPECT_EQ(job.exit_message, "no column 'target'");
  EXPECT_EQ(world.objects.text("s3://b/out/folder/list.txt"), "(absent)");
}

TEST(ProcessingJob, UnknownImageAndMissingInputAreClientErrors) {
  World world;
  ASSERT_TRUE(world.call(processing_request()));
  world.run_to(1h);
  EXPECT_EQ(processing_job(world).status, "Failed");
  EXPECT_TRUE(processing_job(world).failure_reason.starts_with("ClientError: "));
  EXPECT_FALSE(processing_job(world).start_time.has_value());

  World empty;
  empty.containers.images["img"] = list_inputs;
  ASSERT_TRUE(empty.call(processing_request()));
  empty.run_to(1h);
  EXPECT_EQ(processing_job(empty).status, "Failed");
  EXPECT_NE(processing_job(empty).failure_reason.find(
                R"(No S3 objects found under S3 URL "s3://b/in" given in input data source.)"),
            std::string::npos);
  EXPECT_TRUE(empty.containers.runs.empty());
}

TEST(ProcessingJob, OutputBucketThatIsMissingFailsTheJob) {
  World world;
  world.containers.images["img"] = list_inputs;
  world.objects.put_text("s3://b/in/a", "1");
  auto request = processing_request();
  request.outputs[0].s3_uri = "s3://no-such-bucket/out";
  ASSERT_TRUE(world.call(request));
  world.run_to(1h);
  EXPECT_EQ(processing_job(world).status, "Failed");
  EXPECT_TRUE(processing_job(world).failure_reason.starts_with("ClientError: Failed to upload data."));
}

TEST(ProcessingJob, StopsAtItsMaximumRunTime) {
  World world;
  world.containers.images["img"] = list_inputs;
  world.containers.takes = 30min;
  world.objects.put_text("s3://b/in/a", "1");
  auto request = processing_request();
  request.max_runtime = 10min;
  ASSERT_TRUE(world.call(request));
  world.run_to(13min - 1ms);
  EXPECT_EQ(processing_job(world).status, "InProgress");
  world.run_to(2h);
  const auto job = processing_job(world);
  EXPECT_EQ(job.status, "Stopped");
  EXPECT_EQ(job.end_time, kStart + 13min);
  EXPECT_EQ(job.failure_reason, "Processing job runtime exceeded MaxRuntimeInSeconds provided");
  EXPECT_EQ(world.objects.text("s3://b/out/folder/list.txt"), "(absent)");
}

TEST(ProcessingJob, WorkOfExactlyTheMaximumCompletes) {
  World world;
  world.containers.images["img"] = list_inputs;
  world.objects.put_text("s3://b/in/a", "1");
  auto request = processing_request();
  request.max_runtime = 1min;
  ASSERT_TRUE(world.call(request));
  world.run_to(1h);
  EXPECT_EQ(processing_job(world).status, "Completed");
}

TEST(ProcessingJob, StopIsStoppingThenStopped) {
  World world;
  world.containers.images["img"] = list_inputs;
  world.objects.put_text("s3://b/in/a", "1");
  ASSERT_TRUE(world.call(processing_request()));
  world.run_to(3min + 10s);
  ASSERT_TRUE(world.call(ops::sagemaker::StopProcessingJobInput{"job"}));
  EXPECT_EQ(processing_job(world).status, "Stopping");
  EXPECT_FALSE(world.call(ops::sagemaker::StopProcessingJobInput{"job"}));
  world.run_to(1h);
  EXPECT_EQ(processing_job(world).status, "Stopped");
  EXPECT_EQ(processing_job(world).end_time, kStart + 3min + 40s);
  EXPECT_EQ(world.objects.text("s3://b/out/folder/list.txt"), "(absent)");
  EXPECT_FALSE(world.call(ops::sagemaker::StopProcessingJobInput{"job"}));
}

TEST(ProcessingJob, ServiceFailureByConfiguredProbability) {
  auto config = fixed_config();
  config.processing.failure_probability = 1.0;
  World world(config);
  world.containers.images["img"] = list_inputs;
  world.objects.put_text("s3://b/in/a", "1");
  ASSERT_TRUE(world.call(processing_request()));
  world.run_to(1h);
  EXPECT_EQ(processing_job(world).status, "Failed");
  EXPECT_TRUE(processing_job(world).failure_reason.starts_with("InternalServerError: "));
  EXPECT_TRUE(world.containers.runs.empty());
}

TEST(ProcessingJob, NamesAreCheckedAndUsedOnce) {
  World world;
  ASSERT_TRUE(world.call(processing_request()));
  EXPECT_EQ(world.call(processing_request()).error().code, "ResourceInUse");
  auto request = processing_request();
  request.processing_job_name = "-bad";
  EXPECT_EQ(world.call(request).error().code, "ValidationException");
  request.processing_job_name = std::string(64, 'a');
  EXPECT_EQ(world.call(request).error().code, "ValidationException");
  EXPECT_EQ(world.call(ops::sagemaker::DescribeProcessingJobInput{"other"}).error().kind, ErrorKind::NotFound);
}

TEST(ProcessingJob, SendsItsEventOnlyWhenNotFaithful) {
  const auto events = [](bool faithful) {
    auto config = fixed_config();
    config.faithful = faithful;
    World world(config);
    world.containers.images["img"] = list_inputs;
    world.objects.put_text("s3://b/in/a", "1");
    static_cast<void>(world.call(processing_request()));
    world.run_to(1h);
    return world.recorder.events_of("SageMaker Processing Job State Change");
  };
  EXPECT_TRUE(events(true).empty());
  const auto sent = events(false);
  ASSERT_EQ(sent.size(), 2U);
  const auto detail = nlohmann::json::parse(sent[1].detail);
  EXPECT_EQ(detail["ProcessingJobStatus"], "Completed");
  EXPECT_EQ(detail["ExitMessage"], "Completed: fine");
  EXPECT_EQ(sent[1].source, "aws.sagemaker");
}

ops::sagemaker::CreateTrainingJobInput training_request() {
  ops::sagemaker::CreateTrainingJobInput request;
  request.training_job_name = "Train-1";
  request.training_image = "deepar";
  request.hyperparameters = {{"epochs", "3"}};
  request.channels = {{"train", "s3://b/train/"}};
  request.output_s3_uri = "s3://b/models/";
  return request;
}

ops::sagemaker::TrainingJob training_job(World& world) {
  return world.call(ops::sagemaker::DescribeTrainingJobInput{"Train-1"}).value();
}

TEST(TrainingJob, PassesThroughItsSecondaryStatusesToAnArtifact) {
  World world;
  world.objects.put_text("s3://b/train/data.json", "rows");
  world.containers.images["deepar"] = [](const ContainerRun& run) {
    EXPECT_EQ(run.kind, ops::container::Kind::Training);
    EXPECT_EQ(run.hyperparameters.at("epochs"), "3");
    EXPECT_EQ(run.inputs.at(0).local_path, "/opt/ml/input/data/train");
    EXPECT_EQ(run.inputs.at(0).files.at(0).path, "data.json");
    Exit exit;
    exit.outputs["model"] = {{"model.bin", make_blob("weights")}};
    exit.final_metrics = {{"test:mean_wQuantileLoss", 0.2}};
    return exit;
  };
  EXPECT_EQ(world.call(training_request()).value(), "arn:aws:sagemaker:eu-west-1:123456789012:training-job/train-1");
  EXPECT_EQ(training_job(world).secondary_status, "Starting");
  world.run_to(5min);
  EXPECT_EQ(training_job(world).secondary_status, "Training");
  world.run_to(7min - 1ms);
  EXPECT_EQ(world.objects.text("s3://b/models/Train-1/output/model.tar.gz"), "(absent)");
  world.run_to(7min);
  const auto job = training_job(world);
  EXPECT_EQ(job.status, "Completed");
  EXPECT_EQ(job.model_artifacts, "s3://b/models/Train-1/output/model.tar.gz");
  EXPECT_EQ(world.objects.text(job.model_artifacts), "weights");
  EXPECT_EQ(job.final_metrics.at("test:mean_wQuantileLoss"), 0.2);
  std::string path;
  for (const auto& transition : job.transitions) path += transition.status + " ";
  EXPECT_EQ(path, "Starting Downloading Training Uploading Completed ");

  const auto events = world.recorder.events_of("SageMaker Training Job State Change");
  ASSERT_EQ(events.size(), 5U);
  const auto detail = nlohmann::json::parse(events.back().detail);
  EXPECT_EQ(detail["TrainingJobStatus"], "Completed");
  EXPECT_EQ(detail["SecondaryStatus"], "Completed");
  EXPECT_EQ(detail["ModelArtifacts"]["S3ModelArtifacts"], job.model_artifacts);
  // 2026-03-02T12:00:00Z in epoch milliseconds, by `date -u -d 2026-03-02T12:00:00Z +%s`.
  EXPECT_EQ(detail["CreationTime"].get<double>(), 1772452800000.0);
  EXPECT_EQ(events.back().resources, std::vector<std::string>{job.arn});
  EXPECT_EQ(world.recorder.journal_of("TrainingJobStateChange"),
            (std::vector<std::string>{R"(Train-1 {"status":"InProgress"})", R"(Train-1 {"status":"Completed"})"}));
}

TEST(TrainingJob, FailureNamesTheMessageAndTheExitCode) {
  World world;
  world.objects.put_text("s3://b/train/data.json", "rows");
  world.containers.images["deepar"] = [](const ContainerRun&) { return Exit{.code = 1, .message = "loss is NaN"}; };
  ASSERT_TRUE(world.call(training_request()));
  world.run_to(1h);
  EXPECT_EQ(training_job(world).status, "Failed");
  EXPECT_EQ(training_job(world).secondary_status, "Failed");
  EXPECT_EQ(training_job(world).failure_reason, "AlgorithmError: loss is NaN, exit code: 1");
  EXPECT_EQ(training_job(world).model_artifacts, "");
}

TEST(TrainingJob, TimeoutHasItsOwnSecondaryStatus) {
  World world;
  world.objects.put_text("s3://b/train/data.json", "rows");
  world.containers.images["deepar"] = [](const ContainerRun&) { return Exit{}; };
  auto request = training_request();
  request.max_runtime = 2min;  // the work takes 4
  ASSERT_TRUE(world.call(request));
  world.run_to(1h);
  EXPECT_EQ(training_job(world).status, "Stopped");
  EXPECT_EQ(training_job(world).secondary_status, "MaxRuntimeExceeded");
  EXPECT_EQ(training_job(world).end_time, kStart + 5min);
}

TEST(TransformJob, RunsTheModelOverItsInputFiles) {
  World world;
  world.create_model("m", "weights");
  world.objects.put_text("s3://b/in/test-inputs.json", "x");
  world.containers.images["img"] = [](const ContainerRun& run) {
    EXPECT_EQ(run.kind, ops::container::Kind::Transform);
    EXPECT_EQ(run.environment.at("NUM_SAMPLES"), "100");
    EXPECT_EQ(run.environment.at("SAGEMAKER_BATCH"), "true");
    EXPECT_EQ(run.environment.at("SAGEMAKER_BATCH_SPLIT_TYPE"), "Line");
    Exit exit;
    for (const auto& file : run.inputs.at(0).files)
      exit.outputs["output"].push_back({file.path, make_blob(*run.model + "(" + *file.bytes + ")")});
    return exit;
  };
  ops::sagemaker::CreateTransformJobInput request;
  request.transform_job_name = "t";
  request.model_name = "m";
  request.input_s3_uri = "s3://b/in/";
  request.output_s3_uri = "s3://b/out";
  request.split_type = "Line";
  request.environment = {{"NUM_SAMPLES", "100"}};
  ASSERT_TRUE(world.call(request));
  world.run_to(4min - 1ms);
  EXPECT_EQ(world.objects.text("s3://b/out/test-inputs.json.out"), "(absent)");
  world.run_to(4min);
  EXPECT_EQ(world.objects.text("s3://b/out/test-inputs.json.out"), "weights(x)");
  EXPECT_EQ(world.call(ops::sagemaker::DescribeTransformJobInput{"t"})->status, "Completed");
  EXPECT_EQ(world.recorder.events_of("SageMaker Transform Job State Change").size(), 2U);
  request.transform_job_name = "u";
  request.model_name = "unknown";
  EXPECT_EQ(world.call(request).error().code, "ValidationException");
}

TEST(Durations, LognormalHasTheConfiguredQuantiles) {
  Rng rng(1, "test", "durations");
  std::vector<Duration> drawn(20000);
  for (auto& duration : drawn) duration = draw(rng, DurationModel{3min, 5min});
  std::sort(drawn.begin(), drawn.end());
  // Standard errors at n = 20000: about 0.4 s at the median, 1.4 s at the 95th percentile.
  EXPECT_NEAR(to_seconds(drawn[10000]), 180.0, 3.0);
  EXPECT_NEAR(to_seconds(drawn[19000]), 300.0, 7.0);
}

}  // namespace
}  // namespace driftlab::service::sagemaker::test

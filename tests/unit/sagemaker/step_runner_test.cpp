// Pipeline steps: requests and descriptions in the member names of the SageMaker API.

#include <optional>

#include <nlohmann/json.hpp>

#include "sim/service/sagemaker/pipeline_step_runner.hpp"
#include "tests/unit/sagemaker/fixture.hpp"

namespace driftlab::service::sagemaker::test {
namespace {

constexpr const char* kExecution = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/build/execution/4r83jejmhorv";

class StepWorld : public World {
 public:
  explicit StepWorld(const Config& config = fixed_config()) : World(config), runner(sagemaker) {}

  Result<> start(const std::string& type, const std::string& arguments, const std::string& name = "step-1") {
    return runner.start({type, name, arguments, kExecution}, [this](StepEnd ended) {
      EXPECT_FALSE(end.has_value());
      end = std::move(ended);
    });
  }
  nlohmann::json described() { return nlohmann::json::parse(end.value().describe); }

  PipelineStepRunner runner;
  std::optional<StepEnd> end;
};

constexpr const char* kProcessing = R"({
  "AppSpecification": {"ImageUri": "img", "ContainerEntrypoint": ["python3", "x.py"], "ContainerArguments": ["--n", "3"]},
  "ProcessingInputs": [{"InputName": "in", "AppManaged": false, "S3Input": {"S3Uri": "s3://b/in",
    "LocalPath": "/opt/ml/processing/input", "S3DataType": "S3Prefix", "S3InputMode": "File",
    "S3DataDistributionType": "FullyReplicated", "S3CompressionType": "None"}}],
  "ProcessingOutputConfig": {"Outputs": [{"OutputName": "evaluation", "AppManaged": false,
    "S3Output": {"S3Uri": "s3://b/out", "LocalPath": "/opt/ml/processing/out", "S3UploadMode": "EndOfJob"}}]},
  "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 30}},
  "Environment": {"THRESHOLD": 0.24},
  "StoppingCondition": {"MaxRuntimeInSeconds": 600}, "RoleArn": "arn:aws:iam::123456789012:role/r"})";

TEST(StepRunner, ProcessingRunsAndDescribesItself) {
  StepWorld world;
  world.objects.put_text("s3://b/in/a.json", "1");
  world.containers.images["img"] = [](const ContainerRun& run) {
    EXPECT_EQ(run.entrypoint, (std::vector<std::string>{"python3", "x.py"}));
    EXPECT_EQ(run.arguments, (std::vector<std::string>{"--n", "3"}));
    EXPECT_EQ(run.environment.at("THRESHOLD"), "0.24");
    EXPECT_EQ(run.instance_count, 2);
    Exit exit;
    exit.outputs["evaluation"] = {{"evaluation.json", make_blob(R"({"rmse":1})")}};
    return exit;
  };
  ASSERT_TRUE(world.start("Processing", kProcessing));
  EXPECT_FALSE(world.end.has_value());
  world.run_to(4min);
  ASSERT_TRUE(world.end.has_value());
  EXPECT_TRUE(world.end->succeeded);
  EXPECT_EQ(world.end->arn, "arn:aws:sagemaker:eu-west-1:123456789012:processing-job/step-1");
  const auto described = world.described();
  EXPECT_EQ(described["ProcessingOutputConfig"]["Outputs"][0]["OutputName"], "evaluation");
  EXPECT_EQ(described["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"], "s3://b/out");
  EXPECT_EQ(described["ProcessingJobStatus"], "Completed");
  EXPECT_EQ(described["StoppingCondition"]["MaxRuntimeInSeconds"], 600);
  EXPECT_EQ(described["CreationTime"].get<double>(), 1772452800.0);
  EXPECT_EQ(*world.runner.read("s3://b/out/evaluation.json").value(), R"({"rmse":1})");
  EXPECT_EQ(world.runner.read("s3://b/out/none.json").error().code, "NoSuchKey");
}

TEST(StepRunner, RefusesUnknownAndMissingMembersByName) {
  StepWorld world;
  const auto message = [&](const std::string& type, const std::string& arguments) {
    const auto started = world.start(type, arguments);
    EXPECT_EQ(started.error().code, "ValidationException");
    return started.error().message;
  };
  auto request = nlohmann::json::parse(kProcessing);
  request["Colour"] = "red";
  request["ProcessingInputs"][0]["S3Input"]["S3Url"] = "s3://b/in";
  request["AppSpecification"].erase("ImageUri");
  const std::string text = message("Processing", request.dump());
  EXPECT_NE(text.find("Colour is not a known member"), std::string::npos) << text;
  EXPECT_NE(text.find("ProcessingInputs[0].S3Input.S3Url is not a known member"), std::string::npos) << text;
  EXPECT_NE(text.find("AppSpecification.ImageUri is missing"), std::string::npos) << text;
  request = nlohmann::json::parse(kProcessing);
  request["ProcessingInputs"][0]["S3Input"]["S3InputMode"] = "Pipe";
  EXPECT_NE(message("Processing", request.dump()).find("'Pipe' is not supported"), std::string::npos);
  message("Processing", "{");
  message("Processing", "[]");
  message("Fail", "{}");
  world.run_to(1h);
  EXPECT_FALSE(world.end.has_value());
}

TEST(StepRunner, FailuresAreReportedAndServiceFaultsAreRetriable) {
  StepWorld failing;
  failing.objects.put_text("s3://b/in/a.json", "1");
  failing.containers.images["img"] = [](const ContainerRun&) { return Exit{.code = 1, .message = "no"}; };
  ASSERT_TRUE(failing.start("Processing", kProcessing));
  failing.run_to(1h);
  EXPECT_FALSE(failing.end->succeeded);
  EXPECT_FALSE(failing.end->retriable);
  EXPECT_EQ(failing.end->failure_reason, "AlgorithmError: See job logs for more information");

  auto config = fixed_config();
  config.processing.failure_probability = 1.0;
  StepWorld fault(config);
  fault.containers.images["img"] = [](const ContainerRun&) { return Exit{}; };
  ASSERT_TRUE(fault.start("Processing", kProcessing));
  fault.run_to(1h);
  EXPECT_FALSE(fault.end->succeeded);
  EXPECT_TRUE(fault.end->retriable);
}

TEST(StepRunner, StopEndsTheJob) {
  StepWorld world;
  world.objects.put_text("s3://b/in/a.json", "1");
  world.containers.images["img"] = [](const ContainerRun&) { return Exit{}; };
  ASSERT_TRUE(world.start("Processing", kProcessing));
  world.run_to(1min);
  world.runner.stop("step-1");
  world.runner.stop("step-1");
  world.runner.stop("unknown");
  world.run_to(1h);
  EXPECT_FALSE(world.end->succeeded);
  EXPECT_EQ(world.described()["ProcessingJobStatus"], "Stopped");
}

TEST(StepRunner, TrainingDescribesArtifactAndMetrics) {
  StepWorld world;
  world.objects.put_text("s3://b/train/a.json", "1");
  world.containers.images["deepar"] = [](const ContainerRun& run) {
    EXPECT_EQ(run.hyperparameters.at("epochs"), "253");
    Exit exit;
    exit.outputs["model"] = {{"m", make_blob("weights")}};
    exit.final_metrics = {{"test:RMSE", 1.5}};
    return exit;
  };
  ASSERT_TRUE(world.start("Training", R"({
    "AlgorithmSpecification": {"TrainingImage": "deepar", "TrainingInputMode": "File"},
    "HyperParameters": {"epochs": "253"},
    "InputDataConfig": [{"ChannelName": "train", "ContentType": "json",
      "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/train",
        "S3DataDistributionType": "FullyReplicated"}}}],
    "OutputDataConfig": {"S3OutputPath": "s3://b/models"},
    "ResourceConfig": {"InstanceType": "ml.c5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
    "StoppingCondition": {"MaxRuntimeInSeconds": 86400}, "RoleArn": "r", "ProfilerConfig": {}})"));
  world.run_to(1h);
  EXPECT_TRUE(world.end->succeeded) << world.end->failure_reason;
  const auto described = world.described();
  EXPECT_EQ(described["ModelArtifacts"]["S3ModelArtifacts"], "s3://b/models/step-1/output/model.tar.gz");
  EXPECT_EQ(described["FinalMetricDataList"][0]["MetricName"], "test:RMSE");
  EXPECT_EQ(described["FinalMetricDataList"][0]["Value"], 1.5);
  EXPECT_EQ(described["TrainingTimeInSeconds"], 240);
}

TEST(StepRunner, ModelThenTransform) {
  StepWorld world;
  world.objects.put_text("s3://b/m.tar.gz", "weights");
  ASSERT_TRUE(world.start("Model", R"({"ExecutionRoleArn": "r", "PrimaryContainer":
    {"Image": "img", "ModelDataUrl": "s3://b/m.tar.gz", "Environment": {"A": "1"}}})"));
  EXPECT_FALSE(world.end.has_value());  // never inside the call
  world.run_to(1ms);
  EXPECT_EQ(world.described()["ModelName"], "step-1");
  EXPECT_EQ(world.end->arn, "arn:aws:sagemaker:eu-west-1:123456789012:model/step-1");
  world.end.reset();

  world.objects.put_text("s3://b/in/x.json", "x");
  world.containers.images["img"] = [](const ContainerRun& run) {
    EXPECT_EQ(run.environment.at("A"), "1");
    Exit exit;
    exit.outputs["output"] = {{"x.json", run.model}};
    return exit;
  };
  ASSERT_TRUE(world.start("Transform", R"({"ModelName": "step-1",
    "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in/x.json"}},
      "ContentType": "application/jsonlines", "SplitType": "Line"},
    "TransformOutput": {"S3OutputPath": "s3://b/out", "AssembleWith": "Line", "Accept": "application/jsonlines"},
    "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1}})"));
  world.run_to(1h);
  EXPECT_TRUE(world.end->succeeded) << world.end->failure_reason;
  EXPECT_EQ(world.described()["TransformOutput"]["S3OutputPath"], "s3://b/out");
  EXPECT_EQ(world.objects.text("s3://b/out/x.json.out"), "weights");
}

TEST(StepRunner, RegisterModelCreatesTheGroupAndNamesItsExecution) {
  StepWorld world;
  const std::string request = R"({"ModelPackageGroupName": "demand",
    "InferenceSpecification": {"Containers": [{"Image": "img", "ModelDataUrl": "s3://b/m.tar.gz"}],
      "SupportedContentTypes": ["application/jsonlines"], "SupportedResponseMIMETypes": ["application/jsonlines"],
      "SupportedTransformInstanceTypes": ["ml.m5.large"]},
    "ModelMetrics": {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": "s3://b/s.json"},
      "Constraints": {"ContentType": "application/json", "S3Uri": "s3://b/c.json"}}},
    "DriftCheckBaselines": {"ModelQuality": {"Constraints": {"ContentType": "application/json", "S3Uri": "s3://b/d.json"}}},
    "CustomerMetadataProperties": {"mwql": 0.2}})";
  ASSERT_TRUE(world.start("RegisterModel", request));
  world.run_to(1ms);
  EXPECT_EQ(world.described()["ModelPackageArn"], "arn:aws:sagemaker:eu-west-1:123456789012:model-package/demand/1");
  const auto package = world.call(ops::sagemaker::DescribeModelPackageInput{"demand/1"}).value();
  EXPECT_EQ(package.approval_status, "PendingManualApproval");
  EXPECT_EQ(package.request.generated_by, kExecution);
  EXPECT_EQ(package.request.model_metrics.statistics, "s3://b/s.json");
  EXPECT_EQ(package.request.model_metrics.constraints, "s3://b/c.json");
  EXPECT_EQ(package.request.drift_check_baselines.constraints, "s3://b/d.json");
  EXPECT_EQ(package.request.customer_metadata.at("mwql"), "0.2");
  EXPECT_EQ(world.described()["DriftCheckBaselines"]["ModelQuality"]["Constraints"]["S3Uri"], "s3://b/d.json");
  world.end.reset();
  ASSERT_TRUE(world.start("RegisterModel", request));
  world.run_to(2ms);
  EXPECT_TRUE(world.end->arn.ends_with("demand/2"));
}

}  // namespace
}  // namespace driftlab::service::sagemaker::test

#include "sim/service/sagemaker/step_requests.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "sim/service/sagemaker/request_members.hpp"

namespace driftlab::service::sagemaker {
namespace {

constexpr int kDefaultRunSeconds = 86400;

/// Parses the text, lets `read` fill the request, and turns the problems found into one error.
template <class Request, class Read>
Result<Request> parse(const std::string& json, const Read& read) {
  const auto document = nlohmann::json::parse(json, nullptr, false);
  if (document.is_discarded()) return validation_error("The step's arguments are not valid JSON");
  std::vector<std::string> problems;
  RequestMembers members(document, "", problems);
  Request request;
  read(members, request);
  members.done();
  if (problems.empty()) return request;
  std::string message = problems.front();
  for (std::size_t i = 1; i < problems.size(); ++i) message += "; " + problems[i];
  return validation_error(std::move(message));
}

ops::sagemaker::Cluster read_cluster(RequestMembers members) {
  ops::sagemaker::Cluster cluster;
  if (members.has("InstanceType")) cluster.instance_type = members.text("InstanceType");
  cluster.instance_count = members.integer("InstanceCount", cluster.instance_count);
  cluster.volume_size_gb = members.integer("VolumeSizeInGB", cluster.volume_size_gb);
  members.ignore({"VolumeKmsKeyId", "KeepAlivePeriodInSeconds"});
  members.done();
  return cluster;
}

Duration read_stopping_condition(RequestMembers members) {
  const std::chrono::seconds limit(members.integer("MaxRuntimeInSeconds", kDefaultRunSeconds));
  members.ignore({"MaxWaitTimeInSeconds"});
  members.done();
  return limit;
}

ops::sagemaker::ProcessingInput read_processing_input(RequestMembers members) {
  ops::sagemaker::ProcessingInput input;
  input.input_name = members.text("InputName", true);
  auto s3 = members.object("S3Input", true);
  input.s3_uri = s3.text("S3Uri", true);
  input.local_path = s3.text("LocalPath");
  s3.only("S3DataType", {"S3Prefix"});
  s3.only("S3InputMode", {"File"});
  s3.only("S3DataDistributionType", {"FullyReplicated"});
  s3.only("S3CompressionType", {"None"});
  s3.done();
  members.ignore({"AppManaged"});
  members.done();
  return input;
}

ops::sagemaker::ProcessingOutput read_processing_output(RequestMembers members) {
  ops::sagemaker::ProcessingOutput output;
  output.output_name = members.text("OutputName", true);
  auto s3 = members.object("S3Output", true);
  output.s3_uri = s3.text("S3Uri", true);
  output.local_path = s3.text("LocalPath", true);
  s3.only("S3UploadMode", {"EndOfJob"});
  s3.done();
  members.ignore({"AppManaged"});
  members.done();
  return output;
}

void read_processing(RequestMembers& members, ops::sagemaker::CreateProcessingJobInput& request) {
  auto application = members.object("AppSpecification", true);
  request.image_uri = application.text("ImageUri", true);
  request.container_entrypoint = application.texts("ContainerEntrypoint");
  request.container_arguments = application.texts("ContainerArguments");
  application.done();
  for (auto& input : members.objects("ProcessingInputs")) request.inputs.push_back(read_processing_input(input));
  auto outputs = members.object("ProcessingOutputConfig");
  for (auto& output : outputs.objects("Outputs")) request.outputs.push_back(read_processing_output(output));
  outputs.ignore({"KmsKeyId"});
  outputs.done();
  auto resources = members.object("ProcessingResources", true);
  request.cluster = read_cluster(resources.object("ClusterConfig", true));
  resources.done();
  request.environment = members.text_map("Environment");
  request.max_runtime = read_stopping_condition(members.object("StoppingCondition"));
  request.role_arn = members.text("RoleArn");
  members.ignore({"Tags", "NetworkConfig", "ExperimentConfig"});
}

ops::sagemaker::Channel read_channel(RequestMembers members) {
  ops::sagemaker::Channel channel;
  channel.channel_name = members.text("ChannelName", true);
  auto source = members.object("DataSource", true);
  auto s3 = source.object("S3DataSource", true);
  channel.s3_uri = s3.text("S3Uri", true);
  s3.only("S3DataType", {"S3Prefix"});
  s3.only("S3DataDistributionType", {"FullyReplicated"});
  s3.done();
  source.done();
  channel.content_type = members.text("ContentType");
  members.only("CompressionType", {"None"});
  members.only("RecordWrapperType", {"None"});
  members.only("InputMode", {"File"});
  members.done();
  return channel;
}

/// `hyperparameters` is the member that has them: another one in the definition of a tuning job.
void read_training(RequestMembers& members, const char* hyperparameters,
                   ops::sagemaker::CreateTrainingJobInput& request) {
  auto algorithm = members.object("AlgorithmSpecification", true);
  request.training_image = algorithm.text("TrainingImage", true);
  algorithm.only("TrainingInputMode", {"File"});
  algorithm.ignore({"MetricDefinitions", "EnableSageMakerMetricsTimeSeries"});
  algorithm.done();
  request.hyperparameters = members.text_map(hyperparameters);
  for (auto& channel : members.objects("InputDataConfig")) request.channels.push_back(read_channel(channel));
  auto output = members.object("OutputDataConfig", true);
  request.output_s3_uri = output.text("S3OutputPath", true);
  output.ignore({"KmsKeyId"});
  output.only("CompressionType", {"GZIP"});
  output.done();
  request.cluster = read_cluster(members.object("ResourceConfig", true));
  request.max_runtime = read_stopping_condition(members.object("StoppingCondition"));
  request.role_arn = members.text("RoleArn");
  members.ignore({"Tags", "VpcConfig", "ExperimentConfig", "ProfilerConfig", "ProfilerRuleConfigurations",
                  "DebugHookConfig", "DebugRuleConfigurations", "EnableNetworkIsolation",
                  "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining", "RetryStrategy"});
}

void read_transform(RequestMembers& members, ops::sagemaker::CreateTransformJobInput& request) {
  request.model_name = members.text("ModelName", true);
  request.environment = members.text_map("Environment");
  auto input = members.object("TransformInput", true);
  auto source = input.object("DataSource", true);
  auto s3 = source.object("S3DataSource", true);
  request.input_s3_uri = s3.text("S3Uri", true);
  s3.only("S3DataType", {"S3Prefix"});
  s3.done();
  source.done();
  request.content_type = input.text("ContentType");
  input.only("CompressionType", {"None"});
  if (input.has("SplitType")) request.split_type = input.text("SplitType");
  input.only("SplitType", {"None", "Line"});
  input.done();
  auto output = members.object("TransformOutput", true);
  request.output_s3_uri = output.text("S3OutputPath", true);
  request.accept = output.text("Accept");
  if (output.has("AssembleWith")) request.assemble_with = output.text("AssembleWith");
  output.only("AssembleWith", {"None", "Line"});
  output.ignore({"KmsKeyId"});
  output.done();
  request.cluster = read_cluster(members.object("TransformResources", true));
  members.ignore(
      {"Tags", "ExperimentConfig", "MaxConcurrentTransforms", "MaxPayloadInMB", "BatchStrategy", "ModelClientConfig"});
}

void read_model(RequestMembers& members, ops::sagemaker::CreateModelInput& request) {
  const std::string name = members.text("ModelName");
  if (!name.empty()) request.model_name = name;
  auto container = members.object("PrimaryContainer", true);
  request.image = container.text("Image", true);
  request.model_data_url = container.text("ModelDataUrl");
  request.environment = container.text_map("Environment");
  container.only("Mode", {"SingleModel"});
  container.done();
  request.role_arn = members.text("ExecutionRoleArn");
  members.ignore({"Tags", "VpcConfig", "EnableNetworkIsolation"});
}

ops::sagemaker::QualityFiles read_quality(RequestMembers members) {
  ops::sagemaker::QualityFiles files;
  auto quality = members.object("ModelQuality");
  for (const char* name : {"Statistics", "Constraints"}) {
    auto source = quality.object(name);
    (std::string(name) == "Statistics" ? files.statistics : files.constraints) = source.text("S3Uri");
    source.ignore({"ContentType", "ContentDigest"});
    source.done();
  }
  quality.done();
  members.done();
  return files;
}

void read_inference_specification(RequestMembers members, ops::sagemaker::CreateModelPackageInput& request,
                                  std::size_t& containers) {
  for (auto& container : members.objects("Containers")) {
    ++containers;
    request.image = container.text("Image", true);
    request.model_data_url = container.text("ModelDataUrl");
    request.environment = container.text_map("Environment");
    container.ignore(
        {"ImageDigest", "ContainerHostname", "Framework", "FrameworkVersion", "NearestModelName", "ModelInput"});
    container.done();
  }
  request.content_types = members.texts("SupportedContentTypes");
  request.response_types = members.texts("SupportedResponseMIMETypes");
  members.ignore({"SupportedTransformInstanceTypes", "SupportedRealtimeInferenceInstanceTypes"});
  members.done();
}

void read_package(RequestMembers& members, ops::sagemaker::CreateModelPackageInput& request, std::size_t& containers) {
  request.model_package_group_name = members.text("ModelPackageGroupName", true);
  read_inference_specification(members.object("InferenceSpecification", true), request, containers);
  if (members.has("ModelApprovalStatus")) request.model_approval_status = members.text("ModelApprovalStatus");
  request.model_metrics = read_quality(members.object("ModelMetrics"));
  request.drift_check_baselines = read_quality(members.object("DriftCheckBaselines"));
  auto metadata = members.object("MetadataProperties");
  const std::string generated_by = metadata.text("GeneratedBy");
  if (!generated_by.empty()) request.generated_by = generated_by;
  metadata.ignore({"CommitId", "Repository", "ProjectId"});
  metadata.done();
  request.customer_metadata = members.text_map("CustomerMetadataProperties");
  members.ignore({"Tags", "ModelPackageDescription", "ClientToken"});
}

}  // namespace

Result<ops::sagemaker::CreateProcessingJobInput> parse_processing_job(const std::string& json,
                                                                      const std::string& name) {
  using Request = ops::sagemaker::CreateProcessingJobInput;
  return parse<Request>(json, [&](RequestMembers& members, Request& request) {
    request.processing_job_name = name;
    read_processing(members, request);
  });
}

Result<ops::sagemaker::CreateTrainingJobInput> parse_training_job(const std::string& json, const std::string& name) {
  using Request = ops::sagemaker::CreateTrainingJobInput;
  return parse<Request>(json, [&](RequestMembers& members, Request& request) {
    request.training_job_name = name;
    read_training(members, "HyperParameters", request);
  });
}

Result<CreateTuningJobInput> parse_tuning_job(const std::string& json, const std::string& name) {
  auto request = parse<CreateTuningJobInput>(json, [&](RequestMembers& members, CreateTuningJobInput& read) {
    read.name = name;
    static_cast<void>(members.object("HyperParameterTuningJobConfig", true));
    auto definition = members.object("TrainingJobDefinition", true);
    read_training(definition, "StaticHyperParameters", read.training);
    definition.ignore({"DefinitionName", "EnableInterContainerTrafficEncryption"});
    definition.done();
    members.ignore({"Tags"});
  });
  if (request) request->config = nlohmann::json::parse(json).at("HyperParameterTuningJobConfig").dump();
  return request;
}

Result<ops::sagemaker::CreateTransformJobInput> parse_transform_job(const std::string& json, const std::string& name) {
  using Request = ops::sagemaker::CreateTransformJobInput;
  return parse<Request>(json, [&](RequestMembers& members, Request& request) {
    request.transform_job_name = name;
    read_transform(members, request);
  });
}

Result<ops::sagemaker::CreateModelInput> parse_model(const std::string& json, const std::string& name) {
  using Request = ops::sagemaker::CreateModelInput;
  return parse<Request>(json, [&](RequestMembers& members, Request& request) {
    request.model_name = name;
    read_model(members, request);
  });
}

Result<ops::sagemaker::CreateModelPackageInput> parse_model_package(const std::string& json,
                                                                    const std::string& generated_by) {
  using Request = ops::sagemaker::CreateModelPackageInput;
  std::size_t containers = 0;
  auto request = parse<Request>(json, [&](RequestMembers& members, Request& read) {
    read.generated_by = generated_by;
    read_package(members, read, containers);
  });
  if (request && containers != 1) return validation_error("InferenceSpecification.Containers must hold one container");
  return request;
}

}  // namespace driftlab::service::sagemaker

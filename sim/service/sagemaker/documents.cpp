#include "sim/service/sagemaker/documents.hpp"

#include <optional>

#include <nlohmann/json.hpp>

namespace driftlab::service::sagemaker {
namespace {

using Json = nlohmann::ordered_json;

double time_number(Instant at, TimeForm form) {
  return form == TimeForm::EpochSeconds ? epoch_seconds(at) : static_cast<double>(epoch_milliseconds(at));
}

void add_time(Json& to, const char* name, const std::optional<Instant>& at, TimeForm form) {
  if (at) to[name] = time_number(*at, form);
}

void add_text(Json& to, const char* name, const std::string& text) {
  if (!text.empty()) to[name] = text;
}

Json stopping_condition(Duration max_runtime) {
  return {{"MaxRuntimeInSeconds", std::chrono::duration_cast<std::chrono::seconds>(max_runtime).count()}};
}

Json text_map(const std::map<std::string, std::string>& values) {
  Json document = Json::object();
  for (const auto& [key, value] : values) document[key] = value;
  return document;
}

Json cluster_document(const ops::sagemaker::Cluster& cluster) {
  return {{"InstanceCount", cluster.instance_count},
          {"InstanceType", cluster.instance_type},
          {"VolumeSizeInGB", cluster.volume_size_gb}};
}

Json metrics_source(const std::string& uri) {
  return {{"ContentType", "application/json"}, {"S3Uri", uri}};
}

/// {"ModelQuality":{…}}, or an empty object when neither file is named.
Json quality_document(const ops::sagemaker::QualityFiles& files) {
  Json quality = Json::object();
  if (!files.statistics.empty()) quality["Statistics"] = metrics_source(files.statistics);
  if (!files.constraints.empty()) quality["Constraints"] = metrics_source(files.constraints);
  Json document = Json::object();
  if (!quality.empty()) document["ModelQuality"] = quality;
  return document;
}

Json inference_specification(const ops::sagemaker::CreateModelPackageInput& request) {
  Json container{{"Image", request.image}, {"ModelDataUrl", request.model_data_url}};
  if (!request.environment.empty()) container["Environment"] = text_map(request.environment);
  return {{"Containers", Json::array({container})},
          {"SupportedContentTypes", request.content_types},
          {"SupportedResponseMIMETypes", request.response_types}};
}

/// The members that a description and an event of a package share, up to the approval status.
Json package_head(const ops::sagemaker::ModelPackage& package, const Json& creation_time) {
  return {{"ModelPackageGroupName", package.request.model_package_group_name},
          {"ModelPackageVersion", package.version},
          {"ModelPackageArn", package.arn},
          {"CreationTime", creation_time},
          {"InferenceSpecification", inference_specification(package.request)},
          {"ModelPackageStatus", package.status},
          {"ModelPackageStatusDetails", {{"ValidationStatuses", Json::array()}, {"ImageScanStatuses", Json::array()}}},
          {"CertifyForMarketplace", false},
          {"ModelApprovalStatus", package.approval_status}};
}

void add_metadata_and_metrics(Json& document, const ops::sagemaker::CreateModelPackageInput& request) {
  if (!request.generated_by.empty()) document["MetadataProperties"] = {{"GeneratedBy", request.generated_by}};
  if (const Json metrics = quality_document(request.model_metrics); !metrics.empty())
    document["ModelMetrics"] = metrics;
}

/// InService → IN_SERVICE.
std::string upper_snake(const std::string& status) {
  std::string text;
  for (const char c : status) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !text.empty()) text += '_';
    text += upper ? c : static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace

Json processing_document(const ops::sagemaker::ProcessingJob& job, TimeForm form) {
  const auto& request = job.request;
  Json inputs = Json::array();
  for (const auto& input : request.inputs) {
    inputs.push_back({{"InputName", input.input_name},
                      {"S3Input",
                       {{"S3Uri", input.s3_uri},
                        {"LocalPath", input.local_path},
                        {"S3DataType", "S3Prefix"},
                        {"S3InputMode", "File"},
                        {"S3DataDistributionType", "FullyReplicated"},
                        {"S3CompressionType", "None"}}}});
  }
  Json outputs = Json::array();
  for (const auto& output : request.outputs) {
    outputs.push_back(
        {{"OutputName", output.output_name},
         {"S3Output", {{"S3Uri", output.s3_uri}, {"LocalPath", output.local_path}, {"S3UploadMode", "EndOfJob"}}}});
  }
  Json application{{"ImageUri", request.image_uri}};
  if (!request.container_entrypoint.empty()) application["ContainerEntrypoint"] = request.container_entrypoint;
  if (!request.container_arguments.empty()) application["ContainerArguments"] = request.container_arguments;

  Json document{{"ProcessingInputs", inputs},
                {"ProcessingOutputConfig", {{"Outputs", outputs}}},
                {"ProcessingJobName", request.processing_job_name},
                {"ProcessingResources", {{"ClusterConfig", cluster_document(request.cluster)}}},
                {"StoppingCondition", stopping_condition(request.max_runtime)},
                {"AppSpecification", application},
                {"Environment", text_map(request.environment)}};
  add_text(document, "RoleArn", request.role_arn);
  document["ProcessingJobArn"] = job.arn;
  document["ProcessingJobStatus"] = job.status;
  add_text(document, "ExitMessage", job.exit_message);
  add_text(document, "FailureReason", job.failure_reason);
  add_time(document, "ProcessingEndTime", job.end_time, form);
  add_time(document, "ProcessingStartTime", job.start_time, form);
  document["LastModifiedTime"] = time_number(job.last_modified, form);
  document["CreationTime"] = time_number(job.creation_time, form);
  add_text(document, "MonitoringScheduleArn", request.monitoring_schedule_arn);
  return document;
}

namespace {

Json channels_document(const std::vector<ops::sagemaker::Channel>& channels) {
  Json documents = Json::array();
  for (const auto& channel : channels) {
    Json document{{"ChannelName", channel.channel_name},
                  {"DataSource", {{"S3DataSource", {{"S3DataType", "S3Prefix"}, {"S3Uri", channel.s3_uri}}}}}};
    add_text(document, "ContentType", channel.content_type);
    documents.push_back(document);
  }
  return documents;
}

Json transitions_document(const ops::sagemaker::TrainingJob& job, TimeForm form) {
  Json transitions = Json::array();
  for (std::size_t i = 0; i < job.transitions.size(); ++i) {
    const auto& transition = job.transitions[i];
    Json document{{"Status", transition.status}, {"StartTime", time_number(transition.start, form)}};
    if (i + 1 < job.transitions.size()) document["EndTime"] = time_number(job.transitions[i + 1].start, form);
    document["StatusMessage"] = transition.message;
    transitions.push_back(document);
  }
  return transitions;
}

Json final_metrics_document(const ops::sagemaker::TrainingJob& job, TimeForm form) {
  Json metrics = Json::array();
  for (const auto& [name, value] : job.final_metrics) {
    metrics.push_back({{"MetricName", name},
                       {"Value", value},
                       {"Timestamp", time_number(job.end_time.value_or(job.last_modified), form)}});
  }
  return metrics;
}

}  // namespace

Json training_document(const ops::sagemaker::TrainingJob& job, TimeForm form) {
  const auto& request = job.request;
  Json document{{"TrainingJobName", request.training_job_name}, {"TrainingJobArn", job.arn}};
  if (!job.model_artifacts.empty()) document["ModelArtifacts"] = {{"S3ModelArtifacts", job.model_artifacts}};
  document["TrainingJobStatus"] = job.status;
  document["SecondaryStatus"] = job.secondary_status;
  add_text(document, "FailureReason", job.failure_reason);
  document["HyperParameters"] = text_map(request.hyperparameters);
  document["AlgorithmSpecification"] = {{"TrainingImage", request.training_image}, {"TrainingInputMode", "File"}};
  add_text(document, "RoleArn", request.role_arn);
  document["InputDataConfig"] = channels_document(request.channels);
  document["OutputDataConfig"] = {{"S3OutputPath", request.output_s3_uri}};
  document["ResourceConfig"] = cluster_document(request.cluster);
  document["StoppingCondition"] = stopping_condition(request.max_runtime);
  document["CreationTime"] = time_number(job.creation_time, form);
  add_time(document, "TrainingStartTime", job.start_time, form);
  add_time(document, "TrainingEndTime", job.end_time, form);
  document["LastModifiedTime"] = time_number(job.last_modified, form);
  document["SecondaryStatusTransitions"] = transitions_document(job, form);
  if (form == TimeForm::EpochSeconds) {
    document["FinalMetricDataList"] = final_metrics_document(job, form);
    if (job.start_time && job.end_time)
      document["TrainingTimeInSeconds"] =
          std::chrono::duration_cast<std::chrono::seconds>(*job.end_time - *job.start_time).count();
  } else {
    document["Tags"] = Json::object();
  }
  return document;
}

Json transform_document(const ops::sagemaker::TransformJob& job, TimeForm form) {
  const auto& request = job.request;
  Json document{{"TransformJobName", request.transform_job_name},
                {"TransformJobArn", job.arn},
                {"TransformJobStatus", job.status}};
  add_text(document, "FailureReason", job.failure_reason);
  document["ModelName"] = request.model_name;
  document["Environment"] = text_map(request.environment);
  document["TransformInput"] = {
      {"DataSource", {{"S3DataSource", {{"S3DataType", "S3Prefix"}, {"S3Uri", request.input_s3_uri}}}}},
      {"CompressionType", "None"},
      {"SplitType", request.split_type}};
  add_text(document["TransformInput"], "ContentType", request.content_type);
  document["TransformOutput"] = {{"S3OutputPath", request.output_s3_uri}, {"AssembleWith", request.assemble_with}};
  add_text(document["TransformOutput"], "Accept", request.accept);
  document["TransformResources"] = {{"InstanceType", request.cluster.instance_type},
                                    {"InstanceCount", request.cluster.instance_count}};
  document["CreationTime"] = time_number(job.creation_time, form);
  add_time(document, "TransformStartTime", job.start_time, form);
  add_time(document, "TransformEndTime", job.end_time, form);
  return document;
}

Json model_document(const ops::sagemaker::Model& model) {
  Json container{{"Image", model.request.image}};
  add_text(container, "ModelDataUrl", model.request.model_data_url);
  container["Environment"] = text_map(model.request.environment);
  Json document{{"ModelName", model.request.model_name}, {"PrimaryContainer", container}};
  add_text(document, "ExecutionRoleArn", model.request.role_arn);
  document["CreationTime"] = epoch_seconds(model.creation_time);
  document["ModelArn"] = model.arn;
  return document;
}

Json package_document(const ops::sagemaker::ModelPackage& package) {
  Json document = package_head(package, epoch_seconds(package.creation_time));
  document["ModelPackageName"] = package.arn;
  add_text(document, "ApprovalDescription", package.approval_description);
  add_metadata_and_metrics(document, package.request);
  if (const Json baselines = quality_document(package.request.drift_check_baselines); !baselines.empty())
    document["DriftCheckBaselines"] = baselines;
  document["CustomerMetadataProperties"] = text_map(package.request.customer_metadata);
  document["LastModifiedTime"] = epoch_seconds(package.last_modified);
  return document;
}

Json package_event(const ops::sagemaker::ModelPackage& package) {
  Json detail = package_head(package, format_seconds(package.creation_time));
  add_metadata_and_metrics(detail, package.request);
  detail["LastModifiedTime"] = format_seconds(package.last_modified);
  return detail;
}

Json endpoint_event(const ops::sagemaker::Endpoint& endpoint, const ops::sagemaker::CreateEndpointConfigInput& config) {
  Json variants = Json::array();
  for (const auto& variant : config.production_variants) {
    variants.push_back({{"VariantName", variant.variant_name},
                        {"DesiredWeight", variant.initial_variant_weight},
                        {"DesiredInstanceCount", static_cast<double>(variant.initial_instance_count)}});
  }
  Json detail{{"EndpointName", endpoint.endpoint_name},
              {"EndpointArn", endpoint.arn},
              {"EndpointConfigName", endpoint.endpoint_config_name},
              {"ProductionVariants", variants},
              {"EndpointStatus", upper_snake(endpoint.status)}};
  if (endpoint.status == "Failed") add_text(detail, "FailureReason", endpoint.failure_reason);
  detail["CreationTime"] = static_cast<double>(epoch_milliseconds(endpoint.creation_time));
  detail["LastModifiedTime"] = static_cast<double>(epoch_milliseconds(endpoint.last_modified));
  detail["Tags"] = Json::object();
  return detail;
}

std::string to_text(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace driftlab::service::sagemaker

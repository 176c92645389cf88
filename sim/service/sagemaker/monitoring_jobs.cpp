#include "sim/service/sagemaker/monitoring_jobs.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/service/sagemaker/job_files.hpp"

namespace driftlab::service::sagemaker {
namespace {

using ops::sagemaker::ProcessingInput;

constexpr const char* kEndpointData = "/opt/ml/processing/input/endpoint";
constexpr const char* kGroundTruthData = "/opt/ml/processing/groundtruth";
constexpr const char* kOutputPath = "/opt/ml/processing/output";
constexpr const char* kConfig = "/opt/ml/processing/input/config";
constexpr const char* kBaselineConstraints = "/opt/ml/processing/baseline/constraints";
constexpr const char* kBaselineStatistics = "/opt/ml/processing/baseline/stats";

struct TypeNames {
  const char* monitoring_type;
  const char* job_prefix;
  const char* analysis_type;
};
// With time and suffix the prefixes must stay within the 63 characters of a job name.
constexpr TypeNames kTypeNames[] = {
    {"DataQuality", "data-quality-monitoring", "DATA_QUALITY"},
    {"ModelQuality", "model-quality-monitoring", "MODEL_QUALITY"},
    {"ModelBias", "model-bias-monitoring", "MODEL_BIAS"},
    {"ModelExplainability", "explainability-monitoring", "MODEL_EXPLAINABILITY"},
};

const TypeNames& names_of(const std::string& monitoring_type) {
  for (const auto& names : kTypeNames)
    if (monitoring_type == names.monitoring_type) return names;
  return kTypeNames[0];
}

std::string job_name(std::string_view prefix, const MonitoringRun& run) {
  const auto civil = to_civil(run.scheduled);
  return fmt::format("{}-{:04}{:02}{:02}{:02}{:02}-{}", prefix, civil.year, civil.month, civil.day, civil.hour,
                     civil.minute, run.suffix);
}

std::string merge_output(const MonitoringRun& run) {
  return s3_join(run.schedule.output_s3_uri, "merge");
}

/// The execution's maximum run time is shared evenly where there are two jobs.
Duration job_limit(const MonitoringRun& run) {
  return needs_ground_truth(run.schedule.monitoring_type) ? run.schedule.max_runtime / 2 : run.schedule.max_runtime;
}

std::string file_name(const std::string& uri) {
  return uri.substr(uri.find_last_of('/') + 1);
}

std::map<std::string, std::string> analysis_environment(const MonitoringRun& run) {
  const auto& schedule = run.schedule;
  std::map<std::string, std::string> environment{
      {"dataset_format", R"({"sagemakerCaptureJson":{"captureIndexNames":["endpointInput","endpointOutput"]}})"},
      {"dataset_source", kEndpointData},
      {"output_path", kOutputPath},
      {"publish_cloudwatch_metrics", "Enabled"},
      {"sagemaker_endpoint_name", schedule.endpoint_name},
      {"sagemaker_monitoring_schedule_name", schedule.monitoring_schedule_name},
      {"sagemaker_endpoint_datacapture_prefix", schedule.capture_s3_uri},
      {"start_time", format_seconds(run.window.start)},
      {"end_time", format_seconds(run.window.end)},
      {"analysis_type", names_of(schedule.monitoring_type).analysis_type},
  };
  if (!schedule.baseline_constraints_s3_uri.empty())
    environment["baseline_constraints"] =
        std::string(kBaselineConstraints) + "/" + file_name(schedule.baseline_constraints_s3_uri);
  if (!schedule.baseline_statistics_s3_uri.empty())
    environment["baseline_statistics"] =
        std::string(kBaselineStatistics) + "/" + file_name(schedule.baseline_statistics_s3_uri);
  for (const auto& [key, value] : schedule.environment) environment[key] = value;
  return environment;
}

}  // namespace

bool needs_ground_truth(const std::string& monitoring_type) {
  return monitoring_type == "ModelQuality" || monitoring_type == "ModelBias";
}

bool needs_config(const std::string& monitoring_type) {
  return monitoring_type == "ModelBias" || monitoring_type == "ModelExplainability";
}

std::vector<ProcessingInput> capture_inputs(const Context& context, const MonitoringRun& run) {
  std::vector<ProcessingInput> inputs;
  for (const auto& variant : run.variants) {
    const std::string folder = run.schedule.endpoint_name + "/" + variant + "/";
    for (const Instant hour : hours_of(run.window)) {
      // Joined as SageMaker does: a trailing slash of the capture URI gives a double one.
      const std::string uri = run.schedule.capture_s3_uri + "/" + folder + hour_folder(hour);
      if (has_objects(context, uri))
        inputs.push_back({fmt::format("endpoint_input_{}", inputs.size()), uri,
                          fmt::format("{}/{}{}", kEndpointData, folder, hour_folder(hour))});
    }
  }
  return inputs;
}

std::vector<ProcessingInput> ground_truth_inputs(const Context& context, const MonitoringRun& run) {
  MonitoringWindow labels = run.window;
  if (!context.config.strict_ground_truth_window) labels.end = std::max(labels.end, run.scheduled);
  std::vector<ProcessingInput> inputs;
  for (const Instant hour : hours_of(labels)) {
    const std::string uri = s3_join(run.schedule.ground_truth_s3_uri, hour_folder(hour));
    if (has_objects(context, uri))
      inputs.push_back({fmt::format("groundtruth_input_{}", inputs.size()), uri,
                        fmt::format("{}/{}", kGroundTruthData, hour_folder(hour))});
  }
  return inputs;
}

std::vector<ProcessingInput> merged_inputs(const MonitoringRun& run, const ops::container::Exit& merge) {
  std::vector<ProcessingInput> inputs;
  const auto found = merge.outputs.find(kMonitoringOutput);
  if (found == merge.outputs.end()) return inputs;
  for (const auto& file : found->second) {
    const auto slash = file.path.find_last_of('/');
    const std::string folder = slash == std::string::npos ? "" : "/" + file.path.substr(0, slash);
    inputs.push_back({fmt::format("endpoint_input_{}", inputs.size()), s3_join(merge_output(run), file.path),
                      kEndpointData + folder});
  }
  return inputs;
}

ops::sagemaker::CreateProcessingJobInput merge_request(const MonitoringRun& run, std::vector<ProcessingInput> inputs) {
  ops::sagemaker::CreateProcessingJobInput request;
  request.processing_job_name = job_name("groundtruth-merge", run);
  request.image_uri = run.schedule.merge_image_uri;
  request.environment = {
      {"dataset_source", kEndpointData}, {"ground_truth_source", kGroundTruthData}, {"output_path", kOutputPath}};
  request.inputs = std::move(inputs);
  request.outputs = {{kMonitoringOutput, merge_output(run), kOutputPath}};
  request.max_runtime = job_limit(run);
  request.monitoring_schedule_arn = run.schedule_arn;
  return request;
}

ops::sagemaker::CreateProcessingJobInput analysis_request(const MonitoringRun& run,
                                                          std::vector<ProcessingInput> inputs) {
  const auto& schedule = run.schedule;
  ops::sagemaker::CreateProcessingJobInput request;
  request.processing_job_name = job_name(names_of(schedule.monitoring_type).job_prefix, run);
  request.image_uri = schedule.image_uri;
  request.environment = analysis_environment(run);
  request.inputs = std::move(inputs);
  if (!schedule.baseline_statistics_s3_uri.empty())
    request.inputs.push_back({"baseline", schedule.baseline_statistics_s3_uri, kBaselineStatistics});
  if (!schedule.baseline_constraints_s3_uri.empty())
    request.inputs.push_back({"constraints", schedule.baseline_constraints_s3_uri, kBaselineConstraints});
  if (needs_config(schedule.monitoring_type))
    request.inputs.push_back({"analysis_config", schedule.config_s3_uri, kConfig});
  const std::string folder =
      schedule.endpoint_name + "/" + schedule.monitoring_schedule_name + "/" + hour_folder(run.scheduled);
  request.outputs = {{kMonitoringOutput, s3_join(schedule.output_s3_uri, folder), kOutputPath}};
  request.max_runtime = job_limit(run);
  request.monitoring_schedule_arn = run.schedule_arn;
  return request;
}

}  // namespace driftlab::service::sagemaker

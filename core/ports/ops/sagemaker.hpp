#pragma once
/// Amazon SageMaker operations, neutral of any wire: jobs, hosting, model registry, monitoring schedules.
/// Pipelines are in pipelines.hpp. Member names follow the API with our spelling.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/blob.hpp"
#include "core/base/time.hpp"

namespace driftlab::ops::sagemaker {

// ---- Jobs ---------------------------------------------------------------------------------------------------

struct Cluster {
  std::string instance_type = "ml.m5.xlarge";
  int instance_count = 1;
  int volume_size_gb = 30;
};

struct ProcessingInput {
  std::string input_name;
  std::string s3_uri;      ///< a prefix, or one object
  std::string local_path;  ///< under /opt/ml/processing
};
struct ProcessingOutput {
  std::string output_name;
  std::string s3_uri;
  std::string local_path;
};
struct CreateProcessingJobInput {
  std::string processing_job_name;
  std::string image_uri;
  std::vector<std::string> container_entrypoint = {};
  std::vector<std::string> container_arguments = {};
  std::map<std::string, std::string> environment = {};
  std::vector<ProcessingInput> inputs = {};
  std::vector<ProcessingOutput> outputs = {};
  Cluster cluster = {};
  Duration max_runtime = std::chrono::hours{24};
  std::string role_arn = {};
  std::string monitoring_schedule_arn = {};  ///< set by the monitoring scheduler
};
struct ProcessingJob {
  CreateProcessingJobInput request;
  std::string arn;
  std::string status;  ///< InProgress, Completed, Failed, Stopping, Stopped
  std::string exit_message;
  std::string failure_reason;
  Instant creation_time{};
  std::optional<Instant> start_time = {};
  std::optional<Instant> end_time = {};
  Instant last_modified{};
};

struct DescribeProcessingJobInput {
  std::string processing_job_name;
};
struct StopProcessingJobInput {
  std::string processing_job_name;
};

struct Channel {
  std::string channel_name;  ///< "train", "test"
  std::string s3_uri;
  std::string content_type = {};
};
struct CreateTrainingJobInput {
  std::string training_job_name;
  std::string training_image;
  std::map<std::string, std::string> hyperparameters = {};  ///< values as text, as SageMaker requires
  std::vector<Channel> channels = {};
  std::string output_s3_uri;  ///< the artifact becomes <output>/<job name>/output/model.tar.gz
  Cluster cluster = {};
  Duration max_runtime = std::chrono::hours{24};
  std::string role_arn = {};
};
struct SecondaryTransition {
  std::string status;  ///< Starting, Downloading, Training, Uploading, Completed, Failed, Stopped, MaxRuntimeExceeded
  Instant start{};
  std::string message;
};
struct TrainingJob {
  CreateTrainingJobInput request;
  std::string arn;
  std::string status;  ///< InProgress, Completed, Failed, Stopping, Stopped
  std::string secondary_status;
  std::string model_artifacts;  ///< S3 URI
  std::string failure_reason;
  std::map<std::string, double> final_metrics;
  std::vector<SecondaryTransition> transitions;
  Instant creation_time{};
  std::optional<Instant> start_time = {};
  std::optional<Instant> end_time = {};
  Instant last_modified{};
};

struct DescribeTrainingJobInput {
  std::string training_job_name;
};
struct StopTrainingJobInput {
  std::string training_job_name;
};

struct CreateTransformJobInput {
  std::string transform_job_name;
  std::string model_name;
  std::string input_s3_uri;
  std::string content_type = {};
  std::string split_type = "None";  ///< None, Line
  std::string output_s3_uri;
  std::string accept = {};
  std::string assemble_with = "None";
  std::map<std::string, std::string> environment = {};
  Cluster cluster = {};
  Duration max_runtime = std::chrono::hours{24};
};
struct TransformJob {
  CreateTransformJobInput request;
  std::string arn;
  std::string status;
  std::string failure_reason;
  Instant creation_time{};
  std::optional<Instant> start_time = {};
  std::optional<Instant> end_time = {};
};

struct DescribeTransformJobInput {
  std::string transform_job_name;
};
struct StopTransformJobInput {
  std::string transform_job_name;
};

// ---- Hosting ------------------------------------------------------------------------------------------------

struct CreateModelInput {
  std::string model_name;
  std::string image;
  std::string model_data_url;
  std::map<std::string, std::string> environment = {};
  std::string role_arn = {};
};
struct Model {
  CreateModelInput request;
  std::string arn;
  Instant creation_time{};
};

struct DescribeModelInput {
  std::string model_name;
};
struct DeleteModelInput {
  std::string model_name;
};

struct DataCaptureConfig {
  bool enable_capture = true;
  int initial_sampling_percentage = 100;  ///< 0–100
  std::string destination_s3_uri;
  bool capture_input = true;
  bool capture_output = true;
  std::vector<std::string> csv_content_types = {"text/csv"};
  std::vector<std::string> json_content_types = {"application/json"};
};
struct ProductionVariant {
  std::string variant_name = "AllTraffic";
  std::string model_name;
  std::string instance_type = "ml.m5.large";
  int initial_instance_count = 1;
  double initial_variant_weight = 1.0;
};
struct CreateEndpointConfigInput {
  std::string endpoint_config_name;
  std::vector<ProductionVariant> production_variants;
  std::optional<DataCaptureConfig> data_capture_config = {};
};
struct EndpointConfig {
  CreateEndpointConfigInput request;
  std::string arn;
  Instant creation_time{};
};
struct DescribeEndpointConfigInput {
  std::string endpoint_config_name;
};
struct DeleteEndpointConfigInput {
  std::string endpoint_config_name;
};
struct CreateEndpointInput {
  std::string endpoint_name;
  std::string endpoint_config_name;
};
/// Needs a new configuration and a status that accepts changes.
struct UpdateEndpointInput {
  std::string endpoint_name;
  std::string endpoint_config_name;
};
struct DescribeEndpointInput {
  std::string endpoint_name;
};
struct DeleteEndpointInput {
  std::string endpoint_name;
};
struct Endpoint {
  std::string endpoint_name;
  std::string arn;
  std::string endpoint_config_name;
  std::string status;  ///< Creating, InService, Updating, RollingBack, Deleting, Failed, OutOfService
  std::string failure_reason;
  Instant creation_time{};
  Instant last_modified{};
};
struct InvokeEndpointInput {
  std::string endpoint_name;
  std::string content_type = "application/json";
  std::string accept = "application/json";
  Blob body;
  std::string inference_id = {};
  std::string custom_attributes = {};
  std::string target_variant = {};
};
struct InvokeEndpointOutput {
  std::string content_type;
  Blob body;
  std::string invoked_production_variant;
};

// ---- Model registry -----------------------------------------------------------------------------------------

struct CreateModelPackageGroupInput {
  std::string model_package_group_name;
  std::string description = {};
};
struct ModelPackageGroup {
  CreateModelPackageGroupInput request;
  std::string arn;
  Instant creation_time{};
};
struct DescribeModelPackageGroupInput {
  std::string model_package_group_name;
};
/// Refused while the group has versions.
struct DeleteModelPackageGroupInput {
  std::string model_package_group_name;
};
/// S3 URIs of statistics and constraints, as ModelMetrics and DriftCheckBaselines name them.
struct QualityFiles {
  std::string statistics;
  std::string constraints;
};
struct CreateModelPackageInput {
  std::string model_package_group_name;
  std::string image;
  std::string model_data_url;
  std::vector<std::string> content_types = {"application/json"};
  std::vector<std::string> response_types = {"application/json"};
  std::string model_approval_status = "PendingManualApproval";
  QualityFiles model_metrics = {};          ///< ModelMetrics.ModelQuality
  QualityFiles drift_check_baselines = {};  ///< DriftCheckBaselines.ModelQuality
  std::string generated_by = {};            ///< MetadataProperties.GeneratedBy: a pipeline execution's ARN
  std::map<std::string, std::string> customer_metadata = {};
  std::map<std::string, std::string> environment = {};  ///< of the container
};
struct ModelPackage {
  CreateModelPackageInput request;
  std::string arn;
  int version = 1;
  std::string status;  ///< ModelPackageStatus: Completed, …
  std::string approval_status;
  std::string approval_description;
  Instant creation_time{};
  Instant last_modified{};
};
struct DescribeModelPackageInput {
  std::string model_package_name;  ///< ARN, or GROUP/VERSION
};
struct DeleteModelPackageInput {
  std::string model_package_name;  ///< ARN, or GROUP/VERSION
};
struct UpdateModelPackageInput {
  std::string model_package_arn;
  std::string model_approval_status = {};
  std::string approval_description = {};
};
struct ListModelPackagesInput {
  std::string model_package_group_name;
  std::string model_approval_status = {};
  bool descending = false;  ///< by creation time; AWS's default is ascending
  int max_results = 100;
};
struct ListModelPackagesOutput {
  std::vector<ModelPackage> packages;
};

// ---- Monitoring ---------------------------------------------------------------------------------------------

/// One typed job definition and its schedule in one request; the API keeps them apart, the model keeps both names.
struct CreateMonitoringScheduleInput {
  std::string monitoring_schedule_name;
  std::string schedule_expression = "cron(0 * ? * * *)";
  std::string monitoring_type = "ModelQuality";  ///< DataQuality, ModelQuality, ModelBias, ModelExplainability
  std::string job_definition_name = {};
  std::string endpoint_name;
  std::string image_uri;
  std::string merge_image_uri = {};  ///< of the ground truth merge; ModelQuality and ModelBias only
  std::string capture_s3_uri;        ///< the endpoint's capture destination
  std::string ground_truth_s3_uri = {};
  std::string output_s3_uri;
  std::string baseline_constraints_s3_uri = {};
  std::string baseline_statistics_s3_uri = {};
  std::string config_s3_uri = {};      ///< ConfigUri: the analysis configuration; ModelBias and ModelExplainability
  std::string start_time_offset = {};  ///< "-PT6H" …
  std::string end_time_offset = {};
  std::map<std::string, std::string> environment = {};  ///< problem_type, inference_attribute, …
  Duration max_runtime = std::chrono::minutes{30};
};
struct DeleteMonitoringScheduleInput {
  std::string monitoring_schedule_name;
};
struct DescribeMonitoringScheduleInput {
  std::string monitoring_schedule_name;
};
/// Resumes a stopped schedule.
struct StartMonitoringScheduleInput {
  std::string monitoring_schedule_name;
};
/// No more runs; the running one ends normally.
struct StopMonitoringScheduleInput {
  std::string monitoring_schedule_name;
};
struct MonitoringExecution {
  std::string monitoring_schedule_name;
  Instant scheduled_time{};
  Instant creation_time{};
  Instant last_modified{};
  std::string status;  ///< Pending, InProgress, Completed, CompletedWithViolations, Failed, Stopping, Stopped
  std::string processing_job_arn;
  std::string endpoint_name;
  std::string failure_reason;
  std::string exit_message;
  std::string monitoring_type;
  std::string job_definition_name = {};
};
struct MonitoringSchedule {
  CreateMonitoringScheduleInput request;
  std::string arn;
  std::string status;  ///< Pending, Scheduled, Stopped, Failed
  Instant creation_time{};
  Instant last_modified{};
  std::optional<MonitoringExecution> last_execution = {};
};
struct ListMonitoringExecutionsInput {
  std::string monitoring_schedule_name = {};
  std::optional<Instant> scheduled_after = {};
  std::optional<Instant> scheduled_before = {};
  std::string status = {};  ///< StatusEquals
  std::string endpoint_name = {};
};
struct ListMonitoringExecutionsOutput {
  std::vector<MonitoringExecution> executions;  ///< newest first
};
struct MonitoringAlert {
  std::string monitoring_schedule_name;
  std::string monitoring_alert_name;
  std::string status;  ///< InAlert, OK
  int datapoints_to_alert = 1;
  int evaluation_period = 1;
  Instant last_modified{};
  Instant creation_time{};
};
struct ListMonitoringAlertsInput {
  std::string monitoring_schedule_name;
};
struct ListMonitoringAlertsOutput {
  std::vector<MonitoringAlert> alerts;
};
struct UpdateMonitoringAlertInput {
  std::string monitoring_schedule_name;
  std::string monitoring_alert_name;
  int datapoints_to_alert = 1;  ///< 1–100
  int evaluation_period = 1;    ///< 1–100, at least datapoints_to_alert
};
struct ListMonitoringAlertHistoryInput {
  std::string monitoring_schedule_name = {};
  std::string monitoring_alert_name = {};
  std::optional<Instant> created_after = {};
  std::optional<Instant> created_before = {};
  std::string status = {};  ///< StatusEquals
  bool descending = true;   ///< by creation time
};
/// One transition of an alert.
struct MonitoringAlertTransition {
  std::string monitoring_schedule_name;
  std::string monitoring_alert_name;
  Instant creation_time{};
  std::string status;  ///< InAlert, OK
};
struct ListMonitoringAlertHistoryOutput {
  std::vector<MonitoringAlertTransition> transitions;
};

// ---- Model dashboard ----------------------------------------------------------------------------------------

struct ListModelDashboardInput {};
struct ModelDashboardMonitor {
  std::string monitoring_type;
  std::string monitoring_schedule_name = {};
  std::string endpoint_name = {};
  std::string schedule_status = {};  ///< Failed, Pending, Stopped, Scheduled
  /// None (no schedule), Inactive (not scheduled), OK, or the time of the last alert in ISO 8601.
  std::string alert = "None";
  std::optional<MonitoringExecution> last_execution = {};
};
struct ModelDashboardRow {
  std::string model_name;
  std::string risk_rating = "unknown";
  std::vector<std::string> endpoints;           ///< ascending
  std::vector<ModelDashboardMonitor> monitors;  ///< the four types in order; one row per schedule of a type
  std::optional<TransformJob> last_transform_job = {};
};
struct ListModelDashboardOutput {
  std::vector<ModelDashboardRow> rows;  ///< ascending by model name
};

}  // namespace driftlab::ops::sagemaker

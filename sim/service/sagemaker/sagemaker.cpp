#include "sim/service/sagemaker/sagemaker.hpp"

#include "sim/service/sagemaker/dashboard.hpp"

namespace driftlab::service::sagemaker {

using namespace ops::sagemaker;  // NOLINT: every name here is an operation of the service

SageMaker::SageMaker(const Hosts& hosts, const Config& config)
    : context_(hosts, config),
      processing_(context_),
      training_(context_),
      tuning_(context_, training_),
      models_(context_),
      transforms_(context_, models_),
      endpoints_(context_, models_),
      registry_(context_),
      monitoring_(context_, endpoints_, processing_) {}

Result<std::string> SageMaker::handle(const CreateProcessingJobInput& request, Instant now) {
  return processing_.create(request, now);
}
Result<ProcessingJob> SageMaker::handle(const DescribeProcessingJobInput& request, Instant) {
  return processing_.describe(request.processing_job_name);
}
Result<> SageMaker::handle(const StopProcessingJobInput& request, Instant now) {
  return processing_.stop(request.processing_job_name, now);
}
Result<std::string> SageMaker::handle(const CreateTrainingJobInput& request, Instant now) {
  return training_.create(request, now);
}
Result<TrainingJob> SageMaker::handle(const DescribeTrainingJobInput& request, Instant) {
  return training_.describe(request.training_job_name);
}
Result<> SageMaker::handle(const StopTrainingJobInput& request, Instant now) {
  return training_.stop(request.training_job_name, now);
}
Result<std::string> SageMaker::handle(const CreateTransformJobInput& request, Instant now) {
  return transforms_.create(request, now);
}
Result<TransformJob> SageMaker::handle(const DescribeTransformJobInput& request, Instant) {
  return transforms_.describe(request.transform_job_name);
}
Result<> SageMaker::handle(const StopTransformJobInput& request, Instant now) {
  return transforms_.stop(request.transform_job_name, now);
}

Result<std::string> SageMaker::handle(const CreateModelInput& request, Instant now) {
  return models_.create(request, now);
}
Result<Model> SageMaker::handle(const DescribeModelInput& request, Instant) {
  return models_.describe(request.model_name);
}
Result<> SageMaker::handle(const DeleteModelInput& request, Instant) {
  return models_.remove(request.model_name);
}
Result<std::string> SageMaker::handle(const CreateEndpointConfigInput& request, Instant now) {
  return endpoints_.create_config(request, now);
}
Result<EndpointConfig> SageMaker::handle(const DescribeEndpointConfigInput& request, Instant) {
  return endpoints_.describe_config(request.endpoint_config_name);
}
Result<> SageMaker::handle(const DeleteEndpointConfigInput& request, Instant) {
  return endpoints_.remove_config(request.endpoint_config_name);
}
Result<std::string> SageMaker::handle(const CreateEndpointInput& request, Instant now) {
  return endpoints_.create(request, now);
}
Result<std::string> SageMaker::handle(const UpdateEndpointInput& request, Instant now) {
  return endpoints_.update(request, now);
}
Result<Endpoint> SageMaker::handle(const DescribeEndpointInput& request, Instant) {
  return endpoints_.describe(request.endpoint_name);
}
Result<> SageMaker::handle(const DeleteEndpointInput& request, Instant now) {
  return endpoints_.remove(request.endpoint_name, now);
}
Result<InvokeEndpointOutput> SageMaker::handle(const InvokeEndpointInput& request, Instant now) {
  return endpoints_.invoke(request, now);
}

Result<std::string> SageMaker::handle(const CreateModelPackageGroupInput& request, Instant now) {
  return registry_.create_group(request, now);
}
Result<ModelPackageGroup> SageMaker::handle(const DescribeModelPackageGroupInput& request, Instant) {
  return registry_.describe_group(request.model_package_group_name);
}
Result<> SageMaker::handle(const DeleteModelPackageGroupInput& request, Instant) {
  return registry_.remove_group(request.model_package_group_name);
}
Result<std::string> SageMaker::handle(const CreateModelPackageInput& request, Instant now) {
  return registry_.create_package(request, now);
}
Result<ModelPackage> SageMaker::handle(const DescribeModelPackageInput& request, Instant) {
  return registry_.describe_package(request.model_package_name);
}
Result<std::string> SageMaker::handle(const UpdateModelPackageInput& request, Instant now) {
  return registry_.update_package(request, now);
}
Result<> SageMaker::handle(const DeleteModelPackageInput& request, Instant) {
  return registry_.remove_package(request.model_package_name);
}
Result<ListModelPackagesOutput> SageMaker::handle(const ListModelPackagesInput& request, Instant) {
  return registry_.list(request);
}

Result<std::string> SageMaker::handle(const CreateMonitoringScheduleInput& request, Instant now) {
  return monitoring_.create(request, now);
}
Result<MonitoringSchedule> SageMaker::handle(const DescribeMonitoringScheduleInput& request, Instant) {
  return monitoring_.describe(request.monitoring_schedule_name);
}
Result<> SageMaker::handle(const StartMonitoringScheduleInput& request, Instant now) {
  return monitoring_.start(request.monitoring_schedule_name, now);
}
Result<> SageMaker::handle(const StopMonitoringScheduleInput& request, Instant now) {
  return monitoring_.stop(request.monitoring_schedule_name, now);
}
Result<> SageMaker::handle(const DeleteMonitoringScheduleInput& request, Instant now) {
  return monitoring_.remove(request.monitoring_schedule_name, now);
}
Result<ListMonitoringExecutionsOutput> SageMaker::handle(const ListMonitoringExecutionsInput& request, Instant) {
  return monitoring_.executions(request);
}
Result<ListMonitoringAlertsOutput> SageMaker::handle(const ListMonitoringAlertsInput& request, Instant) {
  return monitoring_.alerts().list(request.monitoring_schedule_name);
}
Result<> SageMaker::handle(const UpdateMonitoringAlertInput& request, Instant now) {
  return monitoring_.alerts().update(request, now);
}
Result<ListMonitoringAlertHistoryOutput> SageMaker::handle(const ListMonitoringAlertHistoryInput& request, Instant) {
  return monitoring_.alerts().history(request);
}
Result<ListModelDashboardOutput> SageMaker::handle(const ListModelDashboardInput&, Instant) {
  return model_dashboard(models_, endpoints_, transforms_, monitoring_);
}

}  // namespace driftlab::service::sagemaker

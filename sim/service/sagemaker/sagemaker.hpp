#pragma once
/// Amazon SageMaker: jobs, hosting with data capture, model registry, monitoring schedules.

#include <string>

#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/endpoints.hpp"
#include "sim/service/sagemaker/model_registry.hpp"
#include "sim/service/sagemaker/models.hpp"
#include "sim/service/sagemaker/monitoring.hpp"
#include "sim/service/sagemaker/processing_jobs.hpp"
#include "sim/service/sagemaker/training_jobs.hpp"
#include "sim/service/sagemaker/transform_jobs.hpp"
#include "sim/service/sagemaker/tuning_jobs.hpp"

namespace driftlab::service::sagemaker {

/// The service. `now` is the scheduler's time. Calls that create or update return the ARN, where they have one.
/// Errors are SageMaker's: ValidationException (kind NotFound for unknown hosting objects, jobs and packages),
/// ResourceInUse, ResourceNotFound (monitoring schedules), ConflictException, ValidationError and ModelError
/// (InvokeEndpoint). Must outlive the timers it set, so neither copied nor moved.
class SageMaker {
 public:
  SageMaker(const Hosts& hosts, const Config& config);
  SageMaker(const SageMaker&) = delete;
  SageMaker& operator=(const SageMaker&) = delete;

  // Jobs
  Result<std::string> handle(const ops::sagemaker::CreateProcessingJobInput& request, Instant now);
  Result<ops::sagemaker::ProcessingJob> handle(const ops::sagemaker::DescribeProcessingJobInput& request, Instant now);
  Result<> handle(const ops::sagemaker::StopProcessingJobInput& request, Instant now);
  Result<std::string> handle(const ops::sagemaker::CreateTrainingJobInput& request, Instant now);
  Result<ops::sagemaker::TrainingJob> handle(const ops::sagemaker::DescribeTrainingJobInput& request, Instant now);
  Result<> handle(const ops::sagemaker::StopTrainingJobInput& request, Instant now);
  Result<std::string> handle(const ops::sagemaker::CreateTransformJobInput& request, Instant now);
  Result<ops::sagemaker::TransformJob> handle(const ops::sagemaker::DescribeTransformJobInput& request, Instant now);
  Result<> handle(const ops::sagemaker::StopTransformJobInput& request, Instant now);

  // Hosting
  Result<std::string> handle(const ops::sagemaker::CreateModelInput& request, Instant now);
  Result<ops::sagemaker::Model> handle(const ops::sagemaker::DescribeModelInput& request, Instant now);
  Result<> handle(const ops::sagemaker::DeleteModelInput& request, Instant now);
  Result<std::string> handle(const ops::sagemaker::CreateEndpointConfigInput& request, Instant now);
  Result<ops::sagemaker::EndpointConfig> handle(const ops::sagemaker::DescribeEndpointConfigInput& request,
                                                Instant now);
  Result<> handle(const ops::sagemaker::DeleteEndpointConfigInput& request, Instant now);
  Result<std::string> handle(const ops::sagemaker::CreateEndpointInput& request, Instant now);
  Result<std::string> handle(const ops::sagemaker::UpdateEndpointInput& request, Instant now);
  Result<ops::sagemaker::Endpoint> handle(const ops::sagemaker::DescribeEndpointInput& request, Instant now);
  Result<> handle(const ops::sagemaker::DeleteEndpointInput& request, Instant now);
  Result<ops::sagemaker::InvokeEndpointOutput> handle(const ops::sagemaker::InvokeEndpointInput& request, Instant now);

  // Model registry
  Result<std::string> handle(const ops::sagemaker::CreateModelPackageGroupInput& request, Instant now);
  Result<ops::sagemaker::ModelPackageGroup> handle(const ops::sagemaker::DescribeModelPackageGroupInput& request,
                                                   Instant now);
  Result<> handle(const ops::sagemaker::DeleteModelPackageGroupInput& request, Instant now);
  Result<std::string> handle(const ops::sagemaker::CreateModelPackageInput& request, Instant now);
  Result<ops::sagemaker::ModelPackage> handle(const ops::sagemaker::DescribeModelPackageInput& request, Instant now);
  Result<std::string> handle(const ops::sagemaker::UpdateModelPackageInput& request, Instant now);
  Result<> handle(const ops::sagemaker::DeleteModelPackageInput& request, Instant now);
  Result<ops::sagemaker::ListModelPackagesOutput> handle(const ops::sagemaker::ListModelPackagesInput& request,
                                                         Instant now);

  // Monitoring
  Result<std::string> handle(const ops::sagemaker::CreateMonitoringScheduleInput& request, Instant now);
  Result<ops::sagemaker::MonitoringSchedule> handle(const ops::sagemaker::DescribeMonitoringScheduleInput& request,
                                                    Instant now);
  Result<> handle(const ops::sagemaker::StartMonitoringScheduleInput& request, Instant now);
  Result<> handle(const ops::sagemaker::StopMonitoringScheduleInput& request, Instant now);
  Result<> handle(const ops::sagemaker::DeleteMonitoringScheduleInput& request, Instant now);
  Result<ops::sagemaker::ListMonitoringExecutionsOutput> handle(
      const ops::sagemaker::ListMonitoringExecutionsInput& request, Instant now);
  Result<ops::sagemaker::ListMonitoringAlertsOutput> handle(const ops::sagemaker::ListMonitoringAlertsInput& request,
                                                            Instant now);
  Result<> handle(const ops::sagemaker::UpdateMonitoringAlertInput& request, Instant now);
  Result<ops::sagemaker::ListMonitoringAlertHistoryOutput> handle(
      const ops::sagemaker::ListMonitoringAlertHistoryInput& request, Instant now);
  Result<ops::sagemaker::ListModelDashboardOutput> handle(const ops::sagemaker::ListModelDashboardInput& request,
                                                          Instant now);

  /// The parts that whoever waits for the end of a job needs.
  [[nodiscard]] const Context& context() const { return context_; }
  [[nodiscard]] ProcessingJobs& processing() { return processing_; }
  [[nodiscard]] TrainingJobs& training() { return training_; }
  [[nodiscard]] TuningJobs& tuning() { return tuning_; }
  [[nodiscard]] TransformJobs& transforms() { return transforms_; }
  /// What hosting would be billed for so far.
  [[nodiscard]] const HostingUse& hosting_use() const { return endpoints_.use(); }

 private:
  Context context_;
  ProcessingJobs processing_;
  TrainingJobs training_;
  TuningJobs tuning_;
  Models models_;
  TransformJobs transforms_;
  Endpoints endpoints_;
  ModelRegistry registry_;
  MonitoringSchedules monitoring_;
};

}  // namespace driftlab::service::sagemaker

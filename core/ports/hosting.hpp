#pragma once
/// Deploying models and what watches them: SageMaker models, endpoints and monitoring schedules.

#include "core/ports/async.hpp"
#include "core/ports/ops/sagemaker.hpp"

namespace driftlab::ports {

/// Errors: ValidationException (also for an unknown name, as SageMaker answers), ResourceInUse, ResourceNotFound.
/// Creating and updating an endpoint return at once; poll `describe_endpoint` until it is InService or Failed.
class Hosting {
 public:
  Hosting() = default;
  Hosting(const Hosting&) = delete;
  Hosting& operator=(const Hosting&) = delete;
  virtual ~Hosting() = default;

  virtual Async<> create_model(const ops::sagemaker::CreateModelInput& request, Deadline deadline = kNoDeadline) = 0;
  virtual Async<> create_endpoint_config(const ops::sagemaker::CreateEndpointConfigInput& request,
                                         Deadline deadline = kNoDeadline) = 0;
  virtual Async<> create_endpoint(const ops::sagemaker::CreateEndpointInput& request,
                                  Deadline deadline = kNoDeadline) = 0;
  virtual Async<> update_endpoint(const ops::sagemaker::UpdateEndpointInput& request,
                                  Deadline deadline = kNoDeadline) = 0;
  virtual Async<ops::sagemaker::Endpoint> describe_endpoint(const ops::sagemaker::DescribeEndpointInput& request,
                                                            Deadline deadline = kNoDeadline) = 0;
  virtual Async<> create_monitoring_schedule(const ops::sagemaker::CreateMonitoringScheduleInput& request,
                                             Deadline deadline = kNoDeadline) = 0;
  virtual Async<> delete_monitoring_schedule(const ops::sagemaker::DeleteMonitoringScheduleInput& request,
                                             Deadline deadline = kNoDeadline) = 0;
};

}  // namespace driftlab::ports

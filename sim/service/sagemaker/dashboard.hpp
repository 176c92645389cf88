#pragma once
/// The model dashboard: one row a model, with its endpoints, monitors and alerts.

#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/endpoints.hpp"
#include "sim/service/sagemaker/models.hpp"
#include "sim/service/sagemaker/monitoring.hpp"
#include "sim/service/sagemaker/transform_jobs.hpp"

namespace driftlab::service::sagemaker {

/// What the dashboard shows now. A model's endpoints are those whose configuration in force names it.
/// Cost: a pass over executions for each schedule.
[[nodiscard]] ops::sagemaker::ListModelDashboardOutput model_dashboard(const Models& models, const Endpoints& endpoints,
                                                                       const TransformJobs& transforms,
                                                                       const MonitoringSchedules& monitoring);

}  // namespace driftlab::service::sagemaker

#include "sim/service/sagemaker/dashboard.hpp"

#include <algorithm>

namespace driftlab::service::sagemaker {
namespace {

using ops::sagemaker::ModelDashboardRow;
using ops::sagemaker::MonitoringSchedule;

std::string alert_column(const MonitoringSchedule& schedule, const MonitoringAlerts& alerts) {
  if (schedule.status != "Scheduled") return "Inactive";
  const auto listed = alerts.list(schedule.request.monitoring_schedule_name);
  if (!listed) return "OK";
  for (const auto& alert : listed->alerts)
    if (alert.status == "InAlert") {
      ops::sagemaker::ListMonitoringAlertHistoryInput query;
      query.monitoring_schedule_name = alert.monitoring_schedule_name;
      query.status = "InAlert";
      return format_seconds(alerts.history(query).transitions.front().creation_time);
    }
  return "OK";
}

std::vector<std::string> endpoints_of(const std::string& model, const Endpoints& endpoints) {
  std::vector<std::string> names;
  for (const auto& endpoint : endpoints.names()) {
    const auto variants = endpoints.variants(endpoint);
    if (std::any_of(variants.begin(), variants.end(), [&](const auto& variant) { return variant.model_name == model; }))
      names.push_back(endpoint);
  }
  return names;
}

void add_monitors(ModelDashboardRow& row, const std::string& type, const std::vector<MonitoringSchedule>& schedules,
                  const MonitoringAlerts& alerts) {
  bool any = false;
  for (const auto& schedule : schedules) {
    const auto& request = schedule.request;
    if (request.monitoring_type != type) continue;
    if (std::find(row.endpoints.begin(), row.endpoints.end(), request.endpoint_name) == row.endpoints.end()) continue;
    row.monitors.push_back({type, request.monitoring_schedule_name, request.endpoint_name, schedule.status,
                            alert_column(schedule, alerts), schedule.last_execution});
    any = true;
  }
  if (!any) row.monitors.push_back({type});
}

}  // namespace

ops::sagemaker::ListModelDashboardOutput model_dashboard(const Models& models, const Endpoints& endpoints,
                                                         const TransformJobs& transforms,
                                                         const MonitoringSchedules& monitoring) {
  const auto schedules = monitoring.schedules();
  ops::sagemaker::ListModelDashboardOutput output;
  for (const auto& name : models.names()) {
    ModelDashboardRow row;
    row.model_name = name;
    row.endpoints = endpoints_of(name, endpoints);
    for (const char* type : {"DataQuality", "ModelQuality", "ModelBias", "ModelExplainability"})
      add_monitors(row, type, schedules, monitoring.alerts());
    row.last_transform_job = transforms.last_of_model(name);
    output.rows.push_back(std::move(row));
  }
  return output;
}

}  // namespace driftlab::service::sagemaker

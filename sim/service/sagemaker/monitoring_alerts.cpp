#include "sim/service/sagemaker/monitoring_alerts.hpp"

#include <algorithm>

namespace driftlab::service::sagemaker {
namespace {

bool matches(const ops::sagemaker::ListMonitoringAlertHistoryInput& request,
             const ops::sagemaker::MonitoringAlertTransition& transition) {
  const auto same = [](const std::string& wanted, const std::string& value) {
    return wanted.empty() || wanted == value;
  };
  return same(request.monitoring_schedule_name, transition.monitoring_schedule_name) &&
         same(request.monitoring_alert_name, transition.monitoring_alert_name) &&
         same(request.status, transition.status) &&
         (!request.created_after || transition.creation_time > *request.created_after) &&
         (!request.created_before || transition.creation_time < *request.created_before);
}

}  // namespace

void MonitoringAlerts::add(const std::string& schedule, Instant now) {
  alerts_[schedule] = {schedule, schedule, "OK", 1, 1, now, now};
}

void MonitoringAlerts::remove(const std::string& schedule) {
  alerts_.erase(schedule);
}

void MonitoringAlerts::evaluate(const std::string& schedule, const std::vector<bool>& breaches, Instant now) {
  const auto found = alerts_.find(schedule);
  if (found == alerts_.end()) return;
  auto& alert = found->second;
  const auto window = std::min(breaches.size(), static_cast<std::size_t>(alert.evaluation_period));
  const auto breaching = std::count(breaches.begin(), breaches.begin() + static_cast<std::ptrdiff_t>(window), true);
  const std::string status = breaching >= alert.datapoints_to_alert ? "InAlert" : "OK";
  if (status == alert.status) return;
  alert.status = status;
  alert.last_modified = now;
  transitions_.push_back({schedule, alert.monitoring_alert_name, now, status});
  context_.record_status("MonitoringAlertStateChange", alert.monitoring_alert_name, status);
}

Result<> MonitoringAlerts::update(const ops::sagemaker::UpdateMonitoringAlertInput& request, Instant now) {
  const auto found = alerts_.find(request.monitoring_schedule_name);
  if (found == alerts_.end() || found->second.monitoring_alert_name != request.monitoring_alert_name)
    return not_found("ResourceNotFound", "Monitoring alert " + request.monitoring_alert_name + " of schedule " +
                                             request.monitoring_schedule_name + " does not exist.");
  const auto in_range = [](int value) { return value >= 1 && value <= 100; };
  if (!in_range(request.datapoints_to_alert) || !in_range(request.evaluation_period))
    return validation_error("DatapointsToAlert and EvaluationPeriod must be between 1 and 100");
  if (request.datapoints_to_alert > request.evaluation_period)
    return validation_error("DatapointsToAlert must not exceed EvaluationPeriod");
  found->second.datapoints_to_alert = request.datapoints_to_alert;
  found->second.evaluation_period = request.evaluation_period;
  found->second.last_modified = now;
  return {};
}

Result<ops::sagemaker::ListMonitoringAlertsOutput> MonitoringAlerts::list(const std::string& schedule) const {
  const auto found = alerts_.find(schedule);
  if (found == alerts_.end())
    return not_found("ResourceNotFound", "Monitoring schedule " + schedule + " does not exist.");
  return ops::sagemaker::ListMonitoringAlertsOutput{{found->second}};
}

ops::sagemaker::ListMonitoringAlertHistoryOutput MonitoringAlerts::history(
    const ops::sagemaker::ListMonitoringAlertHistoryInput& request) const {
  ops::sagemaker::ListMonitoringAlertHistoryOutput output;
  for (const auto& transition : transitions_)
    if (matches(request, transition)) output.transitions.push_back(transition);
  if (request.descending) std::reverse(output.transitions.begin(), output.transitions.end());
  return output;
}

}  // namespace driftlab::service::sagemaker

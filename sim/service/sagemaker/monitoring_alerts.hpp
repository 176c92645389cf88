#pragma once
/// Monitoring alerts: what the model dashboard shows. They send no event and no metric.

#include <map>
#include <string>
#include <vector>

#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/context.hpp"

namespace driftlab::service::sagemaker {

/// Each schedule has one alert, named like the schedule: in alert when at least DatapointsToAlert of the last
/// EvaluationPeriod executions breached; 1 of 1 until changed.
class MonitoringAlerts {
 public:
  explicit MonitoringAlerts(const Context& context) : context_(context) {}

  void add(const std::string& schedule, Instant now);
  /// The history stays.
  void remove(const std::string& schedule);
  /// `breaches`: ended executions of the schedule, newest first.
  void evaluate(const std::string& schedule, const std::vector<bool>& breaches, Instant now);

  /// Takes effect with the next execution. Errors: ResourceNotFound, ValidationException.
  Result<> update(const ops::sagemaker::UpdateMonitoringAlertInput& request, Instant now);
  /// Errors: ResourceNotFound.
  [[nodiscard]] Result<ops::sagemaker::ListMonitoringAlertsOutput> list(const std::string& schedule) const;
  [[nodiscard]] ops::sagemaker::ListMonitoringAlertHistoryOutput history(
      const ops::sagemaker::ListMonitoringAlertHistoryInput& request) const;

 private:
  const Context& context_;
  std::map<std::string, ops::sagemaker::MonitoringAlert> alerts_;  ///< by schedule
  std::vector<ops::sagemaker::MonitoringAlertTransition> transitions_;
};

}  // namespace driftlab::service::sagemaker

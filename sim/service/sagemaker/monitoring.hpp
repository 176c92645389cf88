#pragma once
/// Monitoring schedules and their executions.

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/cron.hpp"
#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/endpoints.hpp"
#include "sim/service/sagemaker/monitoring_alerts.hpp"
#include "sim/service/sagemaker/monitoring_jobs.hpp"
#include "sim/service/sagemaker/processing_jobs.hpp"

namespace driftlab::service::sagemaker {

/// Each boundary of a schedule's expression leads to one execution, created with the start delay. One execution of a
/// schedule runs at a time: another due meanwhile is recorded as Failed.
class MonitoringSchedules {
 public:
  MonitoringSchedules(const Context& context, const Endpoints& endpoints, ProcessingJobs& jobs);

  /// Returns the ARN. Errors: ValidationException, ResourceInUse for an existing name.
  Result<std::string> create(const ops::sagemaker::CreateMonitoringScheduleInput& request, Instant now);
  /// The three below: ResourceNotFound. A running execution ends normally; executions stay listed.
  Result<> remove(const std::string& name, Instant now);
  Result<> stop(const std::string& name, Instant now);
  Result<> start(const std::string& name, Instant now);
  [[nodiscard]] Result<ops::sagemaker::MonitoringSchedule> describe(const std::string& name) const;
  /// Ascending by name.
  [[nodiscard]] std::vector<ops::sagemaker::MonitoringSchedule> schedules() const;

  /// Newest first by creation. Cost: one pass over all executions.
  [[nodiscard]] ops::sagemaker::ListMonitoringExecutionsOutput executions(
      const ops::sagemaker::ListMonitoringExecutionsInput& request) const;

  [[nodiscard]] MonitoringAlerts& alerts() { return alerts_; }
  [[nodiscard]] const MonitoringAlerts& alerts() const { return alerts_; }

 private:
  struct State;
  using StatePtr = std::shared_ptr<State>;
  using Execution = ops::sagemaker::MonitoringExecution;

  [[nodiscard]] Result<> check(const ops::sagemaker::CreateMonitoringScheduleInput& request,
                               const MonitoringScheduleExpression& expression, Instant now) const;
  void arm(const StatePtr& state, Instant after);
  void disarm(const StatePtr& state);
  void boundary(const StatePtr& state, Instant scheduled);
  void execute(const StatePtr& state, Instant scheduled);
  void launch(const StatePtr& state, Execution& execution);
  void analyse(const StatePtr& state, Execution& execution, const MonitoringRun& run,
               std::vector<ops::sagemaker::ProcessingInput> inputs);
  void merged(const StatePtr& state, Execution& execution, const MonitoringRun& run,
              const ops::sagemaker::ProcessingJob& job, const ops::container::Exit& exit);
  void analysed(const StatePtr& state, Execution& execution, const ops::sagemaker::ProcessingJob& job);
  void end(const StatePtr& state, Execution& execution, const std::string& status, const std::string& reason);
  void change_status(State& state, const std::string& status, Instant now);
  void change_execution(Execution& execution, const std::string& status, Instant now) const;
  void evaluate_alert(const State& state, Instant now);
  [[nodiscard]] Error unknown_schedule(const std::string& name) const;

  const Context& context_;
  const Endpoints& endpoints_;
  ProcessingJobs& jobs_;
  MonitoringAlerts alerts_;
  Rng suffixes_;
  std::map<std::string, StatePtr> schedules_;
  std::deque<Execution> executions_;  ///< oldest first; addresses stay
};

}  // namespace driftlab::service::sagemaker

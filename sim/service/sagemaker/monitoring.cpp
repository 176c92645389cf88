#include "sim/service/sagemaker/monitoring.hpp"

#include <algorithm>
#include <utility>

namespace driftlab::service::sagemaker {
namespace {

constexpr Duration kHour = std::chrono::hours{1};
constexpr Duration kDay = std::chrono::hours{24};

/// The shortest gap between two boundaries of a day.
Duration period_of(const MonitoringScheduleExpression& expression, Instant now) {
  Duration shortest = kDay;
  Instant boundary = expression.next(now);
  const Instant last = boundary + kDay;
  while (boundary < last) {
    const Instant next = expression.next(boundary);
    shortest = std::min(shortest, next - boundary);
    boundary = next;
  }
  return shortest;
}

Result<> check_members(const ops::sagemaker::CreateMonitoringScheduleInput& request) {
  static const std::vector<std::string> kTypes{"DataQuality", "ModelQuality", "ModelBias", "ModelExplainability"};
  if (std::find(kTypes.begin(), kTypes.end(), request.monitoring_type) == kTypes.end())
    return validation_error("MonitoringType '" + request.monitoring_type +
                            "' must be one of DataQuality, ModelQuality, ModelBias, ModelExplainability");
  if (request.image_uri.empty()) return validation_error("ImageUri must not be empty");
  if (request.capture_s3_uri.empty() || request.output_s3_uri.empty())
    return validation_error("The capture and output S3 URIs must not be empty");
  if (needs_ground_truth(request.monitoring_type) &&
      (request.merge_image_uri.empty() || request.ground_truth_s3_uri.empty()))
    return validation_error(request.monitoring_type + " needs a ground truth S3 URI and a merge image");
  if (needs_config(request.monitoring_type) && request.config_s3_uri.empty())
    return validation_error(request.monitoring_type + " needs the ConfigUri of its analysis configuration");
  return {};
}

/// The word before the colon of the exit message decides.
std::string status_of(const std::string& exit_message) {
  return exit_message.substr(0, exit_message.find(':')) == "CompletedWithViolations" ? "CompletedWithViolations"
                                                                                     : "Completed";
}

bool running(const std::string& execution_status) {
  return execution_status == "Pending" || execution_status == "InProgress" || execution_status == "Stopping";
}

}  // namespace

struct MonitoringSchedules::State {
  ops::sagemaker::MonitoringSchedule schedule;
  MonitoringScheduleExpression expression;
  Rng delays;
  TimerId boundary = 0;    ///< next boundary
  TimerId start = 0;       ///< delayed start of the latest boundary's execution
  TimerId activation = 0;  ///< Pending → Scheduled
  Execution* running = nullptr;
};

MonitoringSchedules::MonitoringSchedules(const Context& context, const Endpoints& endpoints, ProcessingJobs& jobs)
    : context_(context),
      endpoints_(endpoints),
      jobs_(jobs),
      alerts_(context),
      suffixes_(context.stream("monitoring.job-suffix")) {}

Result<> MonitoringSchedules::check(const ops::sagemaker::CreateMonitoringScheduleInput& request,
                                    const MonitoringScheduleExpression& expression, Instant now) const {
  if (auto valid = check_members(request); !valid) return valid;
  if (auto endpoint = endpoints_.describe(request.endpoint_name); !endpoint) return endpoint.error();
  if (expression.is_now()) {
    if (request.start_time_offset.empty() || request.end_time_offset.empty())
      return validation_error("NOW needs the start and the end of the data to analyse");
    const auto window = monitoring_window(request, now, now);
    if (!window) return window.error();
    if (window->end - window->start > kDay) return validation_error("The window of NOW must not exceed 24 hours");
    return {};
  }
  const Instant first = expression.next(now);
  if (auto window = monitoring_window(request, first, expression.previous(first)); !window) return window.error();
  const Duration period = period_of(expression, now);
  Duration limit = period;
  if (period == kHour && needs_ground_truth(request.monitoring_type)) limit = kHour / 2;
  if (request.max_runtime < std::chrono::seconds{1} || request.max_runtime > limit)
    return validation_error("MaxRuntimeInSeconds of this schedule must be between 1 and " +
                            std::to_string(std::chrono::duration_cast<std::chrono::seconds>(limit).count()));
  return {};
}

Result<std::string> MonitoringSchedules::create(const ops::sagemaker::CreateMonitoringScheduleInput& request,
                                                Instant now) {
  const std::string& name = request.monitoring_schedule_name;
  if (auto valid = check_name("monitoringScheduleName", name); !valid) return valid.error();
  if (schedules_.contains(name))
    return resource_in_use("Monitoring schedule " + context_.arn("monitoring-schedule", name) + " already exists.");
  const auto expression = MonitoringScheduleExpression::parse(request.schedule_expression);
  if (!expression) return validation_error("ScheduleExpression: " + expression.error().message);
  if (auto valid = check(request, *expression, now); !valid) return valid.error();

  auto state = std::make_shared<State>(State{{}, *expression, context_.stream("monitoring.delay/" + name)});
  state->schedule.request = request;
  if (request.job_definition_name.empty()) state->schedule.request.job_definition_name = name;
  state->schedule.arn = context_.arn("monitoring-schedule", name);
  state->schedule.creation_time = now;
  schedules_[name] = state;
  alerts_.add(name, now);
  change_status(*state, "Pending", now);
  state->activation = context_.hosts.scheduler.at(
      now + context_.config.schedule_activation, "sagemaker: schedule active",
      [this, state] { change_status(*state, "Scheduled", context_.hosts.scheduler.now()); });
  arm(state, now);
  return state->schedule.arn;
}

void MonitoringSchedules::arm(const StatePtr& state, Instant after) {
  if (state->expression.is_now()) {
    state->start = context_.hosts.scheduler.at(after, "sagemaker: monitoring execution starts",
                                               [this, state, after] { execute(state, after); });
    return;
  }
  const Instant next = state->expression.next(after);
  state->boundary = context_.hosts.scheduler.at(next, "sagemaker: monitoring boundary",
                                                [this, state, next] { boundary(state, next); });
}

void MonitoringSchedules::disarm(const StatePtr& state) {
  for (const TimerId timer : {state->boundary, state->start, state->activation}) context_.hosts.scheduler.cancel(timer);
}

void MonitoringSchedules::boundary(const StatePtr& state, Instant scheduled) {
  const Duration delay = draw(state->delays, context_.config.execution_delay);
  state->start = context_.hosts.scheduler.at(scheduled + delay, "sagemaker: monitoring execution starts",
                                             [this, state, scheduled] { execute(state, scheduled); });
  arm(state, scheduled);
}

void MonitoringSchedules::execute(const StatePtr& state, Instant scheduled) {
  const Instant now = context_.hosts.scheduler.now();
  const auto& request = state->schedule.request;
  Execution& execution = executions_.emplace_back();
  execution.monitoring_schedule_name = request.monitoring_schedule_name;
  execution.scheduled_time = scheduled;
  execution.creation_time = now;
  execution.endpoint_name = request.endpoint_name;
  execution.monitoring_type = request.monitoring_type;
  execution.job_definition_name = request.job_definition_name;
  if (state->running != nullptr) {
    end(state, execution, "Failed", "A previous execution of this monitoring schedule is still running");
    return;
  }
  state->running = &execution;
  change_execution(execution, "InProgress", now);
  launch(state, execution);
}

void MonitoringSchedules::launch(const StatePtr& state, Execution& execution) {
  const auto& request = state->schedule.request;
  const Instant scheduled = execution.scheduled_time;
  const Instant previous = state->expression.is_now() ? scheduled : state->expression.previous(scheduled);
  const auto window = monitoring_window(request, scheduled, previous);
  if (!window) return end(state, execution, "Failed", window.error().message);
  const auto endpoint = endpoints_.describe(request.endpoint_name);
  if (!endpoint) return end(state, execution, "Failed", endpoint.error().message);

  MonitoringRun run{request, state->schedule.arn, scheduled, *window, {}, suffixes_.text(24, "0123456789abcdef")};
  for (const auto& variant : endpoints_.variants(request.endpoint_name)) run.variants.push_back(variant.variant_name);
  auto inputs = capture_inputs(context_, run);
  if (inputs.empty()) return end(state, execution, "Failed", kNoInputData);
  if (!needs_ground_truth(request.monitoring_type)) return analyse(state, execution, run, std::move(inputs));

  auto labels = ground_truth_inputs(context_, run);
  if (labels.empty()) return end(state, execution, "Failed", kNoInputData);
  inputs.insert(inputs.end(), labels.begin(), labels.end());
  const auto job = jobs_.create(
      merge_request(run, std::move(inputs)), context_.hosts.scheduler.now(),
      [this, state, &execution, run](const ops::sagemaker::ProcessingJob& ended, const ops::container::Exit& exit) {
        merged(state, execution, run, ended, exit);
      });
  if (!job) return end(state, execution, "Failed", job.error().message);
  execution.processing_job_arn = *job;
}

void MonitoringSchedules::merged(const StatePtr& state, Execution& execution, const MonitoringRun& run,
                                 const ops::sagemaker::ProcessingJob& job, const ops::container::Exit& exit) {
  if (job.status != "Completed") return end(state, execution, job.status, job.failure_reason);
  auto inputs = merged_inputs(run, exit);
  if (inputs.empty()) return end(state, execution, "Failed", kNoInputData);
  analyse(state, execution, run, std::move(inputs));
}

void MonitoringSchedules::analyse(const StatePtr& state, Execution& execution, const MonitoringRun& run,
                                  std::vector<ops::sagemaker::ProcessingInput> inputs) {
  const Instant now = context_.hosts.scheduler.now();
  const auto job =
      jobs_.create(analysis_request(run, std::move(inputs)), now,
                   [this, state, &execution](const ops::sagemaker::ProcessingJob& ended, const ops::container::Exit&) {
                     analysed(state, execution, ended);
                   });
  if (!job) return end(state, execution, "Failed", job.error().message);
  execution.processing_job_arn = *job;
  execution.last_modified = now;
}

void MonitoringSchedules::analysed(const StatePtr& state, Execution& execution,
                                   const ops::sagemaker::ProcessingJob& job) {
  execution.exit_message = job.exit_message;
  const bool completed = job.status == "Completed";
  end(state, execution, completed ? status_of(job.exit_message) : job.status, job.failure_reason);
}

void MonitoringSchedules::end(const StatePtr& state, Execution& execution, const std::string& status,
                              const std::string& reason) {
  const Instant now = context_.hosts.scheduler.now();
  if (state->running == &execution) state->running = nullptr;
  execution.failure_reason = reason;
  change_execution(execution, status, now);
  // A schedule created anew under the name of a deleted one does not inherit its executions.
  const auto current = schedules_.find(execution.monitoring_schedule_name);
  if (current != schedules_.end() && current->second == state) evaluate_alert(*state, now);
}

void MonitoringSchedules::evaluate_alert(const State& state, Instant now) {
  std::vector<bool> breaches;
  for (auto execution = executions_.rbegin(); execution != executions_.rend(); ++execution) {
    if (execution->creation_time < state.schedule.creation_time || breaches.size() == 100) break;
    if (execution->monitoring_schedule_name != state.schedule.request.monitoring_schedule_name) continue;
    if (running(execution->status)) continue;
    breaches.push_back(execution->status == "CompletedWithViolations" ||
                       (context_.config.alert_on_failed_executions && execution->status == "Failed"));
  }
  alerts_.evaluate(state.schedule.request.monitoring_schedule_name, breaches, now);
}

void MonitoringSchedules::change_status(State& state, const std::string& status, Instant now) {
  state.schedule.status = status;
  state.schedule.last_modified = now;
  context_.record_status("MonitoringScheduleStateChange", state.schedule.request.monitoring_schedule_name, status);
}

void MonitoringSchedules::change_execution(Execution& execution, const std::string& status, Instant now) const {
  execution.status = status;
  execution.last_modified = now;
  context_.record_status("MonitoringExecutionStateChange",
                         execution.monitoring_schedule_name + "/" + format_seconds(execution.scheduled_time), status,
                         execution.failure_reason);
}

Result<> MonitoringSchedules::remove(const std::string& name, Instant now) {
  if (auto stopped = stop(name, now); !stopped) return stopped;
  schedules_.erase(name);
  alerts_.remove(name);
  context_.record_status("MonitoringScheduleDeleted", name, "Deleted");
  return {};
}

Result<> MonitoringSchedules::stop(const std::string& name, Instant now) {
  const auto found = schedules_.find(name);
  if (found == schedules_.end()) return unknown_schedule(name);
  disarm(found->second);
  if (found->second->schedule.status != "Stopped") change_status(*found->second, "Stopped", now);
  return {};
}

Result<> MonitoringSchedules::start(const std::string& name, Instant now) {
  const auto found = schedules_.find(name);
  if (found == schedules_.end()) return unknown_schedule(name);
  if (found->second->schedule.status != "Stopped") return {};
  change_status(*found->second, "Scheduled", now);
  arm(found->second, now);
  return {};
}

Result<ops::sagemaker::MonitoringSchedule> MonitoringSchedules::describe(const std::string& name) const {
  const auto found = schedules_.find(name);
  if (found == schedules_.end()) return unknown_schedule(name);
  auto schedule = found->second->schedule;
  const auto last = std::find_if(executions_.rbegin(), executions_.rend(), [&](const Execution& execution) {
    return execution.monitoring_schedule_name == name && execution.creation_time >= schedule.creation_time;
  });
  if (last != executions_.rend()) schedule.last_execution = *last;
  return schedule;
}

std::vector<ops::sagemaker::MonitoringSchedule> MonitoringSchedules::schedules() const {
  std::vector<ops::sagemaker::MonitoringSchedule> all;
  for (const auto& [name, state] : schedules_) all.push_back(describe(name).value());
  return all;
}

ops::sagemaker::ListMonitoringExecutionsOutput MonitoringSchedules::executions(
    const ops::sagemaker::ListMonitoringExecutionsInput& request) const {
  const auto same = [](const std::string& wanted, const std::string& value) {
    return wanted.empty() || wanted == value;
  };
  ops::sagemaker::ListMonitoringExecutionsOutput output;
  for (auto execution = executions_.rbegin(); execution != executions_.rend(); ++execution) {
    if (same(request.monitoring_schedule_name, execution->monitoring_schedule_name) &&
        same(request.status, execution->status) && same(request.endpoint_name, execution->endpoint_name) &&
        (!request.scheduled_after || execution->scheduled_time > *request.scheduled_after) &&
        (!request.scheduled_before || execution->scheduled_time < *request.scheduled_before))
      output.executions.push_back(*execution);
  }
  return output;
}

Error MonitoringSchedules::unknown_schedule(const std::string& name) const {
  return not_found("ResourceNotFound",
                   "Monitoring schedule " + context_.arn("monitoring-schedule", name) + " does not exist.");
}

}  // namespace driftlab::service::sagemaker

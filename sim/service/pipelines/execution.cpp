#include "sim/service/pipelines/execution.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/check.hpp"
#include "sim/service/pipelines/execution_bindings.hpp"
#include "sim/service/pipelines/status_report.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;

constexpr std::string_view kService = "pipelines";
constexpr const char* kStepFailure = "Step failure: One or multiple steps failed.";
constexpr std::size_t kJobNameMax = 63;
constexpr std::size_t kTuningJobNameMax = 32;
constexpr std::size_t kJobNameRandom = 10;

/// The API call behind a step, and the key of its metadata.
struct JobKind {
  const char* type;      ///< as StepRunner knows it
  const char* api_call;  ///< for the failure reason of a refused call
  const char* metadata;
};
JobKind job_kind(StepType type) {
  switch (type) {
    case StepType::Training:
      return {"Training", "CreateTrainingJob", "TrainingJob"};
    case StepType::Tuning:
      return {"Tuning", "CreateHyperParameterTuningJob", "TuningJob"};
    case StepType::Transform:
      return {"Transform", "CreateTransformJob", "TransformJob"};
    case StepType::Model:
      return {"Model", "CreateModel", "Model"};
    case StepType::RegisterModel:
      return {"RegisterModel", "CreateModelPackage", "RegisterModel"};
    default:
      return {"Processing", "CreateProcessingJob", "ProcessingJob"};
  }
}

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

Execution::Execution(ExecutionServices services, ExecutionPlan plan) : services_(services) {
  state_.plan = std::move(plan);
  state_.creation = state_.last_modified = services_.scheduler.now();
  state_.steps.resize(state_.plan.definition->steps.size());
}

void Execution::start() {
  services_.events.publish(execution_event(state_, std::nullopt, services_.scheduler.now()));
  services_.journal.record(kService, "ExecutionStatusChange", state_.plan.pipeline_name, execution_detail(state_));
  advance();
}

Result<> Execution::stop() {
  if (state_.status == ExecutionStatus::Stopping) return {};
  if (state_.status != ExecutionStatus::Executing)
    return validation_error("Pipeline execution with ARN " + state_.plan.arn + " has ended with status " +
                            std::string(to_string(state_.status)) + " and cannot be stopped.");
  set_status(ExecutionStatus::Stopping);
  for (std::size_t i = 0; i < state_.steps.size(); ++i) {
    StepState& step = state_.steps[i];
    if (!is_active(step.status)) continue;
    if (step.timer != 0) {
      services_.scheduler.cancel(step.timer);
      step.timer = 0;
      step.failure_reason.clear();
      end_step(i, StepStatus::Stopped);
    } else {
      set_status(i, StepStatus::Stopping);
      services_.runner.stop(step.job_name);
    }
  }
  advance();
  return {};
}

Result<> Execution::retry() {
  if (state_.status != ExecutionStatus::Failed && state_.status != ExecutionStatus::Stopped)
    return Error{ErrorKind::Conflict, "ConflictException",
                 "Pipeline execution with ARN " + state_.plan.arn + " has status " +
                     std::string(to_string(state_.status)) + "; only Failed and Stopped executions can be retried."};
  const auto& definitions = state_.plan.definition->steps;
  for (std::size_t i = 0; i < state_.steps.size(); ++i)
    if (definitions[i].type == StepType::Fail && state_.steps[i].status == StepStatus::Failed)
      return validation_error("Pipeline execution with ARN " + state_.plan.arn + " was ended by the Fail step '" +
                              definitions[i].name + "' and cannot be retried.");
  for (auto& step : state_.steps)
    if (step.status == StepStatus::Failed || step.status == StepStatus::Stopped) step = StepState{};
  state_.failure_reason.clear();
  set_status(ExecutionStatus::Executing);
  advance();
  return {};
}

// ---- Order --------------------------------------------------------------------------------------------------

bool Execution::is_ready(std::size_t step) const {
  if (state_.steps[step].status != StepStatus::Waiting) return false;
  const auto& needed = state_.plan.definition->steps[step].dependencies;
  return std::all_of(needed.begin(), needed.end(),
                     [&](std::size_t i) { return state_.steps[i].status == StepStatus::Succeeded; });
}

bool Execution::has_failed() const {
  return std::any_of(state_.steps.begin(), state_.steps.end(),
                     [](const StepState& step) { return step.status == StepStatus::Failed; });
}

std::size_t Execution::active_count() const {
  return static_cast<std::size_t>(std::count_if(state_.steps.begin(), state_.steps.end(),
                                                [](const StepState& step) { return is_active(step.status); }));
}

/// Begins what can begin; ends the execution when nothing runs any more.
void Execution::advance() {
  auto active = active_count();
  const auto limit = static_cast<std::size_t>(state_.plan.max_parallel_steps);
  if (state_.status == ExecutionStatus::Executing && !has_failed()) {
    for (std::size_t i = 0; i < state_.steps.size() && active < limit; ++i) {
      if (!is_ready(i)) continue;
      begin(i);
      ++active;
    }
  }
  if (active == 0) finish();
}

void Execution::finish() {
  if (state_.status == ExecutionStatus::Stopping) return set_status(ExecutionStatus::Stopped);
  if (!has_failed()) return set_status(ExecutionStatus::Succeeded);
  state_.failure_reason = kStepFailure;
  set_status(ExecutionStatus::Failed);
}

// ---- Steps --------------------------------------------------------------------------------------------------

void Execution::begin(std::size_t step) {
  StepState& current = state_.steps[step];
  current.start = services_.scheduler.now();
  current.order = begun_count_++;
  current.retries.emplace(state_.plan.definition->steps[step].retry_policies, current.start);
  set_status(step, StepStatus::Starting);
  schedule(step, services_.step_start_delay, "pipelines: start of a step", &Execution::launch);
}

void Execution::launch(std::size_t step) {
  switch (state_.plan.definition->steps[step].type) {
    case StepType::Condition:
      return decide(step);
    case StepType::Fail:
      return raise(step);
    default:
      return call(step);
  }
}

void Execution::decide(std::size_t step) {
  const ExecutionBindings bindings(state_, services_.runner, services_.scheduler.now(), {});
  const auto& steps = state_.plan.definition->steps;
  const auto outcome = evaluate_all(steps[step].conditions, bindings);
  if (!outcome) return fail(step, outcome.error().message);
  state_.steps[step].outcome = *outcome;
  state_.steps[step].metadata = text_of({{"Condition", {{"Outcome", *outcome ? "True" : "False"}}}});
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i].branch && steps[i].branch->condition == step && steps[i].branch->when != *outcome)
      state_.steps[i].status = StepStatus::NotTaken;
  state_.steps[step].properties = std::make_shared<const json>(json::object());
  succeed(step);
}

void Execution::raise(std::size_t step) {
  const ExecutionBindings bindings(state_, services_.runner, services_.scheduler.now(), {});
  const auto message = resolve_text(state_.plan.definition->steps[step].arguments->at("ErrorMessage"), bindings);
  if (!message) return fail(step, message.error().message);
  state_.steps[step].metadata = text_of({{"Fail", {{"ErrorMessage", *message}}}});
  fail(step, *message);
}

/// Makes the API call of a step, unless an earlier result serves.
void Execution::call(std::size_t step) {
  state_.steps[step].failure_reason.clear();
  state_.steps[step].job_name =
      new_job_name(state_.plan.definition->steps[step].name, state_.plan.definition->steps[step].type);
  auto arguments = prepare(step);
  if (!arguments) return fail(step, arguments.error().message);
  if (reuse(step)) return succeed(step);
  submit(step, std::move(*arguments));
}

/// The request as text. Keeps what later needs it: the cache key, the resolved quality check.
Result<std::string> Execution::prepare(std::size_t step) {
  const Step& definition = state_.plan.definition->steps[step];
  StepState& current = state_.steps[step];
  const ExecutionBindings bindings(state_, services_.runner, services_.scheduler.now(), current.job_name);
  auto arguments = resolve(*definition.arguments, bindings);
  if (!arguments) return arguments.error();
  if (definition.type == StepType::QualityCheck) {
    auto check = resolve_quality_check(definition, *arguments, bindings);
    if (!check) return check.error();
    current.check = std::move(*check);
  }
  current.cache_key = cache_key(definition.type, *arguments, current.check ? &*current.check : nullptr);
  if (current.check) return text_of(processing_request(*current.check, std::move(*arguments)));
  return text_of(*arguments);
}

bool Execution::reuse(std::size_t step) {
  const Step& definition = state_.plan.definition->steps[step];
  StepState& current = state_.steps[step];
  if (!definition.cache.enabled || !current.cache_key) return false;
  const CachedStep* hit = services_.cache.find(state_.plan.pipeline_name, definition.name, *current.cache_key,
                                               definition.cache.expire_after, services_.scheduler.now());
  if (hit == nullptr) return false;
  current.cache_source = hit->execution_arn;
  current.metadata = hit->metadata;
  current.properties = hit->properties;
  return true;
}

void Execution::submit(std::size_t step, std::string arguments) {
  const JobKind kind = job_kind(state_.plan.definition->steps[step].type);
  StepState& current = state_.steps[step];
  ++current.attempts;
  const StepStart request{kind.type, current.job_name, std::move(arguments), state_.plan.arn};
  const auto accepted =
      services_.runner.start(request, [weak = weak_from_this(), step, job_name = current.job_name](StepEnd end) {
        if (const auto self = weak.lock()) self->job_ended(step, job_name, std::move(end));
      });
  if (!accepted)
    return try_again(step, exception_type(accepted.error()),
                     std::string("ClientError: Failed to invoke sagemaker:") + kind.api_call +
                         ". Error Details: " + accepted.error().message);
  if (current.status == StepStatus::Starting) set_status(step, StepStatus::Executing);
}

// ---- Ends ---------------------------------------------------------------------------------------------------

void Execution::job_ended(std::size_t step, const std::string& job_name, StepEnd end) {
  StepState& current = state_.steps[step];
  if (!is_active(current.status) || current.job_name != job_name) return;  // an end of an earlier call
  if (!end.arn.empty() && !current.check)
    current.metadata = text_of({{job_kind(state_.plan.definition->steps[step].type).metadata, {{"Arn", end.arn}}}});
  if (current.check) current.metadata = text_of(metadata_of(*current.check, end.arn, {}));
  if (end.succeeded) return job_succeeded(step, end);
  if (state_.status == ExecutionStatus::Stopping) {
    end_step(step, StepStatus::Stopped);
    return advance();
  }
  try_again(step, exception_type(end), end.failure_reason);
}

void Execution::job_succeeded(std::size_t step, const StepEnd& end) {
  StepState& current = state_.steps[step];
  if (current.check) {
    current.properties = std::make_shared<const json>(properties_of(*current.check));
    if (current.check->compares()) {
      const auto report = violation_report(*current.check);
      if (!report) return fail(step, report.error().message);
      current.metadata = text_of(metadata_of(*current.check, end.arn, *report));
      if (!report->empty() && current.check->fail_on_violation)
        return fail(step, "The quality check found violations of its constraints: " + *report);
    }
  } else {
    json description = json::parse(end.describe.empty() ? "{}" : end.describe, nullptr, false);
    DRIFTLAB_CHECK(!description.is_discarded(), "a step runner describes jobs in JSON");
    current.properties = std::make_shared<const json>(std::move(description));
  }
  if (current.cache_key)
    services_.cache.store(state_.plan.pipeline_name, state_.plan.definition->steps[step].name, *current.cache_key,
                          {state_.plan.arn, current.metadata, current.properties, services_.scheduler.now()});
  succeed(step);
}

/// The URI of the violations file when it lists any, empty when it does not or was not written.
Result<std::string> Execution::violation_report(const QualityCheck& check) const {
  const std::string uri = check.violations_uri();
  const auto file = services_.runner.read(uri);
  if (!file && file.error().kind == ErrorKind::NotFound) return std::string();
  if (!file) return validation_error("cannot read " + uri + ": " + file.error().message);
  const auto count = count_violations(*file);
  if (!count) return validation_error(uri + ": " + count.error().message);
  return *count > 0 ? uri : std::string();
}

/// Schedules another call when a policy allows it and the execution still goes on; else the step has failed.
void Execution::try_again(std::size_t step, const std::optional<std::string>& exception, std::string reason) {
  StepState& current = state_.steps[step];
  const bool goes_on = state_.status == ExecutionStatus::Executing && !has_failed();
  const auto wait =
      goes_on && exception ? current.retries->next(*exception, services_.scheduler.now()) : std::optional<Duration>();
  if (!wait) return fail(step, std::move(reason));
  current.failure_reason = std::move(reason);
  current.awaiting_retry = true;
  schedule(step, *wait, "pipelines: retry of a step", &Execution::call);
}

void Execution::succeed(std::size_t step) {
  end_step(step, StepStatus::Succeeded);
  advance();
}

void Execution::fail(std::size_t step, std::string reason) {
  state_.steps[step].failure_reason = std::move(reason);
  end_step(step, StepStatus::Failed);
  give_up_waiting_retries();
  advance();
}

/// After a failure nothing new starts, and another call would be something new.
void Execution::give_up_waiting_retries() {
  for (std::size_t i = 0; i < state_.steps.size(); ++i) {
    StepState& step = state_.steps[i];
    if (!is_active(step.status) || !step.awaiting_retry) continue;
    services_.scheduler.cancel(step.timer);
    step.timer = 0;
    end_step(i, StepStatus::Failed);
  }
}

void Execution::end_step(std::size_t step, StepStatus status) {
  state_.steps[step].end = services_.scheduler.now();
  set_status(step, status);
}

void Execution::set_status(std::size_t step, StepStatus status) {
  StepState& current = state_.steps[step];
  const StepStatus previous = std::exchange(current.status, status);
  const Instant now = services_.scheduler.now();
  state_.last_modified = now;
  services_.events.publish(
      step_event(state_, step, previous == StepStatus::Waiting ? std::nullopt : std::optional(previous), now));
  services_.journal.record(kService, "StepStatusChange", state_.plan.pipeline_name, step_detail(state_, step));
}

void Execution::set_status(ExecutionStatus status) {
  const ExecutionStatus previous = std::exchange(state_.status, status);
  state_.last_modified = services_.scheduler.now();
  services_.events.publish(execution_event(state_, previous, state_.last_modified));
  services_.journal.record(kService, "ExecutionStatusChange", state_.plan.pipeline_name, execution_detail(state_));
}

void Execution::schedule(std::size_t step, Duration delay, const char* what, void (Execution::*action)(std::size_t)) {
  state_.steps[step].timer = services_.scheduler.after(delay, what, [weak = weak_from_this(), step, action] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    self->state_.steps[step].timer = 0;
    self->state_.steps[step].awaiting_retry = false;
    ((*self).*action)(step);
  });
}

/// `pipelines-EXECUTION-STEP-RANDOM`. Job names know no underscore, so it becomes a hyphen. The names of tuning jobs
/// are short, since those of their training jobs begin with them: `EXECUTION-STEP-RANDOM`.
std::string Execution::new_job_name(const std::string& step, StepType type) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const bool tuning = type == StepType::Tuning;
  const std::size_t longest = tuning ? kTuningJobNameMax : kJobNameMax;
  const std::string head = (tuning ? "" : "pipelines-") + state_.plan.id + "-";
  const std::size_t room = longest - std::min(longest, head.size() + 1 + kJobNameRandom);
  std::string name = head + step.substr(0, room);
  std::replace(name.begin(), name.end(), '_', '-');
  return name + "-" + services_.job_names.text(kJobNameRandom, kAlphabet);
}

}  // namespace driftlab::service::pipelines

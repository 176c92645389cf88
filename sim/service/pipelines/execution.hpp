#pragma once
/// One execution of a pipeline: starts steps as their dependencies succeed, until all have ended.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/rng.hpp"
#include "core/base/scheduler.hpp"
#include "core/ports/ops/pipelines.hpp"
#include "sim/service/hosts.hpp"
#include "sim/service/pipelines/execution_state.hpp"
#include "sim/service/pipelines/step_cache.hpp"
#include "sim/service/step_runner.hpp"

namespace driftlab::service::pipelines {

/// What executions of one service share. Borrowed; the service outlives its executions.
struct ExecutionServices {
  Scheduler& scheduler;
  StepRunner& runner;
  EventPublisher& events;
  Journal& journal;
  StepCache& cache;
  Rng& job_names;
  Duration step_start_delay;
};

/// Owned by a shared_ptr: timers and job ends hold it weakly, so that they may come after its service is gone.
class Execution : public std::enable_shared_from_this<Execution> {
 public:
  Execution(ExecutionServices services, ExecutionPlan plan);

  /// Once, after construction.
  void start();
  /// Running jobs are asked to stop; the execution is Stopped when the last has ended. Again while Stopping: no effect.
  /// Errors: ValidationException when it has ended.
  [[nodiscard]] Result<> stop();
  /// Continues from the failed and stopped steps. Errors: ConflictException unless Failed or Stopped;
  /// ValidationException when a Fail step ended it.
  [[nodiscard]] Result<> retry();

  [[nodiscard]] const ExecutionState& state() const { return state_; }

 private:
  void advance();
  void finish();
  [[nodiscard]] bool is_ready(std::size_t step) const;
  [[nodiscard]] bool has_failed() const;
  [[nodiscard]] std::size_t active_count() const;

  void begin(std::size_t step);
  void launch(std::size_t step);
  void decide(std::size_t step);
  void raise(std::size_t step);
  void call(std::size_t step);
  [[nodiscard]] Result<std::string> prepare(std::size_t step);
  [[nodiscard]] bool reuse(std::size_t step);
  void submit(std::size_t step, std::string arguments);

  void job_ended(std::size_t step, const std::string& job_name, StepEnd end);
  void job_succeeded(std::size_t step, const StepEnd& end);
  [[nodiscard]] Result<std::string> violation_report(const QualityCheck& check) const;
  void try_again(std::size_t step, const std::optional<std::string>& exception, std::string reason);

  void succeed(std::size_t step);
  void fail(std::size_t step, std::string reason);
  void give_up_waiting_retries();
  void end_step(std::size_t step, StepStatus status);
  void set_status(std::size_t step, StepStatus status);
  void set_status(ExecutionStatus status);
  void schedule(std::size_t step, Duration delay, const char* what, void (Execution::*action)(std::size_t));
  [[nodiscard]] std::string new_job_name(const std::string& step, StepType type);

  ExecutionServices services_;
  ExecutionState state_;
  std::size_t begun_count_ = 0;
};

}  // namespace driftlab::service::pipelines

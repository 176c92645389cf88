#include "sim/service/sagemaker/job_runs.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/check.hpp"

namespace driftlab::service::sagemaker {
namespace {

constexpr std::size_t kReasonBytesMax = 1024;

std::string_view kind_name(ops::container::Kind kind) {
  switch (kind) {
    case ops::container::Kind::Processing:
      return "Processing";
    case ops::container::Kind::Training:
      return "Training";
    case ops::container::Kind::Transform:
      return "Transform";
  }
  return "Processing";
}

/// Cut to `kReasonBytesMax` without splitting a UTF-8 character.
std::string limited(std::string text) {
  if (text.size() <= kReasonBytesMax) return text;
  std::size_t end = kReasonBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

}  // namespace

struct JobRuns::Active {
  RunPlan plan;
  Duration work{0};
  bool service_fault = false;
  bool stopping = false;
  bool over = false;
  Instant begun{};
  std::optional<ops::container::Exit> exit;
  TimerId next = 0;   ///< start of the work, or end of the job
  TimerId limit = 0;  ///< maximum run time
};

JobRuns::JobRuns(const Context& context, ops::container::Kind kind, const JobTiming& timing)
    : context_(context),
      kind_(kind),
      timing_(timing),
      provisioning_(context.stream(std::string(kind_name(kind)) + ".provisioning")),
      work_(context.stream(std::string(kind_name(kind)) + ".work")),
      faults_(context.stream(std::string(kind_name(kind)) + ".faults")) {}

void JobRuns::start(RunPlan plan, Instant now) {
  auto job = std::make_shared<Active>();
  job->plan = std::move(plan);
  // Every job draws all three, so that the fate of one leaves the draws of the next alone.
  const Duration provisioning = draw(provisioning_, timing_.provisioning);
  job->work = draw(work_, timing_.work);
  job->service_fault = faults_.bernoulli(timing_.failure_probability);
  const bool fresh = active_.emplace(job->plan.name, job).second;
  DRIFTLAB_CHECK(fresh, "a job with this name is running");
  job->next = context_.hosts.scheduler.at(now + provisioning, "sagemaker: job starts", [this, job] { begin(job); });
}

void JobRuns::begin(const ActivePtr& job) {
  const Instant now = context_.hosts.scheduler.now();
  if (job->service_fault) {
    finish(job, {RunEnd::How::Failed, "InternalServerError: We encountered an internal error. Please try again.", {}});
    return;
  }
  if (!context_.hosts.containers.knows(job->plan.image)) {
    finish(job, {RunEnd::How::Failed,
                 "ClientError: Cannot find image \"" + job->plan.image +
                     "\". Please check that the repository and the tag exist and that the role may pull from it.",
                 {}});
    return;
  }
  job->begun = now;
  job->plan.started();
  auto run = job->plan.prepare();
  if (!run) {
    finish(job, {RunEnd::How::Failed, run.error().message, {}});
    return;
  }
  job->limit =
      context_.hosts.scheduler.at(now + job->plan.max_runtime, "sagemaker: job exceeds its run time", [this, job] {
        finish(job, {RunEnd::How::TimedOut,
                     std::string(kind_name(kind_)) + " job runtime exceeded MaxRuntimeInSeconds provided",
                     {}});
      });
  context_.hosts.containers.launch(std::move(run).value(),
                                   [this, job](ops::container::Exit exit) { exited(job, std::move(exit)); });
}

void JobRuns::exited(const ActivePtr& job, ops::container::Exit exit) {
  if (job->over || job->stopping) return;
  const Instant work_over = job->begun + exit.work.value_or(job->work);
  const Instant end = std::max(context_.hosts.scheduler.now(), work_over);
  if (end > job->begun + job->plan.max_runtime) return;  // the limit comes first
  context_.hosts.scheduler.cancel(job->limit);
  job->exit = std::move(exit);
  job->next = context_.hosts.scheduler.at(end, "sagemaker: job ends", [this, job] { complete(job); });
}

void JobRuns::complete(const ActivePtr& job) {
  RunEnd end{RunEnd::How::Completed, "", std::move(*job->exit)};
  if (end.exit.code != 0) {
    end.how = RunEnd::How::Failed;
    end.reason = algorithm_error(end.exit);
  } else if (const auto delivered = job->plan.deliver(end.exit); !delivered) {
    end.how = RunEnd::How::Failed;
    end.reason = "ClientError: Failed to upload data. " + delivered.error().message;
  }
  for (const auto& data : end.exit.metrics) context_.hosts.metrics.publish(data);
  finish(job, std::move(end));
}

void JobRuns::finish(const ActivePtr& job, RunEnd end) {
  job->over = true;
  context_.hosts.scheduler.cancel(job->next);
  context_.hosts.scheduler.cancel(job->limit);
  active_.erase(job->plan.name);
  end.reason = limited(std::move(end.reason));
  job->plan.ended(std::move(end));
}

bool JobRuns::stop(const std::string& name, Instant now) {
  const auto found = active_.find(name);
  if (found == active_.end() || found->second->stopping) return false;
  const ActivePtr job = found->second;
  job->stopping = true;
  context_.hosts.scheduler.cancel(job->next);
  context_.hosts.scheduler.cancel(job->limit);
  job->next = context_.hosts.scheduler.at(now + context_.config.stopping, "sagemaker: job stopped", [this, job] {
    finish(job, {RunEnd::How::Stopped, "", {}});
  });
  return true;
}

std::string JobRuns::algorithm_error(const ops::container::Exit& exit) const {
  if (kind_ != ops::container::Kind::Training) return "AlgorithmError: See job logs for more information";
  return "AlgorithmError: " + exit.message + ", exit code: " + std::to_string(exit.code);
}

}  // namespace driftlab::service::sagemaker

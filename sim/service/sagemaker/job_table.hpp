#pragma once
/// What processing, training and transform jobs share beside their time line: names, Describe… and Stop….

#include <map>
#include <string>
#include <utility>

#include "sim/service/sagemaker/job_runs.hpp"

namespace driftlab::service::sagemaker {

[[nodiscard]] Error unknown_job(const std::string& name);
[[nodiscard]] Error job_exists(const std::string& arn);
/// `kind` is "processing", "training" or "transform".
[[nodiscard]] Error job_not_running(const std::string& kind, const std::string& status);

/// The primary status of a job that has ended: Completed, Failed or Stopped.
[[nodiscard]] std::string status_after(RunEnd::How how);

/// The jobs of one kind by name. `Job` has `request`, `arn`, `status` and `creation_time`; references to a job stay
/// good.
template <class Job>
class JobTable {
 public:
  JobTable(const Context& context, std::string kind) : context_(context), kind_(std::move(kind)) {}

  /// Errors: ResourceInUse.
  [[nodiscard]] Result<> check_new(const std::string& name) const {
    if (jobs_.contains(name)) return job_exists(arn(name));
    return {};
  }
  template <class Request>
  Job& add(const std::string& name, const Request& request, Instant now) {
    Job& job = jobs_[name];
    job.request = request;
    job.arn = arn(name);
    job.creation_time = now;
    return job;
  }
  /// Errors: ValidationException (kind NotFound).
  [[nodiscard]] Result<Job> describe(const std::string& name) const {
    const auto found = jobs_.find(name);
    if (found == jobs_.end()) return unknown_job(name);
    return found->second;
  }
  /// The job, which has begun to stop. Errors: ValidationException for an unknown name or a job that is not in
  /// progress.
  [[nodiscard]] Result<Job*> stop(const std::string& name, JobRuns& runs, Instant now) {
    const auto found = jobs_.find(name);
    if (found == jobs_.end()) return unknown_job(name);
    if (!runs.stop(name, now)) return job_not_running(kind_, found->second.status);
    return &found->second;
  }
  [[nodiscard]] const std::map<std::string, Job>& all() const { return jobs_; }

 private:
  [[nodiscard]] std::string arn(const std::string& name) const { return context_.arn(kind_ + "-job", name); }

  const Context& context_;
  std::string kind_;
  std::map<std::string, Job> jobs_;
};

}  // namespace driftlab::service::sagemaker

#pragma once
/// Processing jobs: CreateProcessingJob and what follows.

#include <functional>
#include <string>

#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/job_table.hpp"

namespace driftlab::service::sagemaker {

class ProcessingJobs {
 public:
  /// Called once when the job has ended, after its outputs and its event. The exit is empty unless the container
  /// ran to its end.
  using Ended = std::function<void(const ops::sagemaker::ProcessingJob&, const ops::container::Exit&)>;

  explicit ProcessingJobs(const Context& context);

  /// Returns the ARN. Errors: ValidationException, ResourceInUse for an existing name.
  Result<std::string> create(const ops::sagemaker::CreateProcessingJobInput& request, Instant now, Ended ended = {});
  /// Errors: ValidationException (kind NotFound).
  [[nodiscard]] Result<ops::sagemaker::ProcessingJob> describe(const std::string& name) const;
  /// Errors: ValidationException for an unknown name or a job that is not in progress.
  Result<> stop(const std::string& name, Instant now);

 private:
  [[nodiscard]] Result<> check(const ops::sagemaker::CreateProcessingJobInput& request) const;
  [[nodiscard]] Result<ops::container::Run> prepare(const ops::sagemaker::ProcessingJob& job) const;
  void finish(ops::sagemaker::ProcessingJob& job, const RunEnd& end);
  void changed(ops::sagemaker::ProcessingJob& job, std::string status, Instant now);

  const Context& context_;
  JobRuns runs_;
  JobTable<ops::sagemaker::ProcessingJob> jobs_;
};

}  // namespace driftlab::service::sagemaker

#pragma once
/// Training jobs: CreateTrainingJob and what follows.

#include <functional>
#include <string>

#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/job_table.hpp"

namespace driftlab::service::sagemaker {

class TrainingJobs {
 public:
  using Ended = std::function<void(const ops::sagemaker::TrainingJob&)>;

  explicit TrainingJobs(const Context& context);

  /// Returns the ARN. Errors: ValidationException, ResourceInUse for an existing name.
  Result<std::string> create(const ops::sagemaker::CreateTrainingJobInput& request, Instant now, Ended ended = {});
  /// Errors: ValidationException (kind NotFound).
  [[nodiscard]] Result<ops::sagemaker::TrainingJob> describe(const std::string& name) const;
  /// Errors: ValidationException for an unknown name or a job that is not in progress.
  Result<> stop(const std::string& name, Instant now);

 private:
  [[nodiscard]] Result<> check(const ops::sagemaker::CreateTrainingJobInput& request) const;
  [[nodiscard]] Result<ops::container::Run> prepare(ops::sagemaker::TrainingJob& job);
  [[nodiscard]] Result<> deliver(ops::sagemaker::TrainingJob& job, const ops::container::Exit& exit);
  void finish(ops::sagemaker::TrainingJob& job, const RunEnd& end);
  /// Enters a secondary status, with the primary status that goes with it, and sends the event.
  void enter(ops::sagemaker::TrainingJob& job, const std::string& status, const std::string& secondary,
             const std::string& message, Instant now);

  const Context& context_;
  JobRuns runs_;
  JobTable<ops::sagemaker::TrainingJob> jobs_;
};

}  // namespace driftlab::service::sagemaker

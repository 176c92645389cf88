#pragma once
/// Batch transform jobs: CreateTransformJob and what follows.

#include <functional>
#include <optional>
#include <string>

#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/job_table.hpp"
#include "sim/service/sagemaker/models.hpp"

namespace driftlab::service::sagemaker {

/// The container gets one input "input" and one output "output", the artifact in `Run.model`, and in its environment
/// that of the model, then of the job, then SAGEMAKER_BATCH=true and SAGEMAKER_BATCH_CONTENT_TYPE, …_ACCEPT,
/// …_SPLIT_TYPE, …_ASSEMBLE_WITH. It answers each input file by an output file of the same path.
class TransformJobs {
 public:
  using Ended = std::function<void(const ops::sagemaker::TransformJob&)>;

  TransformJobs(const Context& context, const Models& models);

  /// Returns the ARN. Errors: ValidationException (also for an unknown model), ResourceInUse for an existing name.
  Result<std::string> create(const ops::sagemaker::CreateTransformJobInput& request, Instant now, Ended ended = {});
  /// Errors: ValidationException (kind NotFound).
  [[nodiscard]] Result<ops::sagemaker::TransformJob> describe(const std::string& name) const;
  /// Errors: ValidationException for an unknown name or a job that is not in progress.
  Result<> stop(const std::string& name, Instant now);
  /// The job of this model that was created last.
  [[nodiscard]] std::optional<ops::sagemaker::TransformJob> last_of_model(const std::string& model_name) const;

 private:
  [[nodiscard]] Result<ops::container::Run> prepare(const ops::sagemaker::TransformJob& job,
                                                    const ops::sagemaker::Model& model) const;
  [[nodiscard]] Result<> deliver(const ops::sagemaker::TransformJob& job, const ops::container::Exit& exit) const;
  void finish(ops::sagemaker::TransformJob& job, const RunEnd& end);
  void changed(ops::sagemaker::TransformJob& job, const std::string& status, Instant now);

  const Context& context_;
  const Models& models_;
  JobRuns runs_;
  JobTable<ops::sagemaker::TransformJob> jobs_;
};

}  // namespace driftlab::service::sagemaker

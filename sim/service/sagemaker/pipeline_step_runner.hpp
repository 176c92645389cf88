#pragma once
/// Pipeline steps that are SageMaker calls.

#include <functional>
#include <map>
#include <string>

#include "sim/service/sagemaker/sagemaker.hpp"
#include "sim/service/step_runner.hpp"

namespace driftlab::service::sagemaker {

/// Parses a step's request in AWS's member names, makes the call and answers with the description in AWS's member
/// names. A job that was stopped, also by its maximum run time, fails its step. Internal server errors are retriable.
class PipelineStepRunner : public StepRunner {
 public:
  explicit PipelineStepRunner(SageMaker& sagemaker) : sagemaker_(sagemaker) {}

  Result<> start(const StepStart& step, std::function<void(StepEnd)> done) override;
  void stop(const std::string& job_name) override;
  Result<Blob> read(const std::string& s3_uri) override;

 private:
  using Done = std::function<void(StepEnd)>;

  Result<> start_processing(const StepStart& step, Done done);
  Result<> start_training(const StepStart& step, Done done);
  Result<> start_tuning(const StepStart& step, Done done);
  Result<> start_transform(const StepStart& step, Done done);
  Result<> create_model(const StepStart& step, Done done);
  Result<> register_model(const StepStart& step, Done done);
  /// Reports the end of a call that is over at once, after this one has returned.
  void report(StepEnd end, Done done);
  [[nodiscard]] Instant now() const { return sagemaker_.context().hosts.scheduler.now(); }

  SageMaker& sagemaker_;
  std::map<std::string, std::string> running_;  ///< job name to step type
};

}  // namespace driftlab::service::sagemaker

#pragma once
/// SageMaker Pipelines: pipelines, their executions, and the calls that control them.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/identity.hpp"
#include "core/base/rng.hpp"
#include "core/base/scheduler.hpp"
#include "core/ports/ops/pipelines.hpp"
#include "sim/service/hosts.hpp"
#include "sim/service/pipelines/execution.hpp"
#include "sim/service/pipelines/step_cache.hpp"
#include "sim/service/step_runner.hpp"

namespace driftlab::service::pipelines {

struct Config {
  AwsIdentity identity = {};
  std::uint64_t seed = 1;
  /// From Starting to the step's call. Not documented; a start takes the real service a few seconds.
  Duration step_start_delay = std::chrono::seconds{2};
  /// How long a ClientRequestToken is remembered. Not documented.
  Duration token_retention = std::chrono::hours{24};
  /// MaxParallelExecutionSteps of a pipeline that sets none: the service's default.
  int max_parallel_steps = 50;
};

/// Pipelines are found by name or ARN. Errors of every call: ResourceNotFound for an unknown pipeline or execution,
/// ValidationException for a request that is wrong.
class PipelineService {
 public:
  PipelineService(Scheduler& scheduler, StepRunner& runner, EventPublisher& events, Journal& journal, Config config);

  /// Errors: as parse_definition (definition.hpp); the name is taken or no `[a-zA-Z0-9](-*[a-zA-Z0-9])*` of 1–256.
  [[nodiscard]] Result<ops::pipelines::CreatePipelineOutput> handle(const ops::pipelines::CreatePipelineInput& request);
  /// Executions that have started keep the definition they started with.
  [[nodiscard]] Result<ops::pipelines::UpdatePipelineOutput> handle(const ops::pipelines::UpdatePipelineInput& request);
  /// Errors: as bind_parameters (parameters.hpp).
  [[nodiscard]] Result<ops::pipelines::StartPipelineExecutionOutput> handle(
      const ops::pipelines::StartPipelineExecutionInput& request);
  [[nodiscard]] Result<ops::pipelines::DescribePipelineExecutionOutput> handle(
      const ops::pipelines::DescribePipelineExecutionInput& request);
  /// Errors: ValidationException when the execution has ended.
  [[nodiscard]] Result<> handle(const ops::pipelines::StopPipelineExecutionInput& request);
  /// Errors: ConflictException unless the execution is Failed or Stopped.
  [[nodiscard]] Result<> handle(const ops::pipelines::RetryPipelineExecutionInput& request);
  [[nodiscard]] Result<ops::pipelines::ListPipelineExecutionStepsOutput> handle(
      const ops::pipelines::ListPipelineExecutionStepsInput& request);
  [[nodiscard]] Result<ops::pipelines::ListPipelineExecutionsOutput> handle(
      const ops::pipelines::ListPipelineExecutionsInput& request);

 private:
  struct Pipeline {
    std::string name;
    std::string arn;
    std::shared_ptr<const Definition> definition;
    int max_parallel_steps = 0;
    std::vector<std::shared_ptr<Execution>> executions;  ///< oldest first
  };
  struct Remembered {
    std::string arn;
    Instant at{};
  };

  [[nodiscard]] Result<Pipeline*> find_pipeline(std::string_view name_or_arn);
  [[nodiscard]] Result<Execution*> find_execution(const std::string& arn);
  /// The answer given earlier to this token, or an empty text. Errors: the token is not of 32–128 characters.
  [[nodiscard]] Result<std::string> recall(std::string_view operation, std::string_view resource,
                                           const std::string& token);
  void remember(std::string_view operation, std::string_view resource, const std::string& token,
                const std::string& arn);
  [[nodiscard]] std::shared_ptr<Execution> new_execution(const Pipeline& pipeline, ParameterValues parameters,
                                                         const ops::pipelines::StartPipelineExecutionInput& request);

  Scheduler& scheduler_;
  StepRunner& runner_;
  EventPublisher& events_;
  Journal& journal_;
  Config config_;
  Rng ids_;
  Rng job_names_;
  StepCache cache_;
  std::map<std::string, Pipeline> pipelines_;  ///< by ARN
  std::map<std::string, Execution*> executions_;
  std::map<std::string, Remembered> tokens_;
};

}  // namespace driftlab::service::pipelines

#pragma once
/// Starting and following pipelines: SageMaker Pipelines and CodePipeline.

#include "core/ports/async.hpp"
#include "core/ports/ops/codepipeline.hpp"
#include "core/ports/ops/pipelines.hpp"

namespace driftlab::ports {

/// Errors: ResourceNotFound, ValidationException, PipelineNotFoundException (CodePipeline).
class Pipelines {
 public:
  Pipelines() = default;
  Pipelines(const Pipelines&) = delete;
  Pipelines& operator=(const Pipelines&) = delete;
  virtual ~Pipelines() = default;

  virtual Async<> create(const ops::pipelines::CreatePipelineInput& request, Deadline deadline = kNoDeadline) = 0;
  virtual Async<> update(const ops::pipelines::UpdatePipelineInput& request, Deadline deadline = kNoDeadline) = 0;
  virtual Async<ops::pipelines::StartPipelineExecutionOutput> start(
      const ops::pipelines::StartPipelineExecutionInput& request, Deadline deadline = kNoDeadline) = 0;
  virtual Async<ops::pipelines::DescribePipelineExecutionOutput> describe_execution(
      const ops::pipelines::DescribePipelineExecutionInput& request, Deadline deadline = kNoDeadline) = 0;
  virtual Async<ops::codepipeline::StartPipelineExecutionOutput> start_code_pipeline(
      const ops::codepipeline::StartPipelineExecutionInput& request, Deadline deadline = kNoDeadline) = 0;
};

}  // namespace driftlab::ports

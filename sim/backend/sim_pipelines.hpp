#pragma once
/// The Pipelines port on the models of SageMaker Pipelines and CodePipeline, in-process.

#include "core/ports/pipelines.hpp"
#include "sim/backend/call.hpp"
#include "sim/service/codepipeline/codepipeline.hpp"
#include "sim/service/pipelines/service.hpp"

namespace driftlab::backend {

class SimPipelines final : public ports::Pipelines {
 public:
  SimPipelines(service::pipelines::PipelineService& pipelines, service::codepipeline::CodePipeline& code_pipeline,
               CallModel& call)
      : pipelines_(pipelines), code_pipeline_(code_pipeline), call_(call) {}

  ports::Async<> create(const ops::pipelines::CreatePipelineInput& request, ports::Deadline deadline) override;
  ports::Async<> update(const ops::pipelines::UpdatePipelineInput& request, ports::Deadline deadline) override;
  ports::Async<ops::pipelines::StartPipelineExecutionOutput> start(
      const ops::pipelines::StartPipelineExecutionInput& request, ports::Deadline deadline) override;
  ports::Async<ops::pipelines::DescribePipelineExecutionOutput> describe_execution(
      const ops::pipelines::DescribePipelineExecutionInput& request, ports::Deadline deadline) override;
  ports::Async<ops::codepipeline::StartPipelineExecutionOutput> start_code_pipeline(
      const ops::codepipeline::StartPipelineExecutionInput& request, ports::Deadline deadline) override;

 private:
  service::pipelines::PipelineService& pipelines_;
  service::codepipeline::CodePipeline& code_pipeline_;
  CallModel& call_;
};

}  // namespace driftlab::backend

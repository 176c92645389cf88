#include "sim/backend/sim_pipelines.hpp"

namespace driftlab::backend {

ports::Async<> SimPipelines::create(const ops::pipelines::CreatePipelineInput& request, ports::Deadline deadline) {
  return call_service<void>(call_, pipelines_, request, deadline);
}

ports::Async<> SimPipelines::update(const ops::pipelines::UpdatePipelineInput& request, ports::Deadline deadline) {
  return call_service<void>(call_, pipelines_, request, deadline);
}

ports::Async<ops::pipelines::StartPipelineExecutionOutput> SimPipelines::start(
    const ops::pipelines::StartPipelineExecutionInput& request, ports::Deadline deadline) {
  return call_service<ops::pipelines::StartPipelineExecutionOutput>(call_, pipelines_, request, deadline);
}

ports::Async<ops::pipelines::DescribePipelineExecutionOutput> SimPipelines::describe_execution(
    const ops::pipelines::DescribePipelineExecutionInput& request, ports::Deadline deadline) {
  return call_service<ops::pipelines::DescribePipelineExecutionOutput>(call_, pipelines_, request, deadline);
}

ports::Async<ops::codepipeline::StartPipelineExecutionOutput> SimPipelines::start_code_pipeline(
    const ops::codepipeline::StartPipelineExecutionInput& request, ports::Deadline deadline) {
  return call_service<ops::codepipeline::StartPipelineExecutionOutput>(call_, code_pipeline_, request, deadline);
}

}  // namespace driftlab::backend

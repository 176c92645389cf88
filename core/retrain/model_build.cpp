#include <fmt/format.h>

#include "core/ports/clock.hpp"
#include "core/ports/pipelines.hpp"
#include "core/retrain/program.hpp"
#include "core/retrain/settings.hpp"

namespace driftlab::retrain {

ports::Async<std::string> model_build(ports::Ports& ports, ProgramInput input) {
  constexpr std::string_view kParameter = "parameter.";
  const auto pipeline = setting(input, "SAGEMAKER_PIPELINE");
  if (!pipeline) co_return pipeline.error();
  const auto prefix = setting(input, "PARAMETER_PREFIX");
  if (!prefix) co_return prefix.error();
  ops::pipelines::StartPipelineExecutionInput request{.pipeline_name = *pipeline};
  for (const auto& [name, value] : input.settings)
    if (name.starts_with(kParameter)) request.parameters[name.substr(kParameter.size())] = value;
  const auto threshold = co_await read_parameter(ports, *prefix + "/validation-threshold/weighted_quantile_loss");
  if (!threshold) co_return threshold.error();
  if (*threshold) request.parameters["Threshold"] = **threshold;
  const auto started = co_await ports.pipelines.start(request);
  if (!started) co_return started.error();

  const ops::pipelines::DescribePipelineExecutionInput describe{.pipeline_execution_arn =
                                                                    started->pipeline_execution_arn};
  while (true) {
    const auto waited = co_await ports.clock.sleep_for(std::chrono::seconds{30}, "model build pipeline");
    if (!waited) co_return waited.error();
    const auto execution = co_await ports.pipelines.describe_execution(describe);
    if (!execution) co_return execution.error();
    if (execution->status == "Executing" || execution->status == "Stopping") continue;
    if (execution->status != "Succeeded")
      co_return Error{ErrorKind::Unavailable, "PipelineExecution" + execution->status,
                      fmt::format("{}: {}", describe.pipeline_execution_arn, execution->failure_reason)};
    co_return "pipeline execution succeeded: " + describe.pipeline_execution_arn;
  }
}

}  // namespace driftlab::retrain

#include "sim/service/pipelines/service.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sim/service/pipelines/status_report.hpp"

namespace driftlab::service::pipelines {
namespace {

constexpr std::string_view kService = "pipelines";
constexpr std::size_t kNameMax = 256;
constexpr std::size_t kTokenMin = 32;
constexpr std::size_t kTokenMax = 128;
constexpr std::size_t kExecutionIdLength = 12;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// `[a-zA-Z0-9](-*[a-zA-Z0-9])*`: letters, digits and inner hyphens.
bool valid_pipeline_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax && is_alphanumeric(name.front()) && is_alphanumeric(name.back()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return c == '-' || is_alphanumeric(c); });
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

Result<> check_parallelism(const std::optional<int>& steps) {
  if (!steps || *steps >= 1) return {};
  return validation_error("MaxParallelExecutionSteps: expected at least 1, found " + std::to_string(*steps));
}

std::string token_key(std::string_view operation, std::string_view resource, const std::string& token) {
  return std::string(operation) + '\n' + std::string(resource) + '\n' + token;
}

}  // namespace

PipelineService::PipelineService(Scheduler& scheduler, StepRunner& runner, EventPublisher& events, Journal& journal,
                                 Config config)
    : scheduler_(scheduler),
      runner_(runner),
      events_(events),
      journal_(journal),
      config_(std::move(config)),
      ids_(config_.seed, kService, "execution ids"),
      job_names_(config_.seed, kService, "job names") {}

Result<ops::pipelines::CreatePipelineOutput> PipelineService::handle(
    const ops::pipelines::CreatePipelineInput& request) {
  const auto& name = request.pipeline_name;
  const auto known = recall("create", name, request.client_request_token);
  if (!known) return known.error();
  if (!known->empty()) return ops::pipelines::CreatePipelineOutput{*known};
  if (!valid_pipeline_name(name))
    return validation_error("PipelineName: expected 1 to 256 letters, digits and inner hyphens, found '" + name + "'");
  const std::string arn = config_.identity.arn("sagemaker", "pipeline/" + lower(name));
  if (pipelines_.contains(arn))
    return Error{ErrorKind::Conflict, "ValidationException",
                 "Pipeline names must be unique within an AWS account and region. Pipeline with name (" + name +
                     ") already exists."};
  if (auto parallel = check_parallelism(request.max_parallel_execution_steps); !parallel) return parallel.error();
  auto definition = parse_definition(request.pipeline_definition);
  if (!definition) return definition.error();
  pipelines_[arn] = {name,
                     arn,
                     std::make_shared<const Definition>(std::move(*definition)),
                     request.max_parallel_execution_steps.value_or(config_.max_parallel_steps),
                     {}};
  remember("create", name, request.client_request_token, arn);
  journal_.record(kService, "PipelineCreated", name, nlohmann::json({{"pipeline", arn}}).dump());
  return ops::pipelines::CreatePipelineOutput{arn};
}

Result<ops::pipelines::UpdatePipelineOutput> PipelineService::handle(
    const ops::pipelines::UpdatePipelineInput& request) {
  const auto pipeline = find_pipeline(request.pipeline_name);
  if (!pipeline) return pipeline.error();
  if (auto parallel = check_parallelism(request.max_parallel_execution_steps); !parallel) return parallel.error();
  auto definition = parse_definition(request.pipeline_definition);
  if (!definition) return definition.error();
  (*pipeline)->definition = std::make_shared<const Definition>(std::move(*definition));
  if (request.max_parallel_execution_steps) (*pipeline)->max_parallel_steps = *request.max_parallel_execution_steps;
  journal_.record(kService, "PipelineUpdated", (*pipeline)->name,
                  nlohmann::json({{"pipeline", (*pipeline)->arn}}).dump());
  return ops::pipelines::UpdatePipelineOutput{(*pipeline)->arn};
}

Result<ops::pipelines::StartPipelineExecutionOutput> PipelineService::handle(
    const ops::pipelines::StartPipelineExecutionInput& request) {
  const auto pipeline = find_pipeline(request.pipeline_name);
  if (!pipeline) return pipeline.error();
  const auto known = recall("start", (*pipeline)->arn, request.client_request_token);
  if (!known) return known.error();
  if (!known->empty()) return ops::pipelines::StartPipelineExecutionOutput{*known};
  if (auto parallel = check_parallelism(request.max_parallel_execution_steps); !parallel) return parallel.error();
  auto parameters = bind_parameters(*(*pipeline)->definition, request.parameters);
  if (!parameters) return parameters.error();
  const auto execution = new_execution(**pipeline, std::move(*parameters), request);
  const std::string arn = execution->state().plan.arn;
  (*pipeline)->executions.push_back(execution);
  executions_[arn] = execution.get();
  remember("start", (*pipeline)->arn, request.client_request_token, arn);
  execution->start();
  return ops::pipelines::StartPipelineExecutionOutput{arn};
}

Result<ops::pipelines::DescribePipelineExecutionOutput> PipelineService::handle(
    const ops::pipelines::DescribePipelineExecutionInput& request) {
  const auto execution = find_execution(request.pipeline_execution_arn);
  if (!execution) return execution.error();
  return description((*execution)->state());
}

Result<> PipelineService::handle(const ops::pipelines::StopPipelineExecutionInput& request) {
  const auto execution = find_execution(request.pipeline_execution_arn);
  if (!execution) return execution.error();
  const auto known = recall("stop", request.pipeline_execution_arn, request.client_request_token);
  if (!known) return known.error();
  if (!known->empty()) return {};
  if (auto stopped = (*execution)->stop(); !stopped) return stopped;
  remember("stop", request.pipeline_execution_arn, request.client_request_token, request.pipeline_execution_arn);
  return {};
}

Result<> PipelineService::handle(const ops::pipelines::RetryPipelineExecutionInput& request) {
  const auto execution = find_execution(request.pipeline_execution_arn);
  if (!execution) return execution.error();
  const auto known = recall("retry", request.pipeline_execution_arn, request.client_request_token);
  if (!known) return known.error();
  if (!known->empty()) return {};
  if (auto retried = (*execution)->retry(); !retried) return retried;
  remember("retry", request.pipeline_execution_arn, request.client_request_token, request.pipeline_execution_arn);
  return {};
}

Result<ops::pipelines::ListPipelineExecutionStepsOutput> PipelineService::handle(
    const ops::pipelines::ListPipelineExecutionStepsInput& request) {
  const auto execution = find_execution(request.pipeline_execution_arn);
  if (!execution) return execution.error();
  return step_summaries((*execution)->state());
}

Result<ops::pipelines::ListPipelineExecutionsOutput> PipelineService::handle(
    const ops::pipelines::ListPipelineExecutionsInput& request) {
  const auto pipeline = find_pipeline(request.pipeline_name);
  if (!pipeline) return pipeline.error();
  ops::pipelines::ListPipelineExecutionsOutput output;
  const auto& executions = (*pipeline)->executions;
  for (auto execution = executions.rbegin(); execution != executions.rend(); ++execution)
    output.executions.push_back(description((*execution)->state()));
  return output;
}

Result<PipelineService::Pipeline*> PipelineService::find_pipeline(std::string_view name_or_arn) {
  const bool is_arn = name_or_arn.starts_with("arn:");
  const std::string arn = is_arn ? std::string(name_or_arn)
                                 : config_.identity.arn("sagemaker", "pipeline/" + lower(std::string(name_or_arn)));
  const auto found = pipelines_.find(arn);
  if (found == pipelines_.end() || (!is_arn && found->second.name != name_or_arn))
    return not_found("ResourceNotFound", "Pipeline '" + std::string(name_or_arn) + "' does not exist.");
  return &found->second;
}

Result<Execution*> PipelineService::find_execution(const std::string& arn) {
  const auto found = executions_.find(arn);
  if (found == executions_.end())
    return not_found("ResourceNotFound", "Pipeline execution with ARN " + arn + " does not exist.");
  return found->second;
}

Result<std::string> PipelineService::recall(std::string_view operation, std::string_view resource,
                                            const std::string& token) {
  if (token.empty()) return std::string();
  if (token.size() < kTokenMin || token.size() > kTokenMax)
    return validation_error("ClientRequestToken: expected 32 to 128 characters, found " + std::to_string(token.size()));
  std::erase_if(tokens_, [&](const auto& one) { return scheduler_.now() - one.second.at > config_.token_retention; });
  const auto found = tokens_.find(token_key(operation, resource, token));
  return found == tokens_.end() ? std::string() : found->second.arn;
}

void PipelineService::remember(std::string_view operation, std::string_view resource, const std::string& token,
                               const std::string& arn) {
  if (!token.empty()) tokens_[token_key(operation, resource, token)] = {arn, scheduler_.now()};
}

std::shared_ptr<Execution> PipelineService::new_execution(const Pipeline& pipeline, ParameterValues parameters,
                                                          const ops::pipelines::StartPipelineExecutionInput& request) {
  ExecutionPlan plan;
  plan.pipeline_name = pipeline.name;
  plan.pipeline_arn = pipeline.arn;
  plan.id = ids_.text(kExecutionIdLength, "abcdefghijklmnopqrstuvwxyz0123456789");
  plan.arn = pipeline.arn + "/execution/" + plan.id;
  plan.display_name = request.display_name.empty() ? "execution-" + std::to_string(epoch_milliseconds(scheduler_.now()))
                                                   : request.display_name;
  plan.definition = pipeline.definition;
  plan.parameters = std::move(parameters);
  plan.max_parallel_steps = request.max_parallel_execution_steps.value_or(pipeline.max_parallel_steps);
  const ExecutionServices services{
      scheduler_, runner_, events_, journal_, cache_, job_names_, config_.step_start_delay};
  return std::make_shared<Execution>(services, std::move(plan));
}

}  // namespace driftlab::service::pipelines

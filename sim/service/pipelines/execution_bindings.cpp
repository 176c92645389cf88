#include "sim/service/pipelines/execution_bindings.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/check.hpp"
#include "sim/service/pipelines/property_path.hpp"

namespace driftlab::service::pipelines {

using nlohmann::json;

Result<json> ExecutionBindings::parameter(const std::string& name) const {
  const auto found = state_.plan.parameters.find(name);
  DRIFTLAB_CHECK(found != state_.plan.parameters.end(), "an execution has a value for every parameter");
  return resolved_to(*found->second);
}

Result<json> ExecutionBindings::execution(const std::string& variable) const {
  const ExecutionPlan& plan = state_.plan;
  if (variable == "PipelineExecutionId") return resolved_to(plan.id);
  if (variable == "PipelineExecutionArn") return resolved_to(plan.arn);
  if (variable == "PipelineName") return resolved_to(plan.pipeline_name);
  if (variable == "PipelineArn") return resolved_to(plan.pipeline_arn);
  if (variable == "StartDateTime") return resolved_to(format_milliseconds(state_.creation));
  if (variable == "CurrentDateTime") return resolved_to(format_milliseconds(now_));
  DRIFTLAB_CHECK(variable == "TrainingJobName" || variable == "ProcessingJobName", "definitions use known variables");
  return resolved_to(job_name_);
}

Result<json> ExecutionBindings::property(const std::string& step, const std::string& path) const {
  const auto& steps = state_.plan.definition->steps;
  const Step* found = state_.plan.definition->find_step(step);
  DRIFTLAB_CHECK(found != nullptr, "definitions refer to their own steps");
  const auto& properties = state_.steps[static_cast<std::size_t>(found - steps.data())].properties;
  DRIFTLAB_CHECK(properties != nullptr, "a step starts after the steps it reads");
  const auto segments = parse_property_path(path);
  if (!segments) return segments.error();
  const auto value = look_up(*properties, *segments);
  if (!value)
    return Error{value.error().kind, value.error().code, "Steps." + step + "." + path + ": " + value.error().message};
  return resolved_to(**value);
}

Result<std::string> ExecutionBindings::property_file_uri(const std::string& step, const std::string& file) const {
  const Step* owner = state_.plan.definition->find_step(step);
  DRIFTLAB_CHECK(owner != nullptr, "definitions refer to their own steps");
  const auto& files = owner->property_files;
  const auto declared = std::find_if(files.begin(), files.end(), [&](const auto& one) { return one.name == file; });
  DRIFTLAB_CHECK(declared != files.end(), "definitions refer to declared property files");
  const auto uri = property(step, "ProcessingOutputConfig.Outputs['" + declared->output_name + "'].S3Output.S3Uri");
  if (!uri) return uri.error();
  if (!uri->is_string()) return validation_error("S3Uri of output '" + declared->output_name + "' is no text");
  std::string text = uri->get<std::string>();
  if (!text.ends_with('/')) text += '/';
  return text + declared->file_path;
}

Result<Blob> ExecutionBindings::read(const std::string& s3_uri) const {
  return runner_.read(s3_uri);
}

}  // namespace driftlab::service::pipelines

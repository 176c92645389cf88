#include "core/monitor/model_quality.hpp"

#include <fmt/format.h>

#include "core/capture/codec.hpp"
#include "core/job/settings.hpp"
#include "core/job/steps.hpp"
#include "core/ports/clock.hpp"

namespace driftlab::job {
namespace {

constexpr const char* kModelMetrics = "aws/sagemaker/Endpoints/model-metrics";

std::string output_name(const Run& run) {
  return run.outputs.empty() ? "output" : run.outputs.front().name;
}

/// Everything the inputs that hold data have: those that are not constraints or statistics. An execution whose window
/// has several hours, or whose endpoint has several variants, gets one input for each merged file.
Result<std::string> dataset(const Run& run) {
  std::string data;
  for (const auto& mount : run.inputs) {
    if (mount.name == "constraints" || mount.name == "baseline" || mount.name == "statistics" ||
        mount.name == "baseline_constraints" || mount.name == "baseline_statistics")
      continue;
    for (const auto& file : mount.files) data += *file.bytes;
  }
  if (data.empty()) return not_found("NoInputData", "Job inputs had no data");
  return data;
}

const ops::container::Mount* constraints_input(const Run& run) {
  for (const char* name : {"baseline_constraints", "constraints"})
    if (const auto* mount = find_input(run, name); mount && !mount->files.empty()) return mount;
  return nullptr;
}

/// A two-class problem may have probabilities only; the others need the inference attribute, column 0 by default.
Result<monitor::QualityAttributes> attributes(const Settings& settings, monitor::ProblemType problem) {
  monitor::QualityAttributes attributes;
  const bool optional = problem == monitor::ProblemType::BinaryClassification && settings.has("probability_attribute");
  attributes.inference = settings.text_or("inference_attribute", optional ? "" : "0");
  attributes.ground_truth = settings.text_or("ground_truth_attribute", "0");
  attributes.probability = settings.text_or("probability_attribute", "");
  if (settings.has("probability_threshold_attribute")) {
    const auto threshold = settings.number_or("probability_threshold_attribute", 0.0);
    if (!threshold) return threshold.error();
    attributes.probability_threshold = *threshold;
  }
  return attributes;
}

Exit suggest_baseline(const JobContext& context, const Run& run, const std::string& data, monitor::ProblemType problem,
                      const monitor::QualityAttributes& columns) {
  monitor::QualityBaselineInput input;
  input.dataset = data;
  input.problem = problem;
  input.attributes = columns;
  input.evaluation_time = context.ports.clock.now();
  input.seed = context.seed;
  const auto baseline = monitor::model_quality_baseline(input);
  if (!baseline) return failed(baseline.error());
  Exit exit;
  exit.message = "Completed: Job completed successfully with no violations.";
  add_file(exit, output_name(run), "statistics.json", baseline->statistics_json);
  add_file(exit, output_name(run), "constraints.json", baseline->constraints_json);
  return exit;
}

ops::cloudwatch::PutMetricDataInput to_metrics(const Run& run, const std::vector<monitor::QualityMetric>& metrics) {
  const Settings settings(run.environment);
  ops::cloudwatch::PutMetricDataInput data{.metric_namespace = kModelMetrics};
  const std::vector<ops::cloudwatch::Dimension> dimensions{
      {"Endpoint", settings.text_or("sagemaker_endpoint_name", "")},
      {"MonitoringSchedule", settings.text_or("sagemaker_monitoring_schedule_name", "")}};
  for (const auto& metric : metrics)
    data.data.push_back({.metric_name = metric.name, .dimensions = dimensions, .value = metric.value});
  return data;
}

}  // namespace

Task model_quality(const JobContext& context, const Run& run) {
  const Settings settings(run.environment);
  const auto problem = monitor::read_problem_type(settings.text_or("problem_type", "Regression"));
  if (!problem) co_return failed(problem.error());
  const auto columns = attributes(settings, *problem);
  if (!columns) co_return failed(columns.error());
  const auto data = dataset(run);
  if (!data) co_return failed(data.error());
  const auto* constraints = constraints_input(run);
  if (!constraints) co_return suggest_baseline(context, run, *data, *problem, *columns);

  const auto merged = capture::read_merged(*data);
  monitor::QualityRunInput input;
  input.records = merged.records;
  input.constraints_json = *constraints->files.front().bytes;
  input.problem = *problem;
  input.attributes = *columns;
  input.evaluation_time = context.ports.clock.now();
  input.seed = context.seed;
  const auto quality = monitor::run_model_quality(input);
  if (!quality) co_return failed(quality.error());
  Exit exit;
  exit.message = quality->exit_message;
  add_file(exit, output_name(run), "statistics.json", quality->statistics_json);
  add_file(exit, output_name(run), "constraints.json", *constraints->files.front().bytes);
  add_file(exit, output_name(run), "constraint_violations.json", quality->violations_json);
  if (settings.text_or("publish_cloudwatch_metrics", "Enabled") == "Enabled" && !quality->metrics.empty())
    exit.metrics.push_back(to_metrics(run, quality->metrics));
  co_return exit;
}

Task analyse(const JobContext& context, const Run& run) {
  const auto type = run.environment.find("analysis_type");
  if (type != run.environment.end() && type->second == "DATA_QUALITY") co_return co_await data_quality(context, run);
  co_return co_await model_quality(context, run);
}

}  // namespace driftlab::job

#include "sim/cli/job/model_quality_command.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/job/quality/quality_job.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/job/monitoring_command.hpp"

namespace driftlab::cli {
namespace {

using nlohmann::ordered_json;

struct Options {
  ContainerOptions container;
  job::QualityJob job;
  bool evaluate_f0_5 = false;
};

constexpr std::string_view kConstant = "_best_constant_classifier";

void print_summary(const job::QualityReport& report) {
  fmt::print("{} rows of {} read\n\n{:<26}{:>12}{:>12}\n", report.statistics.rows, report.read, "metric", "value",
             "deviation");
  for (const auto& metric : report.statistics.scalars)
    if (!metric.name.ends_with(kConstant))
      fmt::print("{:<26}{:>12.6g}{:>12}\n", metric.name, metric.value,
                 metric.standard_deviation ? fmt::format("{:.2g}", *metric.standard_deviation) : "");
  if (!report.violations.empty()) fmt::print("\n");
  for (const auto& violation : report.violations) fmt::print("{}\n", violation.description);
  print_rejected(report.rejected.size(), "lines", report.rejected);
  print_outcome(report.exit_message, report.written);
}

ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json("NaN");
}

ordered_json to_json(const job::QualityReport& report) {
  ordered_json metrics = ordered_json::object();
  for (const auto& metric : report.statistics.scalars)
    metrics[metric.name] = {
        {"value", number(metric.value)},
        {"standard_deviation", metric.standard_deviation ? number(*metric.standard_deviation) : ordered_json("NaN")}};
  ordered_json violations = ordered_json::array();
  for (const auto& violation : report.violations)
    violations.push_back({{"metric_name", violation.metric},
                          {"constraint_check_type", violation.check},
                          {"description", violation.description}});
  return {{"rows", report.statistics.rows},
          {"read", report.read},
          {"metrics", std::move(metrics)},
          {"violations", std::move(violations)},
          {"rejected_count", report.rejected.size()},
          {"rejected", rejected_json(report.rejected)},
          {"exit_message", report.exit_message},
          {"files", report.written}};
}

int run(Options& options) {
  options.job.faithful = !options.evaluate_f0_5;
  return run_monitoring_job(options.container, options.job, job::run_quality_job,
                            MonitoringCommand<job::QualityReport>{.run = {},
                                                                  .print_summary = print_summary,
                                                                  .to_json = to_json,
                                                                  .violations = [](const job::QualityReport& report) {
                                                                    return report.violations.size();
                                                                  }});
}

}  // namespace

RunJob declare_model_quality(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_container_options(
      app, options->container,
      {"dataset_source", "dataset_format", "output_path", "problem_type", "inference_attribute",
       "probability_attribute", "probability_threshold_attribute", "ground_truth_attribute", "baseline_constraints",
       "publish_cloudwatch_metrics", "sagemaker_endpoint_name", "sagemaker_monitoring_schedule_name"});
  app.add_option("--seed", options->job.seed, "Seed of the samples behind the standard deviations.")
      ->capture_default_str();
  app.add_option("--max-rejected", options->job.bad_share_max, "Share of unusable lines above which the job fails.")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_flag("--evaluate-f0-5", options->evaluate_f0_5, "Also judge f0_5, which the service never does.");
  app.footer(
      "Examples:\n"
      "  driftlab job model-quality --baseline --problem-type BinaryClassification --dataset-source validation.csv \\\n"
      "    --inference-attribute prediction --probability-attribute probability --ground-truth-attribute label \\\n"
      "    --output-path base\n"
      "  driftlab job model-quality --problem-type BinaryClassification --dataset-source merged/ \\\n"
      "    --probability-attribute 0 --probability-threshold-attribute 0.8 \\\n"
      "    --baseline-constraints base/constraints.json --output-path out --fail-on-violation");
  return [options] { return run(*options); };
}

}  // namespace driftlab::cli

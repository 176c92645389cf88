#include "sim/cli/job/performance_estimate_command.hpp"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/job/performance_estimate/performance_estimate_job.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/job/monitoring_command.hpp"

namespace driftlab::cli {
namespace {

using nlohmann::ordered_json;

struct Options {
  ContainerOptions container;
  job::PerformanceEstimateJob job;
  std::string calibration = "isotonic";
};

void print_summary(const job::PerformanceEstimateReport& report) {
  fmt::print("{} rows; estimates, not measurements: labels were {}\n\n{:<26}{:>12}{:>12}\n", report.estimate.rows,
             report.measured.empty() ? "not there" : "used for the calibration only", "metric", "estimate",
             report.measured.empty() ? "" : "measured");
  for (const auto& scalar : monitor::estimated_statistics(report.estimate).scalars) {
    fmt::print("{:<26}{:>12.6g}", scalar.name, scalar.value);
    for (const auto& [name, value] : report.measured)
      if (name == scalar.name) fmt::print("{:>12.6g}", value);
    fmt::print("\n");
  }
  if (!report.violations.empty()) fmt::print("\n");
  for (const auto& violation : report.violations) fmt::print("{}\n", violation.description);
  print_rejected(report.rejected_count, "rows", report.rejected);
  print_outcome(report.exit_message, report.written);
}

ordered_json to_json(const job::PerformanceEstimateReport& report) {
  ordered_json metrics = ordered_json::object();
  for (const auto& scalar : monitor::estimated_statistics(report.estimate).scalars) metrics[scalar.name] = scalar.value;
  ordered_json measured = ordered_json::object();
  for (const auto& [name, value] : report.measured) measured[name] = value;
  ordered_json violations = ordered_json::array();
  for (const auto& violation : report.violations)
    violations.push_back({{"metric_name", violation.metric},
                          {"constraint_check_type", violation.check},
                          {"description", violation.description}});
  return {{"rows", report.estimate.rows},
          {"estimated", true},
          {"metrics", std::move(metrics)},
          {"measured", std::move(measured)},
          {"violations", std::move(violations)},
          {"rejected_count", report.rejected_count},
          {"rejected", rejected_json(report.rejected)},
          {"exit_message", report.exit_message},
          {"files", report.written}};
}

int run(Options& options) {
  const auto method = monitor::read_calibration_method(options.calibration);
  if (!method) return report_error(method.error(), options.container.json);
  options.job.calibration = *method;
  return run_monitoring_job(
      options.container, options.job, job::run_performance_estimate_job,
      MonitoringCommand<job::PerformanceEstimateReport>{
          .run = {},
          .print_summary = print_summary,
          .to_json = to_json,
          .violations = [](const job::PerformanceEstimateReport& report) { return report.violations.size(); }});
}

}  // namespace

RunJob declare_performance_estimate(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_container_options(app, options->container,
                        {"dataset_source", "batch_data_root", "output_path", "inference_attribute",
                         "probability_attribute", "probability_threshold_attribute", "ground_truth_attribute",
                         "baseline_constraints", "publish_cloudwatch_metrics", "sagemaker_endpoint_name",
                         "sagemaker_monitoring_schedule_name", "start_time", "end_time"});
  app.add_option("--calibration", options->calibration,
                 "How a baseline turns scores into probabilities: isotonic, binned or none, e.g. --calibration binned")
      ->capture_default_str();
  app.add_option("--margin", options->job.margin,
                 "Share by which suggested thresholds are loosened, e.g. --margin 0.05")
      ->capture_default_str();
  app.add_option("--max-rejected", options->job.bad_share_max, "Share of unusable rows above which the job fails.")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.footer(
      "Examples:\n"
      "  driftlab job performance-estimate --baseline --dataset-source validation.csv --probability-attribute "
      "probability \\\n"
      "    --ground-truth-attribute label --output-path base --margin 0.05\n"
      "  driftlab job performance-estimate --dataset-source captures/ --probability-attribute 0 \\\n"
      "    --baseline-constraints base/constraints.json --output-path out --fail-on-violation\n"
      "Estimates hold while the labels still depend on the inputs as they did in the baseline.");
  return [options] { return run(*options); };
}

}  // namespace driftlab::cli

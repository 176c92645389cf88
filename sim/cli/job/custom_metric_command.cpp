#include "sim/cli/job/custom_metric_command.hpp"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/job/custom_metric/custom_metric_job.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/job/monitoring_command.hpp"

namespace driftlab::cli {
namespace {

using nlohmann::ordered_json;

struct Options {
  ContainerOptions container;
  job::CustomMetricJob job;
};

void print_summary(const job::CustomMetricReport& report) {
  fmt::print("{} rows\n\n{:<32}{:>14}  {}\n", report.rows, "metric", "value", "constraint");
  for (const auto& value : report.values) {
    fmt::print("{:<32}{:>14}", value.name, value.value ? fmt::format("{:.6g}", *value.value) : "not defined");
    for (const auto& constraint : report.constraints)
      if (constraint.name == value.name)
        fmt::print("  {} {:.6g}", constraint.comparison_operator, constraint.threshold);
    fmt::print("\n");
  }
  if (!report.violations.empty()) fmt::print("\n");
  for (const auto& violation : report.violations) fmt::print("{}\n", violation.description);
  if (!report.notes.empty()) fmt::print("\n");
  for (const auto& note : report.notes) fmt::print("note: {}\n", note);
  print_rejected(report.rejected_count, "records", report.rejected);
  print_outcome(report.exit_message, report.written);
}

ordered_json to_json(const job::CustomMetricReport& report) {
  ordered_json metrics = ordered_json::object();
  for (const auto& value : report.values)
    metrics[value.name] = value.value ? ordered_json(*value.value) : ordered_json("NaN");
  ordered_json constraints = ordered_json::object();
  for (const auto& constraint : report.constraints)
    constraints[constraint.name] = {{"threshold", constraint.threshold},
                                    {"comparison_operator", constraint.comparison_operator}};
  ordered_json violations = ordered_json::array();
  for (const auto& violation : report.violations)
    violations.push_back({{"metric_name", violation.name},
                          {"constraint_check_type", violation.check},
                          {"description", violation.description}});
  return {{"rows", report.rows},
          {"metrics", std::move(metrics)},
          {"constraints", std::move(constraints)},
          {"violations", std::move(violations)},
          {"notes", report.notes},
          {"rejected_count", report.rejected_count},
          {"rejected", rejected_json(report.rejected)},
          {"exit_message", report.exit_message},
          {"files", report.written}};
}

int run(Options& options) {
  return run_monitoring_job(
      options.container, options.job, job::run_custom_metric_job,
      MonitoringCommand<job::CustomMetricReport>{
          .run = {},
          .print_summary = print_summary,
          .to_json = to_json,
          .violations = [](const job::CustomMetricReport& report) { return report.violations.size(); }});
}

}  // namespace

RunJob declare_custom_metric(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_container_options(app, options->container,
                        {"dataset_source", "batch_data_root", "dataset_format", "output_path", "baseline_constraints",
                         "publish_cloudwatch_metrics", "sagemaker_endpoint_name", "sagemaker_monitoring_schedule_name",
                         "start_time", "end_time"});
  auto& job = options->job;
  app.add_option("--metric", job.metrics,
                 "A metric, again for each further one, e.g. --metric 'mae = mean(abs(label - output))'")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--metric-definitions", job.definitions,
                 "JSON file of metrics with thresholds, e.g. --metric-definitions metrics.json");
  app.add_option("--threshold", job.threshold, "Threshold of the one --metric, e.g. --threshold 2.5");
  app.add_option("--comparison-operator", job.comparison_operator,
                 "When a value violates, e.g. --comparison-operator LessThanThreshold (default: "
                 "GreaterThanThreshold)");
  app.add_option("--margin", job.margin, "Share by which suggested thresholds are loosened, e.g. --margin 0.1")
      ->capture_default_str();
  app.add_option("--record-transform", job.record_transform,
                 "JSON file of columns and expressions, e.g. --record-transform columns.json");
  app.add_option("--record-process", job.record_process,
                 "Shell command over the dataset's lines that writes JSON Lines; without --metric, its columns are the "
                 "metrics, e.g. --record-process 'python3 my_metric.py'");
  app.add_option("--max-rejected", job.bad_share_max, "Share of unusable records above which the job fails.")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.footer(
      "Examples:\n"
      "  driftlab job custom-metric --dataset-source merged/ --output-path out --threshold 2.5 \\\n"
      "    --metric 'mae = mean(abs(label - output))' --fail-on-violation\n"
      "  driftlab job custom-metric --baseline --dataset-source orders.csv --output-path base \\\n"
      "    --metric 'big_orders = rate(amount > 1000)' --metric 'p90 = quantile(log(amount), 0.9)'\n"
      "Columns of captures are output, input and label, or output.0, input.age, label.value where there are several.\n"
      "Aggregates: count() count(x) mean sum rate quantile(x, level) std_dev minimum maximum; inside them + - * / %,\n"
      "comparisons, and or not, abs min max log exp sqrt round floor ceil if coalesce is_missing number and texts.");
  return [options] { return run(*options); };
}

}  // namespace driftlab::cli

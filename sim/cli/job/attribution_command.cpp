#include "sim/cli/job/attribution_command.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/job/attribution/attribution_job.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/job/model_options.hpp"
#include "sim/cli/job/monitoring_command.hpp"

namespace driftlab::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kShownFeatures = 20;

struct Options {
  ContainerOptions container;
  ModelOptions model;
  job::AttributionJob job;
};

/// Features by falling attribution.
std::vector<std::size_t> ranking(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto left, auto right) { return values[left] > values[right]; });
  return order;
}

void print_label(const job::AttributionJobReport& report, std::size_t at) {
  const auto& label = report.report.labels[at];
  fmt::print("\n{}: expected value {:.6g}", label.label, label.expected_value);
  if (at < report.drift.size())
    fmt::print(", NDCG {:.4f}{}", report.drift[at].ndcg, report.drift[at].violates ? " (drift)" : "");
  fmt::print("\n");
  const auto order = ranking(label.global);
  for (std::size_t i = 0; i < std::min(order.size(), kShownFeatures); ++i)
    fmt::print("  {:>12.6g}  {}\n", label.global[order[i]], report.report.features[order[i]]);
  if (order.size() > kShownFeatures) fmt::print("  … and {} more features\n", order.size() - kShownFeatures);
}

void print_summary(const job::AttributionJobReport& report) {
  const auto& found = report.report;
  fmt::print("{} of {} rows explained, {} features, {} baseline rows, {} calls of the model\n", found.rows,
             report.rows_read, found.features.size(), found.baseline_rows, found.calls);
  for (std::size_t i = 0; i < found.labels.size(); ++i) print_label(report, i);
  if (report.violations > 0) fmt::print("\n");
  for (const auto& label : report.drift)
    if (label.violates) fmt::print("{}: {}\n", label.label, label.description);
  print_rejected(report.rejected_count, "records", report.rejected);
  print_outcome(report.exit_message, report.written);
}

ordered_json to_json(const job::AttributionJobReport& report) {
  ordered_json violations = ordered_json::array();
  ordered_json drift = ordered_json::object();
  for (const auto& label : report.drift) {
    drift[label.label] = std::isnan(label.ndcg) ? ordered_json("NaN") : ordered_json(label.ndcg);
    if (label.violates)
      violations.push_back({{"label", label.label}, {"metric_name", "shap"}, {"description", label.description}});
  }
  return {{"rows_read", report.rows_read},
          {"rows", report.report.rows},
          {"baseline_rows", report.report.baseline_rows},
          {"calls", report.report.calls},
          {"analysis", ordered_json::parse(monitor::analysis_json(report.report))},
          {"ndcg", std::move(drift)},
          {"violations", std::move(violations)},
          {"rejected_count", report.rejected_count},
          {"rejected", rejected_json(report.rejected)},
          {"exit_message", report.exit_message},
          {"files", report.written}};
}

int run(Options& options) {
  options.job.baseline = options.container.baseline;
  options.job.calls = options.model.calls;
  const auto explain = [&](const job::ContainerEnvironment& environment, const TellShare& progress, Instant now) {
    options.job.progress = progress;
    const auto& attribute =
        environment.probability_attribute.empty() ? environment.inference_attribute : environment.probability_attribute;
    const job::OpenModel open = [&](const monitor::AttributionSettings& settings) {
      return open_model(options.model, {.content_type = settings.content_type,
                                        .accept = settings.accept_type,
                                        .content_template = settings.content_template,
                                        .attribute = attribute});
    };
    return job::run_attribution_job(environment, options.job, open, now);
  };
  const MonitoringCommand<job::AttributionJobReport> command{
      .run = explain,
      .print_summary = print_summary,
      .to_json = to_json,
      .violations = [](const job::AttributionJobReport& report) { return report.violations; },
      .by_size = false};
  return run_monitoring_command(options.container, command);
}

}  // namespace

RunJob declare_attribution(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_container_options(
      app, options->container,
      {"dataset_source", "batch_data_root", "dataset_format", "output_path", "features_attribute",
       "inference_attribute", "probability_attribute", "baseline_constraints", "publish_cloudwatch_metrics",
       "sagemaker_endpoint_name", "sagemaker_monitoring_schedule_name", "start_time", "end_time"});
  app.add_option("--config", options->job.config, "Clarify's analysis_config.json: headers, methods.shap, predictor.")
      ->required();
  add_model_options(app, options->model);
  app.add_option("--max-rows", options->job.rows_max, "Explain that many rows, drawn by the seed; 0: all.")
      ->capture_default_str();
  app.add_option("--ndcg-threshold", options->job.threshold, "Drift is an NDCG below it.")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--max-rejected", options->job.bad_share_max, "Share of unusable records above which the job fails.")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.footer(
      "Examples:\n"
      "  driftlab job attribution --baseline --config analysis_config.json --dataset-source train.csv \\\n"
      "    --model model.json --output-path base\n"
      "  driftlab job attribution --config analysis_config.json --dataset-source capture/ --output-path out \\\n"
      "    --endpoint http://localhost:8080/invocations --baseline-constraints base/analysis.json \\\n"
      "    --max-rows 500 --fail-on-violation");
  return [options] { return run(*options); };
}

}  // namespace driftlab::cli

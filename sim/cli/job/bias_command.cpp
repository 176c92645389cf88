#include "sim/cli/job/bias_command.hpp"

#include <algorithm>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/job/bias/bias_job.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/job/model_options.hpp"
#include "sim/cli/job/monitoring_command.hpp"

namespace driftlab::cli {
namespace {

using nlohmann::ordered_json;

struct Options {
  ContainerOptions container;
  ModelOptions model;
  job::BiasJob job{.threads = std::max(1U, std::thread::hardware_concurrency())};
};

void print_summary(const job::BiasJobReport& report) {
  fmt::print("{} rows, positive label {} = {}\n", report.report.rows, report.report.label, report.report.label_value);
  for (const auto& facet : report.report.facets) {
    fmt::print("\nfacet {} = {}\n", facet.facet, facet.value);
    for (const auto* metrics : {&facet.pre_training, &facet.post_training})
      for (const auto& metric : *metrics)
        fmt::print("  {:>10}  {}\n", metric.value ? fmt::format("{:.4f}", *metric.value) : "-",
                   metric.value ? metric.description : metric.description + ": " + metric.value.error().message);
  }
  if (!report.violations.empty()) fmt::print("\n");
  for (const auto& violation : report.violations)
    fmt::print("{} = {}, {}: {}\n", violation.facet, violation.facet_value, violation.metric, violation.description);
  print_rejected(report.rejected.size(), "lines", report.rejected);
  print_outcome(report.exit_message, report.written);
}

ordered_json to_json(const job::BiasJobReport& report) {
  ordered_json violations = ordered_json::array();
  for (const auto& violation : report.violations)
    violations.push_back({{"facet", violation.facet},
                          {"facet_value", violation.facet_value},
                          {"metric_name", violation.metric},
                          {"description", violation.description}});
  return {{"rows", report.report.rows},
          {"analysis", ordered_json::parse(monitor::analysis_json(report.report))},
          {"violations", std::move(violations)},
          {"rejected_count", report.rejected.size()},
          {"rejected", rejected_json(report.rejected)},
          {"exit_message", report.exit_message},
          {"files", report.written}};
}

Result<job::BiasJobReport> ask_and_run(Options& options, const job::ContainerEnvironment& environment, Instant now) {
  std::unique_ptr<model::Predictor> model;
  if (options.model.any()) {
    const auto& attribute =
        environment.inference_attribute.empty() ? environment.probability_attribute : environment.inference_attribute;
    auto opened =
        open_model(options.model, {.content_type = {}, .accept = {}, .content_template = {}, .attribute = attribute});
    if (!opened) return opened.error();
    model = *std::move(opened);
    options.job.model = model.get();
  }
  return job::run_bias_job(environment, options.job, now);
}

int run(Options& options) {
  options.job.baseline = options.container.baseline;
  const MonitoringCommand<job::BiasJobReport> command{
      .run =
          [&](const auto& environment, const TellShare& progress, Instant now) {
            options.job.progress = progress;
            return ask_and_run(options, environment, now);
          },
      .print_summary = print_summary,
      .to_json = to_json,
      .violations = [](const job::BiasJobReport& report) { return report.violations.size(); },
      .by_size = false};
  return run_monitoring_command(options.container, command);
}

}  // namespace

RunJob declare_bias(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_container_options(
      app, options->container,
      {"dataset_source", "output_path", "features_attribute", "inference_attribute", "probability_attribute",
       "probability_threshold_attribute", "ground_truth_attribute", "baseline_constraints",
       "publish_cloudwatch_metrics", "sagemaker_endpoint_name", "sagemaker_monitoring_schedule_name"});
  app.add_option("--config", options->job.config, "Clarify's analysis_config.json: label, facets, group.")->required();
  app.add_option("--threads", options->job.threads,
                 "Threads for the flip test (default: one a processor); results do not depend on it.");
  app.add_option("--max-rejected", options->job.bad_share_max, "Share of unusable lines above which the job fails.")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  add_model_options(app, options->model);
  app.footer(
      "Examples:\n"
      "  driftlab job bias --baseline --config analysis_config.json --dataset-source validation.csv \\\n"
      "    --inference-attribute prediction --output-path base\n"
      "  driftlab job bias --baseline --config analysis_config.json --dataset-source validation.csv \\\n"
      "    --model model.json --probability-attribute 0 --output-path base\n"
      "  driftlab job bias --config analysis_config.json --dataset-source merged/ --inference-attribute 0 \\\n"
      "    --baseline-constraints base/analysis.json --output-path out --fail-on-violation");
  return [options] { return run(*options); };
}

}  // namespace driftlab::cli

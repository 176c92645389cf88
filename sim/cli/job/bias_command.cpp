#include "sim/cli/job/bias_command.hpp"

#include <chrono>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/job/bias/bias_job.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/job/model_options.hpp"

namespace driftlab::cli {
namespace {

using nlohmann::ordered_json;

struct Options {
  ContainerOptions container;
  ModelOptions model;
  job::BiasJob job;
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
  if (!report.quarantined.empty())
    fmt::print("\n{} lines cannot be used, the first is {}\n", report.quarantined.size(), report.quarantined.front());
  fmt::print("\n{}\n", report.exit_message);
  for (const auto& file : report.written) fmt::print("{}\n", file);
}

void print_json(const job::BiasJobReport& report) {
  ordered_json violations = ordered_json::array();
  for (const auto& violation : report.violations)
    violations.push_back({{"facet", violation.facet},
                          {"facet_value", violation.facet_value},
                          {"metric_name", violation.metric},
                          {"description", violation.description}});
  const ordered_json root = {
      {"rows", report.report.rows},          {"analysis", ordered_json::parse(monitor::analysis_json(report.report))},
      {"violations", std::move(violations)}, {"quarantined", report.quarantined},
      {"exit_message", report.exit_message}, {"files", report.written}};
  fmt::print("{}\n", root.dump(2, ' ', false, ordered_json::error_handler_t::replace));
}

int run(Options& options) {
  const auto environment = container_environment(options.container);
  if (!environment) return report_error(environment.error(), options.container.json);
  options.job.baseline = options.container.baseline;
  std::unique_ptr<model::Predictor> model;
  if (options.model.any()) {
    const auto& attribute = environment->inference_attribute.empty() ? environment->probability_attribute
                                                                     : environment->inference_attribute;
    auto opened =
        open_model(options.model, {.content_type = {}, .accept = {}, .content_template = {}, .attribute = attribute});
    if (!opened) return report_error(opened.error(), options.container.json);
    model = *std::move(opened);
    options.job.model = model.get();
  }
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  const auto report = job::run_bias_job(*environment, options.job, now);
  if (!report) return report_error(report.error(), options.container.json);
  if (options.container.json)
    print_json(*report);
  else
    print_summary(*report);
  return options.container.fail_on_violation && !report->violations.empty() ? 1 : 0;
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
  app.add_option("--threads", options->job.threads, "Threads for the flip test; results do not depend on it.")
      ->capture_default_str();
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

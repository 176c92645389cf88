#include "sim/cli/job/attribution_command.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <numeric>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/job/attribution/attribution_job.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/job/model_options.hpp"
#include "sim/cli/progress/progress.hpp"

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
  if (report.rejected_count > 0) {
    const auto& first = report.rejected.front();
    fmt::print("\n{} records rejected, the first is {}:{}: {}\n", report.rejected_count, first.file, first.line,
               first.reason);
  }
  fmt::print("\n{}\n", report.exit_message);
  for (const auto& file : report.written) fmt::print("{}\n", file);
}

void print_json(const job::AttributionJobReport& report) {
  ordered_json violations = ordered_json::array();
  ordered_json drift = ordered_json::object();
  for (const auto& label : report.drift) {
    drift[label.label] = std::isnan(label.ndcg) ? ordered_json("NaN") : ordered_json(label.ndcg);
    if (label.violates)
      violations.push_back({{"label", label.label}, {"metric_name", "shap"}, {"description", label.description}});
  }
  ordered_json rejected = ordered_json::array();
  for (const auto& record : report.rejected)
    rejected.push_back({{"file", record.file}, {"line", record.line}, {"reason", record.reason}});
  const ordered_json root = {{"rows_read", report.rows_read},
                             {"rows", report.report.rows},
                             {"baseline_rows", report.report.baseline_rows},
                             {"calls", report.report.calls},
                             {"analysis", ordered_json::parse(monitor::analysis_json(report.report))},
                             {"ndcg", std::move(drift)},
                             {"violations", std::move(violations)},
                             {"rejected_count", report.rejected_count},
                             {"rejected", std::move(rejected)},
                             {"exit_message", report.exit_message},
                             {"files", report.written}};
  fmt::print("{}\n", root.dump(2, ' ', false, ordered_json::error_handler_t::replace));
}

int run(Options& options) {
  const auto environment = container_environment(options.container);
  if (!environment) return report_error(environment.error(), options.container.json);
  options.job.baseline = options.container.baseline;
  options.job.calls = options.model.calls;
  const job::OpenModel open = [&](const monitor::AttributionSettings& settings) {
    const auto& attribute = environment->probability_attribute.empty() ? environment->inference_attribute
                                                                       : environment->probability_attribute;
    return open_model(options.model, {.content_type = settings.content_type,
                                      .accept = settings.accept_type,
                                      .content_template = settings.content_template,
                                      .attribute = attribute});
  };
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  Result<job::AttributionJobReport> report = input_error("");
  {
    Progress progress(environment->dataset_source.string(), "percent");
    options.job.progress = [&](double share) { progress.show(share * 100.0, 100.0); };
    report = job::run_attribution_job(*environment, options.job, open, now);
  }
  if (!report) return report_error(report.error(), options.container.json);
  if (options.container.json)
    print_json(*report);
  else
    print_summary(*report);
  return options.container.fail_on_violation && report->violations > 0 ? 1 : 0;
}

}  // namespace

RunJob declare_attribution(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_container_options(app, options->container,
                        {"dataset_source", "dataset_format", "output_path", "features_attribute", "inference_attribute",
                         "probability_attribute", "baseline_constraints", "publish_cloudwatch_metrics",
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

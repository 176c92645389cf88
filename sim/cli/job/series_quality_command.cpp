#include "sim/cli/job/series_quality_command.hpp"

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/forecast/deepar_format.hpp"
#include "core/job/series_quality/series_job.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/job/monitoring_command.hpp"

namespace driftlab::cli {
namespace {

using nlohmann::ordered_json;

struct Options {
  ContainerOptions container;
  job::SeriesJob job;
  std::string freq;
  std::size_t season = 0;
};

constexpr std::size_t kShown = 20;

/// The worst steps or items first; "" for none.
void print_parts(const job::SeriesReport& report, bool items) {
  std::vector<const job::SeriesReport::Part*> parts;
  for (const auto& part : report.parts)
    if (part.group.item.has_value() == items) parts.push_back(&part);
  if (parts.size() < 2) return;
  std::stable_sort(parts.begin(), parts.end(), [](const auto* a, const auto* b) { return a->loss > b->loss; });
  fmt::print("\n{} by mean weighted quantile loss, worst first\n", items ? "Items" : "Horizon steps");
  for (std::size_t i = 0; i < std::min<std::size_t>(parts.size(), 5); ++i)
    fmt::print("  {:<24}{:>12.6g}{:>10} cells\n",
               items ? *parts[i]->group.item : std::to_string(*parts[i]->group.horizon), parts[i]->loss.value_or(0.0),
               parts[i]->cells);
  if (parts.size() > 5) fmt::print("  … and {} more in statistics.json\n", parts.size() - 5);
}

template <class List, class Print>
void print_first(const List& list, const Print& print) {
  for (std::size_t i = 0; i < std::min(list.size(), kShown); ++i) print(list[i]);
  if (list.size() > kShown) fmt::print("… and {} more\n", list.size() - kShown);
}

void print_summary(const job::SeriesReport& report) {
  fmt::print("{} forecasts of {} items, {} values with truth, {} without\n\n", report.forecasts, report.items,
             report.cells, report.missing_actuals);
  for (const auto& value : report.values) fmt::print("{:<32}{:>12.6g}\n", value.name, value.value);
  print_parts(report, false);
  print_parts(report, true);
  for (const auto& drift : report.residuals)
    if (drift.group.is_whole())
      fmt::print("\nresiduals against the baseline's: distance {:.4f}, p-value {:.3g}\n", drift.distance,
                 drift.p_value);
  if (!report.violations.empty()) fmt::print("\n");
  print_first(report.violations, [](const auto& violation) { fmt::print("{}\n", violation.description); });
  if (!report.notes.empty()) fmt::print("\n");
  print_first(report.notes, [](const auto& note) { fmt::print("note: {}\n", note); });
  print_rejected(report.rejected_count, "lines", report.rejected, report.read);
  print_outcome(report.exit_message, report.written);
}

ordered_json with_group(ordered_json json, const monitor::SeriesGroup& group) {
  if (group.horizon) json["horizon"] = *group.horizon;
  if (group.item) json["item"] = *group.item;
  return json;
}

ordered_json to_json(const job::SeriesReport& report) {
  ordered_json metrics = ordered_json::object();
  for (const auto& value : report.values) metrics[value.name] = value.value;
  ordered_json violations = ordered_json::array();
  for (const auto& violation : report.violations)
    violations.push_back(with_group({{"metric_name", violation.metric},
                                     {"constraint_check_type", violation.check},
                                     {"description", violation.description}},
                                    violation.group));
  ordered_json residuals = ordered_json::array();
  for (const auto& drift : report.residuals)
    residuals.push_back(with_group({{"distance", drift.distance}, {"p_value", drift.p_value}}, drift.group));
  return {{"forecasts", report.forecasts},
          {"items", report.items},
          {"horizons", report.horizons},
          {"cells", report.cells},
          {"missing_actuals", report.missing_actuals},
          {"read", report.read},
          {"metrics", std::move(metrics)},
          {"residual_drift", std::move(residuals)},
          {"violations", std::move(violations)},
          {"notes", report.notes},
          {"rejected_count", report.rejected_count},
          {"rejected", rejected_json(report.rejected)},
          {"exit_message", report.exit_message},
          {"files", report.written}};
}

int run(Options& options) {
  if (!options.freq.empty()) {
    const auto freq = forecast::parse_time_freq(options.freq);
    if (!freq) return report_error(freq.error(), options.container.json);
    options.job.freq = *freq;
  }
  if (options.season > 0) options.job.season = options.season;
  return run_monitoring_job(options.container, options.job, job::run_series_job,
                            MonitoringCommand<job::SeriesReport>{.run = {},
                                                                 .print_summary = print_summary,
                                                                 .to_json = to_json,
                                                                 .violations = [](const job::SeriesReport& report) {
                                                                   return report.violations.size();
                                                                 }});
}

}  // namespace

RunJob declare_series_quality(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_container_options(
      app, options->container,
      {"dataset_source", "batch_data_root", "dataset_format", "ground_truth_source", "output_path",
       "inference_attribute", "ground_truth_attribute", "item_attribute", "timestamp_attribute", "horizon_attribute",
       "baseline_constraints", "baseline_statistics", "publish_cloudwatch_metrics", "sagemaker_endpoint_name",
       "sagemaker_monitoring_schedule_name", "start_time", "end_time"});
  auto& job = options->job;
  app.add_option("--freq", options->freq,
                 "Step of captured requests and of series of truth, which do not say it, e.g. --freq 1min");
  app.add_option("--season", options->season,
                 "Steps of a season of captured requests, for MASE and MSIS, e.g. --season 24");
  app.add_option("--quantiles", job.levels, "Levels that sample paths are turned into, e.g. --quantiles 0.05,0.5,0.95")
      ->delimiter(',');
  app.add_option("--margin", job.suggest.margin, "Share by which suggested thresholds are loosened, e.g. --margin 0.1")
      ->capture_default_str();
  app.add_option("--horizon-metrics", job.suggest.horizon_metrics,
                 "Metrics to constrain at each step, e.g. --horizon-metrics mean_weighted_quantile_loss")
      ->delimiter(',');
  app.add_option("--item-metrics", job.suggest.item_metrics,
                 "Metrics to constrain for each item, e.g. --item-metrics mase,interval_coverage")
      ->delimiter(',');
  app.add_option("--max-rejected", job.bad_share_max, "Share of unusable lines above which the job fails.")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.footer(
      "Examples:\n"
      "  driftlab job series-quality --baseline --dataset-source backtest.csv --output-path base --margin 0.1\n"
      "  driftlab job series-quality --dataset-source captures/ --ground-truth-source truth.jsonl --freq 1min \\\n"
      "    --baseline-constraints base/constraints.json --output-path out --fail-on-violation\n"
      "backtest.csv has columns such as item_id,timestamp,horizon,0.1,0.5,0.9,actual.");
  return [options] { return run(*options); };
}

}  // namespace driftlab::cli

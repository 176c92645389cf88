#include "sim/cli/job/data_quality_command.hpp"

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/job/data_quality/data_quality_job.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/job/monitoring_command.hpp"

namespace driftlab::cli {
namespace {

using nlohmann::ordered_json;

struct Options {
  ContainerOptions container;
  job::DataQualityJob job;
  std::string equal_items = "deequ";
  std::string integers = "accept";
};

constexpr std::size_t kShownViolations = 40;
constexpr std::size_t kShownNotes = 20;

void print_violations(const job::DataQualityReport& report) {
  const auto& violations = report.checks.violations;
  if (violations.empty()) return;
  fmt::print("\n{:<24} {:<26} {}\n", "column", "check", "what");
  for (std::size_t i = 0; i < std::min(violations.size(), kShownViolations); ++i)
    fmt::print("{:<24} {:<26} {}\n", violations[i].feature_name, violations[i].check, violations[i].description);
  if (violations.size() > kShownViolations) fmt::print("… and {} more\n", violations.size() - kShownViolations);
}

void print_columns(const job::DataQualityReport& report) {
  std::size_t numeric = 0;
  std::size_t incomplete = 0;
  for (const auto& feature : report.statistics.features) {
    numeric += feature.is_numeric() ? 1 : 0;
    incomplete += feature.missing > 0 ? 1 : 0;
  }
  fmt::print("{} rows, {} columns: {} numeric, {} of text; {} with missing cells\n", report.dataset.rows,
             report.statistics.features.size(), numeric, report.statistics.features.size() - numeric, incomplete);
}

void print_summary(const job::DataQualityReport& report) {
  print_columns(report);
  if (!report.checks.drift.empty()) {
    const auto worst = std::max_element(report.checks.drift.begin(), report.checks.drift.end(),
                                        [](const auto& a, const auto& b) { return a.second < b.second; });
    fmt::print("drift compared on {} columns, the largest distance is {:.4f} ({})\n", report.checks.drift.size(),
               worst->second, worst->first);
  }
  print_violations(report);
  std::vector<std::string> notes = report.constraints.notes;
  notes.insert(notes.end(), report.checks.notes.begin(), report.checks.notes.end());
  if (!notes.empty()) fmt::print("\n");
  for (std::size_t i = 0; i < std::min(notes.size(), kShownNotes); ++i) fmt::print("note: {}\n", notes[i]);
  if (notes.size() > kShownNotes) fmt::print("note: … and {} more\n", notes.size() - kShownNotes);
  print_rejected(report.dataset.rejected_count, "records", report.dataset.rejected);
  print_outcome(report.exit_message, report.written);
}

ordered_json to_json(const job::DataQualityReport& report) {
  ordered_json violations = ordered_json::array();
  for (const auto& violation : report.checks.violations)
    violations.push_back({{"feature_name", violation.feature_name},
                          {"constraint_check_type", violation.check},
                          {"description", violation.description}});
  std::vector<std::string> notes = report.constraints.notes;
  notes.insert(notes.end(), report.checks.notes.begin(), report.checks.notes.end());
  return {{"rows", report.dataset.rows},
          {"columns", report.statistics.features.size()},
          {"rejected_count", report.dataset.rejected_count},
          {"rejected", rejected_json(report.dataset.rejected)},
          {"drift", report.checks.drift},
          {"violations", std::move(violations)},
          {"notes", std::move(notes)},
          {"exit_message", report.exit_message},
          {"files", report.written}};
}

int run(Options& options) {
  options.job.checks.equal_items =
      options.equal_items == "deequ" ? metric::EqualItems::Collapse : metric::EqualItems::Add;
  options.job.checks.integral_is_fractional = options.integers == "accept";
  return run_monitoring_job(
      options.container, options.job, job::run_data_quality_job,
      MonitoringCommand<job::DataQualityReport>{
          .run = {},
          .print_summary = print_summary,
          .to_json = to_json,
          .violations = [](const job::DataQualityReport& report) { return report.checks.violations.size(); }});
}

}  // namespace

RunJob declare_data_quality(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_container_options(app, options->container,
                        {"dataset_source", "batch_data_root", "dataset_format", "output_path", "baseline_constraints",
                         "baseline_statistics", "publish_cloudwatch_metrics", "sagemaker_endpoint_name",
                         "sagemaker_monitoring_schedule_name", "start_time", "end_time", "categorical_drift_method"});
  app.add_option("--threads", options->job.threads,
                 "Threads for the columns (default: one a processor); results do "
                 "not depend on it.");
  app.add_option("--merge", options->job.merge,
                 "Baselines of other chunks to merge into this one, in order, e.g. --merge week1/ week2/; "
                 "--dataset-source may then be left out.");
  app.add_option("--max-rejected", options->job.max_rejected, "Share of unusable records above which the job fails.")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--record-transform", options->job.record_transform,
                 "JSON file of columns and expressions to analyse instead of the record's own.");
  app.add_option(
      "--record-process", options->job.record_process,
      "Shell command over the dataset's lines that writes JSON Lines, e.g. --record-process 'jq -c .features'");
  app.add_option("--equal-values", options->equal_items,
                 "How equal numbers count in drift: deequ (collapse, as the "
                 "service does) or textbook.")
      ->check(CLI::IsMember({"deequ", "textbook"}))
      ->capture_default_str();
  app.add_option("--integers-in-fractional", options->integers, "Whether whole numbers satisfy a Fractional column.")
      ->check(CLI::IsMember({"accept", "mismatch"}))
      ->capture_default_str();
  app.add_flag("--check-non-negative", options->job.checks.check_non_negative,
               "Also report negative numbers where the baseline had none.");
  app.footer(
      "Examples:\n"
      "  driftlab job data-quality --baseline --dataset-source train.csv --output-path base\n"
      "  driftlab job data-quality --dataset-source today.csv --baseline-constraints base/constraints.json \\\n"
      "    --baseline-statistics base/statistics.json --output-path out --fail-on-violation");
  return [options] { return run(*options); };
}

}  // namespace driftlab::cli

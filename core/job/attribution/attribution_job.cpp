#include "core/job/attribution/attribution_job.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/rng.hpp"
#include "core/job/attribution/feature_source.hpp"
#include "core/job/container/files.hpp"
#include "core/job/container/outcome.hpp"
#include "core/monitor/profile/exit_message.hpp"
#include "core/monitor/quality_files.hpp"

namespace driftlab::job {
namespace {

using nlohmann::ordered_json;

Result<monitor::AttributionSettings> read_settings(const std::filesystem::path& config) {
  const auto text = read_text(config);
  if (!text) return text.error();
  auto settings = monitor::read_attribution_settings(*text, config.string());
  if (!settings || settings->baseline.path.empty()) return settings;
  auto path = std::filesystem::path(settings->baseline.path);
  if (path.is_relative()) path = config.parent_path() / path;
  auto rows = read_plain_rows(path);
  if (!rows) return input_error(fmt::format("methods.shap.baseline: {}", rows.error().message));
  settings->baseline.rows = *std::move(rows);
  return settings;
}

Result<> check_rejected(const FeatureDataset& dataset, double limit) {
  const auto records = dataset.features.rows.size() + dataset.rejected_count;
  if (static_cast<double>(dataset.rejected_count) <= limit * static_cast<double>(records) &&
      !dataset.features.rows.empty())
    return {};
  const auto& first = dataset.rejected.front();
  return input_error(fmt::format("{} of {} records cannot be used, more than the limit of {} %; the first is {}:{}: {}",
                                 dataset.rejected_count, records, limit * 100.0, first.file, first.line, first.reason));
}

/// Some of the rows, in their order: a partial Fisher–Yates draw.
void draw_rows(monitor::CellRows& rows, std::size_t count, std::uint64_t seed) {
  if (count == 0 || count >= rows.size()) return;
  Rng rng(seed, "job", "attribution-rows");
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = 0; i < count; ++i) std::swap(order[i], order[i + rng.below(order.size() - i)]);
  order.resize(count);
  std::sort(order.begin(), order.end());
  monitor::CellRows drawn;
  for (const std::size_t row : order) drawn.push_back(std::move(rows[row]));
  rows = std::move(drawn);
}

std::vector<ops::cloudwatch::MetricDatum> to_data(const ContainerEnvironment& environment,
                                                  const monitor::AttributionReport& report) {
  std::vector<ops::cloudwatch::MetricDatum> data;
  const auto add = [&](const std::string& name, const std::string& label, const char* value_type, double value) {
    ops::cloudwatch::MetricDatum datum{
        .metric_name = name, .dimensions = monitor_dimensions(environment), .value = value};
    datum.dimensions.push_back({"ExplainabilityMethod", "KernelShap"});
    if (!label.empty()) datum.dimensions.push_back({"Label", label});
    datum.dimensions.push_back({"ValueType", value_type});
    data.push_back(std::move(datum));
  };
  for (const auto& label : report.labels) {
    for (std::size_t i = 0; i < report.features.size(); ++i)
      add("feature_" + report.features[i], label.label, "GlobalShapValues", label.global[i]);
    add("ExpectedValue", label.label, "ExpectedValue", label.expected_value);
  }
  return data;
}

Result<monitor::AttributionReport> explain_rows(const FeatureDataset& dataset,
                                                const monitor::AttributionSettings& settings, model::Predictor& model,
                                                const AttributionJob& job) {
  const monitor::ModelCall call = [&](std::span<const double> values, const monitor::ColumnTexts& texts) {
    return model.scores({.values = values, .texts = texts});
  };
  return monitor::explain(dataset.features, settings, call,
                          {.rows_per_call = model.rows_per_call(),
                           .calls = job.calls,
                           .progress = job.progress,
                           .mixes = [&](std::span<const double> values, const monitor::ColumnTexts& texts) {
                             return model.mixes({.values = values, .texts = texts});
                           }});
}

/// The file itself, or analysis.json in a folder: a container gets folders.
std::filesystem::path analysis_file(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored) ? path / "analysis.json" : path;
}

Result<> compare(const ContainerEnvironment& environment, const AttributionJob& job, AttributionJobReport& result) {
  if (job.baseline || environment.baseline_constraints.empty()) return {};
  const auto path = analysis_file(environment.baseline_constraints);
  const auto baseline = read_text(path);
  if (!baseline) return baseline.error();
  auto drift = monitor::find_attribution_drift(result.report, *baseline, path.string(), job.threshold);
  if (!drift) return drift.error();
  result.drift = *std::move(drift);
  for (const auto& label : result.drift) result.violations += label.violates ? 1 : 0;
  return {};
}

}  // namespace

Result<AttributionJobReport> run_attribution_job(const ContainerEnvironment& environment, const AttributionJob& job,
                                                 const OpenModel& open_model, Instant now) {
  if (environment.dataset_source.empty()) return input_error("dataset_source is missing; expected a file or folder");
  if (environment.output_path.empty()) return input_error("output_path is missing; expected a folder");
  const auto settings = read_settings(job.config);
  if (!settings) return settings.error();
  auto dataset = read_features(environment, settings->features(), settings->label);
  if (!dataset) return dataset.error();
  if (auto ok = check_rejected(*dataset, job.bad_share_max); !ok) return ok.error();
  AttributionJobReport result;
  result.rows_read = dataset->features.rows.size();
  draw_rows(dataset->features.rows, job.rows_max, settings->seed);
  auto model = open_model(*settings);
  if (!model) return model.error();
  auto report = explain_rows(*dataset, *settings, **model, job);
  if (!report) return report.error();
  result.report = *std::move(report);
  result.rejected = std::move(dataset->rejected);
  result.rejected_count = dataset->rejected_count;
  if (auto ok = compare(environment, job, result); !ok) return ok.error();
  result.exit_message = monitor::exit_message(result.violations);

  ContainerResult files{.files = {{"analysis.json", monitor::analysis_json(result.report)}},
                        .message = result.exit_message,
                        .metrics = {}};
  if (!job.baseline) files.metrics = to_data(environment, result.report);
  if (settings->save_local_values)
    files.files.emplace_back("explanations_shap/out.csv", monitor::local_values_csv(result.report));
  if (result.violations > 0)
    files.files.emplace_back("constraint_violations.json", monitor::attribution_violations_json(result.drift));
  if (!result.rejected.empty()) files.files.emplace_back(kQuarantineFile, quarantine_lines(result.rejected));
  if (auto ok = write_result(environment, files, now); !ok) return ok.error();
  for (const auto& [name, bytes] : files.files) result.written.push_back((environment.output_path / name).string());
  return result;
}

}  // namespace driftlab::job

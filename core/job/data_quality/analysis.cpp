#include "core/job/data_quality/analysis.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/job/container/outcome.hpp"
#include "core/monitor/profile/exit_message.hpp"
#include "core/monitor/profile/profile_state.hpp"

namespace driftlab::job {
namespace {

std::vector<ops::cloudwatch::MetricDatum> to_metrics(const ContainerEnvironment& environment,
                                                     const std::vector<monitor::FeatureMetric>& metrics) {
  std::vector<ops::cloudwatch::MetricDatum> data;
  for (const auto& metric : metrics) {
    ops::cloudwatch::MetricDatum datum{
        .metric_name = metric.name, .dimensions = monitor_dimensions(environment), .value = metric.value};
    datum.dimensions.push_back({"Feature", metric.feature});
    if (metric.set)
      datum.statistic_values = ops::cloudwatch::StatisticSet{.sample_count = metric.set->sample_count,
                                                             .sum = metric.set->sum,
                                                             .minimum = metric.set->minimum,
                                                             .maximum = metric.set->maximum};
    data.push_back(std::move(datum));
  }
  return data;
}

Result<> check_rejected(const monitor::DatasetProfile& dataset, double limit) {
  const auto records = static_cast<double>(dataset.rows + dataset.rejected_count);
  const auto rejected = static_cast<double>(dataset.rejected_count);
  if (records == 0.0) return not_found("NoInputData", "Job inputs had no data");
  if (rejected <= limit * records && dataset.rows > 0) return {};
  const auto& first = dataset.rejected.front();
  return input_error(fmt::format("{} of {} records cannot be used, more than the limit of {} %; the first is {}:{}: {}",
                                 dataset.rejected_count, dataset.rows + dataset.rejected_count, limit * 100.0,
                                 first.file, first.line, first.reason));
}

monitor::DatasetProfile merged(std::vector<monitor::DatasetProfile> parts, monitor::DatasetProfile* last) {
  monitor::DatasetProfile whole = std::move(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) whole.merge(std::move(parts[i]));
  if (last) whole.merge(std::move(*last));
  return whole;
}

}  // namespace

Result<DataQualityReference> read_data_quality_reference(const ContainerEnvironment& environment,
                                                         const std::string& constraints_json,
                                                         const std::string& constraints_file,
                                                         const std::optional<std::string>& statistics_json,
                                                         const std::string& statistics_file) {
  DataQualityReference reference;
  auto constraints = monitor::read_constraints_file(constraints_json, constraints_file);
  if (!constraints) return constraints.error();
  reference.constraints = *std::move(constraints);
  if (!environment.categorical_drift_method.empty())
    reference.constraints.config.categorical_drift_method = environment.categorical_drift_method == "ChiSquared"
                                                                ? monitor::CategoricalDriftMethod::ChiSquared
                                                                : monitor::CategoricalDriftMethod::LInfinity;
  if (!statistics_json) return reference;
  auto statistics = monitor::read_statistics(*statistics_json, statistics_file);
  if (!statistics) return statistics.error();
  reference.statistics = *std::move(statistics);
  return reference;
}

Result<DataQualityAnalysis> analyse_data_quality(monitor::RowSource* source, std::vector<monitor::DatasetProfile> parts,
                                                 const std::optional<DataQualityReference>& reference,
                                                 const ContainerEnvironment& environment, const DataQualityJob& job,
                                                 double total_bytes) {
  const monitor::Constraints constraints = reference ? reference->constraints : monitor::Constraints();
  // Whether columns go by name or by place shows with the first row; their names cannot be confused.
  monitor::ProfileOptions options{.threads = job.threads,
                                  .watched = monitor::domains_to_watch(constraints, /*by_position=*/false)};
  options.watched.merge(monitor::domains_to_watch(constraints, /*by_position=*/true));
  if (job.progress)
    options.progress = [&](std::uint64_t bytes) { job.progress(static_cast<double>(bytes) / total_bytes); };
  Result<monitor::DatasetProfile> dataset =
      source ? monitor::profile_dataset(*source, options) : Result<monitor::DatasetProfile>(monitor::DatasetProfile());
  if (!dataset) return dataset.error();
  if (!parts.empty()) dataset = merged(std::move(parts), source ? &*dataset : nullptr);
  if (const auto usable = check_rejected(*dataset, job.max_rejected); !usable) return usable.error();

  monitor::CheckOptions checks = job.checks;
  checks.by_position = source && source->columns_are_positions();
  DataQualityAnalysis analysis;
  auto& [report, result] = analysis;
  if (!reference) {
    auto baseline = monitor::data_quality_baseline(*dataset, environment.categorical_drift_method == "ChiSquared"
                                                                 ? monitor::CategoricalDriftMethod::ChiSquared
                                                                 : monitor::CategoricalDriftMethod::LInfinity);
    report.statistics = std::move(baseline.statistics);
    report.constraints = std::move(baseline.constraints);
    report.exit_message = monitor::exit_message(0);
    result.files = {{"statistics.json", std::move(baseline.statistics_json)},
                    {"constraints.json", std::move(baseline.constraints_json)},
                    {kProfileState, monitor::write_profile_state(*dataset)}};
  } else {
    auto run = monitor::run_data_quality(*dataset, reference->constraints, reference->statistics, checks);
    report.statistics = std::move(run.statistics);
    report.constraints = reference->constraints;
    report.checks = std::move(run.checks);
    report.exit_message = std::move(run.exit_message);
    result.files = {{"statistics.json", std::move(run.statistics_json)},
                    {"constraints.json", std::move(run.constraints_json)},
                    {"constraint_violations.json", std::move(run.violations_json)}};
    result.metrics = to_metrics(environment, run.metrics);
  }
  if (dataset->rejected_count > 0) result.files.emplace_back(kQuarantineFile, quarantine_lines(dataset->rejected));
  result.message = report.exit_message;
  report.dataset = *std::move(dataset);
  return analysis;
}

}  // namespace driftlab::job

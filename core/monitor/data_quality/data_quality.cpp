#include "core/monitor/data_quality/data_quality.hpp"

#include <fmt/format.h>

#include "core/monitor/profile/exit_message.hpp"

namespace driftlab::monitor {
namespace {

/// Metrics of one column, in the order in which the guide lists them; `name` is the column's in the constraints.
void append_metrics(std::vector<FeatureMetric>& metrics, const std::string& name, const ColumnProfile& profile,
                    std::optional<double> drift) {
  const metric::TypeCounts& types = profile.types();
  const auto add = [&](const char* prefix, double value) {
    metrics.push_back({.name = fmt::format("feature_{}_{}", prefix, name), .feature = name, .value = value});
  };
  const metric::ColumnType type = types.column_type();
  const metric::Moments& moments = profile.moments();
  if ((type == metric::ColumnType::Integral || type == metric::ColumnType::Fractional) && moments.count() > 0)
    metrics.push_back({.name = "feature_data_" + name,
                       .feature = name,
                       .set = FeatureMetric::Set{.sample_count = static_cast<double>(moments.count()),
                                                 .sum = moments.sum(),
                                                 .minimum = moments.min(),
                                                 .maximum = moments.max()}});
  add("non_null", static_cast<double>(types.present()));
  add("null", static_cast<double>(types.missing));
  add("completeness", types.completeness());
  add("estimated_unique_values", profile.estimated_distinct());
  add("fractional_counts", static_cast<double>(types.fractional));
  add("integral_counts", static_cast<double>(types.integral));
  add("string_counts", static_cast<double>(types.string));
  add("boolean_counts", static_cast<double>(types.boolean));
  add("unknown_counts", static_cast<double>(types.missing));
  if (drift) add("baseline_drift", *drift);
}

std::vector<FeatureMetric> metrics_of(const DatasetProfile& dataset, const Constraints& constraints,
                                      const CheckResult& checks, bool by_position) {
  std::vector<FeatureMetric> metrics;
  const auto columns = match_columns(dataset, constraints, by_position);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const FeatureConstraints& feature = constraints.features[i];
    if (!columns[i] || !feature.emit_metrics.value_or(constraints.config.emit_metrics)) continue;
    const auto drift = checks.drift.find(feature.name);
    append_metrics(metrics, feature.name, dataset.columns[*columns[i]].profile,
                   drift == checks.drift.end() ? std::nullopt : std::optional(drift->second));
  }
  return metrics;
}

}  // namespace

DataQualityBaseline data_quality_baseline(const DatasetProfile& dataset, CategoricalDriftMethod method) {
  DataQualityBaseline baseline;
  baseline.statistics = statistics_of(dataset);
  baseline.constraints = suggest_constraints(baseline.statistics, method);
  baseline.statistics_json = write_statistics(baseline.statistics);
  baseline.constraints_json = write_constraints(baseline.constraints);
  return baseline;
}

DataQualityRun run_data_quality(const DatasetProfile& dataset, const Constraints& constraints,
                                const std::optional<Statistics>& baseline, const CheckOptions& options) {
  DataQualityRun run;
  run.statistics = statistics_of(dataset);
  run.checks = check_dataset(dataset, run.statistics, constraints, baseline, options);
  run.metrics = metrics_of(dataset, constraints, run.checks, options.by_position);
  run.statistics_json = write_statistics(run.statistics);
  run.constraints_json =
      write_constraints(suggest_constraints(run.statistics, constraints.config.categorical_drift_method));
  run.violations_json = write_violations(run.checks.violations);
  run.exit_message = exit_message(run.checks.violations.size());
  return run;
}

}  // namespace driftlab::monitor

#include "core/monitor/series/series_monitor.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/metric/distance/kolmogorov.hpp"
#include "core/metric/sketch/drift_distance.hpp"
#include "core/monitor/data_quality/data_quality.hpp"
#include "core/monitor/profile/exit_message.hpp"

namespace driftlab::monitor {
namespace {

constexpr std::string_view kDrift = "residual_drift";

/// The score of a group; null where the profile has none.
const SeriesScore* score_of(const SeriesProfile& profile, const SeriesGroup& group) {
  if (group.is_whole()) return &profile.pooled();
  if (group.horizon) {
    const auto found = profile.horizons().find(*group.horizon);
    return found == profile.horizons().end() ? nullptr : &found->second;
  }
  const auto found = profile.items().find(*group.item);
  return found == profile.items().end() ? nullptr : &found->second;
}

/// Constraints on the values that are errors or qualities; `wanted` null: on all of them.
std::vector<SeriesConstraint> suggest(const SeriesScore& score, double margin, const std::set<std::string>* wanted) {
  std::vector<SeriesConstraint> constraints;
  for (const auto& value : score.values()) {
    const auto greater = larger_is_worse(value.name);
    if (!greater || (wanted && !wanted->contains(value.name))) continue;
    const double slack = margin * std::abs(value.value);
    constraints.push_back(
        {.metric = value.name, .threshold = *greater ? value.value + slack : value.value - slack, .greater = *greater});
  }
  return constraints;
}

Result<> check_wanted(const std::vector<std::string>& metrics) {
  for (const auto& name : metrics) {
    if (larger_is_worse(name)) continue;
    const std::vector<std::string> known{"mean_weighted_quantile_loss",
                                         "mean_absolute_quantile_loss",
                                         "crps",
                                         "coverage_error",
                                         "interval_coverage",
                                         "nd",
                                         "mae",
                                         "mse",
                                         "rmse",
                                         "nrmse",
                                         "mape",
                                         "smape",
                                         "mase",
                                         "msis",
                                         "weighted_quantile_loss_0.5"};
    return input_error(fmt::format("'{}' is no metric that can be constrained{}", name, suggestion(name, known)));
  }
  return {};
}

Result<> check_truth(const SeriesProfile& profile) {
  if (profile.pooled().score().cells() > 0) return {};
  return input_error(fmt::format("none of the {} forecast values has an actual value: no ground truth matches",
                                 profile.missing_actuals()));
}

SeriesConstraints suggested(const SeriesProfile& profile, const SeriesBaselineOptions& options) {
  SeriesConstraints constraints;
  constraints.groups[{}] = suggest(profile.pooled(), options.margin, nullptr);
  const std::set<std::string> steps(options.horizon_metrics.begin(), options.horizon_metrics.end());
  const std::set<std::string> items(options.item_metrics.begin(), options.item_metrics.end());
  if (!steps.empty())
    for (const auto& [step, score] : profile.horizons())
      constraints.groups[{.horizon = step, .item = {}}] = suggest(score, options.margin, &steps);
  if (!items.empty())
    for (const auto& [item, score] : profile.items())
      constraints.groups[{.horizon = {}, .item = item}] = suggest(score, options.margin, &items);
  constraints.residual_drift.per_horizon = !profile.horizons().empty();
  return constraints;
}

/// D less what the two sketches may be off by, so that compaction alone never makes a drift.
ResidualDistance residual_distance(const SeriesGroup& group, const metric::KllSketch& current,
                                   const ResidualSketch& baseline, bool robust) {
  metric::LInfinity gap = metric::numeric_drift(current, baseline.sketch, metric::EqualItems::Add);
  const double blur =
      static_cast<double>(current.rank_error_bound()) / gap.n + static_cast<double>(baseline.rank_error) / gap.m;
  gap.simple = std::max(0.0, gap.simple - blur);
  return {.group = group,
          .distance = robust ? gap.robust() : gap.simple,
          .p_value = metric::ks_p(gap.simple, static_cast<std::size_t>(gap.n), static_cast<std::size_t>(gap.m))};
}

/// One run while its parts are put together.
class Run {
 public:
  Run(const SeriesProfile& profile, const SeriesConstraints& constraints)
      : profile_(profile), constraints_(constraints) {}

  void judge_metrics() {
    for (const auto& [group, list] : constraints_.groups) {
      const SeriesScore* score = score_of(profile_, group);
      if (!score) {
        if (!list.empty()) run.notes.push_back(fmt::format("no forecast{} has an actual value", group.text()));
        continue;
      }
      const auto values = score->values();
      for (const auto& constraint : list) judge(group, constraint, values);
    }
  }

  void judge_residuals(const std::optional<ResidualSketches>& baseline) {
    const ResidualDrift& drift = constraints_.residual_drift;
    if (!drift.perform_comparison) return;
    if (!baseline) {
      run.notes.emplace_back("residual drift was not compared: there are no residual_sketches.json of the baseline");
      return;
    }
    for (const auto& [group, sketch] : *baseline) {
      if ((group.horizon && !drift.per_horizon) || (group.item && !drift.per_item)) continue;
      const SeriesScore* score = score_of(profile_, group);
      if (!score || score->residuals().count() == 0) continue;
      run.residuals.push_back(residual_distance(group, score->residuals(), sketch, drift.robust));
      const auto& found = run.residuals.back();
      publish(std::string(kDrift), group, found.distance);
      if (!constraints_.evaluate_constraints || found.distance <= drift.threshold) continue;
      run.violations.push_back(
          {.group = group,
           .metric = std::string(kDrift),
           .check = "residual_drift_check",
           .description =
               fmt::format("Residual drift distance{}: {} exceeds threshold: {} (p-value {})", group.text(),
                           java_double(found.distance), java_double(drift.threshold), java_double(found.p_value))});
    }
  }

  void publish_values() {
    for (const auto& value : profile_.pooled().values()) publish(value.name, {}, value.value);
  }

  SeriesRun run;

 private:
  void judge(const SeriesGroup& group, const SeriesConstraint& constraint, const std::vector<SeriesValue>& values) {
    const auto found = std::find_if(values.begin(), values.end(),
                                    [&](const SeriesValue& value) { return value.name == constraint.metric; });
    if (found == values.end()) {
      run.notes.push_back(fmt::format("{}{} is not defined for these forecasts", constraint.metric, group.text()));
      return;
    }
    if (!group.is_whole()) publish(found->name, group, found->value);
    const bool violated =
        constraint.greater ? found->value > constraint.threshold : found->value < constraint.threshold;
    if (!violated || !constraints_.evaluate_constraints) return;
    const std::string check = constraint.greater ? "GreaterThanThreshold" : "LessThanThreshold";
    run.violations.push_back(
        {.group = group,
         .metric = constraint.metric,
         .check = check,
         .description = fmt::format("Metric {}{} with {} was {} '{}'", constraint.metric, group.text(),
                                    java_double(found->value), check, java_double(constraint.threshold))});
  }

  void publish(std::string name, const SeriesGroup& group, double value) {
    if (constraints_.emit_metrics) run.metrics.push_back({std::move(name), group, value});
  }

  const SeriesProfile& profile_;
  const SeriesConstraints& constraints_;
};

}  // namespace

Result<SeriesBaseline> series_baseline(const SeriesProfile& profile, const SeriesBaselineOptions& options, Instant at) {
  if (!(options.margin >= 0.0) || std::isinf(options.margin))
    return input_error(fmt::format("the margin is {}; expected a share from 0 on", options.margin));
  for (const auto* metrics : {&options.horizon_metrics, &options.item_metrics})
    if (const auto good = check_wanted(*metrics); !good) return good.error();
  if (const auto good = check_truth(profile); !good) return good.error();
  SeriesBaseline baseline;
  baseline.constraints = suggested(profile, options);
  baseline.statistics_json = write_series_statistics(profile, {}, at);
  baseline.constraints_json = write_series_constraints(baseline.constraints);
  baseline.sketches_json = write_residual_sketches(residual_sketches(profile));
  return baseline;
}

Result<SeriesRun> run_series(const SeriesProfile& profile, const SeriesConstraints& constraints,
                             const std::optional<ResidualSketches>& baseline, Instant at) {
  if (const auto good = check_truth(profile); !good) return good.error();
  Run run(profile, constraints);
  run.run.notes = constraints.notes;
  run.publish_values();
  run.judge_metrics();
  run.judge_residuals(baseline);
  SeriesRun result = std::move(run.run);
  result.statistics_json = write_series_statistics(profile, result.residuals, at);
  result.constraints_json = write_series_constraints(suggested(profile, {}));
  result.violations_json = write_series_violations(result.violations);
  result.exit_message = exit_message(result.violations.size());
  return result;
}

}  // namespace driftlab::monitor

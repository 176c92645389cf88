#include "core/monitor/data_quality/checks.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::monitor {
namespace {

using metric::ColumnType;
using metric::TypeCounts;

/// Cells that are of the expected type.
std::uint64_t matching(const TypeCounts& types, ColumnType expected, bool integral_is_fractional) {
  switch (expected) {
    case ColumnType::Integral:
      return types.integral;
    case ColumnType::Fractional:
      return types.fractional + (integral_is_fractional ? types.integral : 0);
    case ColumnType::Boolean:
    case ColumnType::String:
    case ColumnType::Unknown:
      return types.present();
  }
  return types.present();
}

double share(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// One run over all columns.
class Checker {
 public:
  Checker(const DatasetProfile& dataset, const Statistics& current, const Constraints& constraints,
          const std::optional<Statistics>& baseline, const CheckOptions& options)
      : dataset_(dataset), current_(current), constraints_(constraints), baseline_(baseline), options_(options) {}

  CheckResult run() && {
    const auto columns = match_columns(dataset_, constraints_, options_.by_position);
    if (constraints_.config.evaluate_constraints) check_column_count(columns);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i]) continue;
      const FeatureConstraints& feature = constraints_.features[i];
      const bool evaluate = feature.evaluate_constraints.value_or(constraints_.config.evaluate_constraints);
      if (evaluate) check_cells(feature, dataset_.columns[*columns[i]].profile);
      if (constraints_.config.perform_comparison && baseline_) check_drift(feature, i, *columns[i], evaluate);
    }
    return std::move(result_);
  }

 private:
  void violate(const std::string& feature, const char* check, std::string description) {
    result_.violations.push_back({feature, check, std::move(description)});
  }

  void check_column_count(const std::vector<std::optional<std::size_t>>& columns) {
    const std::size_t now = dataset_.columns.size();
    const std::size_t then = constraints_.features.size();
    const auto text = [&](const char* what) {
      return fmt::format(
          "There are {} columns in current dataset. Number of columns in current dataset: {}, Number of columns in "
          "baseline constraints: {}",
          what, now, then);
    };
    if (now < then) violate("Missing columns", "missing_column_check", text("missing"));
    if (now > then) violate("Extra columns", "extra_column_check", text("extra"));
    check_names(columns, now == then);
  }

  /// Counts say nothing of a column that was renamed: the service would pass over it, here it is a violation.
  void check_names(const std::vector<std::optional<std::size_t>>& columns, bool same_count) {
    std::vector<bool> known(dataset_.columns.size(), false);
    for (const auto& column : columns)
      if (column) known[*column] = true;
    std::vector<std::string> unknown;
    for (std::size_t i = 0; i < known.size(); ++i)
      if (!known[i]) unknown.push_back(dataset_.columns[i].name);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i]) continue;
      const std::string& name = constraints_.features[i].name;
      const auto nearest = nearest_name(name, unknown);
      const std::string text =
          fmt::format("Column '{}' of the baseline constraints is not in the current dataset{}", name,
                      nearest ? fmt::format("; '{}' is there and has no constraints", *nearest) : std::string());
      if (same_count)
        violate(name, "missing_column_check", text);
      else
        result_.notes.push_back(text);
    }
    for (const auto& name : unknown)
      result_.notes.push_back(fmt::format("Column '{}' of the current dataset has no constraints", name));
  }

  void check_cells(const FeatureConstraints& feature, const ColumnProfile& profile) {
    const TypeCounts& types = profile.types();
    if (types.present() > 0 && feature.type != ColumnType::Unknown) {
      const double match = share(matching(types, feature.type, options_.integral_is_fractional), types.present());
      const double required = constraints_.config.datatype_check_threshold;
      if (match < required)
        violate(feature.name, "data_type_check",
                fmt::format("Data type match requirement is not met. Expected data type: {}, Expected match: {}%. "
                            "Observed: Only {}% of data is {}.",
                            metric::to_string(feature.type), java_double(required * 100.0), java_double(match * 100.0),
                            metric::to_string(feature.type)));
    }
    if (feature.completeness && types.completeness() < *feature.completeness)
      violate(feature.name, "completeness_check",
              fmt::format("Value: {} does not meet the constraint requirement! ", java_double(types.completeness())));
    if (feature.domains && types.present() > 0) {
      const double inside = share(profile.watched_count(), types.present());
      if (inside < constraints_.config.domain_content_threshold)
        violate(feature.name, "categorical_values_check",
                fmt::format("Value: {} does not meet the constraint requirement!", java_double(inside)));
    }
    const bool negative = profile.moments().count() > 0 && profile.moments().min() < 0.0;
    if (options_.check_non_negative && feature.is_non_negative.value_or(false) && negative)
      violate(feature.name, "is_non_negative_check",
              fmt::format("Value: {} does not meet the constraint requirement!", java_double(profile.moments().min())));
  }

  void check_drift(const FeatureConstraints& feature, std::size_t place, std::size_t column, bool evaluate) {
    const FeatureStatistics* baseline =
        baseline_->find(feature.name)
            ? baseline_->find(feature.name)
            : (options_.by_position && place < baseline_->features.size() ? &baseline_->features[place] : nullptr);
    if (baseline == nullptr) return note(feature, "is not in the baseline statistics");
    const FeatureStatistics& current = current_.features[column];
    if (current.present == 0) return note(feature, "has no values");
    if (current.is_numeric() && baseline->is_numeric()) return numeric_drift(feature, current, *baseline, evaluate);
    if (current.strings && baseline->strings) return categorical_drift(feature, current, *baseline, evaluate);
    note(feature, fmt::format("is {} now and was {}: no distance between them", metric::to_string(current.type),
                              metric::to_string(baseline->type)));
  }

  void numeric_drift(const FeatureConstraints& feature, const FeatureStatistics& current,
                     const FeatureStatistics& baseline, bool evaluate) {
    const auto& then = baseline.numerical->sketch;
    const auto& now = current.numerical->sketch;
    if (!then || then->count() == 0) return note(feature, "has no sketch in the baseline statistics");
    if (!now || now->count() == 0) return note(feature, "has no finite numbers");
    const auto drift = metric::numeric_drift(*now, *then, options_.equal_items);
    const bool simple = constraints_.config.comparison_method == ComparisonMethod::Simple;
    judge(feature, simple ? drift.simple : drift.robust(), constraints_.config.comparison_threshold, evaluate);
  }

  void categorical_drift(const FeatureConstraints& feature, const FeatureStatistics& current,
                         const FeatureStatistics& baseline, bool evaluate) {
    const auto& then = baseline.strings->counts;
    const auto& now = current.strings->counts;
    if (!then || then->empty() || !now || now->empty())
      return note(feature, fmt::format("has no histogram {}", !then || then->empty() ? "in the baseline" : "now"));
    const MonitoringConfig& config = constraints_.config;
    const double threshold = config.categorical_comparison_threshold.value_or(config.comparison_threshold);
    if (config.categorical_drift_method == CategoricalDriftMethod::ChiSquared) {
      const double p = metric::chi_squared_drift(*now, *then).p_value;
      if (std::isnan(p)) return note(feature, "has too few categories for a chi-squared test");
      result_.drift[feature.name] = p;
      if (evaluate && p < threshold) report_drift(feature, p, threshold);
      return;
    }
    const auto drift = metric::categorical_drift(*now, *then);
    judge(feature, config.comparison_method == ComparisonMethod::Simple ? drift.simple : drift.robust(), threshold,
          evaluate);
  }

  void judge(const FeatureConstraints& feature, double distance, double threshold, bool evaluate) {
    result_.drift[feature.name] = distance;
    if (evaluate && distance > threshold) report_drift(feature, distance, threshold);
  }

  void report_drift(const FeatureConstraints& feature, double distance, double threshold) {
    violate(feature.name, "baseline_drift_check",
            fmt::format("Baseline drift distance: {} exceeds threshold: {}", java_double(distance),
                        java_double(threshold)));
  }

  void note(const FeatureConstraints& feature, std::string_view why) {
    result_.notes.push_back(fmt::format("No drift check: column '{}' {}", feature.name, why));
  }

  const DatasetProfile& dataset_;
  const Statistics& current_;
  const Constraints& constraints_;
  const std::optional<Statistics>& baseline_;
  const CheckOptions& options_;
  CheckResult result_;
};

}  // namespace

std::vector<std::optional<std::size_t>> match_columns(const DatasetProfile& dataset, const Constraints& constraints,
                                                      bool by_position) {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < dataset.columns.size(); ++i) places.emplace(dataset.columns[i].name, i);
  std::vector<std::optional<std::size_t>> columns;
  for (std::size_t i = 0; i < constraints.features.size(); ++i) {
    if (by_position) {
      columns.push_back(i < dataset.columns.size() ? std::optional(i) : std::nullopt);
      continue;
    }
    const auto found = places.find(constraints.features[i].name);
    columns.push_back(found == places.end() ? std::nullopt : std::optional(found->second));
  }
  return columns;
}

std::map<std::string, std::vector<std::string>> domains_to_watch(const Constraints& constraints, bool by_position) {
  std::map<std::string, std::vector<std::string>> domains;
  for (std::size_t i = 0; i < constraints.features.size(); ++i)
    if (const auto& feature = constraints.features[i]; feature.domains)
      domains[by_position ? fmt::format("_c{}", i) : feature.name] = *feature.domains;
  return domains;
}

CheckResult check_dataset(const DatasetProfile& dataset, const Statistics& current, const Constraints& constraints,
                          const std::optional<Statistics>& baseline, const CheckOptions& options) {
  return Checker(dataset, current, constraints, baseline, options).run();
}

std::string write_violations(std::span<const DataQualityViolation> violations) {
  using nlohmann::ordered_json;
  ordered_json entries = ordered_json::array();
  for (const auto& violation : violations)
    entries.push_back({{"feature_name", violation.feature_name},
                       {"constraint_check_type", violation.check},
                       {"description", violation.description}});
  return ordered_json{{"violations", std::move(entries)}}.dump(2, ' ', false, ordered_json::error_handler_t::replace) +
         "\n";
}

}  // namespace driftlab::monitor

#pragma once
/// The checks of a data-quality run.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/metric/sketch/kll.hpp"
#include "core/monitor/data_quality/constraints.hpp"
#include "core/monitor/data_quality/statistics.hpp"
#include "core/monitor/profile/dataset_profile.hpp"

namespace driftlab::monitor {

struct DataQualityViolation {
  std::string feature_name;
  std::string check;  ///< constraint_check_type
  std::string description;
  bool operator==(const DataQualityViolation&) const = default;
};

/// Where the service's behaviour is not public, or a user may want another.
struct CheckOptions {
  /// How equal numbers count in drift: Collapse as in Deequ, Add as in a textbook.
  metric::EqualItems equal_items = metric::EqualItems::Collapse;
  /// Whether whole numbers satisfy a Fractional column.
  bool integral_is_fractional = true;
  /// Report negative numbers in columns that were non-negative (`is_non_negative_check`): no check of the service's.
  bool check_non_negative = false;
  /// Columns go by their place, not by name: live data without header.
  bool by_position = false;
};

struct CheckResult {
  std::vector<DataQualityViolation> violations;  ///< in the order of the constraints' columns
  std::map<std::string, double> drift;           ///< distance (ChiSquared: p value) by column
  std::vector<std::string> notes;                ///< what was not compared, and why
};

/// Columns of the dataset, by the names they have in the constraints: index into `dataset.columns`, or nothing.
[[nodiscard]] std::vector<std::optional<std::size_t>> match_columns(const DatasetProfile& dataset,
                                                                    const Constraints& constraints, bool by_position);

/// Domains to watch while profiling (ProfileOptions::watched), so that they can be checked in columns of any
/// cardinality.
[[nodiscard]] std::map<std::string, std::vector<std::string>> domains_to_watch(const Constraints& constraints,
                                                                               bool by_position);

/// `current` must be `statistics_of(dataset)`; without baseline statistics there is no drift check.
[[nodiscard]] CheckResult check_dataset(const DatasetProfile& dataset, const Statistics& current,
                                        const Constraints& constraints, const std::optional<Statistics>& baseline,
                                        const CheckOptions& options);

/// {"violations":[{"feature_name", "constraint_check_type", "description"}]}
[[nodiscard]] std::string write_violations(std::span<const DataQualityViolation> violations);

}  // namespace driftlab::monitor

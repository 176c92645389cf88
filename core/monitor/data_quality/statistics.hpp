#pragma once
/// statistics.json of the data-quality monitor.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/sketch/drift_distance.hpp"
#include "core/metric/sketch/kll.hpp"
#include "core/monitor/profile/dataset_profile.hpp"

namespace driftlab::monitor {

struct NumericalStatistics {
  double mean = 0.0;
  double sum = 0.0;
  double standard_deviation = 0.0;  ///< of the population
  double min = 0.0;
  double max = 0.0;
  std::vector<metric::HistogramBucket> buckets;
  std::optional<metric::KllSketch> sketch;
};

struct StringStatistics {
  double distinct_count = 0.0;
  std::optional<metric::CategoryCounts> counts;  ///< when the distinct estimate is at most 120
};

struct FeatureStatistics {
  std::string name;
  metric::ColumnType type = metric::ColumnType::Unknown;  ///< never Boolean: that is written as String
  std::uint64_t present = 0;
  std::uint64_t missing = 0;
  std::optional<NumericalStatistics> numerical;  ///< of Integral and Fractional columns
  std::optional<StringStatistics> strings;       ///< of all others

  [[nodiscard]] bool is_numeric() const { return numerical.has_value(); }
};

struct Statistics {
  std::uint64_t item_count = 0;
  std::vector<FeatureStatistics> features;
  [[nodiscard]] const FeatureStatistics* find(std::string_view name) const;
};

/// Deequ's limit of estimated distinct values up to which a histogram of texts is kept.
inline constexpr double kLowCardinality = 120.0;

[[nodiscard]] Statistics statistics_of(const DatasetProfile& dataset);

/// Layout and number forms of the service: counts of KLL buckets and distinct counts as doubles, others as integers.
[[nodiscard]] std::string write_statistics(const Statistics& statistics);

/// Reads what drift checks need: names, types, sketches, counts of texts. Errors: InvalidInput with file, line, field
/// and expectation.
[[nodiscard]] Result<Statistics> read_statistics(std::string_view json, const std::string& file);

}  // namespace driftlab::monitor

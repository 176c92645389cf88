#pragma once
/// Every CloudWatch metric of a run, and its statistics by period, as a dashboard asks for them.

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "sim/report/run_record.hpp"
#include "sim/report/run_result.hpp"

namespace driftlab::report {

struct MetricName {
  std::string metric_namespace;
  std::string name;
  DimensionList dimensions;  ///< sorted
};

struct MetricPoints {
  std::vector<Instant> at;  ///< starts of the periods that hold data, ascending
  std::vector<double> value;
};

/// Borrows the result.
class MetricCatalogue {
 public:
  explicit MetricCatalogue(const RunResult& result);

  /// Average, Sum, Minimum, Maximum, SampleCount; or pNN (linear between ranks) where single values were kept, which
  /// they are for the metrics of the namespace CustomModelMonitoring. Periods are multiples of their length since the
  /// epoch, so hours and days begin where CloudWatch's do.
  ///
  /// Errors: NotFound with the nearest metric, InvalidInput for a statistic that is unknown or cannot be had.
  [[nodiscard]] Result<MetricPoints> statistics(const MetricName& metric, const std::string& statistic,
                                                Duration period) const;
  /// "namespace name {dimension=value}" of every metric, sorted.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  struct Entry {
    std::string full_name;
    const MetricStream* stream;  ///< either this
    const MetricSeries* series;  ///< or this
  };
  std::vector<Entry> entries_;
};

[[nodiscard]] std::string full_name(const MetricName& metric);

}  // namespace driftlab::report

#pragma once
/// All metrics: who they are and what was stored of them.

#include <compare>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/ops/cloudwatch.hpp"
#include "sim/service/cloudwatch/slot_stream.hpp"

namespace driftlab::service::cloudwatch {

namespace api = driftlab::ops::cloudwatch;

/// Identity of a metric: namespace, name and the complete set of dimensions, sorted, so that their order is irrelevant.
struct MetricKey {
  std::string metric_namespace;
  std::string name;
  std::vector<api::Dimension> dimensions;

  MetricKey(std::string metric_namespace, std::string name, std::vector<api::Dimension> dimensions);
  explicit MetricKey(const api::Metric& metric);
  auto operator<=>(const MetricKey&) const = default;
};

/// Each unit is a stream of its own.
struct UnitStream {
  std::string unit;
  SlotStream slots;
};

struct MetricRecord {
  std::deque<UnitStream> units;  ///< in order of first arrival; addresses stay

  [[nodiscard]] UnitStream& stream(const std::string& unit);
  /// Start of the newest slot; nothing when there is no data.
  [[nodiscard]] std::optional<Instant> newest() const;
};

class MetricStore {
 public:
  /// Stores a valid call that arrived at `arrival`.
  void put(const api::PutMetricDataInput& data, Instant arrival);
  /// The record of a metric, made empty when there is none: an alarm may exist before its metric. The address stays.
  [[nodiscard]] MetricRecord& record(const MetricKey& key) { return records_[key]; }
  [[nodiscard]] const MetricRecord* find(const MetricKey& key) const;
  /// Metrics with data in the two weeks before `now`, in the order of their keys.
  [[nodiscard]] api::ListMetricsOutput list(const api::ListMetricsInput& filter, Instant now) const;

 private:
  std::map<MetricKey, MetricRecord> records_;
};

}  // namespace driftlab::service::cloudwatch

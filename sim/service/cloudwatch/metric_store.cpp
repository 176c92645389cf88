#include "sim/service/cloudwatch/metric_store.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace driftlab::service::cloudwatch {
namespace {

SampleSet from_statistic_set(const api::StatisticSet& set) {
  SampleSet samples{{set.sample_count, set.sum, set.minimum, set.maximum}};
  // The values behind a set are certain only for one sample, or when all are alike.
  if (set.minimum != set.maximum) {
    samples.known = set.sample_count == 1.0;
    if (samples.known) samples.values = {{set.sum, 1.0}};
  }
  return samples;
}

SampleSet from_values(const api::MetricDatum& datum) {
  SampleSet samples;
  for (std::size_t i = 0; i < datum.values.size(); ++i) {
    const double value = datum.values[i];
    const double count = datum.counts.empty() ? 1.0 : datum.counts[i];
    if (count == 0.0) continue;
    samples.totals.merge({count, value * count, value, value});
    samples.values.push_back({value, count});
  }
  return samples;
}

SampleSet samples_of(const api::MetricDatum& datum) {
  if (datum.statistic_values) return from_statistic_set(*datum.statistic_values);
  if (datum.value) return SampleSet{{1.0, *datum.value, *datum.value, *datum.value}};
  return from_values(datum);
}

bool matches(const MetricKey& key, const api::ListMetricsInput& filter) {
  if (!filter.metric_namespace.empty() && key.metric_namespace != filter.metric_namespace) return false;
  if (!filter.metric_name.empty() && key.name != filter.metric_name) return false;
  return std::ranges::all_of(filter.dimensions, [&](const api::Dimension& wanted) {
    return std::ranges::any_of(key.dimensions, [&](const api::Dimension& dimension) {
      return dimension.name == wanted.name && (wanted.value.empty() || dimension.value == wanted.value);
    });
  });
}

}  // namespace

MetricKey::MetricKey(std::string space, std::string metric_name, std::vector<api::Dimension> metric_dimensions)
    : metric_namespace(std::move(space)), name(std::move(metric_name)), dimensions(std::move(metric_dimensions)) {
  std::ranges::sort(dimensions);
}

MetricKey::MetricKey(const api::Metric& metric)
    : MetricKey(metric.metric_namespace, metric.metric_name, metric.dimensions) {}

UnitStream& MetricRecord::stream(const std::string& unit) {
  const auto found = std::ranges::find(units, unit, &UnitStream::unit);
  if (found != units.end()) return *found;
  return units.emplace_back(UnitStream{unit, {}});
}

std::optional<Instant> MetricRecord::newest() const {
  std::optional<Instant> newest;
  for (const UnitStream& stream : units)
    if (!stream.slots.slots().empty()) newest = std::max(newest, std::optional{stream.slots.slots().back().start});
  return newest;
}

void MetricStore::put(const api::PutMetricDataInput& data, Instant arrival) {
  for (const api::MetricDatum& datum : data.data) {
    const MetricKey key(data.metric_namespace, datum.metric_name, datum.dimensions);
    records_[key]
        .stream(datum.unit)
        .slots.add(datum.timestamp.value_or(arrival), datum.storage_resolution == 1, samples_of(datum));
  }
}

const MetricRecord* MetricStore::find(const MetricKey& key) const {
  const auto found = records_.find(key);
  return found == records_.end() ? nullptr : &found->second;
}

api::ListMetricsOutput MetricStore::list(const api::ListMetricsInput& filter, Instant now) const {
  constexpr auto kListedFor = std::chrono::days{14};
  api::ListMetricsOutput output;
  for (const auto& [key, record] : records_) {
    const auto newest = record.newest();
    if (newest && *newest >= now - kListedFor && matches(key, filter))
      output.metrics.push_back({key.metric_namespace, key.name, key.dimensions});
  }
  return output;
}

}  // namespace driftlab::service::cloudwatch

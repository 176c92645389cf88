#include "sim/report/metric_catalogue.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace driftlab::report {
namespace {

constexpr const char* kCustomNamespace = "CustomModelMonitoring";

struct Bucket {
  Instant at{};
  double count = 0.0;
  double sum = 0.0;
  double minimum = 0.0;
  double maximum = 0.0;
  std::vector<double> values;  ///< single ones, where they were kept
};

void add(std::vector<Bucket>& buckets, Instant at, Bucket sample) {
  if (buckets.empty() || buckets.back().at != at) {
    sample.at = at;
    buckets.push_back(std::move(sample));
    return;
  }
  Bucket& bucket = buckets.back();
  bucket.count += sample.count;
  bucket.sum += sample.sum;
  bucket.minimum = std::min(bucket.minimum, sample.minimum);
  bucket.maximum = std::max(bucket.maximum, sample.maximum);
  bucket.values.insert(bucket.values.end(), sample.values.begin(), sample.values.end());
}

/// The share in (0, 1] of "p90", or nothing.
std::optional<double> percentile_share(const std::string& statistic) {
  if (statistic.size() < 2 || statistic[0] != 'p') return std::nullopt;
  const auto percent = parse_double(statistic.substr(1));
  if (!percent || *percent <= 0.0 || *percent > 100.0) return std::nullopt;
  return *percent / 100.0;
}

double percentile(std::vector<double>& values, double share) {
  std::sort(values.begin(), values.end());
  const double rank = share * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(rank);
  const std::size_t high = std::min(low + 1, values.size() - 1);
  return values[low] + (rank - static_cast<double>(low)) * (values[high] - values[low]);
}

Result<double> value_of(Bucket& bucket, const std::string& statistic) {
  if (statistic == "Maximum") return bucket.maximum;
  if (statistic == "Minimum") return bucket.minimum;
  if (statistic == "Sum") return bucket.sum;
  if (statistic == "SampleCount") return bucket.count;
  if (statistic == "Average") return bucket.count > 0.0 ? bucket.sum / bucket.count : 0.0;
  const auto share = percentile_share(statistic);
  if (!share)
    return input_error(fmt::format(
        "statistic '{}'; expected Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p90{}", statistic,
        suggestion(statistic, std::vector<std::string>{"Average", "Sum", "Minimum", "Maximum", "SampleCount"})));
  if (bucket.values.empty())
    return input_error("a percentile needs single values; of this metric the run keeps statistics only");
  return percentile(bucket.values, *share);
}

}  // namespace

std::string full_name(const MetricName& metric) {
  std::string dimensions;
  for (const auto& [name, value] : metric.dimensions)
    dimensions += fmt::format("{}{}={}", dimensions.empty() ? "" : ", ", name, value);
  return fmt::format("{} {} {{{}}}", metric.metric_namespace, metric.name, dimensions);
}

MetricCatalogue::MetricCatalogue(const RunResult& result) {
  for (const auto& series : result.metrics)
    entries_.push_back({full_name({kCustomNamespace, series.name, {{"StageName", series.stage}}}), nullptr, &series});
  for (const auto& stream : result.record.cloudwatch)
    entries_.push_back({full_name({stream.metric_namespace, stream.name, stream.dimensions}), &stream, nullptr});
  std::sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) { return a.full_name < b.full_name; });
}

std::vector<std::string> MetricCatalogue::names() const {
  std::vector<std::string> names;
  for (const auto& entry : entries_) names.push_back(entry.full_name);
  return names;
}

Result<MetricPoints> MetricCatalogue::statistics(const MetricName& metric, const std::string& statistic,
                                                 Duration period) const {
  const std::string wanted = full_name(metric);
  const auto entry =
      std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) { return e.full_name == wanted; });
  if (entry == entries_.end())
    return not_found("MetricNotFound", fmt::format("this run has no metric {}{}", wanted, suggestion(wanted, names())));
  std::vector<Bucket> buckets;
  if (entry->series) {
    for (std::size_t i = 0; i < entry->series->at.size(); ++i) {
      const double value = entry->series->value[i];
      add(buckets, floor_to(entry->series->at[i], period), {{}, 1.0, value, value, value, {value}});
    }
  } else {
    const MetricStream& stream = *entry->stream;
    for (std::size_t i = 0; i < stream.at.size(); ++i)
      add(buckets, floor_to(stream.at[i], std::max(period, stream.period)),
          {{}, stream.count[i], stream.sum[i], stream.minimum[i], stream.maximum[i], {}});
  }
  MetricPoints points;
  for (auto& bucket : buckets) {
    const auto value = value_of(bucket, statistic);
    if (!value) return value.error();
    points.at.push_back(bucket.at);
    points.value.push_back(*value);
  }
  return points;
}

}  // namespace driftlab::report

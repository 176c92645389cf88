#include "sim/service/cloudwatch/metric_reader.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include <fmt/format.h>

#include "sim/service/cloudwatch/metric_validation.hpp"

namespace driftlab::service::cloudwatch {
namespace {

constexpr std::int64_t kMaxStatisticsPoints = 1440;
constexpr std::size_t kMaxQueries = 500;
constexpr std::size_t kMaxStatistics = 5;

bool is_read_period(Duration period) {
  if (period > std::chrono::days{1} || period < 1s) return false;
  return period % 1min == Duration{0} || period == 1s || period == 5s || period == 10s || period == 20s ||
         period == 30s;
}

std::string period_rule(Duration period) {
  return fmt::format("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60, and at most 86400; it is {}.",
                     std::chrono::duration_cast<std::chrono::seconds>(period).count());
}

bool is_query_id(std::string_view id) {
  if (id.empty() || id.size() > 255 || id.front() < 'a' || id.front() > 'z') return false;
  return std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

Result<> check_query(const api::MetricDataQuery& query, std::set<std::string>& ids) {
  if (!is_query_id(query.id))
    return alarm_validation_error(
        fmt::format("The value {} for parameter Id is invalid. It must match [a-z][a-zA-Z0-9_]*.", query.id));
  if (!ids.insert(query.id).second)
    return alarm_validation_error(
        fmt::format("The values for parameter id in MetricDataQueries are not unique: {}.", query.id));
  if (!query.expression.empty()) return alarm_validation_error("Metric math expressions are not supported.");
  if (!query.metric_stat) return alarm_validation_error(fmt::format("The query {} has no MetricStat.", query.id));
  if (!is_read_period(query.metric_stat->period)) return alarm_validation_error(period_rule(query.metric_stat->period));
  if (!parse_statistic(query.metric_stat->stat))
    return alarm_validation_error(fmt::format("The value {} for parameter Stat is invalid.", query.metric_stat->stat));
  if (!query.metric_stat->unit.empty() && !is_unit(query.metric_stat->unit))
    return alarm_validation_error(fmt::format("The value {} for parameter Unit is invalid.", query.metric_stat->unit));
  return {};
}

Result<> check_request(const api::GetMetricDataInput& request) {
  if (request.start_time > request.end_time)
    return alarm_validation_error("The parameter EndTime must be greater than StartTime.");
  if (request.start_time == request.end_time)
    return alarm_validation_error("The parameter StartTime must not equal parameter EndTime.");
  if (request.queries.empty()) return alarm_validation_error("The parameter MetricDataQueries is required.");
  if (request.queries.size() > kMaxQueries)
    return alarm_validation_error(
        fmt::format("The collection MetricDataQueries must not have a size greater than {}.", kMaxQueries));
  std::set<std::string> ids;
  for (const auto& query : request.queries)
    if (auto ok = check_query(query, ids); !ok) return ok;
  return {};
}

Result<> check_statistics(const api::GetMetricStatisticsInput& request) {
  if (request.statistics.empty() && request.extended_statistics.empty())
    return invalid_combination("Must specify either Statistics or ExtendedStatistics");
  if (request.statistics.size() > kMaxStatistics)
    return invalid_value(
        fmt::format("The collection Statistics must not have a size greater than {}.", kMaxStatistics));
  for (const auto& name : request.statistics)
    if (!parse_basic_statistic(name))
      return invalid_value(fmt::format("The value {} for parameter Statistics is invalid.", name));
  for (const auto& name : request.extended_statistics)
    if (!parse_extended_statistic(name))
      return invalid_value(fmt::format("The value {} for parameter ExtendedStatistics is invalid.", name));
  return {};
}

Result<> check_request(const api::GetMetricStatisticsInput& request) {
  if (auto ok = validate_namespace(request.metric.metric_namespace); !ok) return ok;
  if (auto ok = validate_metric_name(request.metric.metric_name, "MetricName"); !ok) return ok;
  if (request.start_time >= request.end_time)
    return invalid_value("The parameter StartTime must be less than the parameter EndTime.");
  if (!is_read_period(request.period)) return invalid_value(period_rule(request.period));
  if (!request.unit.empty() && !is_unit(request.unit))
    return invalid_value(fmt::format("The value {} for parameter Unit is invalid.", request.unit));
  if (auto ok = check_statistics(request); !ok) return ok;
  const std::int64_t points = (request.end_time - request.start_time + request.period - Duration{1}) / request.period;
  if (points > kMaxStatisticsPoints)
    return invalid_combination(
        fmt::format("You have requested up to {} datapoints, which exceeds the limit of {}. You may reduce the "
                    "datapoints requested by increasing Period, or decreasing the time range.",
                    points, kMaxStatisticsPoints));
  return {};
}

/// Labels tell queries apart: the metric's name, then the statistic and the period where they differ.
std::string default_label(const api::MetricDataQuery& query, const std::vector<api::MetricDataQuery>& all) {
  const auto differs = [&](auto member) {
    return std::ranges::any_of(all, [&](const api::MetricDataQuery& other) {
      return (*other.metric_stat).*member != (*query.metric_stat).*member;
    });
  };
  std::string label = query.metric_stat->metric.metric_name;
  if (differs(&api::MetricStat::stat)) label += " " + query.metric_stat->stat;
  if (differs(&api::MetricStat::period))
    label += fmt::format(" {}", std::chrono::duration_cast<std::chrono::seconds>(query.metric_stat->period).count());
  return label;
}

/// Says which units there were when a query names none and there are several.
void add_unit_message(api::MetricDataResult& result, std::span<const UnitStream* const> present) {
  if (present.size() < 2) return;
  std::string names;
  for (const UnitStream* stream : present) names += (names.empty() ? "" : ", ") + stream->unit;
  result.messages.push_back({"MultipleUnits", fmt::format("Multiple units returned: '[{}]'", names)});
}

}  // namespace

bool MetricReader::readable(Instant start, Duration period, Instant now) const {
  if (!config_.limit_reads_by_age) return true;
  const Duration age = now - start;
  if (age < 3h) return true;
  if (age < std::chrono::days{15}) return period % 1min == Duration{0};
  return period % (age < std::chrono::days{63} ? Duration{5min} : Duration{1h}) == Duration{0};
}

MetricReader::Span MetricReader::span_of(Instant start, Instant end, Duration period, Instant now) const {
  Duration step = 1min;
  if (period < 1min)
    step = period;
  else if (now - start >= std::chrono::days{63})
    step = 1h;
  else if (now - start >= std::chrono::days{15})
    step = 5min;
  if (config_.read_alignment == ReadAlignment::AtEpoch) step = period;
  return {floor_to(start, step), end, period};
}

std::vector<MetricReader::Bucket> MetricReader::buckets(const SlotStream& stream, const Span& span) {
  const auto slots = stream.slots();
  std::vector<Bucket> found;
  std::size_t next = stream.first_from(span.first);
  while (next < slots.size()) {
    const Instant start = span.first + (slots[next].start - span.first) / span.period * span.period;
    if (start >= span.end) break;
    const std::size_t from = next;
    while (next < slots.size() && slots[next].start < start + span.period) ++next;
    found.push_back({start, slots.subspan(from, next - from)});
  }
  return found;
}

void MetricReader::fill(api::MetricDataResult& result, const api::MetricStat& query, const Span& span) const {
  const MetricRecord* record = store_.find(MetricKey(query.metric));
  if (record == nullptr) return;
  std::vector<const UnitStream*> present;
  for (const UnitStream& stream : record->units)
    if ((query.unit.empty() || stream.unit == query.unit) && !buckets(stream.slots, span).empty())
      present.push_back(&stream);
  if (present.empty()) return;
  std::ranges::sort(present, {}, [](const UnitStream* stream) { return unit_rank(stream->unit); });
  add_unit_message(result, present);
  const Statistic statistic = *parse_statistic(query.stat);
  Aggregate aggregate(config_.percentile_method);
  for (const Bucket& bucket : buckets(present.front()->slots, span)) {
    aggregate.clear(statistic.needs_values());
    aggregate.add(bucket.slots, span.period < 1min);
    const auto value = aggregate.value(statistic);
    if (!value) continue;
    result.timestamps.push_back(bucket.start);
    result.values.push_back(*value);
  }
}

Result<api::GetMetricDataOutput> MetricReader::read(const api::GetMetricDataInput& request, Instant now) const {
  if (auto ok = check_request(request); !ok) return ok.error();
  api::GetMetricDataOutput output;
  for (const auto& query : request.queries) {
    if (!query.return_data) continue;
    const api::MetricStat& stat = *query.metric_stat;
    api::MetricDataResult result;
    result.id = query.id;
    result.label = query.label.empty() ? default_label(query, request.queries) : query.label;
    if (readable(request.start_time, stat.period, now))
      fill(result, stat, span_of(request.start_time, request.end_time, stat.period, now));
    if (!request.ascending) {
      std::ranges::reverse(result.timestamps);
      std::ranges::reverse(result.values);
    }
    output.results.push_back(std::move(result));
  }
  return output;
}

void MetricReader::append_points(api::GetMetricStatisticsOutput& output, const api::GetMetricStatisticsInput& request,
                                 const UnitStream& stream, const Span& span) const {
  Aggregate aggregate(config_.percentile_method);
  for (const Bucket& bucket : buckets(stream.slots, span)) {
    aggregate.clear(!request.extended_statistics.empty());
    aggregate.add(bucket.slots, span.period < 1min);
    api::Datapoint point{bucket.start, {}, stream.unit};
    for (const auto* names : {&request.statistics, &request.extended_statistics})
      for (const auto& name : *names)
        if (const auto value = aggregate.value(*parse_statistic(name))) point.values[name] = *value;
    if (!point.values.empty()) output.datapoints.push_back(std::move(point));
  }
}

Result<api::GetMetricStatisticsOutput> MetricReader::read(const api::GetMetricStatisticsInput& request,
                                                          Instant now) const {
  if (auto ok = check_request(request); !ok) return ok.error();
  api::GetMetricStatisticsOutput output;
  output.label = request.metric.metric_name;
  const MetricRecord* record = store_.find(MetricKey(request.metric));
  if (record == nullptr || !readable(request.start_time, request.period, now)) return output;
  const Span span = span_of(request.start_time, request.end_time, request.period, now);
  std::vector<const UnitStream*> streams;
  for (const UnitStream& stream : record->units)
    if (request.unit.empty() || stream.unit == request.unit) streams.push_back(&stream);
  std::ranges::sort(streams, {}, [](const UnitStream* stream) { return unit_rank(stream->unit); });
  for (const UnitStream* stream : streams) append_points(output, request, *stream, span);
  std::ranges::stable_sort(output.datapoints, {}, &api::Datapoint::timestamp);
  return output;
}

}  // namespace driftlab::service::cloudwatch

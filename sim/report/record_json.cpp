#include "sim/report/record_json.hpp"

#include <nlohmann/json.hpp>

namespace driftlab::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSeriesDigits = 6;

/// Instants as whole steps after the first: "0 60 120".
std::string pack_instants(const std::vector<Instant>& instants, Instant origin, Duration step) {
  std::vector<double> steps;
  steps.reserve(instants.size());
  for (const Instant at : instants) steps.push_back(static_cast<double>((at - origin) / step));
  return pack_numbers(steps, 0);
}

std::int64_t whole_seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

Json series_json(const SeriesRecord& series) {
  return {{"name", series.name},
          {"start", format_seconds(series.start)},
          {"step_s", whole_seconds(series.step)},
          {"values", pack_numbers(series.values, kSeriesDigits)}};
}

Json forecasts_json(const std::vector<ForecastRecord>& forecasts) {
  Json list = Json::array();
  for (const auto& forecast : forecasts) {
    const Instant origin = forecast.start.empty() ? Instant{} : forecast.start.front();
    list.push_back({{"endpoint", forecast.endpoint},
                    {"step_s", whole_seconds(forecast.step)},
                    {"levels", forecast.levels},
                    {"length", forecast.length},
                    {"start", format_seconds(origin)},
                    {"at_steps", pack_instants(forecast.start, origin, forecast.step)},
                    {"values", pack_numbers(forecast.values, kSeriesDigits)}});
  }
  return list;
}

Json dimensions_json(const DimensionList& dimensions) {
  Json object = Json::object();
  for (const auto& [name, value] : dimensions) object[name] = value;
  return object;
}

/// A metric with one sample a period has its four statistics in one vector.
Json stream_json(const MetricStream& stream) {
  const Instant origin = stream.at.empty() ? Instant{} : stream.at.front();
  Json json{{"namespace", stream.metric_namespace},
            {"name", stream.name},
            {"dimensions", dimensions_json(stream.dimensions)},
            {"period_s", whole_seconds(stream.period)},
            {"start", format_seconds(origin)},
            {"at_periods", pack_instants(stream.at, origin, stream.period)}};
  const bool single = stream.count == std::vector<double>(stream.count.size(), 1.0) && stream.sum == stream.minimum &&
                      stream.sum == stream.maximum;
  if (!single) {
    json["count"] = pack_numbers(stream.count, 0);
    json["minimum"] = pack_numbers(stream.minimum, 0);
    json["maximum"] = pack_numbers(stream.maximum, 0);
  }
  json["sum"] = pack_numbers(stream.sum, 0);
  return json;
}

Json alarms_json(const std::vector<AlarmRecord>& alarms) {
  Json list = Json::array();
  for (const auto& alarm : alarms)
    list.push_back({{"name", alarm.name},
                    {"arn", alarm.arn},
                    {"namespace", alarm.metric_namespace},
                    {"metric", alarm.metric},
                    {"dimensions", dimensions_json(alarm.dimensions)},
                    {"statistic", alarm.statistic},
                    {"period_s", whole_seconds(alarm.period)},
                    {"threshold", alarm.threshold},
                    {"comparison", alarm.comparison},
                    {"evaluation_periods", alarm.evaluation_periods},
                    {"datapoints_to_alarm", alarm.datapoints_to_alarm}});
  return list;
}

/// A JSON text as JSON; as text when it is none.
Json embedded(const std::string& text) {
  if (text.empty()) return {};
  Json parsed = Json::parse(text, nullptr, false);
  return parsed.is_discarded() ? Json(text) : parsed;
}

Json monitors_json(const std::vector<MonitorRecord>& monitors) {
  Json list = Json::array();
  for (const auto& monitor : monitors) {
    Json executions = Json::array();
    for (const auto& execution : monitor.executions)
      executions.push_back({format_seconds(execution.scheduled), format_seconds(execution.ended), execution.status});
    list.push_back({{"name", monitor.name},
                    {"type", monitor.type},
                    {"endpoint", monitor.endpoint},
                    {"schedule", monitor.schedule},
                    {"status", monitor.status},
                    {"alert", monitor.alert},
                    {"alert_since", monitor.alert_since ? Json(format_seconds(*monitor.alert_since)) : Json()},
                    {"exit_message", monitor.exit_message},
                    {"statistics", embedded(monitor.statistics)},
                    {"constraints", embedded(monitor.constraints)},
                    {"baseline", embedded(monitor.baseline)},
                    {"violations", embedded(monitor.violations)},
                    {"executions", std::move(executions)}});
  }
  return list;
}

template <class Items, class Write>
void add_list(Json& document, const char* name, const Items& items, Write write) {
  if (items.empty()) return;
  Json list = Json::array();
  for (const auto& item : items) list.push_back(write(item));
  document[name] = std::move(list);
}

}  // namespace

void add_record(Json& document, const RunRecord& record) {
  if (record.series) document["series"] = series_json(*record.series);
  if (!record.forecasts.empty()) document["forecasts"] = forecasts_json(record.forecasts);
  add_list(document, "cloudwatch", record.cloudwatch, stream_json);
  if (!record.alarm_configurations.empty()) document["alarm_configurations"] = alarms_json(record.alarm_configurations);
  add_list(document, "dashboards", record.dashboards, [](const auto& d) {
    return Json{{"name", d.name}, {"body", embedded(d.body)}};
  });
  add_list(document, "models", record.models, [](const auto& m) {
    return Json{{"name", m.name}, {"risk_rating", m.risk_rating}, {"endpoints", m.endpoints}};
  });
  add_list(document, "packages", record.packages, [](const auto& p) {
    return Json{{"group", p.group},
                {"version", p.version},
                {"approval_status", p.approval_status},
                {"created", format_seconds(p.created)},
                {"modified", format_seconds(p.modified)}};
  });
  add_list(document, "endpoints", record.endpoints, [](const auto& e) {
    return Json{{"name", e.name}, {"status", e.status}, {"config", e.config}, {"modified", format_seconds(e.modified)}};
  });
  if (!record.monitors.empty()) document["monitors"] = monitors_json(record.monitors);
}

}  // namespace driftlab::report

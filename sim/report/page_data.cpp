#include "sim/report/page_data.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "sim/report/lanes.hpp"
#include "sim/report/story.hpp"
#include "sim/report/thin.hpp"

namespace driftlab::report {
namespace {

using Json = nlohmann::ordered_json;

/// Points of the overview: twice the pixels of a wide screen, so that zooming in keeps its shape for a while.
constexpr std::size_t kBuckets = 800;

/// Of an item of a lane, by their index in a page.
constexpr std::array<std::string_view, 6> kOutcomes = {"ok", "bad", "warning", "waiting", "running", "neutral"};

/// Six significant digits: finer than a pixel, shorter than seventeen.
double rounded(double value) {
  if (!std::isfinite(value)) return value;
  char word[40];
  const auto end = std::to_chars(word, word + sizeof word, value, std::chars_format::general, 6);
  double short_value = value;
  std::from_chars(word, end.ptr, short_value);
  return short_value;
}

Json optional_time(const std::optional<Instant>& at, Instant start) {
  return at ? Json(page_time(*at, start)) : Json();
}

Json axis_json(const Axis& axis) {
  Json json = Json::object();
  if (axis.min) json["min"] = *axis.min;
  if (axis.max) json["max"] = *axis.max;
  if (!axis.label.empty()) json["label"] = axis.label;
  return json;
}

Json widget_json(const Widget& widget, Instant start) {
  Json json{{"type", widget.type},
            {"x", widget.x},
            {"y", widget.y},
            {"w", widget.width},
            {"h", widget.height},
            {"title", widget.title},
            {"view", widget.view},
            {"stacked", widget.stacked},
            {"left", axis_json(widget.left)},
            {"right", axis_json(widget.right)}};
  json["series"] = Json::array();
  for (const auto& series : widget.series) {
    Json one{{"label", series.label},
             {"color", series.color},
             {"metric", series.metric},
             {"statistic", series.statistic},
             {"period", to_seconds(series.period)},
             {"right", series.right_axis},
             {"dots", series.dots}};
    one.update(points_json(series.points.at, series.points.value, start));
    json["series"].push_back(std::move(one));
  }
  json["horizontal"] = Json::array();
  for (const auto& line : widget.horizontal)
    json["horizontal"].push_back({{"from", line.from},
                                  {"to", line.to ? Json(*line.to) : Json()},
                                  {"label", line.label},
                                  {"color", line.color},
                                  {"fill", line.fill},
                                  {"right", line.right_axis}});
  json["vertical"] = Json::array();
  for (const auto& line : widget.vertical)
    json["vertical"].push_back({{"from", page_time(line.from, start)},
                                {"to", optional_time(line.to, start)},
                                {"label", line.label},
                                {"color", line.color},
                                {"fill", line.fill}});
  json["alarms"] = widget.alarms;
  json["markdown"] = widget.markdown;
  json["problems"] = widget.problems;
  return json;
}

Json cycle_json(const RunResult& result, const Cycle& cycle) {
  Json steps = Json::array();
  std::optional<Instant> before;
  const auto add = [&](const char* name, const std::optional<Instant>& at) {
    steps.push_back({{"name", name},
                     {"t", optional_time(at, result.start)},
                     {"after", at && before ? Json(humanize(*at - *before)) : Json()}});
    if (at) before = at;
  };
  if (cycle.onset) add("onset", cycle.onset);
  add("first breach", cycle.first_breach);
  add("ALARM", cycle.alarm);
  add("function", cycle.function);
  add("build", cycle.build);
  add("registered", cycle.registered);
  add("approved", cycle.approved);
  add("deployed", cycle.deployed);
  add("recovered", cycle.recovered);
  return {
      {"alarm", cycle.alarm_name}, {"onset", optional_time(cycle.onset, result.start)}, {"steps", std::move(steps)}};
}

Json parsed(const std::string& text) {
  if (text.empty()) return {};
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json(text) : json;
}

}  // namespace

double page_time(Instant at, Instant start) {
  return std::round(to_seconds(at - start) * 1000.0) / 1000.0;
}

Json points_json(const std::vector<Instant>& at, const std::vector<double>& value, Instant start) {
  Json t = Json::array();
  Json v = Json::array();
  for (const std::size_t i : thin(value, kBuckets * 2)) {
    t.push_back(page_time(at[i], start));
    v.push_back(rounded(value[i]));
  }
  return {{"t", std::move(t)}, {"v", std::move(v)}};
}

Json run_json(const RunResult& result) {
  Json facts_list = Json::array();
  for (const auto& fact : facts(result))
    facts_list.push_back({{"label", fact.label}, {"value", fact.value}, {"hint", fact.hint}});
  Json delays = Json::array();
  for (const auto& delay : loop_delays(result))
    delays.push_back({{"name", delay.name},
                      {"median", humanize(delay.median)},
                      {"longest", humanize(delay.longest)},
                      {"count", delay.count}});
  // The turns that answered a drift; without drift the first one.
  Json cycles = Json::array();
  for (const auto& cycle : result.cycles)
    if (cycle.onset) cycles.push_back(cycle_json(result, cycle));
  if (cycles.empty() && !result.cycles.empty()) cycles.push_back(cycle_json(result, result.cycles.front()));
  Json drifts = Json::array();
  for (const auto& drift : result.drifts)
    drifts.push_back({{"kind", drift.kind},
                      {"from", page_time(drift.at, result.start)},
                      {"to", page_time(drift.until, result.start)},
                      {"detail", drift.detail}});
  Json bill = Json::array();
  for (const auto& item : result.bill.items)
    bill.push_back({{"item", item.item},
                    {"quantity", item.quantity},
                    {"unit", item.unit},
                    {"price", item.price_usd},
                    {"usd", item.usd}});
  Json expectations = Json::array();
  for (const bool held : {false, true})
    for (const auto& expectation : result.expectations)
      if (expectation.held == held)
        expectations.push_back(
            {{"text", expectation.text}, {"held", expectation.held}, {"evidence", expectation.evidence}});
  return {{"scenario", result.scenario},
          {"why", result.why},
          {"file", result.file},
          // Beyond 2^53 a number would lose digits in a browser.
          {"seed", std::to_string(result.seed)},
          {"version", result.version},
          {"settings_hash", result.settings_hash},
          {"trace_hash", result.trace_hash},
          {"events", result.events},
          {"start_ms", epoch_milliseconds(result.start)},
          {"end", page_time(result.end, result.start)},
          {"length", humanize(result.end - result.start)},
          {"system", result.system},
          {"stages", result.stages},
          {"passed", result.passed()},
          {"judged", !result.expectations.empty()},
          {"command", command(result)},
          {"story", story(result)},
          {"facts", std::move(facts_list)},
          {"delays", std::move(delays)},
          {"cycles", std::move(cycles)},
          {"drifts", std::move(drifts)},
          {"bill", std::move(bill)},
          {"unpriced", result.bill.unpriced},
          {"bill_total", result.bill.total_usd()},
          {"prices_as_of", result.bill.prices_as_of},
          {"expectations", std::move(expectations)}};
}

Json dashboard_json(const Dashboard& dashboard, Instant start) {
  Json widgets = Json::array();
  for (const auto& widget : dashboard.widgets) widgets.push_back(widget_json(widget, start));
  return {{"name", dashboard.name}, {"widgets", std::move(widgets)}};
}

Json alarms_json(const RunResult& result) {
  Json list = Json::array();
  for (const auto& alarm : result.alarms) {
    Json states = Json::array();
    for (std::size_t i = 0; i < alarm.at.size(); ++i)
      states.push_back({page_time(alarm.at[i], result.start), alarm.state[i]});
    Json json{{"name", alarm.name}, {"states", std::move(states)}};
    for (const auto& configuration : result.record.alarm_configurations)
      if (configuration.name == alarm.name)
        json["rule"] =
            fmt::format("{} of {} {} {} for {} of {} periods of {}", configuration.statistic, configuration.metric,
                        configuration.comparison, shortest(configuration.threshold), configuration.datapoints_to_alarm,
                        configuration.evaluation_periods, humanize(configuration.period));
    list.push_back(std::move(json));
  }
  return list;
}

Json marks_json(const RunResult& result) {
  Json list = Json::array();
  for (std::size_t i = 0; i < result.drifts.size(); ++i)
    list.push_back({{"t", page_time(result.drifts[i].at, result.start)},
                    {"kind", "drift"},
                    {"label", fmt::format("drift[{}] {}: {}", i, result.drifts[i].kind, result.drifts[i].detail)}});
  for (const auto& transition : result.transitions) {
    const bool build = transition.kind == "build" && transition.to == "started";
    const bool other =
        transition.kind == "registered" || transition.kind == "approved" || transition.kind == "deployed";
    if (!build && !other) continue;
    list.push_back({{"t", page_time(transition.at, result.start)},
                    {"kind", transition.kind},
                    {"label", transition.name.substr(transition.name.rfind(':') + 1)}});
  }
  return list;
}

Json series_json(const RunResult& result) {
  const RunRecord& record = result.record;
  if (!record.series) return {};
  const SeriesRecord& series = *record.series;
  Json t = Json::array();
  Json v = Json::array();
  for (const std::size_t i : thin(series.values, kBuckets)) {
    t.push_back(page_time(series.start + static_cast<std::int64_t>(i) * series.step, result.start));
    v.push_back(std::isfinite(series.values[i]) ? Json(rounded(series.values[i])) : Json());
  }
  Json forecasts = Json::array();
  for (const auto& forecast : record.forecasts) {
    Json starts = Json::array();
    for (const Instant at : forecast.start) starts.push_back(page_time(at, result.start));
    forecasts.push_back({{"endpoint", forecast.endpoint},
                         {"step", to_seconds(forecast.step)},
                         {"levels", forecast.levels},
                         {"length", forecast.length},
                         {"t", packed(starts)},
                         {"values", quantized(forecast.values, forecast.length)}});
  }
  return {{"name", series.name},
          {"start", page_time(series.start, result.start)},
          {"step", to_seconds(series.step)},
          {"overview", {{"t", std::move(t)}, {"v", std::move(v)}}},
          {"values", quantized(series.values, series.values.size())},
          {"forecasts", std::move(forecasts)}};
}

Json models_json(const RunResult& result) {
  const RunRecord& record = result.record;
  Json models = Json::array();
  for (const auto& model : record.models)
    models.push_back({{"name", model.name}, {"risk_rating", model.risk_rating}, {"endpoints", model.endpoints}});
  Json packages = Json::array();
  for (const auto& package : record.packages)
    packages.push_back({{"group", package.group},
                        {"version", package.version},
                        {"approval_status", package.approval_status},
                        {"created", page_time(package.created, result.start)},
                        {"modified", page_time(package.modified, result.start)}});
  Json endpoints = Json::array();
  for (const auto& endpoint : record.endpoints)
    endpoints.push_back({{"name", endpoint.name},
                         {"status", endpoint.status},
                         {"config", endpoint.config},
                         {"modified", page_time(endpoint.modified, result.start)}});
  return {{"models", std::move(models)}, {"packages", std::move(packages)}, {"endpoints", std::move(endpoints)}};
}

Json monitors_json(const RunResult& result) {
  Json list = Json::array();
  for (const auto& monitor : result.record.monitors) {
    Json scheduled = Json::array();
    Json ended = Json::array();
    Json status = Json::array();
    for (const auto& execution : monitor.executions) {
      scheduled.push_back(page_time(execution.scheduled, result.start));
      ended.push_back(page_time(execution.ended, result.start));
      status.push_back(execution.status);
    }
    // What it published, execution by execution: the history behind its last statistics.
    Json history = Json::array();
    for (const auto& stream : result.record.cloudwatch) {
      const bool of_this = std::any_of(stream.dimensions.begin(), stream.dimensions.end(), [&](const auto& dimension) {
        return dimension.first == "MonitoringSchedule" && dimension.second == monitor.name;
      });
      if (!of_this) continue;
      std::vector<double> mean;
      for (std::size_t i = 0; i < stream.sum.size(); ++i)
        mean.push_back(stream.count[i] > 0.0 ? stream.sum[i] / stream.count[i] : 0.0);
      Json one{{"name", stream.name}};
      one.update(points_json(stream.at, mean, result.start));
      history.push_back(std::move(one));
    }
    list.push_back({{"name", monitor.name},
                    {"type", monitor.type},
                    {"endpoint", monitor.endpoint},
                    {"schedule", monitor.schedule},
                    {"status", monitor.status},
                    {"alert", monitor.alert},
                    {"alert_since", optional_time(monitor.alert_since, result.start)},
                    {"exit_message", monitor.exit_message},
                    {"scheduled", std::move(scheduled)},
                    {"ended", std::move(ended)},
                    {"outcome", std::move(status)},
                    {"history", std::move(history)},
                    {"statistics", parsed(monitor.statistics)},
                    {"constraints", parsed(monitor.constraints)},
                    {"baseline", parsed(monitor.baseline)},
                    {"violations", parsed(monitor.violations)}});
  }
  return list;
}

namespace {

/// A lane as columns, which pack better than items: milliseconds since the item before began, milliseconds of length,
/// indices into the outcomes and the lane's labels, lines of the first and the last event (-1 is none).
Json lane_json(const Lane& lane, Instant start, const std::vector<std::size_t>& used) {
  static constexpr std::array<const char*, 6> kNames = {"from", "length", "outcome", "label", "first", "last"};
  const auto line_of = [&](std::size_t event) {
    return event == 0 ? std::int64_t{-1}
                      : static_cast<std::int64_t>(std::lower_bound(used.begin(), used.end(), event) - used.begin());
  };
  const auto milliseconds = [](Duration d) { return std::chrono::duration_cast<std::chrono::milliseconds>(d).count(); };
  std::map<std::string, std::size_t> label_index;
  Json labels = Json::array();
  std::array<Json, kNames.size()> columns;
  columns.fill(Json::array());
  std::int64_t before = 0;
  for (const auto& item : lane.items) {
    const auto [label, added] = label_index.emplace(item.label, label_index.size());
    if (added) labels.push_back(item.label);
    const std::int64_t from = milliseconds(item.from - start);
    columns[0].push_back(from - before);
    before = from;
    columns[1].push_back(milliseconds(item.to - item.from));
    columns[2].push_back(std::find(kOutcomes.begin(), kOutcomes.end(), item.outcome) - kOutcomes.begin());
    columns[3].push_back(label->second);
    columns[4].push_back(line_of(item.event));
    columns[5].push_back(line_of(item.end_event));
  }
  Json json{{"group", lane.group}, {"name", lane.name}, {"labels", std::move(labels)}};
  for (std::size_t i = 0; i < kNames.size(); ++i) json[kNames[i]] = std::move(columns[i]);
  return json;
}

}  // namespace

/// The lines that items name travel compressed on their own and are unpacked when one is first looked at.
Json lanes_json(const RunResult& result, const TraceLog& log) {
  const auto lanes = lanes_of(result, log);
  std::vector<std::size_t> used;
  for (const auto& lane : lanes)
    for (const auto& item : lane.items)
      for (const std::size_t event : {item.event, item.end_event})
        if (event > 0) used.push_back(event);
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  Json list = Json::array();
  for (const auto& lane : lanes) list.push_back(lane_json(lane, result.start, used));
  std::string lines;
  for (const std::size_t event : used) {
    const LogEvent& line = log.events()[event - 1];
    lines += fmt::format("{}\t{}\n", line.number, line.line);
  }
  return {
      {"outcomes", kOutcomes}, {"lanes", packed(list)}, {"lines", gzip_base64(lines)}, {"events", log.events().size()}};
}

Json notes_json(const std::vector<Note>& notes) {
  Json list = Json::array();
  for (const auto& note : notes) list.push_back({{"where", note.where}, {"text", note.text}});
  return list;
}

}  // namespace driftlab::report

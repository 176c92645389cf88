#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/report/json_reader.hpp"
#include "sim/report/run_result.hpp"

namespace driftlab::report {
namespace {

void read_transitions(const JsonReader& root, RunResult& result) {
  root.each("transitions", [&](const JsonReader& item) {
    const auto at = item.instant("at");
    if (at)
      result.transitions.push_back(
          {*at, item.text("kind"), item.text("name"), item.text("to"), item.text_or("detail", "")});
  });
  std::stable_sort(result.transitions.begin(), result.transitions.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
}

void read_metrics(const JsonReader& root, RunResult& result) {
  root.each("metrics", [&](const JsonReader& item) {
    MetricSeries series{item.text("name"), item.text("stage"), {}, {}};
    const auto at = item.instants("at");
    const auto value = item.numbers("value");
    if (at.size() != value.size())
      item.note(fmt::format("{} instants and {} values; what has both is drawn", at.size(), value.size()));
    for (std::size_t i = 0; i < std::min(at.size(), value.size()); ++i)
      if (at[i] && value[i]) {
        series.at.push_back(*at[i]);
        series.value.push_back(*value[i]);
      }
    result.metrics.push_back(std::move(series));
  });
}

void read_alarms(const JsonReader& root, RunResult& result) {
  root.each("alarms", [&](const JsonReader& item) {
    AlarmStates alarm{item.text("name"), {}, {}};
    item.each("states", [&](const JsonReader& state) {
      const auto at = state.instant("at");
      const std::string name = state.text("state");
      if (name != "OK" && name != "ALARM" && name != "INSUFFICIENT_DATA") {
        state.note(fmt::format("state '{}'; expected OK, ALARM or INSUFFICIENT_DATA", name));
        return;
      }
      if (!at) return;
      alarm.at.push_back(*at);
      alarm.state.push_back(name);
    });
    result.alarms.push_back(std::move(alarm));
  });
}

void read_cycles(const JsonReader& root, RunResult& result) {
  root.each("cycles", [&](const JsonReader& item) {
    Cycle cycle;
    const auto alarm = item.instant("alarm");
    if (!alarm) return;
    cycle.alarm = *alarm;
    cycle.alarm_name = item.text("alarm_name");
    cycle.onset = item.instant_or_null("onset");
    cycle.first_breach = item.instant_or_null("first_breach");
    cycle.function = item.instant_or_null("function");
    cycle.build = item.instant_or_null("build");
    cycle.registered = item.instant_or_null("registered");
    cycle.approved = item.instant_or_null("approved");
    cycle.deployed = item.instant_or_null("deployed");
    cycle.recovered = item.instant_or_null("recovered");
    result.cycles.push_back(std::move(cycle));
  });
}

void read_counts(const JsonReader& root, RunResult& result) {
  const auto counts = root.object("counts");
  if (!counts) return;
  Counts& c = result.counts;
  const std::pair<const char*, std::int64_t*> members[] = {{"alarms", &c.alarms},
                                                           {"invocations", &c.invocations},
                                                           {"builds", &c.builds},
                                                           {"retrains", &c.retrains},
                                                           {"gated", &c.gated},
                                                           {"registered", &c.registered},
                                                           {"approved", &c.approved},
                                                           {"deployed", &c.deployed},
                                                           {"monitor_executions", &c.monitor_executions},
                                                           {"monitor_violations", &c.monitor_violations},
                                                           {"failed_jobs", &c.failed_jobs}};
  for (const auto& [name, member] : members) *member = counts->integer(name);
}

void read_scores(const JsonReader& root, RunResult& result) {
  const auto scores = root.object("scores");
  if (!scores) return;
  result.scores.detection_delay_s = scores->numbers("detection_delay_s");
  result.scores.time_to_recovery_s = scores->numbers("time_to_recovery_s");
  result.scores.false_alarms = scores->integer("false_alarms");
  result.scores.missed_drifts = scores->integer("missed_drifts");
  result.scores.metric_mean = scores->number_or_null("metric_mean");
}

void read_bill(const JsonReader& root, cost::Bill& bill) {
  const auto item = root.object_or_absent("cost");
  if (!item) return;
  bill.region = item->text_or("region", "");
  bill.prices_as_of = item->text_or("prices_as_of", "");
  item->each("items", [&](const JsonReader& line) {
    bill.items.push_back({line.text("item"), line.number("quantity").value_or(0.0), line.text("unit"),
                          line.number("price_usd").value_or(0.0), line.number("usd").value_or(0.0)});
  });
  if (item->has("unpriced")) bill.unpriced = item->texts("unpriced");
}

std::vector<double> packed(const JsonReader& item, const char* name) {
  const std::string text = item.text(name);
  std::size_t bad = 0;
  auto values = unpack_numbers(text, bad);
  if (values) return std::move(*values);
  item.note_at(name, fmt::format("word {} is no number; the values before it are drawn", bad + 1));
  std::size_t end = 0;
  for (std::size_t i = 0; i < bad && end != std::string::npos; ++i) end = text.find(' ', end + 1);
  return unpack_numbers(std::string_view(text).substr(0, end), bad).value_or(std::vector<double>{});
}

/// A step of whole seconds; a bad one is noted and nothing that needs it is drawn.
std::optional<Duration> step_of(const JsonReader& item, const char* name) {
  const auto seconds = item.number(name);
  if (!seconds) return std::nullopt;
  if (*seconds >= 1.0 && *seconds <= 366.0 * 86400.0) return std::chrono::seconds{std::llround(*seconds)};
  item.note_at(name, fmt::format("{} s; expected 1 s to a year", *seconds));
  return std::nullopt;
}

std::vector<Instant> instants_of(const JsonReader& item, const char* name, Instant origin, Duration step) {
  std::vector<Instant> instants;
  constexpr double kMost = 1e8;
  for (const double steps : packed(item, name)) {
    if (!(steps >= 0.0 && steps < kMost)) {
      item.note_at(name, "a number that is no whole step after the start; the ones before it are drawn");
      break;
    }
    const Instant at = origin + static_cast<std::int64_t>(steps) * step;
    if (!instants.empty() && at < instants.back()) {
      item.note_at(name, "goes back in time; what comes before is drawn");
      break;
    }
    instants.push_back(at);
  }
  return instants;
}

void read_series(const JsonReader& root, RunRecord& record) {
  const auto item = root.object_or_absent("series");
  if (!item) return;
  SeriesRecord series{item->text("name"), {}, {}, packed(*item, "values")};
  const auto start = item->instant("start");
  const auto step = step_of(*item, "step_s");
  if (!start || !step) return;
  series.start = *start;
  series.step = *step;
  record.series = std::move(series);
}

void read_forecasts(const JsonReader& root, RunRecord& record) {
  root.each_or_absent("forecasts", [&](const JsonReader& item) {
    ForecastRecord forecast;
    forecast.endpoint = item.text("endpoint");
    for (const auto& level : item.numbers("levels"))
      if (level) forecast.levels.push_back(*level);
    forecast.length = static_cast<std::size_t>(std::clamp<std::int64_t>(item.integer("length"), 0, 100000));
    const auto start = item.instant("start");
    const auto step = step_of(item, "step_s");
    if (!start || !step) return;
    forecast.step = *step;
    forecast.start = instants_of(item, "at_steps", *start, *step);
    forecast.values = packed(item, "values");
    const std::size_t each = forecast.levels.size() * forecast.length;
    if (each == 0 || forecast.values.size() != each * forecast.start.size()) {
      item.note(fmt::format("{} values for {} forecasts of {} levels and {} steps", forecast.values.size(),
                            forecast.start.size(), forecast.levels.size(), forecast.length));
      const std::size_t whole = each == 0 ? 0 : std::min(forecast.values.size() / each, forecast.start.size());
      forecast.start.resize(whole);
      forecast.values.resize(whole * each);
    }
    record.forecasts.push_back(std::move(forecast));
  });
}

DimensionList dimensions_of(const JsonReader& item) {
  DimensionList dimensions;
  const auto object = item.object("dimensions");
  if (object)
    for (const auto& [name, value] : object->members())
      if (value.is_string()) dimensions.emplace_back(name, value.get<std::string>());
  std::sort(dimensions.begin(), dimensions.end());
  return dimensions;
}

void read_streams(const JsonReader& root, RunRecord& record) {
  root.each_or_absent("cloudwatch", [&](const JsonReader& item) {
    MetricStream stream;
    stream.metric_namespace = item.text("namespace");
    stream.name = item.text("name");
    stream.dimensions = dimensions_of(item);
    const auto start = item.instant("start");
    const auto period = step_of(item, "period_s");
    if (!start || !period) return;
    stream.period = *period;
    stream.at = instants_of(item, "at_periods", *start, *period);
    stream.sum = packed(item, "sum");
    const bool single = !item.has("count");
    stream.count = single ? std::vector<double>(stream.sum.size(), 1.0) : packed(item, "count");
    stream.minimum = single ? stream.sum : packed(item, "minimum");
    stream.maximum = single ? stream.sum : packed(item, "maximum");
    const std::size_t least = std::min(
        {stream.at.size(), stream.sum.size(), stream.count.size(), stream.minimum.size(), stream.maximum.size()});
    if (least != stream.at.size() || least != stream.sum.size())
      item.note(fmt::format("its vectors differ in length; the first {} points are drawn", least));
    stream.at.resize(least);
    for (auto* values : {&stream.sum, &stream.count, &stream.minimum, &stream.maximum}) values->resize(least);
    record.cloudwatch.push_back(std::move(stream));
  });
}

void read_configurations(const JsonReader& root, RunRecord& record) {
  root.each_or_absent("alarm_configurations", [&](const JsonReader& item) {
    AlarmRecord alarm;
    alarm.name = item.text("name");
    alarm.arn = item.text("arn");
    alarm.metric_namespace = item.text("namespace");
    alarm.metric = item.text("metric");
    alarm.dimensions = dimensions_of(item);
    alarm.statistic = item.text("statistic");
    alarm.comparison = item.text("comparison");
    alarm.evaluation_periods = static_cast<int>(item.integer("evaluation_periods"));
    alarm.datapoints_to_alarm = static_cast<int>(item.integer("datapoints_to_alarm"));
    const auto period = step_of(item, "period_s");
    const auto threshold = item.number("threshold");
    if (!period || !threshold) return;
    alarm.period = *period;
    alarm.threshold = *threshold;
    record.alarm_configurations.push_back(std::move(alarm));
  });
}

void read_monitors(const JsonReader& root, RunRecord& record) {
  root.each_or_absent("monitors", [&](const JsonReader& item) {
    MonitorRecord monitor;
    monitor.name = item.text("name");
    monitor.type = item.text("type");
    monitor.endpoint = item.text_or("endpoint", "");
    monitor.schedule = item.text_or("schedule", "");
    monitor.status = item.text_or("status", "");
    monitor.alert = item.text_or("alert", "");
    monitor.alert_since = item.instant_or_null("alert_since");
    monitor.exit_message = item.text_or("exit_message", "");
    monitor.statistics = item.json_text("statistics");
    monitor.constraints = item.json_text("constraints");
    monitor.baseline = item.json_text("baseline");
    monitor.violations = item.json_text("violations");
    item.each_or_absent("executions", [&](const JsonReader& execution) {
      const auto scheduled = execution.instant_at(0);
      const auto ended = execution.instant_at(1);
      if (scheduled && ended) monitor.executions.push_back({*scheduled, *ended, execution.text_at(2)});
    });
    record.monitors.push_back(std::move(monitor));
  });
}

void read_registry(const JsonReader& root, RunRecord& record) {
  root.each_or_absent("dashboards", [&](const JsonReader& item) {
    record.dashboards.push_back({item.text("name"), item.json_text("body")});
  });
  root.each_or_absent("models", [&](const JsonReader& item) {
    record.models.push_back({item.text("name"), item.text_or("risk_rating", "unknown"), item.texts("endpoints")});
  });
  root.each_or_absent("packages", [&](const JsonReader& item) {
    const auto created = item.instant("created");
    const auto modified = item.instant("modified");
    if (created && modified)
      record.packages.push_back({item.text("group"), static_cast<int>(item.integer("version")),
                                 item.text("approval_status"), *created, *modified});
  });
  root.each_or_absent("endpoints", [&](const JsonReader& item) {
    const auto modified = item.instant("modified");
    if (modified)
      record.endpoints.push_back({item.text("name"), item.text("status"), item.text_or("config", ""), *modified});
  });
}

void read_identity(const JsonReader& root, RunResult& result) {
  result.scenario = root.text("scenario");
  result.why = root.text_or("why", "");
  result.file = root.text_or("file", "");
  if (root.has("sets")) result.sets = root.texts("sets");
  result.seed = root.unsigned_integer("seed");
  result.version = root.text_or("version", "");
  result.settings_hash = root.text_or("settings_hash", "");
  result.trace_hash = root.text("trace_hash");
  result.events = root.unsigned_integer("events");
  result.system = root.text_or("system", "");
  result.stages = root.texts("stages");
}

}  // namespace

Result<RunResult> read_result(std::string_view text, const std::string& file, std::vector<Note>& notes) {
  const auto document = parse_leniently(text, file, notes);
  if (!document) return document.error();
  const JsonReader root(*document, file, "$", notes);
  if (!root.has("scenario") && !root.has("metrics") && !root.has("transitions"))
    return input_error(file + ": no member scenario, metrics or transitions; expected a result.json of driftlab run");
  RunResult result;
  const auto version = root.integer("schema_version");
  if (version != kSchemaVersion)
    root.note_at("schema_version", fmt::format("{} is not {}, which this program writes; what has the same name is "
                                               "drawn",
                                               version, kSchemaVersion));
  read_identity(root, result);
  const auto start = root.instant("start");
  const auto end = root.instant("end");
  if (start) result.start = *start;
  result.end = end && *end > result.start ? *end : result.start + std::chrono::hours{1};
  if (start && end && *end <= *start) root.note_at("end", "not after the start");
  root.each("drifts", [&](const JsonReader& item) {
    const auto at = item.instant("at");
    const auto until = item.instant("until");
    if (at) result.drifts.push_back({item.text("kind"), *at, until.value_or(*at), item.text_or("detail", "")});
  });
  root.each("expectations", [&](const JsonReader& item) {
    result.expectations.push_back({item.text("text"), item.boolean("held"), item.text_or("evidence", "")});
  });
  read_counts(root, result);
  read_scores(root, result);
  read_bill(root, result.bill);
  read_cycles(root, result);
  read_alarms(root, result);
  read_transitions(root, result);
  read_metrics(root, result);
  read_series(root, result.record);
  read_forecasts(root, result.record);
  read_streams(root, result.record);
  read_configurations(root, result.record);
  read_registry(root, result.record);
  read_monitors(root, result.record);
  return result;
}

}  // namespace driftlab::report

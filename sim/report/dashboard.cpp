#include "sim/report/dashboard.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "sim/report/json_reader.hpp"

namespace driftlab::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kColumns = 24;
constexpr int kMostRows = 1000;
constexpr int kDefaultPeriodSeconds = 300;

std::string at_place(const std::string& path, std::size_t index) {
  return fmt::format("{}[{}]", path, index);
}

class BodyReader {
 public:
  BodyReader(const RunResult& result, std::string file, std::vector<Note>& notes)
      : result_(result), catalogue_(result), file_(std::move(file)), notes_(notes) {}

  Widget widget(const Json& json, const std::string& path) {
    Widget widget;
    if (!json.is_object()) {
      problem(widget, path, "expected an object");
      return widget;
    }
    widget.type = text(json, "type");
    place(json, path, widget);
    const auto properties = json.find("properties");
    const Json empty = Json::object();
    const Json& p = properties != json.end() && properties->is_object() ? *properties : empty;
    widget.title = text(p, "title");
    const std::string inside = path + ".properties";
    if (widget.type == "metric")
      metric_widget(p, inside, widget);
    else if (widget.type == "text")
      widget.markdown = text(p, "markdown");
    else if (widget.type == "alarm")
      alarm_list(p, inside, widget);
    else if (widget.type == "log" || widget.type == "explorer" || widget.type == "custom")
      problem(widget, path + ".type", fmt::format("widgets of type {} are not drawn", widget.type));
    else
      problem(widget, path + ".type",
              fmt::format("type '{}'; expected metric, text or alarm{}", widget.type,
                          suggestion(widget.type, std::vector<std::string>{"metric", "text", "alarm"})));
    return widget;
  }

 private:
  void problem(Widget& widget, const std::string& path, const std::string& what) {
    widget.problems.push_back(what);
    notes_.push_back({file_ + ": " + path, what});
  }

  static std::string text(const Json& json, const char* name) {
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  }
  static std::optional<double> number(const Json& json, const char* name) {
    const auto found = json.is_object() ? json.find(name) : json.end();
    if (found == json.end() || !found->is_number()) return std::nullopt;
    const double value = found->get<double>();
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
  }
  static bool flag(const Json& json, const char* name, bool fallback) {
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found != json.end() && found->is_boolean() ? found->get<bool>() : fallback;
  }

  void place(const Json& json, const std::string& path, Widget& widget) {
    const auto whole = [&](const char* name, int low, int high, int fallback) {
      const auto value = number(json, name);
      if (!value) return fallback;
      if (*value >= low && *value <= high) return static_cast<int>(*value);
      problem(widget, path + "." + name, fmt::format("{} {}; expected {} to {}", name, *value, low, high));
      return fallback;
    };
    widget.x = whole("x", 0, kColumns - 1, 0);
    widget.y = whole("y", 0, 100000, next_row_);
    widget.width = std::min(whole("width", 1, kColumns, 6), kColumns - widget.x);
    widget.height = whole("height", 1, kMostRows, 6);
    next_row_ = std::max(next_row_, widget.y + widget.height);
  }

  void metric_widget(const Json& p, const std::string& path, Widget& widget) {
    const std::string view = text(p, "view");
    const std::array<const char*, 6> views = {"timeSeries", "singleValue", "gauge", "bar", "pie", "table"};
    if (!view.empty() && std::find(views.begin(), views.end(), view) == views.end())
      problem(widget, path + ".view", fmt::format("view '{}'; drawn as timeSeries", view));
    else if (!view.empty())
      widget.view = view;
    widget.stacked = flag(p, "stacked", false);
    if (const auto axes = p.find("yAxis"); axes != p.end() && axes->is_object()) {
      widget.left = axis(*axes, "left");
      widget.right = axis(*axes, "right");
    }
    stat_ = text(p, "stat").empty() ? "Average" : text(p, "stat");
    period_ = number(p, "period").value_or(kDefaultPeriodSeconds);
    if (const auto rows = p.find("metrics"); rows != p.end()) metric_rows(*rows, path + ".metrics", widget);
    if (const auto annotations = p.find("annotations"); annotations != p.end() && annotations->is_object())
      read_annotations(*annotations, path + ".annotations", widget);
    else if (!p.contains("metrics"))
      problem(widget, path, "has neither metrics nor annotations.alarms");
    shade_alarms(widget);
  }

  static Axis axis(const Json& axes, const char* side) {
    const auto found = axes.find(side);
    if (found == axes.end()) return {};
    return {number(*found, "min"), number(*found, "max"), text(*found, "label")};
  }

  void metric_rows(const Json& rows, const std::string& path, Widget& widget) {
    if (!rows.is_array()) {
      problem(widget, path, "expected an array of rows");
      return;
    }
    std::vector<std::string> before;
    for (std::size_t i = 0; i < rows.size(); ++i) metric_row(rows[i], at_place(path, i), before, widget);
  }

  /// "." repeats the element above, "..." all but what follows.
  void metric_row(const Json& row, const std::string& path, std::vector<std::string>& before, Widget& widget) {
    if (!row.is_array() || row.empty()) {
      problem(widget, path, "expected a row such as [namespace, name, dimension, value]");
      return;
    }
    const Json options = row.back().is_object() ? row.back() : Json::object();
    std::vector<std::string> names;
    const std::size_t count = row.size() - (row.back().is_object() ? 1 : 0);
    for (std::size_t i = 0; i < count; ++i) {
      if (!row[i].is_string()) {
        problem(widget, at_place(path, i), "expected a text");
        return;
      }
      const auto& word = row[i].get_ref<const std::string&>();
      if (word == "...") {
        const std::size_t following = count - i - 1;
        if (before.size() < following) {
          problem(widget, at_place(path, i), "'...' without a longer row above");
          return;
        }
        names.insert(names.end(), before.begin() + static_cast<std::ptrdiff_t>(names.size()),
                     before.end() - static_cast<std::ptrdiff_t>(following));
      } else if (word == ".") {
        if (names.size() >= before.size()) {
          problem(widget, at_place(path, i), "'.' without an element above");
          return;
        }
        names.push_back(before[names.size()]);
      } else {
        names.push_back(word);
      }
    }
    if (count == 0) {
      const std::string expression = text(options, "expression");
      problem(widget, path,
              expression.empty() ? "names no metric" : fmt::format("the expression {} is not drawn", expression));
      return;
    }
    if (names.size() < 2 || names.size() % 2 != 0) {
      problem(widget, path,
              fmt::format("{} names; expected namespace, metric and pairs of dimension and value", names.size()));
      return;
    }
    before = names;
    add_series(names, options, path, widget);
  }

  void add_series(const std::vector<std::string>& names, const Json& options, const std::string& path, Widget& widget) {
    MetricName metric{names[0], names[1], {}};
    for (std::size_t i = 2; i + 1 < names.size(); i += 2) metric.dimensions.emplace_back(names[i], names[i + 1]);
    std::sort(metric.dimensions.begin(), metric.dimensions.end());
    WidgetSeries series;
    series.label = text(options, "label").empty() ? names[1] : text(options, "label");
    series.color = text(options, "color");
    series.metric = full_name(metric);
    series.statistic = text(options, "stat").empty() ? stat_ : text(options, "stat");
    series.right_axis = text(options, "yAxis") == "right";
    series.visible = flag(options, "visible", true);
    series.dots = names[0] == "AWS/Lambda" && names[1] == "Invocations";
    const double seconds = number(options, "period").value_or(period_);
    if (!(seconds >= 1.0 && seconds <= 86400.0 * 365.0)) {
      problem(widget, path, fmt::format("period {}; expected seconds", seconds));
      return;
    }
    series.period = std::chrono::seconds{std::llround(seconds)};
    auto points = catalogue_.statistics(metric, series.statistic, series.period);
    // A function that was never called has no metric yet; that is an answer, not a fault.
    if (!points && series.dots && points.error().kind == ErrorKind::NotFound && is_function(metric))
      points = MetricPoints{};
    if (!points) {
      problem(widget, path, points.error().message);
      return;
    }
    series.points = std::move(*points);
    if (series.visible) widget.series.push_back(std::move(series));
  }

  /// Whether an alarm of the run stands for this function: the trigger functions carry their stage's name.
  [[nodiscard]] bool is_function(const MetricName& metric) const {
    return metric.dimensions.size() == 1 &&
           std::any_of(result_.stages.begin(), result_.stages.end(),
                       [&](const auto& stage) { return metric.dimensions.front().second == "retrain-" + stage; });
  }

  void read_annotations(const Json& annotations, const std::string& path, Widget& widget) {
    if (const auto lines = annotations.find("horizontal"); lines != annotations.end() && lines->is_array())
      for (std::size_t i = 0; i < lines->size(); ++i)
        annotation<double>((*lines)[i], at_place(path + ".horizontal", i), widget, widget.horizontal,
                           [](const Json& value) -> std::optional<double> {
                             return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
                           });
    if (const auto lines = annotations.find("vertical"); lines != annotations.end() && lines->is_array())
      for (std::size_t i = 0; i < lines->size(); ++i)
        annotation<Instant>((*lines)[i], at_place(path + ".vertical", i), widget, widget.vertical,
                            [](const Json& value) -> std::optional<Instant> {
                              if (!value.is_string()) return std::nullopt;
                              const auto at = parse_instant(value.get_ref<const std::string&>());
                              return at ? std::optional(*at) : std::nullopt;
                            });
    if (const auto alarms = annotations.find("alarms"); alarms != annotations.end() && alarms->is_array())
      for (std::size_t i = 0; i < alarms->size(); ++i) draw_alarm((*alarms)[i], at_place(path + ".alarms", i), widget);
  }

  template <class Value, class Read>
  void annotation(const Json& json, const std::string& path, Widget& widget, std::vector<Annotation<Value>>& out,
                  Read read) {
    const bool pair = json.is_array() && json.size() == 2;
    const Json& first = pair ? json[0] : json;
    const auto value = [&](const Json& from) -> std::optional<Value> {
      return from.is_object() && from.contains("value") ? read(from["value"]) : std::nullopt;
    };
    const auto from = value(first);
    if (!from) {
      problem(widget, path,
              std::is_same_v<Value, double> ? "expected {\"value\": number} or a pair of them"
                                            : "expected {\"value\": ISO 8601 instant} or a pair of them");
      return;
    }
    if (!flag(first, "visible", true)) return;
    Annotation<Value> annotation{*from,
                                 std::nullopt,
                                 text(first, "label"),
                                 text(first, "color"),
                                 text(first, "fill"),
                                 text(first, "yAxis") == "right"};
    if (pair) annotation.to = value(json[1]);
    out.push_back(std::move(annotation));
  }

  [[nodiscard]] const AlarmRecord* alarm_of(const std::string& arn_or_name) const {
    for (const auto& alarm : result_.record.alarm_configurations)
      if (alarm.arn == arn_or_name || alarm.name == arn_or_name) return &alarm;
    return nullptr;
  }

  [[nodiscard]] std::string unknown_alarm(const std::string& name) const {
    std::vector<std::string> known;
    for (const auto& alarm : result_.record.alarm_configurations) known.push_back(alarm.arn);
    return fmt::format("this run has no alarm {}{}", name, suggestion(name, known));
  }

  /// An alarm's metric and threshold, as a metric widget with annotations.alarms shows them.
  void draw_alarm(const Json& json, const std::string& path, Widget& widget) {
    const std::string arn = json.is_string() ? json.get<std::string>() : std::string();
    const AlarmRecord* alarm = alarm_of(arn);
    if (!alarm) {
      problem(widget, path, unknown_alarm(arn));
      return;
    }
    widget.alarms.push_back(alarm->name);
    const MetricName metric{alarm->metric_namespace, alarm->metric, alarm->dimensions};
    const auto points = catalogue_.statistics(metric, alarm->statistic, alarm->period);
    if (!points) {
      problem(widget, path, points.error().message);
      return;
    }
    widget.series.push_back(
        {alarm->metric, "", full_name(metric), alarm->statistic, alarm->period, false, true, false, *points});
    widget.horizontal.push_back(
        {alarm->threshold, std::nullopt, alarm->name + " (threshold at the end)", "", "", false});
  }

  void alarm_list(const Json& p, const std::string& path, Widget& widget) {
    const auto alarms = p.find("alarms");
    if (alarms == p.end() || !alarms->is_array()) {
      problem(widget, path + ".alarms", "expected an array of alarm ARNs");
      return;
    }
    for (std::size_t i = 0; i < alarms->size(); ++i) {
      const std::string arn = (*alarms)[i].is_string() ? (*alarms)[i].get<std::string>() : std::string();
      const AlarmRecord* alarm = alarm_of(arn);
      if (alarm)
        widget.alarms.push_back(alarm->name);
      else
        problem(widget, at_place(path + ".alarms", i), unknown_alarm(arn));
    }
  }

  /// The alarms on a metric that the widget shows.
  void shade_alarms(Widget& widget) {
    for (const auto& alarm : result_.record.alarm_configurations) {
      const std::string watched = full_name({alarm.metric_namespace, alarm.metric, alarm.dimensions});
      const bool shown = std::any_of(widget.series.begin(), widget.series.end(),
                                     [&](const auto& series) { return series.metric == watched; });
      if (shown && std::find(widget.alarms.begin(), widget.alarms.end(), alarm.name) == widget.alarms.end())
        widget.alarms.push_back(alarm.name);
    }
  }

  const RunResult& result_;
  MetricCatalogue catalogue_;
  std::string file_;
  std::vector<Note>& notes_;
  std::string stat_;
  double period_ = kDefaultPeriodSeconds;
  int next_row_ = 0;
};

}  // namespace

Result<Dashboard> read_dashboard(std::string_view body, const std::string& name, const std::string& file,
                                 const RunResult& result, std::vector<Note>& notes) {
  const auto document = parse_leniently(body, file, notes);
  if (!document) return document.error();
  const auto widgets = (*document)->find("widgets");
  if (widgets == (*document)->end() || !widgets->is_array())
    return input_error(file + ": $.widgets: expected an array of widgets");
  Dashboard dashboard{name, {}};
  BodyReader reader(result, file, notes);
  for (std::size_t i = 0; i < widgets->size(); ++i)
    dashboard.widgets.push_back(reader.widget((*widgets)[i], at_place("$.widgets", i)));
  return dashboard;
}

std::string default_dashboard_body(const std::string& stage) {
  const Json body{
      {"widgets",
       Json::array(
           {{{"type", "metric"},
             {"x", 0},
             {"y", 0},
             {"width", kColumns},
             {"height", 9},
             {"properties",
              {{"title", stage + " weighted quantile loss"},
               {"stat", "Maximum"},
               {"period", 3600},
               {"metrics", Json::array({Json::array({"CustomModelMonitoring", "weighted_quantile_loss", "StageName",
                                                     stage, Json{{"color", "#ff7f0e"}, {"label", "loss"}}}),
                                        Json::array({".", "weighted_quantile_loss_threshold", ".", ".",
                                                     Json{{"color", "#1f77b4"}, {"label", "threshold"}}})})}}}}})}};
  return body.dump();
}

}  // namespace driftlab::report

#pragma once
/// A CloudWatch dashboard body, read and filled with the metrics of a run.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/metric_catalogue.hpp"
#include "sim/report/run_result.hpp"

namespace driftlab::report {

struct WidgetSeries {
  std::string label;
  std::string color;   ///< "#1f77b4", or empty for the drawer's choice
  std::string metric;  ///< its full name, for those who look closer
  std::string statistic;
  Duration period{0};
  bool right_axis = false;
  bool visible = true;
  bool dots = false;  ///< a counter of rare events: dots, no line
  MetricPoints points;
};

/// A horizontal or vertical annotation, or the band between two.
template <class Value>
struct Annotation {
  Value from{};
  std::optional<Value> to;
  std::string label;
  std::string color;
  std::string fill;  ///< above, below, before, after, none or empty
  bool right_axis = false;
};

struct Axis {
  std::optional<double> min;
  std::optional<double> max;
  std::string label;
};

struct Widget {
  std::string type;
  int x = 0;
  int y = 0;
  int width = 6;
  int height = 6;
  std::string title;
  std::string view = "timeSeries";
  bool stacked = false;
  Axis left;
  Axis right;
  std::vector<WidgetSeries> series;
  std::vector<Annotation<double>> horizontal;
  std::vector<Annotation<Instant>> vertical;
  std::vector<std::string> alarms;  ///< whose states are shaded behind it, or listed by an alarm widget
  std::string markdown;
  std::vector<std::string> problems;  ///< shown in the widget: what of it is not drawn, and why
};

struct Dashboard {
  std::string name;
  std::vector<Widget> widgets;
};

/// Reads a body (metric, text and alarm widgets on the 24-column grid; "." and "..." in metric rows; annotations) and
/// looks its metrics up. What is unknown or wrong becomes a note with its path in `file` and a problem of its widget;
/// everything else is filled. Errors: InvalidInput when the text is no JSON object with an array `widgets`.
[[nodiscard]] Result<Dashboard> read_dashboard(std::string_view body, const std::string& name, const std::string& file,
                                               const RunResult& result, std::vector<Note>& notes);

/// The seed system's dashboard of a stage: what a result without recorded dashboards is shown with.
[[nodiscard]] std::string default_dashboard_body(const std::string& stage);

}  // namespace driftlab::report

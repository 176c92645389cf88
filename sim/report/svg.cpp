#include "sim/report/svg.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace driftlab::report {
namespace {

constexpr double kRowHeight = 38.0;  ///< of a unit of the grid
constexpr double kGap = 12.0;
constexpr double kLeft = 58.0;
constexpr double kRight = 44.0;
constexpr double kTop = 58.0;
constexpr double kMarkRow = 18.0;
constexpr const char* kMarkKinds[] = {"drift", "build", "registered", "approved", "deployed"};
constexpr const char* kPalette[] = {"#1f77b4", "#e06c00", "#2ca02c", "#d62728", "#9467bd", "#8c564b"};

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n')
      out += ' ';  // no control character may stand in XML
    else
      out += c;
  }
  return out;
}

/// Only what is surely a colour goes into an attribute.
std::string color_or(const std::string& color, const char* fallback) {
  const bool hex = (color.size() == 7 || color.size() == 4) && color[0] == '#' &&
                   color.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
  // The seed's orange is too faint on white; this one is as orange.
  if (hex && color == "#ff7f0e") return "#e06c00";
  return hex ? color : fallback;
}

struct Box {
  double x, y, w, h;
};

struct Scale {
  double low = 0.0;
  double high = 1.0;
  double from = 0.0;
  double to = 1.0;
  [[nodiscard]] double operator()(double value) const {
    return from + (std::clamp(value, low, high) - low) / (high - low) * (to - from);
  }
};

/// About `count` round numbers over a scale.
std::vector<double> ticks(double low, double high, int count) {
  const double raw = (high - low) / count;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  double step = power * 10.0;
  for (const double factor : {5.0, 2.0, 1.0})
    if (power * factor >= raw) step = power * factor;
  const double first = std::ceil(low / step);
  const double last = std::floor(high / step + 1e-9);
  std::vector<double> list;
  for (int i = 0; first + i <= last; ++i) list.push_back((first + i) * step + 0.0);
  return list;
}

Duration day_step(Duration length) {
  for (const int hours : {1, 3, 6, 12, 24, 48, 96, 168, 336, 720, 2160})
    if (length / std::chrono::hours{hours} <= 12) return std::chrono::hours{hours};
  return std::chrono::hours{8760};
}

class WidgetDrawing {
 public:
  WidgetDrawing(const Widget& widget, const RunResult& result, Box box) : widget_(widget), result_(result), box_(box) {
    for (const char* kind : kMarkKinds)
      if (has_marks(kind)) mark_kinds_.emplace_back(kind);
    const double strip = kMarkRow * static_cast<double>(mark_kinds_.size()) + 8.0;
    plot_ = {box.x + kLeft, box.y + kTop, box.w - kLeft - kRight, box.h - kTop - strip - 26.0};
    x_ = {0.0, to_seconds(result.end - result.start), plot_.x, plot_.x + plot_.w};
    left_ = scale(false);
    right_ = scale(true);
  }

  std::string draw() {
    out_ = fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="6" class="card"/>)", box_.x,
                       box_.y, box_.w, box_.h);
    text(box_.x + 14, box_.y + 22, "title", widget_.title);
    for (std::size_t i = 0; i < widget_.problems.size() && i < 3; ++i)
      text(box_.x + 14, box_.y + box_.h - 8.0 - 15.0 * static_cast<double>(i), "faint",
           "not drawn: " + widget_.problems[i]);
    if (widget_.series.empty() || widget_.view != "timeSeries") return std::move(out_);
    shade_alarms();
    grid();
    for (const auto& line : widget_.horizontal) annotate(line);
    for (std::size_t i = 0; i < widget_.series.size(); ++i) series(widget_.series[i], i);
    drifts();
    legend();
    marks();
    return std::move(out_);
  }

 private:
  [[nodiscard]] double x_of(Instant at) const { return x_(to_seconds(at - result_.start)); }

  [[nodiscard]] static bool is_kind(const Transition& transition, std::string_view kind) {
    return transition.kind == kind && (kind != "build" || transition.to == "started");
  }
  [[nodiscard]] bool has_marks(std::string_view kind) const {
    if (kind == "drift") return !result_.drifts.empty();
    return std::any_of(result_.transitions.begin(), result_.transitions.end(),
                       [&](const auto& transition) { return is_kind(transition, kind); });
  }

  [[nodiscard]] Scale scale(bool right) const {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    bool dots = false;
    for (const auto& series : widget_.series) {
      if (series.right_axis != right) continue;
      dots = dots || series.dots;
      for (const double value : series.points.value) {
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
    const Axis& axis = right ? widget_.right : widget_.left;
    if (!(low <= high)) low = 0.0, high = 1.0;
    // Dots of a counter stay in the lower third, below the curves.
    high = axis.max.value_or(dots ? std::max(3.0, high * 3.0) : high + 0.05 * (high - low));
    low = axis.min.value_or(right ? 0.0 : low);
    if (!(high > low)) high = low + 1.0;
    return {low, high, plot_.y + plot_.h, plot_.y};
  }

  void text(double x, double y, const char* kind, const std::string& words, const char* anchor = "start") {
    out_ += fmt::format(R"(<text x="{:.1f}" y="{:.1f}" class="{}" text-anchor="{}">{}</text>)", x, y, kind, anchor,
                        escape(words));
  }
  void line(double x1, double y1, double x2, double y2, const char* kind) {
    out_ += fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>)", x1, y1, x2, y2, kind);
  }

  void shade_alarms() {
    for (const auto& alarm : result_.alarms) {
      if (std::find(widget_.alarms.begin(), widget_.alarms.end(), alarm.name) == widget_.alarms.end()) continue;
      for (std::size_t i = 0; i < alarm.at.size(); ++i) {
        if (alarm.state[i] == "OK") continue;
        const double from = x_of(alarm.at[i]);
        const double to = i + 1 < alarm.at.size() ? x_of(alarm.at[i + 1]) : plot_.x + plot_.w;
        out_ += fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="{}"/>)", from, plot_.y,
                            std::max(1.0, to - from), plot_.h, alarm.state[i] == "ALARM" ? "alarm" : "unknown");
      }
    }
  }

  void grid() {
    for (const double value : ticks(left_.low, left_.high, 5)) {
      line(plot_.x, left_(value), plot_.x + plot_.w, left_(value), "grid");
      text(plot_.x - 8, left_(value) + 4, "faint", fmt::format("{:.4g}", value), "end");
    }
    const bool right =
        std::any_of(widget_.series.begin(), widget_.series.end(), [](const auto& s) { return s.right_axis; });
    double most = 0.0;
    for (const auto& series : widget_.series)
      if (series.right_axis)
        for (const double value : series.points.value) most = std::max(most, value);
    if (right)
      for (const double value : ticks(right_.low, right_.high, 8))
        if (value <= most && value == std::floor(value))
          text(plot_.x + plot_.w + 8, right_(value) + 4, "faint", fmt::format("{:.4g}", value));
    const Duration step = day_step(result_.end - result_.start);
    for (Instant at = ceil_to(result_.start, step); at < result_.end; at += step) {
      const std::string name = format_seconds(at);
      line(x_of(at), plot_.y, x_of(at), plot_.y + plot_.h, "grid");
      text(x_of(at), plot_.y + plot_.h + 16, "faint",
           step < std::chrono::hours{24} ? name.substr(5, 11) : name.substr(5, 5), "middle");
    }
    line(plot_.x, plot_.y + plot_.h, plot_.x + plot_.w, plot_.y + plot_.h, "axis");
  }

  void annotate(const Annotation<double>& annotation) {
    const Scale& scale = annotation.right_axis ? right_ : left_;
    const std::string color = color_or(annotation.color, "#d62728");
    out_ += fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-dasharray="6 3"/>)",
                        plot_.x, scale(annotation.from), plot_.x + plot_.w, scale(annotation.from), color);
    text(plot_.x + 6, scale(annotation.from) - 4, "faint", annotation.label);
  }

  [[nodiscard]] static bool is_threshold(const WidgetSeries& series) {
    return series.metric.find("_threshold ") != std::string::npos;
  }
  [[nodiscard]] static std::string color_of(const WidgetSeries& series, std::size_t index) {
    return color_or(series.color, kPalette[index % std::size(kPalette)]);
  }
  [[nodiscard]] static const char* dash_of(const WidgetSeries& series) { return is_threshold(series) ? "9 4" : "none"; }

  void series(const WidgetSeries& series, std::size_t index) {
    const Scale& y = series.right_axis ? right_ : left_;
    const std::string color = color_of(series, index);
    std::string path;
    std::optional<Instant> before;
    double before_y = 0.0;
    for (std::size_t i = 0; i < series.points.at.size(); ++i) {
      const Instant at = series.points.at[i];
      if (at < result_.start || at > result_.end) continue;
      const double py = y(series.points.value[i]);
      if (series.dots) {
        out_ += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="3.5" fill="{}"/>)", x_of(at), py, color);
        continue;
      }
      const bool gap = !before || at - *before > series.period * 5 / 2;
      if (is_threshold(series) && !gap) path += fmt::format("L{:.1f},{:.1f}", x_of(at), before_y);
      path += fmt::format("{}{:.1f},{:.1f}", gap ? 'M' : 'L', x_of(at), py);
      before = at;
      before_y = py;
    }
    if (!path.empty())
      out_ += fmt::format(R"(<path d="{}" fill="none" stroke="{}" stroke-width="1.8" stroke-dasharray="{}"/>)", path,
                          color, dash_of(series));
  }

  void drifts() {
    for (std::size_t i = 0; i < result_.drifts.size(); ++i) {
      const double x = x_of(result_.drifts[i].at);
      line(x, plot_.y, x, plot_.y + plot_.h, "drift");
      const bool late = plot_.x + plot_.w - x < 170.0;
      text(x + (late ? -5 : 5), plot_.y + 13.0, "drift-name", fmt::format("drift[{}] {}", i, result_.drifts[i].detail),
           late ? "end" : "start");
    }
  }

  void legend() {
    double x = box_.x + 14.0;
    const double y = box_.y + 42.0;
    for (std::size_t i = 0; i < widget_.series.size(); ++i) {
      const auto& series = widget_.series[i];
      const std::string color = color_of(series, i);
      if (series.dots)
        out_ += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="4" fill="{}"/>)", x + 11, y - 4, color);
      else
        out_ += fmt::format(
            R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="3" stroke-dasharray="{}"/>)",
            x, y - 4, x + 22, y - 4, color, dash_of(series));
      text(x + 28, y, "name", series.label);
      x += 28.0 + 7.2 * static_cast<double>(series.label.size()) + 20.0;
    }
    if (!widget_.alarms.empty()) {
      out_ += fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="22" height="12" class="alarm"/>)", x, y - 11);
      text(x + 28, y, "name", "ALARM");
    }
  }

  void marks() {
    double y = plot_.y + plot_.h + 36.0;
    for (const auto& kind : mark_kinds_) {
      text(plot_.x - 8, y + 4, "faint", kind == "registered" ? "register" : kind, "end");
      line(plot_.x, y, plot_.x + plot_.w, y, "grid");
      double taken = -10.0;
      const auto mark = [&](Instant at) {
        if (at < result_.start || at > result_.end || x_of(at) - taken < 1.5) return;
        taken = x_of(at);
        out_ += fmt::format(R"x(<path d="{}" transform="translate({:.1f},{:.1f})" class="{}"/>)x", glyph(kind), taken,
                            y, kind);
      };
      if (kind == "drift")
        for (const auto& drift : result_.drifts) mark(drift.at);
      for (const auto& transition : result_.transitions)
        if (is_kind(transition, kind)) mark(transition.at);
      y += kMarkRow;
    }
  }

  static const char* glyph(std::string_view kind) {
    if (kind == "drift") return "M0,-6 L6,5 L-6,5 Z";
    if (kind == "build") return "M-4,0 A4,4 0 1 0 4,0 A4,4 0 1 0 -4,0 Z";
    if (kind == "registered") return "M0,-6 L6,0 L0,6 L-6,0 Z";
    if (kind == "approved") return "M-5,0 L-1,4 L6,-4";
    return "M-4.5,-4.5 H4.5 V4.5 H-4.5 Z";
  }

  const Widget& widget_;
  const RunResult& result_;
  Box box_;
  Box plot_{};
  Scale x_;
  Scale left_;
  Scale right_;
  std::vector<std::string> mark_kinds_;
  std::string out_;
};

constexpr std::string_view kStyle = R"(<style>
svg{--paper:#fff;--ink:#16191f;--faint:#545b64;--line:#e1e5e8;--red:#c62828}
@media (prefers-color-scheme: dark){svg{--paper:#171b21;--ink:#e8eaed;--faint:#a9b1ba;--line:#333a44;--red:#ff8a80}}
text{font:12px system-ui,"Segoe UI","Liberation Sans",Arial,sans-serif;fill:var(--ink)}
.title{font-size:15px;font-weight:650}.faint{fill:var(--faint)}.card{fill:var(--paper);stroke:var(--line)}
.grid{stroke:var(--line)}.axis{stroke:var(--faint)}.alarm{fill:#d62728;fill-opacity:.18}.unknown{fill:#6e7681;fill-opacity:.18}
.drift{stroke:var(--red);fill:var(--red);stroke-dasharray:3 3}path.drift{stroke:none}.drift-name{fill:var(--red);font-weight:600}
.build{fill:#7f7f7f}.registered{fill:#9467bd}.approved{fill:none;stroke:#17a2b8;stroke-width:2}.deployed{fill:#2ca02c}
</style>)";

}  // namespace

std::string draw_svg(const Dashboard& dashboard, const RunResult& result, const SvgOptions& options) {
  const double width = std::max(400, options.width);
  const double column = (width - kGap) / 24.0;
  double bottom = 0.0;
  std::string body;
  for (const auto& widget : dashboard.widgets) {
    if (widget.type != "metric" && widget.problems.empty()) continue;
    const Box box{kGap + column * widget.x, kGap + kRowHeight * widget.y, column * widget.width - kGap,
                  kRowHeight * widget.height - kGap + (widget.type == "metric" ? 90.0 : 0.0)};
    bottom = std::max(bottom, box.y + box.h);
    body += WidgetDrawing(widget, result, box).draw();
  }
  const double height = bottom + kGap;
  return fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0:.0f}" height="{1:.0f}" viewBox="0 0 {0:.0f} {1:.0f}" role="img">
<title>{2}, seed {3}</title>
{4}
{5}
</svg>
)",
      width, height, escape(result.scenario), result.seed, kStyle, body);
}

}  // namespace driftlab::report

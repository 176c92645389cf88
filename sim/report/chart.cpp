#include "sim/report/chart.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

namespace driftlab::report {
namespace {

constexpr int kAxisWidth = 7;
constexpr int kDotsAcross = 2;  ///< of a braille character
constexpr int kDotsDown = 4;

/// UTF-8 of the braille character with these dots; bit 0 is the upper left one, as Unicode numbers them.
std::string braille(unsigned dots) {
  const unsigned code = 0x2800U + dots;
  return {static_cast<char>(0xe0U | code >> 12U), static_cast<char>(0x80U | (code >> 6U & 0x3fU)),
          static_cast<char>(0x80U | (code & 0x3fU))};
}

/// The bit of a dot: columns of three from the top, then the fourth row.
unsigned dot_bit(int across, int down) {
  return down < 3 ? 1U << static_cast<unsigned>(across * 3 + down) : 0x40U << static_cast<unsigned>(across);
}

/// What a column of the plot shows.
struct Column {
  std::optional<double> low;
  std::optional<double> high;
  std::optional<double> threshold;
};

class Chart {
 public:
  Chart(const RunResult& result, const std::string& stage, const ChartStyle& style)
      : result_(result),
        stage_(stage),
        style_(style),
        columns_(static_cast<std::size_t>(style.width - kAxisWidth - 1)) {}

  std::string draw() {
    const auto* metric = result_.metric("weighted_quantile_loss", stage_);
    if (!metric || metric->value.empty()) return {};
    fill(*metric, result_.metric("weighted_quantile_loss_threshold", stage_));
    choose_top(*metric);
    if (style_.unicode) draw_line(*metric);
    std::string out;
    for (int row = style_.height - 1; row >= 0; --row) out += plot_row(row);
    out += axis_row() + day_row();
    out += mark_row(
        "drift", '!', [](const Transition&) { return false; }, true);
    out += mark_row("alarm", 'A', [](const Transition& t) { return t.kind == "alarm" && t.to == "ALARM"; });
    // The first build is no retrain.
    out += mark_row("retrain", 'R', [builds = 0](const Transition& t) mutable {
      return t.kind == "build" && t.to == "started" && ++builds > 1;
    });
    out += mark_row("deploy", 'D', [](const Transition& t) { return t.kind == "deployed"; });
    return out;
  }

 private:
  [[nodiscard]] std::optional<std::size_t> column_of(Instant at) const {
    if (at < result_.start || at >= result_.end) return std::nullopt;
    const double share = to_seconds(at - result_.start) / to_seconds(result_.end - result_.start);
    return std::min(columns_.size() - 1, static_cast<std::size_t>(share * static_cast<double>(columns_.size())));
  }

  void fill(const MetricSeries& metric, const MetricSeries* threshold) {
    for (std::size_t i = 0; i < metric.value.size(); ++i) {
      const auto column = column_of(metric.at[i]);
      if (!column) continue;
      auto& cell = columns_[*column];
      cell.low = std::min(cell.low.value_or(metric.value[i]), metric.value[i]);
      cell.high = std::max(cell.high.value_or(metric.value[i]), metric.value[i]);
    }
    if (!threshold) return;
    for (std::size_t i = 0; i < threshold->value.size(); ++i)
      if (const auto column = column_of(threshold->at[i])) columns_[*column].threshold = threshold->value[i];
  }

  /// The 98th percentile, so that one wild hour does not flatten the rest; higher values touch the upper edge.
  void choose_top(const MetricSeries& metric) {
    std::vector<double> sorted = metric.value;
    std::sort(sorted.begin(), sorted.end());
    double top = sorted[static_cast<std::size_t>(0.98 * static_cast<double>(sorted.size() - 1))];
    for (const auto& column : columns_)
      if (column.threshold) top = std::max(top, *column.threshold);
    // A loss of nothing but zeros needs some scale.
    top_ = top > 0.0 ? top * 1.1 : 1.0;
  }

  /// Which of `steps` steps below the upper edge the value is on, from the bottom; what lies outside touches the edge.
  [[nodiscard]] int step_of(double value, int steps) const {
    return static_cast<int>(std::clamp(value / top_ * steps, 0.0, steps - 1.0));
  }
  [[nodiscard]] int row_of(double value) const { return step_of(value, style_.height); }

  /// The metric as a line of dots, eight to a character. Where values are missing for long it is broken.
  void draw_line(const MetricSeries& metric) {
    dots_.assign(static_cast<std::size_t>(style_.height), std::vector<unsigned>(columns_.size(), 0U));
    std::vector<Duration> steps;
    for (std::size_t i = 1; i < metric.at.size(); ++i) steps.push_back(metric.at[i] - metric.at[i - 1]);
    std::sort(steps.begin(), steps.end());
    const Duration gap = steps.empty() ? Duration{0} : steps[steps.size() / 2] * 5 / 2;
    for (std::size_t i = 0; i < metric.at.size(); ++i) {
      if (!column_of(metric.at[i])) continue;
      const bool joined = i > 0 && column_of(metric.at[i - 1]) && metric.at[i] - metric.at[i - 1] <= gap;
      draw_segment(dot_of(metric, joined ? i - 1 : i), dot_of(metric, i));
    }
  }

  struct Dot {
    int x;
    int y;  ///< from the bottom
  };
  [[nodiscard]] Dot dot_of(const MetricSeries& metric, std::size_t i) const {
    const double share = to_seconds(metric.at[i] - result_.start) / to_seconds(result_.end - result_.start);
    const int width = static_cast<int>(columns_.size()) * kDotsAcross;
    const int height = style_.height * kDotsDown;
    return {std::clamp(static_cast<int>(share * width), 0, width - 1), step_of(metric.value[i], height)};
  }

  void draw_segment(Dot from, Dot to) {
    const int steps = std::max({std::abs(to.x - from.x), std::abs(to.y - from.y), 1});
    for (int i = 0; i <= steps; ++i) {
      const int x = from.x + (to.x - from.x) * i / steps;
      const int y = from.y + (to.y - from.y) * i / steps;
      dots_[static_cast<std::size_t>(y / kDotsDown)][static_cast<std::size_t>(x / kDotsAcross)] |=
          dot_bit(x % kDotsAcross, kDotsDown - 1 - y % kDotsDown);
    }
  }

  [[nodiscard]] std::string paint(std::string_view text, int color) const {
    return style_.color ? fmt::format("\x1b[{}m{}\x1b[0m", color, text) : std::string(text);
  }

  [[nodiscard]] std::string plot_row(int row) const {
    const bool labelled = row == style_.height - 1 || row == 0 || row == style_.height / 2;
    const double value = (row + 0.5) / style_.height * top_;
    std::string line = labelled ? fmt::format("{:6.2f} ", value) : std::string(kAxisWidth, ' ');
    line += style_.unicode ? "┤" : "|";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto& column = columns_[i];
      const unsigned dots = style_.unicode ? dots_[static_cast<std::size_t>(row)][i] : 0U;
      const bool metric =
          style_.unicode ? dots != 0U : column.low && row >= row_of(*column.low) && row <= row_of(*column.high);
      const bool threshold = column.threshold && row == row_of(*column.threshold);
      // The threshold stays visible behind the metric by its own sign.
      if (metric && threshold)
        line += paint(style_.unicode ? "╪" : "+", 33);
      else if (metric)
        line += paint(style_.unicode ? braille(dots) : "|", 33);
      else if (threshold)
        line += paint(style_.unicode ? "─" : "-", 34);
      else
        line += ' ';
    }
    while (line.ends_with(' ')) line.pop_back();
    return line + "\n";
  }

  [[nodiscard]] std::string axis_row() const {
    std::string line = fmt::format("{:6.2f} ", 0.0) + (style_.unicode ? "└" : "+");
    for (std::size_t i = 0; i < columns_.size(); ++i) line += style_.unicode ? "─" : "-";
    return line + "\n";
  }

  /// Days since the start, as many as fit.
  [[nodiscard]] std::string day_row() const {
    std::string line(columns_.size() + kAxisWidth + 1, ' ');
    const double days = to_seconds(result_.end - result_.start) / 86400.0;
    const double per_column = days / static_cast<double>(columns_.size());
    const int step = std::max(1, static_cast<int>(std::ceil(per_column * 9.0)));
    for (int day = 0; day < days; day += step) {
      const auto at = static_cast<std::size_t>(day / per_column) + kAxisWidth + 1;
      const std::string label = fmt::format("day {}", day);
      if (at + label.size() <= line.size()) line.replace(at, label.size(), label);
    }
    while (line.ends_with(' ')) line.pop_back();
    return line + "\n";
  }

  template <class Matches>
  [[nodiscard]] std::string mark_row(const std::string& name, char mark, Matches matches, bool drifts = false) const {
    std::vector<int> counts(columns_.size(), 0);
    int total = 0;
    const auto add = [&](Instant at) {
      ++total;
      if (const auto column = column_of(at)) ++counts[*column];
    };
    if (drifts)
      for (const auto& drift : result_.drifts) add(drift.at);
    else
      for (const auto& transition : result_.transitions)
        if (matches(transition)) add(transition.at);
    if (total == 0) return {};
    std::string line = fmt::format("{:>7} ", name);
    for (const int count : counts)
      line += count == 0 ? ' ' : count == 1 ? mark : static_cast<char>(count > 9 ? '*' : '0' + count);
    while (line.ends_with(' ')) line.pop_back();
    return line + "\n";
  }

  const RunResult& result_;
  const std::string& stage_;
  const ChartStyle& style_;
  std::vector<Column> columns_;
  std::vector<std::vector<unsigned>> dots_;  ///< [row from the bottom][column], the bits of a braille character
  double top_ = 1.0;
};

}  // namespace

std::string draw_chart(const RunResult& result, const std::string& stage, const ChartStyle& style) {
  ChartStyle usable = style;
  usable.width = std::max(40, style.width);
  usable.height = std::max(4, style.height);
  return Chart(result, stage, usable).draw();
}

}  // namespace driftlab::report

#include "sim/report/chart.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

namespace driftlab::report {
namespace {

constexpr int kAxisWidth = 7;

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

  [[nodiscard]] int row_of(double value) const {
    const int row = static_cast<int>(value / top_ * style_.height);
    return std::clamp(row, 0, style_.height - 1);
  }

  [[nodiscard]] std::string paint(std::string_view text, int color) const {
    return style_.color ? fmt::format("\x1b[{}m{}\x1b[0m", color, text) : std::string(text);
  }

  [[nodiscard]] std::string plot_row(int row) const {
    const bool labelled = row == style_.height - 1 || row == 0 || row == style_.height / 2;
    const double value = (row + 0.5) / style_.height * top_;
    std::string line = labelled ? fmt::format("{:6.2f} ", value) : std::string(kAxisWidth, ' ');
    line += style_.unicode ? "┤" : "|";
    for (const auto& column : columns_) {
      const bool metric = column.low && row >= row_of(*column.low) && row <= row_of(*column.high);
      const bool threshold = column.threshold && row == row_of(*column.threshold);
      // The threshold stays visible behind the metric by its own sign.
      if (metric && threshold)
        line += paint(style_.unicode ? "╪" : "+", 33);
      else if (metric)
        line += paint(style_.unicode ? "│" : "|", 33);
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

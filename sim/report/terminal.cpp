#include "sim/report/terminal.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace driftlab::report {
namespace {

std::string painted(const SummaryOptions& options, std::string_view text, int color) {
  return options.style.color ? fmt::format("\x1b[{}m{}\x1b[0m", color, text) : std::string(text);
}

std::string short_time(Instant at) {
  const std::string text = format_seconds(at);
  return text.substr(0, 10) + " " + text.substr(11, 5);
}

std::string head(const RunResult& result, const SummaryOptions& options) {
  std::string out = painted(options, result.scenario, 1);
  if (!result.why.empty()) out += "  " + result.why;
  out += fmt::format("\n  {} of virtual time in {:.2f} s, seed {}, trace {}\n", humanize(result.end - result.start),
                     options.wall_seconds, result.seed, result.trace_hash);
  out += "  " + result.system + "\n";
  for (std::size_t i = 0; i < result.drifts.size(); ++i)
    out += fmt::format("  drift[{}] {} at {} (day {:.1f}): {}\n", i, result.drifts[i].kind,
                       short_time(result.drifts[i].at), to_seconds(result.drifts[i].at - result.start) / 86400.0,
                       result.drifts[i].detail);
  return out;
}

/// "14 h 3 min" after the step before it, or "-" when it was not reached.
std::string step(const char* name, const std::optional<Instant>& at, std::optional<Instant>& previous) {
  if (!at) return fmt::format("    {:<13} -\n", name);
  const std::string delay = previous ? fmt::format("  +{}", humanize(*at - *previous)) : std::string();
  previous = at;
  return fmt::format("    {:<13} {}{}\n", name, short_time(*at), delay);
}

std::string cycle_lines(const Cycle& cycle) {
  std::string out;
  std::optional<Instant> previous;
  if (cycle.onset) out += step("onset", cycle.onset, previous);
  out += step("first breach", cycle.first_breach, previous);
  out += step("ALARM", cycle.alarm, previous);
  out += step("function", cycle.function, previous);
  out += step("build", cycle.build, previous);
  out += step("registered", cycle.registered, previous);
  out += step("approved", cycle.approved, previous);
  out += step("deployed", cycle.deployed, previous);
  out += step("recovered", cycle.recovered, previous);
  return out;
}

/// The loop behind each drift that was detected; without drift, behind the first alarm.
std::string timeline(const RunResult& result) {
  std::string out;
  for (std::size_t i = 0; i < result.drifts.size(); ++i) {
    const auto cycle = std::find_if(result.cycles.begin(), result.cycles.end(),
                                    [&](const Cycle& c) { return c.onset && *c.onset == result.drifts[i].at; });
    if (cycle == result.cycles.end()) {
      out += fmt::format("\nThe loop after drift[{}]: no alarm before {}\n", i,
                         i + 1 < result.drifts.size() ? "the next drift" : "the end");
      continue;
    }
    out += fmt::format("\nThe loop after drift[{}] ({})\n", i, cycle->alarm_name) + cycle_lines(*cycle);
  }
  if (result.drifts.empty() && !result.cycles.empty())
    out += fmt::format("\nThe loop behind the first alarm ({})\n", result.cycles.front().alarm_name) +
           cycle_lines(result.cycles.front());
  return out;
}

constexpr std::size_t kLabelColumns = 8;

std::string many(std::int64_t count, const char* thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

/// Lines of at most `width` columns: a label, then `text` broken behind commas and semicolons. What has neither for so
/// long stays whole.
std::string labelled(const char* label, std::string_view text, std::size_t width) {
  std::string out;
  std::string line = fmt::format("{:<{}}", label, kLabelColumns);
  bool empty = true;
  while (!text.empty()) {
    const auto stop = text.find_first_of(",;");
    const auto piece = text.substr(0, stop == std::string_view::npos ? stop : stop + 1);
    if (!empty && line.size() + piece.size() > width) {
      out += line + "\n";
      line = std::string(kLabelColumns - 1, ' ');
    }
    line += piece;
    empty = false;
    text.remove_prefix(piece.size());
  }
  return out + line + "\n";
}

std::string counts(const RunResult& result, std::size_t width) {
  const Counts& c = result.counts;
  std::string out =
      "\n" +
      labelled("Counts",
               fmt::format("{}, {}, {} ({}), {} stopped at the gate, {} registered, {} approved, "
                           "{} deployed; {}, {} with violations; {} failed",
                           many(c.alarms, "alarm"), many(c.invocations, "function call"), many(c.builds, "build"),
                           many(c.retrains, "retrain"), c.gated, c.registered, c.approved, c.deployed,
                           many(c.monitor_executions, "monitor run"), c.monitor_violations, many(c.failed_jobs, "job")),
               width);
  std::vector<double> thresholds;
  for (const auto& series : result.metrics)
    if (series.name == "weighted_quantile_loss_threshold" && !result.stages.empty() &&
        series.stage == result.stages.front())
      thresholds = series.value;
  if (!thresholds.empty())
    out += fmt::format("        threshold {} at first, {} at the end, lowest {}; loss on average {:.3f}\n",
                       thresholds.front(), thresholds.back(), *std::min_element(thresholds.begin(), thresholds.end()),
                       result.scores.metric_mean.value_or(0.0));
  if (!result.bill.region.empty()) out += labelled("AWS", cost::one_line(result.bill), width);
  return out;
}

std::string expectations(const RunResult& result, const SummaryOptions& options) {
  if (result.expectations.empty()) return {};
  std::string out = "\nExpectations\n";
  for (const bool held : {false, true})
    for (const auto& expectation : result.expectations)
      if (expectation.held == held)
        out += fmt::format("  {} {}\n       {}\n", painted(options, held ? "held  " : "FAILED", held ? 32 : 31),
                           expectation.text, expectation.evidence);
  return out;
}

/// Empty when the stage has no metric.
std::string chart_of(const RunResult& result, const std::string& stage, const ChartStyle& style) {
  const std::string chart = draw_chart(result, stage, style);
  if (chart.empty()) return {};
  return fmt::format("\nWeighted quantile loss ({}) of {} against its threshold ({})\n", style.unicode ? "⣿" : "|",
                     stage, style.unicode ? "─" : "-") +
         chart;
}

}  // namespace

std::string summarize(const RunResult& result, const SummaryOptions& options) {
  std::string out = head(result, options);
  if (!result.stages.empty()) out += chart_of(result, result.stages.front(), options.style);
  out +=
      timeline(result) + counts(result, static_cast<std::size_t>(options.style.width)) + expectations(result, options);
  if (!options.files.empty()) {
    out += "\nFiles\n";
    for (const auto& file : options.files) out += "  " + file + "\n";
  }
  return out;
}

}  // namespace driftlab::report

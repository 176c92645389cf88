#include "sim/scenario/run/judge.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/scenario/system/description.hpp"

namespace driftlab::scenario {
namespace {

struct Span {
  Instant from;
  Instant until;
};

/// [from, until) as offsets from the start.
Span span_of(const Prepared& prepared, const Window& window) {
  const Instant start = prepared.scenario.start;
  return {start + window.from.value_or(Duration{0}), window.until ? start + *window.until : prepared.scenario.end()};
}

std::string window_text(const Window& window) {
  std::string text;
  if (window.from) text += " from " + format_duration(*window.from);
  if (window.until) text += " until " + format_duration(*window.until);
  return text;
}

std::string when(Instant at) {
  return format_seconds(at);
}

class Judge {
 public:
  Judge(const Prepared& prepared, const report::RunResult& result) : prepared_(prepared), result_(result) {}

  report::ExpectationResult operator()(const AlarmExpectation& expected) const {
    report::ExpectationResult verdict;
    verdict.text = fmt::format("alarm {} is {}", expected.alarm, expected.state);
    const auto alarm = std::find_if(result_.alarms.begin(), result_.alarms.end(),
                                    [&](const auto& a) { return a.name == expected.alarm; });
    if (expected.within) {
      Instant origin = prepared_.scenario.start;
      if (expected.after) origin = drift_instant(*expected.after);
      verdict.text += fmt::format(" within {}{}", format_duration(*expected.within),
                                  expected.after ? " after " + *expected.after : "");
      return alarm_within(verdict, alarm, expected.state, {origin, origin + *expected.within});
    }
    verdict.text += " throughout" + window_text(expected.window);
    return alarm_throughout(verdict, alarm, expected.state, span_of(prepared_, expected.window));
  }

  report::ExpectationResult operator()(const CountExpectation& expected) const {
    const char* names[] = {"retrains", "registered", "deployed"};
    const auto [from, until] = span_of(prepared_, expected.window);
    const std::string name = names[static_cast<std::size_t>(expected.counted)];
    std::int64_t count = 0;
    std::int64_t builds = 0;
    for (const auto& transition : result_.transitions) {
      bool counts = false;
      if (expected.counted == Counted::Retrains) {
        // The first build is no retrain.
        counts = transition.kind == "build" && transition.to == "started" && ++builds > 1;
      } else if (expected.counted == Counted::Registered) {
        counts = transition.kind == "registered";
      } else {
        counts =
            transition.kind == "deployed" && transition.name == prepared_.deployment.endpoint(result_.stages.front());
      }
      count += counts && transition.at >= from && transition.at < until;
    }
    report::ExpectationResult verdict;
    verdict.text = name;
    if (expected.range.min) verdict.text += fmt::format(" at least {}", *expected.range.min);
    if (expected.range.max)
      verdict.text += fmt::format("{} at most {}", expected.range.min ? "," : "", *expected.range.max);
    verdict.text += window_text(expected.window);
    verdict.held =
        (!expected.range.min || count >= *expected.range.min) && (!expected.range.max || count <= *expected.range.max);
    verdict.evidence = fmt::format("{} in [{}, {})", count, when(from), when(until));
    return verdict;
  }

  report::ExpectationResult operator()(const MetricExpectation& expected) const {
    const char* names[] = {"average", "minimum", "maximum", "p50", "p90", "count"};
    report::ExpectationResult verdict;
    verdict.text = fmt::format("{} of {} ({})", names[static_cast<std::size_t>(expected.statistic)], expected.metric,
                               result_.stages.front());
    if (expected.at_least) verdict.text += fmt::format(" at least {}", *expected.at_least);
    if (expected.at_most) verdict.text += fmt::format(" at most {}", *expected.at_most);
    verdict.text += window_text(expected.window);
    const auto [from, until] = span_of(prepared_, expected.window);
    std::vector<double> values;
    if (const auto* series = result_.metric(expected.metric, result_.stages.front()))
      for (std::size_t i = 0; i < series->value.size(); ++i)
        if (series->at[i] >= from && series->at[i] < until) values.push_back(series->value[i]);
    if (values.empty()) {
      verdict.evidence =
          fmt::format("no value in [{}, {}): the window is not covered by data", when(from), when(until));
      return verdict;
    }
    const double value = statistic(expected.statistic, values);
    verdict.held =
        (!expected.at_most || value <= *expected.at_most) && (!expected.at_least || value >= *expected.at_least);
    verdict.evidence = fmt::format("{:.4f} over {} values in [{}, {})", value, values.size(), when(from), when(until));
    return verdict;
  }

 private:
  using AlarmIterator = std::vector<report::AlarmStates>::const_iterator;

  [[nodiscard]] Instant drift_instant(const std::string& name) const {
    // Checked when the scenario was loaded: "drift[N]" names a drift there is.
    const auto index = static_cast<std::size_t>(std::atoi(name.c_str() + name.find('[') + 1));
    return result_.drifts.at(index).at;
  }

  [[nodiscard]] report::ExpectationResult alarm_within(report::ExpectationResult verdict, AlarmIterator alarm,
                                                       const std::string& state, const Span& span) const {
    if (alarm == result_.alarms.end()) {
      verdict.evidence = "the alarm never had a state";
      return verdict;
    }
    for (std::size_t i = 0; i < alarm->at.size(); ++i) {
      const Instant until = i + 1 < alarm->at.size() ? alarm->at[i + 1] : prepared_.scenario.end();
      if (alarm->state[i] != state || until <= span.from || alarm->at[i] > span.until) continue;
      const Instant seen = std::max(alarm->at[i], span.from);
      verdict.held = true;
      verdict.evidence =
          fmt::format("{} at {}, {} after {}", state, when(seen), humanize(seen - span.from), when(span.from));
      return verdict;
    }
    verdict.evidence = fmt::format("never {} in [{}, {}]", state, when(span.from), when(span.until));
    return verdict;
  }

  [[nodiscard]] report::ExpectationResult alarm_throughout(report::ExpectationResult verdict, AlarmIterator alarm,
                                                           const std::string& state, const Span& span) const {
    if (alarm == result_.alarms.end() || alarm->at.front() >= span.until) {
      verdict.evidence = "the alarm had no state in the window: it is not covered by data";
      return verdict;
    }
    // Before its first state an alarm does not exist; the window counts from there.
    for (std::size_t i = 0; i < alarm->at.size(); ++i) {
      const Instant until = i + 1 < alarm->at.size() ? alarm->at[i + 1] : prepared_.scenario.end();
      if (until <= span.from || alarm->at[i] >= span.until || alarm->state[i] == state) continue;
      // An alarm is born in INSUFFICIENT_DATA and judged within a minute.
      if (alarm->state[i] == "INSUFFICIENT_DATA" && until - alarm->at[i] <= std::chrono::minutes{1}) continue;
      verdict.evidence = fmt::format("{} at {}", alarm->state[i], when(std::max(alarm->at[i], span.from)));
      return verdict;
    }
    verdict.held = true;
    verdict.evidence =
        fmt::format("{} in all of [{}, {})", state, when(std::max(span.from, alarm->at.front())), when(span.until));
    return verdict;
  }

  static double statistic(Statistic which, std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    const auto percentile = [&](double p) {
      const double rank = p * static_cast<double>(values.size() - 1);
      const auto below = static_cast<std::size_t>(std::floor(rank));
      const auto above = std::min(below + 1, values.size() - 1);
      return values[below] + (rank - std::floor(rank)) * (values[above] - values[below]);
    };
    switch (which) {
      case Statistic::Min:
        return values.front();
      case Statistic::Max:
        return values.back();
      case Statistic::P50:
        return percentile(0.5);
      case Statistic::P90:
        return percentile(0.9);
      case Statistic::Count:
        return static_cast<double>(values.size());
      case Statistic::Avg:
        break;
    }
    double sum = 0.0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  }

  const Prepared& prepared_;
  const report::RunResult& result_;
};

}  // namespace

std::vector<report::ExpectationResult> judge(const Prepared& prepared, const report::RunResult& result) {
  std::vector<report::ExpectationResult> verdicts;
  for (const auto& expectation : prepared.scenario.expect)
    verdicts.push_back(std::visit(Judge(prepared, result), expectation));
  return verdicts;
}

std::string settings_text(const ScenarioFile& scenario) {
  return to_json(full_description(system_description()).write(&scenario));
}

}  // namespace driftlab::scenario

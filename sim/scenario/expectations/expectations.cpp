#include "sim/scenario/expectations/expectations.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "sim/scenario/file/descriptions.hpp"

namespace driftlab::scenario {
namespace {

/// Instants an evidence lists before it says how many more there are.
constexpr std::size_t kListed = 5;

/// Short for people; verdicts compare the numbers themselves.
std::string brief(double value) {
  return fmt::format("{:.6g}", value);
}

struct Outcome {
  bool holds = false;
  std::string evidence;
};

struct Span {
  Instant from;
  Instant until;

  bool contains(Instant at) const { return at >= from && at < until; }
  std::string text() const { return fmt::format("from {} to {}", format_seconds(from), format_seconds(until)); }
};

double quantile(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  const double place = p * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const auto above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - std::floor(place)) * (values[above] - values[below]);
}

std::string list_instants(const std::vector<Instant>& instants) {
  std::string text;
  for (std::size_t i = 0; i < std::min(instants.size(), kListed); ++i) {
    text += (i == 0 ? "" : ", ") + format_seconds(instants[i]);
  }
  if (instants.size() > kListed) text += fmt::format(" and {} more", instants.size() - kListed);
  return text;
}

class Evaluator {
 public:
  explicit Evaluator(const Recording& recording) : recording_(recording) {}

  Outcome operator()(const AlarmExpectation& expected) const {
    const auto found = recording_.alarms.find(expected.alarm);
    if (found == recording_.alarms.end() || found->second.empty()) {
      return {false, fmt::format("no state of alarm '{}' was recorded{}", expected.alarm,
                                 suggest(expected.alarm, recording_.alarms))};
    }
    return expected.within ? entered(expected, found->second) : lasted(expected, found->second);
  }

  Outcome operator()(const CountExpectation& expected) const {
    const auto span = span_of(expected.window);
    if (!covered(span)) return not_covered(span);
    std::vector<Instant> seen;
    for (const Instant at : counted(expected.counted)) {
      if (span.contains(at)) seen.push_back(at);
    }
    return {holds(expected.range, seen.size()),
            fmt::format("{}{} {}", seen.size(), seen.empty() ? "" : " (" + list_instants(seen) + ")", span.text())};
  }

  Outcome operator()(const MonitorExpectation& expected) const {
    const auto span = span_of(expected.window);
    if (!covered(span)) return not_covered(span);
    const auto found = recording_.executions.find(expected.monitor);
    if (found == recording_.executions.end())
      return {false, fmt::format("no execution of monitor '{}' was recorded{}", expected.monitor,
                                 suggest(expected.monitor, recording_.executions))};
    std::vector<Instant> seen;
    std::size_t all = 0;
    for (const auto& execution : found->second) {
      if (!span.contains(execution.at)) continue;
      ++all;
      if (execution.state == expected.status) seen.push_back(execution.at);
    }
    // A window in which the monitor never ran shows nothing.
    if (all == 0) return {false, "no execution ended " + span.text()};
    return {holds(expected.count, seen.size()),
            fmt::format("{} of {} executions ended {}{} {}", seen.size(), all, expected.status,
                        seen.empty() ? "" : " (" + list_instants(seen) + ")", span.text())};
  }

  Outcome operator()(const MetricExpectation& expected) const {
    const auto span = span_of(expected.window);
    if (!covered(span)) return not_covered(span);
    const auto found = recording_.metrics.find(expected.metric);
    if (found == recording_.metrics.end() || found->second.empty()) {
      return {false, fmt::format("no value of metric '{}' was recorded{}", expected.metric,
                                 suggest(expected.metric, recording_.metrics))};
    }
    std::vector<double> values;
    for (const auto& sample : found->second) {
      if (span.contains(sample.at)) values.push_back(sample.value);
    }
    if (values.empty() && expected.statistic != Statistic::Count) return {false, "no values " + span.text()};
    if (!std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); })) {
      return {false, "values that are not finite " + span.text()};
    }
    const auto count = values.size();
    const double value = statistic_of(expected.statistic, std::move(values));
    const bool holds =
        (!expected.at_most || value <= *expected.at_most) && (!expected.at_least || value >= *expected.at_least);
    return {holds, fmt::format("{} over {} values {}", brief(value), count, span.text())};
  }

 private:
  static bool holds(const CountRange& range, std::size_t seen) {
    const auto count = static_cast<std::int64_t>(seen);
    return (!range.min || count >= *range.min) && (!range.max || count <= *range.max);
  }

  template <class M>
  static std::string suggest(const std::string& name, const std::map<std::string, M>& known) {
    std::vector<std::string> names;
    names.reserve(known.size());
    for (const auto& [one, unused] : known) names.push_back(one);
    return suggestion(name, names);
  }

  Span span_of(const Window& window) const {
    return {recording_.start + window.from.value_or(Duration::zero()),
            window.until ? recording_.start + *window.until : recording_.end};
  }

  bool covered(const Span& span) const { return span.from < span.until && span.until <= recording_.end; }

  Outcome not_covered(const Span& span) const {
    return {false,
            fmt::format("the run ended at {}, before the window {}", format_seconds(recording_.end), span.text())};
  }

  const std::vector<Instant>& counted(Counted what) const {
    switch (what) {
      case Counted::Retrains:
        return recording_.retrains;
      case Counted::Registered:
        return recording_.registered;
      case Counted::Deployed:
        break;
    }
    return recording_.deployed;
  }

  std::optional<Instant> origin_of(const AlarmExpectation& expected) const {
    if (!expected.after) return recording_.start;
    const auto index = drift_index(*expected.after);
    if (!index || *index >= recording_.drifts.size()) return std::nullopt;
    return recording_.drifts[*index];
  }

  Outcome entered(const AlarmExpectation& expected, const std::vector<StateChange>& changes) const {
    const auto origin = origin_of(expected);
    if (!origin) return {false, fmt::format("{} was not injected", *expected.after)};
    const Instant latest = *origin + *expected.within;
    const auto entry = std::find_if(changes.begin(), changes.end(), [&](const StateChange& change) {
      return change.at >= *origin && change.state == expected.state;
    });
    if (entry == changes.end()) {
      return {false, fmt::format("{} was not entered after {}{}", expected.state, format_seconds(*origin),
                                 before(*origin, changes))};
    }
    return {entry->at <= latest,
            fmt::format("{} was entered at {}, {} after {}", expected.state, format_seconds(entry->at),
                        humanize(entry->at - *origin), expected.after.value_or("the start"))};
  }

  static std::string before(Instant origin, const std::vector<StateChange>& changes) {
    const auto next =
        std::find_if(changes.begin(), changes.end(), [&](const StateChange& c) { return c.at >= origin; });
    if (next == changes.begin()) return "";
    return fmt::format("; {} since {}", std::prev(next)->state, format_seconds(std::prev(next)->at));
  }

  Outcome lasted(const AlarmExpectation& expected, const std::vector<StateChange>& changes) const {
    const auto span = span_of(expected.window);
    if (!covered(span)) return not_covered(span);
    std::optional<Instant> seen_from;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const Instant from = std::max(changes[i].at, span.from);
      const Instant until = i + 1 < changes.size() ? std::min(changes[i + 1].at, span.until) : span.until;
      if (from >= until) continue;
      const auto& state = changes[i].state;
      if (state == expected.state) {
        seen_from = seen_from.value_or(from);
      } else if (i > 0 || state != "INSUFFICIENT_DATA") {
        return {false, fmt::format("{} from {} to {}", state, format_seconds(from), format_seconds(until))};
      }
    }
    if (!seen_from) return {false, "no state but INSUFFICIENT_DATA " + span.text()};
    return {true, fmt::format("{} {}", expected.state, Span{*seen_from, span.until}.text())};
  }

  const Recording& recording_;
};

}  // namespace

double statistic_of(Statistic statistic, std::vector<double> values) {
  if (statistic == Statistic::Count) return static_cast<double>(values.size());
  DRIFTLAB_CHECK(!values.empty(), "a statistic of no values");
  switch (statistic) {
    case Statistic::Min:
      return *std::min_element(values.begin(), values.end());
    case Statistic::Max:
      return *std::max_element(values.begin(), values.end());
    case Statistic::P50:
      return quantile(std::move(values), 0.5);
    case Statistic::P90:
      return quantile(std::move(values), 0.9);
    case Statistic::Avg:
    case Statistic::Count:
      break;
  }
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

Verdict evaluate(const Expectation& expectation, const Recording& recording) {
  static const TypePtr<Expectation> type = expectation_type();
  auto outcome = std::visit(Evaluator(recording), expectation);
  return {outcome.holds, to_json(type->write(expectation).value_or(null_node())), std::move(outcome.evidence)};
}

std::vector<Verdict> evaluate(const std::vector<Expectation>& expectations, const Recording& recording) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(expectations.size());
  for (const auto& expectation : expectations) verdicts.push_back(evaluate(expectation, recording));
  return verdicts;
}

}  // namespace driftlab::scenario

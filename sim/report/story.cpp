#include "sim/report/story.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace driftlab::report {
namespace {

std::string many(std::int64_t count, const char* thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

const MetricSeries* thresholds(const RunResult& result) {
  if (result.stages.empty()) return nullptr;
  const auto* series = result.metric("weighted_quantile_loss_threshold", result.stages.front());
  return series && !series->value.empty() ? series : nullptr;
}

std::string verdict(const RunResult& result) {
  if (result.expectations.empty()) return "Nothing was expected of this run, so there is no verdict.";
  const auto held = std::count_if(result.expectations.begin(), result.expectations.end(),
                                  [](const auto& expectation) { return expectation.held; });
  const auto all = static_cast<std::int64_t>(result.expectations.size());
  if (held == all) return all == 1 ? "The one expectation held." : fmt::format("All {} expectations held.", all);
  return fmt::format("{} of {} failed.", all - held, many(all, "expectation"));
}

std::string drift_sentence(const RunResult& result) {
  if (result.drifts.empty()) return "No drift was injected.";
  std::vector<std::string> words;
  for (std::size_t i = 0; i < result.drifts.size(); ++i) {
    const auto& drift = result.drifts[i];
    const double day = to_seconds(drift.at - result.start) / 86400.0;
    std::string detected = "never detected";
    if (i < result.scores.detection_delay_s.size() && result.scores.detection_delay_s[i])
      detected = "first alarm " + humanize(from_seconds(*result.scores.detection_delay_s[i])) + " later";
    words.push_back(
        fmt::format("{} on day {:.1f} ({})", drift.detail.empty() ? drift.kind : drift.detail, day, detected));
  }
  return fmt::format("The world drifted: {}.", joined(words));
}

std::string loop_sentence(const RunResult& result) {
  const Counts& c = result.counts;
  return fmt::format(
      "The alarm fired {}, the function was called {} and {} started; {} stopped at the gate, {} "
      "registered, {} reached the first stage.",
      many(c.alarms, "time"), many(c.invocations, "time"),
      c.retrains == 1 ? "1 retrain was" : fmt::format("{} retrains were", c.retrains), c.gated, c.registered,
      c.deployed);
}

std::string threshold_sentence(const RunResult& result) {
  const auto* series = thresholds(result);
  if (!series) return {};
  const auto [low, high] = std::minmax_element(series->value.begin(), series->value.end());
  if (*low == *high) return fmt::format("The threshold stood at {} all the time.", shortest(*low));
  const bool only_fell = std::is_sorted(series->value.rbegin(), series->value.rend());
  return fmt::format("The threshold moved from {} to {}{}.", shortest(series->value.front()),
                     shortest(series->value.back()), only_fell ? " and never rose" : "");
}

/// Retrains that come as often as this, on average, are a storm: more than one each two days and most of them in vain.
std::string storm_sentence(const RunResult& result) {
  const double days = to_seconds(result.end - result.start) / 86400.0;
  const auto retrains = static_cast<double>(result.counts.retrains);
  if (days <= 0.0 || retrains < 10.0 || retrains / days < 0.5) return {};
  if (static_cast<double>(result.counts.gated) < 0.5 * retrains) return {};
  return fmt::format("That is a retrain storm: {:.1f} retrains a day, {:.0f} % of them in vain.", retrains / days,
                     100.0 * static_cast<double>(result.counts.gated) / retrains);
}

void add_delay(std::vector<LoopDelay>& delays, const char* name, std::vector<Duration> values) {
  if (values.empty()) return;
  std::sort(values.begin(), values.end());
  delays.push_back({name, values[values.size() / 2], values.back(), values.size()});
}

/// A word that the shell reads as it stands.
std::string quoted(const std::string& text) {
  const bool safe = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '/' || c == '.' || c == '-' || c == '_' || c == '=' || c == ':' || c == ',';
  });
  if (safe) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

std::vector<std::string> story(const RunResult& result) {
  std::vector<std::string> sentences;
  for (auto sentence : {verdict(result), drift_sentence(result), loop_sentence(result), threshold_sentence(result),
                        storm_sentence(result)})
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
  return sentences;
}

std::vector<Fact> facts(const RunResult& result) {
  const Counts& c = result.counts;
  std::vector<Fact> list{
      {"Retrains", std::to_string(c.retrains), many(c.gated, "model") + " stopped at the gate"},
      {"Alarms", std::to_string(c.alarms), fmt::format("{} of them false", result.scores.false_alarms)},
      {"Deployed", std::to_string(c.deployed), many(c.registered, "model") + " registered"}};
  for (std::size_t i = 0; i < result.scores.detection_delay_s.size(); ++i) {
    const auto& delay = result.scores.detection_delay_s[i];
    list.push_back({fmt::format("Detection of drift[{}]", i), delay ? humanize(from_seconds(*delay)) : "missed",
                    delay ? "from onset to the first ALARM" : "no ALARM before the next drift or the end"});
  }
  for (std::size_t i = 0; i < result.scores.time_to_recovery_s.size(); ++i)
    if (const auto& time = result.scores.time_to_recovery_s[i])
      list.push_back({fmt::format("Recovery from drift[{}]", i), humanize(from_seconds(*time)),
                      "from onset until three values in a row were good"});
  if (const auto* series = thresholds(result))
    list.push_back(
        {"Threshold", shortest(series->value.back()), "at the end; " + shortest(series->value.front()) + " at first"});
  if (result.scores.metric_mean)
    list.push_back({"Loss on average", fmt::format("{:.3f}", *result.scores.metric_mean), "weighted quantile loss"});
  list.push_back(
      {"Monitor runs", std::to_string(c.monitor_executions), fmt::format("{} with violations", c.monitor_violations)});
  if (c.failed_jobs > 0) list.push_back({"Failed jobs", std::to_string(c.failed_jobs), ""});
  if (!result.bill.items.empty())
    list.push_back({"Cost on AWS", fmt::format("{:.2f} USD", result.bill.total_usd()), "estimated for this run"});
  return list;
}

std::string command(const RunResult& result) {
  if (result.file.empty()) return {};
  std::string text = fmt::format("driftlab run {} --seed {}", quoted(result.file), result.seed);
  for (const auto& set : result.sets) text += " --set " + quoted(set);
  return text;
}

std::vector<LoopDelay> loop_delays(const RunResult& result) {
  using Step = std::pair<const char*, std::pair<std::optional<Instant> Cycle::*, std::optional<Instant> Cycle::*>>;
  const Step steps[] = {{"function to build", {&Cycle::function, &Cycle::build}},
                        {"build to registered", {&Cycle::build, &Cycle::registered}},
                        {"registered to approved", {&Cycle::registered, &Cycle::approved}},
                        {"approved to deployed", {&Cycle::approved, &Cycle::deployed}},
                        {"deployed to recovered", {&Cycle::deployed, &Cycle::recovered}}};
  std::vector<LoopDelay> delays;
  std::vector<Duration> breach_to_alarm;
  for (const auto& cycle : result.cycles)
    if (cycle.first_breach) breach_to_alarm.push_back(cycle.alarm - *cycle.first_breach);
  add_delay(delays, "first breach to ALARM", std::move(breach_to_alarm));
  for (const auto& [name, ends] : steps) {
    // Turns whose builds were stopped wait for a later build's model: what happened once counts once, from the latest.
    std::map<Instant, Instant> begin_by_end;
    for (const auto& cycle : result.cycles) {
      const auto begin = cycle.*ends.first;
      const auto end = cycle.*ends.second;
      if (!begin || !end || *end < *begin) continue;
      const auto [known, added] = begin_by_end.emplace(*end, *begin);
      if (!added) known->second = std::max(known->second, *begin);
    }
    std::vector<Duration> values;
    values.reserve(begin_by_end.size());
    for (const auto& [end, begin] : begin_by_end) values.push_back(end - begin);
    add_delay(delays, name, std::move(values));
  }
  return delays;
}

}  // namespace driftlab::report

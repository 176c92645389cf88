#include "sim/report/compare.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace driftlab::report {
namespace {

using Value = std::optional<double>;

/// Characters as a terminal counts them, which for these texts are code points.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width > columns(text) ? width - columns(text) : 0, ' ');
}

std::string change_of(double a, double b) {
  if (a == b) return "the same";
  if (a > 0.0 && b > 0.0) {
    const double ratio = std::max(a, b) / std::min(a, b);
    if (ratio >= 1.95) return fmt::format("{} {:.{}f}", b < a ? "÷" : "×", ratio, ratio < 10.0 ? 1 : 0);
    return fmt::format("{}{:.0f} %", b < a ? "−" : "+", 100.0 * std::abs(b - a) / a);
  }
  return fmt::format("{}{}", b < a ? "−" : "+", shortest(std::abs(b - a)));
}

class Rows {
 public:
  void add(const std::string& label, Value a, Value b, std::string (*text)(double)) {
    if (!a && !b) return;
    ComparedRow row{label, a ? text(*a) : "none", b ? text(*b) : "none", "only one has it", 0.0};
    if (a && b) {
      row.change = change_of(*a, *b);
      row.weight = std::abs(std::log((*a + kOne) / (*b + kOne)));
    }
    rows_.push_back(std::move(row));
  }
  void count(const std::string& label, std::int64_t a, std::int64_t b) {
    add(label, static_cast<double>(a), static_cast<double>(b), [](double v) { return fmt::format("{:.0f}", v); });
  }
  std::vector<ComparedRow> sorted() {
    std::stable_sort(rows_.begin(), rows_.end(), [](const auto& a, const auto& b) { return a.weight > b.weight; });
    return std::move(rows_);
  }

 private:
  static constexpr double kOne = 1.0;
  std::vector<ComparedRow> rows_;
};

Value last_threshold(const RunResult& result) {
  if (result.stages.empty()) return std::nullopt;
  const auto* series = result.metric("weighted_quantile_loss_threshold", result.stages.front());
  return series && !series->value.empty() ? Value(series->value.back()) : std::nullopt;
}

/// The bill was not always part of a result.
Value cost_of(const RunResult& result) {
  return result.bill.items.empty() ? std::nullopt : Value(result.bill.total_usd());
}

Value element(const std::vector<Value>& values, std::size_t index) {
  return index < values.size() ? values[index] : std::nullopt;
}

std::string duration_text(double seconds) {
  return humanize(from_seconds(seconds));
}

std::string three_digits(double value) {
  return fmt::format("{:.3f}", value);
}

std::vector<ComparedRow> rows_of(const RunResult& a, const RunResult& b) {
  Rows rows;
  const Counts& ca = a.counts;
  const Counts& cb = b.counts;
  rows.count("retrains", ca.retrains, cb.retrains);
  rows.count("alarms", ca.alarms, cb.alarms);
  rows.count("false alarms", a.scores.false_alarms, b.scores.false_alarms);
  rows.count("missed drifts", a.scores.missed_drifts, b.scores.missed_drifts);
  rows.count("models stopped at the gate", ca.gated, cb.gated);
  rows.count("models registered", ca.registered, cb.registered);
  rows.count("deployed to the first stage", ca.deployed, cb.deployed);
  rows.count("monitor runs with violations", ca.monitor_violations, cb.monitor_violations);
  rows.count("failed jobs", ca.failed_jobs, cb.failed_jobs);
  rows.add("threshold at the end", last_threshold(a), last_threshold(b), three_digits);
  rows.add("loss on average", a.scores.metric_mean, b.scores.metric_mean, three_digits);
  rows.add("cost on AWS", cost_of(a), cost_of(b), [](double v) { return fmt::format("{:.2f} USD", v); });
  const std::size_t drifts = std::max(a.drifts.size(), b.drifts.size());
  for (std::size_t i = 0; i < drifts; ++i) {
    rows.add(fmt::format("detection of drift[{}]", i), element(a.scores.detection_delay_s, i),
             element(b.scores.detection_delay_s, i), duration_text);
    rows.add(fmt::format("recovery from drift[{}]", i), element(a.scores.time_to_recovery_s, i),
             element(b.scores.time_to_recovery_s, i), duration_text);
  }
  return rows.sorted();
}

bool same_drifts(const RunResult& a, const RunResult& b) {
  return std::equal(
      a.drifts.begin(), a.drifts.end(), b.drifts.begin(), b.drifts.end(),
      [](const auto& x, const auto& y) { return x.at == y.at && x.kind == y.kind && x.detail == y.detail; });
}

/// The same numbers, as far as both recorded them.
bool same_series(const RunResult& a, const RunResult& b) {
  if (!a.record.series || !b.record.series) return true;
  const auto& x = *a.record.series;
  const auto& y = *b.record.series;
  if (x.start != y.start || x.step != y.step || x.values.size() != y.values.size()) return false;
  for (std::size_t i = 0; i < x.values.size(); ++i)
    if (x.values[i] != y.values[i] && !(std::isnan(x.values[i]) && std::isnan(y.values[i]))) return false;
  return true;
}

std::vector<Note> doubts(const RunResult& a, const RunResult& b) {
  std::vector<Note> notes;
  const auto doubt = [&](const std::string& text) { notes.push_back({"the two runs", text}); };
  if (a.seed != b.seed) doubt(fmt::format("have different seeds ({} and {}), so different worlds", a.seed, b.seed));
  if (!same_drifts(a, b)) doubt("do not drift alike; differences are not of the policy alone");
  if (a.seed == b.seed && same_drifts(a, b) && !same_series(a, b)) doubt("do not see the same series");
  if (a.end - a.start != b.end - b.start)
    doubt(fmt::format("last {} and {}; counts are not of equal times", humanize(a.end - a.start),
                      humanize(b.end - b.start)));
  if (a.version != b.version) doubt(fmt::format("were made by versions {} and {}", a.version, b.version));
  return notes;
}

std::vector<std::string> story_of(const RunResult& a, const RunResult& b, const std::array<std::string, 2>& names) {
  std::vector<std::string> story;
  story.push_back(fmt::format("{}: {}.", names[0], a.system));
  story.push_back(fmt::format("{}: {}.", names[1], b.system));
  const auto retrains = [](const RunResult& r) {
    return fmt::format("{} retrain{}", r.counts.retrains, r.counts.retrains == 1 ? "" : "s");
  };
  std::string sentence = fmt::format("{} against {}", retrains(a), retrains(b));
  if (a.scores.metric_mean && b.scores.metric_mean) {
    const double change = (*b.scores.metric_mean - *a.scores.metric_mean) / *a.scores.metric_mean * 100.0;
    sentence += fmt::format(", for a loss of {:.3f} against {:.3f} on average ({}{:.0f} %)", *a.scores.metric_mean,
                            *b.scores.metric_mean, change < 0.0 ? "−" : "+", std::abs(change));
  }
  story.push_back(sentence + ".");
  return story;
}

}  // namespace

Comparison compare(const RunResult& a, const RunResult& b) {
  Comparison comparison;
  comparison.names = {a.scenario, b.scenario};
  if (a.scenario == b.scenario)
    comparison.names = {fmt::format("{} (A, seed {})", a.scenario, a.seed),
                        fmt::format("{} (B, seed {})", b.scenario, b.seed)};
  comparison.rows = rows_of(a, b);
  comparison.story = story_of(a, b, comparison.names);
  comparison.notes = doubts(a, b);
  return comparison;
}

std::string compare_text(const Comparison& comparison) {
  std::string out;
  for (const auto& sentence : comparison.story) out += sentence + "\n";
  for (const auto& note : comparison.notes) out += fmt::format("note: {} {}\n", note.where, note.text);
  std::size_t label = 0;
  std::size_t a = columns(comparison.names[0]);
  std::size_t b = columns(comparison.names[1]);
  for (const auto& row : comparison.rows) {
    label = std::max(label, columns(row.label));
    a = std::max(a, columns(row.a));
    b = std::max(b, columns(row.b));
  }
  out += fmt::format("\n{}  {}  {}\n", std::string(label, ' '), padded(comparison.names[0], a), comparison.names[1]);
  for (const auto& row : comparison.rows)
    out += fmt::format("{}  {}  {}  {}\n", padded(row.label, label), padded(row.a, a), padded(row.b, b), row.change);
  return out;
}

}  // namespace driftlab::report

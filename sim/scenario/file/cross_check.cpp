#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "sim/scenario/file/load.hpp"

namespace driftlab::scenario {
namespace {

using namespace world;

/// Reports with the line of the value at a path, or of the nearest thing around it that was written.
class Checker {
 public:
  Checker(const Scenario& scenario, const Node& root, const std::vector<std::string>& metrics, Problems& problems)
      : scenario_(scenario), root_(root), metrics_(metrics), problems_(problems), read_problems_(problems.size()) {}

  void check() {
    const auto& series = scenario_.world.series;
    check_grid(series);
    check_drift(series);
    if (series.csv) check_csv(*series.csv);
    check_delay(scenario_.world.labels.delay, "$.world.labels.delay");
    check_delay(scenario_.world.people.approve.delay, "$.world.people.approve.delay");
    for (std::size_t i = 0; i < scenario_.expect.size(); ++i) {
      const std::string path = fmt::format("$.expect[{}]", i);
      std::visit([&](const auto& one) { check_expectation(one, path); }, scenario_.expect[i]);
    }
  }

 private:
  void problem(const std::string& path, std::string message) {
    std::string around = path;
    const Node* node = at_path(root_, around);
    while (node == nullptr && around.size() > 1) {
      around.resize(around.find_last_of(".["));
      node = at_path(root_, around);
    }
    report(problems_, node != nullptr ? node->origin : root_.origin, path, std::move(message));
  }

  /// A value that failed to read keeps its default, which says nothing about the file.
  bool readable(const std::string& path) const {
    return std::none_of(problems_.begin(), problems_.begin() + static_cast<std::ptrdiff_t>(read_problems_),
                        [&](const Problem& one) { return one.path.starts_with(path); });
  }
  bool has_duration() const { return scenario_.duration > Duration::zero(); }

  std::string end_text() const { return fmt::format("the end, {}", format_duration(scenario_.duration)); }

  void check_grid(const SeriesSource& series) {
    if (series.history % series.freq != Duration::zero()) {
      problem("$.world.series.history", fmt::format("expected a multiple of freq, {}, found {}",
                                                    format_duration(series.freq), format_duration(series.history)));
    }
    if (floor_to(scenario_.start, series.freq) != scenario_.start) {
      problem("$.start", fmt::format("expected a multiple of freq, {}, since the epoch, found {}",
                                     format_duration(series.freq), format_seconds(scenario_.start)));
    }
  }

  void check_drift(const SeriesSource& series) {
    for (std::size_t i = 0; i < series.generator.drift.size(); ++i) {
      const std::string path = fmt::format("$.world.series.drift[{}]", i);
      if (!readable(path) || !has_duration()) continue;
      const auto& drift = series.generator.drift[i];
      if (drift_offset(drift) >= scenario_.duration) {
        problem(path + ".at", fmt::format("expected an offset before {}, found {}", end_text(),
                                          format_duration(drift_offset(drift))));
      }
      const auto* season = std::get_if<SeasonDrift>(&drift);
      if (season != nullptr && !season->amplitude && !season->phase) {
        problem(path, "expected 'amplitude', 'phase' or both");
      }
      const bool needs_parts = season != nullptr || std::holds_alternative<VarianceDrift>(drift);
      if (series.csv && needs_parts) {
        problem(path + ".kind", "expected step or ramp: a replayed series has no noise or season of its own");
      }
    }
  }

  void check_csv(const CsvSpec& csv) {
    for (const char* name : {"level", "trend", "daily", "weekly", "noise", "floor"}) {
      const std::string path = fmt::format("$.world.series.{}", name);
      if (at_path(root_, path) != nullptr) problem(path, "a generated series and 'csv' exclude each other");
    }
    if (!readable("$.world.series.csv")) return;
    if (csv.time.empty() == csv.index.empty()) {
      problem("$.world.series.csv", "expected either 'time' or 'index'");
    }
  }

  void check_delay(const Delay& delay, const std::string& path) {
    if (!readable(path)) return;
    if (const auto* uniform = std::get_if<UniformDelay>(&delay); uniform != nullptr && uniform->min > uniform->max) {
      problem(path + ".max", fmt::format("expected at least min, {}, found {}", format_duration(uniform->min),
                                         format_duration(uniform->max)));
    }
    if (const auto* skewed = std::get_if<LognormalDelay>(&delay); skewed != nullptr && skewed->median >= skewed->p95) {
      problem(path + ".p95", fmt::format("expected more than median, {}, found {}", format_duration(skewed->median),
                                         format_duration(skewed->p95)));
    }
  }

  void check_window(const Window& window, const std::string& path) {
    if (!readable(path) || !has_duration()) return;
    const Duration from = window.from.value_or(Duration::zero());
    const Duration until = window.until.value_or(scenario_.duration);
    if (window.until && until > scenario_.duration) {
      problem(path + ".until", fmt::format("expected at most {}, found {}", end_text(), format_duration(until)));
    } else if (from >= until) {
      problem(path + ".from",
              fmt::format("expected an offset before {}, found {}",
                          window.until ? "until, " + format_duration(until) : end_text(), format_duration(from)));
    }
  }

  void check_expectation(const AlarmExpectation& expected, const std::string& path) {
    check_window(expected.window, path);
    if (expected.after && !expected.within) problem(path + ".after", "expected 'within' beside 'after'");
    if (expected.within && (expected.window.from || expected.window.until)) {
      problem(path + ".within", "'within' and 'from' or 'until' exclude each other");
    }
    const auto origin = expected.after ? check_drift_name(*expected.after, path + ".after") : Duration::zero();
    if (!expected.within || !origin || !readable(path) || !has_duration()) return;
    if (*origin + *expected.within > scenario_.duration) {
      problem(path + ".within", fmt::format("expected to end before {}, found {} after {}", end_text(),
                                            format_duration(*expected.within), format_duration(*origin)));
    }
  }

  void check_expectation(const CountExpectation& expected, const std::string& path) {
    check_window(expected.window, path);
    const char* names[] = {"retrains", "registered", "deployed"};
    check_range(expected.range, path, fmt::format("{}.{}", path, names[static_cast<std::size_t>(expected.counted)]));
  }

  void check_range(const CountRange& limits, const std::string& path, const std::string& range) {
    if (!readable(range)) return;
    const auto& [min, max] = limits;
    if (!min && !max && readable(path)) problem(range, "expected 'min', 'max' or both");
    if (min && max && *min > *max)
      problem(range + ".max", fmt::format("expected at least min, {}, found {}", *min, *max));
  }

  void check_expectation(const MonitorExpectation& expected, const std::string& path) {
    check_window(expected.window, path);
    check_range(expected.count, path, path + ".count");
  }

  void check_expectation(const MetricExpectation& expected, const std::string& path) {
    check_window(expected.window, path);
    const bool known = metrics_.empty() || expected.metric.empty() ||
                       std::find(metrics_.begin(), metrics_.end(), expected.metric) != metrics_.end();
    if (!known) {
      const std::string hint = suggestion(expected.metric, metrics_);
      problem(path + ".metric",
              fmt::format("no metric '{}'{}", expected.metric,
                          hint.empty() ? fmt::format("; expected one of {}", fmt::join(metrics_, ", ")) : hint));
    }
    if (!readable(path)) return;
    if (!expected.at_most && !expected.at_least) problem(path, "expected 'at_most', 'at_least' or both");
    if (expected.at_most && expected.at_least && *expected.at_least > *expected.at_most) {
      problem(path + ".at_least", fmt::format("expected no more than at_most, {}, found {}",
                                              shortest(*expected.at_most), shortest(*expected.at_least)));
    }
  }

  /// The offset of the drift a name like "drift[0]" means.
  std::optional<Duration> check_drift_name(const std::string& name, const std::string& path) {
    const auto& drifts = scenario_.world.series.generator.drift;
    const auto index = drift_index(name);
    if (index && *index < drifts.size()) return drift_offset(drifts[*index]);
    if (!readable("$.world") || at_path(root_, "$.world.series") == nullptr) return std::nullopt;
    problem(path, index ? fmt::format("no {}; the world has {} drift(s)", name, drifts.size())
                        : fmt::format("expected a drift such as drift[0], found \"{}\"", name));
    return std::nullopt;
  }

  const Scenario& scenario_;
  const Node& root_;
  const std::vector<std::string>& metrics_;
  Problems& problems_;
  std::size_t read_problems_;  ///< of problems_, those from reading
};

}  // namespace

std::optional<std::size_t> drift_index(std::string_view name) {
  if (!name.starts_with("drift[") || !name.ends_with(']')) return std::nullopt;
  name.remove_prefix(6);
  name.remove_suffix(1);
  std::size_t index = 0;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (failure != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return index;
}

void cross_check(const Scenario& scenario, const Node& root, const std::vector<std::string>& metrics,
                 Problems& problems) {
  Checker(scenario, root, metrics, problems).check();
}

}  // namespace driftlab::scenario

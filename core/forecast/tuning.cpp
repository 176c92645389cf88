#include "core/forecast/tuning.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/rng.hpp"
#include "core/base/text.hpp"

namespace driftlab::forecast {
namespace {

constexpr double kFactor = 3.0;  ///< η of Hyperband

/// A value in [low, high] from a uniform number: straight, on the logarithm, or on the logarithm of the distance to 1.
double scaled(const ParameterRange& range, double uniform, double low, double high) {
  switch (range.scaling) {
    case Scaling::Linear:
      return low + uniform * (high - low);
    case Scaling::Logarithmic:
      return std::exp(std::log(low) + uniform * (std::log(high) - std::log(low)));
    case Scaling::ReverseLogarithmic:
      return 1.0 - std::exp(std::log1p(-low) + uniform * (std::log1p(-high) - std::log1p(-low)));
  }
  return low;
}

std::string draw(const ParameterRange& range, Rng& rng) {
  if (range.kind == ParameterRange::Kind::Categorical) return range.values[rng.below(range.values.size())];
  const double uniform = rng.uniform();
  if (range.kind == ParameterRange::Kind::Continuous)
    return shortest(std::clamp(scaled(range, uniform, range.low, range.high), range.low, range.high));
  // Every integer has a cell of the same width on the scale; the logarithm needs one that begins above 0.
  const double value = scaled(range, uniform, range.low, range.high + 1.0);
  return fmt::format("{}", static_cast<std::int64_t>(std::clamp(std::floor(value), range.low, range.high)));
}

class Search {
 public:
  Search(const TuningConfig& config, const TuningRun& run)
      : config_(config), run_(run), rng_(config.seed, "forecast", "tuning") {}

  Result<TuningOutcome> go() {
    if (auto ok = config_.strategy == TuningConfig::Strategy::Random ? random() : hyperband(); !ok) return ok.error();
    if (run_.done.size() > outcome_.trials.size() && !stopped_)
      return input_error(
          fmt::format("{} trials were done before, this search has {}", run_.done.size(), outcome_.trials.size()));
    outcome_.complete = !stopped_;
    for (std::size_t i = 0; i < outcome_.trials.size(); ++i)
      if (outcome_.trials[i].objective && (!outcome_.best || better(i, *outcome_.best))) outcome_.best = i;
    return std::move(outcome_);
  }

  /// The trials that can be started now, at most `most`.
  Result<std::vector<std::map<std::string, std::string>>> ask(std::size_t most) {
    asking_ = true;
    most_ = most;
    if (auto ok = go(); !ok) return ok.error();
    return std::move(asked_);
  }

 private:
  using Configuration = std::map<std::string, std::string>;

  Configuration draw_configuration() {
    Configuration drawn = config_.fixed;
    for (const auto& range : config_.ranges) drawn[range.name] = draw(range, rng_);
    return drawn;
  }

  [[nodiscard]] bool spent() const { return stopped_ || outcome_.trials.size() >= config_.max_jobs; }

  /// Index a is better than index b; a failure is worse than anything.
  [[nodiscard]] bool better(std::size_t a, std::size_t b) const {
    const auto& left = outcome_.trials[a].objective;
    const auto& right = outcome_.trials[b].objective;
    if (!left || !right) return left.has_value() && !right.has_value();
    return config_.minimize ? *left < *right : *left > *right;
  }

  Result<void> try_out(Configuration configuration) {
    Trial trial{.number = outcome_.trials.size(), .hyperparameters = std::move(configuration), .failure = {}};
    if (trial.number < run_.done.size()) {
      const Trial& known = run_.done[trial.number];
      if (known.hyperparameters != trial.hyperparameters)
        return input_error(
            fmt::format("trial {} that was done before has other hyperparameters than this search asks for; its "
                        "config or its seed was another",
                        trial.number));
      outcome_.trials.push_back(known);
      return {};
    }
    if (asking_) {
      if (asked_.size() >= most_) {
        stopped_ = true;
        return {};
      }
      asked_.push_back(trial.hyperparameters);
      trial.running = true;
      outcome_.trials.push_back(std::move(trial));
      return {};
    }
    if (run_.keep_going && !run_.keep_going()) {
      stopped_ = true;
      return {};
    }
    auto value = run_.objective(trial.hyperparameters);
    if (value && std::isfinite(*value))
      trial.objective = *value;
    else
      trial.failure = value ? "the objective is not finite" : value.error().message;
    outcome_.trials.push_back(trial);
    if (run_.on_trial) run_.on_trial(trial);
    return {};
  }

  Result<void> random() {
    while (!spent())
      if (auto ok = try_out(draw_configuration()); !ok) return ok;
    return {};
  }

  /// Largest s with min·η^s <= max.
  [[nodiscard]] int deepest() const {
    int depth = 0;
    for (double r = config_.max_resource / kFactor; r >= config_.min_resource; r /= kFactor) ++depth;
    return depth;
  }

  Result<void> hyperband() {
    while (!spent())
      for (int depth = deepest(); depth >= 0 && !spent(); --depth)
        if (auto ok = bracket(depth); !ok) return ok;
    return {};
  }

  /// Successive halving: η^depth configurations, or a little more, with max·η^−depth of the resource at first.
  Result<void> bracket(int depth) {
    const double count = std::ceil((deepest() + 1.0) / (depth + 1.0) * std::pow(kFactor, depth));
    std::vector<Configuration> rung;
    for (double i = 0; i < count; ++i) rung.push_back(draw_configuration());
    for (int level = 0; level <= depth && !rung.empty(); ++level) {
      const double share = std::round(config_.max_resource * std::pow(kFactor, level - depth));
      const auto resource = fmt::format("{}", std::max(static_cast<int>(share), config_.min_resource));
      std::vector<std::size_t> tried;
      for (auto& configuration : rung) {
        if (spent()) return {};
        configuration[config_.resource] = resource;
        const std::size_t before = outcome_.trials.size();
        if (auto ok = try_out(configuration); !ok) return ok;
        if (outcome_.trials.size() > before) tried.push_back(before);
      }
      if (std::any_of(tried.begin(), tried.end(), [&](std::size_t i) { return outcome_.trials[i].running; })) {
        stopped_ = true;
        return {};
      }
      std::stable_sort(tried.begin(), tried.end(), [&](std::size_t a, std::size_t b) { return better(a, b); });
      tried.resize(static_cast<std::size_t>(static_cast<double>(tried.size()) / kFactor));
      rung.clear();
      for (const std::size_t i : tried)
        if (outcome_.trials[i].objective) rung.push_back(outcome_.trials[i].hyperparameters);
    }
    return {};
  }

  const TuningConfig& config_;
  const TuningRun& run_;
  Rng rng_;
  TuningOutcome outcome_;
  bool stopped_ = false;
  bool asking_ = false;
  std::size_t most_ = 0;
  std::vector<Configuration> asked_;
};

}  // namespace

Result<TuningOutcome> tune(const TuningConfig& config, const TuningRun& run) {
  return Search(config, run).go();
}

Result<std::vector<std::map<std::string, std::string>>> next_trials(const TuningConfig& config,
                                                                    const std::vector<Trial>& started,
                                                                    std::size_t most) {
  TuningRun run;
  run.done = started;
  return Search(config, run).ask(most);
}

}  // namespace driftlab::forecast

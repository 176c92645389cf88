#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/forecast/filled.hpp"
#include "core/forecast/hyperparameters.hpp"
#include "core/forecast/linear.hpp"
#include "core/forecast/pinball_solver.hpp"
#include "core/forecast/training_support.hpp"
#include "core/metric/forecast.hpp"

namespace driftlab::forecast {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kMaxLags = 500;
constexpr int kMaxOrder = 20;
constexpr int kMaxOrigins = 1'000'000;
/// v never falls below this share of the mean |y| of the training data.
constexpr double kFloorShare = 1e-3;
/// Ridge on coefficients of standardised columns, against a curvature of the loss of about 1 / (mean change).
constexpr double kRidge = 0.002;
/// The ridge grows when there are fewer rows than this per column.
constexpr double kRowsPerColumn = 50.0;
constexpr double kOutlier = 10.0;
/// A column whose deviation is this small beside its mean is constant up to rounding.
constexpr double kConstant = 1e-13;

const std::array<std::string, 8> kNames{"daily_order", "lags",           "max_origins", "prediction_length",
                                        "season",      "test_quantiles", "time_freq",   "weekly_order"};

struct Settings {
  int horizon = 1;
  std::vector<double> test_levels;
  int max_origins = 1200;
  LinearFeatures features;
};

/// A training series with its gaps filled. `target` still has them.
struct Source {
  Instant start;
  std::span<const double> target;
  std::vector<double> filled;
};

/// A point to forecast from: `position` is the last value known.
struct Origin {
  std::size_t source = 0;
  std::size_t position = 0;
};

Result<Settings> read_settings(const TrainingInput& input, Duration freq) {
  auto given = Hyperparameters::create(input.hyperparameters, kNames);
  if (!given) return given.error();
  if (auto ok = given->check_freq(freq); !ok) return ok.error();
  Settings settings;
  const int per_day = steps_per_day(freq);
  const int order = per_day >= 8 ? 2 : 0;
  const auto read = [&](const char* name, int fallback, int low, int high, int& into) -> Result<void> {
    auto value = given->integer(name, fallback, low, high);
    if (!value) return value.error();
    into = *value;
    return {};
  };
  auto horizon = given->required_integer("prediction_length", 1, kMaxPredictionLength);
  if (!horizon) return horizon.error();
  settings.horizon = *horizon;
  auto& features = settings.features;
  if (auto ok = read("lags", 12, 1, kMaxLags, features.lags); !ok) return ok.error();
  if (auto ok = read("season", per_day, 1, kMaxSeason, features.season); !ok) return ok.error();
  if (auto ok = read("daily_order", order, 0, kMaxOrder, features.daily_order); !ok) return ok.error();
  if (auto ok = read("weekly_order", 0, 0, kMaxOrder, features.weekly_order); !ok) return ok.error();
  if (auto ok = read("max_origins", settings.max_origins, 10, kMaxOrigins, settings.max_origins); !ok)
    return ok.error();
  auto levels = given->levels("test_quantiles", default_levels());
  if (!levels) return levels.error();
  settings.test_levels = *std::move(levels);
  return settings;
}

Result<std::vector<Source>> read_sources(const TrainingInput& input) {
  std::vector<Source> sources;
  for (const auto& series : input.train) {
    if (std::all_of(series.target.begin(), series.target.end(), [](double y) { return std::isnan(y); })) continue;
    auto filled = fill_forward(series.target);
    if (!filled) return filled.error();
    sources.push_back({series.start, series.target, *std::move(filled)});
  }
  if (sources.empty()) return input_error("no training series has a value");
  return sources;
}

/// Drops what the longest series is too short to learn: the season and the calendar need two periods; lags may take
/// half of what the horizon leaves.
Result<void> fit_to_length(std::size_t longest, Duration freq, Settings& settings) {
  auto& features = settings.features;
  const auto horizon = static_cast<std::size_t>(settings.horizon);
  if (longest < horizon + 2)
    return input_error(fmt::format("the longest training series has {} points; {} are needed to forecast {}", longest,
                                   horizon + 2, horizon));
  features.lags = std::min(features.lags, std::max(1, static_cast<int>((longest - horizon) / 2)));
  const auto season = static_cast<std::size_t>(features.season);
  // A season of one step would repeat the newest lag.
  if (season == 1 || longest < 2 * season + horizon) features.season = 0;
  const Duration span = freq * static_cast<std::int64_t>(longest);
  if (span < std::chrono::days{2}) features.daily_order = 0;
  if (span < std::chrono::weeks{2}) features.weekly_order = 0;
  return {};
}

double mean_magnitude(const std::vector<Source>& sources) {
  double total = 0.0;
  std::size_t count = 0;
  for (const auto& source : sources)
    for (const double y : source.target)
      if (!std::isnan(y)) {
        total += std::abs(y);
        ++count;
      }
  return total / static_cast<double>(count);
}

/// At most `limit` origins, evenly spread over all that have their lags, their season and all steps to forecast; the
/// oldest and the newest are always among them.
std::vector<Origin> choose_origins(const std::vector<Source>& sources, const Settings& settings) {
  const auto horizon = static_cast<std::size_t>(settings.horizon);
  const auto first = static_cast<std::size_t>(std::max({settings.features.lags, settings.features.season, 1})) - 1;
  std::size_t eligible = 0;
  for (const auto& source : sources)
    if (source.filled.size() > first + horizon) eligible += source.filled.size() - horizon - first;
  const std::size_t count = std::min(eligible, static_cast<std::size_t>(settings.max_origins));
  std::vector<Origin> origins;
  origins.reserve(count);
  std::size_t source = 0, passed = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t wanted = count > 1 ? i * (eligible - 1) / (count - 1) : eligible - 1;
    for (;; ++source) {
      const std::size_t size = sources[source].filled.size();
      const std::size_t here = size > first + horizon ? size - horizon - first : 0;
      if (wanted < passed + here) break;
      passed += here;
    }
    origins.push_back({source, first + wanted - passed});
  }
  return origins;
}

class LinearTraining {
 public:
  LinearTraining(const Settings& settings, Duration freq, const std::vector<Source>& sources)
      : settings_(settings),
        sources_(sources),
        origins_(choose_origins(sources, settings)),
        columns_(settings.features.columns()),
        design_(origins_.size(), columns_),
        means_(columns_),
        factors_(columns_),
        scales_(origins_.size()),
        newest_(origins_.size()),
        steps_(origins_.size()),
        solver_(origins_.size(), columns_) {
    for (std::size_t i = 0; i < origins_.size(); ++i) {
      const Source& source = sources_[origins_[i].source];
      const Instant at = source.start + freq * static_cast<std::int64_t>(origins_[i].position);
      scales_[i] = settings_.features.fill(source.filled.data() + origins_[i].position, at, design_.row(i));
      newest_[i] = design_.row(i)[settings_.features.newest()];
    }
    for (std::size_t j = 1; j < fixed_columns(); ++j) standardise(j);
    const double rows = static_cast<double>(origins_.size());
    ridge_share_ = kRidge * std::max(1.0, kRowsPerColumn * static_cast<double>(columns_) / rows);
  }

  void run(LinearForecaster::Parameters& parameters) {
    const auto& levels = parameters.levels;
    std::vector<std::vector<double>> warm(levels.size(), std::vector<double>(columns_, 0.0));
    bool started = false;
    for (int k = 1; k <= settings_.horizon; ++k) {
      set_step(k);
      const bool any = std::any_of(steps_.begin(), steps_.end(), [](double y) { return !std::isnan(y); });
      double offset = 0.0;
      for (std::size_t i = 0; i < levels.size(); ++i) {
        if (any) {
          solver_.solve(design_, steps_, levels[i], options_, started, warm[i]);
          add_loss(levels[i]);
          if (levels[i] == 0.5) offset = mean_residual();
        }
        append(warm[i], parameters.coefficients);
      }
      parameters.mean_offsets.push_back(offset);
      started = started || any;
    }
    denominator_ *= static_cast<double>(levels.size());
  }

  [[nodiscard]] double loss() const { return denominator_ > 0.0 ? loss_ / denominator_ : loss_; }
  [[nodiscard]] double work() const {
    return solver_.work() + static_cast<double>(origins_.size() * columns_) +
           static_cast<double>(origins_.size()) * settings_.horizon;
  }

 private:
  /// The seasonal column changes with the step; the others do not.
  [[nodiscard]] std::size_t fixed_columns() const { return columns_ - (settings_.features.season > 0 ? 1 : 0); }

  /// Mean 0, deviation 1: keeps the solver well conditioned and the ridge fair. A constant column becomes 0.
  void standardise(std::size_t column) {
    const double rows = static_cast<double>(origins_.size());
    double total = 0.0, squares = 0.0;
    for (std::size_t i = 0; i < origins_.size(); ++i) total += design_.row(i)[column];
    const double mean = total / rows;
    for (std::size_t i = 0; i < origins_.size(); ++i) {
      double& value = design_.row(i)[column];
      value -= mean;
      squares += value * value;
    }
    const double deviation = std::sqrt(squares / rows);
    const double factor = deviation > kConstant * (std::abs(mean) + 1e-300) ? 1.0 / deviation : 0.0;
    for (std::size_t i = 0; i < origins_.size(); ++i) design_.row(i)[column] *= factor;
    means_[column] = mean;
    factors_[column] = factor;
  }

  void set_season(std::size_t step) {
    const auto season = static_cast<std::size_t>(settings_.features.season);
    const std::size_t column = columns_ - 1;
    for (std::size_t i = 0; i < origins_.size(); ++i) {
      const double before =
          sources_[origins_[i].source].filled[origins_[i].position + 1 - season + (step - 1) % season];
      constexpr double kLimit = LinearFeatures::kRatioLimit;
      design_.row(i)[column] = std::clamp(before / scales_[i], -kLimit, kLimit) - newest_[i];
    }
    standardise(column);
  }

  /// What is fitted is the change from the newest value, so that the ridge draws towards a random walk.
  void set_step(int k) {
    const auto step = static_cast<std::size_t>(k);
    if (settings_.features.season > 0) set_season(step);
    constexpr double kLimit = LinearFeatures::kRatioLimit;
    double change = 0.0, count = 0.0;
    for (std::size_t i = 0; i < origins_.size(); ++i) {
      const double actual = sources_[origins_[i].source].target[origins_[i].position + step];
      steps_[i] = std::isnan(actual) ? kNan : std::clamp(actual / scales_[i], -kLimit, kLimit) - newest_[i];
      if (std::isnan(actual)) continue;
      denominator_ += std::abs(actual);
      change += std::abs(steps_[i]);
      count += 1.0;
    }
    options_.ridge = change > 0.0 ? ridge_share_ * count / change : 0.0;
  }

  void add_loss(double level) {
    const auto residuals = solver_.residuals();
    for (std::size_t i = 0; i < residuals.size(); ++i)
      if (!std::isnan(steps_[i])) loss_ += 2.0 * scales_[i] * metric::pinball_loss(level, residuals[i], 0.0);
  }

  [[nodiscard]] double mean_residual() const {
    const auto residuals = solver_.residuals();
    double size = 0.0, total = 0.0, count = 0.0;
    for (std::size_t i = 0; i < residuals.size(); ++i)
      if (!std::isnan(steps_[i])) {
        size += std::abs(residuals[i]);
        count += 1.0;
      }
    const double limit = kOutlier * size / count;
    for (std::size_t i = 0; i < residuals.size(); ++i)
      if (!std::isnan(steps_[i])) total += std::clamp(residuals[i], -limit, limit);
    return total / count;
  }

  /// Back from standardised columns and from changes to the columns of `LinearFeatures` and to values.
  void append(const std::vector<double>& fitted, std::vector<double>& coefficients) const {
    const std::size_t begin = coefficients.size();
    coefficients.insert(coefficients.end(), fitted.begin(), fitted.end());
    double* const raw = coefficients.data() + begin;
    for (std::size_t j = 1; j < columns_; ++j) {
      raw[j] *= factors_[j];
      raw[0] -= raw[j] * means_[j];
    }
    raw[settings_.features.newest()] += 1.0;
  }

  const Settings& settings_;
  const std::vector<Source>& sources_;
  std::vector<Origin> origins_;
  std::size_t columns_;
  Design design_;
  std::vector<double> means_, factors_;  ///< of the columns before they were standardised
  std::vector<double> scales_, newest_;  ///< v and the scaled newest value per row
  std::vector<double> steps_;            ///< scaled change from the newest value; NaN where the actual is missing
  PinballSolver solver_;
  PinballOptions options_;
  double ridge_share_ = 0.0;
  double loss_ = 0.0;
  double denominator_ = 0.0;
};

std::vector<double> with_median(std::vector<double> levels) {
  levels.push_back(0.5);
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  return levels;
}

}  // namespace

Result<TrainedModel> train_linear(const TrainingInput& input) {
  auto freq = common_freq(input);
  if (!freq) return freq.error();
  auto settings = read_settings(input, *freq);
  if (!settings) return settings.error();
  auto sources = read_sources(input);
  if (!sources) return sources.error();
  std::size_t longest = 0;
  for (const auto& source : *sources) longest = std::max(longest, source.filled.size());
  if (auto ok = fit_to_length(longest, *freq, *settings); !ok) return ok.error();
  const double magnitude = mean_magnitude(*sources);
  // Zeros only: any scale does.
  settings->features.floor = magnitude > 0.0 ? kFloorShare * magnitude : 1.0;

  LinearForecaster::Parameters parameters;
  parameters.prediction_length = settings->horizon;
  parameters.freq = *freq;
  parameters.features = settings->features;
  parameters.non_negative = is_non_negative(input.train);
  parameters.levels = with_median(settings->test_levels);
  LinearTraining training(*settings, *freq, *sources);
  training.run(parameters);

  TrainedModel trained;
  trained.final_loss = training.loss();
  trained.metrics["train:final_loss"] = trained.final_loss;
  trained.work_units = training.work();
  trained.model = std::make_unique<LinearForecaster>(std::move(parameters));
  if (auto ok = score_validation(input.validation, settings->test_levels, trained); !ok) return ok.error();
  return trained;
}

}  // namespace driftlab::forecast

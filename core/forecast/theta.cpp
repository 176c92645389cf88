#include "core/forecast/theta.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/forecast/ets.hpp"
#include "core/forecast/training_support.hpp"

namespace driftlab::forecast {
namespace {

constexpr int kHistory = 1000;
constexpr int kMaxWindow = 100'000'000;
constexpr int kTrendSeasons = 10;
constexpr int kTrendPoints = 100;
/// One-sided 5 % point of the normal distribution, as the method's authors test with.
constexpr double kSeasonTest = 1.645;
constexpr double kSmallestIndex = 1e-4;

const std::array<std::string, 8> kNames{"decomposition", "history",        "non_negative", "prediction_length",
                                        "season",        "test_quantiles", "time_freq",    "trend_window"};
const std::array<std::string, 2> kDecompositions{"multiplicative", "additive"};

double mean_of(std::span<const double> values) {
  double total = 0.0;
  for (const double value : values) total += value;
  return total / static_cast<double>(values.size());
}

double slope_of(std::span<const double> values) {
  if (values.size() < 2) return 0.0;
  const double centre = 0.5 * static_cast<double>(values.size() - 1), mean = mean_of(values);
  double above = 0.0, below = 0.0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const double x = static_cast<double>(t) - centre;
    above += x * (values[t] - mean);
    below += x * x;
  }
  return above / below;
}

/// Σ of the values around `at`, half weight on both ends when the season is even, divided by the season.
double moving_average(std::span<const double> values, std::size_t at, std::size_t season) {
  const std::size_t half = season / 2;
  double total = 0.0;
  for (std::size_t t = at - half; t <= at + half; ++t) {
    const bool end = t == at - half || t == at + half;
    total += season % 2 == 0 && end ? 0.5 * values[t] : values[t];
  }
  return total / static_cast<double>(season);
}

/// Means by position of value − average, or of value / average, centred on 0 or 1.
std::vector<double> indices(std::span<const double> values, std::size_t season, bool multiplicative) {
  std::vector<double> totals(season, 0.0), counts(season, 0.0);
  for (std::size_t t = season / 2; t + season / 2 < values.size(); ++t) {
    const double average = moving_average(values, t, season);
    totals[t % season] += multiplicative ? values[t] / average : values[t] - average;
    counts[t % season] += 1.0;
  }
  for (std::size_t i = 0; i < season; ++i) totals[i] /= counts[i];
  const double centre = mean_of(totals);
  for (double& index : totals) index = multiplicative ? index / centre : index - centre;
  return totals;
}

}  // namespace

bool is_seasonal(std::span<const double> values, int season) {
  const auto m = static_cast<std::size_t>(season);
  if (m <= 1 || values.size() <= 2 * m) return false;
  const double mean = mean_of(values);
  std::vector<double> centred(values.begin(), values.end());
  double variance = 0.0;
  for (double& value : centred) {
    value -= mean;
    variance += value * value;
  }
  if (!(variance > 0.0)) return false;
  const auto correlation = [&](std::size_t lag) {
    double total = 0.0;
    for (std::size_t t = lag; t < centred.size(); ++t) total += centred[t] * centred[t - lag];
    return total / variance;
  };
  double squares = 0.0;
  for (std::size_t k = 1; k < m; ++k) squares += correlation(k) * correlation(k);
  return std::abs(correlation(m)) > kSeasonTest * std::sqrt((1.0 + 2.0 * squares) / static_cast<double>(values.size()));
}

SeasonIndices season_indices(std::span<const double> values, int season, bool multiplicative) {
  const auto m = static_cast<std::size_t>(season);
  if (multiplicative && std::all_of(values.begin(), values.end(), [](double value) { return value > 0.0; })) {
    auto found = indices(values, m, true);
    if (*std::min_element(found.begin(), found.end()) >= kSmallestIndex) return {true, std::move(found)};
  }
  return {false, indices(values, m, false)};
}

NormalPath ThetaForecaster::project(std::span<const double> values) const {
  const auto horizon = static_cast<std::size_t>(settings().prediction_length);
  if (values.size() < 2) return {std::vector<double>(horizon, values.front()), std::vector<double>(horizon, 0.0)};
  const auto m = static_cast<std::size_t>(settings().season);
  std::vector<double> adjusted(values.begin(), values.end());
  SeasonIndices season;
  if (is_seasonal(values, settings().season)) {
    season = season_indices(values, settings().season, multiplicative_);
    for (std::size_t t = 0; t < adjusted.size(); ++t)
      adjusted[t] = season.multiplicative ? adjusted[t] / season.values[t % m] : adjusted[t] - season.values[t % m];
  }
  const std::span<const double> all(adjusted);
  const auto window = static_cast<std::size_t>(trend_window_);
  const double slope = slope_of(window > 0 && window < all.size() ? all.last(window) : all);
  const EtsFit fit = fit_ets(all, EtsForm{}, 1);
  const double reached = (1.0 - std::pow(1.0 - fit.alpha, static_cast<double>(all.size()))) / fit.alpha;

  NormalPath path;
  for (std::size_t k = 0; k < horizon; ++k) {
    double value = fit.level + 0.5 * slope * (static_cast<double>(k) + reached);
    double deviation = fit.deviation * std::sqrt(1.0 + static_cast<double>(k) * fit.alpha * fit.alpha);
    if (!season.values.empty()) {
      const double index = season.values[(all.size() + k) % m];
      value = season.multiplicative ? value * index : value + index;
      if (season.multiplicative) deviation *= index;
    }
    path.mean.push_back(value);
    path.deviation.push_back(deviation);
  }
  return path;
}

void ThetaForecaster::save_own(ModelWriter& writer) const {
  writer.put("multiplicative", multiplicative_ ? 1 : 0);
  writer.put("trend_window", trend_window_);
}

Result<TrainedModel> train_theta(const TrainingInput& input) {
  auto given = Hyperparameters::create(input.hyperparameters, kNames);
  if (!given) return given.error();
  auto settings = read_local_settings(*given, input, kHistory);
  if (!settings) return settings.error();
  auto decomposition = given->choice("decomposition", kDecompositions);
  if (!decomposition) return decomposition.error();
  auto window = given->integer("trend_window", std::max(kTrendSeasons * settings->season, kTrendPoints), 0, kMaxWindow);
  if (!window) return window.error();
  auto levels = given->levels("test_quantiles", default_levels());
  if (!levels) return levels.error();
  return trained_local(std::make_unique<ThetaForecaster>(*settings, *decomposition == "multiplicative", *window), input,
                       *levels);
}

Result<std::unique_ptr<Forecaster>> load_theta(ModelReader& reader) {
  auto settings = load_local_settings(reader);
  if (!settings) return settings.error();
  auto multiplicative = reader.integer("multiplicative", 0, 1);
  if (!multiplicative) return multiplicative.error();
  auto window = reader.integer("trend_window", 0, kMaxWindow);
  if (!window) return window.error();
  return std::unique_ptr<Forecaster>(
      std::make_unique<ThetaForecaster>(*settings, *multiplicative == 1, static_cast<int>(*window)));
}

}  // namespace driftlab::forecast

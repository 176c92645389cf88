#include "core/monitor/series/series_profile.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace driftlab::monitor {
namespace {

constexpr std::size_t kSketch = 2048;
constexpr std::size_t kItemSketch = 256;
constexpr double kMedian = 0.5;

constexpr std::string_view kWeighted = "weighted_quantile_loss_";
constexpr std::string_view kCoverage = "coverage_";

std::string levels_text(const std::vector<double>& levels) {
  std::string text;
  for (const double level : levels) text += (text.empty() ? "" : ", ") + shortest(level);
  return text;
}

bool are_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

Result<> check_matrix(const std::vector<std::vector<double>>& rows, std::size_t steps, std::string_view what) {
  for (const auto& row : rows) {
    if (row.size() != steps) return input_error(fmt::format("{} values of {} for {} steps", row.size(), what, steps));
    if (!are_finite(row)) return input_error(fmt::format("a value of {} is not finite", what));
  }
  return {};
}

Result<> check_forecast(const ForecastAndTruth& forecast, const std::vector<double>& levels) {
  const std::size_t steps = forecast.actual.size();
  if (forecast.levels != levels)
    return input_error(fmt::format("quantiles {} differ from those of the first forecast, {}",
                                   levels_text(forecast.levels), levels_text(levels)));
  if (forecast.quantiles.size() != levels.size())
    return input_error(fmt::format("{} rows of quantiles for {} levels", forecast.quantiles.size(), levels.size()));
  if (auto good = check_matrix(forecast.quantiles, steps, "quantiles"); !good) return good;
  if (auto good = check_matrix(forecast.samples, steps, "samples"); !good) return good;
  if (!forecast.mean.empty() && (forecast.mean.size() != steps || !are_finite(forecast.mean)))
    return input_error("the mean has another number of steps, or values that are not finite");
  for (const double value : forecast.actual)
    if (std::isinf(value)) return input_error("an actual value is infinite");
  return {};
}

/// What residuals are taken from: the median, else the mean; null when there is neither.
const std::vector<double>* point_forecast(const ForecastAndTruth& forecast) {
  const auto median = std::find(forecast.levels.begin(), forecast.levels.end(), kMedian);
  if (median != forecast.levels.end())
    return &forecast.quantiles[static_cast<std::size_t>(median - forecast.levels.begin())];
  return forecast.mean.empty() ? nullptr : &forecast.mean;
}

double cell_crps(const ForecastAndTruth& forecast, std::size_t step, std::vector<double>& scratch) {
  scratch.clear();
  if (!forecast.samples.empty()) {
    for (const auto& path : forecast.samples) scratch.push_back(path[step]);
    std::sort(scratch.begin(), scratch.end());
    return metric::crps_from_samples(forecast.actual[step], scratch).empirical;
  }
  for (const auto& row : forecast.quantiles) scratch.push_back(row[step]);
  // Quantiles of a model may cross; the distribution they mean is the sorted one.
  std::sort(scratch.begin(), scratch.end());
  return metric::crps_from_quantiles(forecast.actual[step], forecast.levels, scratch);
}

void add_value(std::vector<SeriesValue>& out, std::string name, std::optional<double> value) {
  if (value && std::isfinite(*value)) out.push_back({std::move(name), *value});
}

}  // namespace

SeriesScore::SeriesScore(const metric::ForecastScore& empty, std::size_t sketch_k)
    : score_(empty), residuals_(metric::KllParameters{.k = sketch_k}) {}

Result<> SeriesScore::add(const ForecastAndTruth& forecast, std::optional<std::size_t> step) {
  const std::size_t begin = step.value_or(0);
  const std::size_t count = step ? 1 : forecast.actual.size();
  std::array<const double*, 16> few{};
  std::vector<const double*> many;
  std::span<const double*> rows(few.data(), std::min(few.size(), forecast.quantiles.size()));
  if (forecast.quantiles.size() > few.size()) {
    many.resize(forecast.quantiles.size());
    rows = many;
  }
  for (std::size_t level = 0; level < rows.size(); ++level) rows[level] = forecast.quantiles[level].data() + begin;
  const metric::ForecastWindow window{
      .actual = std::span(forecast.actual).subspan(begin, count),
      .quantiles = rows,
      .mean = forecast.mean.empty() ? std::span<const double>() : std::span(forecast.mean).subspan(begin, count),
      .seasonal_error = forecast.seasonal_error};
  if (auto added = score_.add(window); !added) return added.error();

  const auto* point = point_forecast(forecast);
  std::vector<double> scratch;
  std::vector<double> residuals;
  for (std::size_t i = begin; i < begin + count; ++i) {
    const double actual = forecast.actual[i];
    if (std::isnan(actual)) continue;
    crps_.add(actual, cell_crps(forecast, i, scratch));
    if (point && std::isfinite(actual - (*point)[i])) residuals.push_back(actual - (*point)[i]);
  }
  moments_.add(residuals);
  residuals_.add(residuals);
  return {};
}

void SeriesScore::merge(const SeriesScore& other) {
  score_.merge(other.score_);
  crps_.merge(other.crps_);
  moments_.merge(other.moments_);
  residuals_.merge(other.residuals_);
}

std::vector<SeriesValue> SeriesScore::values() const {
  const metric::ForecastMetrics metrics = score_.metrics();
  std::vector<SeriesValue> values;
  add_value(values, "mean_weighted_quantile_loss", metrics.mean_weighted_quantile_loss);
  for (std::size_t i = 0; i < metrics.weighted_quantile_losses.size(); ++i)
    add_value(values, std::string(kWeighted) + shortest(metrics.levels[i]), metrics.weighted_quantile_losses[i]);
  add_value(values, "mean_absolute_quantile_loss", metrics.mean_absolute_quantile_loss);
  add_value(values, "crps", crps_.mean());
  add_value(values, "crps_normalised", crps_.normalised());
  for (std::size_t i = 0; i < metrics.coverage.size(); ++i)
    add_value(values, std::string(kCoverage) + shortest(metrics.levels[i]), metrics.coverage[i]);
  add_value(values, "coverage_error", metrics.coverage_error);
  add_value(values, "interval_coverage", metrics.interval_coverage);
  add_value(values, "nd", metrics.nd);
  add_value(values, "mae", metrics.mae);
  add_value(values, "mse", metrics.mse);
  add_value(values, "rmse", metrics.rmse);
  add_value(values, "nrmse", metrics.nrmse);
  add_value(values, "mape", metrics.mape);
  add_value(values, "smape", metrics.smape);
  add_value(values, "mase", metrics.mase);
  add_value(values, "msis", metrics.msis);
  if (moments_.count() > 0) {
    add_value(values, "residual_mean", moments_.mean());
    add_value(values, "residual_std_dev", moments_.standard_deviation());
  }
  return values;
}

Result<SeriesProfile> SeriesProfile::create(std::vector<double> levels) {
  const auto empty = metric::ForecastScore::create(std::move(levels));
  if (!empty) return empty.error();
  return SeriesProfile(*empty);
}

SeriesProfile::SeriesProfile(const metric::ForecastScore& empty) : empty_(empty), pooled_(empty, kSketch) {}

Result<> SeriesProfile::add(const ForecastAndTruth& forecast) {
  if (auto good = check_forecast(forecast, levels()); !good) return good;
  for (const double value : forecast.actual) missing_actuals_ += std::isnan(value) ? 1 : 0;
  ++forecasts_;
  if (std::all_of(forecast.actual.begin(), forecast.actual.end(), [](double value) { return std::isnan(value); }))
    return {};
  if (auto added = pooled_.add(forecast); !added) return added;
  if (auto added = items_.try_emplace(forecast.item, empty_, kItemSketch).first->second.add(forecast); !added)
    return added;
  if (forecast.first_step == 0) return {};
  for (std::size_t step = 0; step < forecast.actual.size(); ++step) {
    if (std::isnan(forecast.actual[step])) continue;
    auto& score = horizons_.try_emplace(forecast.first_step + step, empty_, kSketch).first->second;
    if (auto added = score.add(forecast, step); !added) return added;
  }
  return {};
}

void SeriesProfile::merge(const SeriesProfile& other) {
  pooled_.merge(other.pooled_);
  for (const auto& [step, score] : other.horizons_)
    horizons_.try_emplace(step, empty_, kSketch).first->second.merge(score);
  for (const auto& [item, score] : other.items_)
    items_.try_emplace(item, empty_, kItemSketch).first->second.merge(score);
  forecasts_ += other.forecasts_;
  missing_actuals_ += other.missing_actuals_;
}

std::optional<bool> larger_is_worse(std::string_view metric) {
  constexpr std::array<std::string_view, 14> kErrors{"mean_weighted_quantile_loss",
                                                     "mean_absolute_quantile_loss",
                                                     "crps",
                                                     "crps_normalised",
                                                     "coverage_error",
                                                     "nd",
                                                     "mae",
                                                     "mse",
                                                     "rmse",
                                                     "nrmse",
                                                     "mape",
                                                     "smape",
                                                     "mase",
                                                     "msis"};
  if (std::find(kErrors.begin(), kErrors.end(), metric) != kErrors.end()) return true;
  if (metric == "interval_coverage") return false;
  if (metric.starts_with(kWeighted) && parse_double(metric.substr(kWeighted.size()))) return true;
  return std::nullopt;
}

}  // namespace driftlab::monitor

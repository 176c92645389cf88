#include "core/forecast/linear.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/check.hpp"
#include "core/forecast/calendar.hpp"
#include "core/forecast/filled.hpp"
#include "core/forecast/levels.hpp"
#include "core/forecast/training_support.hpp"

namespace driftlab::forecast {
namespace {

constexpr int kMaxColumns = 100'000;

double dot(const double* a, const double* b, std::size_t count) {
  double even = 0.0, odd = 0.0;
  std::size_t j = 0;
  for (; j + 2 <= count; j += 2) {
    even += a[j] * b[j];
    odd += a[j + 1] * b[j + 1];
  }
  if (j < count) even += a[j] * b[j];
  return even + odd;
}

std::size_t median_of(const std::vector<double>& levels) {
  const auto at = std::find(levels.begin(), levels.end(), 0.5);
  DRIFTLAB_CHECK(at != levels.end(), "a linear forecaster always has the median");
  return static_cast<std::size_t>(at - levels.begin());
}

}  // namespace

std::size_t LinearFeatures::columns() const {
  return 1 + static_cast<std::size_t>(lags) + 2 * static_cast<std::size_t>(daily_order + weekly_order) +
         (season > 0 ? 1 : 0);
}

double LinearFeatures::fill(const double* last, Instant at, double* row) const {
  const double* const first = last - (lags - 1);
  double total = 0.0;
  for (int j = 0; j < lags; ++j) total += std::abs(first[j]);
  const double scale = std::max(total / lags, floor);
  *row++ = 1.0;
  for (int j = 0; j + 1 < lags; ++j) *row++ = (first[j] - *last) / scale;
  *row++ = *last / scale;
  fourier_terms(at, std::chrono::days{1}, daily_order, row);
  fourier_terms(at, std::chrono::weeks{1}, weekly_order, row + std::ptrdiff_t{2} * daily_order);
  return scale;
}

double LinearFeatures::seasonal(double before, double scale, const double* row) const {
  return std::clamp(before / scale, -kRatioLimit, kRatioLimit) - row[newest()];
}

LinearForecaster::LinearForecaster(Parameters parameters)
    : parameters_(std::move(parameters)), median_(median_of(parameters_.levels)) {}

Result<QuantileForecast> LinearForecaster::forecast(const Series& context, std::span<const double> levels) const {
  const auto& features = parameters_.features;
  if (auto ok = check_levels(levels); !ok) return ok.error();
  if (context.freq != parameters_.freq) return input_error("the context has another frequency than the model");
  auto map = LevelMap::create(parameters_.levels, levels);
  if (!map) return map.error();
  auto filled = fill_forward(context.target);
  if (!filled) return filled.error();
  const Instant at = context.start + context.freq * static_cast<std::int64_t>(filled->size() - 1);
  const auto lags = static_cast<std::size_t>(features.lags);
  std::vector<double> recent(lags, filled->front());
  const std::size_t known = std::min(lags, filled->size());
  std::copy(filled->end() - static_cast<std::ptrdiff_t>(known), filled->end(),
            recent.end() - static_cast<std::ptrdiff_t>(known));

  const std::size_t columns = features.columns();
  const auto horizon = static_cast<std::size_t>(parameters_.prediction_length);
  std::vector<double> row(columns), trained(parameters_.levels.size()), asked(levels.size());
  const double scale = features.fill(recent.data() + lags - 1, at, row.data());
  QuantileForecast result{.levels = {levels.begin(), levels.end()}, .quantiles = {}, .mean = {}};
  result.quantiles.assign(levels.size(), std::vector<double>(horizon));
  result.mean.resize(horizon);
  std::vector<double> season;
  if (features.season > 0) season = seasonal_values(*filled, features.season, parameters_.prediction_length);
  const double least = parameters_.non_negative ? 0.0 : -HUGE_VAL;
  const double* coefficients = parameters_.coefficients.data();
  for (std::size_t k = 0; k < horizon; ++k) {
    if (features.season > 0) row.back() = features.seasonal(season[k], scale, row.data());
    for (double& value : trained) {
      value = scale * dot(coefficients, row.data(), columns);
      coefficients += columns;
    }
    std::sort(trained.begin(), trained.end());
    result.mean[k] = std::max(trained[median_] + scale * parameters_.mean_offsets[k], least);
    map->apply(trained, asked);
    for (std::size_t i = 0; i < asked.size(); ++i) result.quantiles[i][k] = std::max(asked[i], least);
  }
  return result;
}

std::string LinearForecaster::save() const {
  ModelWriter writer(algorithm());
  const auto& features = parameters_.features;
  writer.put("prediction_length", parameters_.prediction_length);
  writer.put("freq", parameters_.freq.count());
  writer.put("lags", features.lags);
  writer.put("season", features.season);
  writer.put("daily_order", features.daily_order);
  writer.put("weekly_order", features.weekly_order);
  writer.put("non_negative", parameters_.non_negative ? 1 : 0);
  writer.put("floor", std::span(&features.floor, 1));
  writer.put("levels", parameters_.levels);
  writer.put("mean_offsets", parameters_.mean_offsets);
  writer.put("coefficients", parameters_.coefficients);
  return writer.finish();
}

Result<std::unique_ptr<Forecaster>> load_linear(ModelReader& reader) {
  LinearForecaster::Parameters parameters;
  int non_negative = 0;
  std::int64_t freq = 0;
  const auto read = [&](std::string_view name, std::int64_t low, std::int64_t high, auto& into) -> Result<void> {
    auto value = reader.integer(name, low, high);
    if (!value) return value.error();
    into = static_cast<std::remove_reference_t<decltype(into)>>(*value);
    return {};
  };
  auto& features = parameters.features;
  if (auto ok = read("prediction_length", 1, kMaxPredictionLength, parameters.prediction_length); !ok)
    return ok.error();
  if (auto ok = read("freq", 1, INT64_MAX, freq); !ok) return ok.error();
  if (auto ok = read("lags", 1, kMaxColumns, features.lags); !ok) return ok.error();
  if (auto ok = read("season", 0, kMaxSeason, features.season); !ok) return ok.error();
  if (auto ok = read("daily_order", 0, kMaxColumns, features.daily_order); !ok) return ok.error();
  if (auto ok = read("weekly_order", 0, kMaxColumns, features.weekly_order); !ok) return ok.error();
  if (auto ok = read("non_negative", 0, 1, non_negative); !ok) return ok.error();
  auto floor = reader.number("floor");
  if (!floor) return floor.error();
  auto levels = reader.numbers("levels");
  if (!levels) return levels.error();
  auto offsets = reader.numbers("mean_offsets");
  if (!offsets) return offsets.error();
  auto coefficients = reader.numbers("coefficients");
  if (!coefficients) return coefficients.error();

  const auto horizon = static_cast<std::size_t>(parameters.prediction_length);
  if (!check_levels(*levels) || std::find(levels->begin(), levels->end(), 0.5) == levels->end() || !(*floor > 0.0) ||
      offsets->size() != horizon || coefficients->size() != horizon * levels->size() * features.columns())
    return input_error("the parts of the model do not fit together");
  parameters.freq = Duration{freq};
  parameters.non_negative = non_negative == 1;
  features.floor = *floor;
  parameters.levels = *std::move(levels);
  parameters.mean_offsets = *std::move(offsets);
  parameters.coefficients = *std::move(coefficients);
  return std::unique_ptr<Forecaster>(std::make_unique<LinearForecaster>(std::move(parameters)));
}

}  // namespace driftlab::forecast

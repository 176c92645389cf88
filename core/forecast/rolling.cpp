#include "core/forecast/rolling.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/forecast/levels.hpp"
#include "core/metric/seasonal_error.hpp"

namespace driftlab::forecast {
namespace {

/// The first `size` points of a series, with all its features.
Series head(const Series& series, std::size_t size) {
  return {series.start,
          series.freq,
          {series.target.begin(), series.target.begin() + static_cast<std::ptrdiff_t>(size)},
          series.cat,
          series.dynamic_feat};
}

bool has_value(std::span<const double> values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
}

/// What one window is made of: the series that reach that far back and where the window begins in each.
struct Place {
  std::size_t series = 0;
  std::size_t begin = 0;
};

class Roller {
 public:
  Roller(std::span<const Forecaster* const> models, std::span<const Series> series, const RollingOptions& options,
         std::size_t horizon)
      : models_(models), series_(series), options_(options), horizon_(horizon) {
    if (options_.stride == 0) options_.stride = horizon;
  }

  Result<RollingResult> run() {
    for (std::size_t i = 0; i < models_.size(); ++i) {
      auto scores = metric::ForecastBreakdown::create(options_.levels, horizon_);
      if (!scores) return scores.error();
      result_.models.push_back({*std::move(scores), metric::SampleScore(), {}, {}});
    }
    for (std::size_t window = 0; window < options_.windows; ++window) {
      if (auto ok = score_window(window); !ok) return ok.error();
      if (options_.progress) options_.progress(window + 1, options_.windows);
    }
    if (result_.models.front().losses.empty()) return input_error(nothing_left());
    return std::move(result_);
  }

 private:
  void leave_out(std::size_t series, std::size_t window, std::string reason) {
    result_.left_out.push_back({series, window, std::move(reason)});
  }

  [[nodiscard]] std::string nothing_left() const {
    const std::string first = result_.left_out.empty() ? "every value of the windows is missing"
                                                       : fmt::format("series {}: {}", result_.left_out.front().series,
                                                                     result_.left_out.front().reason);
    return fmt::format("no window is left to score; {}", first);
  }

  [[nodiscard]] std::vector<Place> places(std::size_t window) {
    const std::size_t back = horizon_ + (options_.windows - 1 - window) * options_.stride;
    std::vector<Place> result;
    for (std::size_t i = 0; i < series_.size(); ++i) {
      const std::span<const double> all(series_[i].target);
      if (all.size() <= back)
        leave_out(i, window, fmt::format("its {} points do not reach before the window", all.size()));
      else if (!has_value(all.first(all.size() - back)))
        leave_out(i, window, "no value before the window");
      else
        result.push_back({i, all.size() - back});
    }
    return result;
  }

  /// With sample paths where they are wanted and the model draws some.
  [[nodiscard]] std::vector<Result<QuantileForecast>> ask(const Forecaster& model,
                                                          std::span<const Series> contexts) const {
    ForecastOptions options{
        .levels = options_.levels, .num_samples = options_.num_samples, .keep_samples = options_.score_samples};
    auto forecasts = model.forecast_batch(contexts, options);
    const bool none = std::none_of(forecasts.begin(), forecasts.end(), [](const auto& one) { return one.has_value(); });
    if (!options.keep_samples || !none) return forecasts;
    options.keep_samples = false;
    return model.forecast_batch(contexts, options);
  }

  Result<void> score_window(std::size_t window) {
    const auto windows = places(window);
    std::vector<Series> contexts;
    contexts.reserve(windows.size());
    for (const Place& place : windows) contexts.push_back(head(series_[place.series], place.begin));
    std::vector<std::vector<Result<QuantileForecast>>> forecasts;
    for (const Forecaster* model : models_) forecasts.push_back(ask(*model, contexts));
    std::vector<double> losses(models_.size(), 0.0), sizes(models_.size(), 0.0);
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const auto failed = std::find_if(forecasts.begin(), forecasts.end(), [&](const auto& all) { return !all[i]; });
      if (failed != forecasts.end()) {
        leave_out(windows[i].series, window,
                  fmt::format("{}: {}", models_[static_cast<std::size_t>(failed - forecasts.begin())]->algorithm(),
                              (*failed)[i].error().message));
        continue;
      }
      for (std::size_t m = 0; m < models_.size(); ++m)
        if (auto ok = score(windows[i], contexts[i].target, *forecasts[m][i], result_.models[m], losses[m], sizes[m]);
            !ok)
          return ok;
    }
    if (!(sizes.front() > 0.0)) return {};
    for (std::size_t m = 0; m < models_.size(); ++m) {
      result_.models[m].losses.push_back(losses[m]);
      result_.models[m].sizes.push_back(sizes[m]);
    }
    return {};
  }

  Result<void> score(const Place& place, std::span<const double> history, const QuantileForecast& forecast,
                     RollingScore& into, double& loss, double& size) {
    const std::span<const double> actual = std::span(series_[place.series].target).subspan(place.begin, horizon_);
    std::vector<const double*> rows;
    for (const auto& row : forecast.quantiles) rows.push_back(row.data());
    const metric::ForecastWindow window{.actual = actual,
                                        .quantiles = rows,
                                        .mean = forecast.mean,
                                        .seasonal_error = metric::seasonal_error(history, options_.season)};
    if (auto ok = into.scores.add(place.series, window); !ok) return ok;
    if (!forecast.samples.empty())
      if (auto ok = into.samples.add(actual, forecast.samples); !ok) return ok;
    auto sums = metric::QuantileSums::create(options_.levels);
    if (auto ok = sums->add(actual, rows); !ok) return ok;
    for (std::size_t i = 0; i < rows.size(); ++i) loss += sums->loss(i) / static_cast<double>(rows.size());
    size += sums->absolute_actuals();
    return {};
  }

  std::span<const Forecaster* const> models_;
  std::span<const Series> series_;
  RollingOptions options_;
  std::size_t horizon_;
  RollingResult result_;
};

}  // namespace

Result<RollingResult> roll(std::span<const Forecaster* const> models, std::span<const Series> series,
                           const RollingOptions& options) {
  if (models.empty()) return input_error("no model to evaluate");
  if (series.empty()) return input_error("no series to evaluate on");
  if (options.windows < 1) return input_error("at least one window is needed");
  if (options.season < 1) return input_error("a season has at least one step");
  if (auto ok = check_levels(options.levels); !ok) return ok.error();
  const int horizon = models.front()->prediction_length();
  for (const Forecaster* model : models)
    if (model->prediction_length() != horizon)
      return input_error(fmt::format("{} forecasts {} steps, {} forecasts {}: they cannot be compared",
                                     models.front()->algorithm(), horizon, model->algorithm(),
                                     model->prediction_length()));
  return Roller(models, series, options, static_cast<std::size_t>(horizon)).run();
}

std::vector<Series> before_windows(std::span<const Series> series, std::size_t horizon, const RollingOptions& options) {
  const std::size_t stride = options.stride == 0 ? horizon : options.stride;
  const std::size_t withheld = horizon + (options.windows - 1) * stride;
  std::vector<Series> result;
  for (const auto& one : series)
    if (one.target.size() > withheld) result.push_back(head(one, one.target.size() - withheld));
  return result;
}

}  // namespace driftlab::forecast

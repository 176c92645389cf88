#include "core/metric/forecast_breakdown.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/base/check.hpp"

namespace driftlab::metric {
namespace {

using Scalar = std::optional<double> ForecastMetrics::*;
constexpr std::array<Scalar, 13> kScalars{&ForecastMetrics::mean_absolute_quantile_loss,
                                          &ForecastMetrics::mean_weighted_quantile_loss,
                                          &ForecastMetrics::coverage_error,
                                          &ForecastMetrics::interval_coverage,
                                          &ForecastMetrics::nd,
                                          &ForecastMetrics::mae,
                                          &ForecastMetrics::mse,
                                          &ForecastMetrics::rmse,
                                          &ForecastMetrics::nrmse,
                                          &ForecastMetrics::mape,
                                          &ForecastMetrics::smape,
                                          &ForecastMetrics::mase,
                                          &ForecastMetrics::msis};

/// The values of GluonTS that are means over items; the losses stay ratios of sums.
void take_item_means(const ForecastMetrics& means, ForecastMetrics& values) {
  values.coverage = means.coverage;
  values.interval_coverage = means.interval_coverage;
  values.scaled_quantile_losses = means.scaled_quantile_losses;
  values.mae = means.mae;
  values.mse = means.mse;
  values.mape = means.mape;
  values.smape = means.smape;
  values.mase = means.mase;
  values.msis = means.msis;
  if (!values.coverage.empty()) {
    CompensatedSum error;
    for (std::size_t i = 0; i < values.levels.size(); ++i) error.add(std::abs(values.coverage[i] - values.levels[i]));
    values.coverage_error = error.value() / static_cast<double>(values.levels.size());
  }
}

}  // namespace

void MetricMeans::add(const ForecastMetrics& values) {
  ++added_;
  scalars_.resize(kScalars.size());
  for (std::size_t i = 0; i < kScalars.size(); ++i) {
    const bool ratio =
        kScalars[i] == &ForecastMetrics::mean_weighted_quantile_loss || kScalars[i] == &ForecastMetrics::nd;
    const auto& value = values.*kScalars[i];
    if (!value || (ratio && values.unweighted)) continue;
    scalars_[i].sum.add(*value);
    ++scalars_[i].count;
  }
  const auto add_each = [](const std::vector<double>& from, std::vector<Mean>& into) {
    if (from.empty()) return;
    into.resize(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
      into[i].sum.add(from[i]);
      ++into[i].count;
    }
  };
  if (!values.unweighted) add_each(values.weighted_quantile_losses, weighted_);
  add_each(values.coverage, coverage_);
  add_each(values.scaled_quantile_losses, scaled_);
}

void MetricMeans::merge(const MetricMeans& other) {
  added_ += other.added_;
  const auto merge_each = [](const std::vector<Mean>& from, std::vector<Mean>& into) {
    if (into.size() < from.size()) into.resize(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
      into[i].sum.merge(from[i].sum);
      into[i].count += from[i].count;
    }
  };
  merge_each(other.scalars_, scalars_);
  merge_each(other.weighted_, weighted_);
  merge_each(other.coverage_, coverage_);
  merge_each(other.scaled_, scaled_);
}

ForecastMetrics MetricMeans::value() const {
  ForecastMetrics values;
  for (std::size_t i = 0; i < scalars_.size(); ++i)
    if (scalars_[i].count > 0) values.*kScalars[i] = scalars_[i].sum.value() / static_cast<double>(scalars_[i].count);
  const auto means = [](const std::vector<Mean>& from) {
    std::vector<double> result;
    result.reserve(from.size());
    for (const auto& mean : from) result.push_back(mean.sum.value() / static_cast<double>(mean.count));
    return result;
  };
  values.weighted_quantile_losses = means(weighted_);
  values.coverage = means(coverage_);
  values.scaled_quantile_losses = means(scaled_);
  return values;
}

ForecastBreakdown::ForecastBreakdown(const ForecastScore& empty, std::size_t horizon)
    : empty_(empty), pooled_(empty), steps_(horizon, empty) {}

Result<ForecastBreakdown> ForecastBreakdown::create(std::vector<double> levels, std::size_t horizon) {
  if (horizon < 1) return input_error("a horizon has at least one step");
  auto empty = ForecastScore::create(std::move(levels));
  if (!empty) return empty.error();
  return ForecastBreakdown(*empty, horizon);
}

Result<void> ForecastBreakdown::add(std::size_t item, const ForecastWindow& window) {
  if (window.actual.size() > horizon())
    return input_error(fmt::format("a window of {} steps for a horizon of {}", window.actual.size(), horizon()));
  ForecastScore score = empty_;
  if (auto ok = score.add(window); !ok) return ok;
  pooled_.merge(score);
  items_.try_emplace(item, empty_).first->second.merge(score);
  if (score.cells() > 0) windows_.add(score.metrics());

  const auto& levels = empty_.levels();
  std::vector<const double*> rows(window.quantiles.begin(), window.quantiles.end());
  std::vector<double> values(levels.size());
  for (std::size_t t = 0; t < window.actual.size(); ++t) {
    for (std::size_t i = 0; i < levels.size(); ++i) {
      rows[i] = window.quantiles[i] + t;
      values[i] = *rows[i];
    }
    const auto mean = window.mean.empty() ? window.mean : window.mean.subspan(t, 1);
    if (auto ok = steps_[t].add({window.actual.subspan(t, 1), rows, mean, window.seasonal_error}); !ok) return ok;
    crps_.add_quantiles(window.actual[t], levels, values);
  }
  return {};
}

void ForecastBreakdown::merge(const ForecastBreakdown& other) {
  DRIFTLAB_CHECK(horizon() == other.horizon(), "only breakdowns over the same horizon can be merged");
  pooled_.merge(other.pooled_);
  for (std::size_t t = 0; t < steps_.size(); ++t) steps_[t].merge(other.steps_[t]);
  for (const auto& [item, score] : other.items_) items_.try_emplace(item, empty_).first->second.merge(score);
  windows_.merge(other.windows_);
  crps_.merge(other.crps_);
}

ForecastMetrics ForecastBreakdown::metrics(Pooling pooling) const {
  ForecastMetrics values = pooled_.metrics();
  if (pooling == Pooling::SageMaker || values.cells == 0) return values;
  if (pooling == Pooling::Seed) {
    ForecastMetrics means = windows_.value();
    means.levels = values.levels;
    means.cells = values.cells;
    means.quantile_losses = values.quantile_losses;
    means.mape_skipped = values.mape_skipped;
    means.scaled_skipped = values.scaled_skipped;
    means.msis_alpha = values.msis_alpha;
    return means;
  }
  MetricMeans items;
  double size = 0.0;
  for (const auto& [item, score] : items_) {
    items.add(score.metrics());
    if (score.cells() > 0) size += score.absolute_actuals() / static_cast<double>(score.cells());
  }
  take_item_means(items.value(), values);
  if (!values.mse) return values;
  values.rmse = std::sqrt(*values.mse);
  if (values.nrmse) values.nrmse = *values.rmse / (size / static_cast<double>(items_.size()));
  return values;
}

}  // namespace driftlab::metric

#include "core/metric/forecast.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/check.hpp"

namespace driftlab::metric {
namespace {

/// Σ|y| below this per cell counts as zero.
constexpr double kZeroPerCell = 1e-12;
constexpr double kLevelTolerance = 1e-12;

std::optional<std::size_t> median_index(const std::vector<double>& levels) {
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (std::abs(levels[i] - 0.5) < kLevelTolerance) return i;
  return std::nullopt;
}

Result<void> check_values(std::span<const double> values, std::size_t expected, const std::string& what) {
  if (values.size() != expected)
    return input_error(fmt::format("{} has {} steps, the actuals have {}", what, values.size(), expected));
  for (std::size_t t = 0; t < values.size(); ++t)
    if (!std::isfinite(values[t])) return input_error(fmt::format("{} is not finite at step {}", what, t));
  return {};
}

std::optional<double> ratio(const CompensatedSum& sum, std::size_t count) {
  if (count == 0) return std::nullopt;
  return sum.value() / static_cast<double>(count);
}

bool is_zero(const QuantileSums& sums) {
  return sums.absolute_actuals() < kZeroPerCell * static_cast<double>(sums.cells());
}

}  // namespace

ForecastScore::ForecastScore(QuantileSums sums)
    : sums_(std::move(sums)), median_(median_index(sums_.levels())), scaled_losses_(sums_.levels().size()) {
  const auto& levels = sums_.levels();
  symmetric_ = levels.size() > 1 && std::abs(levels.front() + levels.back() - 1.0) < kLevelTolerance;
}

Result<ForecastScore> ForecastScore::create(std::vector<double> levels) {
  auto sums = QuantileSums::create(std::move(levels));
  if (!sums) return sums.error();
  return ForecastScore(*std::move(sums));
}

Result<void> ForecastScore::add(std::span<const double> actual, std::span<const std::vector<double>> quantiles,
                                std::span<const double> mean, std::optional<double> seasonal_error) {
  if (quantiles.size() != levels().size())
    return input_error(fmt::format("{} quantile forecasts for {} levels", quantiles.size(), levels().size()));
  std::vector<const double*> rows;
  rows.reserve(quantiles.size());
  for (std::size_t i = 0; i < quantiles.size(); ++i) {
    if (quantiles[i].size() != actual.size())
      return input_error(fmt::format("the forecast at level {} has {} steps, the actuals have {}", levels()[i],
                                     quantiles[i].size(), actual.size()));
    rows.push_back(quantiles[i].data());
  }
  return add({.actual = actual, .quantiles = rows, .mean = mean, .seasonal_error = seasonal_error});
}

Result<void> ForecastScore::add(const ForecastWindow& window) {
  if (!window.mean.empty())
    if (auto ok = check_values(window.mean, window.actual.size(), "the mean forecast"); !ok) return ok;
  auto sums = QuantileSums::create(levels());
  if (auto ok = sums->add(window.actual, window.quantiles); !ok) return ok;
  sums_.merge(*sums);
  if (!window.mean.empty()) add_mean_errors(window);
  if (median_) add_median_errors(window);
  if (window.seasonal_error.value_or(0.0) > 0.0) add_scaled(window, *sums);
  return {};
}

void ForecastScore::add_mean_errors(const ForecastWindow& window) {
  for (std::size_t t = 0; t < window.actual.size(); ++t) {
    if (std::isnan(window.actual[t])) continue;
    const double error = window.actual[t] - window.mean[t];
    squared_errors_.add(error * error);
    ++mean_cells_;
  }
}

void ForecastScore::add_median_errors(const ForecastWindow& window) {
  const double* const median = window.quantiles[*median_];
  for (std::size_t t = 0; t < window.actual.size(); ++t) {
    const double y = window.actual[t];
    if (std::isnan(y)) continue;
    const double error = std::abs(y - median[t]);
    const double size = std::abs(y) + std::abs(median[t]);
    symmetric_errors_.add(size > 0.0 ? 2.0 * error / size : 0.0);
    if (y == 0.0) continue;
    percentage_errors_.add(error / std::abs(y));
    ++percentage_cells_;
  }
}

void ForecastScore::add_scaled(const ForecastWindow& window, const QuantileSums& sums) {
  const double scale = *window.seasonal_error;
  for (std::size_t i = 0; i < scaled_losses_.size(); ++i) scaled_losses_[i].add(sums.loss(i) / scale);
  if (symmetric_) scaled_intervals_.add(interval_score(window) / scale);
  scaled_cells_ += sums.cells();
}

/// Σ of U − L + (2/α)(L − y)1[y < L] + (2/α)(y − U)1[y > U].
double ForecastScore::interval_score(const ForecastWindow& window) const {
  const double penalty = 1.0 / levels().front();  // 2 / α
  const double* const low = window.quantiles.front();
  const double* const high = window.quantiles.back();
  CompensatedSum total;
  for (std::size_t t = 0; t < window.actual.size(); ++t) {
    const double y = window.actual[t];
    if (std::isnan(y)) continue;
    total.add(high[t] - low[t] + penalty * std::max({low[t] - y, y - high[t], 0.0}));
  }
  return total.value();
}

void ForecastScore::merge(const ForecastScore& other) {
  sums_.merge(other.sums_);
  squared_errors_.merge(other.squared_errors_);
  mean_cells_ += other.mean_cells_;
  percentage_errors_.merge(other.percentage_errors_);
  percentage_cells_ += other.percentage_cells_;
  symmetric_errors_.merge(other.symmetric_errors_);
  for (std::size_t i = 0; i < scaled_losses_.size(); ++i) scaled_losses_[i].merge(other.scaled_losses_[i]);
  scaled_intervals_.merge(other.scaled_intervals_);
  scaled_cells_ += other.scaled_cells_;
}

std::optional<double> ForecastScore::mean_absolute_quantile_loss() const {
  if (cells() == 0) return std::nullopt;
  CompensatedSum total;
  for (std::size_t i = 0; i < levels().size(); ++i) total.add(quantile_loss(i));
  return ratio(total, levels().size());
}

std::optional<QuantileLosses> ForecastScore::weighted_quantile_losses() const {
  if (cells() == 0) return std::nullopt;
  QuantileLosses result{.levels = levels(), .weighted = {}, .cells = cells()};
  result.unweighted = is_zero(sums_);
  CompensatedSum total;
  for (std::size_t i = 0; i < levels().size(); ++i) {
    const double value = result.unweighted ? quantile_loss(i) : quantile_loss(i) / absolute_actuals();
    result.weighted.push_back(value);
    total.add(value);
  }
  result.mean = *ratio(total, levels().size());
  return result;
}

std::optional<double> ForecastScore::coverage(std::size_t index) const {
  if (cells() == 0) return std::nullopt;
  return static_cast<double>(sums_.covered(index)) / static_cast<double>(cells());
}

std::optional<double> ForecastScore::coverage_error() const {
  if (cells() == 0) return std::nullopt;
  CompensatedSum total;
  for (std::size_t i = 0; i < levels().size(); ++i) total.add(std::abs(*coverage(i) - levels()[i]));
  return ratio(total, levels().size());
}

std::optional<double> ForecastScore::interval_coverage() const {
  if (cells() == 0 || levels().size() < 2) return std::nullopt;
  return static_cast<double>(sums_.inside()) / static_cast<double>(cells());
}

std::optional<double> ForecastScore::rmse() const {
  if (mean_cells_ == 0) return std::nullopt;
  return std::sqrt(squared_errors_.value() / static_cast<double>(mean_cells_));
}

std::optional<double> ForecastScore::mae() const {
  if (cells() == 0 || !median_) return std::nullopt;
  // At level 0.5 the doubled loss is the absolute error.
  return quantile_loss(*median_) / static_cast<double>(cells());
}

ForecastMetrics ForecastScore::metrics() const {
  ForecastMetrics values{.levels = levels(), .cells = cells()};
  if (cells() == 0) return values;
  for (std::size_t i = 0; i < levels().size(); ++i) {
    values.quantile_losses.push_back(quantile_loss(i));
    values.coverage.push_back(*coverage(i));
  }
  auto losses = *weighted_quantile_losses();
  values.mean_absolute_quantile_loss = mean_absolute_quantile_loss();
  values.weighted_quantile_losses = std::move(losses.weighted);
  values.mean_weighted_quantile_loss = losses.mean;
  values.unweighted = losses.unweighted;
  values.coverage_error = coverage_error();
  values.interval_coverage = interval_coverage();
  values.mae = mae();
  if (median_) values.nd = values.weighted_quantile_losses[*median_];
  values.mse = ratio(squared_errors_, mean_cells_);
  values.rmse = rmse();
  if (values.rmse && !values.unweighted)
    values.nrmse = *values.rmse / (absolute_actuals() / static_cast<double>(cells()));
  if (median_) {
    values.mape = ratio(percentage_errors_, percentage_cells_);
    values.mape_skipped = cells() - percentage_cells_;
    values.smape = ratio(symmetric_errors_, cells());
  }
  values.scaled_skipped = cells() - scaled_cells_;
  if (scaled_cells_ == 0) return values;
  for (const auto& loss : scaled_losses_) values.scaled_quantile_losses.push_back(*ratio(loss, scaled_cells_));
  if (median_) values.mase = values.scaled_quantile_losses[*median_];
  if (symmetric_) {
    values.msis = ratio(scaled_intervals_, scaled_cells_);
    values.msis_alpha = 2.0 * levels().front();
  }
  return values;
}

Result<QuantileLosses> weighted_quantile_loss(std::span<const double> levels, std::span<const double> actual,
                                              std::span<const std::vector<double>> quantiles) {
  auto score = ForecastScore::create({levels.begin(), levels.end()});
  if (!score) return score.error();
  if (auto ok = score->add(actual, quantiles); !ok) return ok.error();
  auto losses = score->weighted_quantile_losses();
  if (!losses) return input_error("no actual value to score");
  return *std::move(losses);
}

std::vector<PitBin> pit_histogram(const QuantileSums& sums) {
  std::vector<PitBin> bins;
  if (sums.cells() == 0) return bins;
  const auto& levels = sums.levels();
  std::size_t below = 0;
  for (std::size_t i = 0; i <= levels.size(); ++i) {
    const std::size_t reached = std::max(i < levels.size() ? sums.covered(i) : sums.cells(), below);
    PitBin bin{.low = i > 0 ? levels[i - 1] : 0.0, .high = i < levels.size() ? levels[i] : 1.0};
    bin.count = reached - below;
    bin.share = static_cast<double>(bin.count) / static_cast<double>(sums.cells());
    bins.push_back(bin);
    below = reached;
  }
  return bins;
}

}  // namespace driftlab::metric

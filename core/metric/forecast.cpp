#include "core/metric/forecast.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/check.hpp"

namespace driftlab::metric {
namespace {

/// Σ|y| below this per cell counts as zero.
constexpr double kZeroPerCell = 1e-12;
constexpr double kMedianTolerance = 1e-12;

std::optional<std::size_t> median_index(const std::vector<double>& levels) {
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (std::abs(levels[i] - 0.5) < kMedianTolerance) return i;
  return std::nullopt;
}

Result<void> check_values(std::span<const double> values, std::size_t expected, const std::string& what) {
  if (values.size() != expected)
    return input_error(fmt::format("{} has {} steps, the actuals have {}", what, values.size(), expected));
  for (std::size_t t = 0; t < values.size(); ++t)
    if (!std::isfinite(values[t])) return input_error(fmt::format("{} is not finite at step {}", what, t));
  return {};
}

Result<void> check_actuals(std::span<const double> actual) {
  for (std::size_t t = 0; t < actual.size(); ++t)
    if (std::isinf(actual[t])) return input_error(fmt::format("the actual at step {} is infinite", t));
  return {};
}

}  // namespace

ForecastScore::ForecastScore(std::vector<double> levels)
    : levels_(std::move(levels)), losses_(levels_.size()), covered_(levels_.size()) {}

Result<ForecastScore> ForecastScore::create(std::vector<double> levels) {
  if (levels.empty()) return input_error("at least one quantile level is needed");
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (!(levels[i] > 0.0 && levels[i] < 1.0))
      return input_error(fmt::format("quantile level {} is not between 0 and 1", levels[i]));
    if (i > 0 && levels[i] <= levels[i - 1]) return input_error("quantile levels must ascend");
  }
  return ForecastScore(std::move(levels));
}

Result<void> ForecastScore::add(std::span<const double> actual, std::span<const std::vector<double>> quantiles,
                                std::span<const double> mean) {
  if (quantiles.size() != levels_.size())
    return input_error(fmt::format("{} quantile forecasts for {} levels", quantiles.size(), levels_.size()));
  if (auto ok = check_actuals(actual); !ok) return ok;
  for (std::size_t i = 0; i < quantiles.size(); ++i)
    if (auto ok = check_values(quantiles[i], actual.size(), fmt::format("the forecast at level {}", levels_[i])); !ok)
      return ok;
  if (!mean.empty())
    if (auto ok = check_values(mean, actual.size(), "the mean forecast"); !ok) return ok;

  for (std::size_t t = 0; t < actual.size(); ++t) {
    if (std::isnan(actual[t])) continue;
    add_cell(actual[t], t, quantiles);
    if (mean.empty()) continue;
    const double error = actual[t] - mean[t];
    squared_errors_.add(error * error);
    ++mean_cells_;
  }
  return {};
}

void ForecastScore::add_cell(double actual, std::size_t step, std::span<const std::vector<double>> quantiles) {
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const double forecast = quantiles[i][step];
    losses_[i].add(2.0 * pinball_loss(levels_[i], actual, forecast));
    if (actual <= forecast) ++covered_[i];
  }
  if (quantiles.front()[step] <= actual && actual <= quantiles.back()[step]) ++inside_;
  absolute_actuals_.add(std::abs(actual));
  ++cells_;
}

void ForecastScore::merge(const ForecastScore& other) {
  DRIFTLAB_CHECK(levels_ == other.levels_, "only scores over the same levels can be merged");
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    losses_[i].merge(other.losses_[i]);
    covered_[i] += other.covered_[i];
  }
  absolute_actuals_.merge(other.absolute_actuals_);
  squared_errors_.merge(other.squared_errors_);
  mean_cells_ += other.mean_cells_;
  inside_ += other.inside_;
  cells_ += other.cells_;
}

double ForecastScore::quantile_loss(std::size_t index) const {
  return losses_.at(index).value();
}

std::optional<double> ForecastScore::mean_absolute_quantile_loss() const {
  if (cells_ == 0) return std::nullopt;
  CompensatedSum total;
  for (const auto& loss : losses_) total.add(loss.value());
  return total.value() / static_cast<double>(levels_.size());
}

std::optional<QuantileLosses> ForecastScore::weighted_quantile_losses() const {
  if (cells_ == 0) return std::nullopt;
  QuantileLosses result{.levels = levels_, .weighted = {}, .cells = cells_};
  const double denominator = absolute_actuals_.value();
  result.unweighted = denominator < kZeroPerCell * static_cast<double>(cells_);
  CompensatedSum total;
  for (const auto& loss : losses_) {
    const double value = result.unweighted ? loss.value() : loss.value() / denominator;
    result.weighted.push_back(value);
    total.add(value);
  }
  result.mean = total.value() / static_cast<double>(levels_.size());
  return result;
}

std::optional<double> ForecastScore::coverage(std::size_t index) const {
  if (cells_ == 0) return std::nullopt;
  return static_cast<double>(covered_.at(index)) / static_cast<double>(cells_);
}

std::optional<double> ForecastScore::coverage_error() const {
  if (cells_ == 0) return std::nullopt;
  CompensatedSum total;
  for (std::size_t i = 0; i < levels_.size(); ++i) total.add(std::abs(*coverage(i) - levels_[i]));
  return total.value() / static_cast<double>(levels_.size());
}

std::optional<double> ForecastScore::interval_coverage() const {
  if (cells_ == 0 || levels_.size() < 2) return std::nullopt;
  return static_cast<double>(inside_) / static_cast<double>(cells_);
}

std::optional<double> ForecastScore::rmse() const {
  if (mean_cells_ == 0) return std::nullopt;
  return std::sqrt(squared_errors_.value() / static_cast<double>(mean_cells_));
}

std::optional<double> ForecastScore::mae() const {
  const auto median = median_index(levels_);
  if (cells_ == 0 || !median) return std::nullopt;
  // At level 0.5 the doubled loss is the absolute error.
  return losses_[*median].value() / static_cast<double>(cells_);
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

}  // namespace driftlab::metric

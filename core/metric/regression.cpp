#include "core/metric/regression.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "core/base/rng.hpp"
#include "core/metric/blocks.hpp"
#include "core/metric/deviation.hpp"
#include "core/metric/regression_kernel.hpp"

namespace driftlab::metric {
namespace {

Result<void> check_rows(std::span<const double> actual, std::span<const double> predicted) {
  if (actual.size() != predicted.size())
    return input_error(fmt::format("{} actual values, {} predictions", actual.size(), predicted.size()));
  if (actual.empty()) return input_error("no rows to score");
  return {};
}

Result<void> find_not_finite(std::span<const double> actual, std::span<const double> predicted) {
  for (std::size_t i = 0; i < actual.size(); ++i)
    if (!std::isfinite(actual[i]) || !std::isfinite(predicted[i]))
      return input_error(fmt::format("row {} is not finite", i));
  return {};
}

RegressionValues deviations(std::span<const double> actual, std::span<const double> predicted, std::uint64_t seed) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  Rng rng(seed, "metric", "regression-deviation");
  const auto samples = five_samples(rng, [&](const auto& chosen) {
    RegressionScore score;
    for (std::size_t i = 0; i < actual.size(); ++i)
      if (chosen()) score.add(actual[i], predicted[i]);
    return score.values().value_or(RegressionValues{kNan, kNan, kNan, kNan});
  });
  const auto of = [&](double RegressionValues::*member) {
    return sample_deviation(samples, [&](const RegressionValues& sample) { return sample.*member; });
  };
  return {.mae = of(&RegressionValues::mae),
          .mse = of(&RegressionValues::mse),
          .rmse = of(&RegressionValues::rmse),
          .r2 = of(&RegressionValues::r2)};
}

}  // namespace

void RegressionScore::add(double actual, double predicted) {
  const double error = actual - predicted;
  absolute_errors_.add(std::abs(error));
  squared_errors_.add(error * error);
  ++rows_;
  const double delta = actual - mean_;
  mean_ += delta / static_cast<double>(rows_);
  squared_deviations_.add(delta * (actual - mean_));
}

Result<void> RegressionScore::add(std::span<const double> actual, std::span<const double> predicted, unsigned threads) {
  if (actual.size() != predicted.size())
    return input_error(fmt::format("{} actual values, {} predictions", actual.size(), predicted.size()));
  const std::size_t whole = actual.size() / kBlockRows;
  std::vector<RegressionBlock> blocks(whole);
  for_each_block(whole * kBlockRows, kBlockRows, threads, [&](std::size_t block, std::size_t first, std::size_t last) {
    blocks[block] = regression_block(&actual[first], &predicted[first], last - first);
  });
  RegressionScore added;
  for (const auto& block : blocks) {
    added.merge_moments(kBlockRows, block.mean, block.squared_deviations);
    added.absolute_errors_.add(block.absolute_errors);
    added.squared_errors_.add(block.squared_errors);
  }
  for (std::size_t i = whole * kBlockRows; i < actual.size(); ++i) added.add(actual[i], predicted[i]);
  // Whatever is not finite reaches a sum; which row it was is looked up only then.
  if (!std::isfinite(added.squared_errors_.value()) || !std::isfinite(added.squared_deviations_.value()))
    if (auto ok = find_not_finite(actual, predicted); !ok) return ok;
  merge(added);
  return {};
}

void RegressionScore::merge_moments(std::size_t rows, double mean, double squared_deviations) {
  const double left = static_cast<double>(rows_);
  const double right = static_cast<double>(rows);
  const double delta = mean - mean_;
  squared_deviations_.add(squared_deviations);
  squared_deviations_.add(delta * delta * (left * right / (left + right)));
  mean_ += delta * (right / (left + right));
  rows_ += rows;
}

void RegressionScore::merge(const RegressionScore& other) {
  if (other.rows_ == 0) return;
  if (rows_ == 0) {
    *this = other;
    return;
  }
  const double left = static_cast<double>(rows_);
  const double right = static_cast<double>(other.rows_);
  const double delta = other.mean_ - mean_;
  squared_deviations_.merge(other.squared_deviations_);
  squared_deviations_.add(delta * delta * (left * right / (left + right)));
  mean_ += delta * (right / (left + right));
  absolute_errors_.merge(other.absolute_errors_);
  squared_errors_.merge(other.squared_errors_);
  rows_ += other.rows_;
}

std::optional<RegressionValues> RegressionScore::values() const {
  if (rows_ == 0) return std::nullopt;
  const double n = static_cast<double>(rows_);
  const double spread = squared_deviations_.value();
  RegressionValues values;
  values.mae = absolute_errors_.value() / n;
  values.mse = squared_errors_.value() / n;
  values.rmse = std::sqrt(values.mse);
  values.r2 = spread > 0.0 ? 1.0 - squared_errors_.value() / spread : std::numeric_limits<double>::quiet_NaN();
  return values;
}

Result<RegressionQuality> regression_quality(std::span<const double> actual, std::span<const double> predicted,
                                             std::uint64_t seed) {
  if (auto ok = check_rows(actual, predicted); !ok) return ok.error();
  RegressionScore score;
  if (auto ok = score.add(actual, predicted); !ok) return ok.error();
  RegressionQuality quality{.values = *score.values(), .standard_deviations = {}, .rows = actual.size()};
  if (actual.size() >= kRowsForDeviation) quality.standard_deviations = deviations(actual, predicted, seed);
  return quality;
}

}  // namespace driftlab::metric

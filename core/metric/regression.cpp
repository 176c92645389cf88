#include "core/metric/regression.hpp"

#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/base/rng.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kSamples = 5;
constexpr double kSampleShare = 0.8;

Result<void> check_rows(std::span<const double> actual, std::span<const double> predicted) {
  if (actual.size() != predicted.size())
    return input_error(fmt::format("{} actual values, {} predictions", actual.size(), predicted.size()));
  if (actual.empty()) return input_error("no rows to score");
  for (std::size_t i = 0; i < actual.size(); ++i)
    if (!std::isfinite(actual[i]) || !std::isfinite(predicted[i]))
      return input_error(fmt::format("row {} is not finite", i));
  return {};
}

double sample_deviation(const std::array<RegressionValues, kSamples>& samples, double RegressionValues::*member) {
  CompensatedSum total;
  for (const auto& sample : samples) total.add(sample.*member);
  const double mean = total.value() / kSamples;
  CompensatedSum squares;
  for (const auto& sample : samples) squares.add((sample.*member - mean) * (sample.*member - mean));
  return std::sqrt(squares.value() / (kSamples - 1));
}

RegressionValues deviations(std::span<const double> actual, std::span<const double> predicted, std::uint64_t seed) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  Rng rng(seed, "metric", "regression-deviation");
  std::array<RegressionValues, kSamples> samples;
  for (auto& sample : samples) {
    RegressionScore score;
    for (std::size_t i = 0; i < actual.size(); ++i)
      if (rng.bernoulli(kSampleShare)) score.add(actual[i], predicted[i]);
    sample = score.values().value_or(RegressionValues{kNan, kNan, kNan, kNan});
  }
  return {.mae = sample_deviation(samples, &RegressionValues::mae),
          .mse = sample_deviation(samples, &RegressionValues::mse),
          .rmse = sample_deviation(samples, &RegressionValues::rmse),
          .r2 = sample_deviation(samples, &RegressionValues::r2)};
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

void RegressionScore::merge(const RegressionScore& other) {
  if (other.rows_ == 0) return;
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
  for (std::size_t i = 0; i < actual.size(); ++i) score.add(actual[i], predicted[i]);
  RegressionQuality quality{.values = *score.values(), .standard_deviations = {}, .rows = actual.size()};
  if (actual.size() >= kRowsForDeviation) quality.standard_deviations = deviations(actual, predicted, seed);
  return quality;
}

}  // namespace driftlab::metric

#pragma once
/// What the training of every algorithm shares.

#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/forecast/forecaster.hpp"
#include "core/forecast/hyperparameters.hpp"
#include "core/forecast/training.hpp"

namespace driftlab::forecast {

/// Longest prediction length and season accepted.
inline constexpr int kMaxPredictionLength = 10'000;
inline constexpr int kMaxSeason = 1'000'000;

/// DeepAR's default of `test_quantiles`.
[[nodiscard]] std::vector<double> default_levels();

/// The frequency all series share. Errors: InvalidInput without series, with a frequency that is not positive, with
/// mixed frequencies.
[[nodiscard]] Result<Duration> common_freq(const TrainingInput& input);

/// Hyperparameter `non_negative`: "true", "false", or "auto", the default, which is `is_non_negative` of the data.
[[nodiscard]] Result<bool> read_non_negative(const Hyperparameters& given, std::span<const Series> series);

/// True when no value is negative.
[[nodiscard]] bool is_non_negative(std::span<const Series> series);

/// Forecasts the end of each validation series from what is before it and adds SageMaker's test scores to
/// `trained.metrics`. Series with no value before their last `prediction_length` points are skipped. RMSE is of the
/// mean. Algorithms that draw paths draw `num_samples`. Errors: those of the model.
[[nodiscard]] Result<void> score_validation(const std::vector<Series>& validation, std::span<const double> levels,
                                            TrainedModel& trained, int num_samples = 100);

}  // namespace driftlab::forecast

#include "core/forecast/training_support.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/metric/forecast.hpp"

namespace driftlab::forecast {
namespace {

bool has_value(std::span<const double> values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
}

}  // namespace

std::vector<double> default_levels() {
  return {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
}

Result<Duration> common_freq(const TrainingInput& input) {
  if (input.train.empty()) return input_error("the training channel has no series");
  const Duration freq = input.train.front().freq;
  if (freq <= Duration::zero()) return input_error("the frequency of the training series is not positive");
  for (const auto* channel : {&input.train, &input.validation})
    for (const auto& series : *channel)
      if (series.freq != freq)
        return input_error(fmt::format("series of different frequencies: {} and {}", format_duration(freq),
                                       format_duration(series.freq)));
  return freq;
}

Result<bool> read_non_negative(const Hyperparameters& given, std::span<const Series> series) {
  static const std::array<std::string, 3> kChoices{"auto", "true", "false"};
  auto choice = given.choice("non_negative", kChoices);
  if (!choice) return choice.error();
  return *choice == "auto" ? is_non_negative(series) : *choice == "true";
}

bool is_non_negative(std::span<const Series> series) {
  return std::all_of(series.begin(), series.end(), [](const Series& one) {
    return std::none_of(one.target.begin(), one.target.end(), [](double value) { return value < 0.0; });
  });
}

Result<void> score_validation(const std::vector<Series>& validation, std::span<const double> levels,
                              TrainedModel& trained, int num_samples) {
  auto score = metric::ForecastScore::create({levels.begin(), levels.end()});
  if (!score) return score.error();
  const auto horizon = static_cast<std::size_t>(trained.model->prediction_length());
  std::vector<Series> contexts;
  std::vector<std::span<const double>> actuals;
  for (const auto& series : validation) {
    if (series.target.size() <= horizon) continue;
    const std::span<const double> all(series.target);
    if (!has_value(all.first(all.size() - horizon))) continue;
    contexts.push_back(series);
    contexts.back().target.resize(all.size() - horizon);
    actuals.push_back(all.last(horizon));
  }
  ForecastOptions options;
  options.levels.assign(levels.begin(), levels.end());
  options.num_samples = num_samples;
  const auto forecasts = trained.model->forecast_batch(contexts, options);
  for (std::size_t i = 0; i < forecasts.size(); ++i) {
    if (!forecasts[i]) return forecasts[i].error();
    if (auto ok = score->add(actuals[i], forecasts[i]->quantiles, forecasts[i]->mean); !ok) return ok;
  }
  const auto losses = score->weighted_quantile_losses();
  if (!losses) return {};
  trained.metrics["test:RMSE"] = *score->rmse();
  trained.metrics["test:mean_absolute_QuantileLoss"] = *score->mean_absolute_quantile_loss();
  trained.metrics["test:mean_wQuantileLoss"] = losses->mean;
  for (std::size_t i = 0; i < levels.size(); ++i)
    trained.metrics["test:wQuantileLoss[" + shortest(levels[i]) + "]"] = losses->weighted[i];
  return {};
}

}  // namespace driftlab::forecast

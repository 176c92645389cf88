#include "core/forecast/local.hpp"

#include <algorithm>
#include <cmath>

#include "core/forecast/filled.hpp"
#include "core/forecast/levels.hpp"
#include "core/forecast/training_support.hpp"

namespace driftlab::forecast {
namespace {

constexpr int kMaxHistory = 100'000'000;

}  // namespace

QuantileForecast normal_forecast(const NormalPath& path, std::span<const double> levels, bool non_negative) {
  const double least = non_negative ? 0.0 : -HUGE_VAL;
  QuantileForecast result{.levels = {levels.begin(), levels.end()}, .quantiles = {}, .mean = path.mean, .samples = {}};
  for (double& value : result.mean) value = std::max(value, least);
  for (const double level : levels) {
    const double score = normal_quantile(level);
    std::vector<double> row(path.mean.size());
    for (std::size_t k = 0; k < row.size(); ++k) row[k] = std::max(path.mean[k] + score * path.deviation[k], least);
    result.quantiles.push_back(std::move(row));
  }
  return result;
}

Result<QuantileForecast> LocalForecaster::forecast(const Series& context, std::span<const double> levels) const {
  if (auto ok = check_levels(levels); !ok) return ok.error();
  if (context.freq != settings_.freq) return input_error("the context has another frequency than the model");
  auto filled = fill_forward(context.target);
  if (!filled) return filled.error();
  std::span<const double> values(*filled);
  const auto history = static_cast<std::size_t>(settings_.history);
  if (history > 0 && values.size() > history) values = values.last(history);
  const NormalPath path = project(values);
  for (std::size_t k = 0; k < path.mean.size(); ++k)
    if (!std::isfinite(path.mean[k]) || !std::isfinite(path.deviation[k]))
      return input_error("the values are too large to forecast");
  return normal_forecast(path, levels, settings_.non_negative);
}

std::string LocalForecaster::save() const {
  ModelWriter writer(algorithm());
  writer.put("prediction_length", settings_.prediction_length);
  writer.put("freq", settings_.freq.count());
  writer.put("season", settings_.season);
  writer.put("history", settings_.history);
  writer.put("non_negative", settings_.non_negative ? 1 : 0);
  save_own(writer);
  return writer.finish();
}

Result<LocalSettings> read_local_settings(const Hyperparameters& given, const TrainingInput& input, int history) {
  auto freq = common_freq(input);
  if (!freq) return freq.error();
  if (auto ok = given.check_freq(*freq); !ok) return ok.error();
  LocalSettings settings{.freq = *freq};
  auto horizon = given.required_integer("prediction_length", 1, kMaxPredictionLength);
  if (!horizon) return horizon.error();
  settings.prediction_length = *horizon;
  auto season = given.integer("season", steps_per_day(*freq), 1, kMaxSeason);
  if (!season) return season.error();
  settings.season = *season;
  // Four seasons at least, or the season could not be told from noise.
  auto points = given.integer("history", history > 0 ? std::max(history, 4 * *season) : 0, 0, kMaxHistory);
  if (!points) return points.error();
  settings.history = *points;
  auto non_negative = read_non_negative(given, input.train);
  if (!non_negative) return non_negative.error();
  settings.non_negative = *non_negative;
  return settings;
}

Result<LocalSettings> load_local_settings(ModelReader& reader) {
  LocalSettings settings;
  auto horizon = reader.integer("prediction_length", 1, kMaxPredictionLength);
  if (!horizon) return horizon.error();
  auto freq = reader.integer("freq", 1, INT64_MAX);
  if (!freq) return freq.error();
  auto season = reader.integer("season", 1, kMaxSeason);
  if (!season) return season.error();
  auto history = reader.integer("history", 0, kMaxHistory);
  if (!history) return history.error();
  auto non_negative = reader.integer("non_negative", 0, 1);
  if (!non_negative) return non_negative.error();
  settings.prediction_length = static_cast<int>(*horizon);
  settings.freq = Duration{*freq};
  settings.season = static_cast<int>(*season);
  settings.history = static_cast<int>(*history);
  settings.non_negative = *non_negative == 1;
  return settings;
}

Result<TrainedModel> trained_local(std::unique_ptr<Forecaster> model, const TrainingInput& input,
                                   std::span<const double> levels) {
  bool any = false;
  for (const auto& series : input.train) any = any || fill_forward(series.target).has_value();
  if (!any) return input_error("no training series has a value");
  TrainedModel trained;
  trained.model = std::move(model);
  // Scored like a validation channel, under another name.
  if (auto ok = score_validation(input.train, levels, trained); !ok) return ok.error();
  const auto loss = trained.metrics.find("test:mean_wQuantileLoss");
  trained.final_loss = loss == trained.metrics.end() ? 0.0 : loss->second;
  trained.metrics.clear();
  trained.metrics["train:final_loss"] = trained.final_loss;
  for (const auto& series : input.train) trained.work_units += static_cast<double>(series.target.size());
  if (auto ok = score_validation(input.validation, levels, trained); !ok) return ok.error();
  return trained;
}

}  // namespace driftlab::forecast

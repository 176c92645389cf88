#include "core/forecast/seasonal_naive.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/forecast/filled.hpp"
#include "core/forecast/hyperparameters.hpp"
#include "core/forecast/levels.hpp"
#include "core/forecast/training_support.hpp"
#include "core/metric/forecast.hpp"

namespace driftlab::forecast {
namespace {

/// Fewer differences than this say too little about the tails.
constexpr std::size_t kEnough = 20;
constexpr int kMaxResiduals = 100'000;

const std::array<std::string, 7> kNames{"interval", "non_negative",   "prediction_length", "residuals",
                                        "season",   "test_quantiles", "time_freq"};
/// In the order of SeasonalNaive::Interval.
const std::array<std::string, 3> kIntervals{"residual", "gaussian", "point"};

int blocks(int prediction_length, int season) {
  return (prediction_length + season - 1) / season;
}

/// The last `limit` (0: all) differences over `lag` steps whose both ends are there, ascending.
std::vector<double> last_differences(std::span<const double> values, std::size_t lag, std::size_t limit) {
  std::vector<double> result;
  if (limit == 0) limit = values.size();
  for (std::size_t t = values.size(); t-- > lag && result.size() < limit;) {
    const double difference = values[t] - values[t - lag];
    if (!std::isnan(difference)) result.push_back(difference);
  }
  std::sort(result.begin(), result.end());
  return result;
}

/// Element of rank ceil((R + 1) q): the finite-sample quantile of conformal prediction. 0 when there is none.
double ranked(const std::vector<double>& ascending, double level) {
  if (ascending.empty()) return 0.0;
  const double count = static_cast<double>(ascending.size());
  const double rank = std::clamp(std::ceil((count + 1.0) * level), 1.0, count);
  return ascending[static_cast<std::size_t>(rank) - 1];
}

/// Root of the mean square of differences; 0 when there is none.
double root_mean_square(std::span<const double> differences) {
  double squares = 0.0;
  for (const double difference : differences) squares += difference * difference;
  return differences.empty() ? 0.0 : std::sqrt(squares / static_cast<double>(differences.size()));
}

/// Mean over the levels of the weighted loss of the kept differences against their own quantiles.
double residual_loss(const SeasonalNaive::Parameters& parameters, std::span<const Series> train,
                     std::span<const double> levels) {
  double loss = 0.0, total = 0.0;
  const auto& kept = parameters.differences.front();
  for (const double level : levels) {
    const double quantile = ranked(kept, level);
    for (const double difference : kept) loss += 2.0 * metric::pinball_loss(level, difference, quantile);
  }
  std::size_t counted = 0;
  for (const auto& series : train)
    for (std::size_t t = series.target.size(); t-- > 0 && counted < kept.size();)
      if (!std::isnan(series.target[t])) {
        total += std::abs(series.target[t]);
        ++counted;
      }
  if (total > 0.0) loss /= total;
  return loss / static_cast<double>(levels.size());
}

Result<SeasonalNaive::Parameters> read_parameters(const Hyperparameters& given, Duration freq) {
  SeasonalNaive::Parameters parameters;
  parameters.freq = freq;
  auto horizon = given.required_integer("prediction_length", 1, kMaxPredictionLength);
  if (!horizon) return horizon.error();
  parameters.prediction_length = *horizon;
  auto season = given.integer("season", steps_per_day(freq), 1, kMaxSeason);
  if (!season) return season.error();
  parameters.season = *season;
  auto interval = given.choice("interval", kIntervals);
  if (!interval) return interval.error();
  const auto at = std::find(kIntervals.begin(), kIntervals.end(), *interval) - kIntervals.begin();
  parameters.interval = static_cast<SeasonalNaive::Interval>(at);
  auto residuals = given.integer("residuals", 100, 0, kMaxResiduals);
  if (!residuals) return residuals.error();
  parameters.residuals = *residuals;
  if (auto ok = given.check_freq(freq); !ok) return ok.error();
  return parameters;
}

}  // namespace

std::vector<double> SeasonalNaive::differences(std::span<const double> context, int block) const {
  const auto limit = static_cast<std::size_t>(parameters_.residuals);
  const auto lag = static_cast<std::size_t>(parameters_.season) * static_cast<std::size_t>(block + 1);
  auto own = last_differences(context, lag, limit);
  const auto& kept = parameters_.differences[static_cast<std::size_t>(block)];
  const std::size_t enough = limit == 0 ? kEnough : std::min(kEnough, limit);
  return own.size() >= enough || own.size() >= kept.size() ? own : kept;
}

void SeasonalNaive::add_residual_bands(std::span<const double> context, QuantileForecast& forecast) const {
  const auto season = static_cast<std::size_t>(parameters_.season);
  std::vector<double> spread;
  for (std::size_t k = 0; k < forecast.mean.size(); ++k) {
    if (k % season == 0) spread = differences(context, static_cast<int>(k / season));
    for (std::size_t i = 0; i < forecast.levels.size(); ++i)
      forecast.quantiles[i][k] += ranked(spread, forecast.levels[i]);
  }
}

void SeasonalNaive::add_normal_bands(std::span<const double> filled, QuantileForecast& forecast) const {
  const auto season = static_cast<std::size_t>(parameters_.season);
  const auto own = last_differences(filled, season, static_cast<std::size_t>(parameters_.residuals));
  const double deviation = own.empty() ? parameters_.deviation : root_mean_square(own);
  for (std::size_t i = 0; i < forecast.levels.size(); ++i) {
    const double score = normal_quantile(forecast.levels[i]) * deviation;
    for (std::size_t k = 0; k < forecast.mean.size(); ++k) {
      const std::size_t seasons = k / season + 1;
      forecast.quantiles[i][k] += score * std::sqrt(static_cast<double>(seasons));
    }
  }
}

Result<QuantileForecast> SeasonalNaive::forecast(const Series& context, std::span<const double> levels) const {
  if (auto ok = check_levels(levels); !ok) return ok.error();
  if (context.freq != parameters_.freq) return input_error("the context has another frequency than the model");
  auto filled = fill_forward(context.target);
  if (!filled) return filled.error();

  QuantileForecast result{.levels = {levels.begin(), levels.end()}, .quantiles = {}, .mean = {}, .samples = {}};
  result.mean = seasonal_values(*filled, parameters_.season, parameters_.prediction_length);
  result.quantiles.assign(levels.size(), result.mean);
  if (parameters_.interval == Interval::Residual) add_residual_bands(context.target, result);
  if (parameters_.interval == Interval::Gaussian) add_normal_bands(*filled, result);
  if (!parameters_.non_negative) return result;
  for (auto& row : result.quantiles)
    for (double& value : row) value = std::max(value, 0.0);
  return result;
}

std::string SeasonalNaive::save() const {
  ModelWriter writer(algorithm());
  writer.put("prediction_length", parameters_.prediction_length);
  writer.put("freq", parameters_.freq.count());
  writer.put("season", parameters_.season);
  writer.put("interval", static_cast<int>(parameters_.interval));
  writer.put("residuals", parameters_.residuals);
  writer.put("non_negative", parameters_.non_negative ? 1 : 0);
  writer.put("deviation", std::span(&parameters_.deviation, 1));
  for (const auto& list : parameters_.differences) writer.put("differences", list);
  return writer.finish();
}

Result<std::unique_ptr<Forecaster>> load_seasonal_naive(ModelReader& reader) {
  SeasonalNaive::Parameters parameters;
  auto horizon = reader.integer("prediction_length", 1, kMaxPredictionLength);
  if (!horizon) return horizon.error();
  auto freq = reader.integer("freq", 1, INT64_MAX);
  if (!freq) return freq.error();
  auto season = reader.integer("season", 1, kMaxSeason);
  if (!season) return season.error();
  auto interval = reader.integer("interval", 0, static_cast<std::int64_t>(kIntervals.size()) - 1);
  if (!interval) return interval.error();
  auto residuals = reader.integer("residuals", 0, kMaxResiduals);
  if (!residuals) return residuals.error();
  auto non_negative = reader.integer("non_negative", 0, 1);
  if (!non_negative) return non_negative.error();
  auto deviation = reader.number("deviation");
  if (!deviation) return deviation.error();
  if (*deviation < 0.0) return input_error("the model's 'deviation' is negative");
  parameters.prediction_length = static_cast<int>(*horizon);
  parameters.freq = Duration{*freq};
  parameters.season = static_cast<int>(*season);
  parameters.interval = static_cast<SeasonalNaive::Interval>(*interval);
  parameters.residuals = static_cast<int>(*residuals);
  parameters.deviation = *deviation;
  parameters.non_negative = *non_negative == 1;
  for (int i = 0; i < blocks(parameters.prediction_length, parameters.season); ++i) {
    auto list = reader.numbers("differences");
    if (!list) return list.error();
    if (!std::is_sorted(list->begin(), list->end())) return input_error("the model's 'differences' do not ascend");
    parameters.differences.push_back(*std::move(list));
  }
  return std::unique_ptr<Forecaster>(std::make_unique<SeasonalNaive>(std::move(parameters)));
}

Result<TrainedModel> train_seasonal_naive(const TrainingInput& input) {
  auto freq = common_freq(input);
  if (!freq) return freq.error();
  auto given = Hyperparameters::create(input.hyperparameters, kNames);
  if (!given) return given.error();
  auto levels = given->levels("test_quantiles", default_levels());
  if (!levels) return levels.error();
  auto parameters = read_parameters(*given, *freq);
  if (!parameters) return parameters.error();

  bool any = false;
  for (const auto& series : input.train) any = any || fill_forward(series.target).has_value();
  if (!any) return input_error("no training series has a value");
  auto non_negative = read_non_negative(*given, input.train);
  if (!non_negative) return non_negative.error();
  parameters->non_negative = *non_negative;
  const auto limit = static_cast<std::size_t>(parameters->residuals);
  TrainedModel trained;
  for (int block = 1; block <= blocks(parameters->prediction_length, parameters->season); ++block) {
    std::vector<double> kept;
    for (const auto& series : input.train) {
      const auto lag = static_cast<std::size_t>(parameters->season) * static_cast<std::size_t>(block);
      const auto own = last_differences(series.target, lag, limit);
      kept.insert(kept.end(), own.begin(), own.end());
    }
    std::sort(kept.begin(), kept.end());
    trained.work_units += static_cast<double>(kept.size());
    parameters->differences.push_back(std::move(kept));
  }
  parameters->deviation = root_mean_square(parameters->differences.front());
  trained.final_loss = residual_loss(*parameters, input.train, *levels);
  trained.metrics["train:final_loss"] = trained.final_loss;
  trained.model = std::make_unique<SeasonalNaive>(*std::move(parameters));
  if (auto ok = score_validation(input.validation, *levels, trained); !ok) return ok.error();
  return trained;
}

}  // namespace driftlab::forecast

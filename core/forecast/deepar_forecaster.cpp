#include "core/forecast/deepar_forecaster.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/forecast/deepar/features.hpp"
#include "core/forecast/deepar/trainer.hpp"
#include "core/forecast/hyperparameters.hpp"
#include "core/forecast/levels.hpp"
#include "core/forecast/training_support.hpp"

namespace driftlab::forecast {
namespace {

constexpr Duration kLongestReach = std::chrono::days{36'525};

/// Element of `count` sorted draws that is quantile `level`: round((count − 1)·level), halves to even.
std::size_t rank(std::size_t count, double level) {
  return static_cast<std::size_t>(std::nearbyint(static_cast<double>(count - 1) * level));
}

QuantileForecast summarise(deepar::Paths paths, std::span<const double> levels, bool keep) {
  const std::size_t horizon = paths.front().size();
  QuantileForecast forecast;
  forecast.levels.assign(levels.begin(), levels.end());
  forecast.quantiles.assign(levels.size(), std::vector<double>(horizon));
  forecast.mean.resize(horizon);
  std::vector<double> draws(paths.size());
  for (std::size_t step = 0; step < horizon; ++step) {
    double total = 0.0;
    for (std::size_t path = 0; path < paths.size(); ++path) {
      draws[path] = paths[path][step];
      total += draws[path];
    }
    std::sort(draws.begin(), draws.end());
    for (std::size_t i = 0; i < levels.size(); ++i) forecast.quantiles[i][step] = draws[rank(draws.size(), levels[i])];
    forecast.mean[step] = total / static_cast<double>(draws.size());
  }
  if (keep) forecast.samples = std::move(paths);
  return forecast;
}

Result<void> check_request(const Series& series, const deepar::Encoding& encoding) {
  if (auto ok = deepar::check_series(series, encoding, encoding.prediction_length, "series"); !ok) return ok;
  if (std::all_of(series.target.begin(), series.target.end(), [](double value) { return std::isnan(value); }))
    return input_error("series: target has no value to forecast from");
  return {};
}

std::string to_bytes(std::span<const float> values) {
  std::string bytes;
  bytes.reserve(4 * values.size());
  for (const float value : values) {
    DRIFTLAB_CHECK(std::isfinite(value), "a trained parameter is finite");
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>((bits >> shift) & 0xffu);
  }
  return bytes;
}

Result<std::vector<float>> to_floats(std::string_view bytes, std::size_t count) {
  if (bytes.size() != 4 * count)
    return input_error(
        fmt::format("the model has {} bytes of parameters, its network takes {}", bytes.size(), 4 * count));
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k)
      bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[4 * i + k])) << (8 * k);
    values[i] = std::bit_cast<float>(bits);
    if (!std::isfinite(values[i])) return input_error("the model's parameters hold something that is not a number");
  }
  return values;
}

/// Whole numbers in [low, high], from a line of numbers.
Result<std::vector<int>> integers(ModelReader& reader, std::string_view name, int low, int high) {
  auto numbers = reader.numbers(name);
  if (!numbers) return numbers.error();
  std::vector<int> values;
  for (const double number : *numbers) {
    if (number != std::floor(number) || number < low || number > high)
      return input_error(
          fmt::format("the model's '{}' holds {}, not an integer from {} to {}", name, number, low, high));
    values.push_back(static_cast<int>(number));
  }
  return values;
}

std::vector<double> doubles(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

Result<void> read_encoding(ModelReader& reader, deepar::Encoding& encoding) {
  auto horizon = reader.integer("prediction_length", 1, kMaxPredictionLength);
  if (!horizon) return horizon.error();
  auto context = reader.integer("context_length", 1, kMaxPredictionLength);
  if (!context) return context.error();
  auto freq = reader.integer("freq", 1, INT64_MAX);
  if (!freq) return freq.error();
  // What lies further ahead than times can tell would overflow them.
  if (*freq > kLongestReach.count() / (*horizon + *context))
    return input_error("the model's context and forecast reach over more than a century");
  const auto likelihoods = static_cast<std::int64_t>(deepar::likelihood_names().size());
  auto likelihood = reader.integer("likelihood", 0, likelihoods - 1);
  if (!likelihood) return likelihood.error();
  auto lags = integers(reader, "lags", 1, 1'000'000);
  if (!lags) return lags.error();
  if (lags->empty()) return input_error("the model has no lags");
  auto cardinality = integers(reader, "cardinality", 1, 1'000'000);
  if (!cardinality) return cardinality.error();
  const auto calendars = static_cast<int>(deepar::calendar_cycles(Duration{*freq}).size());
  auto calendar = integers(reader, "calendar", 0, calendars - 1);
  if (!calendar) return calendar.error();
  auto age = reader.integer("age", 0, 1);
  if (!age) return age.error();
  auto means = reader.numbers("feature_means");
  if (!means) return means.error();
  auto deviations = reader.numbers("feature_deviations");
  if (!deviations) return deviations.error();
  const bool positive = std::all_of(deviations->begin(), deviations->end(), [](double d) { return d > 0.0; });
  if (means->size() != deviations->size() || !positive)
    return input_error("the model's 'feature_deviations' do not fit its 'feature_means'");
  auto magnitude = reader.number("mean_magnitude");
  if (!magnitude) return magnitude.error();
  if (!(*magnitude > 0.0)) return input_error("the model's 'mean_magnitude' is not above 0");
  encoding.freq = Duration{*freq};
  encoding.prediction_length = static_cast<int>(*horizon);
  encoding.context_length = static_cast<int>(*context);
  encoding.lags = std::move(*lags);
  encoding.likelihood = static_cast<deepar::Likelihood>(*likelihood);
  encoding.cardinality = std::move(*cardinality);
  encoding.calendar = std::move(*calendar);
  encoding.age = *age == 1;
  encoding.feature_means = std::move(*means);
  encoding.feature_deviations = std::move(*deviations);
  encoding.mean_magnitude = *magnitude;
  return {};
}

EpochProgress progress(const deepar::Epoch& epoch) {
  EpochProgress result;
  result.epoch = epoch.number;
  result.loss = epoch.loss;
  if (epoch.has_held_out) result.held_out_loss = epoch.held_out_loss;
  result.learning_rate = epoch.learning_rate;
  result.work_units = epoch.work;
  return result;
}

}  // namespace

DeepArForecaster::DeepArForecaster(deepar::Model model) : model_(std::move(model)), sampler_(model_) {}

int DeepArForecaster::num_dynamic_feat() const {
  return static_cast<int>(model_.encoding.feature_means.size());
}

Result<QuantileForecast> DeepArForecaster::forecast(const Series& context, std::span<const double> levels) const {
  ForecastOptions options;
  options.levels.assign(levels.begin(), levels.end());
  return std::move(forecast_batch({&context, 1}, options).front());
}

std::vector<Result<QuantileForecast>> DeepArForecaster::forecast_batch(std::span<const Series> series,
                                                                       const ForecastOptions& options) const {
  std::vector<Result<QuantileForecast>> results;
  results.reserve(series.size());
  std::vector<Series> good;
  for (const auto& one : series) {
    auto ok = check_levels(options.levels);
    if (ok && options.num_samples < 1) ok = input_error("num_samples is not an integer above 0");
    if (ok) ok = check_request(one, model_.encoding);
    if (ok) {
      good.push_back(one);
      results.emplace_back(QuantileForecast{});
    } else {
      results.emplace_back(ok.error());
    }
  }
  auto paths = sampler_.paths(good, options.num_samples);
  std::size_t next = 0;
  for (auto& result : results)
    if (result) result = summarise(std::move(paths[next++]), options.levels, options.keep_samples);
  return results;
}

std::string DeepArForecaster::save() const {
  const auto& encoding = model_.encoding;
  ModelWriter writer(algorithm());
  writer.put("prediction_length", encoding.prediction_length);
  writer.put("context_length", encoding.context_length);
  writer.put("freq", encoding.freq.count());
  writer.put("likelihood", static_cast<std::int64_t>(encoding.likelihood));
  writer.put("lags", doubles(encoding.lags));
  writer.put("cardinality", doubles(encoding.cardinality));
  writer.put("calendar", doubles(encoding.calendar));
  writer.put("age", encoding.age ? 1 : 0);
  writer.put("feature_means", encoding.feature_means);
  writer.put("feature_deviations", encoding.feature_deviations);
  writer.put("mean_magnitude", {&encoding.mean_magnitude, 1});
  writer.put("embedding_dimension", static_cast<std::int64_t>(model_.shape.embedding));
  writer.put("num_layers", static_cast<std::int64_t>(model_.shape.layers));
  writer.put("num_cells", static_cast<std::int64_t>(model_.shape.cells));
  writer.put("non_negative", model_.non_negative ? 1 : 0);
  writer.put("seed", std::bit_cast<std::int64_t>(model_.seed));
  writer.put_bytes("parameters", to_bytes(model_.parameters));
  return writer.finish();
}

Result<std::unique_ptr<Forecaster>> load_deepar(ModelReader& reader) {
  deepar::Model model;
  if (auto ok = read_encoding(reader, model.encoding); !ok) return ok.error();
  auto embedding = reader.integer("embedding_dimension", 0, 4096);
  if (!embedding) return embedding.error();
  auto layers = reader.integer("num_layers", 1, 64);
  if (!layers) return layers.error();
  auto cells = reader.integer("num_cells", 1, 4096);
  if (!cells) return cells.error();
  auto non_negative = reader.integer("non_negative", 0, 1);
  if (!non_negative) return non_negative.error();
  auto seed = reader.integer("seed", INT64_MIN, INT64_MAX);
  if (!seed) return seed.error();
  auto bytes = reader.bytes("parameters");
  if (!bytes) return bytes.error();
  model.shape.lags = model.encoding.lags.size();
  model.shape.covariates = model.encoding.covariates();
  model.shape.cardinality = model.encoding.cardinality;
  model.shape.embedding = static_cast<std::size_t>(*embedding);
  model.shape.layers = static_cast<std::size_t>(*layers);
  model.shape.cells = static_cast<std::size_t>(*cells);
  model.shape.likelihood = model.encoding.likelihood;
  auto parameters = to_floats(*bytes, deepar::Layout(model.shape).size());
  if (!parameters) return parameters.error();
  model.parameters = std::move(*parameters);
  model.non_negative = *non_negative == 1;
  model.seed = std::bit_cast<std::uint64_t>(*seed);
  return std::unique_ptr<Forecaster>(std::make_unique<DeepArForecaster>(std::move(model)));
}

Result<TrainedModel> train_deepar(const TrainingInput& input) {
  const auto freq = common_freq(input);
  if (!freq) return freq.error();
  const auto settings = deepar::read_settings(input.hyperparameters);
  if (!settings) return settings.error();
  if (auto ok = check_time_freq(settings->time_freq, *freq); !ok) return ok.error();
  std::function<bool(const deepar::Epoch&)> on_epoch;
  if (input.on_epoch) on_epoch = [&](const deepar::Epoch& epoch) { return input.on_epoch(progress(epoch)); };
  auto training = deepar::train_network(input.train, *settings, input.seed, input.threads, on_epoch);
  if (!training) return training.error();
  TrainedModel trained;
  for (const auto& epoch : training->epochs) trained.epochs.push_back(progress(epoch));
  trained.best_epoch = training->best_epoch;
  trained.stop_reason = std::move(training->stop_reason);
  const auto& best = training->epochs[static_cast<std::size_t>(training->best_epoch)];
  trained.final_loss = best.judged();
  trained.metrics["train:final_loss"] = trained.final_loss;
  trained.work_units = training->epochs.back().work;
  trained.model = std::make_unique<DeepArForecaster>(std::move(training->model));
  auto validation = input.validation;
  for (auto& series : validation) {
    if (settings->cardinality.kind == deepar::FromData::Kind::Ignore) series.cat.clear();
    if (settings->num_dynamic_feat.kind == deepar::FromData::Kind::Ignore) series.dynamic_feat.clear();
  }
  if (auto ok = score_validation(validation, settings->test_quantiles, trained, settings->num_eval_samples); !ok)
    return ok.error();
  return trained;
}

}  // namespace driftlab::forecast

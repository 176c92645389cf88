#include "core/model/forecast_server.hpp"

#include <fmt/format.h>

#include "core/base/hash.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/training.hpp"

namespace driftlab::model {

namespace {

/// One prediction per series, in their order. `place(i)` names series i in errors.
template <class Place>
Result<std::vector<forecast::Prediction>> predict(const forecast::Forecaster& model,
                                                  const std::vector<forecast::Series>& series,
                                                  const forecast::InferenceRequest& request, const Place& place) {
  for (std::size_t i = 0; i < series.size(); ++i)
    if (auto ok = forecast::check_features(series[i], model); !ok)
      return input_error(fmt::format("{}: {}", place(i), ok.error().message));
  const forecast::ForecastOptions options{
      .levels = request.levels(), .num_samples = request.num_samples, .keep_samples = request.want_samples};
  const auto forecasts = model.forecast_batch(series, options);
  std::vector<forecast::Prediction> predictions;
  predictions.reserve(series.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (!forecasts[i]) return input_error(fmt::format("{}: {}", place(i), forecasts[i].error().message));
    predictions.push_back(forecast::to_prediction(*forecasts[i], request));
  }
  return predictions;
}

}  // namespace

Result<std::string> answer_invocation(const forecast::Forecaster& model, std::string_view body) {
  const auto request = forecast::read_inference_request(body, model.freq());
  if (!request) return request.error();
  const auto predictions =
      predict(model, request->instances, *request, [](std::size_t i) { return fmt::format("instances[{}]", i); });
  if (!predictions) return predictions.error();
  return forecast::write_inference_response(*predictions);
}

Result<std::string> answer_batch(const forecast::Forecaster& model, std::string_view json_lines,
                                 std::string_view configuration) {
  const auto series = forecast::read_series_lines(json_lines, model.freq());
  if (!series) return series.error();
  const auto request = forecast::read_inference_configuration(configuration);
  if (!request) return input_error("DEEPAR_INFERENCE_CONFIG: " + request.error().message);
  const auto predictions =
      predict(model, *series, *request, [](std::size_t i) { return fmt::format("record {}", i + 1); });
  if (!predictions) return predictions.error();
  std::string out;
  for (const auto& prediction : *predictions) {
    forecast::append_prediction(out, prediction);
    out += '\n';
  }
  return out;
}

Result<std::shared_ptr<const forecast::Forecaster>> ModelCache::get(const Blob& artifact) {
  const auto known = by_blob_.find(artifact.get());
  if (known != by_blob_.end()) return known->second.second;
  const std::uint64_t hash = stable_hash(*artifact);
  auto& model = by_hash_[hash];
  if (!model) {
    auto loaded = forecast::load(*artifact);
    if (!loaded) {
      by_hash_.erase(hash);
      return loaded.error();
    }
    model = std::move(*loaded);
  }
  by_blob_.emplace(artifact.get(), std::pair(artifact, model));
  return model;
}

}  // namespace driftlab::model

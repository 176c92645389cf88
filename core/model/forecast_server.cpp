#include "core/model/forecast_server.hpp"

#include <fmt/format.h>

#include "core/base/hash.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/training.hpp"

namespace driftlab::model {

Result<std::string> answer_invocation(const forecast::Forecaster& model, std::string_view body) {
  const auto request = forecast::read_inference_request(body, model.freq());
  if (!request) return request.error();
  const auto levels = request->levels();
  std::vector<forecast::Prediction> predictions;
  predictions.reserve(request->instances.size());
  for (std::size_t i = 0; i < request->instances.size(); ++i) {
    const auto forecast = model.forecast(request->instances[i], levels);
    if (!forecast) return input_error(fmt::format("instances[{}]: {}", i, forecast.error().message));
    predictions.push_back(forecast::to_prediction(*forecast, *request));
  }
  return forecast::write_inference_response(predictions);
}

Result<std::string> answer_batch(const forecast::Forecaster& model, std::string_view json_lines,
                                 std::string_view configuration) {
  const auto series = forecast::read_series_lines(json_lines, model.freq());
  if (!series) return series.error();
  // The configuration is the "configuration" member of a request without instances.
  const std::string text =
      fmt::format(R"({{"instances":[{{"start":"2000-01-01 00:00:00","target":[0]}}],"configuration":{}}})",
                  configuration.empty() ? "{}" : configuration);
  const auto request = forecast::read_inference_request(text, model.freq());
  if (!request) return input_error("DEEPAR_INFERENCE_CONFIG: " + request.error().message);
  const auto levels = request->levels();
  std::string out;
  for (std::size_t i = 0; i < series->size(); ++i) {
    const auto forecast = model.forecast((*series)[i], levels);
    if (!forecast) return input_error(fmt::format("line {}: {}", i + 1, forecast.error().message));
    forecast::append_prediction(out, forecast::to_prediction(*forecast, *request));
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

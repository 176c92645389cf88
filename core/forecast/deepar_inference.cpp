#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/deepar_json.hpp"

namespace driftlab::forecast {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr int kMaxSamples = 100'000;
const std::array<std::string, 3> kConfigurationKeys{"num_samples", "output_types", "quantiles"};

std::optional<double> parse_level(std::string_view text) {
  const auto level = parse_double(text);
  if (!level || !(*level > 0.0 && *level < 1.0)) return std::nullopt;
  return level;
}

Result<element> parse(std::string_view json) {
  element root;
  if (const auto error = shared_parser().parse(json.data(), json.size()).get(root); error != SUCCESS)
    return input_error(fmt::format("not JSON: {}", simdjson::error_message(error)));
  return root;
}

Result<void> read_output_types(const element& from, InferenceRequest& request) {
  array types;
  if (from.get(types) != SUCCESS) return input_error("configuration.output_types: an array is required");
  request.want_mean = request.want_quantiles = request.want_samples = false;
  for (const element& item : types) {
    std::string_view type;
    if (item.get(type) != SUCCESS) return input_error("configuration.output_types: not a text");
    if (type == "mean")
      request.want_mean = true;
    else if (type == "quantiles")
      request.want_quantiles = true;
    else if (type == "samples")
      request.want_samples = true;
    else
      return input_error(fmt::format("configuration.output_types: '{}' is not one of mean, quantiles, samples", type));
  }
  if (!request.want_mean && !request.want_quantiles && !request.want_samples)
    return input_error("configuration.output_types: at least one is needed");
  return {};
}

Result<void> read_quantiles(const element& from, InferenceRequest& request) {
  array items;
  if (from.get(items) != SUCCESS || items.size() == 0)
    return input_error("configuration.quantiles: an array of texts is required");
  request.quantiles.clear();
  for (const element& item : items) {
    std::string_view text;
    if (item.get(text) != SUCCESS || !parse_level(text))
      return input_error(fmt::format("configuration.quantiles[{}]: not a text like \"0.5\" between 0 and 1",
                                     request.quantiles.size()));
    if (std::find(request.quantiles.begin(), request.quantiles.end(), text) != request.quantiles.end())
      return input_error(fmt::format("configuration.quantiles: \"{}\" is given twice", text));
    request.quantiles.emplace_back(text);
  }
  return {};
}

Result<void> read_configuration(const element& from, InferenceRequest& request) {
  object fields;
  if (from.get(fields) != SUCCESS) return input_error("configuration: an object is required");
  for (const auto& [key, value] : fields) {
    if (key == "num_samples") {
      std::int64_t samples = 0;
      if (value.get(samples) != SUCCESS || samples < 1 || samples > kMaxSamples)
        return input_error(fmt::format("configuration.num_samples: not an integer from 1 to {}", kMaxSamples));
      request.num_samples = static_cast<int>(samples);
    } else if (key == "output_types") {
      if (auto ok = read_output_types(value, request); !ok) return ok;
    } else if (key == "quantiles") {
      if (auto ok = read_quantiles(value, request); !ok) return ok;
    } else {
      return input_error(fmt::format("configuration.{}: unknown{}", key, suggestion(key, kConfigurationKeys)));
    }
  }
  return {};
}

Result<Prediction> read_prediction(const element& from, const std::string& place) {
  Prediction prediction;
  if (!from.is_object()) return input_error(fmt::format("{}: an object is required", place));
  if (element mean; from["mean"].get(mean) == SUCCESS) {
    auto values = read_numbers(mean, place + ".mean");
    if (!values) return values.error();
    prediction.mean = *std::move(values);
  }
  if (element samples; from["samples"].get(samples) == SUCCESS) {
    array paths;
    if (samples.get(paths) != SUCCESS) return input_error(fmt::format("{}.samples: an array is required", place));
    for (const element& path : paths) {
      auto values = read_numbers(path, fmt::format("{}.samples[{}]", place, prediction.samples.size()));
      if (!values) return values.error();
      prediction.samples.push_back(*std::move(values));
    }
  }
  if (element quantiles; from["quantiles"].get(quantiles) == SUCCESS) {
    object fields;
    if (quantiles.get(fields) != SUCCESS) return input_error(fmt::format("{}.quantiles: not an object", place));
    for (const auto& [key, value] : fields) {
      auto values = read_numbers(value, fmt::format("{}.quantiles[\"{}\"]", place, key));
      if (!values) return values.error();
      prediction.keys.emplace_back(key);
      prediction.quantiles.push_back(*std::move(values));
    }
  }
  return prediction;
}

}  // namespace

std::vector<double> InferenceRequest::levels() const {
  std::vector<double> result;
  for (const auto& text : quantiles)
    if (const auto level = parse_level(text)) result.push_back(*level);
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

Result<InferenceRequest> read_inference_request(std::string_view json, Duration freq) {
  auto root = parse(json);
  if (!root) return root.error();
  InferenceRequest request;
  array instances;
  if ((*root)["instances"].get(instances) != SUCCESS) return input_error("instances: an array is required");
  for (const element& item : instances) {
    auto series = read_series(item, freq, fmt::format("instances[{}]", request.instances.size()));
    if (!series) return series.error();
    request.instances.push_back(*std::move(series));
  }
  if (request.instances.empty()) return input_error("instances: at least one is needed");
  if (element configuration; (*root)["configuration"].get(configuration) == SUCCESS)
    if (auto ok = read_configuration(configuration, request); !ok) return ok.error();
  return request;
}

Result<InferenceRequest> read_inference_configuration(std::string_view json) {
  InferenceRequest request;
  if (json.find_first_not_of(" \t\r\n") == std::string_view::npos) return request;
  auto root = parse(json);
  if (!root) return root.error();
  if (auto ok = read_configuration(*root, request); !ok) return ok.error();
  return request;
}

Result<void> check_features(const Series& series, const Forecaster& model) {
  const auto cardinality = model.cardinality();
  const auto features = static_cast<std::size_t>(model.num_dynamic_feat());
  if (cardinality.empty() && !series.cat.empty()) return input_error("field cat: the model was trained without it");
  if (series.cat.size() != cardinality.size())
    return input_error(
        fmt::format("field cat: {} categories, the model was trained with {}", series.cat.size(), cardinality.size()));
  for (std::size_t i = 0; i < cardinality.size(); ++i)
    if (series.cat[i] >= cardinality[i])
      return input_error(fmt::format("field cat[{}]: {} is not below the cardinality {} of the training data", i,
                                     series.cat[i], cardinality[i]));
  if (features == 0 && !series.dynamic_feat.empty())
    return input_error("field dynamic_feat: the model was trained without it");
  if (series.dynamic_feat.size() != features)
    return input_error(fmt::format("field dynamic_feat: {} features, the model was trained with {}",
                                   series.dynamic_feat.size(), features));
  const std::size_t needed = series.target.size() + static_cast<std::size_t>(model.prediction_length());
  for (std::size_t i = 0; i < features; ++i)
    if (series.dynamic_feat[i].size() < needed)
      return input_error(
          fmt::format("field dynamic_feat[{}]: {} values, {} are needed: the target and the {} steps to "
                      "forecast",
                      i, series.dynamic_feat[i].size(), needed, model.prediction_length()));
  return {};
}

std::string write_inference_request(const InferenceRequest& request) {
  std::string out = "{\"instances\":[";
  for (std::size_t i = 0; i < request.instances.size(); ++i) {
    if (i > 0) out += ',';
    append_series(out, request.instances[i]);
  }
  out += fmt::format("],\"configuration\":{{\"num_samples\":{},\"output_types\":[", request.num_samples);
  std::vector<std::string_view> types;
  if (request.want_mean) types.emplace_back("\"mean\"");
  if (request.want_quantiles) types.emplace_back("\"quantiles\"");
  if (request.want_samples) types.emplace_back("\"samples\"");
  out += fmt::format("{}", fmt::join(types, ","));
  out += "],\"quantiles\":[";
  for (std::size_t i = 0; i < request.quantiles.size(); ++i)
    out += fmt::format("{}\"{}\"", i > 0 ? "," : "", request.quantiles[i]);
  out += "]}}";
  return out;
}

Prediction to_prediction(const QuantileForecast& forecast, const InferenceRequest& request) {
  Prediction prediction;
  if (request.want_mean) prediction.mean = forecast.mean;
  if (request.want_samples) prediction.samples = forecast.samples;
  if (!request.want_quantiles) return prediction;
  for (const auto& key : request.quantiles) {
    const auto level = parse_level(key);
    const auto at = level ? std::find(forecast.levels.begin(), forecast.levels.end(), *level) : forecast.levels.end();
    DRIFTLAB_CHECK(at != forecast.levels.end(), "the forecast was not made at the levels of the request");
    prediction.keys.push_back(key);
    prediction.quantiles.push_back(forecast.quantiles[static_cast<std::size_t>(at - forecast.levels.begin())]);
  }
  return prediction;
}

Result<QuantileForecast> to_forecast(const Prediction& prediction) {
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < prediction.keys.size(); ++i) {
    const auto level = parse_level(prediction.keys[i]);
    if (!level) return input_error(fmt::format("quantiles: '{}' is not a number between 0 and 1", prediction.keys[i]));
    order.emplace_back(*level, i);
  }
  std::sort(order.begin(), order.end());
  QuantileForecast forecast;
  forecast.mean = prediction.mean;
  for (const auto& [level, index] : order) {
    forecast.levels.push_back(level);
    forecast.quantiles.push_back(prediction.quantiles[index]);
  }
  return forecast;
}

void append_prediction(std::string& out, const Prediction& prediction) {
  out += '{';
  if (!prediction.mean.empty()) {
    out += "\"mean\":";
    append_numbers(out, prediction.mean);
    out += ',';
  }
  if (!prediction.keys.empty()) {
    out += "\"quantiles\":{";
    for (std::size_t i = 0; i < prediction.keys.size(); ++i) {
      out += i > 0 ? ",\"" : "\"";
      out += prediction.keys[i];
      out += "\":";
      append_numbers(out, prediction.quantiles[i]);
    }
    out += "},";
  }
  if (!prediction.samples.empty()) {
    out += "\"samples\":[";
    for (std::size_t i = 0; i < prediction.samples.size(); ++i) {
      if (i > 0) out += ',';
      append_numbers(out, prediction.samples[i]);
    }
    out += "],";
  }
  if (out.back() == ',') out.pop_back();
  out += '}';
}

std::string write_inference_response(const std::vector<Prediction>& predictions) {
  std::string out = "{\"predictions\":[";
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    if (i > 0) out += ',';
    append_prediction(out, predictions[i]);
  }
  out += "]}";
  return out;
}

Result<std::vector<Prediction>> read_inference_response(std::string_view json) {
  auto root = parse(json);
  if (!root) return root.error();
  array items;
  if ((*root)["predictions"].get(items) != SUCCESS) return input_error("predictions: an array is required");
  std::vector<Prediction> predictions;
  for (const element& item : items) {
    auto prediction = read_prediction(item, fmt::format("predictions[{}]", predictions.size()));
    if (!prediction) return prediction.error();
    predictions.push_back(*std::move(prediction));
  }
  return predictions;
}

}  // namespace driftlab::forecast

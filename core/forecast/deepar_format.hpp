#pragma once
/// The texts SageMaker DeepAR speaks: JSON Lines of series, inference requests and responses, both directions.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/forecast/forecaster.hpp"

namespace driftlab::forecast {

/// One series per line: {"start":"2026-06-01 00:00:00","target":[1.5,"NaN",null]}. Missing values ("NaN" or null)
/// become NaN; blank lines are skipped. `freq` is the job's, since the format does not carry it. `cat` (integers from
/// 0) and `dynamic_feat` (arrays of numbers, at least as long as `target`) are read when they are there; whether a
/// model takes them is `check_features`. Other fields are not read. Errors: InvalidInput with line and field.
[[nodiscard]] Result<std::vector<Series>> read_series_lines(std::string_view json_lines, Duration freq);
void append_series_line(std::string& out, const Series& series);
[[nodiscard]] std::string write_series_lines(const std::vector<Series>& series);
/// One line for each of `ends`, ascending: the points [0, end) of the series. Their common beginning is put into text
/// once.
[[nodiscard]] std::vector<std::string> write_prefix_lines(const Series& series, std::span<const std::size_t> ends);

/// Are the features of a series those a model was trained with? Errors: InvalidInput with the field and what the model
/// has: features it was trained without, missing or too many ones, a category beyond its cardinality, dynamic features
/// that do not reach over the steps to forecast.
[[nodiscard]] Result<void> check_features(const Series& series, const Forecaster& model);

/// "1min", "5min", "2H", "D", "W": the `time_freq` hyperparameter, months refused since their length is not fixed.
/// Lower-case "h" and "d" are read too. Errors: InvalidInput.
[[nodiscard]] Result<Duration> parse_time_freq(std::string_view text);

struct InferenceRequest {
  std::vector<Series> instances;
  int num_samples = 100;
  bool want_mean = true;
  bool want_quantiles = true;
  bool want_samples = false;
  /// As given: the response repeats these keys unchanged. Default "0.1" … "0.9".
  std::vector<std::string> quantiles = {"0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"};

  /// The quantiles as numbers, ascending and distinct: what `Forecaster::forecast` takes. Parsed requests only hold
  /// texts that are numbers in (0, 1).
  [[nodiscard]] std::vector<double> levels() const;
};

/// Errors: InvalidInput with field.
[[nodiscard]] Result<InferenceRequest> read_inference_request(std::string_view json, Duration freq);
/// A `configuration` by itself, as DEEPAR_INFERENCE_CONFIG holds it; empty text: the defaults. No instances.
[[nodiscard]] Result<InferenceRequest> read_inference_configuration(std::string_view json);
[[nodiscard]] std::string write_inference_request(const InferenceRequest& request);

/// One prediction of a response. `quantiles` are by key in the order of the request.
struct Prediction {
  std::vector<std::string> keys;
  std::vector<std::vector<double>> quantiles;  ///< [key][step]
  std::vector<double> mean;                    ///< empty when not asked for
  std::vector<std::vector<double>> samples;    ///< [path][step]; empty when not asked for
};

/// What `request` asked for, out of a forecast at `request.levels()`.
[[nodiscard]] Prediction to_prediction(const QuantileForecast& forecast, const InferenceRequest& request);
/// The forecast a prediction holds, levels ascending. Errors: InvalidInput for a key that is not a number in (0, 1).
[[nodiscard]] Result<QuantileForecast> to_forecast(const Prediction& prediction);

/// {"predictions":[{"mean":[…],"quantiles":{"0.1":[…]}}]}
[[nodiscard]] std::string write_inference_response(const std::vector<Prediction>& predictions);
[[nodiscard]] Result<std::vector<Prediction>> read_inference_response(std::string_view json);
/// One object without the wrapper: a line of batch transform output, without the line end.
void append_prediction(std::string& out, const Prediction& prediction);

}  // namespace driftlab::forecast

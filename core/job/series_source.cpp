#include "core/job/series_source.hpp"

#include <cmath>
#include <limits>

#include "core/base/text.hpp"
#include "core/forecast/arrival.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/ports/clock.hpp"
#include "core/ports/endpoint_runtime.hpp"
#include "core/ports/feature_store.hpp"

namespace driftlab::job {
namespace {

/// Puts records on the grid that ends at the newest one.
forecast::Series to_grid(const ops::featurestore::QueryOutput& records, const std::vector<double>& values,
                         Duration freq) {
  forecast::Series series;
  series.freq = freq;
  series.start = records.event_times.front();
  const auto steps = static_cast<std::size_t>((records.event_times.back() - series.start) / freq) + 1;
  series.target.assign(steps, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < values.size(); ++i)
    series.target[static_cast<std::size_t>((records.event_times[i] - series.start) / freq)] = values[i];
  return series;
}

Result<> check_causality(const ops::featurestore::QueryOutput& records, Instant now) {
  std::vector<forecast::Arrival> arrivals;
  arrivals.reserve(records.event_times.size());
  for (std::size_t i = 0; i < records.event_times.size(); ++i)
    arrivals.push_back({records.event_times[i], records.write_times[i]});
  return forecast::check_arrivals(arrivals, now);
}

}  // namespace

Result<SeriesSettings> series_settings(const Settings& settings) {
  SeriesSettings result;
  const auto group = settings.text("FEATURE_GROUP");
  if (!group) return group.error();
  const auto target = settings.text("TARGET");
  if (!target) return target.error();
  const auto freq_text = settings.text("FREQ");
  if (!freq_text) return freq_text.error();
  const auto freq = forecast::parse_time_freq(*freq_text);
  if (!freq) return freq.error();
  const auto length = settings.integer("PREDICTION_LENGTH", 1, 10000);
  if (!length) return length.error();
  const auto context = settings.integer_or("CONTEXT_POINTS", 1500, 1, 1'000'000);
  if (!context) return context.error();
  return SeriesSettings{*group, *target, *freq, *length, *context};
}

ports::Async<forecast::Series> read_series(ports::Ports& ports, const SeriesSettings& settings,
                                           std::optional<std::size_t> newest, std::optional<Duration> history) {
  ops::featurestore::QueryInput query{.feature_group = settings.feature_group, .features = {settings.target}};
  query.newest = newest;
  if (history) query.from = ports.clock.now() - *history;
  auto records = co_await ports.features.query(query);
  if (!records) co_return records.error();
  if (records->event_times.empty())
    co_return not_found("NoInputData", "feature group " + settings.feature_group + " has no record");
  const auto causal = check_causality(*records, ports.clock.now());
  if (!causal) co_return causal.error();
  co_return to_grid(*records, records->columns.at(settings.target), settings.freq);
}

forecast::Series slice(const forecast::Series& series, std::size_t begin, std::size_t end) {
  forecast::Series part;
  part.freq = series.freq;
  part.start = series.start + static_cast<std::int64_t>(begin) * series.freq;
  part.target.assign(series.target.begin() + static_cast<std::ptrdiff_t>(begin),
                     series.target.begin() + static_cast<std::ptrdiff_t>(end));
  return part;
}

ports::Async<std::vector<forecast::QuantileForecast>> ask_endpoint(ports::Ports& ports, const std::string& endpoint,
                                                                   const std::vector<forecast::Series>& contexts,
                                                                   const std::vector<double>& levels) {
  forecast::InferenceRequest request;
  request.instances = contexts;
  request.quantiles.clear();
  for (const double level : levels) request.quantiles.push_back(shortest(level));
  ops::sagemaker::InvokeEndpointInput call{.endpoint_name = endpoint};
  call.body = make_blob(forecast::write_inference_request(request));
  const auto answer = co_await ports.endpoints.invoke(call);
  if (!answer) co_return answer.error();
  const auto predictions = forecast::read_inference_response(*answer->body);
  if (!predictions) co_return predictions.error();
  if (predictions->size() != contexts.size())
    co_return input_error("the endpoint answered another number of predictions");
  std::vector<forecast::QuantileForecast> forecasts;
  for (const auto& prediction : *predictions) {
    auto forecast = forecast::to_forecast(prediction);
    if (!forecast) co_return forecast.error();
    if (forecast->levels != levels) co_return input_error("the endpoint answered with other quantiles than asked for");
    forecasts.push_back(std::move(*forecast));
  }
  co_return forecasts;
}

}  // namespace driftlab::job

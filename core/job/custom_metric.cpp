#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/job/series_source.hpp"
#include "core/job/settings.hpp"
#include "core/job/steps.hpp"
#include "core/metric/forecast.hpp"
#include "core/ports/metric_store.hpp"
#include "core/ports/parameter_store.hpp"
#include "core/retrain/threshold.hpp"

namespace driftlab::job {
namespace {

constexpr const char* kNamespace = "CustomModelMonitoring";

struct MetricSettings {
  SeriesSettings source;
  std::string endpoint;
  std::string stage;
  std::string threshold_parameter;
  std::vector<double> levels;
  std::size_t windows = 1;
};

Result<MetricSettings> metric_settings(const Settings& settings) {
  MetricSettings result;
  const auto source = series_settings(settings);
  if (!source) return source.error();
  const auto endpoint = settings.text("ENDPOINT");
  if (!endpoint) return endpoint.error();
  const auto stage = settings.text("STAGE");
  if (!stage) return stage.error();
  const auto parameter = settings.text("THRESHOLD_PARAMETER");
  if (!parameter) return parameter.error();
  const auto confidence = settings.number_or("CONFIDENCE", 90.0);
  if (!confidence) return confidence.error();
  const auto windows = settings.integer_or("WINDOWS", 1, 1, 1000);
  if (!windows) return windows.error();
  return MetricSettings{*source,
                        *endpoint,
                        *stage,
                        *parameter,
                        retrain::interval_quantiles(*confidence),
                        static_cast<std::size_t>(*windows)};
}

/// Pooled loss of the newest windows, each forecast from the points before it.
ports::Async<double> windows_loss(const JobContext& context, const MetricSettings& settings) {
  const auto length = static_cast<std::size_t>(settings.source.prediction_length);
  const auto context_points = static_cast<std::size_t>(settings.source.context_points);
  const auto series =
      co_await read_series(context.ports, settings.source, context_points + settings.windows * length, std::nullopt);
  if (!series) co_return series.error();
  const std::size_t points = series->target.size();
  if (points <= (settings.windows + 1) * length) co_return input_error("too few points to forecast from");
  std::vector<forecast::Series> contexts;
  for (std::size_t window = settings.windows; window >= 1; --window) {
    const std::size_t end = points - window * length;
    contexts.push_back(slice(*series, end > context_points ? end - context_points : 0, end));
  }
  const auto forecasts = co_await ask_endpoint(context.ports, settings.endpoint, contexts, settings.levels);
  if (!forecasts) co_return forecasts.error();
  auto score = metric::ForecastScore::create(settings.levels);
  if (!score) co_return score.error();
  for (std::size_t window = 0; window < forecasts->size(); ++window) {
    const auto truth = slice(*series, points - (settings.windows - window) * length,
                             points - (settings.windows - window - 1) * length);
    const auto added = score->add(truth.target, (*forecasts)[window].quantiles);
    if (!added) co_return added.error();
  }
  const auto losses = score->weighted_quantile_losses();
  if (!losses) co_return input_error("every newest observation is missing");
  co_return losses->mean;
}

}  // namespace

Task custom_metric(const JobContext& context, const Run& run) {
  const Settings environment(run.environment);
  const auto settings = metric_settings(environment);
  if (!settings) co_return failed(settings.error());
  const auto loss = co_await windows_loss(context, *settings);
  if (!loss) co_return failed(loss.error());
  const ops::ssm::GetParameterInput request{.name = settings->threshold_parameter};
  const auto threshold = co_await context.ports.parameters.get(request);
  if (!threshold) co_return failed(threshold.error());
  const auto in_force = parse_double(threshold->value);
  if (!in_force)
    co_return failed(
        input_error(fmt::format("parameter {} is '{}'; expected a number", request.name, threshold->value)));

  const std::vector<ops::cloudwatch::Dimension> dimensions{{"StageName", settings->stage}};
  ops::cloudwatch::PutMetricDataInput data{.metric_namespace = kNamespace};
  data.data.push_back({.metric_name = "weighted_quantile_loss", .dimensions = dimensions, .value = *loss});
  data.data.push_back(
      {.metric_name = "weighted_quantile_loss_threshold", .dimensions = dimensions, .value = *in_force});
  const auto published = co_await context.ports.metrics.put_metric_data(data);
  if (!published) co_return failed(published.error());
  co_return Exit{};
}

}  // namespace driftlab::job

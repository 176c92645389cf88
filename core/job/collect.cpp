#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/rng.hpp"
#include "core/base/text.hpp"
#include "core/capture/codec.hpp"
#include "core/capture/record.hpp"
#include "core/job/series_source.hpp"
#include "core/job/settings.hpp"
#include "core/job/steps.hpp"
#include "core/ports/clock.hpp"
#include "core/retrain/threshold.hpp"

namespace driftlab::job {
namespace {

/// One capture and one ground truth record a point, so that a forecast fits a monitor made for tables.
struct Records {
  std::string captures;
  std::string labels;
};

using CalendarFeature = std::string (*)(const CivilTime&);

/// What a captured request may hold beside the time, by name.
constexpr std::pair<std::string_view, CalendarFeature> kCalendar[] = {
    {"daytime", [](const CivilTime& at) { return std::string(at.hour >= 6 && at.hour < 18 ? "1" : "0"); }},
    {"hour", [](const CivilTime& at) { return std::to_string(at.hour); }},
};

Result<std::vector<CalendarFeature>> calendar_features(std::string_view names) {
  std::vector<CalendarFeature> features;
  while (!names.empty()) {
    const auto end = std::min(names.find(','), names.size());
    const auto name = names.substr(0, end);
    names.remove_prefix(std::min(end + 1, names.size()));
    const auto* known = std::find_if(std::begin(kCalendar), std::end(kCalendar),
                                     [&](const auto& feature) { return feature.first == name; });
    if (known == std::end(kCalendar))
      return input_error(fmt::format("CAPTURED_FEATURES holds '{}'; expected daytime or hour", name));
    features.push_back(known->second);
  }
  return features;
}

Records write_records(const forecast::Series& context, const std::vector<double>& truth,
                      const forecast::QuantileForecast& forecast, const std::vector<CalendarFeature>& calendar,
                      bool input_pairing, Instant now, Rng& rng) {
  Records records;
  for (std::size_t step = 0; step < truth.size(); ++step) {
    const double label = input_pairing ? context.target[step] : truth[step];
    if (label != label) continue;
    const Instant at = context.start + static_cast<std::int64_t>(context.target.size() + step) * context.freq;
    capture::CaptureRecord captured;
    std::string request = format_seconds(at);
    for (const auto feature : calendar) request += "," + feature(to_civil(at));
    captured.input = capture::Payload{std::move(request), capture::Encoding::Csv, "text/csv"};
    captured.output =
        capture::Payload{shortest(forecast.mean[step]), capture::Encoding::Csv, "text/csv; charset=utf-8"};
    captured.metadata.event_id = rng.uuid();
    captured.metadata.inference_id = captured.metadata.event_id;
    captured.metadata.inference_time = floor_to(now, std::chrono::seconds{1});
    capture::append_line(records.captures, captured);
    capture::append_line(records.labels, capture::GroundTruthRecord{shortest(label), capture::Encoding::Csv,
                                                                    captured.metadata.event_id});
  }
  return records;
}

}  // namespace

Task collect(const JobContext& context, const Run& run) {
  const Settings settings(run.environment);
  const auto source = series_settings(settings);
  if (!source) co_return failed(source.error());
  const auto endpoint = settings.text("ENDPOINT");
  if (!endpoint) co_return failed(endpoint.error());
  const auto confidence = settings.number_or("CONFIDENCE", 90.0);
  if (!confidence) co_return failed(confidence.error());
  const std::string pairing = settings.text_or("PAIRING", "held-out");
  if (pairing != "held-out" && pairing != "input-series")
    co_return failed(input_error(fmt::format("PAIRING is '{}'; expected held-out or input-series", pairing)));
  const auto calendar = calendar_features(settings.text_or("CAPTURED_FEATURES", ""));
  if (!calendar) co_return failed(calendar.error());

  const auto length = static_cast<std::size_t>(source->prediction_length);
  const auto series = co_await read_series(context.ports, *source,
                                           static_cast<std::size_t>(source->context_points) + length, std::nullopt);
  if (!series) co_return failed(series.error());
  if (series->target.size() <= 2 * length) co_return failed(input_error("too few points to forecast from"));
  const std::size_t cut = series->target.size() - length;
  const std::vector<forecast::Series> contexts{slice(*series, 0, cut)};
  const auto levels = retrain::interval_quantiles(*confidence);
  const auto forecasts = co_await ask_endpoint(context.ports, *endpoint, contexts, levels);
  if (!forecasts) co_return failed(forecasts.error());
  if (forecasts->front().mean.size() != length)
    co_return failed(input_error(fmt::format("the endpoint forecast {} steps, PREDICTION_LENGTH is {}",
                                             forecasts->front().mean.size(), length)));

  if (context.listener)
    context.listener->collected(*endpoint, series->start + static_cast<std::int64_t>(cut) * series->freq, series->freq,
                                forecasts->front());
  const Instant now = context.ports.clock.now();
  Rng rng(context.seed, "job.collect", run.job_name);
  const std::vector<double> truth(series->target.begin() + static_cast<std::ptrdiff_t>(cut), series->target.end());
  const auto records =
      write_records(contexts.front(), truth, forecasts->front(), *calendar, pairing == "input-series", now, rng);
  const std::string folder = hour_folder(now);
  const CivilTime civil = to_civil(now);
  const std::string file =
      fmt::format("{:02}-{:02}-{:03}-{}.jsonl", civil.minute, civil.second, civil.millisecond, rng.uuid());
  Exit exit;
  add_file(exit, "capture", fmt::format("{}/AllTraffic/{}/{}", *endpoint, folder, file), records.captures);
  add_file(exit, "ground_truth", fmt::format("{}/{}/{}", *endpoint, folder, file), records.labels);
  co_return exit;
}

}  // namespace driftlab::job

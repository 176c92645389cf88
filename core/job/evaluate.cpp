#include <limits>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/training.hpp"
#include "core/job/series_source.hpp"
#include "core/job/settings.hpp"
#include "core/job/steps.hpp"
#include "core/metric/forecast.hpp"
#include "core/retrain/promotion.hpp"
#include "core/retrain/threshold.hpp"

namespace driftlab::job {
namespace {

using Windows = std::vector<std::vector<double>>;

/// Targets by window from "window,step,target" rows.
Result<Windows> read_targets(std::string_view csv) {
  Windows windows;
  std::size_t line = 0;
  while (!csv.empty()) {
    const auto end = csv.find('\n');
    const std::string_view row = csv.substr(0, end);
    csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
    if (++line == 1 || row.empty()) continue;
    const auto first = row.find(',');
    const auto second = row.find(',', first + 1);
    const auto window = parse_double(row.substr(0, first));
    if (second == std::string_view::npos || !window)
      return input_error(fmt::format("test-targets.csv:{}: expected window,step,target", line));
    const auto expected = static_cast<double>(windows.size());
    if (*window != expected && (windows.empty() || *window != expected - 1.0))
      return input_error(fmt::format("test-targets.csv:{}: window {} out of order", line, *window));
    if (*window == expected) windows.emplace_back();
    // A missing observation is written as nan, and counts nowhere.
    windows.back().push_back(parse_double(row.substr(second + 1)).value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  if (windows.empty()) return input_error("test-targets.csv has no row");
  return windows;
}

/// Batch transform output: one prediction a line.
Result<std::vector<forecast::QuantileForecast>> read_predictions(std::string_view lines) {
  std::string document = R"({"predictions":[)";
  bool first = true;
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    if (line.empty()) continue;
    if (!first) document += ',';
    document += line;
    first = false;
  }
  document += "]}";
  const auto predictions = forecast::read_inference_response(document);
  if (!predictions) return predictions.error();
  std::vector<forecast::QuantileForecast> forecasts;
  for (const auto& prediction : *predictions) {
    auto forecast = forecast::to_forecast(prediction);
    if (!forecast) return forecast.error();
    forecasts.push_back(std::move(*forecast));
  }
  return forecasts;
}

/// Quantiles of another interval would be scored as if they were those of CONFIDENCE, and without a mean there is no
/// RMSE.
Result<> check_predictions(const std::vector<forecast::QuantileForecast>& forecasts,
                           const std::vector<double>& levels) {
  for (std::size_t i = 0; i < forecasts.size(); ++i) {
    if (forecasts[i].levels != levels)
      return input_error(fmt::format("prediction {} has other quantiles than CONFIDENCE asks for", i));
    if (forecasts[i].mean.empty()) return input_error(fmt::format("prediction {} has no mean", i));
  }
  return {};
}

Result<metric::ForecastScore> score(const Windows& targets, const std::vector<forecast::QuantileForecast>& forecasts,
                                    const std::vector<double>& levels) {
  if (targets.size() != forecasts.size())
    return input_error(fmt::format("{} windows of targets, {} predictions", targets.size(), forecasts.size()));
  auto score = metric::ForecastScore::create(levels);
  if (!score) return score.error();
  for (std::size_t window = 0; window < targets.size(); ++window) {
    const auto added = score->add(targets[window], forecasts[window].quantiles, forecasts[window].mean);
    if (!added) return added.error();
  }
  return score;
}

/// Rows for the quality baseline: prediction_mean, quantiles, target.
std::string quantile_rows(const Windows& targets, const std::vector<forecast::QuantileForecast>& forecasts) {
  std::string csv = "target,prediction_mean,quantile_low,quantile_median,quantile_high\n";
  for (std::size_t window = 0; window < targets.size(); ++window) {
    const auto& forecast = forecasts[window];
    for (std::size_t step = 0; step < targets[window].size(); ++step) {
      if (targets[window][step] != targets[window][step]) continue;
      csv += fmt::format("{},{},{},{},{}\n", shortest(targets[window][step]), shortest(forecast.mean[step]),
                         shortest(forecast.quantiles[0][step]), shortest(forecast.quantiles[1][step]),
                         shortest(forecast.quantiles[2][step]));
    }
  }
  return csv;
}

/// The champion's score on the same windows; nothing when there is no endpoint yet.
ports::Async<std::optional<double>> champion_loss(const JobContext& context, const Run& run,
                                                  const std::string& endpoint, const Windows& targets,
                                                  const std::vector<double>& levels, Duration freq) {
  const auto inputs = read_input(run, "test");
  if (!inputs) co_return inputs.error();
  const auto series = forecast::read_series_lines(*inputs, freq);
  if (!series) co_return series.error();
  const auto forecasts = co_await ask_endpoint(context.ports, endpoint, *series, levels);
  if (!forecasts) {
    // The runtime's answer for an endpoint that does not exist.
    if (forecasts.error().code == "ValidationError" || forecasts.error().code == "ValidationException")
      co_return std::optional<double>();
    co_return forecasts.error();
  }
  const auto scored = score(targets, *forecasts, levels);
  if (!scored) co_return scored.error();
  co_return scored->weighted_quantile_losses()->mean;
}

/// The score of a cheap model, trained on what the challenger was trained on, on the same windows.
Result<double> baseline_loss(const Run& run, const std::string& algorithm, const std::string& time_freq,
                             const Windows& targets, const std::vector<double>& levels) {
  const auto freq = forecast::parse_time_freq(time_freq);
  if (!freq) return freq.error();
  const auto train_lines = read_input(run, "train");
  if (!train_lines) return train_lines.error();
  const auto test_lines = read_input(run, "test");
  if (!test_lines) return test_lines.error();
  forecast::TrainingInput input;
  auto series = forecast::read_series_lines(*train_lines, *freq);
  if (!series) return series.error();
  input.train = std::move(*series);
  input.hyperparameters = {{"time_freq", time_freq},
                           {"prediction_length", std::to_string(targets.front().size())},
                           {"test_quantiles", nlohmann::json(levels).dump()}};
  const auto trained = forecast::train(algorithm, input);
  if (!trained) return input_error("BASELINE: " + trained.error().message);
  const auto contexts = forecast::read_series_lines(*test_lines, *freq);
  if (!contexts) return contexts.error();
  std::vector<forecast::QuantileForecast> forecasts;
  for (const auto& context : *contexts) {
    auto forecast = trained->model->forecast(context, levels);
    if (!forecast) return forecast.error();
    forecasts.push_back(std::move(*forecast));
  }
  const auto scored = score(targets, forecasts, levels);
  if (!scored) return scored.error();
  return scored->weighted_quantile_losses()->mean;
}

/// With BASELINE "none" the ratio is 0, which passes every limit.
Result<> compare_with_baseline(const Run& run, const Settings& settings, double challenger, const Windows& targets,
                               const std::vector<double>& levels, nlohmann::ordered_json& report) {
  if (!settings.has("BASELINE")) return {};
  const std::string algorithm = settings.text_or("BASELINE", "none");
  std::optional<double> loss;
  if (algorithm != "none") {
    const auto baseline = baseline_loss(run, algorithm, settings.text_or("FREQ", "1min"), targets, levels);
    if (!baseline) return baseline.error();
    loss = *baseline;
  }
  auto& comparison = report["comparison"];
  comparison["challenger"]["value"] = challenger;
  if (loss) comparison["baseline"] = {{"value", *loss}, {"algorithm", algorithm}};
  comparison["baseline_ratio"]["value"] = retrain::loss_ratio(challenger, loss);
  return {};
}

}  // namespace

Task evaluate(const JobContext& context, const Run& run) {
  const Settings settings(run.environment);
  const auto targets_text = read_input(run, "targets");
  if (!targets_text) co_return failed(targets_text.error());
  const auto targets = read_targets(*targets_text);
  if (!targets) co_return failed(targets.error());
  const auto predictions_text = read_input(run, "predictions");
  if (!predictions_text) co_return failed(predictions_text.error());
  const auto forecasts = read_predictions(*predictions_text);
  if (!forecasts) co_return failed(forecasts.error());
  const auto confidence = settings.number_or("CONFIDENCE", 90.0);
  if (!confidence) co_return failed(confidence.error());
  const auto levels = retrain::interval_quantiles(*confidence);
  if (const auto usable = check_predictions(*forecasts, levels); !usable) co_return failed(usable.error());
  const auto scored = score(*targets, *forecasts, levels);
  if (!scored) co_return failed(scored.error());
  const auto losses = scored->weighted_quantile_losses();
  if (!losses) co_return failed(input_error("every target of the test windows is missing"));

  nlohmann::ordered_json report;
  report["deepar_metrics"]["rmse"]["value"] = scored->rmse().value_or(0.0);
  report["deepar_metrics"]["weighted_quantile_loss"]["value"] = losses->mean;
  report["deepar_metrics"]["windows"]["value"] = targets->size();
  if (settings.has("CHAMPION_ENDPOINT")) {
    const auto freq = forecast::parse_time_freq(settings.text_or("FREQ", "1min"));
    if (!freq) co_return failed(freq.error());
    const auto champion =
        co_await champion_loss(context, run, settings.text_or("CHAMPION_ENDPOINT", ""), *targets, levels, *freq);
    if (!champion) co_return failed(champion.error());
    auto& comparison = report["comparison"];
    comparison["challenger"]["value"] = losses->mean;
    if (*champion) comparison["champion"]["value"] = **champion;
    comparison["ratio"]["value"] = retrain::loss_ratio(losses->mean, *champion);
  }
  if (const auto ok = compare_with_baseline(run, settings, losses->mean, *targets, levels, report); !ok)
    co_return failed(ok.error());
  Exit exit;
  add_file(exit, "evaluation", "evaluation.json", report.dump(1) + "\n");
  add_file(exit, "baseline", "targets-quantiles.csv", quantile_rows(*targets, *forecasts));
  co_return exit;
}

}  // namespace driftlab::job

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/job/series_source.hpp"
#include "core/job/settings.hpp"
#include "core/job/steps.hpp"
#include "core/retrain/split.hpp"

namespace driftlab::job {
namespace {

struct WindowSettings {
  int validation_windows = 4;
  int test_windows = 1;
  std::optional<Duration> history;
};

Result<WindowSettings> window_settings(const Settings& settings) {
  WindowSettings result;
  const auto validation = settings.integer_or("VALIDATION_WINDOWS", 4, 0, 1000);
  if (!validation) return validation.error();
  const auto test = settings.integer_or("TEST_WINDOWS", 1, 1, 1000);
  if (!test) return test.error();
  result.validation_windows = *validation;
  result.test_windows = *test;
  if (settings.has("HISTORY")) {
    const auto history = parse_duration(settings.text_or("HISTORY", ""));
    if (!history) return history.error();
    result.history = *history;
  }
  return result;
}

/// The first test window's record is the whole series before it, as the monitored system sends it; of further windows
/// only the context is sent, since the history before it is the same.
std::string test_inputs(const forecast::Series& series, const retrain::Split& split, std::size_t context_points) {
  std::string lines;
  for (std::size_t window = 0; window < split.test_windows; ++window) {
    const std::size_t end = split.test_begin + window * split.prediction_length;
    const std::size_t begin = window == 0 || end < context_points ? 0 : end - context_points;
    forecast::append_series_line(lines, slice(series, begin, end));
  }
  return lines;
}

/// One row a point: window, step, target.
std::string test_targets(const forecast::Series& series, const retrain::Split& split) {
  std::string csv = "window,step,target\n";
  for (std::size_t i = split.test_begin; i < series.target.size(); ++i) {
    const std::size_t offset = i - split.test_begin;
    csv += fmt::format("{},{},{}\n", offset / split.prediction_length, offset % split.prediction_length,
                       shortest(series.target[i]));
  }
  return csv;
}

}  // namespace

Task preprocess(const JobContext& context, const Run& run) {
  const Settings settings(run.environment);
  const auto source = series_settings(settings);
  if (!source) co_return failed(source.error());
  const auto windows = window_settings(settings);
  if (!windows) co_return failed(windows.error());
  const auto series = co_await read_series(context.ports, *source, std::nullopt, windows->history);
  if (!series) co_return failed(series.error());
  const auto split = retrain::split_series(series->target.size(), static_cast<std::size_t>(source->prediction_length),
                                           static_cast<std::size_t>(windows->validation_windows),
                                           static_cast<std::size_t>(windows->test_windows));
  if (!split) co_return failed(split.error());

  std::string validation;
  for (std::size_t window = 1; window <= split->validation_windows; ++window)
    forecast::append_series_line(validation, slice(*series, 0, split->train_end + window * split->prediction_length));
  Exit exit;
  add_file(exit, "train", "train.json", forecast::write_series_lines({slice(*series, 0, split->train_end)}));
  add_file(exit, "validation", "validation.json", std::move(validation));
  add_file(exit, "test", "test-inputs.json",
           test_inputs(*series, *split, static_cast<std::size_t>(source->context_points)));
  add_file(exit, "targets", "test-targets.csv", test_targets(*series, *split));
  co_return exit;
}

}  // namespace driftlab::job

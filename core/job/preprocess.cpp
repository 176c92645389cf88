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

/// The further test windows' records: of them only the context is sent, since the history before it is the same.
std::string later_test_inputs(const forecast::Series& series, const retrain::Split& split, std::size_t context_points) {
  std::string lines;
  for (std::size_t window = 1; window < split.test_windows; ++window) {
    const std::size_t end = split.test_begin + window * split.prediction_length;
    forecast::append_series_line(lines, slice(series, end < context_points ? 0 : end - context_points, end));
  }
  return lines;
}

/// Where the records of the series from its beginning end: training, each validation window, first test window (the
/// whole series before it, as the monitored system sends it).
std::vector<std::size_t> record_ends(const retrain::Split& split) {
  std::vector<std::size_t> ends;
  for (std::size_t window = 0; window <= split.validation_windows; ++window)
    ends.push_back(split.train_end + window * split.prediction_length);
  ends.push_back(split.test_begin);
  return ends;
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

  const auto records = forecast::write_prefix_lines(*series, record_ends(*split));
  std::string validation;
  for (std::size_t window = 1; window <= split->validation_windows; ++window) validation += records[window];
  Exit exit;
  add_file(exit, "train", "train.json", records.front());
  add_file(exit, "validation", "validation.json", std::move(validation));
  add_file(exit, "test", "test-inputs.json",
           records.back() + later_test_inputs(*series, *split, static_cast<std::size_t>(source->context_points)));
  add_file(exit, "targets", "test-targets.csv", test_targets(*series, *split));
  co_return exit;
}

}  // namespace driftlab::job

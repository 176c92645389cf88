#include "core/job/series_quality/series_job.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "core/base/json_string.hpp"
#include "core/job/container/capture_input.hpp"
#include "core/job/container/files.hpp"
#include "core/job/container/outcome.hpp"
#include "core/monitor/profile/exit_message.hpp"
#include "core/monitor/series/forecast_source.hpp"
#include "core/monitor/series/ground_truth.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSketches = "residual_sketches.json";

Result<> check_required(const ContainerEnvironment& environment, bool baseline) {
  if (environment.dataset_source.empty()) return input_error("dataset_source is not set; expected a file or folder");
  if (environment.output_path.empty()) return input_error("output_path is not set; expected a folder");
  if (!baseline && environment.baseline_constraints.empty())
    return input_error("baseline_constraints is not set; suggest constraints with --baseline first");
  return {};
}

/// Forecasts read and scored.
struct Scored {
  std::optional<monitor::SeriesProfile> profile;
  std::vector<monitor::RejectedRecord> rejected;
  std::uint64_t rejected_count = 0;
  std::uint64_t read = 0;
  std::vector<std::string> notes;
};

Result<> take_all(monitor::ForecastSource& source, const std::vector<fs::path>& files, const SeriesJob& job,
                  Scored& scored) {
  const auto tell = progress_of_reading(files, job.progress);
  monitor::ForecastAndTruth forecast;
  for (;;) {
    const auto more = source.next(forecast);
    if (!more) return more.error();
    if (!*more) break;
    tell(source.take_bytes_read());
    if (!scored.profile) {
      auto profile = monitor::SeriesProfile::create(forecast.levels);
      if (!profile) return profile.error();
      scored.profile = *std::move(profile);
    }
    if (const auto added = scored.profile->add(forecast); !added) {
      auto record = source.where();
      record.reason = added.error().message;
      source.rejected().add(std::move(record));
    }
  }
  scored.read += source.lines();
  return {};
}

Result<> check_rejected(const Scored& scored, double limit) {
  if (scored.read == 0 && scored.rejected_count == 0) return not_found("NoInputData", "Job inputs had no data");
  const auto rejected = static_cast<double>(scored.rejected_count);
  if (scored.profile && rejected <= limit * static_cast<double>(scored.read)) return {};
  if (scored.rejected.empty()) return not_found("NoInputData", "Job inputs had no data: none lies in the window");
  const auto& first = scored.rejected.front();
  return input_error(fmt::format("{}:{}: {}; {} of {} lines cannot be used", first.file, first.line, first.reason,
                                 scored.rejected_count, scored.read));
}

Result<Scored> score(const ContainerEnvironment& environment, const SeriesJob& job) {
  const auto dataset = dataset_files(environment);
  if (!dataset) return dataset.error();
  const monitor::SeriesColumns columns{.item = environment.item_attribute,
                                       .timestamp = environment.timestamp_attribute,
                                       .horizon = environment.horizon_attribute,
                                       .actual = environment.ground_truth_attribute,
                                       .mean = environment.inference_attribute};
  monitor::RejectedRecords rejected;
  std::optional<monitor::GroundTruth> truth;
  Scored scored;
  if (!environment.ground_truth_source.empty()) {
    const auto labels = input_files(environment.ground_truth_source);
    if (!labels) return labels.error();
    auto read = monitor::read_ground_truth(*labels, columns, job.freq, rejected);
    if (!read) return read.error();
    truth = *std::move(read);
    if (truth->duplicates() > 0)
      scored.notes.push_back(
          fmt::format("{} actual values were given more than once; the last one counts", truth->duplicates()));
    scored.read += truth->size() + truth->duplicates() + rejected.count();
  }
  monitor::ForecastReading reading;
  reading.columns = columns;
  reading.freq = job.freq;
  reading.season = job.season;
  if (!job.levels.empty()) reading.levels = job.levels;
  reading.truth = truth ? &*truth : nullptr;
  reading.start = environment.start_time;
  reading.end = environment.end_time;
  const auto captures = holds_captures(*dataset, environment);
  if (!captures) return captures.error();
  if (*captures && truth && !job.freq)
    return input_error("captured requests do not say how far apart their points are; give --freq, e.g. 1min");
  const auto source = *captures ? monitor::open_forecast_captures(dataset->captures, reading)
                                : monitor::open_forecast_table(dataset->files, reading);
  if (const auto taken = take_all(*source, dataset->files, job, scored); !taken) return taken.error();
  scored.rejected = rejected.kept();
  const auto& more = source->rejected();
  scored.rejected.insert(scored.rejected.end(), more.kept().begin(), more.kept().end());
  scored.rejected_count = rejected.count() + more.count();
  if (const auto usable = check_rejected(scored, job.bad_share_max); !usable) return usable.error();
  return scored;
}

SeriesReport describe(Scored& scored) {
  const auto& profile = *scored.profile;
  SeriesReport report;
  report.values = profile.pooled().values();
  report.notes = std::move(scored.notes);
  report.rejected = std::move(scored.rejected);
  report.rejected_count = scored.rejected_count;
  report.read = scored.read;
  report.forecasts = profile.forecasts();
  report.cells = profile.pooled().score().cells();
  report.missing_actuals = profile.missing_actuals();
  report.horizons = profile.horizons().size();
  report.items = profile.items().size();
  const auto add = [&](monitor::SeriesGroup group, const monitor::SeriesScore& part) {
    report.parts.push_back(
        {std::move(group), part.score().cells(), part.score().metrics().mean_weighted_quantile_loss});
  };
  for (const auto& [step, part] : profile.horizons()) add({.horizon = step, .item = {}}, part);
  for (const auto& [item, part] : profile.items()) add({.horizon = {}, .item = item}, part);
  return report;
}

std::vector<ops::cloudwatch::MetricDatum> to_data(const ContainerEnvironment& environment,
                                                  const std::vector<monitor::SeriesMetric>& metrics) {
  std::vector<ops::cloudwatch::MetricDatum> data;
  for (const auto& metric : metrics) {
    ops::cloudwatch::MetricDatum datum{
        .metric_name = metric.name, .dimensions = monitor_dimensions(environment), .value = metric.value};
    if (metric.group.horizon) datum.dimensions.push_back({"Horizon", std::to_string(*metric.group.horizon)});
    if (metric.group.item) datum.dimensions.push_back({"Item", *metric.group.item});
    data.push_back(std::move(datum));
  }
  return data;
}

/// The file itself, or the one of that name in a folder: a container gets folders.
fs::path file_in(const fs::path& path, const char* name) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? path / name : path;
}

/// The sketches beside the baseline's files; nothing where there are none.
Result<std::optional<monitor::ResidualSketches>> read_sketches(const ContainerEnvironment& environment) {
  const fs::path beside =
      environment.baseline_statistics.empty() ? environment.baseline_constraints : environment.baseline_statistics;
  std::error_code ignored;
  const fs::path path = fs::is_directory(beside, ignored) ? beside / kSketches : beside.parent_path() / kSketches;
  if (!fs::exists(path, ignored)) return std::optional<monitor::ResidualSketches>();
  const auto text = read_whole(path);
  if (!text) return text.error();
  auto sketches = monitor::read_residual_sketches(*text, path.string());
  if (!sketches) return sketches.error();
  return std::optional(*std::move(sketches));
}

Result<ContainerResult> suggest(const SeriesJob& job, const monitor::SeriesProfile& profile, Instant now,
                                SeriesReport& report) {
  auto baseline = monitor::series_baseline(profile, job.suggest, now);
  if (!baseline) return baseline.error();
  report.exit_message = monitor::exit_message(0);
  return ContainerResult{.files = {{"statistics.json", std::move(baseline->statistics_json)},
                                   {"constraints.json", std::move(baseline->constraints_json)},
                                   {kSketches, std::move(baseline->sketches_json)}},
                         .message = report.exit_message,
                         .metrics = {}};
}

Result<ContainerResult> check(const ContainerEnvironment& environment, const monitor::SeriesProfile& profile,
                              const monitor::SeriesConstraints& constraints,
                              const std::optional<monitor::ResidualSketches>& sketches, Instant now,
                              SeriesReport& report) {
  auto run = monitor::run_series(profile, constraints, sketches, now);
  if (!run) return run.error();
  report.violations = std::move(run->violations);
  report.residuals = std::move(run->residuals);
  report.notes.insert(report.notes.end(), run->notes.begin(), run->notes.end());
  report.exit_message = std::move(run->exit_message);
  return ContainerResult{.files = {{"statistics.json", std::move(run->statistics_json)},
                                   {"constraints.json", std::move(run->constraints_json)},
                                   {"constraint_violations.json", std::move(run->violations_json)}},
                         .message = report.exit_message,
                         .metrics = to_data(environment, run->metrics)};
}

}  // namespace

Result<SeriesReport> run_series_job(const ContainerEnvironment& environment, const SeriesJob& job, Instant now) {
  if (const auto complete = check_required(environment, job.baseline); !complete) return complete.error();
  // What a hand may have edited is read first: its mistakes show before the work.
  monitor::SeriesConstraints constraints;
  std::optional<monitor::ResidualSketches> sketches;
  if (!job.baseline) {
    const auto path = file_in(environment.baseline_constraints, "constraints.json");
    const auto text = read_whole(path);
    if (!text) return text.error();
    auto read = monitor::read_series_constraints(*text, path.string());
    if (!read) return read.error();
    constraints = *std::move(read);
    auto kept = read_sketches(environment);
    if (!kept) return kept.error();
    sketches = *std::move(kept);
  }
  auto scored = score(environment, job);
  if (!scored) return scored.error();
  SeriesReport report = describe(*scored);
  auto result = job.baseline ? suggest(job, *scored->profile, now, report)
                             : check(environment, *scored->profile, constraints, sketches, now, report);
  if (!result) return result.error();
  if (report.rejected_count > 0) result->files.emplace_back(kQuarantineFile, quarantine_lines(report.rejected));
  if (const auto written = write_result(environment, *result, now); !written) return written.error();
  for (const auto& [name, bytes] : result->files) report.written.push_back((environment.output_path / name).string());
  return report;
}

}  // namespace driftlab::job

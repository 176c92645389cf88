#include "core/job/data_quality/data_quality_job.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/job/container/files.hpp"
#include "core/job/data_quality/process_source.hpp"
#include "core/monitor/profile/capture_source.hpp"
#include "core/monitor/profile/csv_source.hpp"
#include "core/monitor/profile/json_source.hpp"
#include "core/monitor/transform/record_transform.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;
using monitor::RowSource;
using nlohmann::ordered_json;

DatasetFormat guess_format(const fs::path& first_file) {
  const std::string extension = first_file.extension().string();
  DatasetFormat format;
  if (extension == ".jsonl" || extension == ".json" || extension == ".ndjson")
    format.kind = DatasetFormat::Kind::JsonLines;
  format.header = true;
  return format;
}

/// Which sides of a capture are analysed: `captureIndexNames` names them.
monitor::CaptureOptions capture_options(const DatasetFormat& format, const ContainerEnvironment& environment) {
  const auto& names = format.capture_index_names;
  const auto listed = [&](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  return {.output_first = format.output_columns_first,
          .use_input = listed("endpointInput"),
          .use_output = listed("endpointOutput"),
          .start = environment.start_time,
          .end = environment.end_time};
}

Result<std::unique_ptr<RowSource>> open_dataset(const std::vector<fs::path>& files, const DatasetFormat& format,
                                                const ContainerEnvironment& environment) {
  switch (format.kind) {
    case DatasetFormat::Kind::Csv:
      return std::unique_ptr<RowSource>(
          std::make_unique<monitor::CsvSource>(files, monitor::CsvOptions{.header = format.header}));
    case DatasetFormat::Kind::JsonLines:
      return std::unique_ptr<RowSource>(std::make_unique<monitor::JsonLinesSource>(files));
    case DatasetFormat::Kind::Capture:
      return std::unique_ptr<RowSource>(
          std::make_unique<monitor::CaptureSource>(files, capture_options(format, environment)));
  }
  return input_error("dataset_format: expected csv, json or sagemakerCaptureJson");
}

/// The dataset through the user's process and transform, in this order.
Result<std::unique_ptr<RowSource>> open_source(const std::vector<fs::path>& files, const DatasetFormat& format,
                                               const ContainerEnvironment& environment, const DataQualityJob& job) {
  auto source =
      job.record_process.empty() ? open_dataset(files, format, environment) : open_process(files, job.record_process);
  if (!source || job.record_transform.empty()) return source;
  const auto text = read_whole(job.record_transform);
  if (!text) return text.error();
  auto transform = monitor::read_record_transform(*text, job.record_transform.string());
  if (!transform) return transform.error();
  return std::unique_ptr<RowSource>(
      std::make_unique<monitor::TransformedSource>(*std::move(source), *std::move(transform)));
}

std::uint64_t total_size(const std::vector<fs::path>& files) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& file : files) bytes += fs::file_size(file, ignored);
  return std::max<std::uint64_t>(bytes, 1);
}

Result<> check_required(const ContainerEnvironment& environment, bool baseline) {
  if (environment.dataset_source.empty()) return input_error("dataset_source is missing; expected a file or folder");
  if (environment.output_path.empty()) return input_error("output_path is missing; expected a folder");
  if (!baseline && environment.baseline_constraints.empty())
    return input_error(
        "baseline_constraints is missing; expected the constraints.json of a baseline (--baseline makes one)");
  if (!environment.record_preprocessor_script.empty())
    return input_error(
        "record_preprocessor_script: scripts are not run; use a record transform or a process over lines");
  if (!environment.post_analytics_processor_script.empty())
    return input_error("post_analytics_processor_script: scripts are not run");
  return {};
}

/// The file itself, or the one of that name in a folder: a container gets folders.
fs::path file_in(const fs::path& path, const char* name) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? path / name : path;
}

template <class Read>
auto read_json(const fs::path& path, const Read& read) -> decltype(read(std::string_view(), std::string())) {
  const auto text = read_whole(path);
  if (!text) return text.error();
  return read(*text, path.string());
}

std::string rejected_lines(const monitor::DatasetProfile& dataset) {
  std::string lines;
  for (const auto& record : dataset.rejected)
    lines +=
        ordered_json{{"file", record.file}, {"line", record.line}, {"offset", record.offset}, {"reason", record.reason}}
            .dump(-1, ' ', false, ordered_json::error_handler_t::replace) +
        "\n";
  return lines;
}

std::vector<ops::cloudwatch::MetricDatum> to_metrics(const ContainerEnvironment& environment,
                                                     const std::vector<monitor::FeatureMetric>& metrics) {
  std::vector<ops::cloudwatch::MetricDatum> data;
  for (const auto& metric : metrics) {
    ops::cloudwatch::MetricDatum datum{.metric_name = metric.name, .value = metric.value};
    if (!environment.endpoint_name.empty()) datum.dimensions.push_back({"Endpoint", environment.endpoint_name});
    if (!environment.schedule_name.empty())
      datum.dimensions.push_back({"MonitoringSchedule", environment.schedule_name});
    datum.dimensions.push_back({"Feature", metric.feature});
    if (metric.set)
      datum.statistic_values = ops::cloudwatch::StatisticSet{.sample_count = metric.set->sample_count,
                                                             .sum = metric.set->sum,
                                                             .minimum = metric.set->minimum,
                                                             .maximum = metric.set->maximum};
    data.push_back(std::move(datum));
  }
  return data;
}

Result<> check_rejected(const monitor::DatasetProfile& dataset, double limit) {
  const auto records = static_cast<double>(dataset.rows + dataset.rejected_count);
  const auto rejected = static_cast<double>(dataset.rejected_count);
  if (records == 0.0) return not_found("NoInputData", "Job inputs had no data");
  if (rejected <= limit * records && dataset.rows > 0) return {};
  const auto& first = dataset.rejected.front();
  return input_error(fmt::format("{} of {} records cannot be used, more than the limit of {} %; the first is {}:{}: {}",
                                 dataset.rejected_count, dataset.rows + dataset.rejected_count, limit * 100.0,
                                 first.file, first.line, first.reason));
}

/// Constraints and statistics of the baseline, and how the dataset's columns are matched with them.
struct Reference {
  monitor::Constraints constraints;
  std::optional<monitor::Statistics> statistics;
};

Result<Reference> read_reference(const ContainerEnvironment& environment) {
  Reference reference;
  auto constraints =
      read_json(file_in(environment.baseline_constraints, "constraints.json"), monitor::read_constraints_file);
  if (!constraints) return constraints.error();
  reference.constraints = *std::move(constraints);
  if (!environment.categorical_drift_method.empty())
    reference.constraints.config.categorical_drift_method = environment.categorical_drift_method == "ChiSquared"
                                                                ? monitor::CategoricalDriftMethod::ChiSquared
                                                                : monitor::CategoricalDriftMethod::LInfinity;
  if (environment.baseline_statistics.empty()) return reference;
  auto statistics = read_json(file_in(environment.baseline_statistics, "statistics.json"), monitor::read_statistics);
  if (!statistics) return statistics.error();
  reference.statistics = *std::move(statistics);
  return reference;
}

}  // namespace

Result<DataQualityReport> run_data_quality_job(const ContainerEnvironment& environment, const DataQualityJob& job,
                                               Instant now) {
  if (const auto complete = check_required(environment, job.baseline); !complete) return complete.error();
  const auto files = input_files(environment.dataset_source);
  if (!files) return files.error();
  const DatasetFormat format = environment.dataset_format.value_or(guess_format(files->front()));
  auto source = open_source(*files, format, environment, job);
  if (!source) return source.error();
  Reference reference;
  if (!job.baseline) {
    auto read = read_reference(environment);
    if (!read) return read.error();
    reference = *std::move(read);
  }

  // Whether columns go by name or by place shows with the first row; their names cannot be confused.
  monitor::ProfileOptions options{.threads = job.threads,
                                  .watched = monitor::domains_to_watch(reference.constraints, /*by_position=*/false)};
  options.watched.merge(monitor::domains_to_watch(reference.constraints, /*by_position=*/true));
  const auto total = static_cast<double>(total_size(*files));
  if (job.progress) options.progress = [&](std::uint64_t bytes) { job.progress(static_cast<double>(bytes) / total); };
  auto dataset = monitor::profile_dataset(**source, options);
  if (!dataset) return dataset.error();
  if (const auto usable = check_rejected(*dataset, job.max_rejected); !usable) return usable.error();

  monitor::CheckOptions checks = job.checks;
  checks.by_position = (*source)->columns_are_positions();
  DataQualityReport report;
  ContainerResult result;
  if (job.baseline) {
    auto baseline = monitor::data_quality_baseline(*dataset, environment.categorical_drift_method == "ChiSquared"
                                                                 ? monitor::CategoricalDriftMethod::ChiSquared
                                                                 : monitor::CategoricalDriftMethod::LInfinity);
    report.statistics = std::move(baseline.statistics);
    report.constraints = std::move(baseline.constraints);
    report.exit_message = monitor::exit_message(0);
    result.files = {{"statistics.json", std::move(baseline.statistics_json)},
                    {"constraints.json", std::move(baseline.constraints_json)}};
  } else {
    auto run = monitor::run_data_quality(*dataset, reference.constraints, reference.statistics, checks);
    report.statistics = std::move(run.statistics);
    report.constraints = std::move(reference.constraints);
    report.checks = std::move(run.checks);
    report.exit_message = std::move(run.exit_message);
    result.files = {{"statistics.json", std::move(run.statistics_json)},
                    {"constraints.json", std::move(run.constraints_json)},
                    {"constraint_violations.json", std::move(run.violations_json)}};
    result.metrics = to_metrics(environment, run.metrics);
  }
  if (dataset->rejected_count > 0) result.files.emplace_back("rejected_records.jsonl", rejected_lines(*dataset));
  result.message = report.exit_message;
  if (const auto written = write_result(environment, result, now); !written) return written.error();
  for (const auto& [name, bytes] : result.files) report.written.push_back((environment.output_path / name).string());
  report.dataset = *std::move(dataset);
  return report;
}

}  // namespace driftlab::job

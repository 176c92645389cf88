#include "core/job/custom_metric/custom_metric_job.hpp"

#include <algorithm>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "core/base/json_string.hpp"
#include "core/base/text.hpp"
#include "core/job/container/capture_input.hpp"
#include "core/job/container/files.hpp"
#include "core/job/container/outcome.hpp"
#include "core/job/data_quality/process_source.hpp"
#include "core/monitor/custom_metric/merged_source.hpp"
#include "core/monitor/profile/csv_source.hpp"
#include "core/monitor/profile/exit_message.hpp"
#include "core/monitor/profile/json_source.hpp"
#include "core/monitor/transform/record_transform.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;
using monitor::CustomMetric;
using monitor::RowSource;

Result<DatasetFormat::Kind> format_of(const ContainerEnvironment& environment, const DatasetFiles& dataset) {
  const auto captures = holds_captures(dataset, environment);
  if (!captures) return captures.error();
  if (*captures) return DatasetFormat::Kind::Capture;
  if (environment.dataset_format) return environment.dataset_format->kind;
  const std::string extension = data_extension(dataset.files.front());
  const bool lines = extension == ".jsonl" || extension == ".json" || extension == ".ndjson";
  return lines ? DatasetFormat::Kind::JsonLines : DatasetFormat::Kind::Csv;
}

Result<std::unique_ptr<RowSource>> open_dataset(const DatasetFiles& dataset, const ContainerEnvironment& environment) {
  const auto& files = dataset.files;
  const auto kind = format_of(environment, dataset);
  if (!kind) return kind.error();
  std::unique_ptr<RowSource> source;
  switch (*kind) {
    case DatasetFormat::Kind::Csv:
      source = std::make_unique<monitor::CsvSource>(
          files, monitor::CsvOptions{.header = !environment.dataset_format || environment.dataset_format->header});
      break;
    case DatasetFormat::Kind::JsonLines:
      source = std::make_unique<monitor::JsonLinesSource>(files);
      break;
    case DatasetFormat::Kind::Capture:
      source = std::make_unique<monitor::MergedSource>(dataset.captures, environment.start_time, environment.end_time);
      break;
  }
  return source;
}

/// The dataset through the user's process and transform, in this order.
Result<std::unique_ptr<RowSource>> open_source(const DatasetFiles& dataset, const ContainerEnvironment& environment,
                                               const CustomMetricJob& job) {
  if (!job.record_process.empty())
    if (const auto plain = check_no_batch(dataset); !plain) return plain.error();
  auto source =
      job.record_process.empty() ? open_dataset(dataset, environment) : open_process(dataset.files, job.record_process);
  if (!source || job.record_transform.empty()) return source;
  const auto text = read_whole(job.record_transform);
  if (!text) return text.error();
  auto transform = monitor::read_record_transform(*text, job.record_transform.string());
  if (!transform) return transform.error();
  return std::unique_ptr<RowSource>(
      std::make_unique<monitor::TransformedSource>(*std::move(source), *std::move(transform)));
}

Result<std::vector<CustomMetric>> metrics_of(const CustomMetricJob& job) {
  std::vector<CustomMetric> metrics;
  if (!job.definitions.empty()) {
    const auto text = read_whole(job.definitions);
    if (!text) return text.error();
    auto read = monitor::read_custom_metrics(*text, job.definitions.string());
    if (!read) return read.error();
    metrics = *std::move(read);
  }
  for (const auto& text : job.metrics) {
    auto metric = monitor::parse_custom_metric(text);
    if (!metric) return metric.error();
    for (const auto& before : metrics)
      if (before.name == metric->name) return input_error(fmt::format("metric '{}' occurs twice", metric->name));
    if (!job.comparison_operator.empty()) metric->comparison_operator = job.comparison_operator;
    metric->threshold = job.threshold;
    metrics.push_back(*std::move(metric));
  }
  if (job.threshold && job.metrics.size() != 1)
    return input_error("--threshold goes with one --metric; give the thresholds of several in --metric-definitions");
  if (metrics.empty() && job.record_process.empty())
    return input_error("no metric: give --metric 'name = expression', --metric-definitions or --record-process");
  return metrics;
}

/// A metric for each column that a process writes: its mean over the rows, which for one row is its value.
Result<std::vector<CustomMetric>> metrics_of_columns(const std::vector<std::string>& names,
                                                     const CustomMetricJob& job) {
  std::vector<CustomMetric> metrics;
  for (const auto& name : names) {
    std::string column = "`";
    for (const char c : name) column += c == '`' ? "``" : std::string(1, c);
    auto metric = monitor::parse_custom_metric(fmt::format("{} = mean({}`)", name, column));
    if (!metric) return metric.error();
    if (!job.comparison_operator.empty()) metric->comparison_operator = job.comparison_operator;
    metrics.push_back(*std::move(metric));
  }
  return metrics;
}

/// The dataset read through the expressions.
struct Measured {
  std::vector<CustomMetric> metrics;
  std::vector<monitor::RejectedRecord> rejected;
  std::uint64_t rejected_count = 0;
  std::uint64_t rows = 0;
};

Result<> check_rejected(const Measured& measured, double limit) {
  const auto records = static_cast<double>(measured.rows + measured.rejected_count);
  if (records == 0.0) return not_found("NoInputData", "Job inputs had no data");
  if (measured.rows > 0 && static_cast<double>(measured.rejected_count) <= limit * records) return {};
  const auto& first = measured.rejected.front();
  return input_error(fmt::format("{}:{}: {}; {} of {} records cannot be used", first.file, first.line, first.reason,
                                 measured.rejected_count, measured.rows + measured.rejected_count));
}

Result<Measured> measure(const ContainerEnvironment& environment, const CustomMetricJob& job,
                         std::vector<CustomMetric> metrics) {
  const auto dataset = dataset_files(environment);
  if (!dataset) return dataset.error();
  const auto tell = progress_of_reading(dataset->files, job.progress);
  auto source = open_source(*dataset, environment, job);
  if (!source) return source.error();
  std::optional<monitor::CustomMetrics> engine;
  if (!metrics.empty()) engine.emplace(std::move(metrics));
  Measured measured;
  monitor::RowBlock block;
  for (;;) {
    block.clear();
    const auto more = (*source)->next(block);
    if (!more) return more.error();
    if (!*more) break;
    if (!engine) {
      auto columns = metrics_of_columns((*source)->column_names(), job);
      if (!columns) return columns.error();
      engine.emplace(*std::move(columns));
    }
    engine->add(block, (*source)->column_names());
    measured.rows += block.rows;
    tell(block.bytes_read);
  }
  measured.rejected = (*source)->rejected();
  measured.rejected_count = (*source)->rejected_count();
  if (const auto usable = check_rejected(measured, job.bad_share_max); !usable) return usable.error();
  if (const auto there = engine->check_columns((*source)->column_names()); !there) return there.error();
  measured.metrics = engine->metrics();
  return measured;
}

Result<std::vector<monitor::CustomConstraint>> constraints_of(const ContainerEnvironment& environment,
                                                              const std::vector<CustomMetric>& metrics) {
  if (environment.baseline_constraints.empty()) {
    std::vector<CustomMetric> given;
    for (const auto& metric : metrics)
      if (metric.threshold) given.push_back(metric);
    if (given.empty())
      return input_error("no threshold: give --threshold, one in --metric-definitions, or --baseline-constraints");
    return monitor::suggest_custom_constraints(given, 0.0);
  }
  std::error_code ignored;
  const fs::path path = fs::is_directory(environment.baseline_constraints, ignored)
                            ? environment.baseline_constraints / "constraints.json"
                            : environment.baseline_constraints;
  const auto text = read_whole(path);
  if (!text) return text.error();
  std::vector<std::string> names;
  names.reserve(metrics.size());
  for (const auto& metric : metrics) names.push_back(metric.name);
  return monitor::read_custom_constraints(*text, path.string(), names);
}

std::vector<ops::cloudwatch::MetricDatum> to_data(const ContainerEnvironment& environment,
                                                  const std::vector<monitor::CustomValue>& values) {
  std::vector<ops::cloudwatch::MetricDatum> data;
  for (const auto& value : values) {
    if (!value.value) continue;
    data.push_back({.metric_name = value.name, .dimensions = monitor_dimensions(environment), .value = *value.value});
  }
  return data;
}

}  // namespace

Result<CustomMetricReport> run_custom_metric_job(const ContainerEnvironment& environment, const CustomMetricJob& job,
                                                 Instant now) {
  if (environment.dataset_source.empty()) return input_error("dataset_source is not set; expected a file or folder");
  if (environment.output_path.empty()) return input_error("output_path is not set; expected a folder");
  if (!job.comparison_operator.empty())
    if (const auto good = monitor::check_comparison_operator(job.comparison_operator); !good) return good.error();
  if (!(job.margin >= 0.0)) return input_error(fmt::format("the margin is {}; expected a share from 0 on", job.margin));
  auto metrics = metrics_of(job);
  if (!metrics) return metrics.error();
  auto measured = measure(environment, job, *std::move(metrics));
  if (!measured) return measured.error();
  CustomMetricReport report;
  report.values = monitor::custom_values(measured->metrics);
  for (const auto& value : report.values)
    if (!value.value) report.notes.push_back(value.name + " is not defined: no row has what it needs");
  if (job.baseline) {
    report.constraints = monitor::suggest_custom_constraints(measured->metrics, job.margin);
  } else {
    auto constraints = constraints_of(environment, measured->metrics);
    if (!constraints) return constraints.error();
    report.constraints = *std::move(constraints);
    report.violations = monitor::find_custom_violations(report.values, report.constraints);
  }
  report.rejected = std::move(measured->rejected);
  report.rejected_count = measured->rejected_count;
  report.rows = measured->rows;
  report.exit_message = monitor::exit_message(report.violations.size());
  ContainerResult result;
  result.files = {{"statistics.json", monitor::write_custom_statistics(measured->metrics, report.rows, now)},
                  {"constraints.json", monitor::write_custom_constraints(report.constraints)}};
  if (!job.baseline) {
    result.files.emplace_back("constraint_violations.json", monitor::write_custom_violations(report.violations));
    result.metrics = to_data(environment, report.values);
  }
  if (report.rejected_count > 0) result.files.emplace_back(kQuarantineFile, quarantine_lines(report.rejected));
  result.message = report.exit_message;
  if (const auto written = write_result(environment, result, now); !written) return written.error();
  for (const auto& [name, bytes] : result.files) report.written.push_back((environment.output_path / name).string());
  return report;
}

}  // namespace driftlab::job

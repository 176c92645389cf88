#include "core/job/data_quality/data_quality_job.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "core/job/container/capture_input.hpp"
#include "core/job/container/files.hpp"
#include "core/job/data_quality/analysis.hpp"
#include "core/job/data_quality/process_source.hpp"
#include "core/monitor/profile/capture_source.hpp"
#include "core/monitor/profile/csv_source.hpp"
#include "core/monitor/profile/json_source.hpp"
#include "core/monitor/profile/profile_state.hpp"
#include "core/monitor/transform/record_transform.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;
using monitor::RowSource;

DatasetFormat guess_format(const fs::path& first_file) {
  const std::string extension = data_extension(first_file);
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

/// Of a batch the inputs are the features, which the baseline is made of, unless the format names sides; outputs where
/// nothing else was captured.
monitor::CaptureOptions batch_options(const DatasetFiles& dataset, const DatasetFormat& format,
                                      const ContainerEnvironment& environment) {
  auto options = capture_options(format, environment);
  if (format.kind == DatasetFormat::Kind::Capture) return options;
  const bool inputs = std::any_of(dataset.captures.begin(), dataset.captures.end(), [](const auto& file) {
    return file.batch->is_input || !file.batch->input_path.empty();
  });
  options.use_input = inputs;
  options.use_output = !inputs;
  return options;
}

Result<std::unique_ptr<RowSource>> open_dataset(const DatasetFiles& dataset, const DatasetFormat& format,
                                                const ContainerEnvironment& environment) {
  const auto& files = dataset.files;
  if (dataset.batch)
    return std::unique_ptr<RowSource>(
        std::make_unique<monitor::CaptureSource>(dataset.captures, batch_options(dataset, format, environment)));
  switch (format.kind) {
    case DatasetFormat::Kind::Csv:
      return std::unique_ptr<RowSource>(
          std::make_unique<monitor::CsvSource>(files, monitor::CsvOptions{.header = format.header}));
    case DatasetFormat::Kind::JsonLines:
      return std::unique_ptr<RowSource>(std::make_unique<monitor::JsonLinesSource>(files));
    case DatasetFormat::Kind::Capture:
      return std::unique_ptr<RowSource>(
          std::make_unique<monitor::CaptureSource>(dataset.captures, capture_options(format, environment)));
  }
  return input_error("dataset_format: expected csv, json or sagemakerCaptureJson");
}

/// The dataset through the user's process and transform, in this order.
Result<std::unique_ptr<RowSource>> open_source(const DatasetFiles& dataset, const DatasetFormat& format,
                                               const ContainerEnvironment& environment, const DataQualityJob& job) {
  if (!job.record_process.empty())
    if (const auto plain = check_no_batch(dataset); !plain) return plain.error();
  auto source = job.record_process.empty() ? open_dataset(dataset, format, environment)
                                           : open_process(dataset.files, job.record_process);
  if (!source || job.record_transform.empty()) return source;
  const auto text = read_whole(job.record_transform);
  if (!text) return text.error();
  auto transform = monitor::read_record_transform(*text, job.record_transform.string());
  if (!transform) return transform.error();
  return std::unique_ptr<RowSource>(
      std::make_unique<monitor::TransformedSource>(*std::move(source), *std::move(transform)));
}

Result<> check_required(const ContainerEnvironment& environment, const DataQualityJob& job) {
  const bool baseline = job.baseline;
  if (!baseline && !job.merge.empty()) return input_error("merge goes with a baseline: a run is of one dataset");
  if (environment.dataset_source.empty() && job.merge.empty())
    return input_error("dataset_source is missing; expected a file or folder");
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

Result<DataQualityReference> read_reference(const ContainerEnvironment& environment) {
  const fs::path constraints_path = file_in(environment.baseline_constraints, "constraints.json");
  const auto constraints = read_whole(constraints_path);
  if (!constraints) return constraints.error();
  // A mistake in the constraints is told before statistics that are not there.
  if (const auto good = monitor::read_constraints_file(*constraints, constraints_path.string()); !good)
    return good.error();
  std::optional<std::string> statistics;
  fs::path statistics_path;
  if (!environment.baseline_statistics.empty()) {
    statistics_path = file_in(environment.baseline_statistics, "statistics.json");
    auto text = read_whole(statistics_path);
    if (!text) return text.error();
    statistics = *std::move(text);
  }
  return read_data_quality_reference(environment, *constraints, constraints_path.string(), statistics,
                                     statistics_path.string());
}

/// The states that earlier baselines left, in the order given.
Result<std::vector<monitor::DatasetProfile>> read_parts(const std::vector<fs::path>& places) {
  std::vector<monitor::DatasetProfile> parts;
  for (const fs::path& place : places) {
    const fs::path path = file_in(place, kProfileState);
    const auto bytes = read_whole(path);
    if (!bytes) return bytes.error();
    auto part = monitor::read_profile_state(*bytes, path.string());
    if (!part) return part.error();
    parts.push_back(*std::move(part));
  }
  return parts;
}

}  // namespace

Result<DataQualityReport> run_data_quality_job(const ContainerEnvironment& environment, const DataQualityJob& job,
                                               Instant now) {
  if (const auto complete = check_required(environment, job); !complete) return complete.error();
  auto parts = read_parts(job.merge);
  if (!parts) return parts.error();
  std::vector<fs::path> files;
  std::unique_ptr<RowSource> source;
  if (!environment.dataset_source.empty()) {
    const auto dataset = dataset_files(environment);
    if (!dataset) return dataset.error();
    files = dataset->files;
    const DatasetFormat format = environment.dataset_format.value_or(guess_format(files.front()));
    auto opened = open_source(*dataset, format, environment, job);
    if (!opened) return opened.error();
    source = *std::move(opened);
  }
  std::optional<DataQualityReference> reference;
  if (!job.baseline) {
    auto read = read_reference(environment);
    if (!read) return read.error();
    reference = *std::move(read);
  }
  auto analysis = analyse_data_quality(source.get(), *std::move(parts), reference, environment, job,
                                       static_cast<double>(std::max<std::uint64_t>(size_of_files(files), 1)));
  if (!analysis) return analysis.error();
  auto& [report, result] = *analysis;
  if (const auto written = write_result(environment, result, now); !written) return written.error();
  for (const auto& [name, bytes] : result.files) report.written.push_back((environment.output_path / name).string());
  return std::move(report);
}

}  // namespace driftlab::job

#include "core/job/quality/quality_job.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "core/base/json_string.hpp"
#include "core/capture/codec.hpp"
#include "core/job/container/files.hpp"
#include "core/job/container/outcome.hpp"
#include "core/monitor/profile/exit_message.hpp"

namespace driftlab::job {
namespace {

/// Which merged record came from where.
struct Origin {
  std::string file;
  std::size_t line = 0;
  std::size_t offset = 0;
};

struct Merged {
  std::vector<capture::MergedRecord> records;
  std::vector<Origin> origins;
  std::vector<monitor::RejectedRecord> rejected;
};

Result<Merged> read_merged_files(const std::filesystem::path& source, const std::function<void(double)>& progress) {
  const auto files = input_files(source);
  if (!files) return files.error();
  const auto tell = progress_of_reading(*files, progress);
  Merged merged;
  for (const auto& file : *files) {
    const auto bytes = read_whole(file);
    if (!bytes) return bytes.error();
    auto parsed = capture::read_merged(*bytes);
    for (std::size_t i = 0; i < parsed.lines.size(); ++i)
      merged.origins.push_back({file.string(), parsed.lines[i], parsed.offsets[i]});
    for (const auto& rejected : parsed.rejected)
      merged.rejected.push_back({file.string(), rejected.line, rejected.offset, rejected.reason});
    std::move(parsed.records.begin(), parsed.records.end(), std::back_inserter(merged.records));
    tell(bytes->size());
  }
  return merged;
}

Result<monitor::QualityAttributes> attributes_of(const ContainerEnvironment& environment, bool baseline,
                                                 monitor::ProblemType problem) {
  const bool scores_only =
      problem == monitor::ProblemType::BinaryClassification && !environment.probability_attribute.empty();
  if (environment.inference_attribute.empty() && !scores_only)
    return input_error("inference_attribute is not set: say which column or path holds the prediction");
  if (baseline && environment.ground_truth_attribute.empty())
    return input_error("ground_truth_attribute is not set: say which column or path holds the label");
  const auto threshold = environment.probability_threshold_attribute;
  if (threshold && !(*threshold >= 0.0 && *threshold <= 1.0))
    return input_error(fmt::format("probability_threshold_attribute is {}; expected 0 to 1", *threshold));
  // A label of an execution is a payload of its own: its first column unless said otherwise.
  const std::string label = environment.ground_truth_attribute.empty() ? "0" : environment.ground_truth_attribute;
  return monitor::QualityAttributes{.inference = environment.inference_attribute,
                                    .ground_truth = label,
                                    .probability = environment.probability_attribute,
                                    .probability_threshold = threshold};
}

monitor::DatasetFormat baseline_format(const ContainerEnvironment& environment, const std::filesystem::path& file) {
  if (environment.dataset_format) {
    if (environment.dataset_format->kind == DatasetFormat::Kind::JsonLines) return monitor::DatasetFormat::JsonLines;
    return environment.dataset_format->header ? monitor::DatasetFormat::CsvWithHeader : monitor::DatasetFormat::Csv;
  }
  const auto extension = data_extension(file);
  return extension == ".json" || extension == ".jsonl" ? monitor::DatasetFormat::JsonLines
                                                       : monitor::DatasetFormat::CsvWithHeader;
}

std::vector<ops::cloudwatch::MetricDatum> to_data(const ContainerEnvironment& environment,
                                                  const std::vector<monitor::QualityMetric>& metrics) {
  const auto dimensions = monitor_dimensions(environment);
  std::vector<ops::cloudwatch::MetricDatum> data;
  data.reserve(metrics.size());
  for (const auto& metric : metrics)
    data.push_back({.metric_name = metric.name, .dimensions = dimensions, .value = metric.value});
  return data;
}

Result<QualityReport> finish(const ContainerEnvironment& environment, QualityReport report,
                             const ContainerResult& result, Instant now) {
  if (auto ok = write_result(environment, result, now); !ok) return ok.error();
  for (const auto& [name, bytes] : result.files) report.written.push_back((environment.output_path / name).string());
  return report;
}

Result<QualityReport> suggest(const ContainerEnvironment& environment, const QualityJob& job,
                              monitor::ProblemType problem, Instant now) {
  const auto files = input_files(environment.dataset_source);
  if (!files) return files.error();
  if (files->size() != 1)
    return input_error(
        fmt::format("{} holds {} files; a baseline is one file", environment.dataset_source.string(), files->size()));
  const auto bytes = read_text(files->front());
  if (!bytes) return bytes.error();
  auto attributes = attributes_of(environment, true, problem);
  if (!attributes) return attributes.error();
  monitor::QualityBaselineInput input;
  input.dataset = *bytes;
  input.file = files->front().string();
  input.format = baseline_format(environment, files->front());
  input.attributes = *std::move(attributes);
  input.evaluation_time = now;
  input.seed = job.seed;
  input.problem = problem;
  input.progress = job.progress;
  auto baseline = monitor::model_quality_baseline(input);
  if (!baseline) return baseline.error();
  QualityReport report{.statistics = baseline->statistics,
                       .violations = {},
                       .rejected = {},
                       .read = baseline->rows,
                       .exit_message = monitor::exit_message(0),
                       .written = {}};
  const ContainerResult result{
      .files = {{"statistics.json", baseline->statistics_json}, {"constraints.json", baseline->constraints_json}},
      .message = report.exit_message,
      .metrics = {}};
  return finish(environment, std::move(report), result, now);
}

Result<QualityReport> check(const ContainerEnvironment& environment, const QualityJob& job,
                            monitor::ProblemType problem, Instant now) {
  if (environment.baseline_constraints.empty())
    return input_error("baseline_constraints is not set; suggest constraints with --baseline first");
  const auto constraints = read_text(environment.baseline_constraints);
  if (!constraints) return constraints.error();
  auto attributes = attributes_of(environment, false, problem);
  if (!attributes) return attributes.error();
  auto merged = read_merged_files(environment.dataset_source, job.progress);
  if (!merged) return merged.error();
  const std::size_t read = merged->records.size() + merged->rejected.size();
  const auto too_many = [&](std::size_t bad) {
    return static_cast<double>(bad) > job.bad_share_max * static_cast<double>(read);
  };
  if (too_many(merged->rejected.size())) {
    const auto& first = merged->rejected.front();
    return input_error(fmt::format("{}:{}: {}; {} of {} lines cannot be used", first.file, first.line, first.reason,
                                   merged->rejected.size(), read));
  }
  monitor::QualityRunInput input;
  input.records = merged->records;
  input.constraints_json = *constraints;
  input.constraints_file = environment.baseline_constraints.string();
  input.where = [&](std::size_t record) {
    return fmt::format("{}:{}", merged->origins[record].file, merged->origins[record].line);
  };
  input.attributes = *std::move(attributes);
  input.evaluation_time = now;
  input.seed = job.seed;
  input.problem = problem;
  input.bad_share_max = job.bad_share_max;
  input.faithful = job.faithful;
  auto run = monitor::run_model_quality(input);
  if (!run) return run.error();
  QualityReport report{.statistics = run->statistics,
                       .violations = run->found,
                       .rejected = std::move(merged->rejected),
                       .read = read,
                       .exit_message = run->exit_message,
                       .written = {}};
  for (const auto& bad : run->bad_records) {
    const auto& origin = merged->origins[bad.record];
    report.rejected.push_back({origin.file, origin.line, origin.offset, bad.reason});
  }
  ContainerResult result{.files = {{"statistics.json", run->statistics_json},
                                   {"constraints.json", *constraints},
                                   {"constraint_violations.json", run->violations_json}},
                         .message = report.exit_message,
                         .metrics = to_data(environment, run->metrics)};
  if (!report.rejected.empty()) result.files.emplace_back(kQuarantineFile, quarantine_lines(report.rejected));
  return finish(environment, std::move(report), result, now);
}

}  // namespace

Result<QualityReport> run_quality_job(const ContainerEnvironment& environment, const QualityJob& job, Instant now) {
  if (environment.dataset_source.empty()) return input_error("dataset_source is not set");
  if (environment.output_path.empty()) return input_error("output_path is not set");
  if (environment.problem_type.empty())
    return input_error(
        "problem_type is not set; expected Regression, BinaryClassification or MulticlassClassification");
  const auto problem = monitor::read_problem_type(environment.problem_type);
  if (!problem) return problem.error();
  return job.baseline ? suggest(environment, job, *problem, now) : check(environment, job, *problem, now);
}

}  // namespace driftlab::job

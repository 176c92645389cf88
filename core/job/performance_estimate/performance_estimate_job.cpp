#include "core/job/performance_estimate/performance_estimate_job.hpp"

#include <cmath>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "core/base/json_string.hpp"
#include "core/base/text.hpp"
#include "core/capture/record_walk.hpp"
#include "core/job/container/capture_input.hpp"
#include "core/job/container/files.hpp"
#include "core/job/container/outcome.hpp"
#include "core/metric/curve.hpp"
#include "core/monitor/attribute.hpp"
#include "core/monitor/profile/exit_message.hpp"
#include "core/monitor/series/ground_truth.hpp"
#include "core/monitor/series/table_lines.hpp"

namespace driftlab::job {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCalibration = "calibration.json";
constexpr double kThreshold = 0.5;

struct Rows {
  std::vector<double> scores;
  std::vector<std::uint8_t> predicted;
  std::vector<std::uint8_t> labels;  ///< of a baseline
  monitor::RejectedRecords rejected;
};

Result<std::uint8_t> class_of(std::string_view what, const std::string& text) {
  const std::string label = monitor::normal_label(text);
  if (label == "1" || label == "true" || label == "True") return std::uint8_t{1};
  if (label == "0" || label == "false" || label == "False") return std::uint8_t{0};
  return input_error(fmt::format("{} is '{}'; expected 0, 1, true or false", what, text));
}

Result<double> probability_of(std::string_view what, std::optional<double> value, const std::string& text) {
  if (value && *value >= 0.0 && *value <= 1.0) return *value;
  return input_error(fmt::format("{} is '{}'; expected a probability from 0 to 1", what, text));
}

/// Columns of a table.
struct Columns {
  std::size_t probability = 0;
  std::optional<std::size_t> inference;
  std::optional<std::size_t> label;
};

Result<std::optional<std::size_t>> column(const monitor::TableLines& rows, const std::string& wanted,
                                          const char* what) {
  if (wanted.empty()) return std::optional<std::size_t>();
  const auto found = monitor::find_column(rows.names(), wanted, {});
  if (found) return found;
  const auto at = rows.where();
  return input_error(fmt::format("{}:{}: there is no column '{}' for the {}{}", at.file, at.line, wanted, what,
                                 suggestion(wanted, rows.names())));
}

Result<Columns> columns_of(const monitor::TableLines& rows, const ContainerEnvironment& environment, bool baseline) {
  Columns columns;
  const auto probability = column(rows, environment.probability_attribute, "probability");
  if (!probability) return probability.error();
  columns.probability = **probability;
  const auto inference = column(rows, environment.inference_attribute, "prediction");
  if (!inference) return inference.error();
  columns.inference = *inference;
  const auto label = column(rows, baseline ? environment.ground_truth_attribute : std::string(), "label");
  if (!label) return label.error();
  columns.label = *label;
  return columns;
}

Result<> add_table_row(const monitor::TableLines& table, const Columns& columns, double threshold, Rows& rows) {
  const auto word = [&](std::size_t at) { return table.cells()[at].word(); };
  const auto& names = table.names();
  const auto score =
      probability_of(names[columns.probability], table.cells()[columns.probability].value(), word(columns.probability));
  if (!score) return score.error();
  std::uint8_t predicted = *score > threshold ? 1 : 0;
  if (columns.inference) {
    const auto answer = class_of(names[*columns.inference], word(*columns.inference));
    if (!answer) return answer.error();
    predicted = *answer;
  }
  if (columns.label) {
    const auto label = class_of(names[*columns.label], word(*columns.label));
    if (!label) return label.error();
    rows.labels.push_back(*label);
  }
  rows.scores.push_back(*score);
  rows.predicted.push_back(predicted);
  return {};
}

Result<> read_tables(const std::vector<fs::path>& files, const ContainerEnvironment& environment, bool baseline,
                     const TellRead& tell, Rows& rows) {
  monitor::TableLines table(files);
  Columns columns;
  std::size_t layout = 0;
  for (;;) {
    const auto more = table.next(rows.rejected);
    if (!more) return more.error();
    if (!*more) return {};
    tell(table.take_bytes_read());
    if (std::exchange(layout, table.layout()) != table.layout()) {
      const auto found = columns_of(table, environment, baseline);
      if (!found) return found.error();
      columns = *found;
    }
    const double threshold = environment.probability_threshold_attribute.value_or(kThreshold);
    if (const auto added = add_table_row(table, columns, threshold, rows); !added) {
      auto record = table.where();
      record.reason = added.error().message;
      rows.rejected.add(std::move(record));
    }
  }
}

Result<> add_capture(const capture::CaptureRecord& record, const ContainerEnvironment& environment, Rows& rows) {
  if (!record.output) return input_error("the endpoint output was not captured");
  const auto& output = *record.output;
  const auto scores = monitor::numbers_at(output.data, output.encoding, environment.probability_attribute);
  if (!scores) return input_error("probability attribute: " + scores.error().message);
  for (const double score : *scores)
    if (const auto good = probability_of("probability", score, shortest(score)); !good) return good.error();
  std::vector<std::uint8_t> predicted;
  if (environment.inference_attribute.empty()) {
    const double threshold = environment.probability_threshold_attribute.value_or(kThreshold);
    for (const double score : *scores) predicted.push_back(score > threshold ? 1 : 0);
  } else {
    const auto answers = monitor::texts_at(output.data, output.encoding, environment.inference_attribute);
    if (!answers) return input_error("inference attribute: " + answers.error().message);
    for (const auto& text : *answers) {
      const auto answer = class_of("prediction", text);
      if (!answer) return answer.error();
      predicted.push_back(*answer);
    }
    if (predicted.size() != scores->size())
      return input_error(fmt::format("{} probabilities, {} predictions", scores->size(), predicted.size()));
  }
  rows.scores.insert(rows.scores.end(), scores->begin(), scores->end());
  rows.predicted.insert(rows.predicted.end(), predicted.begin(), predicted.end());
  return {};
}

Result<> read_captures(std::vector<capture::InputFile> files, const ContainerEnvironment& environment,
                       const TellRead& tell, Rows& rows) {
  capture::RecordWalk walk(std::move(files),
                           {.start = environment.start_time, .end = environment.end_time, .labels = false});
  std::vector<capture::WalkedLine> lines;
  for (;;) {
    const auto more = walk.next(lines);
    if (!more) return more.error();
    if (!*more) return {};
    tell(walk.take_bytes_read());
    for (const auto& line : lines) {
      monitor::RejectedRecord where{walk.file_name(), line.line, line.offset, line.reason};
      if (line.reason.empty()) {
        const auto added = add_capture(line.record, environment, rows);
        if (added) continue;
        where.reason = fmt::format("event {}: {}", line.record.metadata.event_id, added.error().message);
      }
      rows.rejected.add(std::move(where));
    }
  }
}

Result<Rows> read_rows(const ContainerEnvironment& environment, const PerformanceEstimateJob& job) {
  const auto dataset = dataset_files(environment);
  if (!dataset) return dataset.error();
  const auto captures = holds_captures(*dataset, environment);
  if (!captures) return captures.error();
  if (*captures && job.baseline)
    return input_error("a baseline needs labels: give a table with probability and label, not captures");
  Rows rows;
  const auto tell = progress_of_reading(dataset->files, job.progress);
  const auto read = *captures ? read_captures(dataset->captures, environment, tell, rows)
                              : read_tables(dataset->files, environment, job.baseline, tell, rows);
  if (!read) return read.error();
  const auto all = static_cast<double>(rows.scores.size() + rows.rejected.count());
  if (all == 0.0) return not_found("NoInputData", "Job inputs had no data");
  if (rows.scores.empty() || static_cast<double>(rows.rejected.count()) > job.bad_share_max * all) {
    const auto& first = rows.rejected.kept().front();
    return input_error(fmt::format("{}:{}: {}; {} of {} rows cannot be used", first.file, first.line, first.reason,
                                   rows.rejected.count(), all));
  }
  return rows;
}

Result<monitor::PerformanceEstimate> estimate(const monitor::Calibration& calibration, const Rows& rows) {
  std::vector<double> probabilities;
  probabilities.reserve(rows.scores.size());
  for (const double score : rows.scores) probabilities.push_back(calibration(score));
  return monitor::estimate_performance(rows.scores, probabilities, rows.predicted);
}

std::vector<std::pair<std::string, double>> measured(const Rows& rows) {
  std::size_t right = 0;
  metric::ScoredRows curve;
  for (std::size_t i = 0; i < rows.scores.size(); ++i) {
    right += rows.predicted[i] == rows.labels[i] ? 1 : 0;
    curve.add(rows.scores[i], rows.labels[i] != 0);
  }
  std::vector<std::pair<std::string, double>> values{
      {"accuracy", static_cast<double>(right) / static_cast<double>(rows.scores.size())}};
  if (curve.positives() > 0 && curve.positives() < curve.rows()) values.emplace_back("auc", curve.area_under_roc());
  return values;
}

std::vector<monitor::Constraint> suggested(const monitor::PerformanceEstimate& estimate, double margin) {
  auto constraints = monitor::suggested_constraints(monitor::estimated_statistics(estimate));
  for (auto& constraint : constraints)
    constraint.threshold += (constraint.greater ? margin : -margin) * std::abs(constraint.threshold);
  return constraints;
}

Result<monitor::Calibration> read_calibration(const ContainerEnvironment& environment) {
  std::error_code ignored;
  const fs::path& beside = environment.baseline_constraints;
  const fs::path path = fs::is_directory(beside, ignored) ? beside / kCalibration : beside.parent_path() / kCalibration;
  const auto text = read_whole(path);
  if (!text) return text.error();
  return monitor::Calibration::read(*text, path.string());
}

Result<std::vector<monitor::Constraint>> read_constraints(const ContainerEnvironment& environment) {
  std::error_code ignored;
  const fs::path path = fs::is_directory(environment.baseline_constraints, ignored)
                            ? environment.baseline_constraints / "constraints.json"
                            : environment.baseline_constraints;
  const auto text = read_whole(path);
  if (!text) return text.error();
  return monitor::read_constraints(monitor::ProblemType::BinaryClassification, *text, path.string());
}

std::vector<ops::cloudwatch::MetricDatum> to_data(const ContainerEnvironment& environment,
                                                  const monitor::PerformanceEstimate& estimate) {
  std::vector<ops::cloudwatch::MetricDatum> data;
  for (const auto& scalar : monitor::estimated_statistics(estimate).scalars) {
    data.push_back({.metric_name = "estimated_" + scalar.name,
                    .dimensions = monitor_dimensions(environment),
                    .value = scalar.value});
  }
  return data;
}

Result<> check_required(const ContainerEnvironment& environment, const PerformanceEstimateJob& job) {
  if (environment.dataset_source.empty()) return input_error("dataset_source is not set; expected a file or folder");
  if (environment.output_path.empty()) return input_error("output_path is not set; expected a folder");
  if (environment.probability_attribute.empty())
    return input_error("probability_attribute is not set: say which column or path holds the probability of class 1");
  if (job.baseline && environment.ground_truth_attribute.empty())
    return input_error("ground_truth_attribute is not set: a baseline is calibrated on labels");
  if (!job.baseline && environment.baseline_constraints.empty())
    return input_error("baseline_constraints is not set; make a baseline with --baseline first");
  if (!(job.margin >= 0.0)) return input_error(fmt::format("the margin is {}; expected a share from 0 on", job.margin));
  return {};
}

}  // namespace

Result<PerformanceEstimateReport> run_performance_estimate_job(const ContainerEnvironment& environment,
                                                               const PerformanceEstimateJob& job, Instant now) {
  if (const auto complete = check_required(environment, job); !complete) return complete.error();
  monitor::Calibration calibration;
  std::vector<monitor::Constraint> constraints;
  if (!job.baseline) {
    auto kept = read_calibration(environment);
    if (!kept) return kept.error();
    calibration = *std::move(kept);
    auto read = read_constraints(environment);
    if (!read) return read.error();
    constraints = *std::move(read);
  }
  auto rows = read_rows(environment, job);
  if (!rows) return rows.error();
  if (job.baseline) {
    auto fitted = monitor::Calibration::fit(job.calibration, rows->scores, rows->labels);
    if (!fitted) return fitted.error();
    calibration = *std::move(fitted);
  }
  const auto estimated = estimate(calibration, *rows);
  if (!estimated) return estimated.error();
  PerformanceEstimateReport report{
      .estimate = *estimated, .rejected = rows->rejected.kept(), .rejected_count = rows->rejected.count()};
  ContainerResult result;
  result.files.emplace_back("statistics.json", monitor::write_estimate(*estimated, now));
  if (job.baseline) {
    report.measured = measured(*rows);
    constraints = suggested(*estimated, job.margin);
    result.files.emplace_back(kCalibration, calibration.write());
  } else {
    report.violations = monitor::find_violations(monitor::estimated_statistics(*estimated), constraints);
    for (auto& violation : report.violations) violation.description = "Estimate: " + violation.description;
    result.files.emplace_back("constraint_violations.json", monitor::violations_json(report.violations));
    result.metrics = to_data(environment, *estimated);
  }
  result.files.emplace_back("constraints.json",
                            monitor::constraints_json(monitor::ProblemType::BinaryClassification, constraints));
  if (report.rejected_count > 0) result.files.emplace_back(kQuarantineFile, quarantine_lines(report.rejected));
  report.exit_message = monitor::exit_message(report.violations.size());
  result.message = report.exit_message;
  if (const auto written = write_result(environment, result, now); !written) return written.error();
  for (const auto& [name, bytes] : result.files) report.written.push_back((environment.output_path / name).string());
  return report;
}

}  // namespace driftlab::job

#include "core/monitor/model_quality.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/metric/regression.hpp"
#include "core/monitor/attribute.hpp"
#include "core/monitor/quality_files.hpp"

namespace driftlab::monitor {
namespace {

struct Rows {
  std::vector<double> actual;
  std::vector<double> predicted;
};

/// A column name of the header, or an index as it is. The result is the index as text.
Result<std::string> column_of(const std::vector<std::string>& header, const std::string& attribute) {
  const auto at = std::find(header.begin(), header.end(), attribute);
  if (at != header.end()) return std::to_string(at - header.begin());
  std::size_t index = 0;
  const auto end = attribute.data() + attribute.size();
  if (std::from_chars(attribute.data(), end, index).ptr == end && !attribute.empty()) return attribute;
  return input_error(fmt::format("the dataset has no column '{}'{}", attribute, suggestion(attribute, header)));
}

Error named(std::string_view what, const Error& error) {
  return input_error(fmt::format("{}: {}", what, error.message));
}

Result<Rows> read_rows(std::string_view data, capture::Encoding encoding, const QualityAttributes& attributes) {
  auto predicted = numbers_at(data, encoding, attributes.inference);
  if (!predicted) return named("inference attribute", predicted.error());
  auto actual = numbers_at(data, encoding, attributes.ground_truth);
  if (!actual) return named("ground truth attribute", actual.error());
  return Rows{.actual = *std::move(actual), .predicted = *std::move(predicted)};
}

Result<Rows> baseline_rows(const QualityBaselineInput& input) {
  if (input.format == DatasetFormat::JsonLines)
    return read_rows(input.dataset, capture::Encoding::Json, input.attributes);
  if (input.format == DatasetFormat::Csv) return read_rows(input.dataset, capture::Encoding::Csv, input.attributes);
  const auto end = input.dataset.find('\n');
  auto header = split_csv_line(input.dataset.substr(0, end));
  if (!header.back().empty() && header.back().back() == '\r') header.back().pop_back();
  auto inference = column_of(header, input.attributes.inference);
  if (!inference) return named("inference attribute", inference.error());
  auto ground_truth = column_of(header, input.attributes.ground_truth);
  if (!ground_truth) return named("ground truth attribute", ground_truth.error());
  const auto body = end == std::string_view::npos ? std::string_view() : input.dataset.substr(end + 1);
  return read_rows(body, capture::Encoding::Csv, {.inference = *inference, .ground_truth = *ground_truth});
}

Result<void> add_record(const capture::MergedRecord& record, const QualityAttributes& attributes, Rows& rows) {
  const std::string event = fmt::format("event {}", record.capture.metadata.key());
  if (!record.capture.output) return named(event, input_error("the endpoint output was not captured"));
  const auto& output = *record.capture.output;
  auto predicted = numbers_at(output.data, output.encoding, attributes.inference);
  if (!predicted) return named(event + ", inference attribute", predicted.error());
  auto actual = numbers_at(record.label, record.label_encoding, attributes.ground_truth);
  if (!actual) return named(event + ", ground truth attribute", actual.error());
  if (predicted->size() != actual->size())
    return named(event, input_error(fmt::format("{} predictions, {} labels", predicted->size(), actual->size())));
  rows.predicted.insert(rows.predicted.end(), predicted->begin(), predicted->end());
  rows.actual.insert(rows.actual.end(), actual->begin(), actual->end());
  return {};
}

std::string exit_message(std::size_t violations) {
  if (violations == 0) return "Completed: Job completed successfully with no violations.";
  return fmt::format("CompletedWithViolations: Job completed successfully with {} violations.", violations);
}

}  // namespace

Result<QualityBaseline> model_quality_baseline(const QualityBaselineInput& input) {
  auto rows = baseline_rows(input);
  if (!rows) return rows.error();
  auto quality = metric::regression_quality(rows->actual, rows->predicted, input.seed);
  if (!quality) return quality.error();
  const auto metrics = scalar_metrics(*quality);
  return QualityBaseline{.statistics_json = statistics_json(metrics, quality->rows, input.evaluation_time),
                         .constraints_json = constraints_json(suggested_constraints(metrics)),
                         .rows = quality->rows};
}

Result<QualityRun> run_model_quality(const QualityRunInput& input) {
  if (input.records.empty()) return not_found("NoInputData", "Job inputs had no data: no merged record");
  auto constraints = read_constraints(input.constraints_json);
  if (!constraints) return constraints.error();
  Rows rows;
  for (const auto& record : input.records)
    if (auto ok = add_record(record, input.attributes, rows); !ok) return ok.error();
  auto quality = metric::regression_quality(rows.actual, rows.predicted, input.seed);
  if (!quality) return quality.error();
  const auto metrics = scalar_metrics(*quality);
  const auto violations = find_violations(metrics, *constraints);
  QualityRun run{.statistics_json = statistics_json(metrics, quality->rows, input.evaluation_time),
                 .violations_json = violations_json(violations),
                 .metrics = {},
                 .violations = violations.size(),
                 .exit_message = exit_message(violations.size()),
                 .rows = quality->rows};
  for (const auto& metric : metrics)
    if (std::isfinite(metric.value)) run.metrics.push_back({.name = metric.name, .value = metric.value});
  return run;
}

}  // namespace driftlab::monitor

#include "core/monitor/model_quality.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/monitor/attribute.hpp"
#include "core/monitor/profile/exit_message.hpp"

namespace driftlab::monitor {
namespace {

constexpr double kProbabilityThreshold = 0.5;

/// Rows of any problem; only the columns of its kind are filled.
struct Rows {
  std::vector<double> actual;
  std::vector<double> predicted;
  std::vector<std::uint8_t> actual_class;
  std::vector<std::uint8_t> predicted_class;
  std::vector<double> probabilities;
  std::vector<std::string> actual_label;
  std::vector<std::string> predicted_label;
};

template <class Value>
void append(std::vector<Value>& to, std::vector<Value>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void append(Rows& to, Rows&& from) {
  append(to.actual, std::move(from.actual));
  append(to.predicted, std::move(from.predicted));
  append(to.actual_class, std::move(from.actual_class));
  append(to.predicted_class, std::move(from.predicted_class));
  append(to.probabilities, std::move(from.probabilities));
  append(to.actual_label, std::move(from.actual_label));
  append(to.predicted_label, std::move(from.predicted_label));
}

/// A payload with its encoding.
struct Text {
  std::string_view data;
  capture::Encoding encoding;
  RowWatch* watch = nullptr;

  [[nodiscard]] Error bad(std::size_t row, std::string_view what) const {
    if (watch != nullptr) watch->bad_row = row;
    return input_error(fmt::format("row {}: {}", row, what));
  }
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

Result<std::vector<std::uint8_t>> classes_at(const Text& text, const std::string& attribute) {
  const auto labels = texts_at(text.data, text.encoding, attribute, text.watch);
  if (!labels) return labels.error();
  std::vector<std::uint8_t> classes;
  for (const auto& label : *labels) {
    const auto normal = normal_label(label);
    if (normal == "1" || normal == "true" || normal == "True")
      classes.push_back(1);
    else if (normal == "0" || normal == "false" || normal == "False")
      classes.push_back(0);
    else
      return text.bad(classes.size(), fmt::format("label '{}'; expected 0, 1, true or false", label));
  }
  return classes;
}

Result<std::vector<double>> probabilities_at(const Text& text, const std::string& attribute) {
  auto values = numbers_at(text.data, text.encoding, attribute, text.watch);
  if (!values) return values.error();
  for (std::size_t i = 0; i < values->size(); ++i) {
    if (!((*values)[i] >= 0.0 && (*values)[i] <= 1.0))
      return text.bad(i, fmt::format("probability {} is outside [0, 1]", shortest((*values)[i])));
  }
  return values;
}

Result<Rows> regression_rows(const Text& output, const Text& label, const QualityAttributes& attributes) {
  auto predicted = numbers_at(output.data, output.encoding, attributes.inference, output.watch);
  if (!predicted) return named("inference attribute", predicted.error());
  auto actual = numbers_at(label.data, label.encoding, attributes.ground_truth, label.watch);
  if (!actual) return named("ground truth attribute", actual.error());
  Rows rows;
  rows.actual = *std::move(actual);
  rows.predicted = *std::move(predicted);
  return rows;
}

Result<Rows> binary_rows(const Text& output, const Text& label, const QualityAttributes& attributes) {
  Rows rows;
  if (!attributes.probability.empty()) {
    auto probabilities = probabilities_at(output, attributes.probability);
    if (!probabilities) return named("probability attribute", probabilities.error());
    rows.probabilities = *std::move(probabilities);
  }
  if (attributes.inference.empty() || (attributes.probability_threshold && !attributes.probability.empty())) {
    if (attributes.probability.empty())
      return input_error("neither an inference attribute nor a probability attribute is given");
    const double threshold = attributes.probability_threshold.value_or(kProbabilityThreshold);
    for (const double probability : rows.probabilities) rows.predicted_class.push_back(probability > threshold ? 1 : 0);
  } else {
    auto predicted = classes_at(output, attributes.inference);
    if (!predicted) return named("inference attribute", predicted.error());
    rows.predicted_class = *std::move(predicted);
    if (!attributes.probability.empty() && rows.probabilities.size() != rows.predicted_class.size())
      return input_error(
          fmt::format("{} probabilities, {} predictions", rows.probabilities.size(), rows.predicted_class.size()));
  }
  auto actual = classes_at(label, attributes.ground_truth);
  if (!actual) return named("ground truth attribute", actual.error());
  rows.actual_class = *std::move(actual);
  return rows;
}

Result<Rows> multiclass_rows(const Text& output, const Text& label, const QualityAttributes& attributes) {
  auto predicted = texts_at(output.data, output.encoding, attributes.inference, output.watch);
  if (!predicted) return named("inference attribute", predicted.error());
  auto actual = texts_at(label.data, label.encoding, attributes.ground_truth, label.watch);
  if (!actual) return named("ground truth attribute", actual.error());
  for (auto* labels : {&*predicted, &*actual})
    for (auto& text : *labels) text = normal_label(text);
  Rows rows;
  rows.actual_label = *std::move(actual);
  rows.predicted_label = *std::move(predicted);
  return rows;
}

Result<Rows> rows_of(ProblemType problem, const Text& output, const Text& label, const QualityAttributes& attributes) {
  switch (problem) {
    case ProblemType::Regression:
      return regression_rows(output, label, attributes);
    case ProblemType::BinaryClassification:
      return binary_rows(output, label, attributes);
    case ProblemType::MulticlassClassification:
      break;
  }
  return multiclass_rows(output, label, attributes);
}

Result<QualityStatistics> score(ProblemType problem, const Rows& rows, std::uint64_t seed) {
  const auto statistics = [](const auto& quality) -> Result<QualityStatistics> {
    if (!quality) return quality.error();
    return quality_statistics(*quality);
  };
  switch (problem) {
    case ProblemType::Regression:
      return statistics(metric::regression_quality(rows.actual, rows.predicted, seed));
    case ProblemType::BinaryClassification:
      return statistics(metric::binary_quality(rows.actual_class, rows.predicted_class, rows.probabilities, seed));
    case ProblemType::MulticlassClassification:
      break;
  }
  return statistics(metric::multiclass_quality(rows.actual_label, rows.predicted_label, seed));
}

/// The columns of attributes that are names in a header.
Result<QualityAttributes> columns_of(const std::vector<std::string>& header, QualityAttributes attributes) {
  for (const auto& [what, attribute] : {std::pair{"inference attribute", &attributes.inference},
                                        std::pair{"ground truth attribute", &attributes.ground_truth},
                                        std::pair{"probability attribute", &attributes.probability}}) {
    if (attribute->empty()) continue;
    auto column = column_of(header, *attribute);
    if (!column) return named(what, column.error());
    *attribute = *std::move(column);
  }
  return attributes;
}

/// Tells of the share that was read: each attribute is a pass of its own.
RowWatch progress_of_passes(const QualityBaselineInput& input) {
  if (!input.progress) return {};
  const auto& attributes = input.attributes;
  const bool scores = input.problem == ProblemType::BinaryClassification && !attributes.probability.empty();
  const bool classes = !attributes.inference.empty() && !(scores && attributes.probability_threshold);
  const auto passes = 1.0 + (scores ? 1.0 : 0.0) + (classes ? 1.0 : 0.0);
  const double whole = passes * static_cast<double>(input.dataset.size());
  return {.read = [&input, whole, read = 0.0](std::uint64_t bytes) mutable {
    read += static_cast<double>(bytes);
    input.progress(std::min(1.0, read / whole));
  }};
}

/// Errors name the file, and the line where a bad row of CSV begins.
Result<Rows> baseline_rows(const QualityBaselineInput& input) {
  RowWatch watch = progress_of_passes(input);
  if (input.format == DatasetFormat::JsonLines) {
    const Text text{input.dataset, capture::Encoding::Json, &watch};
    auto rows = rows_of(input.problem, text, text, input.attributes);
    if (!rows) return named(input.file, rows.error());
    return rows;
  }
  const auto records = csv_records(input.dataset);
  const std::size_t headers = input.format == DatasetFormat::CsvWithHeader ? 1 : 0;
  Result<QualityAttributes> attributes = input.attributes;
  if (headers > 0)
    attributes = columns_of(split_csv_line(records.empty() ? std::string_view() : records[0].text), input.attributes);
  if (!attributes)
    return named(fmt::format("{}:{}", input.file, records.empty() ? 1 : records[0].line), attributes.error());
  const char* const end = input.dataset.data() + input.dataset.size();
  const char* const begin = records.size() > headers ? records[headers].text.data() : end;
  const Text text{{begin, static_cast<std::size_t>(end - begin)}, capture::Encoding::Csv, &watch};
  auto rows = rows_of(input.problem, text, text, *attributes);
  if (rows) return rows;
  const bool known = watch.bad_row != RowWatch::kNone && headers + watch.bad_row < records.size();
  return named(known ? fmt::format("{}:{}", input.file, records[headers + watch.bad_row].line) : input.file,
               rows.error());
}

Result<Rows> record_rows(const capture::MergedRecord& record, const QualityRunInput& input) {
  const std::string event = fmt::format("event {}", record.capture.metadata.key());
  if (!record.capture.output) return named(event, input_error("the endpoint output was not captured"));
  const auto& output = *record.capture.output;
  auto rows =
      rows_of(input.problem, {output.data, output.encoding}, {record.label, record.label_encoding}, input.attributes);
  if (!rows) return input_error(fmt::format("{}, {}", event, rows.error().message));
  const auto labels = rows->actual.size() + rows->actual_class.size() + rows->actual_label.size();
  const auto predictions = rows->predicted.size() + rows->predicted_class.size() + rows->predicted_label.size();
  if (predictions != labels)
    return named(event, input_error(fmt::format("{} predictions, {} labels", predictions, labels)));
  return rows;
}

}  // namespace

Result<QualityBaseline> model_quality_baseline(const QualityBaselineInput& input) {
  auto rows = baseline_rows(input);
  if (!rows) return rows.error();
  auto statistics = score(input.problem, *rows, input.seed);
  if (!statistics) return named(input.file, statistics.error());
  QualityBaseline baseline{.statistics = {},
                           .statistics_json = statistics_json(*statistics, input.evaluation_time),
                           .constraints_json = constraints_json(input.problem, suggested_constraints(*statistics)),
                           .rows = statistics->rows};
  baseline.statistics = *std::move(statistics);
  return baseline;
}

Result<QualityRun> run_model_quality(const QualityRunInput& input) {
  if (input.records.empty()) return not_found("NoInputData", "Job inputs had no data: no merged record");
  auto constraints = read_constraints(input.problem, input.constraints_json, input.constraints_file);
  if (!constraints) return constraints.error();
  Rows rows;
  QualityRun run;
  for (std::size_t i = 0; i < input.records.size(); ++i) {
    auto more = record_rows(input.records[i], input);
    if (more)
      append(rows, *std::move(more));
    else
      run.bad_records.push_back({i, more.error().message});
  }
  if (static_cast<double>(run.bad_records.size()) > input.bad_share_max * static_cast<double>(input.records.size())) {
    const auto& bad = run.bad_records.front();
    const std::string first = input.where ? fmt::format("{}: {}", input.where(bad.record), bad.reason) : bad.reason;
    if (run.bad_records.size() == 1) return input_error(first);
    return input_error(
        fmt::format("{}; {} of {} records cannot be used", first, run.bad_records.size(), input.records.size()));
  }
  auto statistics = score(input.problem, rows, input.seed);
  if (!statistics) return statistics.error();
  run.statistics = *std::move(statistics);
  run.found = find_violations(run.statistics, *constraints, input.faithful);
  run.statistics_json = statistics_json(run.statistics, input.evaluation_time);
  run.violations_json = violations_json(run.found);
  run.violations = run.found.size();
  run.exit_message = exit_message(run.violations);
  run.rows = run.statistics.rows;
  for (const auto& metric : run.statistics.scalars)
    if (std::isfinite(metric.value)) run.metrics.push_back({.name = metric.name, .value = metric.value});
  return run;
}

}  // namespace driftlab::monitor

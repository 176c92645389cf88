#include "core/job/bias/analysis.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json_string.hpp"
#include "core/base/text.hpp"
#include "core/capture/codec.hpp"
#include "core/job/container/outcome.hpp"
#include "core/monitor/attribute.hpp"
#include "core/monitor/attribution/feature_table.hpp"
#include "core/monitor/profile/exit_message.hpp"
#include "core/monitor/quality_files.hpp"

namespace driftlab::job {
namespace {

/// What CloudWatch is given for an infinite value.
constexpr double kInfinityInMetrics = 2.348543e108;
/// Of the time of a job on merged files, what reading them takes at most; the rest is the flip test's.
constexpr double kReadingShare = 0.3;
constexpr const char* kPrediction = "driftlab_prediction";

using Rows = std::vector<std::vector<std::string>>;

/// The dataset as a table, with the settings that fit it.
struct Dataset {
  monitor::Table table;
  std::vector<monitor::RejectedRecord> rejected;
};

Result<std::vector<std::string>> feature_headers(const std::string& config, const std::string& label) {
  const auto root = nlohmann::json::parse(config, nullptr, false);
  if (!root.is_object() || !root.contains("headers") || !root["headers"].is_array())
    return input_error("analysis configuration: 'headers' is missing; captured requests have no column names");
  std::vector<std::string> headers;
  for (const auto& header : root["headers"]) {
    if (!header.is_string()) return input_error("analysis configuration: 'headers' holds something other than names");
    if (header != label) headers.push_back(header.get<std::string>());
  }
  return headers;
}

/// Rows of one side of a record, a cell for each feature. JSON: under the features attribute a list or an object, else
/// the whole request is one.
Result<Rows> request_rows(const capture::Payload& payload, const std::vector<std::string>& features,
                          const std::string& attribute) {
  if (payload.encoding == capture::Encoding::Json) return monitor::feature_rows_at(payload.data, features, attribute);
  if (payload.encoding != capture::Encoding::Csv) return input_error("the request is BASE64; expected CSV or JSON");
  Rows rows;
  for (const auto line : monitor::text_lines(payload.data)) rows.push_back(monitor::split_csv_line(line));
  return rows;
}

/// Predicted labels or probabilities, one a row.
Result<std::vector<std::string>> answers(const capture::CaptureRecord& capture,
                                         const ContainerEnvironment& environment) {
  if (!capture.output) return input_error("the response was not captured");
  const auto& attribute =
      environment.inference_attribute.empty() ? environment.probability_attribute : environment.inference_attribute;
  return monitor::texts_at(capture.output->data, capture.output->encoding, attribute);
}

/// The cells of one merged record, or why there are none. Without `with_answers` the response is not read.
Result<Rows> record_cells(const capture::MergedRecord& record, const std::vector<std::string>& features,
                          const ContainerEnvironment& environment, bool with_answers) {
  const auto& capture = record.capture;
  if (!capture.input) return input_error("the request was not captured");
  auto rows = request_rows(*capture.input, features, environment.features_attribute);
  if (!rows) return rows.error();
  for (const auto& row : *rows)
    if (row.size() != features.size())
      return input_error(fmt::format("{} features; 'headers' names {}", row.size(), features.size()));
  const bool csv = record.label_encoding == capture::Encoding::Csv;
  const auto labels =
      monitor::texts_at(record.label, record.label_encoding, csv ? "0" : environment.ground_truth_attribute);
  if (!labels) return input_error("label: " + labels.error().message);
  if (rows->size() != labels->size())
    return input_error(fmt::format("{} rows in the request, {} labels", rows->size(), labels->size()));
  Result<std::vector<std::string>> outputs = with_answers ? answers(capture, environment) : std::vector<std::string>();
  if (!outputs) return input_error("response: " + outputs.error().message);
  if (with_answers && environment.inference_attribute.empty())
    for (const auto& text : *outputs)
      if (const auto value = parse_double(text); !value || *value < 0.0 || *value > 1.0)
        return input_error(fmt::format("response: '{}' is not a probability in [0, 1]", text));
  if (with_answers && outputs->size() != rows->size())
    return input_error(fmt::format("{} rows in the request, {} answers", rows->size(), outputs->size()));
  for (std::size_t i = 0; i < rows->size(); ++i) {
    (*rows)[i].push_back((*labels)[i]);
    if (with_answers) (*rows)[i].push_back((*outputs)[i]);
  }
  return rows;
}

/// An attribute of a CSV response is a column number, whatever the first record holds.
Result<> check_output_attribute(const ContainerEnvironment& environment) {
  if (!environment.inference_attribute.empty() || !environment.probability_attribute.empty()) return {};
  return input_error(
      "neither inference_attribute nor probability_attribute is set; expected where the captured response has its "
      "answer, "
      "e.g. --inference-attribute 0, or a model to ask");
}

Result<Dataset> merged_dataset(const std::vector<MergedFile>& files, const ContainerEnvironment& environment,
                               const BiasJob& job, monitor::BiasSettings& settings, const std::string& config) {
  auto headers = feature_headers(config, settings.label);
  if (!headers) return headers.error();
  const bool with_answers = !job.model;
  if (with_answers)
    if (auto ok = check_output_attribute(environment); !ok) return ok.error();
  Dataset dataset;
  dataset.table.header = *headers;
  dataset.table.header.push_back(settings.label);
  if (with_answers) dataset.table.header.emplace_back(kPrediction);
  dataset.table.columns.resize(dataset.table.header.size());
  std::size_t read = 0;
  for (const auto& file : files) {
    const auto bytes = file.read();
    if (!bytes) return bytes.error();
    const auto parsed = capture::read_merged(*bytes);
    dataset.table.places.begin_file(file.name);
    read += parsed.records.size() + parsed.rejected.size();
    for (const auto& rejected : parsed.rejected)
      dataset.rejected.push_back({file.name, rejected.line, rejected.offset, rejected.reason});
    for (std::size_t i = 0; i < parsed.records.size(); ++i) {
      auto rows = record_cells(parsed.records[i], *headers, environment, with_answers);
      if (!rows) {
        dataset.rejected.push_back({file.name, parsed.lines[i], parsed.offsets[i], rows.error().message});
        continue;
      }
      for (auto& cells : *rows)
        for (std::size_t column = 0; column < cells.size(); ++column)
          dataset.table.columns[column].push_back(std::move(cells[column]));
      for (std::size_t row = 0; row < rows->size(); ++row) dataset.table.places.add(parsed.lines[i]);
    }
    if (job.progress)
      job.progress(kReadingShare * static_cast<double>(&file - files.data() + 1) / static_cast<double>(files.size()));
  }
  if (static_cast<double>(dataset.rejected.size()) > job.bad_share_max * static_cast<double>(read)) {
    const auto& first = dataset.rejected.front();
    return input_error(fmt::format("{}:{}: {}; {} of {} lines cannot be used", first.file, first.line, first.reason,
                                   dataset.rejected.size(), read));
  }
  if (dataset.table.rows() == 0) return not_found("NoInputData", "Job inputs had no data");
  if (with_answers) (environment.inference_attribute.empty() ? settings.probability : settings.predicted) = kPrediction;
  return dataset;
}

Result<Dataset> csv_dataset(const BiasSource& source, const ContainerEnvironment& environment, const BiasJob& job,
                            monitor::BiasSettings& settings) {
  auto table = monitor::read_csv_table(source.csv);
  if (!table) return input_error(fmt::format("{}: {}", source.name, table.error().message));
  if (job.model) return Dataset{.table = *std::move(table), .rejected = {}};
  if (!environment.inference_attribute.empty()) settings.predicted = environment.inference_attribute;
  if (settings.predicted.empty()) settings.probability = environment.probability_attribute;
  return Dataset{.table = *std::move(table), .rejected = {}};
}

/// Columns that the model is asked with: all but the label, in the order of `headers` where there are some.
Result<std::vector<std::size_t>> model_columns(const monitor::Table& table, const std::string& config,
                                               const std::string& label) {
  const auto label_at = table.column(label);
  if (!label_at) return label_at.error();
  std::vector<std::size_t> columns;
  if (const auto headers = feature_headers(config, table.header[*label_at])) {
    for (const auto& header : *headers) {
      const auto at = table.column(header);
      if (!at) return input_error("headers: " + at.error().message);
      columns.push_back(*at);
    }
    return columns;
  }
  for (std::size_t i = 0; i < table.header.size(); ++i)
    if (i != *label_at) columns.push_back(i);
  return columns;
}

/// Adds the model's answers as a column.
Result<> ask_model(model::Predictor& model, const ContainerEnvironment& environment, const std::string& config,
                   monitor::Table& table, monitor::BiasSettings& settings) {
  const auto columns = model_columns(table, config, settings.label);
  if (!columns) return columns.error();
  monitor::CellRows rows(table.rows());
  for (const std::size_t column : *columns)
    for (std::size_t row = 0; row < rows.size(); ++row) rows[row].push_back(table.columns[column][row]);
  const monitor::CellRows* tables[] = {&rows};
  const monitor::FeatureCoding coding(columns->size(), tables);
  const auto values = coding.encode(rows);
  auto found = model.labels({.values = values, .texts = coding.texts()});
  if (!found) return found.error();
  table.header.emplace_back(kPrediction);
  table.columns.push_back(*std::move(found));
  const bool probability = !environment.probability_attribute.empty() && environment.inference_attribute.empty();
  (probability ? settings.probability : settings.predicted) = kPrediction;
  (probability ? settings.predicted : settings.probability).clear();
  return {};
}

std::vector<ops::cloudwatch::MetricDatum> to_data(const ContainerEnvironment& environment,
                                                  const monitor::BiasReport& report) {
  std::vector<ops::cloudwatch::MetricDatum> data;
  for (const auto& facet : report.facets)
    for (const bool post : {false, true})
      for (const auto& metric : post ? facet.post_training : facet.pre_training) {
        if (!metric.value) continue;
        const double value =
            std::isinf(*metric.value) ? std::copysign(kInfinityInMetrics, *metric.value) : *metric.value;
        ops::cloudwatch::MetricDatum datum{
            .metric_name = "bias_metric_" + metric.name, .dimensions = monitor_dimensions(environment), .value = value};
        for (const auto& [name, text] :
             {std::pair<const char*, std::string>{"BiasStage", post ? "Post-Training" : "Pre-training"},
              {"Label", report.label},
              {"LabelValue", report.label_value},
              {"Facet", facet.facet},
              {"FacetValue", facet.value}})
          if (!text.empty()) datum.dimensions.push_back({name, text});
        data.push_back(std::move(datum));
      }
  return data;
}

}  // namespace

Result<BiasAnalysis> analyse_bias(const BiasSource& source, const BiasReference& reference,
                                  const ContainerEnvironment& environment, const BiasJob& job) {
  auto settings = monitor::read_bias_settings(reference.config, reference.config_file);
  if (!settings) return settings.error();
  settings->threads = job.threads;
  settings->probability_threshold =
      environment.probability_threshold_attribute.value_or(settings->probability_threshold);
  auto dataset = source.merged ? merged_dataset(source.files, environment, job, *settings, reference.config)
                               : csv_dataset(source, environment, job, *settings);
  if (!dataset) return dataset.error();
  if (job.model)
    if (auto ok = ask_model(*job.model, environment, reference.config, dataset->table, *settings); !ok)
      return ok.error();
  const double read = source.merged ? kReadingShare : 0.0;
  if (job.progress) settings->progress = [&](double share) { job.progress(read + (1.0 - read) * share); };
  auto report = monitor::bias_report(dataset->table, *settings);
  if (!report) return input_error(fmt::format("{}: {}", source.name, report.error().message));
  BiasAnalysis analysis;
  analysis.report.report = *std::move(report);
  analysis.report.rejected = std::move(dataset->rejected);
  if (!job.baseline && reference.baseline) {
    auto violations =
        monitor::find_bias_violations(analysis.report.report, *reference.baseline, reference.baseline_file);
    if (!violations) return violations.error();
    analysis.report.violations = *std::move(violations);
  }
  const auto& found = analysis.report;
  analysis.report.exit_message = monitor::exit_message(found.violations.size());
  auto& result = analysis.result;
  result.message = found.exit_message;
  result.files.emplace_back("analysis.json", monitor::analysis_json(found.report));
  if (!job.baseline) result.metrics = to_data(environment, found.report);
  if (!found.violations.empty())
    result.files.emplace_back("constraint_violations.json", monitor::bias_violations_json(found.violations));
  if (!found.rejected.empty()) result.files.emplace_back(kQuarantineFile, quarantine_lines(found.rejected));
  return analysis;
}

}  // namespace driftlab::job

#include "core/job/bias/bias_job.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json_string.hpp"
#include "core/capture/codec.hpp"
#include "core/job/container/files.hpp"
#include "core/monitor/attribute.hpp"
#include "core/monitor/quality_files.hpp"

namespace driftlab::job {
namespace {

/// What CloudWatch is given for an infinite value.
constexpr double kInfinityInMetrics = 2.348543e108;
constexpr const char* kPrediction = "driftlab_prediction";

/// The dataset as a table, with the settings that fit it.
struct Dataset {
  monitor::Table table;
  std::vector<std::string> quarantined;
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

Result<std::size_t> output_column(const ContainerEnvironment& environment) {
  const auto& attribute =
      environment.inference_attribute.empty() ? environment.probability_attribute : environment.inference_attribute;
  std::size_t column = 0;
  const auto* end = attribute.data() + attribute.size();
  if (attribute.empty() || std::from_chars(attribute.data(), end, column).ptr != end)
    return input_error(fmt::format("'{}' is not a column number of the captured response", attribute));
  return column;
}

/// The cells of one merged record, or why there are none.
Result<std::vector<std::vector<std::string>>> record_cells(const capture::MergedRecord& record, std::size_t features,
                                                           std::size_t output_at) {
  const auto& capture = record.capture;
  if (!capture.input || !capture.output) return input_error("request or response was not captured");
  if (capture.input->encoding != capture::Encoding::Csv || capture.output->encoding != capture::Encoding::Csv)
    return input_error("request and response must be CSV");
  const auto inputs = monitor::text_lines(capture.input->data);
  const auto outputs = monitor::text_lines(capture.output->data);
  const auto labels = monitor::texts_at(record.label, record.label_encoding,
                                        record.label_encoding == capture::Encoding::Csv ? "0" : "");
  if (!labels) return labels.error();
  if (inputs.size() != outputs.size() || inputs.size() != labels->size())
    return input_error(
        fmt::format("{} requests, {} answers, {} labels", inputs.size(), outputs.size(), labels->size()));
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto cells = monitor::split_csv_line(inputs[i]);
    if (cells.size() != features)
      return input_error(fmt::format("{} features; 'headers' names {}", cells.size(), features));
    const auto output = monitor::split_csv_line(outputs[i]);
    if (output_at >= output.size()) return input_error(fmt::format("the response has no column {}", output_at));
    cells.push_back((*labels)[i]);
    cells.push_back(output[output_at]);
    rows.push_back(std::move(cells));
  }
  return rows;
}

Result<Dataset> merged_dataset(const ContainerEnvironment& environment, const BiasJob& job,
                               monitor::BiasSettings& settings, const std::string& config) {
  auto headers = feature_headers(config, settings.label);
  if (!headers) return headers.error();
  const auto output_at = output_column(environment);
  if (!output_at) return output_at.error();
  const auto files = input_files(environment.dataset_source);
  if (!files) return files.error();
  Dataset dataset;
  const std::size_t features = headers->size();
  dataset.table.header = *std::move(headers);
  dataset.table.header.push_back(settings.label);
  dataset.table.header.emplace_back(kPrediction);
  dataset.table.columns.resize(dataset.table.header.size());
  std::size_t read = 0;
  for (const auto& file : *files) {
    const auto bytes = read_whole(file);
    if (!bytes) return bytes.error();
    const auto parsed = capture::read_merged(*bytes);
    read += parsed.records.size() + parsed.rejected.size();
    for (const auto& rejected : parsed.rejected)
      dataset.quarantined.push_back(fmt::format("{}:{}: {}", file.string(), rejected.line, rejected.reason));
    for (std::size_t i = 0; i < parsed.records.size(); ++i) {
      auto rows = record_cells(parsed.records[i], features, *output_at);
      if (!rows) {
        dataset.quarantined.push_back(fmt::format("{}:{}: {}", file.string(), parsed.lines[i], rows.error().message));
        continue;
      }
      for (auto& cells : *rows)
        for (std::size_t column = 0; column < cells.size(); ++column)
          dataset.table.columns[column].push_back(std::move(cells[column]));
    }
  }
  if (static_cast<double>(dataset.quarantined.size()) > job.bad_share_max * static_cast<double>(read))
    return input_error(fmt::format("{}; {} of {} lines cannot be used", dataset.quarantined.front(),
                                   dataset.quarantined.size(), read));
  if (dataset.table.rows() == 0) return not_found("NoInputData", "Job inputs had no data");
  (environment.inference_attribute.empty() ? settings.probability : settings.predicted) = kPrediction;
  return dataset;
}

Result<Dataset> csv_dataset(const ContainerEnvironment& environment, monitor::BiasSettings& settings) {
  const auto bytes = read_whole(environment.dataset_source);
  if (!bytes) return bytes.error();
  auto table = monitor::read_csv_table(*bytes);
  if (!table) return input_error(fmt::format("{}: {}", environment.dataset_source.string(), table.error().message));
  if (!environment.inference_attribute.empty()) settings.predicted = environment.inference_attribute;
  if (settings.predicted.empty()) settings.probability = environment.probability_attribute;
  return Dataset{.table = *std::move(table), .quarantined = {}};
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
        data.push_back({.metric_name = "bias_metric_" + metric.name,
                        .dimensions = {{"Endpoint", environment.endpoint_name},
                                       {"MonitoringSchedule", environment.schedule_name},
                                       {"BiasStage", post ? "Post-Training" : "Pre-training"},
                                       {"Label", report.label},
                                       {"LabelValue", report.label_value},
                                       {"Facet", facet.facet},
                                       {"FacetValue", facet.value}},
                        .value = value});
      }
  for (auto& datum : data)
    std::erase_if(datum.dimensions, [](const auto& dimension) { return dimension.value.empty(); });
  return data;
}

std::string quarantine_lines(const std::vector<std::string>& quarantined) {
  std::string lines;
  for (const auto& entry : quarantined) {
    lines += "{\"reason\":";
    append_json_string(lines, entry);
    lines += "}\n";
  }
  return lines;
}

}  // namespace

Result<BiasJobReport> run_bias_job(const ContainerEnvironment& environment, const BiasJob& job, Instant now) {
  if (environment.dataset_source.empty()) return input_error("dataset_source is not set");
  if (environment.output_path.empty()) return input_error("output_path is not set");
  const auto config = read_whole(job.config);
  if (!config) return config.error();
  auto settings = monitor::read_bias_settings(*config);
  if (!settings) return input_error(fmt::format("{}: {}", job.config.string(), settings.error().message));
  settings->threads = job.threads;
  settings->probability_threshold =
      environment.probability_threshold_attribute.value_or(settings->probability_threshold);
  const auto extension = environment.dataset_source.extension();
  const bool merged =
      std::filesystem::is_directory(environment.dataset_source) || extension == ".jsonl" || extension == ".json";
  auto dataset = merged ? merged_dataset(environment, job, *settings, *config) : csv_dataset(environment, *settings);
  if (!dataset) return dataset.error();
  auto report = monitor::bias_report(dataset->table, *settings);
  if (!report) return input_error(fmt::format("{}: {}", environment.dataset_source.string(), report.error().message));
  BiasJobReport result{.report = *std::move(report),
                       .violations = {},
                       .quarantined = std::move(dataset->quarantined),
                       .exit_message = {},
                       .written = {}};
  if (!job.baseline && !environment.baseline_constraints.empty()) {
    const auto baseline = read_whole(environment.baseline_constraints);
    if (!baseline) return baseline.error();
    auto violations = monitor::find_bias_violations(result.report, *baseline);
    if (!violations)
      return input_error(fmt::format("{}: {}", environment.baseline_constraints.string(), violations.error().message));
    result.violations = *std::move(violations);
  }
  result.exit_message = monitor::quality_exit_message(result.violations.size());
  ContainerResult files{.files = {{"analysis.json", monitor::analysis_json(result.report)}},
                        .message = result.exit_message,
                        .metrics = {}};
  if (!job.baseline) files.metrics = to_data(environment, result.report);
  if (!result.violations.empty())
    files.files.emplace_back("constraint_violations.json", monitor::bias_violations_json(result.violations));
  if (!result.quarantined.empty()) files.files.emplace_back("quarantine.jsonl", quarantine_lines(result.quarantined));
  if (auto ok = write_result(environment, files, now); !ok) return ok.error();
  for (const auto& [name, bytes] : files.files) result.written.push_back((environment.output_path / name).string());
  return result;
}

}  // namespace driftlab::job

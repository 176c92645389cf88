#include "core/job/container/environment.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::job {
namespace {

using nlohmann::json;
using Variables = std::map<std::string, std::string>;

Error format_error(const std::string& what) {
  return input_error("dataset_format: " + what);
}

Result<bool> read_flag(const json& object, const char* section, const char* key, bool fallback) {
  const auto found = object.find(key);
  if (found == object.end()) return fallback;
  if (!found->is_boolean())
    return format_error(fmt::format("{}.{} is {}; expected true or false", section, key, found->dump()));
  return found->get<bool>();
}

Result<DatasetFormat> read_csv_format(const json& csv) {
  DatasetFormat format;
  const auto header = read_flag(csv, "csv", "header", false);
  if (!header) return header.error();
  format.header = *header;
  const json position = csv.value("output_columns_position", json("START"));
  if (position != "START" && position != "END")
    return format_error(fmt::format("csv.output_columns_position is {}; expected START or END", position.dump()));
  format.output_columns_first = position == "START";
  return format;
}

Result<DatasetFormat> read_json_format(const json& settings) {
  // A baseline job says "lines", a batch schedule "line".
  const auto lines = read_flag(settings, "json", settings.contains("line") ? "line" : "lines", true);
  if (!lines) return lines.error();
  if (!*lines) return format_error("json.lines is false; only JSON Lines, one object a line, can be analysed");
  DatasetFormat format;
  format.kind = DatasetFormat::Kind::JsonLines;
  return format;
}

Result<DatasetFormat> read_capture_format(const json& settings) {
  DatasetFormat format;
  format.kind = DatasetFormat::Kind::Capture;
  const auto names = settings.find("captureIndexNames");
  if (names == settings.end()) return format;
  format.capture_index_names.clear();
  if (!names->is_array()) return format_error("sagemakerCaptureJson.captureIndexNames is not an array");
  for (const json& name : *names) {
    if (!name.is_string()) return format_error("sagemakerCaptureJson.captureIndexNames holds something but texts");
    format.capture_index_names.push_back(name.get<std::string>());
  }
  return format;
}

/// Reads single variables, remembering the first error.
class Reader {
 public:
  Reader(const Variables& variables, const std::filesystem::path& prefix) : variables_(variables), prefix_(prefix) {}

  std::string text(const char* name) const {
    const auto found = variables_.find(name);
    return found == variables_.end() ? std::string() : found->second;
  }

  std::filesystem::path path(const char* name, const char* fallback = "") const {
    std::string value = text(name);
    if (value.empty()) value = fallback;
    return under_prefix(prefix_, value);
  }

  bool enabled(const char* name, bool fallback) {
    const std::string value = text(name);
    if (value.empty()) return fallback;
    if (value != "Enabled" && value != "Disabled") fail(name, value, "Enabled or Disabled");
    return value == "Enabled";
  }

  std::optional<Instant> instant(const char* name) {
    const std::string value = text(name);
    if (value.empty()) return std::nullopt;
    const auto parsed = parse_instant(value);
    if (!parsed) return fail(name, value, "an ISO 8601 time such as 2026-06-01T13:00:00Z"), std::nullopt;
    return *parsed;
  }

  std::optional<double> number(const char* name) {
    const std::string value = text(name);
    if (value.empty()) return std::nullopt;
    const auto parsed = parse_double(value);
    if (!parsed) fail(name, value, "a number");
    return parsed;
  }

  std::string one_of(const char* name, std::initializer_list<std::string> allowed) {
    std::string value = text(name);
    const std::vector<std::string> names(allowed);
    if (value.empty() || std::find(names.begin(), names.end(), value) != names.end()) return value;
    fail(name, value, fmt::format("{}{}", fmt::join(names, ", "), suggestion(value, names)));
    return value;
  }

  std::optional<DatasetFormat> format() {
    const std::string value = text("dataset_format");
    if (value.empty()) return std::nullopt;
    auto parsed = read_dataset_format(value);
    if (parsed) return *parsed;
    if (!error_) error_ = parsed.error();
    return std::nullopt;
  }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  void fail(const char* name, const std::string& value, const std::string& expected) {
    if (!error_) error_ = input_error(fmt::format("{} is '{}'; expected {}", name, value, expected));
  }

  const Variables& variables_;
  const std::filesystem::path& prefix_;
  std::optional<Error> error_;
};

}  // namespace

Result<DatasetFormat> read_dataset_format(std::string_view text) {
  const json root = json::parse(text, nullptr, false);
  if (root.is_discarded() || !root.is_object() || root.size() != 1 || !root.begin()->is_object())
    return format_error(fmt::format("'{}' is no JSON object with one of csv, json, sagemakerCaptureJson", text));
  const std::string& kind = root.begin().key();
  if (kind == "csv") return read_csv_format(*root.begin());
  if (kind == "json") return read_json_format(*root.begin());
  if (kind == "sagemakerCaptureJson") return read_capture_format(*root.begin());
  if (kind == "parquet") return format_error("parquet is not supported; convert the files to CSV or JSON Lines");
  static const std::vector<std::string> kKinds{"csv", "json", "sagemakerCaptureJson"};
  return format_error(
      fmt::format("unknown format '{}'{}; expected csv, json or sagemakerCaptureJson", kind, suggestion(kind, kKinds)));
}

std::filesystem::path under_prefix(const std::filesystem::path& prefix, const std::filesystem::path& path) {
  return prefix.empty() || !path.is_absolute() ? path : prefix / path.relative_path();
}

Result<ContainerEnvironment> read_container_environment(const Variables& variables,
                                                        const std::filesystem::path& prefix) {
  Reader read(variables, prefix);
  ContainerEnvironment environment;
  environment.dataset_format = read.format();
  environment.dataset_source = read.path("dataset_source");
  environment.batch_data_root = read.path("batch_data_root");
  environment.ground_truth_source = read.path("ground_truth_source");
  environment.output_path = read.path("output_path");
  environment.baseline_constraints = read.path("baseline_constraints");
  environment.baseline_statistics = read.path("baseline_statistics");
  environment.record_preprocessor_script = read.path("record_preprocessor_script");
  environment.post_analytics_processor_script = read.path("post_analytics_processor_script");
  environment.cloudwatch_metrics_directory =
      read.path("cloudwatch_metrics_directory", "/opt/ml/output/metrics/cloudwatch");
  environment.output_message_file = read.path("output_message_file", "/opt/ml/output/message");
  environment.publish_cloudwatch_metrics = read.enabled("publish_cloudwatch_metrics", true);
  environment.endpoint_name = read.text("sagemaker_endpoint_name");
  environment.schedule_name = read.text("sagemaker_monitoring_schedule_name");
  environment.start_time = read.instant("start_time");
  environment.end_time = read.instant("end_time");
  environment.analysis_type = read.text("analysis_type");
  environment.problem_type =
      read.one_of("problem_type", {"Regression", "BinaryClassification", "MulticlassClassification"});
  environment.features_attribute = read.text("features_attribute");
  environment.inference_attribute = read.text("inference_attribute");
  environment.probability_attribute = read.text("probability_attribute");
  environment.ground_truth_attribute = read.text("ground_truth_attribute");
  environment.probability_threshold_attribute = read.number("probability_threshold_attribute");
  environment.categorical_drift_method = read.one_of("categorical_drift_method", {"LInfinity", "ChiSquared"});
  environment.item_attribute = read.text("item_attribute");
  environment.timestamp_attribute = read.text("timestamp_attribute");
  environment.horizon_attribute = read.text("horizon_attribute");
  if (read.error()) return *read.error();
  if (environment.start_time && environment.end_time && *environment.start_time >= *environment.end_time)
    return input_error("start_time is not before end_time");
  return environment;
}

}  // namespace driftlab::job

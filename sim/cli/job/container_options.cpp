#include "sim/cli/job/container_options.hpp"

#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "core/base/check.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace driftlab::cli {
namespace {

struct Variable {
  const char* name;
  const char* help;
};

constexpr Variable kVariables[] = {
    {"dataset_source", "File or folder to analyse, e.g. --dataset-source data/train.csv"},
    {"batch_data_root", "Of batch captures: where s3://bucket/key is bucket/key, e.g. --batch-data-root s3/"},
    {"dataset_format", R"(Its format as SageMaker writes it, e.g. --dataset-format '{"csv":{"header":true}}')"},
    {"ground_truth_source", "Folder of labels, e.g. --ground-truth-source labels/"},
    {"output_path", "Folder for the results, e.g. --output-path out/"},
    {"baseline_constraints", "constraints.json of the baseline, e.g. --baseline-constraints base/constraints.json"},
    {"baseline_statistics", "statistics.json of the baseline, e.g. --baseline-statistics base/statistics.json"},
    {"publish_cloudwatch_metrics", "Enabled or Disabled: write metrics as JSON lines"},
    {"sagemaker_endpoint_name", "Dimension Endpoint of the metrics, e.g. --sagemaker-endpoint-name churn"},
    {"sagemaker_monitoring_schedule_name", "Dimension MonitoringSchedule of the metrics"},
    {"start_time", "First instant of the window, e.g. --start-time 2026-06-01T12:00:00Z"},
    {"end_time", "End of the window, not included, e.g. --end-time 2026-06-01T13:00:00Z"},
    {"problem_type", "Regression, BinaryClassification or MulticlassClassification"},
    {"features_attribute", "Path of the features in JSON, e.g. --features-attribute features"},
    {"inference_attribute", "Column or path of the prediction, e.g. --inference-attribute 0"},
    {"probability_attribute", "Column or path of the probability, e.g. --probability-attribute 0"},
    {"probability_threshold_attribute", "Positive above it, e.g. --probability-threshold-attribute 0.5"},
    {"ground_truth_attribute", "Column or path of the label, e.g. --ground-truth-attribute label"},
    {"item_attribute", "Column of the series a row belongs to, e.g. --item-attribute store"},
    {"timestamp_attribute", "Column of the time a row is of, e.g. --timestamp-attribute hour"},
    {"horizon_attribute", "Column of the forecast's step, from 1, e.g. --horizon-attribute lead"},
    {"categorical_drift_method", "LInfinity or ChiSquared, e.g. --categorical-drift-method ChiSquared"},
};

std::string flag_of(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name;
}

const char* help_of(const std::string& name) {
  for (const Variable& variable : kVariables)
    if (name == variable.name) return variable.help;
  check_failed("known variable", __FILE__, __LINE__, name);
}

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace

void add_container_options(CLI::App& app, ContainerOptions& options, const std::vector<std::string>& variables) {
  for (const std::string& name : variables)
    app.add_option_function<std::string>(
        flag_of(name), [&options, name](const std::string& value) { options.flags[name] = value; }, help_of(name));
  app.add_option("--prefix", options.prefix, "Run as a container whose root is this folder, e.g. --prefix /tmp/box");
  app.add_flag("--baseline", options.baseline, "Suggest statistics and constraints instead of checking them.");
  app.add_flag("--json", options.json, "Print one JSON document instead of the summary.");
  app.add_flag("--fail-on-violation", options.fail_on_violation, "Exit with 1 when there are violations.");
}

Result<job::ContainerEnvironment> container_environment(const ContainerOptions& options) {
  auto variables = process_environment();
  const bool container = !options.prefix.empty() || variables.contains("dataset_source");
  for (const auto& [name, value] : options.flags) variables[name] = value;
  auto environment = job::read_container_environment(variables, options.prefix);
  if (environment && !container) {
    environment->output_message_file.clear();
    environment->cloudwatch_metrics_directory = environment->output_path;
  }
  return environment;
}

int exit_code_of(const Error& error) {
  return error.kind == ErrorKind::InvalidInput || error.kind == ErrorKind::NotFound ? 2 : 3;
}

int report_error(const Error& error, bool json) {
  fmt::print(stderr, "driftlab: {}\n", error.message);
  if (json) {
    std::string escaped;
    for (const char c : error.message) {
      if (c == '"' || c == '\\') escaped += '\\';
      if (static_cast<unsigned char>(c) < 0x20)
        escaped += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      else
        escaped += c;
    }
    fmt::print("{{\"error\":{{\"code\":\"{}\",\"message\":\"{}\"}}}}\n", error.code, escaped);
  }
  return exit_code_of(error);
}

}  // namespace driftlab::cli

#include "sim/service/pipelines/quality_check.hpp"

#include <nlohmann/json.hpp>

#include "core/base/identity.hpp"
#include "sim/service/pipelines/json_reader.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;

constexpr const char* kConstraintsFolder = "/opt/ml/processing/baseline/constraints";
constexpr const char* kStatisticsFolder = "/opt/ml/processing/baseline/stats";

Result<> read_flag(const json& check, const char* name, const Bindings& bindings, bool& flag) {
  const json* value = member(check, name);
  if (value == nullptr) return {};
  const auto resolved = resolve(*value, bindings);
  if (!resolved) return resolved.error();
  if (!resolved->is_boolean())
    return validation_error(std::string(name) + ": expected true or false, found " + resolved->dump());
  flag = resolved->get<bool>();
  return {};
}

Result<> read_text(const json& check, const char* name, const Bindings& bindings, std::string& text) {
  const json* value = member(check, name);
  if (value == nullptr) return {};
  auto resolved = resolve_text(*value, bindings);
  if (!resolved) return resolved.error();
  text = std::move(*resolved);
  return {};
}

/// Adds a file as processing input and tells the container where it is.
void add_baseline(json& request, const char* input_name, const char* folder, const char* variable,
                  const std::string& uri) {
  request["ProcessingInputs"].push_back({{"InputName", input_name},
                                         {"S3Input",
                                          {{"S3Uri", uri},
                                           {"LocalPath", folder},
                                           {"S3DataType", "S3Prefix"},
                                           {"S3InputMode", "File"},
                                           {"S3DataDistributionType", "FullyReplicated"},
                                           {"S3CompressionType", "None"}}}});
  request["Environment"][variable] = std::string(folder) + "/" + std::string(arn_name(uri));
}

}  // namespace

Result<QualityCheck> resolve_quality_check(const Step& step, const json& arguments, const Bindings& bindings) {
  QualityCheck check;
  const json& written = *step.check;
  check.check_type = written.at("CheckType").get<std::string>();
  for (const auto& [name, flag] :
       {std::pair{"SkipCheck", &check.skip_check}, std::pair{"RegisterNewBaseline", &check.register_new_baseline},
        std::pair{"FailOnViolation", &check.fail_on_violation}})
    if (auto read = read_flag(written, name, bindings, *flag); !read) return read.error();
  for (const auto& [name, text] : {std::pair{"ModelPackageGroupName", &check.model_package_group_name},
                                   std::pair{"SuppliedBaselineStatistics", &check.supplied_statistics},
                                   std::pair{"SuppliedBaselineConstraints", &check.supplied_constraints}})
    if (auto read = read_text(written, name, bindings, *text); !read) return read.error();
  if (const json* inputs = member(arguments, "ProcessingInputs"); inputs != nullptr && !inputs->is_array())
    return validation_error(std::string("ProcessingInputs: expected a list, found ") + inputs->type_name());
  if (const json* variables = member(arguments, "Environment"); variables != nullptr && !variables->is_object())
    return validation_error(std::string("Environment: expected an object, found ") + variables->type_name());
  const json& uri = arguments.at("ProcessingOutputConfig").at("Outputs").at(0).at("S3Output").at("S3Uri");
  if (!uri.is_string()) return validation_error("S3Uri of the first output: expected a text, found " + uri.dump());
  check.output_uri = uri.get<std::string>();
  while (check.output_uri.ends_with('/')) check.output_uri.pop_back();
  return check;
}

json processing_request(const QualityCheck& check, json arguments) {
  if (!check.compares()) return arguments;
  add_baseline(arguments, "constraints", kConstraintsFolder, "baseline_constraints", check.supplied_constraints);
  if (!check.supplied_statistics.empty())
    add_baseline(arguments, "baseline", kStatisticsFolder, "baseline_statistics", check.supplied_statistics);
  return arguments;
}

json properties_of(const QualityCheck& check) {
  const std::string constraints = check.output_uri + "/constraints.json";
  const std::string statistics = check.output_uri + "/statistics.json";
  const auto used = [&](const std::string& supplied, const std::string& calculated) {
    return check.register_new_baseline || supplied.empty() ? calculated : supplied;
  };
  return {{"CalculatedBaselineConstraints", constraints},
          {"CalculatedBaselineStatistics", statistics},
          {"BaselineUsedForDriftCheckConstraints", used(check.supplied_constraints, constraints)},
          {"BaselineUsedForDriftCheckStatistics", used(check.supplied_statistics, statistics)}};
}

json metadata_of(const QualityCheck& check, const std::string& job_arn, const std::string& violation_report) {
  json metadata = properties_of(check);
  metadata["CheckType"] = check.check_type;
  metadata["SkipCheck"] = check.skip_check;
  metadata["RegisterNewBaseline"] = check.register_new_baseline;
  if (!job_arn.empty()) metadata["CheckJobArn"] = job_arn;
  if (!check.model_package_group_name.empty()) metadata["ModelPackageGroupName"] = check.model_package_group_name;
  if (!violation_report.empty()) metadata["ViolationReport"] = violation_report;
  return {{"QualityCheck", std::move(metadata)}};
}

Result<std::size_t> count_violations(const Blob& file) {
  const json document = json::parse(*file, nullptr, false);
  if (document.is_discarded() || !document.is_object()) return validation_error("expected a JSON object");
  const auto violations = document.find("violations");
  if (violations == document.end() || !violations->is_array()) return validation_error("expected a list 'violations'");
  return violations->size();
}

}  // namespace driftlab::service::pipelines

#pragma once
/// Names, ARNs and settings that follow from a system: what its infrastructure code would fill in.

#include <map>
#include <string>

#include "core/base/identity.hpp"
#include "sim/scenario/system/system.hpp"

namespace driftlab::scenario {

using SettingsMap = std::map<std::string, std::string>;

/// The system of a scenario with its names filled in. Cheap to copy; holds no reference.
class Deployment {
 public:
  Deployment(System system, Duration freq, AwsIdentity identity = {});

  [[nodiscard]] const System& system() const { return system_; }
  [[nodiscard]] const AwsIdentity& identity() const { return identity_; }

  [[nodiscard]] std::string bucket() const { return "sagemaker-project-" + system_.project; }
  [[nodiscard]] std::string parameter_prefix() const { return "/rdi-mlops/sagemaker/model-build"; }
  [[nodiscard]] std::string threshold_parameter() const;
  [[nodiscard]] std::string model_package_group() const { return system_.project; }
  [[nodiscard]] std::string build_code_pipeline() const { return system_.project + "-modelbuild"; }
  [[nodiscard]] std::string build_pipeline() const { return system_.project + "-model-build"; }
  [[nodiscard]] std::string collection_pipeline() const { return system_.project + "-data-collection"; }
  [[nodiscard]] std::string endpoint(const std::string& stage) const { return system_.project + "-" + stage; }
  [[nodiscard]] std::string alarm(const std::string& stage) const { return stage + "-custom-alarm"; }
  [[nodiscard]] std::string function(const std::string& stage) const { return "retrain-" + stage; }
  /// Where the baseline of the data-quality monitor lies; `name` is constraints.json or statistics.json.
  [[nodiscard]] std::string data_quality_key(const std::string& name) const { return "data-quality-baseline/" + name; }
  /// The same of the bias monitor: analysis_config.json or analysis.json.
  [[nodiscard]] std::string model_bias_key(const std::string& name) const { return "model-bias-baseline/" + name; }
  [[nodiscard]] std::string image(const std::string& repository) const;

  /// The initial content of the parameter store: name to value.
  [[nodiscard]] SettingsMap initial_parameters() const;
  /// Settings of a program; of a stage where the program is one of a stage ("" otherwise).
  [[nodiscard]] SettingsMap program_settings(const std::string& program, const std::string& stage) const;
  /// "{project}" and "{bucket}" replaced.
  [[nodiscard]] std::string fill_in(std::string text) const;

 private:
  [[nodiscard]] SettingsMap build_parameters() const;
  [[nodiscard]] SettingsMap collection_parameters(const std::string& stage) const;

  System system_;
  AwsIdentity identity_;
  std::string freq_text_;
};

/// "1min", "5min", "1H": a frequency as pandas and DeepAR write it. Whole minutes.
[[nodiscard]] std::string frequency_text(Duration freq);

}  // namespace driftlab::scenario

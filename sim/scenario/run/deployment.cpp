#include "sim/scenario/run/deployment.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/retrain/threshold.hpp"

namespace driftlab::scenario {
namespace {

std::string joined(const std::vector<double>& values, std::string_view quote) {
  std::string text;
  for (const double value : values)
    text += fmt::format("{}{}{}{}", text.empty() ? "" : ", ", quote, shortest(value), quote);
  return "[" + text + "]";
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

std::string frequency_text(Duration freq) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(freq).count();
  return minutes % 60 == 0 ? fmt::format("{}H", minutes / 60) : fmt::format("{}min", minutes);
}

Deployment::Deployment(System system, Duration freq, AwsIdentity identity)
    : system_(std::move(system)), identity_(std::move(identity)), freq_text_(frequency_text(freq)) {}

std::string Deployment::threshold_parameter() const {
  return parameter_prefix() + "/validation-threshold/weighted_quantile_loss";
}

std::string Deployment::image(const std::string& repository) const {
  return fmt::format("{}.dkr.ecr.{}.amazonaws.com/{}:1", identity_.account, identity_.region, repository);
}

SettingsMap Deployment::initial_parameters() const {
  const std::string p = parameter_prefix();
  return {{p + "/target/target_col", system_.target},
          {p + "/target/prediction_length", std::to_string(system_.prediction_length)},
          {p + "/target/freq", freq_text_},
          {p + "/validation-threshold/weighted_quantile_loss", shortest(system_.threshold.initial)},
          {p + "/validation-threshold/update_rate", shortest(system_.threshold.update_rate)},
          {p + "/validation-threshold/consecutive_breach_to_alarm", std::to_string(system_.alarm.datapoints_to_alarm)},
          {p + "/validation-threshold/confidence", shortest(system_.confidence)},
          {p + "/current-model-mean-weighted-quantile-loss", "1.0"}};
}

SettingsMap Deployment::build_parameters() const {
  const auto levels = retrain::interval_quantiles(system_.confidence);
  SettingsMap parameters{
      {"Project", system_.project},
      {"Bucket", bucket()},
      {"ProcessingImage", image("driftlab")},
      {"TrainingImage", image(system_.algorithm)},
      {"AnalyzerImage", image("sagemaker-model-monitor-analyzer")},
      {"ModelPackageGroup", model_package_group()},
      {"FeatureGroup", system_.feature_group},
      {"Target", system_.target},
      {"Freq", freq_text_},
      {"PredictionLength", std::to_string(system_.prediction_length)},
      {"ContextPoints", std::to_string(system_.context_points)},
      {"History", format_duration(system_.history)},
      {"ValidationWindows", std::to_string(system_.validation_windows)},
      {"TestWindows", std::to_string(system_.evaluation.windows)},
      {"Confidence", shortest(system_.confidence)},
      {"TestQuantiles", joined(levels, "")},
      {"InferenceConfig", fmt::format(R"({{"num_samples":100,"output_types":["mean","quantiles"],"quantiles":{}}})",
                                      joined(levels, "\""))},
  };
  if (system_.evaluation.compare) {
    parameters["ChampionEndpoint"] = endpoint(system_.stages.front());
    parameters["MaxRatio"] = shortest(system_.evaluation.max_ratio);
    parameters["Baseline"] = system_.evaluation.baseline;
    parameters["MaxBaselineRatio"] = shortest(system_.evaluation.max_baseline_ratio);
  }
  for (const auto& [name, value] : system_.hyperparameters) parameters[name] = value;
  return parameters;
}

SettingsMap Deployment::collection_parameters(const std::string& stage) const {
  const std::string asked = stage == "prod" ? system_.monitor.prod_queries : stage;
  SettingsMap parameters{{"Bucket", bucket()},
                         {"ProcessingImage", image("driftlab")},
                         {"Stage", stage},
                         {"Endpoint", endpoint(asked)},
                         {"FeatureGroup", system_.feature_group},
                         {"Target", system_.target},
                         {"Freq", freq_text_},
                         {"PredictionLength", std::to_string(system_.prediction_length)},
                         {"ContextPoints", std::to_string(system_.context_points)},
                         {"Confidence", shortest(system_.confidence)},
                         {"Pairing", system_.monitor.pairing},
                         {"Windows", std::to_string(system_.metric.windows)},
                         {"ThresholdParameter", threshold_parameter()}};
  // Only where it is asked for: a definition of the user's own need not have the parameter.
  if (const auto& features = system_.monitor.captured_features; !features.empty())
    parameters["CapturedFeatures"] = fmt::format("{}", fmt::join(features, ","));
  return parameters;
}

SettingsMap Deployment::program_settings(const std::string& program, const std::string& stage) const {
  SettingsMap settings{{"PARAMETER_PREFIX", parameter_prefix()}, {"MODEL_PACKAGE_GROUP", model_package_group()}};
  if (program == "model-build") {
    settings["SAGEMAKER_PIPELINE"] = build_pipeline();
    for (const auto& [name, value] : build_parameters()) settings["parameter." + name] = value;
  } else if (program == "update-threshold") {
    settings["THRESHOLD_POLICY"] = system_.threshold.policy;
    settings["MARGIN"] = shortest(system_.threshold.margin);
  } else if (program == "deploy-endpoint") {
    settings["ENDPOINT"] = endpoint(stage);
    settings["CAPTURE_URI"] = fmt::format("s3://{}/datacapture-{}", bucket(), stage);
  } else if (program == "trigger-build") {
    settings["PIPELINE"] = build_code_pipeline();
    if (system_.trigger.cooldown > Duration::zero()) {
      settings["COOLDOWN"] = format_duration(system_.trigger.cooldown);
      settings["COOLDOWN_PARAMETER"] = parameter_prefix() + "/last-triggered-build";
    }
  } else if (program == "deploy-monitor") {
    // The collection writes under the name of the endpoint it asks; so must the monitor read.
    const std::string asked = stage == "prod" ? system_.monitor.prod_queries : stage;
    settings["STAGE"] = stage;
    settings["ENDPOINT"] = endpoint(asked);
    settings["ALARM"] = alarm(stage);
    settings["ALARM_ACTION"] = identity_.arn("lambda", "function:" + function(stage));
    settings["ALARM_PERIOD"] = format_duration(system_.alarm.period);
    settings["MONITOR_SCHEDULE"] = system_.monitor.schedule;
    settings["MONITOR_IMAGE"] = image("sagemaker-model-monitor-analyzer");
    settings["MERGE_IMAGE"] = image("sagemaker-model-monitor-groundtruth-merger");
    settings["CAPTURE_URI"] = fmt::format("s3://{}/datacapture-{}", bucket(), stage);
    settings["GROUND_TRUTH_URI"] = fmt::format("s3://{}/ground-truth-{}/{}", bucket(), stage, endpoint(asked));
    if (const auto& quality = system_.monitor.data_quality; !quality.schedule.empty()) {
      settings["DATA_QUALITY_SCHEDULE"] = quality.schedule;
      settings["DATA_QUALITY_CONSTRAINTS"] = fmt::format("s3://{}/{}", bucket(), data_quality_key("constraints.json"));
      settings["DATA_QUALITY_STATISTICS"] = fmt::format("s3://{}/{}", bucket(), data_quality_key("statistics.json"));
    }
    if (const auto& bias = system_.monitor.model_bias; !bias.schedule.empty()) {
      settings["MODEL_BIAS_SCHEDULE"] = bias.schedule;
      settings["MODEL_BIAS_IMAGE"] = image("sagemaker-clarify-processing");
      settings["MODEL_BIAS_CONFIG"] = fmt::format("s3://{}/{}", bucket(), model_bias_key("analysis_config.json"));
      settings["MODEL_BIAS_CONSTRAINTS"] = fmt::format("s3://{}/{}", bucket(), model_bias_key("analysis.json"));
    }
    settings["MONITOR_OUTPUT_URI"] = fmt::format("s3://{}/model-monitor-{}", bucket(), stage);
    settings["COLLECTION_SCHEDULE"] = system_.metric.schedule;
    settings["COLLECTION_RULE"] = system_.project + "-data-collection-" + stage;
    settings["COLLECTION_PIPELINE_ARN"] = identity_.arn("sagemaker", "pipeline/" + collection_pipeline());
    settings["DASHBOARD"] = system_.project + "-" + stage;
    settings["REGION"] = identity_.region;
    settings["FUNCTION"] = function(stage);
    for (const auto& [name, value] : collection_parameters(stage)) settings["collection." + name] = value;
  }
  return settings;
}

std::string Deployment::fill_in(std::string text) const {
  replace_all(text, "{project}", system_.project);
  replace_all(text, "{bucket}", bucket());
  return text;
}

}  // namespace driftlab::scenario

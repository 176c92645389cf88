#pragma once
/// What is deployed: the `system` section of a scenario, used unchanged for simulation and, later, for AWS.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::scenario {

/// Files in AWS's own formats, beside the system file.
struct Definitions {
  std::string model_build = "blog-model-build.json";
  std::string data_collection = "data-collection.json";
  std::string code_pipelines = "code-pipelines.json";
};

struct ThresholdPolicy {
  double initial = 0.24;
  std::string policy = "ratchet";  ///< ratchet | track
  double update_rate = 0.5;        ///< ratchet
  double margin = 0.35;            ///< track
};

struct AlarmSettings {
  std::int64_t datapoints_to_alarm = 3;
  Duration period = std::chrono::hours{1};
};

struct EvaluationSettings {
  std::int64_t windows = 1;
  /// The definition compares the challenger with champion and baseline: it has ChampionEndpoint, MaxRatio, Baseline and
  /// MaxBaselineRatio.
  bool compare = false;
  double max_ratio = 1.0;  ///< largest loss of the challenger over the champion's
  std::string baseline =
      "linear";  ///< algorithm trained beside the challenger; "none" compares with the champion alone
  double max_baseline_ratio = 1.05;
};

struct MetricSettings {
  std::int64_t windows = 1;
  std::string schedule = "cron(30 * * * ? *)";
};

/// The data-quality monitor of the captures of each stage.
struct DataQualitySettings {
  std::string schedule;  ///< empty: no such monitor
  std::string baseline;  ///< folder beside the system file with constraints.json and statistics.json
};

/// The bias monitor of the captures of each stage, merged with ground truth.
struct ModelBiasSettings {
  std::string schedule;  ///< empty: no such monitor
  std::string baseline;  ///< folder beside the system file with analysis_config.json and analysis.json
};

struct MonitorSettings {
  std::string schedule = "cron(0 * ? * * *)";  ///< empty: no built-in monitor
  std::string pairing = "held-out";            ///< held-out | input-series
  std::string prod_queries = "prod";           ///< the stage whose endpoint the prod collection asks
  std::vector<std::string> captured_features;  ///< beside the time in each captured request: daytime, hour
  DataQualitySettings data_quality;
  ModelBiasSettings model_bias;
};

struct TriggerPolicy {
  Duration cooldown{0};
  std::string recheck;  ///< schedule expression; empty: the alarm's transition alone starts a build
};

/// Virtual durations of what AWS takes its time for.
struct Durations {
  Duration build_start = std::chrono::minutes{2};        ///< a CodeBuild project before its program runs
  Duration stack_start = std::chrono::minutes{1};        ///< a CloudFormation stack before its program runs
  Duration processing_median = std::chrono::minutes{3};  ///< provisioning of processing and transform jobs
  Duration processing_p95 = std::chrono::minutes{5};
  Duration training_median = std::chrono::minutes{3};
  Duration training_p95 = std::chrono::minutes{5};
};
/// Probability that a job of the kind fails with an internal error.
struct JobFailures {
  double processing = 0.0;
  double training = 0.0;
  double transform = 0.0;
};

struct System {
  std::string project = "fees";
  std::string algorithm = "forecasting-linear";
  std::map<std::string, std::string> hyperparameters;
  std::string feature_group = "fees-aggregated";
  std::string target = "avg_fee_1min";
  std::int64_t prediction_length = 30;
  std::int64_t context_points = 1500;
  std::int64_t validation_windows = 4;
  Duration history = std::chrono::hours{24 * 14};
  double confidence = 90.0;
  std::vector<std::string> stages = {"staging", "prod"};
  Definitions definitions;
  ThresholdPolicy threshold;
  AlarmSettings alarm;
  EvaluationSettings evaluation;
  MetricSettings metric;
  MonitorSettings monitor;
  TriggerPolicy trigger;
  Durations durations;
  JobFailures failures;
};

}  // namespace driftlab::scenario

#pragma once
/// What SageMaker tells a monitoring container: its environment variables, read once and checked.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace driftlab::job {

/// The variable `dataset_format`, a JSON text.
struct DatasetFormat {
  enum class Kind {
    Csv,        ///< {"csv":{"header":true,"output_columns_position":"START"}}
    JsonLines,  ///< {"json":{"lines":true}}, from a batch schedule {"json":{"line":true}}
    Capture,    ///< {"sagemakerCaptureJson":{"captureIndexNames":["endpointInput","endpointOutput"]}}
  };
  Kind kind = Kind::Csv;
  bool header = false;
  bool output_columns_first = true;  ///< START, the default, or END
  std::vector<std::string> capture_index_names = {"endpointInput", "endpointOutput"};
  bool operator==(const DatasetFormat&) const = default;
};

/// Errors: InvalidInput naming the key and what it accepts; a JSON array instead of lines and Parquet are refused.
[[nodiscard]] Result<DatasetFormat> read_dataset_format(std::string_view text);

/// Texts are empty and paths are empty where a variable is not set.
struct ContainerEnvironment {
  std::optional<DatasetFormat> dataset_format;
  std::filesystem::path dataset_source;
  std::filesystem::path ground_truth_source;
  std::filesystem::path batch_data_root;  ///< a local copy of S3, for manifests of batch transforms; not the service's
  std::filesystem::path output_path;
  std::filesystem::path baseline_constraints;
  std::filesystem::path baseline_statistics;
  std::filesystem::path record_preprocessor_script;
  std::filesystem::path post_analytics_processor_script;
  std::filesystem::path cloudwatch_metrics_directory;  ///< /opt/ml/output/metrics/cloudwatch unless set
  std::filesystem::path output_message_file;           ///< /opt/ml/output/message unless set
  bool publish_cloudwatch_metrics = true;
  std::string endpoint_name;  ///< sagemaker_endpoint_name
  std::string schedule_name;  ///< sagemaker_monitoring_schedule_name
  std::optional<Instant> start_time;
  std::optional<Instant> end_time;
  std::string analysis_type;
  std::string problem_type;
  std::string features_attribute;  ///< of JSON payloads: path of the features
  std::string inference_attribute;
  std::string probability_attribute;
  std::string ground_truth_attribute;
  std::optional<double> probability_threshold_attribute;
  std::string categorical_drift_method;
  std::string item_attribute;       ///< of the series monitor, which the service does not have; so the following
  std::string timestamp_attribute;  ///< column with the time a value is of
  std::string horizon_attribute;    ///< column with the step of a forecast, from 1
};

/// Reads the variables of the monitoring contract out of `variables`; others are ignored, since an environment holds
/// many. Absolute paths are put under `prefix` when there is one, so that a container's folders can lie anywhere.
/// Errors: InvalidInput naming the variable, its value and what was expected.
[[nodiscard]] Result<ContainerEnvironment> read_container_environment(
    const std::map<std::string, std::string>& variables, const std::filesystem::path& prefix = {});

/// `prefix` / `path` for an absolute path, else the path itself.
[[nodiscard]] std::filesystem::path under_prefix(const std::filesystem::path& prefix,
                                                 const std::filesystem::path& path);

}  // namespace driftlab::job

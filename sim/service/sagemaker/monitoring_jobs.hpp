#pragma once
/// The processing jobs of one monitoring execution: names, inputs, environment, output places.

#include <string>
#include <vector>

#include "core/ports/ops/container.hpp"
#include "core/ports/ops/sagemaker.hpp"
#include "sim/service/sagemaker/context.hpp"
#include "sim/service/sagemaker/monitoring_window.hpp"

namespace driftlab::service::sagemaker {

inline constexpr const char* kMonitoringOutput = "result";  ///< output name of both jobs
inline constexpr const char* kNoInputData = "Job inputs had no data";

/// What both jobs of an execution are built from.
struct MonitoringRun {
  const ops::sagemaker::CreateMonitoringScheduleInput& schedule;
  std::string schedule_arn;
  Instant scheduled{};
  MonitoringWindow window;
  std::vector<std::string> variants;  ///< of the endpoint
  std::string suffix;                 ///< 24 hexadecimal digits
};

/// ModelQuality and ModelBias join ground truth first.
[[nodiscard]] bool needs_ground_truth(const std::string& monitoring_type);

/// ModelBias and ModelExplainability are told by an analysis configuration, the input `analysis_config`.
[[nodiscard]] bool needs_config(const std::string& monitoring_type);

/// Hour folders of the captures that hold objects, as inputs `endpoint_input_<i>`.
[[nodiscard]] std::vector<ops::sagemaker::ProcessingInput> capture_inputs(const Context& context,
                                                                          const MonitoringRun& run);
/// Hour folders of labels that hold objects, as inputs `groundtruth_input_<i>`: from the window's start to the
/// scheduled time, or to the window's end when the configuration is strict.
[[nodiscard]] std::vector<ops::sagemaker::ProcessingInput> ground_truth_inputs(const Context& context,
                                                                               const MonitoringRun& run);
/// The merged files that the merge job wrote, as inputs `endpoint_input_<i>`, one a file. Naming the files and not the
/// folder keeps the output of earlier executions with overlapping windows out.
[[nodiscard]] std::vector<ops::sagemaker::ProcessingInput> merged_inputs(const MonitoringRun& run,
                                                                         const ops::container::Exit& merge);

[[nodiscard]] ops::sagemaker::CreateProcessingJobInput merge_request(
    const MonitoringRun& run, std::vector<ops::sagemaker::ProcessingInput> inputs);
[[nodiscard]] ops::sagemaker::CreateProcessingJobInput analysis_request(
    const MonitoringRun& run, std::vector<ops::sagemaker::ProcessingInput> inputs);

}  // namespace driftlab::service::sagemaker

#include "core/job/job.hpp"

#include <algorithm>
#include <array>

#include "core/job/steps.hpp"

namespace driftlab::job {
namespace {

constexpr std::array kJobs{
    JobInfo{"analyse", "sagemaker-model-monitor-analyzer", "data quality or model quality, as analysis_type says",
            analyse},
    JobInfo{"bias", "sagemaker-clarify-processing", "bias of merged captures, alone or against a baseline", model_bias},
    JobInfo{"collect", "", "asks the endpoint for the newest points and writes capture and ground truth records",
            collect},
    JobInfo{"custom-metric", "", "publishes the weighted quantile loss of the newest windows", custom_metric},
    JobInfo{"data-quality", "", "data quality: baseline, or run against constraints", data_quality},
    JobInfo{"evaluate", "", "scores predictions against held-out targets", evaluate},
    JobInfo{"merge", "sagemaker-model-monitor-groundtruth-merger", "joins captures with ground truth",
            ground_truth_merge},
    JobInfo{"model-quality", "", "model quality: baseline, or run against constraints", model_quality},
    JobInfo{"preprocess", "", "reads the series and cuts it into train, validation and test", preprocess},
    JobInfo{"train", "forecasting-deepar", "trains DeepAR", train},
    JobInfo{"train", "forecasting-ets", "fits exponential smoothing", train},
    JobInfo{"train", "forecasting-linear", "trains the linear quantile autoregression", train},
    JobInfo{"train", "forecasting-seasonal-naive", "trains the seasonal naive forecaster", train},
    JobInfo{"train", "forecasting-theta", "fits the theta method", train},
    JobInfo{"transform", "", "forecasts a file of series with a model", transform},
};

}  // namespace

std::span<const JobInfo> jobs() {
  return kJobs;
}

std::string_view image_repository(std::string_view image) {
  if (const auto slash = image.rfind('/'); slash != std::string_view::npos) image.remove_prefix(slash + 1);
  return image.substr(0, image.find_first_of(":@"));
}

const JobInfo* find_job(std::string_view image, std::span<const std::string> entrypoint) {
  const auto word = std::find(entrypoint.begin(), entrypoint.end(), "job");
  const bool named = word != entrypoint.end() && word + 1 != entrypoint.end();
  const std::string_view repository = image_repository(image);
  for (const auto& job : kJobs)
    if (named ? job.name == *(word + 1) : !job.image.empty() && job.image == repository) return &job;
  return nullptr;
}

}  // namespace driftlab::job

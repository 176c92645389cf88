#include "sim/cli/job/table.hpp"

#include <vector>

#include "sim/cli/job/attribution_command.hpp"
#include "sim/cli/job/bias_command.hpp"
#include "sim/cli/job/custom_metric_command.hpp"
#include "sim/cli/job/data_quality_command.hpp"
#include "sim/cli/job/evaluate_command.hpp"
#include "sim/cli/job/host_command.hpp"
#include "sim/cli/job/merge_command.hpp"
#include "sim/cli/job/model_quality_command.hpp"
#include "sim/cli/job/performance_estimate_command.hpp"
#include "sim/cli/job/series_quality_command.hpp"
#include "sim/cli/job/train_command.hpp"
#include "sim/cli/job/tune_command.hpp"

namespace driftlab::cli {

// One line a command, by name; each `declare` is declared in the command's own header.
std::span<const JobCommand> job_table() {
  static const std::vector<JobCommand> kCommands{
      {"attribution", "Explain a model by Kernel SHAP and check the ranking of its features against a baseline.",
       declare_attribution},
      {"bias", "Compute Clarify's bias metrics of a dataset and check them against a baseline.", declare_bias},
      {"custom-metric", "Compute metrics of your own, expressions over the columns of a dataset, and check them.",
       declare_custom_metric},
      {"data-quality", "Profile a dataset and check it against a baseline, as SageMaker's data-quality monitor does.",
       declare_data_quality},
      {"evaluate", "Score a forecaster, its champion and the baselines on the same windows of your series.",
       declare_evaluate},
      {"host", "Serve a forecaster under SageMaker's inference container contract.", declare_host},
      {"merge", "Join captures with the labels that came later, as SageMaker's ground truth merge does.",
       declare_merge},
      {"model-quality",
       "Score predictions against labels and check them against a baseline, as the model-quality monitor.",
       declare_model_quality},
      {"performance-estimate", "Estimate the quality of a two-class model before labels come, from its probabilities.",
       declare_performance_estimate},
      {"series-quality", "Score probabilistic forecasts against what came true, by step and item, and check them.",
       declare_series_quality},
      {"train", "Train a forecaster under SageMaker's training container contract (/opt/ml).", declare_train},
      {"tune", "Search hyperparameters as SageMaker's tuning jobs do; goes on where it was stopped.", declare_tune},
  };
  return kCommands;
}

}  // namespace driftlab::cli

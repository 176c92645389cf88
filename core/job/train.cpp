#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/training.hpp"
#include "core/job/settings.hpp"
#include "core/job/steps.hpp"

namespace driftlab::job {
namespace {

/// Virtual duration of the work, from the instance type and the multiply-adds. A general-purpose vCPU is taken to do
/// 10⁹ useful multiply-adds a second, and an instance to start, import and save in 90 s.
Duration training_time(const std::string& instance_type, double work_units) {
  double vcpus = 4.0;
  if (instance_type.find("2xlarge") != std::string::npos)
    vcpus = 8.0;
  else if (instance_type.find("4xlarge") != std::string::npos)
    vcpus = 16.0;
  else if (instance_type.find(".large") != std::string::npos)
    vcpus = 2.0;
  return std::chrono::seconds{90} + from_seconds(work_units / (vcpus * 1e9));
}

Result<forecast::TrainingInput> training_input(const Run& run) {
  const Settings settings(run.hyperparameters);
  const auto freq_text = settings.text("time_freq");
  if (!freq_text) return freq_text.error();
  const auto freq = forecast::parse_time_freq(*freq_text);
  if (!freq) return freq.error();
  const auto train_text = read_input(run, "train");
  if (!train_text) return train_text.error();
  auto series = forecast::read_series_lines(*train_text, *freq);
  if (!series) return series.error();
  forecast::TrainingInput input;
  input.train = std::move(*series);
  if (find_input(run, "test")) {
    const auto test_text = read_input(run, "test");
    if (!test_text) return test_text.error();
    auto validation = forecast::read_series_lines(*test_text, *freq);
    if (!validation) return validation.error();
    input.validation = std::move(*validation);
  }
  input.hyperparameters = run.hyperparameters;
  return input;
}

}  // namespace

Task train(const JobContext& context, const Run& run) {
  constexpr std::string_view kPrefix = "forecasting-";
  std::string_view algorithm = image_repository(run.image);
  if (algorithm.starts_with(kPrefix)) algorithm.remove_prefix(kPrefix.size());
  auto input = training_input(run);
  if (!input) co_return failed(input.error());
  input->seed = context.seed;
  const auto trained = forecast::train(algorithm, *input);
  if (!trained) co_return failed(trained.error());
  Exit exit;
  exit.final_metrics = trained->metrics;
  exit.work = training_time(run.instance_type, trained->work_units);
  add_file(exit, "model", "model.tar.gz", trained->model->save());
  co_return exit;
}

}  // namespace driftlab::job

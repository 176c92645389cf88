#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/forecast/training.hpp"
#include "core/job/settings.hpp"
#include "core/job/steps.hpp"
#include "core/job/training_time.hpp"

namespace driftlab::job {
namespace {

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

Exit exit_of(const CachedTraining& training, const Run& run) {
  Exit exit;
  exit.final_metrics = training.metrics;
  exit.work = training_time(run.instance_type, run.instance_count, training.work_units);
  add_file(exit, "model", "model.tar.gz", training.model);
  return exit;
}

}  // namespace

Task train(const JobContext& context, const Run& run) {
  constexpr std::string_view kPrefix = "forecasting-";
  std::string_view algorithm = image_repository(run.image);
  if (algorithm.starts_with(kPrefix)) algorithm.remove_prefix(kPrefix.size());
  std::string key;
  if (context.trainings) {
    key = training_key(algorithm, run, context.seed);
    if (const auto known = context.trainings->find(key)) co_return exit_of(*known, run);
  }
  auto input = training_input(run);
  if (!input) co_return failed(input.error());
  input->seed = context.seed;
  const auto trained = forecast::train(algorithm, *input);
  if (!trained) co_return failed(trained.error());
  const CachedTraining training{trained->model->save(), trained->metrics, trained->work_units};
  if (context.trainings) context.trainings->store(key, training);
  co_return exit_of(training, run);
}

}  // namespace driftlab::job

#include "sim/cli/job/evaluate_command.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/forecast/deepar_format.hpp"
#include "core/job/container/files.hpp"
#include "core/job/forecasting/channel.hpp"
#include "core/job/forecasting/evaluation.hpp"
#include "sim/cli/job/container_options.hpp"
#include "sim/cli/progress/progress.hpp"

namespace driftlab::cli {
namespace {

struct Options {
  std::string data;
  std::string freq;
  std::string out;
  bool no_baselines = false;
  bool json = false;
  job::EvaluationSettings settings;
};

Result<void> write_files(const Options& options, const job::Evaluation& evaluation) {
  if (options.out.empty()) return {};
  const std::filesystem::path folder = options.out;
  if (auto ok = job::write_whole(folder / "evaluation.json", job::sagemaker_evaluation_json(evaluation)); !ok)
    return ok;
  return job::write_whole(folder / "comparison.json", job::evaluation_json(evaluation));
}

int run(Options options) {
  const auto freq = forecast::parse_time_freq(options.freq);
  if (!freq) return report_error(freq.error(), options.json);
  options.settings.freq = *freq;
  options.settings.baselines = !options.no_baselines;
  const auto series = job::read_channel(options.data, *freq);
  if (!series) return report_error(series.error(), options.json);
  Result<job::Evaluation> evaluation = input_error("");
  {
    Progress progress(options.data, "windows");
    options.settings.rolling.progress = [&](std::size_t done, std::size_t windows) {
      progress.show(static_cast<double>(done), static_cast<double>(windows));
    };
    evaluation = job::evaluate_forecasts(*series, options.settings);
  }
  if (!evaluation) return report_error(evaluation.error(), options.json);
  if (const auto written = write_files(options, *evaluation); !written)
    return report_error(written.error(), options.json);
  fmt::print("{}", options.json ? job::evaluation_json(*evaluation) : job::evaluation_table(*evaluation));
  return 0;
}

}  // namespace

RunJob declare_evaluate(CLI::App& app) {
  auto options = std::make_shared<Options>();
  auto& settings = options->settings;
  app.add_option("--data", options->data, "JSON Lines of series (start, target), a file or a folder")->required();
  app.add_option("--freq", options->freq, "Step of the series: 1min, 5min, 1H, 1D, …")->required();
  app.add_option("--challenger", settings.challenger,
                 "Model file, folder with one, or algorithm with hyperparameters: linear:lags=24,season=48")
      ->required();
  app.add_option("--champion", settings.champion, "The same, to compare with");
  app.add_option("--prediction-length", settings.prediction_length, "Steps a window has; default: the model's")
      ->check(CLI::PositiveNumber);
  app.add_option("--windows", settings.rolling.windows, "Windows at the end of every series")->capture_default_str();
  app.add_option("--stride", settings.rolling.stride, "Points from window to window; default: the prediction length");
  app.add_option("--season", settings.rolling.season, "Steps of a season, for MASE")->capture_default_str();
  app.add_option("--quantiles", settings.rolling.levels, "Levels, ascending: 0.1,0.5,0.9")->delimiter(',');
  app.add_option("--num-samples", settings.rolling.num_samples, "Paths of models that draw some")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", settings.seed, "Seed of trainings and of the bootstrap")->capture_default_str();
  app.add_option("--out", options->out,
                 "Folder for evaluation.json (SageMaker's form) and comparison.json (everything)");
  app.add_flag("--no-baselines", options->no_baselines,
               "Leave seasonal naive and linear out; promotion then asks for the champion alone");
  app.add_flag("--json", options->json, "Print comparison.json instead of the table");
  return [options] { return run(*options); };
}

}  // namespace driftlab::cli

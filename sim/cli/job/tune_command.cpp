#include "sim/cli/job/tune_command.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/job/forecasting/tuning_job.hpp"
#include "sim/cli/job/container_options.hpp"

namespace driftlab::cli {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch what never locks");

extern "C" void on_interrupt(int) {
  interrupted = true;
}

struct Options {
  job::TuningJob job;
  std::string config, train, test, out;
};

int run(Options options) {
  std::signal(SIGTERM, on_interrupt);
  std::signal(SIGINT, on_interrupt);
  auto& job = options.job;
  job.config = options.config;
  job.train = options.train;
  job.test = options.test;
  job.out = options.out;
  const auto began = std::chrono::steady_clock::now();
  job.log = [](const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
  };
  job.keep_going = [began](const forecast::TuningConfig& config) {
    if (interrupted) return false;
    return !config.max_runtime_s ||
           std::chrono::steady_clock::now() - began < std::chrono::seconds(*config.max_runtime_s);
  };
  const auto outcome = job::run_tuning_job(job);
  if (!outcome) return report_error(outcome.error(), false);
  if (outcome->best) {
    const auto& best = outcome->trials[*outcome->best];
    fmt::print("best of {} trials: trial {}, {}; its model is in {}\n", outcome->trials.size(), best.number,
               shortest(*best.objective), (job.out / "model").string());
  }
  if (!outcome->complete) fmt::print("stopped before the search was complete; the same command goes on with it\n");
  return 0;
}

}  // namespace

RunJob declare_tune(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--config", options->config, "HyperParameterTuningJobConfig as JSON, with StaticHyperParameters")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--train", options->train, "Channel train: JSON Lines, a file or a folder")->required();
  app.add_option("--test", options->test, "Channel test; else the end of every training series is withheld");
  app.add_option("--algorithm", options->job.algorithm, "deepar, linear, ets, theta, seasonal-naive");
  app.add_option("--out", options->out, "Folder for trials.jsonl, best.json and the model")->required();
  app.add_option("--seed", options->job.seed, "Seed of the trainings")->capture_default_str();
  app.add_option("--threads", options->job.threads, "Threads to train on; 0: one a processor")
      ->check(CLI::Range(0, 1024));
  return [options] { return run(*options); };
}

}  // namespace driftlab::cli

#include "sim/cli/job/train_command.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/job/forecasting/training_container.hpp"
#include "sim/cli/job/container_options.hpp"

namespace driftlab::cli {
namespace {

struct Options {
  std::string prefix;
  std::string algorithm;
  std::uint64_t seed = 0;
  int threads = 0;
  bool json = false;
};

std::atomic<bool> terminated{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch what never locks");

extern "C" void on_terminate(int) {
  terminated = true;
}

/// As the log of a training container: time and level before the line.
void print_line(std::FILE* to, const std::string& line) {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  fmt::print(to, "[{:%m/%d/%Y %H:%M:%S} INFO] {}\n", fmt::gmtime(now), line);
  std::fflush(to);
}

int run(const Options& options) {
  // SageMaker stops a training with SIGTERM and takes what is in the model folder two minutes later.
  std::signal(SIGTERM, on_terminate);
  job::TrainingContainer container{.prefix = options.prefix,
                                   .algorithm = options.algorithm,
                                   .seed = options.seed,
                                   .threads = options.threads,
                                   .log = {},
                                   .keep_going = [] { return !terminated; }};
  std::FILE* const log = options.json ? stderr : stdout;
  container.log = [log](const std::string& line) { print_line(log, line); };
  const auto metrics = job::run_training_container(container);
  if (!metrics) return report_error(metrics.error(), options.json);
  if (!options.json) return 0;
  std::string out;
  for (const auto& [name, value] : *metrics)
    out += fmt::format("{}\"{}\":{}", out.empty() ? "{\"metrics\":{" : ",", name, shortest(value));
  fmt::print("{}}}}}\n", out);
  return 0;
}

}  // namespace

RunJob declare_train(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--prefix", options->prefix, "Folder in place of the root: opt/ml is looked for below it")
      ->check(CLI::ExistingDirectory);
  app.add_option("--algorithm", options->algorithm,
                 "deepar, linear, ets, theta, seasonal-naive; else the hyperparameter 'algorithm', else the default");
  app.add_option("--seed", options->seed, "Seed of everything random");
  app.add_option("--threads", options->threads, "Threads to train on; 0: one a processor")->check(CLI::Range(0, 1024));
  app.add_flag("--json", options->json, "Print the metrics as JSON; the log goes to stderr");
  return [options] { return run(*options); };
}

}  // namespace driftlab::cli

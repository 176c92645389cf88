/// Accuracy of DeepAR on real series: the mean over three seeds per case, beside a bound it must hold and one that is
/// good. Exits with 1 when a row misses the first. `--seeds N` and a part of a case's name narrow it down.
///
/// Settings are to be chosen where no window of a case is seen: `--before` leaves the case's windows out and judges on
/// as many just before them; `--set name=value` changes a hyperparameter. Bounds hold for the windows themselves only.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/accuracy/datasets.hpp"
#include "core/forecast/rolling.hpp"
#include "core/forecast/training.hpp"

namespace driftlab::accuracy {
namespace {

struct Case {
  const char* dataset;
  /// Besides prediction_length, context_length (the horizon where not given) and time_freq.
  std::map<std::string, std::string> hyperparameters;
  double must, good;
};

// Bounds: section 9.4 of the forecasting reference, from a reference implementation and published results.
const std::vector<Case> kCases{
    {"eth_fee5_h5", {{"epochs", "30"}, {"mini_batch_size", "32"}}, 0.118, 0.110},
    {"eth_fee5_h30", {{"epochs", "30"}, {"mini_batch_size", "32"}}, 0.190, 0.172},
    {"exchange",
     {{"epochs", "150"}, {"mini_batch_size", "32"}, {"likelihood", "gaussian"}, {"cardinality", "ignore"}},
     0.012,
     0.0085},
    {"taxi",
     {{"epochs", "120"}, {"mini_batch_size", "32"}, {"learning_rate", "0.002"}, {"dropout_rate", "0"}},
     0.165,
     0.140},
    {"etth1_h48",
     {{"epochs", "100"},
      {"mini_batch_size", "32"},
      {"learning_rate", "0.002"},
      {"dropout_rate", "0"},
      {"embedding_dimension", "4"}},
     0.215,
     0.200},
    {"m4_hourly", {{"epochs", "150"}, {"mini_batch_size", "64"}, {"learning_rate", "0.003"}}, 0.052, 0.037},
};

struct Options {
  std::string only;  ///< part of a case's name
  int seeds = 3;
  int threads = 0;
  bool before = false;
  std::map<std::string, std::string> changes;  ///< of hyperparameters
};

struct Row {
  double loss = 0.0, three = 0.0, nd = 0.0, mase = 0.0, low = 0.0, high = 0.0;
  double epochs = 0.0, seconds = 0.0;
};

Result<Row> measure(const Dataset& data, const std::map<std::string, std::string>& hyperparameters, std::uint64_t seed,
                    int threads) {
  forecast::RollingOptions options{.windows = data.windows, .season = data.season};
  forecast::TrainingInput input;
  input.train = forecast::before_windows(data.series, data.horizon, options);
  input.hyperparameters = {{"prediction_length", std::to_string(data.horizon)},
                           {"context_length", std::to_string(data.horizon)},
                           {"time_freq", data.time_freq}};
  for (const auto& [name, value] : hyperparameters) input.hyperparameters[name] = value;
  input.seed = seed;
  input.threads = threads;
  const auto begin = std::chrono::steady_clock::now();
  const auto trained = forecast::train("deepar", input);
  if (!trained) return trained.error();
  Row row;
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  row.epochs = trained->best_epoch + 1;
  const forecast::Forecaster* const model = trained->model.get();
  const auto deciles = forecast::roll(std::span(&model, 1), data.series, options);
  if (!deciles) return deciles.error();
  const auto values = deciles->models.front().scores.metrics();
  row.loss = *values.mean_weighted_quantile_loss;
  row.nd = values.nd.value_or(0.0);
  row.mase = values.mase.value_or(0.0);
  row.low = values.coverage.front();
  row.high = values.coverage.back();
  options.levels = {0.05, 0.5, 0.95};
  const auto interval = forecast::roll(std::span(&model, 1), data.series, options);
  if (!interval) return interval.error();
  row.three = *interval->models.front().scores.metrics().mean_weighted_quantile_loss;
  return row;
}

void print(const std::string& name, const std::string& seed, const Row& row, const std::string& verdict) {
  fmt::print("{:<13} {:>5} {:8.5f} {:8.5f} {:8.5f} {:8.4f} {:6.3f} {:6.3f} {:6.0f} {:7.1f}  {}\n", name, seed, row.loss,
             row.three, row.nd, row.mase, row.low, row.high, row.epochs, row.seconds, verdict);
  std::fflush(stdout);
}

/// False when the mean misses what it must be.
bool report(const std::string& folder, const Case& wanted, const Options& options) {
  auto data = load_dataset(folder, wanted.dataset);
  if (!data) {
    fmt::print("{:<13} {}\n", wanted.dataset, data.error().message);
    return false;
  }
  if (options.before) data->series = forecast::before_windows(data->series, data->horizon, {.windows = data->windows});
  auto hyperparameters = wanted.hyperparameters;
  for (const auto& [name, value] : options.changes) hyperparameters[name] = value;
  // A model trained without categories takes series without.
  if (const auto found = hyperparameters.find("cardinality");
      found != hyperparameters.end() && found->second == "ignore")
    for (auto& series : data->series) series.cat.clear();
  Row mean;
  for (int seed = 1; seed <= options.seeds; ++seed) {
    const auto row = measure(*data, hyperparameters, static_cast<std::uint64_t>(seed), options.threads);
    if (!row) {
      fmt::print("{:<13} {}\n", wanted.dataset, row.error().message);
      return false;
    }
    print(wanted.dataset, std::to_string(seed), *row, "");
    for (const auto member :
         {&Row::loss, &Row::three, &Row::nd, &Row::mase, &Row::low, &Row::high, &Row::epochs, &Row::seconds})
      mean.*member += (*row).*member / options.seeds;
  }
  if (options.before) {
    print(wanted.dataset, "mean", mean, "windows before those of the case");
    return true;
  }
  const bool held = mean.loss <= wanted.must;
  print(wanted.dataset, "mean", mean,
        fmt::format("must {}{}, good {}{}", wanted.must, held ? "" : " MISSED", wanted.good,
                    mean.loss <= wanted.good ? "" : " not reached"));
  return held;
}

/// Options of other programs that `./dev bench` hands to every one are passed over.
Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--before") {
      options.before = true;
    } else if (argument == "--seeds" && i + 1 < argc) {
      options.seeds = std::max(1, std::atoi(argv[++i]));
    } else if (argument == "--threads" && i + 1 < argc) {
      options.threads = std::max(0, std::atoi(argv[++i]));
    } else if (argument == "--set" && i + 1 < argc) {
      const std::string change = argv[++i];
      const auto equals = change.find('=');
      options.changes[change.substr(0, equals)] = equals == std::string::npos ? "" : change.substr(equals + 1);
    } else if (argument.front() != '-') {
      options.only = argument;
    }
  }
  return options;
}

}  // namespace
}  // namespace driftlab::accuracy

int main(int argc, char** argv) {
  const char* folder = std::getenv("DRIFTLAB_DATA_DIR");
#ifdef DRIFTLAB_DATA_DIR
  if (folder == nullptr) folder = DRIFTLAB_DATA_DIR;
#endif
  if (folder == nullptr) {
    std::puts("DRIFTLAB_DATA_DIR does not name the folder of the series: nothing to measure accuracy on");
    return 0;
  }
  const auto options = driftlab::accuracy::read_options(argc, argv);
  fmt::print("{:<13} {:>5} {:>8} {:>8} {:>8} {:>8} {:>6} {:>6} {:>6} {:>7}\n", "series", "seed", "wQL", "wQL3", "ND",
             "MASE", "c0.1", "c0.9", "epoch", "seconds");
  bool held = true;
  for (const auto& one : driftlab::accuracy::kCases)
    if (std::string(one.dataset).find(options.only) != std::string::npos)
      held = driftlab::accuracy::report(folder, one, options) && held;
  return held ? 0 : 1;
}

/// Accuracy of the cheap forecasters on real series against figures computed elsewhere: one row per series, horizon and
/// method. Exits with 1 when a row is outside its bound.
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

using Hyperparameters = std::map<std::string, std::string>;

struct Method {
  const char* name;
  const char* algorithm;
  Hyperparameters hyperparameters;
};

// Of the baselines the table was computed with: bands are not cut at 0, fits see the whole history.
const std::vector<Method> kMethods{
    {"SN-point", "seasonal-naive", {{"interval", "point"}, {"non_negative", "false"}}},
    {"SN-gauss", "seasonal-naive", {{"interval", "gaussian"}, {"residuals", "0"}, {"non_negative", "false"}}},
    {"SN-gauss100", "seasonal-naive", {{"interval", "gaussian"}, {"residuals", "100"}, {"non_negative", "false"}}},
    {"SES", "ets", {{"ets_model", "ANN"}, {"history", "0"}, {"non_negative", "false"}}},
    {"Theta",
     "theta",
     {{"decomposition", "additive"}, {"trend_window", "0"}, {"history", "0"}, {"non_negative", "false"}}},
    {"AR-QR", "linear", {{"max_origins", "100000"}, {"daily_order", "0"}}},
    {"residual", "seasonal-naive", {}},
    {"ETS", "ets", {}},
    {"Theta-recent", "theta", {}},
    {"linear", "linear", {}},
};

/// What a row must be: a figure to be met within a share of it, or an upper bound.
struct Expected {
  double value = 0.0;
  double tolerance = 0.0;  ///< share; 0: an upper bound
};

/// Mean weighted quantile loss over 0.1 … 0.9 per case and method, from forecast_baselines (five digits, hence half a
/// unit of the fifth), and for AR-QR the bounds set for the linear forecaster.
const std::map<std::string, std::map<std::string, Expected>>& expected() {
  static const auto row = [](double point, double gauss, double gauss100, double ses, double theta) {
    const auto digits = [](double value) { return Expected{value, 0.5e-5 / value + 1e-9}; };
    return std::map<std::string, Expected>{{"SN-point", digits(point)},
                                           {"SN-gauss", digits(gauss)},
                                           {"SN-gauss100", digits(gauss100)},
                                           {"SES", {ses, 0.02}},
                                           {"Theta", {theta, 0.02}}};
  };
  static const auto kExpected = [] {
    std::map<std::string, std::map<std::string, Expected>> all{
        {"eth_fee5_h30", row(0.22595, 0.22295, 0.21052, 0.22294, 0.22296)},
        {"eth_fee5_h5", row(0.15659, 0.13184, 0.12782, 0.13184, 0.13183)},
        {"eth_hourly", row(0.36472, 0.66596, 0.36065, 0.70266, 0.66283)},
        {"eth_daily", row(0.56436, 3.86382, 0.67135, 3.94826, 3.85620)},
        {"taxi", row(0.28156, 0.24028, 0.23771, 0.43898, 0.27446)},
        {"exchange", row(0.01075, 0.00851, 0.00810, 0.00754, 0.00755)},
        {"etth1", row(0.26504, 0.22678, 0.22883, 0.48316, 0.29954)},
        {"eth_1min", row(0.14808, 0.13854, 0.12952, 0.13757, 0.14067)},
    };
    all["eth_fee5_h30"]["AR-QR"] = {0.172, 0.0};
    all["eth_fee5_h5"]["AR-QR"] = {0.104, 0.0};
    return all;
  }();
  return kExpected;
}

Result<forecast::RollingScore> evaluate(const Dataset& data, const Method& method, std::vector<double> levels) {
  forecast::RollingOptions options{.windows = data.windows, .levels = std::move(levels), .season = data.season};
  forecast::TrainingInput input;
  input.train = forecast::before_windows(data.series, data.horizon, options);
  for (auto& series : input.train) series.cat.clear();
  input.hyperparameters = method.hyperparameters;
  input.hyperparameters["prediction_length"] = std::to_string(data.horizon);
  input.hyperparameters["season"] = std::to_string(data.season);
  auto trained = forecast::train(method.algorithm, input);
  if (!trained) return trained.error();
  auto series = data.series;
  for (auto& one : series) one.cat.clear();
  const forecast::Forecaster* const model = trained->model.get();
  auto result = forecast::roll(std::span(&model, 1), series, options);
  if (!result) return result.error();
  return std::move(result->models.front());
}

/// False when a row is outside its bound.
bool report(const std::string& name, const Dataset& data, const Method& method) {
  const auto score = evaluate(data, method, {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9});
  const auto three = evaluate(data, method, {0.05, 0.5, 0.95});
  if (!score || !three) {
    fmt::print("{:<13} {:<13} {}\n", name, method.name, (!score ? score : three).error().message);
    return false;
  }
  const auto values = score->scores.metrics();
  const auto interval = three->scores.metrics();
  std::string verdict;
  bool held = true;
  if (const auto row = expected().find(name); row != expected().end())
    if (const auto cell = row->second.find(method.name); cell != row->second.end()) {
      const auto [value, tolerance] = cell->second;
      const double loss = *values.mean_weighted_quantile_loss;
      held = tolerance > 0.0 ? std::abs(loss - value) <= tolerance * value : loss <= value;
      verdict = fmt::format("{} {:.5f}{}", tolerance > 0.0 ? "reference" : "at most", value, held ? "" : "  MISSED");
    }
  fmt::print("{:<13} {:<13} {:8.5f} {:8.5f} {:8.5f} {:8.4f} {:6.3f} {:6.3f}  {}\n", name, method.name,
             *values.mean_weighted_quantile_loss, *interval.mean_weighted_quantile_loss, values.nd.value_or(0.0),
             values.mase.value_or(0.0), values.coverage.front(), values.coverage.back(), verdict);
  std::fflush(stdout);
  return held;
}

int run(const std::string& folder, const std::string& only) {
  bool held = true;
  fmt::print("{:<13} {:<13} {:>8} {:>8} {:>8} {:>8} {:>6} {:>6}\n", "series", "method", "wQL", "wQL3", "ND", "MASE",
             "c0.1", "c0.9");
  for (const auto& name : dataset_names()) {
    if (!only.empty() && name.find(only) == std::string::npos) continue;
    const auto data = load_dataset(folder, name);
    if (!data) {
      fmt::print("{:<13} {}\n", name, data.error().message);
      held = false;
      continue;
    }
    for (const auto& method : kMethods) held = report(name, *data, method) && held;
  }
  return held ? 0 : 1;
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
  // Options of the other benchmarks, which `./dev bench` hands to all of them, mean nothing here.
  const std::string only = argc > 1 && argv[1][0] != '-' ? argv[1] : "";
  return driftlab::accuracy::run(folder, only);
}

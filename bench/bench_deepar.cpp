// DeepAR: training throughput beside the machine's matrix product, and the latency of a forecast.
#include <cmath>
#include <thread>

#include <Eigen/Core>
#include <benchmark/benchmark.h>

#include "core/forecast/deepar/trainer.hpp"
#include "core/forecast/deepar_forecaster.hpp"

namespace driftlab::forecast {
namespace {

constexpr int kBatches = 20;

Series fees() {
  Rng rng(1, "bench", "fees");
  Series series{from_civil(2026, 6, 1), std::chrono::minutes{1}, {}};
  for (int t = 0; t < 10'080; ++t) series.target.push_back(20.0 + 5.0 * std::sin(0.00436 * t) + rng.student_t(4.0));
  return series;
}

/// Seven days of minutes, 30 steps context and horizon, 2 layers of 40 cells, zoneout 0.1: 22 lags, 3 covariates.
deepar::Settings settings(int batch) {
  deepar::Settings s;
  s.prediction_length = 30;
  s.context_length = 30;
  s.epochs = 1;
  s.mini_batch_size = batch;
  s.batches_per_epoch = kBatches;
  s.held_out_fraction = 0.0;
  return s;
}

/// A whole epoch: instances drawn and encoded, forward, backward, clipping, Adam. Arguments: batch, threads.
void train(benchmark::State& state) {
  const std::vector<Series> series{fees()};
  const auto s = settings(static_cast<int>(state.range(0)));
  double work = 0.0;
  for (auto _ : state) {
    auto training = deepar::train_network(series, s, 1, static_cast<int>(state.range(1)), {});
    work += training->epochs.back().work;
  }
  const double cell_steps = static_cast<double>(state.iterations()) * kBatches * static_cast<double>(state.range(0)) *
                            (s.context_length + s.prediction_length - 1) * s.num_layers;
  state.counters["cell_steps/s"] = benchmark::Counter(cell_steps, benchmark::Counter::kIsRate);
  state.counters["flop/s"] = benchmark::Counter(2.0 * work, benchmark::Counter::kIsRate);
}
BENCHMARK(train)->Args({128, 1})->Args({128, 2})->Args({32, 2})->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

/// The peer for flop/s: Eigen's product of 1024 × 1024 floats, compiled for this machine, one product per thread.
void matrix_product(benchmark::State& state) {
  constexpr int kSize = 1024;
  const auto threads = static_cast<std::size_t>(state.range(0));
  std::vector<Eigen::MatrixXf> a(threads), b(threads), c(threads);
  for (std::size_t t = 0; t < threads; ++t) {
    a[t] = Eigen::MatrixXf::Random(kSize, kSize);
    b[t] = Eigen::MatrixXf::Random(kSize, kSize);
    c[t] = Eigen::MatrixXf::Zero(kSize, kSize);
  }
  constexpr int kRepeats = 10;
  for (auto _ : state) {
    std::vector<std::thread> team;
    for (std::size_t t = 0; t < threads; ++t)
      team.emplace_back([&, t] {
        for (int i = 0; i < kRepeats; ++i) c[t].noalias() += a[t] * b[t];
      });
    for (auto& thread : team) thread.join();
    benchmark::DoNotOptimize(c.front().data());
  }
  const double flops = 2.0 * kSize * kSize * kSize * kRepeats * static_cast<double>(threads);
  state.counters["flop/s"] =
      benchmark::Counter(flops * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(matrix_product)->Arg(1)->Arg(2)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

/// 30 points from the argument's number of paths, one thread: quantiles at three levels.
void forecast(benchmark::State& state) {
  const std::vector<Series> series{fees()};
  auto training = deepar::train_network(series, settings(32), 1, 0, {});
  const DeepArForecaster model(std::move(training->model));
  Series context = series.front();
  context.target.resize(400);
  ForecastOptions options;
  options.levels = {0.05, 0.5, 0.95};
  options.num_samples = static_cast<int>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(model.forecast_batch({&context, 1}, options));
}
BENCHMARK(forecast)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace driftlab::forecast

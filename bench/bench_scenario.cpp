/// Four weeks of the blog's system: processor time of the whole process for a run from scenario file to scores, every
/// model trained anew, and its peak memory.
#include <string>

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "sim/scenario/run/analysis.hpp"
#include "sim/scenario/run/prepare.hpp"

namespace {

void run_scenario(benchmark::State& state, const char* file, const char* algorithm) {
  for (auto _ : state) {
    const auto prepared = driftlab::scenario::prepare(file, {.sets = {std::string("system.algorithm=") + algorithm}});
    if (!prepared) return state.SkipWithError(prepared.error().message.c_str());
    driftlab::scenario::Simulation simulation(*prepared);
    const auto ran = simulation.run({});
    if (!ran) return state.SkipWithError(ran.error().message.c_str());
    const auto result = driftlab::scenario::analyse(*prepared, simulation.cloud());
    state.counters["retrains"] = static_cast<double>(result.counts.retrains);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["peak_MB"] = static_cast<double>(usage.ru_maxrss) / 1024.0;
}

// One run a repetition: a run takes seconds, and its peak of memory would hide behind that of the one before.
BENCHMARK_CAPTURE(run_scenario, fee_forecast_deepar, DRIFTLAB_SCENARIOS "/blog/fee-forecast.json", "forecasting-deepar")
    ->Unit(benchmark::kSecond)
    ->Iterations(1)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(run_scenario, fee_forecast, DRIFTLAB_SCENARIOS "/blog/fee-forecast.json", "forecasting-linear")
    ->Unit(benchmark::kSecond)
    ->Iterations(1)
    ->Repetitions(3)
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(run_scenario, fee_forecast_calm, DRIFTLAB_SCENARIOS "/blog/fee-forecast-calm.json",
                  "forecasting-linear")
    ->Unit(benchmark::kSecond)
    ->Iterations(1)
    ->Repetitions(3)
    ->MeasureProcessCPUTime();

}  // namespace

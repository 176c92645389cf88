/// The four weeks of scenarios/blog/fee-forecast.json: processor time of a whole run, and the peak memory of the
/// process.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "sim/scenario/run/analysis.hpp"
#include "sim/scenario/run/prepare.hpp"

namespace {

void run_scenario(benchmark::State& state, const char* file) {
  for (auto _ : state) {
    const auto prepared = driftlab::scenario::prepare(file, {});
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

BENCHMARK_CAPTURE(run_scenario, fee_forecast, DRIFTLAB_SCENARIOS "/blog/fee-forecast.json")
    ->Unit(benchmark::kSecond)
    ->Iterations(1)
    ->Repetitions(3);

}  // namespace

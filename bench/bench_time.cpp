/// Virtual time: how many events a second one core runs.

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/base/rng.hpp"
#include "sim/time/sim_clock.hpp"
#include "sim/time/sim_loop.hpp"

namespace driftlab {
namespace {

constexpr std::int64_t kSleepsEach = 100;

/// What a coroutine draws its delays from: the cost of a real stream would be part of the figure.
Duration next_delay(std::uint64_t& state) {
  state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  return Duration{static_cast<std::int64_t>(state >> 44)};
}

boost::asio::awaitable<void> sleeper(ports::Clock& clock, std::uint64_t seed) {
  for (std::int64_t i = 0; i < kSleepsEach; ++i) (void)co_await clock.sleep_for(next_delay(seed));
}

/// Argument: coroutines alive at once.
void coroutine_sleeps(benchmark::State& state) {
  const auto coroutines = state.range(0);
  for (auto _ : state) {
    sim::SimLoop loop;
    sim::SimClock clock(loop);
    for (std::int64_t i = 0; i < coroutines; ++i) loop.spawn("sleeper", sleeper(clock, static_cast<std::uint64_t>(i)));
    benchmark::DoNotOptimize(loop.run());
  }
  state.SetItemsProcessed(state.iterations() * coroutines * kSleepsEach);
}
BENCHMARK(coroutine_sleeps)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

/// A callback that schedules itself again: 16 bytes of capture, no allocation.
struct Ticker {
  Scheduler& scheduler;
  std::uint64_t state;
  std::int64_t left;
  void arm() {
    scheduler.after(next_delay(state), "tick", [this] {
      if (--left > 0) arm();
    });
  }
};

/// Argument: timers pending at once.
void scheduler_timers(benchmark::State& state) {
  const auto pending = state.range(0);
  for (auto _ : state) {
    sim::SimLoop loop;
    std::vector<Ticker> tickers;
    tickers.reserve(static_cast<std::size_t>(pending));
    for (std::int64_t i = 0; i < pending; ++i) {
      tickers.push_back(Ticker{loop, static_cast<std::uint64_t>(i), kSleepsEach});
      tickers.back().arm();
    }
    benchmark::DoNotOptimize(loop.run());
  }
  state.SetItemsProcessed(state.iterations() * pending * kSleepsEach);
}
BENCHMARK(scheduler_timers)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

/// A deadline set and cancelled before it passes, as calls with a time limit do.
void cancelled_timers(benchmark::State& state) {
  sim::SimLoop loop;
  for (auto _ : state) {
    const TimerId timer = loop.after(1h, "deadline", [] {});
    benchmark::DoNotOptimize(loop.cancel(timer));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(cancelled_timers);

}  // namespace
}  // namespace driftlab

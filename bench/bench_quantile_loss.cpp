/// Mean weighted quantile loss over 100,000 series × 30 steps × 9 levels: beside a plain read of the same memory.

#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/base/rng.hpp"
#include "core/metric/quantile_sums.hpp"

namespace driftlab {
namespace {

constexpr std::size_t kCells = 100'000 * 30;
const std::vector<double> kLevels{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
constexpr std::int64_t kBytes = static_cast<std::int64_t>(kCells * sizeof(double) * 10);

struct Data {
  std::vector<double> actual;
  std::vector<std::vector<double>> quantiles;
  std::vector<const double*> rows;
};

const Data& data() {
  static const Data kData = [] {
    Rng rng(1, "bench", "metric");
    Data made{.actual = std::vector<double>(kCells), .quantiles = {}, .rows = {}};
    made.quantiles.assign(kLevels.size(), std::vector<double>(kCells));
    for (std::size_t i = 0; i < kCells; ++i) {
      made.actual[i] = 20 + 5 * rng.normal();
      for (std::size_t level = 0; level < kLevels.size(); ++level)
        made.quantiles[level][i] = 20 + 12 * (kLevels[level] - 0.5) + rng.uniform();
    }
    for (const auto& row : made.quantiles) made.rows.push_back(row.data());
    return made;
  }();
  return kData;
}

/// Argument: threads.
void weighted_quantile_loss(benchmark::State& state) {
  const Data& input = data();
  for (auto _ : state) {
    auto sums = metric::QuantileSums::create(kLevels).value();
    sums.add(input.actual, input.rows, static_cast<unsigned>(state.range(0))).value();
    double mean = 0.0;
    for (std::size_t i = 0; i < kLevels.size(); ++i) mean += sums.loss(i) / sums.absolute_actuals();
    benchmark::DoNotOptimize(mean);
  }
  state.SetBytesProcessed(state.iterations() * kBytes);
}
BENCHMARK(weighted_quantile_loss)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

using Words = std::uint64_t __attribute__((vector_size(64)));

/// Combines every word into eight: what reading alone costs.
[[gnu::noinline]] std::uint64_t read_all(const double* values, std::size_t count) {
  const auto* const words = reinterpret_cast<const char*>(values);
  Words lanes[4] = {};
  std::size_t at = 0;
  for (; at + sizeof lanes <= count * sizeof(double); at += sizeof lanes)
    for (std::size_t i = 0; i < 4; ++i) {
      Words next;
      __builtin_memcpy(&next, words + at + i * sizeof next, sizeof next);
      lanes[i] ^= next;
    }
  std::uint64_t total = 0;
  for (const auto& lane : lanes)
    for (int i = 0; i < 8; ++i) total ^= lane[i];
  return total;
}

/// Argument: threads, each with its part of every array.
void plain_read(benchmark::State& state) {
  const Data& input = data();
  const auto threads = static_cast<std::size_t>(state.range(0));
  const auto read_part = [&](std::size_t part) {
    const std::size_t begin = kCells * part / threads, count = kCells * (part + 1) / threads - begin;
    std::uint64_t total = read_all(input.actual.data() + begin, count);
    for (const double* row : input.rows) total ^= read_all(row + begin, count);
    benchmark::DoNotOptimize(total);
  };
  for (auto _ : state) {
    std::vector<std::jthread> others;
    for (std::size_t part = 1; part < threads; ++part) others.emplace_back(read_part, part);
    read_part(0);
  }
  state.SetBytesProcessed(state.iterations() * kBytes);
}
BENCHMARK(plain_read)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace driftlab

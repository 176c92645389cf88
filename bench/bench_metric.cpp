/// Metrics over columns in memory, on the same values as their Python peer (peers/metric_peer.py): both read the files
/// the peer writes into the folder DRIFTLAB_BENCH_DATA, so that the ratio is of one job. Without it the values are
/// drawn here, by the same recipe.
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/base/rng.hpp"
#include "core/metric/curve.hpp"
#include "core/metric/distance/binned.hpp"
#include "core/metric/distance/kolmogorov.hpp"
#include "core/metric/regression.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kRows = 10'000'000;
constexpr std::size_t kSampleRows = 1'000'000;

/// A raw file of doubles in the machine's order.
std::vector<double> column(const std::string& name, std::size_t rows, double (*draw)(Rng&)) {
  std::vector<double> values(rows);
  if (const char* folder = std::getenv("DRIFTLAB_BENCH_DATA")) {  // NOLINT(concurrency-mt-unsafe)
    std::ifstream file(std::string(folder) + "/" + name + ".f64", std::ios::binary);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(rows * sizeof(double)));
    if (!file) std::abort();
    return values;
  }
  Rng rng(1, "bench", name);
  for (auto& value : values) value = draw(rng);
  return values;
}

double gaussian(Rng& rng) {
  return rng.normal();
}
/// Four decimals: about a thousand rows a distinct score.
double score(Rng& rng) {
  return static_cast<double>(rng.below(10'000)) / 10'000.0;
}
double label(Rng& rng) {
  return rng.bernoulli(0.3) ? 1.0 : 0.0;
}

const std::vector<double>& actual() {
  static const auto kValues = column("actual", kRows, gaussian);
  return kValues;
}
const std::vector<double>& predicted() {
  static const auto kValues = column("predicted", kRows, gaussian);
  return kValues;
}
const std::vector<double>& sample_a() {
  static const auto kValues = column("sample_a", kSampleRows, gaussian);
  return kValues;
}
const std::vector<double>& sample_b() {
  static const auto kValues = column("sample_b", kSampleRows, gaussian);
  return kValues;
}

void rate(benchmark::State& state, std::size_t rows, std::size_t bytes_a_row) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(rows * bytes_a_row));
}

/// The limit: both columns of the regression read once and added up, eight sums side by side. Argument: threads.
void read_two_columns(benchmark::State& state) {
  const auto& a = actual();
  const auto& b = predicted();
  const auto threads = static_cast<std::size_t>(state.range(0));
  const auto read_part = [&](std::size_t part) {
    double sums[8] = {};  // NOLINT(cppcoreguidelines-avoid-c-arrays)
    for (std::size_t i = kRows / 8 * part / threads * 8; i < kRows / 8 * (part + 1) / threads * 8; i += 8)
      for (std::size_t lane = 0; lane < 8; ++lane) sums[lane] += a[i + lane] + b[i + lane];
    benchmark::DoNotOptimize(sums);
  };
  for (auto _ : state) {
    std::vector<std::jthread> others;
    for (std::size_t part = 1; part < threads; ++part) others.emplace_back(read_part, part);
    read_part(0);
  }
  rate(state, kRows, 16);
}
BENCHMARK(read_two_columns)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

/// mae, mse, rmse, r2. Argument: threads.
void regression_set(benchmark::State& state) {
  const auto& y = actual();
  const auto& p = predicted();
  for (auto _ : state) {
    RegressionScore scores;
    benchmark::DoNotOptimize(scores.add(y, p, static_cast<unsigned>(state.range(0))).has_value());
    benchmark::DoNotOptimize(scores.values());
  }
  rate(state, kRows, 16);
}
BENCHMARK(regression_set)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

/// With ties.
void roc_auc(benchmark::State& state) {
  const auto scores = column("score", kRows, score);
  const auto labels = column("label", kRows, label);
  std::vector<std::uint8_t> classes;
  for (const double value : labels) classes.push_back(value > 0.5 ? 1 : 0);
  for (auto _ : state) {
    ScoredRows rows;
    benchmark::DoNotOptimize(rows.add(scores, classes).has_value());
    benchmark::DoNotOptimize(rows.area_under_roc());
  }
  rate(state, kRows, 9);
}
BENCHMARK(roc_auc)->Unit(benchmark::kMillisecond);

/// Two samples of a million rows: sorting, statistic and asymptotic p-value.
void kolmogorov_smirnov_two_samples(benchmark::State& state) {
  const auto& a = sample_a();
  const auto& b = sample_b();
  for (auto _ : state) {
    const auto left = Sample::create(a).value();
    const auto right = Sample::create(b).value();
    const auto ks = kolmogorov_smirnov(left, right);
    benchmark::DoNotOptimize(ks_asymptotic_p(ks.statistic, left.size(), right.size()));
  }
  rate(state, 2 * kSampleRows, 8);
}
BENCHMARK(kolmogorov_smirnov_two_samples)->Unit(benchmark::kMillisecond);

/// Ten bins at the deciles of the first sample, both counted.
void psi_deciles(benchmark::State& state) {
  const auto& a = sample_a();
  const auto& b = sample_b();
  for (auto _ : state) {
    const auto edges = quantile_edges(a, 10).value();
    benchmark::DoNotOptimize(psi(bin_counts(a, edges), bin_counts(b, edges)).value());
  }
  rate(state, 2 * kSampleRows, 8);
}
BENCHMARK(psi_deciles)->Unit(benchmark::kMillisecond);

/// As psi_deciles with the edges of the baseline kept: what a monitor does each hour.
void psi_with_kept_edges(benchmark::State& state) {
  const auto& a = sample_a();
  const auto& b = sample_b();
  const auto edges = quantile_edges(a, 10).value();
  const auto baseline = bin_counts(a, edges);
  for (auto _ : state) benchmark::DoNotOptimize(psi(baseline, bin_counts(b, edges)).value());
  rate(state, kSampleRows, 8);
}
BENCHMARK(psi_with_kept_edges)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace driftlab::metric

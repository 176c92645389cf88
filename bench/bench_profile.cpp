/// Data-quality profiles: the sketch's update, columns of numbers, CSV text. Beside them std::sort of the same values,
/// a memchr pass and a plain sum over the same bytes, so that ratios can be read off one run.

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include "core/base/check.hpp"
#include "core/base/rng.hpp"
#include "core/metric/sketch/kll.hpp"
#include "core/metric/sketch/moments.hpp"
#include "core/monitor/profile/column_profile.hpp"
#include "core/monitor/profile/csv_source.hpp"
#include "core/monitor/profile/dataset_profile.hpp"

namespace {

using namespace driftlab;
using monitor::ColumnProfile;

constexpr std::size_t kValues = 1 << 20;

enum Kind : std::int64_t { Uniform, Whole, Binary };

std::vector<double> values(std::int64_t kind) {
  Rng rng(1, "bench", "profile");
  std::vector<double> result(kValues);
  for (double& value : result) {
    if (kind == Uniform) value = rng.uniform();
    if (kind == Whole) value = static_cast<double>(rng.below(300));
    if (kind == Binary) value = rng.bernoulli(0.1) ? 1.0 : 0.0;
  }
  return result;
}

void count_items(benchmark::State& state, std::size_t items) {
  state.SetItemsProcessed(static_cast<std::int64_t>(items) * static_cast<std::int64_t>(state.iterations()));
}

void kll_update(benchmark::State& state) {
  const auto column = values(state.range(0));
  for (auto _ : state) {
    metric::KllSketch sketch;
    sketch.add(column);
    benchmark::DoNotOptimize(sketch.levels().data());
  }
  count_items(state, column.size());
}
BENCHMARK(kll_update)->Arg(Uniform)->Arg(Whole)->Arg(Binary);

/// What a sketch replaces: sorting the values.
void peer_sort(benchmark::State& state) {
  const auto column = values(state.range(0));
  for (auto _ : state) {
    auto sorted = column;
    std::sort(sorted.begin(), sorted.end());
    benchmark::DoNotOptimize(sorted.data());
  }
  count_items(state, column.size());
}
BENCHMARK(peer_sort)->Arg(Uniform);

/// Type, completeness, distinct count, sketch and moments of a column that is numbers already.
void profile_column(benchmark::State& state) {
  const auto column = values(state.range(0));
  for (auto _ : state) {
    ColumnProfile profile;
    profile.add_numbers(column, metric::CellType::Fractional);
    profile.finish();
    benchmark::DoNotOptimize(profile.estimated_distinct());
  }
  count_items(state, column.size());
}
BENCHMARK(profile_column)->Arg(Uniform)->Arg(Whole)->Arg(Binary);

/// The limit of memory: a plain sum of the same values.
void peer_sum(benchmark::State& state) {
  const auto column = values(state.range(0));
  for (auto _ : state) {
    double sums[8] = {};
    for (std::size_t i = 0; i < column.size(); i += 8)
      for (std::size_t lane = 0; lane < 8; ++lane) sums[lane] += column[i + lane];
    benchmark::DoNotOptimize(sums);
  }
  count_items(state, column.size());
}
BENCHMARK(peer_sum)->Arg(Uniform);

/// Kinds of text: how many bytes a cell takes decides how many bytes a second can be profiled.
enum Text : std::int64_t { Mixed, Amounts, FullPrecision, SmallWhole, LargeWhole, Wide };

/// A row of ten columns as people have them (ids, whole numbers, amounts, scores, texts).
std::string mixed_row(Rng& rng, int row) {
  const char* plans[] = {"gold", "basic", "trial"};
  const char* cities[] = {"Paris", "London", "New York", "Berlin"};
  return fmt::format("{},{},{:.2f},{},{},{:.1f},{},{:.6f},{},{}\n", row, 18 + rng.below(72), rng.normal(50000, 15000),
                     rng.uniform(), plans[rng.below(3)], rng.uniform(0, 350), rng.below(2), rng.lognormal(0, 1),
                     cities[rng.below(4)], 1700000000 + row * 60);
}

int columns_of(std::int64_t kind) {
  return kind == Wide ? 1000 : 10;
}

/// A row of numbers of one kind; a wide one has amounts.
std::string numeric_row(Rng& rng, std::int64_t kind) {
  std::string row;
  for (int column = 0; column < columns_of(kind); ++column) {
    if (kind == Amounts || kind == Wide) fmt::format_to(std::back_inserter(row), "{:.2f}", rng.normal(5000, 1500));
    if (kind == FullPrecision) fmt::format_to(std::back_inserter(row), "{}", rng.normal());
    if (kind == SmallWhole) fmt::format_to(std::back_inserter(row), "{}", rng.below(300));
    if (kind == LargeWhole) fmt::format_to(std::back_inserter(row), "{}", 1'000'000'000 + rng.below(1'000'000'000));
    row += column + 1 == columns_of(kind) ? '\n' : ',';
  }
  return row;
}

/// Wide files get some 32,000 rows: what a column costs at its beginning is not what it costs in the long run.
std::size_t bytes_of(std::int64_t kind) {
  return kind == Wide ? 256'000'000 : 32'000'000;
}

/// Some text of one kind, made once a run.
class CsvFile {
 public:
  explicit CsvFile(std::int64_t kind)
      : path_(std::filesystem::temp_directory_path() / fmt::format("driftlab_bench_{}_{}.csv", ::getpid(), kind)) {
    Rng rng(2, "bench", "csv");
    for (int column = 0; column < columns_of(kind); ++column)
      text_ += fmt::format("c{}{}", column, column + 1 == columns_of(kind) ? '\n' : ',');
    for (int row = 0; text_.size() < bytes_of(kind); ++row)
      text_ += kind == Mixed ? mixed_row(rng, row) : numeric_row(rng, kind);
    std::ofstream(path_, std::ios::binary) << text_;
  }
  ~CsvFile() { std::filesystem::remove(path_); }
  CsvFile(const CsvFile&) = delete;
  CsvFile& operator=(const CsvFile&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::filesystem::path path_;
  std::string text_;
};

const CsvFile& csv_file(std::int64_t kind) {
  static std::map<std::int64_t, CsvFile> files;
  return files.try_emplace(kind, kind).first->second;
}

/// From the file to the finished profiles; the arguments are the kind of text and the number of threads on columns.
void profile_csv(benchmark::State& state) {
  const auto& file = csv_file(state.range(0));
  std::uint64_t rows = 0;
  for (auto _ : state) {
    monitor::CsvSource source({file.path()}, {});
    const auto dataset = monitor::profile_dataset(source, {.threads = static_cast<unsigned>(state.range(1))});
    DRIFTLAB_CHECK(dataset.has_value() && dataset->rejected_count == 0, "the file is read whole");
    rows += dataset->rows;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(file.text().size()) *
                          static_cast<std::int64_t>(state.iterations()));
  state.SetItemsProcessed(columns_of(state.range(0)) * static_cast<std::int64_t>(rows));
}
BENCHMARK(profile_csv)
    ->ArgsProduct({{Mixed, Amounts, FullPrecision, SmallWhole, LargeWhole, Wide}, {1, 2}})
    ->ArgNames({"text", "threads"})
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

/// The limit of a scan: counting line ends in the same bytes.
void peer_memchr(benchmark::State& state) {
  const std::string& text = csv_file(Mixed).text();
  for (auto _ : state) {
    std::size_t lines = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    while ((at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) != nullptr) {
      ++lines;
      ++at;
    }
    benchmark::DoNotOptimize(lines);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(peer_memchr)->Unit(benchmark::kMillisecond);

}  // namespace

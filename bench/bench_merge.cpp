/// Ground truth merge of a generated pair of files beside the limit: one pass of memchr over the same bytes. The peer
/// is bench/merge_duckdb.py on the same files. Data are made once, in $DRIFTLAB_BENCH_DATA or the temporary folder.
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/merge_data.hpp"
#include "core/base/check.hpp"
#include "core/merge/folder_sink.hpp"
#include "core/merge/merge.hpp"

namespace {

using namespace driftlab;
using bench::PairSettings;
using Layout = PairSettings::Layout;

std::filesystem::path data_folder() {
  const char* folder = std::getenv("DRIFTLAB_BENCH_DATA");
  return folder != nullptr ? folder : std::filesystem::temp_directory_path() / "driftlab-bench-merge";
}

constexpr double kPowers[2][9] = {{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8},
                                  {-1, -1e1, -1e2, -1e3, -1e4, -1e5, -1e6, -1e7, -1e8}};

/// Regression errors, as a metric over merged rows would take them. Sums are by piece of input, so that they are the
/// same for any number of threads.
class ErrorsSink final : public merge::RowSink {
 public:
  struct Sums final : Part {
    void add(const merge::InputFile&, std::span<const merge::MergedRow> rows) override {
      for (const auto& row : rows) {
        const double prediction = read(row.capture->output.data), truth = read(row.label);
        const double error = prediction - truth;
        n += 1;
        absolute += std::abs(error);
        square += error * error;
        y += truth;
        yy += truth * truth;
      }
    }
    /// Decimals of up to eight characters behind the sign exactly, by the division of two whole numbers, and without a
    /// branch on the sign or the place of the point, which nothing foretells; all else by the library.
    static double read(std::string_view text) {
      constexpr std::uint64_t kEach = 0x0101010101010101, kZeros = kEach * '0', kHigh = kEach * 0x80;
      if (text.empty()) return 0;
      const auto negative = static_cast<std::size_t>(text.front() == '-');
      const char* const at = text.data() + negative;
      const std::size_t size = text.size() - negative;
      if (size < 4 || size > 8) return read_slowly(text);
      std::uint32_t head = 0, tail = 0;
      std::memcpy(&head, at, 4);
      std::memcpy(&tail, at + size - 4, 4);
      const std::uint64_t bytes = head | (std::uint64_t{tail} << (8 * (size - 4)));
      const std::uint64_t no_point = bytes ^ (kEach * '.');
      const std::uint64_t points = (no_point - kEach) & ~no_point & kHigh;
      if (points == 0) return read_slowly(text);
      const auto place = static_cast<std::size_t>(std::countr_zero(points)) / 8;
      const std::uint64_t before = (std::uint64_t{1} << (8 * place)) - 1;
      // The digits without the point, behind zeroes.
      const std::uint64_t together = (bytes & before) | ((bytes >> 8) & ~before);
      std::uint64_t digits = ((together << (8 * (9 - size))) | (kZeros >> (8 * (size - 1)))) - kZeros;
      if (((digits | (digits + kEach * 0x76)) & kHigh) != 0) return read_slowly(text);
      digits = digits * 10 + (digits >> 8);
      digits = (((digits & 0x000000FF000000FF) * 0x000F424000000064) +
                (((digits >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >>
               32;
      return static_cast<double>(digits) / kPowers[negative][size - 1 - place];
    }
    static double read_slowly(std::string_view text) {
      double value = 0;
      std::from_chars(text.data(), text.data() + text.size(), value);
      return value;
    }
    double n = 0, absolute = 0, square = 0, y = 0, yy = 0;
  };
  std::unique_ptr<Part> make_part() override { return std::make_unique<Sums>(); }
  Result<> commit(Part& part) override {
    auto& sums = dynamic_cast<Sums&>(part);
    total.n += sums.n;
    total.absolute += sums.absolute;
    total.square += sums.square;
    total.y += sums.y;
    total.yy += sums.yy;
    sums.n = sums.absolute = sums.square = sums.y = sums.yy = 0;
    return {};
  }
  Sums total;
};

/// Payloads are not numbers here: only the join.
class CountSink final : public merge::RowSink {
 public:
  struct Count final : Part {
    void add(const merge::InputFile&, std::span<const merge::MergedRow> rows) override { n += rows.size(); }
    std::uint64_t n = 0;
  };
  std::unique_ptr<Part> make_part() override { return std::make_unique<Count>(); }
  Result<> commit(Part&) override { return {}; }
};

std::uint64_t peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

/// Named as under a prefix: merged files go to the same folders, below the sink's own root.
struct Inputs {
  explicit Inputs(const bench::Pair& pair)
      : captures{{"endpoint/AllTraffic/2026/06/01/10/c.jsonl", {}, pair.captures.string()}},
        labels{{"2026/06/01/11/l.jsonl", {}, pair.labels.string()}} {}
  std::vector<merge::InputFile> captures, labels;
};

merge::MergeOptions options_of(benchmark::State& state, bool patterns) {
  merge::MergeOptions options;
  options.threads = static_cast<unsigned>(state.range(0));
  options.patterns = patterns;
  return options;
}

void count(benchmark::State& state, const bench::Pair& pair, const merge::MergeReport& report) {
  state.SetBytesProcessed(static_cast<std::int64_t>(pair.bytes) * state.iterations());
  state.counters["matched"] = static_cast<double>(report.captures.matched);
  state.counters["peak_MB"] = static_cast<double>(peak_bytes()) / 1e6;
}

void join(benchmark::State& state, Layout layout, bool patterns) {
  const auto pair = bench::make_pair(data_folder(), {.layout = layout});
  const Inputs inputs(pair);
  merge::MergeReport report;
  for (auto _ : state) {
    const bool numbers = layout != Layout::Json && layout != Layout::Base64;
    ErrorsSink errors;
    CountSink counts;
    const auto merged = merge::merge(inputs.captures, inputs.labels, options_of(state, patterns),
                                     numbers ? static_cast<merge::RowSink&>(errors) : counts);
    if (!merged) return state.SkipWithError(merged.error().message.c_str());
    report = *merged;
    if (!numbers) continue;
    const auto& sums = errors.total;
    state.counters["mae"] = sums.absolute / sums.n;
    state.counters["mse"] = sums.square / sums.n;
    state.counters["r2"] = 1 - sums.square / (sums.yy - sums.y * sums.y / sums.n);
  }
  count(state, pair, report);
}

Result<merge::MergeReport> merge_to(const std::filesystem::path& folder, const Inputs& inputs,
                                    const merge::MergeOptions& options) {
  merge::FolderSink sink({.root = folder, .id = "bench"});
  auto merged = merge::merge(inputs.captures, inputs.labels, options, sink);
  if (!merged) return merged;
  if (const auto published = sink.publish(); !published) return published.error();
  return merged;
}

/// To a new folder, as a job writes. Once before, untimed: memory that a virtual machine has not used before has yet to
/// be given to it by its host, which takes longer than the merge.
void write(benchmark::State& state) {
  const auto pair = bench::make_pair(data_folder(), {});
  const Inputs inputs(pair);
  const auto folder = data_folder() / "merged";
  auto merged = merge_to(folder, inputs, options_of(state, true));
  for (auto _ : state) {
    state.PauseTiming();
    std::filesystem::remove_all(folder);
    state.ResumeTiming();
    merged = merge_to(folder, inputs, options_of(state, true));
    if (!merged) return state.SkipWithError(merged.error().message.c_str());
  }
  std::filesystem::remove_all(folder);
  count(state, pair, *merged);
}

/// Mapped and in memory already: what no reader can beat.
void memchr_pass(benchmark::State& state) {
  const auto pair = bench::make_pair(data_folder(), {});
  std::vector<std::string_view> files;
  for (const auto& path : {pair.captures, pair.labels}) {
    const int descriptor = ::open(path.c_str(), O_RDONLY);
    const auto size = std::filesystem::file_size(path);
    void* at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
    ::close(descriptor);
    if (at == MAP_FAILED) return state.SkipWithError("the files cannot be mapped");
    files.emplace_back(static_cast<const char*>(at), size);
  }
  std::size_t lines = 0;
  for (auto _ : state) {
    lines = 0;
    for (const auto file : files)
      for (const char* at = file.data(); at != nullptr; ++lines) {
        at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(file.data() + file.size() - at)));
        if (at != nullptr) ++at;
      }
    benchmark::DoNotOptimize(lines);
  }
  for (const auto file : files) ::munmap(const_cast<char*>(file.data()), file.size());
  state.SetBytesProcessed(static_cast<std::int64_t>(pair.bytes) * state.iterations());
  state.counters["lines"] = static_cast<double>(lines);
}

/// As many records as DRIFTLAB_BENCH_MERGE_RECORDS says, within 512 MiB: by way of the disk.
void join_large(benchmark::State& state) {
  const char* records = std::getenv("DRIFTLAB_BENCH_MERGE_RECORDS");
  if (records == nullptr)
    return state.SkipWithError("set DRIFTLAB_BENCH_MERGE_RECORDS, e.g. to 20000000 (11 GB of disk)");
  const auto pair = bench::make_pair(data_folder(), {.records = std::strtoull(records, nullptr, 10)});
  const Inputs inputs(pair);
  merge::MergeReport report;
  for (auto _ : state) {
    CountSink sink;
    auto options = options_of(state, true);
    options.memory_bytes = std::uint64_t{512} << 20;
    options.scratch = data_folder().string();
    const auto merged = merge::merge(inputs.captures, inputs.labels, options, sink);
    if (!merged) return state.SkipWithError(merged.error().message.c_str());
    report = *merged;
  }
  count(state, pair, report);
  state.counters["partitions"] = static_cast<double>(report.partitions);
}

void threads(benchmark::internal::Benchmark* b) {
  b->Arg(1)->Arg(2)->ArgName("threads")->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();
}

// The joins first: their peak memory is the process's.
BENCHMARK_CAPTURE(join, standard, Layout::Standard, true)->Apply(threads);
BENCHMARK_CAPTURE(join, one_percent_mixed, Layout::MixedOnePercent, true)->Apply(threads);
BENCHMARK_CAPTURE(join, short_ids, Layout::ShortIds, true)->Apply(threads);
BENCHMARK_CAPTURE(join, json, Layout::Json, true)->Apply(threads);
BENCHMARK_CAPTURE(join, base64, Layout::Base64, true)->Apply(threads);
BENCHMARK_CAPTURE(join, general_path, Layout::Standard, false)->Apply(threads);
BENCHMARK(write)->Apply(threads);
BENCHMARK(memchr_pass)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(join_large)
    ->Arg(2)
    ->ArgName("threads")
    ->Unit(benchmark::kSecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->Iterations(1);

}  // namespace

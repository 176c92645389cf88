#include "core/metric/quantile_sums.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/metric/forecast.hpp"

namespace driftlab::metric {
namespace {

constexpr std::size_t kBlock = 1024;
constexpr std::size_t kLanes = 8;

using Lanes = double __attribute__((vector_size(kLanes * sizeof(double))));
using Counts = std::int64_t __attribute__((vector_size(kLanes * sizeof(std::int64_t))));

struct LevelSums {
  double loss = 0.0;  ///< Σ ρ_q
  std::size_t covered = 0;
};

/// The lanes pairwise: the fixed end of every sum over a block.
double total_of(const std::array<double, kLanes>& lanes) {
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

// The four kernels below are inlined into one function per instruction set; a vector of eight is whatever the set has.

[[gnu::always_inline]] inline void load(Lanes& into, const double* from) {
  std::memcpy(&into, from, sizeof into);
}

[[gnu::always_inline]] inline std::size_t total_of(const Counts& counts) {
  std::int64_t total = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) total += counts[lane];
  return static_cast<std::size_t>(total);
}

/// One level of one block without missing actuals.
[[gnu::always_inline]] inline LevelSums level_sums(const double* actual, const double* forecast, std::size_t count,
                                                   double level) {
  Lanes losses{};
  Counts covered{};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Lanes y, f;
    load(y, actual + i);
    load(f, forecast + i);
    const Lanes error = y - f;
    const Lanes below = error * level, above = error * (level - 1.0);
    losses += below > above ? below : above;
    covered -= y <= f;
  }
  std::array<double, kLanes> lanes;
  std::memcpy(lanes.data(), &losses, sizeof losses);
  LevelSums sums{.covered = total_of(covered)};
  for (; i < count; ++i) {
    lanes[i % kLanes] += pinball_loss(level, actual[i], forecast[i]);
    sums.covered += actual[i] <= forecast[i] ? 1U : 0U;
  }
  sums.loss = total_of(lanes);
  return sums;
}

/// Σ|y| over what is not missing, and the count of what is.
[[gnu::always_inline]] inline LevelSums actual_sums(const double* actual, std::size_t count) {
  const Lanes zero{};
  Lanes totals{};
  Counts present{};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Lanes y;
    load(y, actual + i);
    const Lanes size = y < zero ? -y : y;
    totals += y == y ? size : zero;
    present -= y == y;
  }
  std::array<double, kLanes> lanes;
  std::memcpy(lanes.data(), &totals, sizeof totals);
  LevelSums sums{.covered = total_of(present)};
  for (; i < count; ++i) {
    if (std::isnan(actual[i])) continue;
    lanes[i % kLanes] += std::abs(actual[i]);
    ++sums.covered;
  }
  sums.loss = total_of(lanes);
  return sums;
}

[[gnu::always_inline]] inline std::size_t count_inside(const double* actual, const double* low, const double* high,
                                                       std::size_t count) {
  Counts inside{};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Lanes y, least, most;
    load(y, actual + i);
    load(least, low + i);
    load(most, high + i);
    inside -= (least <= y) & (y <= most);
  }
  std::size_t total = total_of(inside);
  for (; i < count; ++i) total += low[i] <= actual[i] && actual[i] <= high[i] ? 1U : 0U;
  return total;
}

/// The same as `level_sums` where actuals are missing.
LevelSums level_sums_with_gaps(const double* actual, const double* forecast, std::size_t count, double level) {
  std::array<double, kLanes> lanes{};
  LevelSums sums;
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(forecast[i])) return {.loss = std::numeric_limits<double>::quiet_NaN()};
    if (std::isnan(actual[i])) continue;
    lanes[i % kLanes] += pinball_loss(level, actual[i], forecast[i]);
    if (actual[i] <= forecast[i]) ++sums.covered;
  }
  sums.loss = total_of(lanes);
  return sums;
}

struct Block {
  const double* actual;
  std::size_t count;
  std::span<const double* const> quantiles;
  std::size_t offset;  ///< of the block in the quantiles
  std::span<const double> levels;
};

struct BlockSums {
  LevelSums actuals;
  std::size_t inside = 0;
};
/// Writes one LevelSums per level.
using Kernel = BlockSums (*)(const Block&, LevelSums*);

[[gnu::always_inline]] inline BlockSums block_sums(const Block& block, LevelSums* out) {
  BlockSums sums{.actuals = actual_sums(block.actual, block.count)};
  const bool gaps = sums.actuals.covered != block.count;
  for (std::size_t i = 0; i < block.levels.size(); ++i) {
    const double* const forecast = block.quantiles[i] + block.offset;
    out[i] = gaps ? level_sums_with_gaps(block.actual, forecast, block.count, block.levels[i])
                  : level_sums(block.actual, forecast, block.count, block.levels[i]);
  }
  sums.inside = count_inside(block.actual, block.quantiles.front() + block.offset,
                             block.quantiles.back() + block.offset, block.count);
  return sums;
}

BlockSums block_sums_plain(const Block& block, LevelSums* out) {
  return block_sums(block, out);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] BlockSums block_sums_avx2(const Block& block, LevelSums* out) {
  return block_sums(block, out);
}
[[gnu::target("avx512f")]] BlockSums block_sums_avx512(const Block& block, LevelSums* out) {
  return block_sums(block, out);
}
Kernel choose_kernel() {
  if (__builtin_cpu_supports("avx512f")) return block_sums_avx512;
  if (__builtin_cpu_supports("avx2")) return block_sums_avx2;
  return block_sums_plain;
}
#else
Kernel choose_kernel() {
  return block_sums_plain;
}
#endif

Error find_fault(const std::vector<double>& levels, std::span<const double> actual,
                 std::span<const double* const> quantiles) {
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (std::isinf(actual[i])) return input_error(fmt::format("the actual at step {} is infinite", i));
    for (std::size_t level = 0; level < levels.size(); ++level)
      if (!std::isfinite(quantiles[level][i]))
        return input_error(fmt::format("the forecast at level {} is not finite at step {}", levels[level], i));
  }
  return input_error("the losses are larger than a double can hold");
}

}  // namespace

QuantileSums::QuantileSums(std::vector<double> levels)
    : levels_(std::move(levels)), losses_(levels_.size()), covered_(levels_.size()) {}

Result<QuantileSums> QuantileSums::create(std::vector<double> levels) {
  if (levels.empty()) return input_error("at least one quantile level is needed");
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (!(levels[i] > 0.0 && levels[i] < 1.0))
      return input_error(fmt::format("quantile level {} is not between 0 and 1", levels[i]));
    if (i > 0 && levels[i] <= levels[i - 1]) return input_error("quantile levels must ascend");
  }
  return QuantileSums(std::move(levels));
}

bool QuantileSums::add_block(const double* actual, std::size_t count, std::span<const double* const> quantiles,
                             std::size_t offset) {
  static const Kernel kernel = choose_kernel();
  std::vector<LevelSums> levels(levels_.size());
  const BlockSums sums = kernel({actual, count, quantiles, offset, levels_}, levels.data());
  bool finite = std::isfinite(sums.actuals.loss);
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    finite = finite && std::isfinite(levels[i].loss);
    losses_[i].add(2.0 * levels[i].loss);
    covered_[i] += levels[i].covered;
  }
  inside_ += sums.inside;
  absolute_actuals_.add(sums.actuals.loss);
  cells_ += sums.actuals.covered;
  return finite;
}

Result<void> QuantileSums::add(std::span<const double> actual, std::span<const double* const> quantiles) {
  if (quantiles.size() != levels_.size())
    return input_error(fmt::format("{} quantile forecasts for {} levels", quantiles.size(), levels_.size()));
  QuantileSums sums(levels_);
  for (std::size_t begin = 0; begin < actual.size(); begin += kBlock)
    if (!sums.add_block(actual.data() + begin, std::min(kBlock, actual.size() - begin), quantiles, begin))
      return find_fault(levels_, actual, quantiles);
  merge(sums);
  return {};
}

void QuantileSums::merge(const QuantileSums& other) {
  DRIFTLAB_CHECK(levels_ == other.levels_, "only sums over the same levels can be merged");
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    losses_[i].merge(other.losses_[i]);
    covered_[i] += other.covered_[i];
  }
  absolute_actuals_.merge(other.absolute_actuals_);
  inside_ += other.inside_;
  cells_ += other.cells_;
}

}  // namespace driftlab::metric

/// The kernel over the widest vectors of the translation unit that includes this. Everything is in an anonymous
/// namespace and nothing of the library is called, so that the linker cannot mix instruction sets.

#include <cstddef>
#include <cstdint>

#include "core/metric/quantile_kernel.hpp"

namespace driftlab::metric {
namespace {

#if defined(__AVX512F__)
constexpr std::size_t kWidth = 8;
#elif defined(__AVX2__)
constexpr std::size_t kWidth = 4;
#else
constexpr std::size_t kWidth = 2;
#endif
constexpr std::size_t kLanes = 8;  // part of the order of sums
constexpr std::size_t kParts = kLanes / kWidth;

using Vector = double __attribute__((vector_size(kWidth * sizeof(double))));
using Mask = std::int64_t __attribute__((vector_size(kWidth * sizeof(std::int64_t))));

inline Vector load(const double* from) {
  Vector vector;
  __builtin_memcpy(&vector, from, sizeof vector);
  return vector;
}

inline std::size_t total_of(const Mask& counts) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < kWidth; ++i) total += counts[i];
  return static_cast<std::size_t>(total);
}

struct LaneSums {
  double lanes[kLanes];  // NOLINT(cppcoreguidelines-avoid-c-arrays): no function of std::array in this file
  explicit LaneSums(const Vector (&parts)[kParts]) { __builtin_memcpy(lanes, parts, sizeof lanes); }  // NOLINT
  [[nodiscard]] double total() const {
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
  }
};

/// `Levels` levels from `first` on. ρ = e·q where y > f, e·(q − 1) elsewhere: the larger of the two without computing
/// both. Where an actual is missing, f·0 takes the place of the error: 0, or NaN to give a bad forecast away.
template <std::size_t Levels, bool Gaps>
inline void add_levels(const QuantileBlock& block, std::size_t first, LevelSums* out) {
  Vector losses[Levels][kParts] = {};
  Mask covered[Levels] = {};
  Vector over[Levels], under[Levels];
  const double* forecasts[Levels];
  for (std::size_t level = 0; level < Levels; ++level) {
    over[level] = Vector{} + block.levels[first + level];
    under[level] = Vector{} + (block.levels[first + level] - 1.0);
    forecasts[level] = block.quantiles[first + level] + block.offset;
  }
  const std::size_t whole = block.count - block.count % kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
#pragma GCC unroll 9
    for (std::size_t level = 0; level < Levels; ++level) {
#pragma GCC unroll 4
      for (std::size_t part = 0; part < kParts; ++part) {
        const Vector y = load(block.actual + i + part * kWidth);
        const Vector f = load(forecasts[level] + i + part * kWidth);
        const Mask below = y <= f;
        Vector error = y - f;
        if constexpr (Gaps) error = y == y ? error : f * 0.0;
        losses[level][part] += error * (below ? under[level] : over[level]);
        covered[level] -= below;
      }
    }
  }
  for (std::size_t level = 0; level < Levels; ++level) {
    LaneSums sums(losses[level]);
    std::size_t count = total_of(covered[level]);
    for (std::size_t i = whole; i < block.count; ++i) {
      const double y = block.actual[i], f = forecasts[level][i];
      const bool below = y <= f;
      const double error = Gaps && y != y ? f * 0.0 : y - f;
      sums.lanes[i - whole] += error * (below ? block.levels[first + level] - 1.0 : block.levels[first + level]);
      count += below ? 1U : 0U;
    }
    out[first + level] = {.loss = sums.total(), .covered = count};
  }
}

/// Many levels at once: as many streams of memory are read side by side, and each actual is loaded once for all.
template <bool Gaps>
inline void add_all_levels(const QuantileBlock& block, LevelSums* out) {
  std::size_t level = 0;
  for (; level + 9 <= block.level_count; level += 9) add_levels<9, Gaps>(block, level, out);
  for (; level + 5 <= block.level_count; level += 5) add_levels<5, Gaps>(block, level, out);
  for (; level + 3 <= block.level_count; level += 3) add_levels<3, Gaps>(block, level, out);
  for (; level < block.level_count; ++level) add_levels<1, Gaps>(block, level, out);
}

/// Σ|y| over what is not missing, and the count of what is not.
inline void add_actuals(const QuantileBlock& block, QuantileBlockSums& sums) {
  const Vector zero{};
  Vector totals[kParts] = {};
  Mask present{};
  const std::size_t whole = block.count - block.count % kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes)
#pragma GCC unroll 4
    for (std::size_t part = 0; part < kParts; ++part) {
      const Vector y = load(block.actual + i + part * kWidth);
      const Mask is_present = y == y;
      totals[part] += is_present ? (y < zero ? -y : y) : zero;
      present -= is_present;
    }
  LaneSums lanes(totals);
  sums.present = total_of(present);
  for (std::size_t i = whole; i < block.count; ++i) {
    const double y = block.actual[i];
    if (y != y) continue;
    lanes.lanes[i - whole] += y < 0.0 ? -y : y;
    ++sums.present;
  }
  sums.absolute_actuals = lanes.total();
}

inline std::size_t count_inside(const QuantileBlock& block) {
  const double* const low = block.quantiles[0] + block.offset;
  const double* const high = block.quantiles[block.level_count - 1] + block.offset;
  Mask inside{};
  std::size_t i = 0;
  for (; i + kWidth <= block.count; i += kWidth) {
    const Vector y = load(block.actual + i);
    inside -= (load(low + i) <= y) & (y <= load(high + i));
  }
  std::size_t total = total_of(inside);
  for (; i < block.count; ++i) total += low[i] <= block.actual[i] && block.actual[i] <= high[i] ? 1U : 0U;
  return total;
}

QuantileBlockSums quantile_block(const QuantileBlock& block, LevelSums* out) {
  QuantileBlockSums sums;
  add_actuals(block, sums);
  if (sums.present == block.count)
    add_all_levels<false>(block, out);
  else
    add_all_levels<true>(block, out);
  sums.inside = count_inside(block);
  return sums;
}

}  // namespace
}  // namespace driftlab::metric

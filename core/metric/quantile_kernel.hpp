#pragma once
/// The inner loops of QuantileSums, compiled once per instruction set.

#include <cstddef>

#include "core/metric/instruction_set.hpp"

namespace driftlab::metric {

/// Cells of one block: `count` of them, and the forecasts of each level from `offset` on.
struct QuantileBlock {
  const double* actual = nullptr;
  std::size_t count = 0;
  const double* const* quantiles = nullptr;
  std::size_t offset = 0;
  const double* levels = nullptr;
  std::size_t level_count = 0;
};

struct LevelSums {
  double loss = 0.0;  ///< Σ ρ_q
  std::size_t covered = 0;
};

struct QuantileBlockSums {
  double absolute_actuals = 0.0;
  std::size_t present = 0;  ///< actuals that are not NaN
  std::size_t inside = 0;   ///< between the forecasts of the first and the last level
};

/// Writes one LevelSums per level. A NaN actual counts nowhere. Whatever else is not finite, be it a forecast of a
/// missing actual, makes a sum that is not. Cell i is added to lane i mod 8, lanes pairwise at the end: the bits are
/// the same on every instruction set.
using QuantileKernel = QuantileBlockSums (*)(const QuantileBlock&, LevelSums*);

/// `has(set)` must hold.
[[nodiscard]] QuantileKernel quantile_kernel(InstructionSet set);

#ifdef __x86_64__
// What the translation units of the instruction sets give to `quantile_kernel`.
QuantileBlockSums quantile_block_avx2(const QuantileBlock& block, LevelSums* out);
QuantileBlockSums quantile_block_avx512(const QuantileBlock& block, LevelSums* out);
#endif

}  // namespace driftlab::metric

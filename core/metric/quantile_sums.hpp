#pragma once
/// Pooled quantile losses of many cells at the speed of memory.

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/metric/sum.hpp"

namespace driftlab::metric {

struct LevelSums;
struct QuantileBlockSums;

/// Per level Σ 2ρ_q(y − f_q) and the count of y <= f_q; Σ|y|; the count of cells. Merging adds.
///
/// Order of sums, the same on every machine: blocks of 1,024 cells; within a block eight lanes (cell i goes to lane
/// i mod 8), added pairwise at its end; block totals enter a compensated sum. So 8, 4 or 2 cells may be done at once,
/// by what the processor offers, and the bits are the same. No re-association beyond that, no fused operations.
class QuantileSums {
 public:
  /// Levels in ascending order, each in (0, 1). Errors: InvalidInput.
  [[nodiscard]] static Result<QuantileSums> create(std::vector<double> levels);

  /// `quantiles[level]` points at as many forecasts as there are actuals. A NaN actual counts nowhere. Errors:
  /// InvalidInput naming level and position for a forecast that is not finite, an infinite actual, or losses beyond
  /// what a double holds; the sums stay as they were. The result is the same to the bit for every number of threads.
  /// Cost: one pass over the values, bound by memory.
  [[nodiscard]] Result<void> add(std::span<const double> actual, std::span<const double* const> quantiles,
                                 unsigned threads = 1);
  /// Both must have the same levels.
  void merge(const QuantileSums& other);

  [[nodiscard]] const std::vector<double>& levels() const { return levels_; }
  [[nodiscard]] std::size_t cells() const { return cells_; }
  [[nodiscard]] double absolute_actuals() const { return absolute_actuals_.value(); }
  /// Σ 2ρ_q of the level at `index`.
  [[nodiscard]] double loss(std::size_t index) const { return losses_.at(index).value(); }
  [[nodiscard]] std::size_t covered(std::size_t index) const { return covered_.at(index); }
  /// Cells with f of the lowest level <= y <= f of the highest.
  [[nodiscard]] std::size_t inside() const { return inside_; }

 private:
  explicit QuantileSums(std::vector<double> levels);
  /// False when something is not finite.
  [[nodiscard]] bool add_block(const QuantileBlockSums& block, const LevelSums* levels);

  std::vector<double> levels_;
  std::vector<CompensatedSum> losses_;
  std::vector<std::size_t> covered_;
  CompensatedSum absolute_actuals_;
  std::size_t inside_ = 0;
  std::size_t cells_ = 0;
};

}  // namespace driftlab::metric

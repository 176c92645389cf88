#include "core/metric/quantile_sums.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/metric/blocks.hpp"
#include "core/metric/quantile_kernel.hpp"

namespace driftlab::metric {
namespace {

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

Result<void> QuantileSums::add(std::span<const double> actual, std::span<const double* const> quantiles,
                               unsigned threads) {
  if (quantiles.size() != levels_.size())
    return input_error(fmt::format("{} quantile forecasts for {} levels", quantiles.size(), levels_.size()));
  static const QuantileKernel kernel = quantile_kernel(best_instruction_set());
  const std::size_t count = (actual.size() + kBlockRows - 1) / kBlockRows;
  std::vector<QuantileBlockSums> blocks(count);
  std::vector<LevelSums> levels(count * levels_.size());
  for_each_block(actual.size(), kBlockRows, threads, [&](std::size_t block, std::size_t first, std::size_t last) {
    blocks[block] = kernel({.actual = actual.data() + first,
                            .count = last - first,
                            .quantiles = quantiles.data(),
                            .offset = first,
                            .levels = levels_.data(),
                            .level_count = levels_.size()},
                           &levels[block * levels_.size()]);
  });
  QuantileSums sums(levels_);
  for (std::size_t block = 0; block < count; ++block)
    if (!sums.add_block(blocks[block], &levels[block * levels_.size()])) return find_fault(levels_, actual, quantiles);
  merge(sums);
  return {};
}

bool QuantileSums::add_block(const QuantileBlockSums& block, const LevelSums* levels) {
  bool finite = std::isfinite(block.absolute_actuals);
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    finite = finite && std::isfinite(levels[i].loss);
    losses_[i].add(2.0 * levels[i].loss);
    covered_[i] += levels[i].covered;
  }
  inside_ += block.inside;
  absolute_actuals_.add(block.absolute_actuals);
  cells_ += block.present;
  return finite;
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

// Kernels against their documented order of sums, written here as plain loops over lanes: every instruction set this
// processor has must give those bits at every length, and so must every number of threads.
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/rng.hpp"
#include "core/metric/instruction_set.hpp"
#include "core/metric/quantile_kernel.hpp"
#include "core/metric/quantile_sums.hpp"
#include "core/metric/regression.hpp"
#include "core/metric/regression_kernel.hpp"

namespace driftlab::metric {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::uint64_t bits(double value) {
  return std::bit_cast<std::uint64_t>(value);
}

std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> sets{InstructionSet::Portable};
  for (const auto set : {InstructionSet::Avx2, InstructionSet::Avx512})
    if (has(set)) sets.push_back(set);
  return sets;
}

/// Every length from 0 to 70, and one with many vectors.
std::vector<std::size_t> lengths() {
  std::vector<std::size_t> result;
  for (std::size_t length = 0; length <= 70; ++length) result.push_back(length);
  result.push_back(1003);
  return result;
}

/// Magnitudes from 1e-6 to 1e6, so that the order of additions shows; whole numbers now and then, so that ties occur.
std::vector<double> draw(Rng& rng, std::size_t count) {
  std::vector<double> values(count);
  for (auto& value : values)
    value = rng.bernoulli(0.2) ? static_cast<double>(rng.below(3)) : rng.normal() * std::pow(10.0, rng.uniform(-6, 6));
  return values;
}

double pairwise(std::vector<double> lanes) {
  for (std::size_t width = lanes.size() / 2; width > 0; width /= 2)
    for (std::size_t i = 0; i < width; ++i) lanes[i] += lanes[i + width];
  return lanes[0];
}

struct Cells {
  std::vector<double> levels;
  std::vector<double> actual;
  std::vector<std::vector<double>> quantiles;
  [[nodiscard]] std::vector<const double*> rows() const {
    std::vector<const double*> result;
    for (const auto& row : quantiles) result.push_back(row.data());
    return result;
  }
};

Cells draw_cells(std::size_t levels, std::size_t count, double missing) {
  Rng rng(count, "test", "kernel");
  Cells cells{.levels = {}, .actual = draw(rng, count), .quantiles = {}};
  for (std::size_t i = 0; i < levels; ++i) {
    cells.levels.push_back((static_cast<double>(i) + 0.7) / static_cast<double>(levels));
    cells.quantiles.push_back(draw(rng, count));
  }
  for (auto& value : cells.actual)
    if (rng.bernoulli(missing)) value = kNan;
  return cells;
}

QuantileBlockSums by_definition(const Cells& cells, std::size_t offset, std::vector<LevelSums>& out) {
  QuantileBlockSums sums;
  std::vector<double> absolute(8);
  std::vector<std::vector<double>> losses(cells.levels.size(), std::vector<double>(8));
  out.assign(cells.levels.size(), {});
  for (std::size_t i = offset; i < cells.actual.size(); ++i) {
    const double y = cells.actual[i];
    if (std::isnan(y)) continue;
    ++sums.present;
    const std::size_t lane = (i - offset) % 8;
    absolute[lane] += std::abs(y);
    sums.inside += cells.quantiles.front()[i] <= y && y <= cells.quantiles.back()[i] ? 1U : 0U;
    for (std::size_t level = 0; level < cells.levels.size(); ++level) {
      const double q = cells.levels[level];
      const double f = cells.quantiles[level][i];
      losses[level][lane] += std::max(q * (y - f), (q - 1.0) * (y - f));
      out[level].covered += y <= f ? 1U : 0U;
    }
  }
  sums.absolute_actuals = pairwise(absolute);
  for (std::size_t level = 0; level < cells.levels.size(); ++level) out[level].loss = pairwise(losses[level]);
  return sums;
}

void expect_same(const Cells& cells, std::size_t offset, InstructionSet set) {
  std::vector<LevelSums> expected;
  const auto sums = by_definition(cells, offset, expected);
  std::vector<LevelSums> found(cells.levels.size());
  const auto rows = cells.rows();
  const auto actual = quantile_kernel(set)({.actual = cells.actual.data() + offset,
                                            .count = cells.actual.size() - offset,
                                            .quantiles = rows.data(),
                                            .offset = offset,
                                            .levels = cells.levels.data(),
                                            .level_count = cells.levels.size()},
                                           found.data());
  EXPECT_EQ(bits(actual.absolute_actuals), bits(sums.absolute_actuals));
  EXPECT_EQ(actual.present, sums.present);
  EXPECT_EQ(actual.inside, sums.inside);
  for (std::size_t level = 0; level < found.size(); ++level) {
    EXPECT_EQ(bits(found[level].loss), bits(expected[level].loss)) << "level " << level;
    EXPECT_EQ(found[level].covered, expected[level].covered) << "level " << level;
  }
}

TEST(QuantileKernel, EveryInstructionSetAddsInTheSameOrder) {
  for (const auto set : instruction_sets())
    for (const auto length : lengths())
      for (const double missing : {0.0, 0.2}) {
        SCOPED_TRACE(testing::Message() << "set " << static_cast<int>(set) << ", cells " << length << ", missing "
                                        << missing);
        expect_same(draw_cells(9, length, missing), 0, set);
        expect_same(draw_cells(3, length, missing), length / 3, set);  // no vector is aligned
      }
}

TEST(QuantileKernel, EveryNumberOfLevels) {
  for (const auto set : instruction_sets())
    for (std::size_t levels = 1; levels <= 20; ++levels) {
      SCOPED_TRACE(testing::Message() << "set " << static_cast<int>(set) << ", levels " << levels);
      expect_same(draw_cells(levels, 101, 0.0), 0, set);
      expect_same(draw_cells(levels, 101, 0.1), 0, set);
    }
}

TEST(QuantileKernel, ABadForecastOfAMissingActualShows) {
  for (const auto set : instruction_sets())
    for (const double bad : {kNan, std::numeric_limits<double>::infinity()})
      for (const std::size_t at : {3U, 17U}) {  // in a vector, and behind the last one
        auto cells = draw_cells(3, 20, 0.0);
        cells.actual[at] = kNan;
        cells.quantiles[1][at] = bad;
        std::vector<LevelSums> found(3);
        const auto rows = cells.rows();
        const auto sums =
            quantile_kernel(set)({cells.actual.data(), 20, rows.data(), 0, cells.levels.data(), 3}, found.data());
        EXPECT_EQ(sums.present, 19U);
        EXPECT_TRUE(std::isfinite(found[0].loss));
        EXPECT_TRUE(std::isnan(found[1].loss));
      }
}

TEST(QuantileSums, EveryNumberOfThreadsGivesTheSameBits) {
  const auto cells = draw_cells(9, 100'003, 0.001);
  auto one = QuantileSums::create(cells.levels).value();
  one.add(cells.actual, cells.rows()).value();
  for (const unsigned threads : {0U, 2U, 3U, 7U}) {
    auto many = QuantileSums::create(cells.levels).value();
    many.add(cells.actual, cells.rows(), threads).value();
    for (std::size_t level = 0; level < cells.levels.size(); ++level) {
      EXPECT_EQ(bits(many.loss(level)), bits(one.loss(level)));
      EXPECT_EQ(many.covered(level), one.covered(level));
    }
    EXPECT_EQ(bits(many.absolute_actuals()), bits(one.absolute_actuals()));
    EXPECT_EQ(many.inside(), one.inside());
    EXPECT_EQ(many.cells(), one.cells());
  }
}

/// 16 lanes for each of two passes: sums, then squares about the mean.
RegressionBlock by_definition(const std::vector<double>& actual, const std::vector<double>& predicted) {
  std::vector<double> sum(16), absolute(16), squared(16), deviations(16);
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double error = actual[i] - predicted[i];
    sum[i % 16] += actual[i];
    absolute[i % 16] += std::abs(error);
    squared[i % 16] += error * error;
  }
  const double mean = pairwise(sum) / static_cast<double>(actual.size());
  for (std::size_t i = 0; i < actual.size(); ++i) deviations[i % 16] += (actual[i] - mean) * (actual[i] - mean);
  return {.absolute_errors = pairwise(absolute),
          .squared_errors = pairwise(squared),
          .mean = mean,
          .squared_deviations = pairwise(deviations)};
}

TEST(RegressionKernel, EveryInstructionSetAddsInTheSameOrder) {
  Rng rng(5, "test", "kernel");
  for (const auto length : lengths()) {
    if (length == 0) continue;  // a block has rows
    const auto actual = draw(rng, length);
    const auto predicted = draw(rng, length);
    const auto expected = by_definition(actual, predicted);
    for (const auto set : instruction_sets()) {
      const auto found = regression_block_for(set)(actual.data(), predicted.data(), length);
      EXPECT_EQ(bits(found.absolute_errors), bits(expected.absolute_errors)) << length;
      EXPECT_EQ(bits(found.squared_errors), bits(expected.squared_errors)) << length;
      EXPECT_EQ(bits(found.mean), bits(expected.mean)) << length;
      EXPECT_EQ(bits(found.squared_deviations), bits(expected.squared_deviations)) << length;
    }
  }
}

TEST(RegressionScore, EveryNumberOfThreadsGivesTheSameBits) {
  Rng rng(6, "test", "kernel");
  const auto actual = draw(rng, 70'001);
  const auto predicted = draw(rng, 70'001);
  RegressionScore one;
  one.add(actual, predicted).value();
  for (const unsigned threads : {0U, 2U, 3U, 100U}) {
    RegressionScore many;
    many.add(actual, predicted, threads).value();
    EXPECT_EQ(bits(many.values()->mae), bits(one.values()->mae));
    EXPECT_EQ(bits(many.values()->mse), bits(one.values()->mse));
    EXPECT_EQ(bits(many.values()->r2), bits(one.values()->r2));
  }
}

}  // namespace
}  // namespace driftlab::metric

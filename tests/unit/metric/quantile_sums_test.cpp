// Expected values: by plain summation in extended precision, cell by cell, from the definition.
#include "core/metric/quantile_sums.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/rng.hpp"

namespace driftlab::metric {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::vector<double> kLevels{0.05, 0.5, 0.95};

struct Data {
  std::vector<double> actual;
  std::vector<std::vector<double>> quantiles;
  [[nodiscard]] std::vector<const double*> rows(std::size_t from = 0) const {
    std::vector<const double*> result;
    for (const auto& row : quantiles) result.push_back(row.data() + from);
    return result;
  }
};

Data random_data(std::size_t cells, double missing) {
  Rng rng(11, "test", "quantile-sums");
  Data data{.actual = std::vector<double>(cells), .quantiles = {}};
  data.quantiles.assign(kLevels.size(), std::vector<double>(cells));
  for (std::size_t i = 0; i < cells; ++i) {
    data.actual[i] = rng.bernoulli(missing) ? kNan : rng.normal(10, 30);
    for (std::size_t level = 0; level < kLevels.size(); ++level)
      data.quantiles[level][i] = rng.normal(10 + 20 * (static_cast<double>(level) - 1), 5);
    if (i % 50 == 0) data.quantiles[1][i] = data.actual[i] == data.actual[i] ? data.actual[i] : 0.0;
  }
  return data;
}

void expect_definition(const Data& data, const QuantileSums& sums) {
  long double size = 0.0L;
  std::size_t cells = 0, inside = 0;
  for (std::size_t i = 0; i < data.actual.size(); ++i) {
    const double y = data.actual[i];
    if (std::isnan(y)) continue;
    ++cells;
    size += std::abs(static_cast<long double>(y));
    inside += data.quantiles.front()[i] <= y && y <= data.quantiles.back()[i] ? 1U : 0U;
  }
  EXPECT_EQ(sums.cells(), cells);
  EXPECT_EQ(sums.inside(), inside);
  EXPECT_NEAR(sums.absolute_actuals(), static_cast<double>(size), 1e-14 * static_cast<double>(size));
  for (std::size_t level = 0; level < kLevels.size(); ++level) {
    long double loss = 0.0L;
    std::size_t covered = 0;
    for (std::size_t i = 0; i < data.actual.size(); ++i) {
      const long double y = data.actual[i], f = data.quantiles[level][i], q = kLevels[level];
      if (std::isnan(data.actual[i])) continue;
      loss += 2.0L * (f - y) * ((y <= f ? 1.0L : 0.0L) - q);
      covered += y <= f ? 1U : 0U;
    }
    EXPECT_NEAR(sums.loss(level), static_cast<double>(loss), 1e-14 * static_cast<double>(loss));
    EXPECT_EQ(sums.covered(level), covered);
  }
}

TEST(QuantileSums, MatchTheDefinitionAtEveryLength) {
  for (const std::size_t cells : {1u, 7u, 8u, 9u, 30u, 1023u, 1024u, 1025u, 5000u}) {
    const auto data = random_data(cells, 0.0);
    auto sums = QuantileSums::create(kLevels).value();
    sums.add(data.actual, data.rows()).value();
    expect_definition(data, sums);
  }
}

TEST(QuantileSums, MissingActualsCountNowhere) {
  const auto data = random_data(5000, 0.1);
  auto sums = QuantileSums::create(kLevels).value();
  sums.add(data.actual, data.rows()).value();
  ASSERT_LT(sums.cells(), 5000u);
  expect_definition(data, sums);
}

TEST(QuantileSums, GapsElsewhereDoNotChangeTheOrderOfSums) {
  // The path for blocks with gaps adds in the lanes of the fast one: an all-zero cell in place of the gap, same bits.
  auto data = random_data(1000, 0.0);
  data.actual[500] = 0.0;
  for (auto& row : data.quantiles) row[500] = 0.0;
  auto full = QuantileSums::create(kLevels).value(), gap = full;
  full.add(data.actual, data.rows()).value();
  data.actual[500] = kNan;
  gap.add(data.actual, data.rows()).value();
  for (std::size_t level = 0; level < kLevels.size(); ++level) EXPECT_EQ(full.loss(level), gap.loss(level));
  EXPECT_EQ(full.absolute_actuals(), gap.absolute_actuals());
}

TEST(QuantileSums, MergeEqualsAddingBlockByBlock) {
  const auto data = random_data(4096, 0.01);
  auto whole = QuantileSums::create(kLevels).value(), left = whole, right = whole;
  whole.add(data.actual, data.rows()).value();
  left.add(std::span(data.actual).first(2048), data.rows()).value();
  right.add(std::span(data.actual).subspan(2048), data.rows(2048)).value();
  left.merge(right);
  for (std::size_t level = 0; level < kLevels.size(); ++level)
    EXPECT_NEAR(left.loss(level), whole.loss(level), 1e-15 * whole.loss(level));
  EXPECT_EQ(left.cells(), whole.cells());
}

TEST(QuantileSums, RefuseWhatIsNotFiniteAndStayAsTheyWere) {
  for (const bool gaps : {false, true})
    for (const double bad : {kNan, kInfinity, -kInfinity}) {
      auto data = random_data(2000, gaps ? 0.2 : 0.0);
      auto sums = QuantileSums::create(kLevels).value();
      sums.add(data.actual, data.rows()).value();
      const double before = sums.loss(1);
      data.quantiles[1][1500] = bad;
      const auto result = sums.add(data.actual, data.rows());
      ASSERT_FALSE(result);
      EXPECT_THAT(result.error().message, testing::HasSubstr("level 0.5 is not finite at step 1500"));
      EXPECT_EQ(sums.loss(1), before);
    }
  auto data = random_data(20, 0.0);
  data.actual[3] = -kInfinity;
  auto sums = QuantileSums::create(kLevels).value();
  EXPECT_THAT(sums.add(data.actual, data.rows()).error().message, testing::HasSubstr("actual at step 3 is infinite"));
  data.actual[3] = 1e308;
  for (auto& row : data.quantiles) row[3] = -1e308;
  EXPECT_THAT(sums.add(data.actual, data.rows()).error().message, testing::HasSubstr("larger than a double"));
}

}  // namespace
}  // namespace driftlab::metric

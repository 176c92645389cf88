#include "core/forecast/levels.hpp"

#include <array>

#include <gtest/gtest.h>

namespace driftlab::forecast {
namespace {

TEST(NormalQuantile, MatchesPublishedValues) {
  EXPECT_DOUBLE_EQ(normal_quantile(0.9), 1.2815515655446004);
  EXPECT_DOUBLE_EQ(normal_quantile(0.95), 1.6448536269514722);
  EXPECT_DOUBLE_EQ(normal_quantile(0.01), -2.3263478740408408);
  EXPECT_EQ(normal_quantile(0.5), 0.0);
}

TEST(LevelMap, CarriesNormalQuantilesExactly) {
  // Mean 10, deviation 2.
  const std::array<double, 3> from{0.1, 0.5, 0.9};
  const std::array<double, 5> to{0.05, 0.1, 0.3, 0.5, 0.99};
  std::array<double, 3> values{};
  for (std::size_t i = 0; i < from.size(); ++i) values[i] = 10 + 2 * normal_quantile(from[i]);
  std::array<double, 5> out{};
  LevelMap::create(from, to).value().apply(values, out);
  for (std::size_t i = 0; i < to.size(); ++i) EXPECT_NEAR(out[i], 10 + 2 * normal_quantile(to[i]), 1e-12) << to[i];
  EXPECT_EQ(out[1], values[0]);
  EXPECT_EQ(out[3], values[1]);
}

TEST(LevelMap, NeedsTwoLevelsToDrawALine) {
  const std::array<double, 1> median{0.5};
  const std::array<double, 1> other{0.9};
  EXPECT_TRUE(LevelMap::create(median, median));
  EXPECT_FALSE(LevelMap::create(median, other));
}

TEST(CheckLevels, RefusesWhatIsNoLevel) {
  for (const std::vector<double>& levels : std::vector<std::vector<double>>{{}, {0.0}, {1.0}, {0.5, 0.5}, {0.9, 0.1}})
    EXPECT_FALSE(check_levels(levels));
  EXPECT_TRUE(check_levels(std::vector<double>{0.1, 0.9}));
}

}  // namespace
}  // namespace driftlab::forecast

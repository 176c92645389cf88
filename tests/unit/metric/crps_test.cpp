// Expected values: section 7 of the forecasting reference (hand-worked samples, closed form of the normal
// distribution).
#include "core/metric/crps.hpp"

#include <cmath>
#include <limits>

#include <boost/math/distributions/normal.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/rng.hpp"

namespace driftlab::metric {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Crps, OfThreeSamples) {
  // mean |x − 3| = 4/3; all ordered pairs differ by 12 in total: 4/3 − 12/18 and 4/3 − 12/12.
  const auto crps = crps_from_samples(3.0, std::vector<double>{1, 2, 4});
  EXPECT_NEAR(crps.empirical, 2.0 / 3, 1e-15);
  EXPECT_NEAR(crps.fair, 1.0 / 3, 1e-15);
}

TEST(Crps, OfOneSampleIsTheAbsoluteError) {
  const auto crps = crps_from_samples(3.0, std::vector<double>{5});
  EXPECT_EQ(crps.empirical, 2.0);
  EXPECT_EQ(crps.fair, 2.0);
}

TEST(Crps, OfTheNormalDistribution) {
  EXPECT_NEAR(crps_gaussian(0, 0, 1), 0.2336950, 5e-8);
  EXPECT_NEAR(crps_gaussian(1, 0, 1), 0.6024414, 5e-8);
  EXPECT_NEAR(crps_gaussian(12, 10, 2), 2 * 0.6024414, 1e-7);
}

TEST(Crps, FairSampleScoreAveragesToTheClosedForm) {
  // 400 sets of 10 draws: unbiased however few the draws; standard error of the mean about 0.01.
  Rng rng(7, "test", "crps");
  double fair = 0.0, empirical = 0.0;
  for (int set = 0; set < 400; ++set) {
    std::vector<double> draws(10);
    for (double& x : draws) x = rng.normal();
    std::sort(draws.begin(), draws.end());
    const auto crps = crps_from_samples(1.0, draws);
    fair += crps.fair / 400;
    empirical += crps.empirical / 400;
  }
  EXPECT_NEAR(fair, 0.6024414, 0.04);
  EXPECT_GT(empirical, fair + 0.03) << "E|X − X'| is short by a tenth, half of that is 0.056";
}

TEST(Crps, OfUniformQuantilesByHand) {
  // Uniform on [0, 1] except for constant tails: levels ¼, ¾ at ¼, ¾ and y = ½.
  // Tails: ∫_0^¼ 2q(½−¼)dq = 1/64, twice; middle: 2·∫_¼^½ 2q(½−q)dq = 2·(q²/2 − 2q³/3)|_¼^½ = 2·(1/24 − 1/48) = 1/24.
  EXPECT_NEAR(crps_from_quantiles(0.5, std::vector<double>{0.25, 0.75}, std::vector<double>{0.25, 0.75}),
              1.0 / 32 + 1.0 / 24, 1e-15);
}

TEST(Crps, OfOneQuantileIsTheAbsoluteError) {
  // A constant: ∫ 2ρ_q(y − f)dq = |y − f|.
  EXPECT_NEAR(crps_from_quantiles(5, std::vector<double>{0.3}, std::vector<double>{3}), 2.0, 1e-15);
  EXPECT_NEAR(crps_from_quantiles(1, std::vector<double>{0.3}, std::vector<double>{3}), 2.0, 1e-15);
  EXPECT_NEAR(crps_from_quantiles(1, std::vector<double>{0.3, 0.6}, std::vector<double>{3, 3}), 2.0, 1e-15);
}

TEST(Crps, OfManyNormalQuantilesIsTheClosedForm) {
  std::vector<double> levels, quantiles;
  for (int i = 1; i < 2000; ++i) {
    levels.push_back(i / 2000.0);
    quantiles.push_back(boost::math::quantile(boost::math::normal(), levels.back()));
  }
  for (const double y : {-2.5, 0.0, 1.0})
    EXPECT_NEAR(crps_from_quantiles(y, levels, quantiles), crps_gaussian(y, 0, 1), 1e-4) << y;
}

TEST(CrpsSums, AreDividedByTheActuals) {
  CrpsSums sums;
  EXPECT_FALSE(sums.mean());
  sums.add(2.0, 0.5);
  sums.add(kNan, 7.0);
  CrpsSums other;
  other.add(-6.0, 1.5);
  sums.merge(other);
  EXPECT_EQ(sums.cells(), 2u);
  EXPECT_EQ(*sums.mean(), 1.0);
  EXPECT_EQ(*sums.normalised(), 0.25);
  CrpsSums zero;
  zero.add(0.0, 1.0);
  EXPECT_FALSE(zero.normalised());
}

TEST(SampleScore, ScoresPathsAndBinsTheTransforms) {
  SampleScore score(4);
  // Step 0: draws 1, 2, 4 and y = 3: CRPS as above, u = 2/3. Step 1: all draws 5, y = 5: CRPS 0, u = ½. Step 2 is
  // missing.
  score.add(std::vector<double>{3, 5, kNan}, std::vector<std::vector<double>>{{4, 5, 1}, {1, 5, 1}, {2, 5, 1}}).value();
  EXPECT_EQ(score.fair().cells(), 2u);
  EXPECT_NEAR(*score.fair().mean(), 1.0 / 6, 1e-15);
  EXPECT_NEAR(*score.empirical().normalised(), (2.0 / 3) / 8, 1e-15);
  const auto bins = score.pit();
  ASSERT_EQ(bins.size(), 4u);
  EXPECT_EQ(bins[1].count, 1u);  // (¼, ½]
  EXPECT_EQ(bins[2].count, 1u);
  EXPECT_NEAR(*score.calibration_error(), 0.25, 1e-15);
  auto merged = score;
  merged.merge(score);
  EXPECT_EQ(merged.pit()[2].count, 2u);
}

TEST(SampleScore, RefusesPathsThatDoNotFit) {
  SampleScore score;
  EXPECT_FALSE(score.add(std::vector<double>{1}, {}));
  EXPECT_FALSE(score.add(std::vector<double>{1}, std::vector<std::vector<double>>{{1, 2}}));
  const auto result = score.add(std::vector<double>{1, 2}, std::vector<std::vector<double>>{{1, 2}, {1, kNan}});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, testing::HasSubstr("path 1 is not finite at step 1"));
  EXPECT_FALSE(score.calibration_error());
  EXPECT_TRUE(score.pit().empty());
}

}  // namespace
}  // namespace driftlab::metric

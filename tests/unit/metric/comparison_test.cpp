// Expected values: sections 8.1, 8.2 and 8.4 of the forecasting reference (computed there by independent code).
#include "core/metric/comparison.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace driftlab::metric {
namespace {

const std::vector<double> kErrorsA{1, -2, .5, 1.5, -1, 2, -.5, 1};
const std::vector<double> kErrorsB{.5, -1, 1, 1, -1.5, 1, .5, -.5};

std::vector<double> absolute(std::vector<double> errors) {
  for (double& e : errors) e = std::abs(e);
  return errors;
}
std::vector<double> squared(std::vector<double> errors) {
  for (double& e : errors) e *= e;
  return errors;
}

struct Row {
  bool square;
  std::size_t horizon;
  bool bartlett;
  double statistic, corrected, p;
};

class Published : public testing::TestWithParam<Row> {};

TEST_P(Published, DieboldMariano) {
  const Row& row = GetParam();
  const auto a = row.square ? squared(kErrorsA) : absolute(kErrorsA);
  const auto b = row.square ? squared(kErrorsB) : absolute(kErrorsB);
  const auto test = diebold_mariano(a, b, row.horizon).value();
  EXPECT_NEAR(test.mean_difference, row.square ? 0.84375 : 0.3125, 1e-15);
  EXPECT_EQ(test.bartlett, row.bartlett);
  EXPECT_NEAR(test.statistic, row.statistic, 1e-9);
  EXPECT_NEAR(test.corrected, row.corrected, 1e-9);
  EXPECT_NEAR(test.p_two_sided, row.p, 1e-8);
  EXPECT_NEAR(test.p_first_better, 1 - row.p / 2, 1e-8) << "A lost";
  const auto mirrored = diebold_mariano(b, a, row.horizon).value();
  EXPECT_NEAR(mirrored.p_first_better, row.p / 2, 1e-8);
}

INSTANTIATE_TEST_SUITE_P(Table, Published,
                         testing::Values(Row{false, 1, false, 1.5911145684, 1.4883513945, 0.18026237},
                                         Row{false, 2, true, 2.6318067798, 2.1320071636, 0.07046105},
                                         Row{false, 3, false, 1.9564639522, 1.3394992994, 0.22226246},
                                         Row{true, 1, false, 1.6315018436, 1.5261302311, 0.17081083},
                                         Row{true, 2, true, 2.8209397079, 2.2852223466, 0.05620192},
                                         Row{true, 3, false, 2.3955678633, 1.6401331959, 0.14498431}));

TEST(DieboldMariano, EqualLossesAndConstantDifferences) {
  const std::vector<double> one(12, 1.0), two(12, 2.0);
  EXPECT_EQ(diebold_mariano(one, one, 1).value().p_two_sided, 1.0);
  const auto better = diebold_mariano(one, two, 1).value();
  EXPECT_EQ(better.p_two_sided, 0.0);
  EXPECT_EQ(better.p_first_better, 0.0);
  EXPECT_EQ(diebold_mariano(two, one, 1).value().p_first_better, 1.0);
}

TEST(DieboldMariano, RefusesWhatItCannotJudge) {
  const std::vector<double> three{1, 2, 3};
  EXPECT_FALSE(diebold_mariano(three, std::vector<double>{1, 2}, 1));
  EXPECT_FALSE(diebold_mariano(three, three, 0));
  EXPECT_FALSE(diebold_mariano(three, three, 3));
  EXPECT_FALSE(diebold_mariano(three, std::vector<double>{1, 2, NAN}, 1));
}

TEST(NormalisedLosses, DifferByThePooledRatios) {
  const std::vector<double> a{1, 2}, b{2, 3}, d{2, 8};
  const auto first = normalised_losses(a, d), second = normalised_losses(b, d);
  EXPECT_NEAR((first[0] - second[0] + first[1] - second[1]) / 2, 3.0 / 10 - 5.0 / 10, 1e-15);
}

TEST(Bootstrap, RatioOfDrawnWindows) {
  const std::vector<double> n{1, 2, 3}, d{2, 4, 4};
  EXPECT_EQ(ratio_of(n, d, std::vector<std::size_t>{0, 0, 2}), 0.625);
  EXPECT_EQ(ratio_of(n, d, std::vector<std::size_t>{1, 1, 1}), 0.5);
  EXPECT_EQ(ratio_of(n, d, std::vector<std::size_t>{2, 2, 2}), 0.75);
  const auto interval = bootstrap_ratio(n, d).value();
  EXPECT_EQ(interval.point, 0.6);
  EXPECT_GE(interval.low, 0.5);
  EXPECT_LE(interval.high, 0.75);
  EXPECT_LT(interval.low, interval.high);
}

TEST(Bootstrap, EqualWindowsGiveAPoint) {
  const std::vector<double> n(20, 3), d(20, 4);
  const auto interval = bootstrap_ratio(n, d).value();
  EXPECT_EQ(interval.low, 0.75);
  EXPECT_EQ(interval.high, 0.75);
}

TEST(Bootstrap, PercentilesOfTheMeanAreThoseOfTheNormalLimit) {
  // 400 independent numerators, half 0 and half 2, denominators 1: standard error 1/20; blocks of one.
  std::vector<double> n, d(400, 1.0);
  for (int i = 0; i < 400; ++i) n.push_back(i % 2 == 0 ? 0.0 : 2.0);
  const auto interval = bootstrap_ratio(n, d, {.block_length = 1.0}).value();
  EXPECT_NEAR(interval.low, 1 - 1.645 / 20, 0.01);
  EXPECT_NEAR(interval.high, 1 + 1.645 / 20, 0.01);
  // Blocks of mean length 20 keep the alternation together, and the spread nearly vanishes.
  const auto blocks = bootstrap_ratio(n, d, {.block_length = 20.0}).value();
  EXPECT_LT(blocks.high - blocks.low, 0.5 * (interval.high - interval.low));
}

TEST(Bootstrap, DifferenceUsesTheSameDraws) {
  // B is A plus a constant share of D: whatever is drawn, the difference is the same.
  const std::vector<double> d{1, 5, 2, 4, 3}, a{2, 1, 7, 1, 1};
  std::vector<double> b = a;
  for (std::size_t i = 0; i < b.size(); ++i) b[i] += 0.25 * d[i];
  const auto interval = bootstrap_difference(a, b, d).value();
  EXPECT_NEAR(interval.point, -0.25, 1e-15);
  EXPECT_NEAR(interval.low, -0.25, 1e-15);
  EXPECT_NEAR(interval.high, -0.25, 1e-15);
}

TEST(Bootstrap, IsDeterministicInTheSeed) {
  const std::vector<double> n{1, 5, 2, 7, 3, 1, 4}, d{2, 4, 4, 5, 3, 2, 6};
  const auto one = bootstrap_ratio(n, d, {.replicates = 50, .seed = 3}).value();
  const auto same = bootstrap_ratio(n, d, {.replicates = 50, .seed = 3}).value();
  const auto other = bootstrap_ratio(n, d, {.replicates = 50, .seed = 4}).value();
  EXPECT_EQ(one.low, same.low);
  EXPECT_EQ(one.high, same.high);
  EXPECT_TRUE(one.low != other.low || one.high != other.high);
}

TEST(Bootstrap, RefusesWhatHasNoRatio) {
  const std::vector<double> one{1}, zero{0}, two{1, 2};
  EXPECT_FALSE(bootstrap_ratio({}, {}));
  EXPECT_FALSE(bootstrap_ratio(one, zero));
  EXPECT_FALSE(bootstrap_ratio(one, two));
  EXPECT_FALSE(bootstrap_ratio(one, std::vector<double>{-1}));
  EXPECT_FALSE(bootstrap_ratio(one, one, {.coverage = 1.0}));
  EXPECT_FALSE(bootstrap_ratio(one, one, {.replicates = 0}));
  EXPECT_FALSE(bootstrap_ratio(one, one, {.block_length = 0.5}));
}

TEST(Skill, IsTheShareOfTheBaselineLossSaved) {
  EXPECT_EQ(*skill(0.15, 0.2), 1 - 0.15 / 0.2);
  EXPECT_FALSE(skill(0.1, 0.0));
}

TEST(CoverageTest, Kupiec) {
  const auto test = coverage_test(20, 100, 0.1).value();
  EXPECT_NEAR(test.likelihood_ratio, 8.8806, 5e-5);
  EXPECT_NEAR(test.p, 0.00288, 5e-6);
  EXPECT_EQ(coverage_test(10, 100, 0.1).value().likelihood_ratio, 0.0);
  EXPECT_GT(coverage_test(0, 100, 0.1).value().likelihood_ratio, 20.0);  // −200 ln 0.9 = 21.07
  EXPECT_FALSE(coverage_test(1, 0, 0.1));
  EXPECT_FALSE(coverage_test(2, 1, 0.1));
  EXPECT_FALSE(coverage_test(1, 2, 1.0));
}

}  // namespace
}  // namespace driftlab::metric

// Expected values: scipy 1.14.1 on the same rows (the oracle suite compares on random data), else worked by hand.
#include "core/metric/distance/sample.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/rng.hpp"
#include "core/metric/distance/chi_squared.hpp"
#include "core/metric/distance/energy.hpp"
#include "core/metric/distance/goodness.hpp"
#include "core/metric/distance/kernel_discrepancy.hpp"
#include "core/metric/distance/kolmogorov.hpp"

namespace driftlab::metric {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Sample sample(const std::vector<double>& values) {
  return Sample::create(values).value();
}

const Sample kA = sample({1.2, 3.4, 2.2, 5.0, 4.1, 3.3});
const Sample kB = sample({2.0, 6.1, 5.5, 7.2, 4.8});
const Sample kTiedA = sample({1, 1, 2, 2, 2, 3, 4, 4, 5});
const Sample kTiedB = sample({2, 3, 3, 4, 4, 4, 5, 5, 6, 6});

/// 30 and 35 rows made of whole numbers.
Sample spread_a(double shift = 0) {
  std::vector<double> values;
  for (int i = 0; i < 30; ++i) values.push_back(i * 7 % 31 + 0.5 * (i % 3) + shift);
  return sample(values);
}
Sample spread_b(double shift = 0) {
  std::vector<double> values;
  for (int i = 0; i < 35; ++i) values.push_back(i * 11 % 37 + 3.0 + shift);
  return sample(values);
}

TEST(Sample, SortsAndKnowsItsQuantiles) {
  EXPECT_THAT(kA.sorted(), ElementsAre(1.2, 2.2, 3.3, 3.4, 4.1, 5.0));
  EXPECT_EQ(kA.quantile(0), 1.2);
  EXPECT_EQ(kA.quantile(1), 5.0);
  EXPECT_DOUBLE_EQ(kA.quantile(0.5), 3.35);
  EXPECT_DOUBLE_EQ(kA.quantile(0.9), 4.55);  // 4.1 + 0.9/2
  EXPECT_THAT(kA.merged(kB).sorted(), ElementsAre(1.2, 2.0, 2.2, 3.3, 3.4, 4.1, 4.8, 5.0, 5.5, 6.1, 7.2));
}

TEST(Sample, RefusesWhatCannotBeOrdered) {
  EXPECT_THAT(Sample::create({}).error().message, HasSubstr("empty"));
  EXPECT_THAT(Sample::create(std::vector<double>{1, kNan}).error().message, HasSubstr("row 1"));
  EXPECT_THAT(Sample::create(std::vector<double>{-std::numeric_limits<double>::infinity()}).error().message,
              HasSubstr("row 0"));
}

TEST(KolmogorovSmirnovTest, StatisticAndWhereItIs) {
  const auto ks = kolmogorov_smirnov(kA, kB);
  EXPECT_DOUBLE_EQ(ks.statistic, 0.6333333333333333);
  EXPECT_EQ(ks.location, 4.1);
  EXPECT_TRUE(ks.a_above);
  EXPECT_FALSE(kolmogorov_smirnov(kB, kA).a_above);
  EXPECT_DOUBLE_EQ(kolmogorov_smirnov(kTiedA, kTiedB).statistic, 0.45555555555555555);
  EXPECT_EQ(kolmogorov_smirnov(kA, kA).statistic, 0.0);
}

TEST(KolmogorovSmirnovTest, TiesAtTheEndOfOneSampleCount) {
  // At 1 the curves are 1 and 2/3.
  EXPECT_DOUBLE_EQ(kolmogorov_smirnov(sample({1}), sample({1, 1, 2})).statistic, 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(kolmogorov_smirnov(sample({1, 1, 2}), sample({1})).statistic, 1.0 / 3.0);
  // At 1 they are 1 and 1.
  EXPECT_EQ(kolmogorov_smirnov(sample({1}), sample({1, 1, 1})).statistic, 0.0);
}

/// From the definition: both distribution functions counted afresh at every value, as whole numbers over n·m.
KolmogorovSmirnov by_definition(const std::vector<double>& a, const std::vector<double>& b) {
  auto values = a;
  values.insert(values.end(), b.begin(), b.end());
  std::sort(values.begin(), values.end());
  const auto n = static_cast<std::int64_t>(a.size());
  const auto m = static_cast<std::int64_t>(b.size());
  std::int64_t high = 0, low = 0;
  double high_at = *std::min_element(a.begin(), a.end()), low_at = high_at;
  for (const double value : values) {
    const auto below = [&](double x) { return x <= value; };
    const std::int64_t gap =
        std::count_if(a.begin(), a.end(), below) * m - std::count_if(b.begin(), b.end(), below) * n;
    if (gap > high) high = gap, high_at = value;
    if (gap < low) low = gap, low_at = value;
  }
  const double cells = static_cast<double>(n) * static_cast<double>(m);
  if (high >= -low) return {static_cast<double>(high) / cells, high_at, true};
  return {static_cast<double>(-low) / cells, low_at, false};
}

TEST(KolmogorovSmirnovTest, EveryGapIsSeenInLongSamplesWithAndWithoutTies) {
  Rng rng(7, "test", "kolmogorov");
  for (int round = 0; round < 60; ++round) {
    // Kinds: fractions; few values; so few that a tie is longer than any stride; one sample far from the other.
    const int kind = round % 4;
    const auto draw = [&](double shift) {
      std::vector<double> values(1 + rng.below(round < 20 ? 80 : 700));
      for (auto& value : values) {
        if (kind == 0) value = rng.normal(shift, 1.0);
        if (kind == 1) value = static_cast<double>(rng.below(40)) + shift;
        if (kind == 2) value = static_cast<double>(rng.below(3));
        if (kind == 3) value = rng.normal(100.0 * shift, 1.0);
      }
      return values;
    };
    const auto a = draw(0.0);
    const auto b = draw(round % 8 < 4 ? 0.0 : 0.3);
    const auto expected = by_definition(a, b);
    const auto found = kolmogorov_smirnov(Sample::create(a).value(), Sample::create(b).value());
    EXPECT_EQ(found.statistic, expected.statistic) << "round " << round;
    EXPECT_EQ(found.location, expected.location) << "round " << round;
    EXPECT_EQ(found.a_above, expected.a_above) << "round " << round;
  }
}

TEST(KolmogorovSmirnovTest, ExactProbability) {
  EXPECT_NEAR(ks_exact_p(0.6333333333333333, 6, 5), 0.17748917748917748, 1e-15);
  EXPECT_NEAR(ks_exact_p(0.45555555555555555, 9, 10), 0.2300656000346403, 1e-15);
  EXPECT_NEAR(ks_exact_p(0.45714285714285713, 30, 35), 0.0014261602614475378, 1e-16);
  // One row a side: D is always 1. Two a side: D = 1 for 2 of 6 orders.
  EXPECT_DOUBLE_EQ(ks_exact_p(1.0, 1, 1), 1.0);
  EXPECT_DOUBLE_EQ(ks_exact_p(1.0, 2, 2), 2.0 / 6.0);
  // Separated samples: 2 of C(40, 20) orders, which a difference from 1 could not tell from 0.
  EXPECT_NEAR(ks_exact_p(1.0, 20, 20) / (2.0 / 137846528820.0), 1.0, 1e-12);
  EXPECT_EQ(ks_exact_p(0.0, 5, 7), 1.0);
}

TEST(KolmogorovSmirnovTest, LimitDistribution) {
  constexpr std::array<std::pair<double, double>, 6> kScipy{{{0.3, 0.9999906941986655},
                                                             {0.5, 0.9639452436648751},
                                                             {0.8, 0.5441424115741981},
                                                             {1.0, 0.26999967167735456},
                                                             {1.36, 0.049485876755377876},
                                                             {2.0, 0.0006709252557796953}}};
  for (const auto& [x, expected] : kScipy) EXPECT_NEAR(kolmogorov_survival(x), expected, 1e-14) << x;
  EXPECT_EQ(kolmogorov_survival(0), 1.0);
  EXPECT_NEAR(ks_asymptotic_p(0.1, 200, 200), kolmogorov_survival(1.0), 1e-15);
  EXPECT_EQ(ks_p(0.01, 20000, 20000), ks_asymptotic_p(0.01, 20000, 20000));
}

TEST(Energy, DistancesBetweenDistributionFunctions) {
  EXPECT_NEAR(wasserstein1(kA, kB), 1.9333333333333333, 1e-15);
  EXPECT_NEAR(wasserstein1(kTiedA, kTiedB), 1.5333333333333332, 1e-15);
  EXPECT_NEAR(energy_distance(kA, kB), 1.2975190000749723, 1e-15);
  EXPECT_NEAR(energy_distance(kTiedA, kTiedB), 1.0147066717183, 1e-14);
  EXPECT_EQ(wasserstein1(kB, kB), 0.0);
  // Moving everything by 3 costs 3.
  EXPECT_NEAR(wasserstein1(spread_a(), spread_a(3)), 3.0, 1e-14);
}

TEST(CramerVonMises, ExactAndLimit) {
  const auto exact = cramer_von_mises(kA, kB);
  EXPECT_NEAR(exact.statistic, 0.3727272727272728, 1e-15);
  EXPECT_NEAR(exact.p_value, 0.09956709956709957, 1e-14);
  const auto tied = cramer_von_mises(kTiedA, kTiedB);
  EXPECT_NEAR(tied.statistic, 0.46067251461988334, 1e-14);
  EXPECT_NEAR(tied.p_value, 0.05215527506549179, 1e-14);
  const auto limit = cramer_von_mises(spread_a(), spread_b());
  EXPECT_NEAR(limit.statistic, 0.4010256410256403, 1e-14);
  EXPECT_NEAR(limit.p_value, 0.07209165182804522, 1e-12);
}

TEST(AndersonDarling, TwoAndThreeSamples) {
  const auto two = anderson_darling(std::array{kA, kB}).value();
  EXPECT_NEAR(two.statistic, 1.3720602869886411, 1e-12);
  EXPECT_NEAR(two.p_value, 0.08831378247595784, 1e-10);
  EXPECT_NEAR(anderson_darling(std::array{kTiedA, kTiedB})->statistic, 3.057598424883598, 1e-12);
  const auto three = anderson_darling(std::array{spread_a(), spread_b(), spread_a(1)}).value();
  EXPECT_NEAR(three.statistic, 1.4588099196231756, 1e-12);
  EXPECT_NEAR(three.p_value, 0.0840560172897603, 1e-10);
  const auto far = anderson_darling(std::array{spread_a(), spread_b(8)}).value();
  EXPECT_NEAR(far.statistic, 12.509035534727875, 1e-11);
  EXPECT_EQ(far.p_value, 0.001);
  EXPECT_EQ(anderson_darling(std::array{kA, kA})->p_value, 0.25);
}

TEST(AndersonDarling, SaysWhatItCannotTest) {
  EXPECT_THAT(anderson_darling(std::array{kA}).error().message, HasSubstr("1 samples"));
  EXPECT_THAT(anderson_darling(std::array{sample({1}), sample({2})}).error().message, HasSubstr("2 rows"));
  EXPECT_THAT(anderson_darling(std::array{sample({1, 1}), sample({1, 1})}).error().message, HasSubstr("equal"));
}

TEST(ChiSquared, FitAndTwoSamples) {
  const auto fit =
      chi_squared_fit(std::array<std::uint64_t, 4>{18, 22, 30, 30}, std::array{1.0, 1.0, 1.0, 1.0}).value();
  EXPECT_NEAR(fit.statistic, 4.32, 1e-14);
  EXPECT_NEAR(fit.p_value, 0.22891886433610517, 1e-14);
  EXPECT_EQ(fit.degrees_of_freedom, 3u);
  const auto two =
      chi_squared_two_samples(std::array<std::uint64_t, 4>{10, 0, 20, 30}, std::array<std::uint64_t, 4>{20, 0, 20, 20})
          .value();
  EXPECT_NEAR(two.statistic, 5.333333333333334, 1e-14);
  EXPECT_NEAR(two.p_value, 0.0694834512228015, 1e-14);
  EXPECT_EQ(two.degrees_of_freedom, 2u);
}

TEST(ChiSquared, SaysWhatIsWrong) {
  const std::array<std::uint64_t, 2> counts{1, 2};
  EXPECT_FALSE(chi_squared_fit(counts, std::array{1.0}));
  EXPECT_THAT(chi_squared_fit(counts, std::array{1.0, 0.0}).error().message, HasSubstr("entry 1 is 0"));
  EXPECT_FALSE(chi_squared_fit(std::array<std::uint64_t, 2>{0, 0}, std::array{1.0, 1.0}));
  EXPECT_FALSE(chi_squared_two_samples(counts, std::array<std::uint64_t, 2>{0, 0}));
  EXPECT_FALSE(chi_squared_two_samples(std::array<std::uint64_t, 2>{0, 3}, std::array<std::uint64_t, 2>{0, 3}));
}

TEST(KernelDiscrepancy, WorkedByHand) {
  // Rows 0, 1 against 0, 2 with γ = 1: within a e⁻¹, within b e⁻⁴, between 1 + e⁻⁴ + e⁻¹ + e⁻¹.
  const std::vector<double> a{0, 1};
  const std::vector<double> b{0, 2};
  const double between = (1 + std::exp(-4) + 2 * std::exp(-1)) / 4;
  const auto result = kernel_discrepancy(a, b, 1, 1.0).value();
  EXPECT_NEAR(result.squared_unbiased, std::exp(-1) + std::exp(-4) - 2 * between, 1e-15);
  EXPECT_NEAR(result.squared_biased, (2 * std::exp(-1) + 2) / 4 + (2 * std::exp(-4) + 2) / 4 - 2 * between, 1e-15);
}

TEST(KernelDiscrepancy, IsZeroForOneSampleAndTheSameOnAnyThreads) {
  std::vector<double> rows;
  for (int i = 0; i < 240; ++i) rows.push_back(i * 37 % 101 / 10.0);
  EXPECT_NEAR(kernel_discrepancy(rows, rows, 3)->squared_biased, 0.0, 1e-15);
  std::vector<double> moved = rows;
  for (auto& value : moved) value += 2.0;
  const auto one = kernel_discrepancy(rows, moved, 3, 0.0, 1).value();
  const auto three = kernel_discrepancy(rows, moved, 3, 0.0, 3).value();
  EXPECT_GT(one.squared_unbiased, 0.01);
  EXPECT_EQ(one.squared_unbiased, three.squared_unbiased);
  EXPECT_GT(one.gamma, 0.0);
}

TEST(KernelDiscrepancy, SaysWhatIsWrong) {
  const std::vector<double> three{1, 2, 3};
  EXPECT_THAT(kernel_discrepancy(three, three, 2).error().message, HasSubstr("not rows of 2 columns"));
  EXPECT_FALSE(kernel_discrepancy(three, {}, 1));
  EXPECT_FALSE(kernel_discrepancy(three, three, 1, -1.0));
  EXPECT_THAT(kernel_discrepancy(three, std::vector<double>{1, kNan}, 1).error().message, HasSubstr("row 1, column 0"));
}

}  // namespace
}  // namespace driftlab::metric

// Expected values worked by hand, from numpy 1.26 where named.
#include "core/metric/distance/binned.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driftlab::metric {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Counts = std::vector<std::uint64_t>;
using Shares = std::vector<double>;

TEST(Psi, SumsOverBins) {
  // Shares 0.5, 0.5 against 0.25, 0.75: −0.25 ln 0.5 + 0.25 ln 1.5 = 0.25 ln 3.
  EXPECT_NEAR(psi(Counts{5, 5}, Counts{25, 75}).value(), 0.25 * std::log(3.0), 1e-15);
  EXPECT_EQ(psi(Counts{1, 2, 3}, Counts{10, 20, 30}).value(), 0.0);
}

TEST(Psi, EmptyBinsAreFloored) {
  EXPECT_NEAR(psi(Counts{10, 0}, Counts{0, 10}, 0.001).value(), 2 * (1 - 0.001) * std::log(1000.0), 1e-12);
}

TEST(Psi, SaysWhatIsWrong) {
  EXPECT_FALSE(psi(Counts{1}, Counts{1}));
  EXPECT_FALSE(psi(Counts{1, 2}, Counts{1, 2, 3}));
  EXPECT_FALSE(psi(Counts{0, 0}, Counts{1, 2}));
  EXPECT_THAT(psi(Counts{1, 2}, Counts{1, 2}, 0.5).error().message, HasSubstr("share_min is 0.5"));
  EXPECT_FALSE(psi(Counts{1, 2}, Counts{1, 2}, 0.0));
}

TEST(Divergence, OfTwoOutcomes) {
  EXPECT_NEAR(kl_divergence(Shares{0.5, 0.5}, Shares{0.25, 0.75}).value(), 0.5 * std::log(4.0 / 3.0), 1e-15);
  EXPECT_NEAR(kl_divergence(Shares{2, 2}, Shares{1, 3}).value(), 0.5 * std::log(4.0 / 3.0), 1e-15);  // counts
  EXPECT_EQ(kl_divergence(Shares{0.5, 0.5}, Shares{1, 0}).value(), std::numeric_limits<double>::infinity());
  EXPECT_NEAR(kl_divergence(Shares{1, 0}, Shares{0.5, 0.5}).value(), std::numbers::ln2, 1e-15);
  EXPECT_NEAR(js_divergence(Shares{1, 0}, Shares{0, 1}).value(), std::numbers::ln2, 1e-15);
  EXPECT_NEAR(l_infinity(Shares{0.2, 0.3, 0.5}, Shares{0.3, 0.5, 0.2}).value(), 0.3, 1e-15);
}

TEST(Divergence, LInfinityOfCategoriesAsDeequTestsIt) {
  // Section 11.4 of the model monitor reference; the robust value is the sketches' business.
  EXPECT_NEAR(l_infinity(Shares{10, 20, 25, 10, 5}, Shares{11, 20, 25, 10, 10}).value(), 0.06015037593984962, 1e-16);
  // Category f in place of a: 11 of 76 rows against none is less than the 10 of 70 lost… both shares by hand.
  EXPECT_NEAR(l_infinity(Shares{10, 20, 25, 10, 5, 0}, Shares{0, 20, 25, 10, 10, 11}).value(), 11.0 / 76.0, 1e-16);
}

TEST(Divergence, SaysWhatIsWrong) {
  EXPECT_FALSE(kl_divergence(Shares{1, 2}, Shares{1}));
  EXPECT_THAT(kl_divergence(Shares{1, -2}, Shares{1, 2}).error().message, HasSubstr("entry 1 is -2"));
  EXPECT_THAT(js_divergence(Shares{1, 2}, Shares{0, 0}).error().message, HasSubstr("add up to 0"));
  EXPECT_FALSE(l_infinity(Shares{std::nan(""), 1}, Shares{1, 1}));
}

TEST(Bins, QuantileEdgesAreNumpys) {
  // numpy.quantile([1 … 9], [.25, .5, .75]) = 3, 5, 7; of eight values 2.75, 4.5, 6.25.
  EXPECT_THAT(quantile_edges(Shares{9, 1, 8, 2, 7, 3, 6, 4, 5}, 4).value(), ElementsAre(3, 5, 7));
  EXPECT_THAT(quantile_edges(Shares{8, 1, 2, 7, 3, 6, 4, 5}, 4).value(), ElementsAre(2.75, 4.5, 6.25));
  EXPECT_THAT(quantile_edges(Shares{1, 1, 1, 1, 1, 1, 1, 2}, 4).value(), ElementsAre(1));  // equal edges are one
  EXPECT_THAT(quantile_edges(Shares{-3, 5}, 10).value().size(), 9u);                       // fewer rows than bins
  EXPECT_FALSE(quantile_edges({}, 4));
  EXPECT_FALSE(quantile_edges(Shares{1, 2}, 1));
  EXPECT_THAT(quantile_edges(Shares{1, std::nan("")}, 4).error().message, HasSubstr("row 1"));
}

TEST(Bins, UniformEdges) {
  EXPECT_THAT(uniform_edges(Shares{0, 10, 3}, 4).value(), ElementsAre(2.5, 5, 7.5));
  EXPECT_THAT(uniform_edges(Shares{4, 4}, 4).value(), ElementsAre(4));
}

TEST(Bins, CountsTakeTheUpperEdgeIn) {
  const Edges edges{1, 2, 5};
  const Shares values{0, 1, 1.5, 2, 2.1, 5, 5.1, -7};
  EXPECT_THAT(bin_counts(values, edges), ElementsAre(3, 2, 2, 1));
  EXPECT_THAT(bin_counts({}, edges), ElementsAre(0, 0, 0, 0));
}

TEST(Bins, ManyEdgesAndThreadsCountTheSame) {
  Shares values;
  for (int i = 0; i < 10000; ++i) values.push_back(i * 7919 % 10007);
  Edges few;
  Edges many;
  for (int i = 1; i < 100; ++i) {
    if (i % 10 == 0) few.push_back(i * 100.0);
    many.push_back(i * 100.0);
  }
  const auto fine = bin_counts(values, many);
  for (const unsigned threads : {1u, 2u, 5u}) {
    const auto coarse = bin_counts(values, few, threads);
    ASSERT_EQ(coarse.size(), 10u);
    for (std::size_t bin = 0; bin < 10; ++bin) {
      std::uint64_t rows = 0;
      for (std::size_t i = 10 * bin; i < 10 * bin + 10; ++i) rows += fine[i];
      EXPECT_EQ(coarse[bin], rows) << bin;
    }
  }
}

}  // namespace
}  // namespace driftlab::metric

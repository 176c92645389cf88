#include "core/base/rng.hpp"

#include <array>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace driftlab {
namespace {

// Recorded values of the stream (7, "base", "test"). They come from a separate implementation of FNV-1a, splitmix64 and
// xoshiro256++ written from the papers in another language, which reproduces the published first outputs of
// xoshiro256++ for the state {1, 2, 3, 4}: 41943041, 58720359, 3588806011781223, 3591011842654386.
TEST(Rng, RecordedBits) {
  Rng rng(7, "base", "test");
  for (const std::uint64_t expected :
       {0x051ca27a1d44b925ULL, 0xe7a8e1b6aafe49acULL, 0x56942c3ec77cfa17ULL, 0xe50bc794dfc8b7e8ULL})
    EXPECT_EQ(rng.bits(), expected);
}

TEST(Rng, RecordedUniforms) {
  Rng rng(7, "base", "test");
  for (const double expected : {0.019968180478161623, 0.9049206801382691, 0.33819843800255345})
    EXPECT_EQ(rng.uniform(), expected);
}

TEST(Rng, RecordedIntegers) {
  Rng rng(7, "base", "test");
  for (const std::uint64_t expected : {19U, 904U, 338U, 894U, 13U, 321U, 111U, 26U})
    EXPECT_EQ(rng.below(1000), expected);
}

TEST(Rng, RecordedNormals) {
  Rng rng(7, "base", "test");
  for (const double expected : {-0.3022865736794086, 0.7374207769924146, 0.46549689832821106, 0.18140257608060253})
    EXPECT_DOUBLE_EQ(rng.normal(), expected);
}

TEST(Rng, RecordedUuid) {
  Rng rng(7, "base", "test");
  EXPECT_EQ(rng.uuid(), "0e5e0510-a443-4a06-ad70-e62dc5ece312");
}

TEST(Rng, SameNameSameStream) {
  Rng first(1, "sagemaker", "start_delay");
  Rng second(1, "sagemaker", "start_delay");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(first.bits(), second.bits());
}

TEST(Rng, EveryPartOfTheNameMatters) {
  std::set<std::uint64_t> first_draws;
  first_draws.insert(Rng(1, "ab", "c").bits());
  first_draws.insert(Rng(1, "a", "bc").bits());
  first_draws.insert(Rng(1, "abc", "").bits());
  first_draws.insert(Rng(1, "", "abc").bits());
  first_draws.insert(Rng(2, "ab", "c").bits());
  EXPECT_EQ(first_draws.size(), 5U);
}

// Neighbouring seeds and names must be as unrelated as any: the sample correlation of n pairs of independent draws has
// standard error 1 / sqrt(n).
TEST(Rng, StreamsAreUncorrelated) {
  constexpr int kDraws = 40'000;
  const std::array<std::pair<Rng, Rng>, 3> pairs = {std::pair{Rng(1, "a", "x"), Rng(2, "a", "x")},
                                                    std::pair{Rng(1, "a", "x"), Rng(1, "b", "x")},
                                                    std::pair{Rng(1, "a", "x"), Rng(1, "a", "y")}};
  for (auto [left, right] : pairs) {
    double product = 0.0;
    for (int i = 0; i < kDraws; ++i) product += (left.uniform() - 0.5) * (right.uniform() - 0.5);
    const double correlation = product / kDraws * 12.0;
    EXPECT_LT(std::abs(correlation), 4.0 / std::sqrt(kDraws));
  }
}

TEST(Rng, StreamHasNoLagCorrelation) {
  constexpr int kDraws = 40'000;
  for (const int lag : {1, 2, 7}) {
    Rng rng(3, "base", "lag");
    std::array<double, 8> window{};
    double product = 0.0;
    for (int i = 0; i < kDraws + lag; ++i) {
      const double draw = rng.uniform() - 0.5;
      const auto slot = [](int index) { return static_cast<std::size_t>(index % 8); };
      if (i >= lag) product += draw * window.at(slot(i - lag));
      window.at(slot(i)) = draw;
    }
    EXPECT_LT(std::abs(product / kDraws * 12.0), 4.0 / std::sqrt(kDraws)) << "lag " << lag;
  }
}

// Between 1 and the next double, low + (high - low) u rounds up to the open end for half of all u.
TEST(Rng, UniformNeverReachesItsOpenEnd) {
  Rng rng(1, "base", "range");
  const double high = std::nextafter(1.0, 2.0);
  for (int i = 0; i < 64; ++i) EXPECT_EQ(rng.uniform(1.0, high), 1.0);
  EXPECT_EQ(rng.uniform(5.0, 5.0), 5.0);
}

TEST(Rng, BernoulliIsExactAtTheEnds) {
  Rng rng(1, "base", "ends");
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(rng.bernoulli(0.0));
    EXPECT_TRUE(rng.bernoulli(1.0));
  }
}

TEST(Rng, PoissonOfMeanZeroIsZero) {
  Rng rng(1, "base", "zero");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(rng.poisson(0.0), 0U);
}

TEST(Rng, TextDrawsFromItsAlphabet) {
  Rng rng(1, "base", "text");
  const std::string text = rng.text(200, "abc");
  EXPECT_EQ(text.size(), 200U);
  EXPECT_EQ(text.find_first_not_of("abc"), std::string::npos);
  for (const char c : {'a', 'b', 'c'}) EXPECT_NE(text.find(c), std::string::npos);
}

TEST(Rng, UuidHasVersionAndVariant) {
  Rng rng(1, "base", "uuid");
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = rng.uuid();
    ASSERT_EQ(uuid.size(), 36U);
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 100U);
}

}  // namespace
}  // namespace driftlab

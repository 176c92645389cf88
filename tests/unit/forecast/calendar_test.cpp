#include "core/forecast/calendar.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace driftlab::forecast {
namespace {

TEST(SineOfTurn, AgreesWithTheMathematicsLibrary) {
  for (int i = 0; i < 4096; ++i) {
    const double turn = i / 4096.0;
    EXPECT_NEAR(sine_of_turn(turn), std::sin(2 * std::numbers::pi * turn), 1e-15) << turn;
  }
}

TEST(SineOfTurn, IsExactOnTheQuarters) {
  EXPECT_EQ(sine_of_turn(0.0), 0.0);
  EXPECT_EQ(sine_of_turn(0.25), 1.0);
  EXPECT_EQ(sine_of_turn(0.5), 0.0);
  EXPECT_EQ(sine_of_turn(0.75), -1.0);
}

TEST(FourierTerms, FollowTheTimeOfDay) {
  std::array<double, 4> terms{};
  fourier_terms(from_civil(2026, 6, 1, 6), std::chrono::days{1}, 2, terms.data());
  // A quarter of the day: sin and cos of one quarter turn and of half a turn.
  EXPECT_EQ(terms[0], 1.0);
  EXPECT_EQ(terms[1], 0.0);
  EXPECT_EQ(terms[2], 0.0);
  EXPECT_EQ(terms[3], -1.0);
}

TEST(FourierTerms, RepeatEachPeriodAndHoldBeforeTheEpoch) {
  std::array<double, 6> one{}, other{};
  fourier_terms(from_civil(2026, 6, 1, 7, 13), std::chrono::weeks{1}, 3, one.data());
  fourier_terms(from_civil(1969, 12, 29, 7, 13), std::chrono::weeks{1}, 3, other.data());  // a Monday as well
  EXPECT_EQ(one, other);
}

}  // namespace
}  // namespace driftlab::forecast

/// Threshold policies and interval quantiles. Expected values are worked by hand from the rule of the monitored system:
/// with m the new loss and t the threshold, t' = m + |m − t| · rate when m differs from the record and m < t.

#include "core/retrain/threshold.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace driftlab::retrain {
namespace {

TEST(Ratchet, FallsHalfWayToABetterModel) {
  // 0.10 + |0.10 − 0.24| · 0.5 = 0.17
  EXPECT_EQ(update_threshold(Ratchet{0.5}, 0.10, 1.0, 0.24), 0.17);
}

TEST(Ratchet, TheRateSaysHowFarFromTheLossItStops) {
  EXPECT_EQ(update_threshold(Ratchet{0.0}, 0.10, 1.0, 0.24), 0.10);
  EXPECT_EQ(update_threshold(Ratchet{0.25}, 0.10, 1.0, 0.24), 0.135);
  EXPECT_EQ(update_threshold(Ratchet{1.0}, 0.10, 1.0, 0.24), 0.24);
}

TEST(Ratchet, StaysForTheLossAlreadyRecorded) {
  EXPECT_EQ(update_threshold(Ratchet{0.5}, 0.10, 0.10, 0.24), std::nullopt);
}

TEST(Ratchet, StaysForALossAtOrAboveTheThreshold) {
  EXPECT_EQ(update_threshold(Ratchet{0.5}, 0.24, 1.0, 0.24), std::nullopt);
  EXPECT_EQ(update_threshold(Ratchet{0.5}, 0.30, 1.0, 0.24), std::nullopt);
}

TEST(Ratchet, KeepsFourDecimals) {
  // 0.12345 + 0.11655 / 2 = 0.181725
  EXPECT_EQ(update_threshold(Ratchet{0.5}, 0.12345, 1.0, 0.24), 0.1817);
  // 0.12357 + 0.11643 / 2 = 0.181785
  EXPECT_EQ(update_threshold(Ratchet{0.5}, 0.12357, 1.0, 0.24), 0.1818);
}

TEST(Ratchet, ALossThatIsNotANumberChangesNothing) {
  EXPECT_EQ(update_threshold(Ratchet{0.5}, std::numeric_limits<double>::quiet_NaN(), 1.0, 0.24), std::nullopt);
}

TEST(Track, FollowsTheLossDownAndUp) {
  // 0.10 · 1.35 = 0.135, 0.40 · 1.35 = 0.54
  EXPECT_EQ(update_threshold(Track{0.35}, 0.10, 0.24), 0.135);
  EXPECT_EQ(update_threshold(Track{0.35}, 0.40, 0.24), 0.54);
}

TEST(Track, KeepsFourDecimalsAndStaysWhenTheyAreTheSame) {
  // 0.12345 · 1.5 = 0.185175
  EXPECT_EQ(update_threshold(Track{0.5}, 0.12345, 0.24), 0.1852);
  EXPECT_EQ(update_threshold(Track{0.5}, 0.12345, 0.1852), std::nullopt);
}

TEST(IntervalQuantiles, AreHalfTheConfidenceToEitherSideOfTheMedian) {
  EXPECT_EQ(interval_quantiles(90), (std::vector{0.05, 0.5, 0.95}));
  EXPECT_EQ(interval_quantiles(80), (std::vector{0.1, 0.5, 0.9}));
  EXPECT_EQ(interval_quantiles(95), (std::vector{0.025, 0.5, 0.975}));
  EXPECT_EQ(interval_quantiles(99.9), (std::vector{0.0005, 0.5, 0.9995}));
}

TEST(IntervalQuantiles, AConfidenceOutside50To100CountsAs90) {
  const std::vector ninety{0.05, 0.5, 0.95};
  for (const double confidence : {50.0, 100.0, 0.0, -1.0, 250.0})
    EXPECT_EQ(interval_quantiles(confidence), ninety) << confidence;
}

}  // namespace
}  // namespace driftlab::retrain

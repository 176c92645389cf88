/// The cut of a series. Expected indices follow from the rule of the monitored system: with prediction length p the
/// test window is the last p points, four validation windows the 4·p before, the rest trains; fewer than 6·p points cut
/// p to 5 % of the points.

#include "core/retrain/split.hpp"

#include <gtest/gtest.h>

namespace driftlab::retrain {
namespace {

TEST(Split, WithholdsTestAndValidationWindowsAtTheEnd) {
  const auto split = split_series(1000, 30, 4, 1);
  ASSERT_TRUE(split);
  EXPECT_EQ(split->prediction_length, 30u);
  EXPECT_EQ(split->train_end, 850u);   // 1000 − 5 · 30
  EXPECT_EQ(split->test_begin, 970u);  // 1000 − 30
  EXPECT_EQ(split->validation_windows, 4u);
  EXPECT_EQ(split->test_windows, 1u);
}

TEST(Split, SixPredictionLengthsAreJustEnough) {
  const auto split = split_series(180, 30, 4, 1);
  ASSERT_TRUE(split);
  EXPECT_EQ(split->prediction_length, 30u);
  EXPECT_EQ(split->train_end, 30u);
}

TEST(Split, FewerPointsCutThePredictionLengthToFivePercent) {
  const auto split = split_series(179, 30, 4, 1);
  ASSERT_TRUE(split);
  EXPECT_EQ(split->prediction_length, 8u);  // ⌊179 / 20⌋
  EXPECT_EQ(split->train_end, 139u);        // 179 − 5 · 8
  EXPECT_EQ(split->test_begin, 171u);
}

TEST(Split, FurtherTestWindowsComeBeforeTheLast) {
  const auto split = split_series(1000, 30, 4, 10);
  ASSERT_TRUE(split);
  EXPECT_EQ(split->test_begin, 700u);
  EXPECT_EQ(split->train_end, 580u);
}

TEST(Split, TooFewPointsAreAnError) {
  // 5 % of 19 points is not one point; 20 windows of 5 % leave nothing to train on.
  for (const auto& [points, validation] : {std::pair{19u, 4u}, std::pair{0u, 4u}, std::pair{100u, 19u}}) {
    const auto split = split_series(points, 30, validation, 1);
    ASSERT_FALSE(split) << points;
    EXPECT_EQ(split.error().code, "InvalidInput");
  }
}

}  // namespace
}  // namespace driftlab::retrain

/// Ratios by hand: 0.18 / 0.20 = 0.9, 0.18 / 0.15 = 1.2.

#include "core/retrain/promotion.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace driftlab::retrain {
namespace {

TEST(Promotion, LossRatio) {
  EXPECT_DOUBLE_EQ(loss_ratio(0.18, 0.20), 0.9);
  EXPECT_EQ(loss_ratio(0.18, std::nullopt), 0.0);
  EXPECT_EQ(loss_ratio(0.0, 0.0), 1.0);
  EXPECT_EQ(loss_ratio(0.1, 0.0), std::numeric_limits<double>::max());
}

TEST(Promotion, ChampionAndBaselineMustBothBeHeld) {
  EXPECT_TRUE(decide_promotion({}, 0.18, 0.20, 0.18).promoted);
  EXPECT_FALSE(decide_promotion({}, 0.18, 0.17, 0.18).promoted) << "worse than the champion";
  const auto beaten = decide_promotion({}, 0.18, 0.20, 0.15);
  EXPECT_FALSE(beaten.promoted) << "worse than a linear model";
  EXPECT_EQ(
      beaten.reason,
      "loss 0.900 of the champion's, at most 1 allowed; loss 1.200 of the linear baseline's, at most 1.05 allowed");
}

TEST(Promotion, TheBaselineHasRoomForChanceAndCanBeLeftOut) {
  EXPECT_TRUE(decide_promotion({}, 0.21, std::nullopt, 0.20).promoted) << "1.05 exactly";
  EXPECT_FALSE(decide_promotion({}, 0.2101, std::nullopt, 0.20).promoted);
  PromotionRule rule;
  rule.max_baseline_ratio.reset();
  EXPECT_TRUE(decide_promotion(rule, 0.30, 0.31, 0.20).promoted);
}

TEST(Promotion, WithoutAnyOtherEverythingIsPromoted) {
  const auto first = decide_promotion({}, 0.5, std::nullopt, std::nullopt);
  EXPECT_TRUE(first.promoted);
  EXPECT_EQ(first.reason, "no champion");
}

}  // namespace
}  // namespace driftlab::retrain

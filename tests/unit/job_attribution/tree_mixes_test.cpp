// The stump of XGBoost in the predictor test, and trees made up here; expected answers by hand or row by row.
#include "core/model/predictor/tree_mixes.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/rng.hpp"
#include "core/metric/attribution/coalitions.hpp"
#include "core/model/predictor/leaf_sums.hpp"

namespace driftlab::model {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

/// A model of trees that are given as JSON objects without their categories.
std::string model_json(const std::string& objective, const std::string& base, const std::string& trees,
                       const std::string& booster = "gbtree") {
  return R"({"learner":{"learner_model_param":{"base_score":")" + base +
         R"(","num_class":"0","num_feature":"3","num_target":"1"},"objective":{"name":")" + objective +
         R"("},"gradient_booster":{"name":")" + booster + R"(","model":{"trees":[)" + trees + "]}}}}";
}

std::string tree(const std::string& left, const std::string& right, const std::string& features,
                 const std::string& values, const std::string& defaults) {
  return R"({"categories":[],"left_children":[)" + left + R"(],"right_children":[)" + right + R"(],"split_indices":[)" +
         features + R"(],"split_conditions":[)" + values + R"(],"default_left":[)" + defaults + "]}";
}

/// x0 < 0.5 answers 1; else x1 < 2 answers 3, and 7 above.
const std::string kTree = tree("1,-1,3,-1,-1", "2,-1,4,-1,-1", "0,0,1,0,0", "0.5,1,2,3,7", "1,0,0,0,0");
/// x1 < 1 answers -2, else 0.25; a missing x1 goes right.
const std::string kStump = tree("1,-1,-1", "2,-1,-1", "1,0,0", "1,-2,0.25", "0,0,0");

TEST(TreeMixes, AnswersRowsAsTheTreesSay) {
  const auto trees = TreeMixes::read(model_json("reg:squarederror", "10", kTree + "," + kStump)).value();
  const float missing = std::nanf("");
  EXPECT_EQ(trees.answer(std::vector<float>{0.25F, 0, 0}), 10 + 1 - 2);
  EXPECT_EQ(trees.answer(std::vector<float>{0.5F, 1, 0}), 10 + 3 + 0.25);
  EXPECT_EQ(trees.answer(std::vector<float>{1, 2, 0}), 10 + 7 + 0.25);
  EXPECT_EQ(trees.answer(std::vector<float>{missing, missing, 0}), 10 + 1 + 0.25);
  const auto logistic = TreeMixes::read(model_json("binary:logistic", "0.5", kStump)).value();
  EXPECT_THAT(logistic.answer(std::vector<float>{0, 0, 0}), DoubleNear(1 / (1 + std::exp(2.0)), 1e-7));
}

TEST(LeafSums, EveryInstructionSetAddsTheLeafOfEachCoalition) {
  constexpr std::size_t kWords = 3;
  Rng rng(4, "test", "leaves");
  for (std::size_t count = 0; count <= 11; ++count) {
    std::vector<float> leaves(std::size_t{1} << count);
    for (auto& leaf : leaves) leaf = static_cast<float>(rng.normal());
    std::vector<std::uint64_t> words(count * kWords);
    std::vector<float> before(kWords * 64);
    std::vector<float> expected(kWords * 64);
    for (std::size_t c = 0; c < before.size(); ++c) {
      const std::size_t number = rng.below(leaves.size());
      for (std::size_t plane = 0; plane < count; ++plane)
        words[plane * kWords + c / 64] |= static_cast<std::uint64_t>(number >> plane & 1U) << (c % 64);
      before[c] = static_cast<float>(rng.normal());
      expected[c] = before[c] + leaves[number];
    }
    using Set = metric::InstructionSet;
    for (const auto set : {Set::Portable, Set::Avx2, Set::Avx512}) {
      if (!metric::has(set)) continue;
      auto margins = before;
      add_leaves_for(set)({.words = words.data(), .count = count, .stride = kWords}, leaves, margins.data());
      EXPECT_EQ(margins, expected) << count << " planes, set " << static_cast<int>(set);
    }
  }
}

TEST(TreeMixes, OfTwoRowsAreTheRowsMixed) {
  // Trees of depth three with splits drawn; coalitions of a number that fills no word.
  Rng rng(3, "test", "trees");
  std::string trees;
  for (int t = 0; t < 20; ++t) {
    std::string features;
    std::string values;
    for (int i = 0; i < 15; ++i) {
      const char* comma = i == 0 ? "" : ",";
      features += comma + std::to_string(rng.below(3));
      values += comma + std::to_string(rng.normal());
    }
    trees += (t == 0 ? "" : ",") + tree("1,3,5,7,9,11,13,-1,-1,-1,-1,-1,-1,-1,-1",
                                        "2,4,6,8,10,12,14,-1,-1,-1,-1,-1,-1,-1,-1", features, values,
                                        "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0");
  }
  const auto model = TreeMixes::read(model_json("binary:logistic", "0.3", trees)).value();
  std::vector<metric::Coalition> coalitions;
  for (unsigned c = 0; c < 100; ++c)
    coalitions.push_back({.present = {static_cast<std::uint8_t>(c & 1U), static_cast<std::uint8_t>(c >> 1U & 1U),
                                      static_cast<std::uint8_t>(c >> 2U & 1U)},
                          .weight = 1.0});
  for (int again = 0; again < 10; ++again) {
    std::vector<double> instance(3);
    std::vector<double> baseline(6);
    for (auto& value : instance) value = rng.normal();
    for (auto& value : baseline) value = rng.normal();
    std::vector<double> answers(200);
    model.answer(instance, baseline, coalitions, answers);
    for (std::size_t c = 0; c < coalitions.size(); ++c)
      for (std::size_t b = 0; b < 2; ++b) {
        std::vector<float> row;
        for (std::size_t i = 0; i < 3; ++i)
          row.push_back(static_cast<float>(coalitions[c].present[i] != 0 ? instance[i] : baseline[b * 3 + i]));
        EXPECT_EQ(answers[c * 2 + b], model.answer(row));
      }
  }
}

TEST(TreeMixes, LeaveOtherModelsToTheLibrary) {
  EXPECT_FALSE(TreeMixes::read("{}"));
  EXPECT_FALSE(TreeMixes::read("{"));
  EXPECT_FALSE(TreeMixes::read(model_json("multi:softprob", "0.5", kStump)));
  EXPECT_FALSE(TreeMixes::read(model_json("reg:squarederror", "[5E-1]", kStump)));
  EXPECT_FALSE(TreeMixes::read(model_json("reg:squarederror", "0.5", kStump, "dart")));
  // A circle, a child and a feature that are not there.
  EXPECT_FALSE(
      TreeMixes::read(model_json("reg:squarederror", "0", tree("0,-1,-1", "2,-1,-1", "1,0,0", "1,2,3", "0,0,0"))));
  EXPECT_FALSE(
      TreeMixes::read(model_json("reg:squarederror", "0", tree("1,-1,-1", "9,-1,-1", "1,0,0", "1,2,3", "0,0,0"))));
  EXPECT_FALSE(
      TreeMixes::read(model_json("reg:squarederror", "0", tree("1,-1,-1", "2,-1,-1", "5,0,0", "1,2,3", "0,0,0"))));
}

}  // namespace
}  // namespace driftlab::model

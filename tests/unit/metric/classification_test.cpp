// Expected values: sections 3.3, 3.4, 11.1 and 11.2 of the model monitor reference (real runs of the service and the
// sample of its documentation), else worked by hand.
#include "core/metric/classification.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/rng.hpp"
#include "core/metric/sorting.hpp"

namespace driftlab::metric {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Section 11.1: true labels by descending score, as runs; the first 16 were answered positive.
struct Scored {
  std::vector<std::uint8_t> actual;
  std::vector<std::uint8_t> predicted;
  std::vector<double> scores;
};

Scored real_run() {
  constexpr std::array<std::pair<int, int>, 18> kRuns{{{1, 17},
                                                       {0, 1},
                                                       {1, 2},
                                                       {0, 2},
                                                       {1, 3},
                                                       {0, 6},
                                                       {1, 1},
                                                       {0, 2},
                                                       {1, 1},
                                                       {0, 19},
                                                       {1, 1},
                                                       {0, 18},
                                                       {1, 1},
                                                       {0, 22},
                                                       {1, 1},
                                                       {0, 44},
                                                       {1, 1},
                                                       {0, 59}}};
  Scored rows;
  for (const auto& [label, length] : kRuns)
    for (int i = 0; i < length; ++i) {
      rows.predicted.push_back(rows.actual.size() < 16 ? 1 : 0);
      rows.scores.push_back(1.0 - static_cast<double>(rows.actual.size()) / 201.0);
      rows.actual.push_back(static_cast<std::uint8_t>(label));
    }
  return rows;
}

TEST(BinaryQuality, ReproducesARealRun) {
  const auto rows = real_run();
  const auto quality = binary_quality(rows.actual, rows.predicted, rows.scores, 1).value();
  EXPECT_EQ(quality.counts, (BinaryCounts{16, 0, 12, 173}));
  const auto& values = quality.scalars.values;
  EXPECT_EQ(values.recall, 0.5714285714285714);
  EXPECT_EQ(values.precision, 1.0);
  EXPECT_EQ(values.accuracy, 0.9402985074626866);
  EXPECT_EQ(values.true_negative_rate, 1.0);
  EXPECT_EQ(values.false_positive_rate, 0.0);
  EXPECT_EQ(values.false_negative_rate, 0.4285714285714286);
  EXPECT_EQ(values.f0_5, 0.8695652173913042);
  EXPECT_EQ(values.f1, 0.7272727272727273);
  EXPECT_EQ(values.f2, 0.625);
  EXPECT_EQ(*quality.scalars.auc, 0.9395127993393898);
  EXPECT_NEAR(quality.scalars.best_constant.accuracy, 0.860697, 5e-7);
  EXPECT_EQ(quality.scalars.best_constant.recall, 0.0);
  EXPECT_EQ(quality.scalars.best_constant.precision, 0.0);
  EXPECT_EQ(quality.scalars.best_constant.f2, 0.0);
}

TEST(BinaryQuality, ReproducesLiveHours) {
  const auto first = binary_values({228, 97, 1749, 649});
  EXPECT_EQ(first.f1, 0.19808861859252822);
  EXPECT_EQ(first.f2, 0.1384671444188024);
  const auto second = binary_values({151, 65, 1167, 434});
  EXPECT_EQ(second.precision, 0.6990740740740741);
  EXPECT_EQ(second.f2, 0.1375728862973761);
}

TEST(BinaryQuality, CurvesHaveAPointADistinctScore) {
  const auto rows = real_run();
  const auto quality = binary_quality(rows.actual, rows.predicted, rows.scores, 1).value();
  const auto roc = roc_curve(quality.points);
  EXPECT_EQ(roc.false_positive_rates.size(), 203u);  // 201 scores, (0, 0) and (1, 1)
  EXPECT_EQ(roc.true_positive_rates[0], 0.0);
  EXPECT_EQ(roc.true_positive_rates[1], 1.0 / 28.0);
  EXPECT_EQ(roc.false_positive_rates.back(), 1.0);
  const auto pr = precision_recall_curve(quality.points);
  EXPECT_EQ(pr.recalls.size(), 202u);
  EXPECT_EQ(pr.recalls[0], 0.0);
  EXPECT_EQ(pr.precisions[0], 1.0);
  EXPECT_EQ(pr.recalls.back(), 1.0);
  EXPECT_EQ(pr.precisions.back(), 28.0 / 201.0);
}

TEST(BinaryQuality, DeviationsNeedTwoHundredRowsAndAreZeroForConstants) {
  const auto rows = real_run();
  const auto deviations = *binary_quality(rows.actual, rows.predicted, rows.scores, 1)->standard_deviations;
  EXPECT_EQ(deviations.values.precision, 0.0);  // no false positive in any sample
  EXPECT_GT(deviations.values.recall, 0.0);
  EXPECT_LT(deviations.values.recall, 0.2);
  EXPECT_GT(*deviations.auc, 0.0);
  EXPECT_LT(*deviations.auc, 0.1);
  const std::span<const std::uint8_t> actual(rows.actual.data(), 199);
  const std::span<const std::uint8_t> predicted(rows.predicted.data(), 199);
  EXPECT_FALSE(binary_quality(actual, predicted, {}, 1)->standard_deviations);
}

TEST(BinaryQuality, ZeroOverZeroIsZero) {
  const std::vector<std::uint8_t> negative{0, 0};
  const auto quality = binary_quality(negative, negative, {}, 1).value();
  EXPECT_EQ(quality.scalars.values.recall, 0.0);
  EXPECT_EQ(quality.scalars.values.precision, 0.0);
  EXPECT_EQ(quality.scalars.values.f1, 0.0);
  EXPECT_EQ(quality.scalars.values.accuracy, 1.0);
  EXPECT_FALSE(quality.scalars.auc);
}

TEST(BinaryQuality, SaysWhatIsWrong) {
  const std::vector<std::uint8_t> two{0, 1};
  const std::vector<std::uint8_t> bad{0, 2};
  EXPECT_THAT(binary_quality(two, bad, {}, 1).error().message, HasSubstr("row 1: predicted label 2"));
  EXPECT_THAT(binary_quality(bad, two, {}, 1).error().message, HasSubstr("row 1: true label 2"));
  EXPECT_THAT(binary_quality(two, two, std::vector<double>{0.5, kNan}, 1).error().message, HasSubstr("row 1"));
  EXPECT_THAT(binary_quality(two, two, std::vector<double>{0.5}, 1).error().message, HasSubstr("1 scores, 2 labels"));
  EXPECT_FALSE(binary_quality({}, {}, {}, 1));
  EXPECT_FALSE(binary_quality(two, {}, {}, 1));
}

TEST(ScoredRows, TiedScoresAreOnePoint) {
  // Scores 3 (+), 2 (+, −), 2 (−), −1 (+), −1 (−): points (tp, fp) (1, 0), (2, 2), (3, 3).
  ScoredRows rows;
  rows.add(2, true);
  rows.add(-1, true);
  rows.add(3, true);
  rows.add(2, false);
  rows.add(-1, false);
  rows.add(2, false);
  EXPECT_THAT(rows.points(), ElementsAre(RankedPoint{3, 1, 0}, RankedPoint{2, 2, 2}, RankedPoint{-1, 3, 3}));
  // Trapezoids: 0 + (2/3)(1/3 + 2/3)/2 + (1/3)(2/3 + 1)/2 = 1/3 + 5/18.
  EXPECT_NEAR(rows.area_under_roc(), 11.0 / 18.0, 1e-15);
}

TEST(ScoredRows, NegativeZeroTiesWithZeroAndNegativeScoresRankBelow) {
  ScoredRows rows;
  rows.add(0.0, true);
  rows.add(-0.0, false);
  rows.add(-2.0, false);
  rows.add(-std::numeric_limits<double>::denorm_min(), true);
  EXPECT_EQ(rows.points().size(), 3u);
  EXPECT_EQ(rows.points()[0].true_positives, 1u);
  EXPECT_EQ(rows.points()[0].false_positives, 1u);
  EXPECT_EQ(rows.points()[2].score, -2.0);
}

TEST(SortKeys, SortsWhatAComparisonSortWould) {
  Rng rng(7, "test", "sort-keys");
  for (const std::size_t n : {1u, 2u, 100u, 5000u, 70000u})
    for (int kind = 0; kind < 6; ++kind) {
      std::vector<double> values(n);
      for (std::size_t i = 0; i < n; ++i) {
        const auto draw = rng.bits();
        const double unit = static_cast<double>(draw >> 11) * 0x1p-53;
        switch (kind) {
          case 0:
            values[i] = unit;
            break;
          case 1:
            values[i] = static_cast<double>(draw % 10);
            break;
          case 2:
            values[i] = (unit - 0.5) * 1e300;
            break;
          case 3:
            values[i] = 1.0 + unit * 1e-14;
            break;  // low bits only
          case 4:
            values[i] = (draw & 1) != 0 ? 1e9 : 1.0 + unit * 1e-15;
            break;  // long runs equal in the leading bits
          default:
            values[i] = 5.0;
            break;
        }
      }
      auto expected = values;
      std::sort(expected.begin(), expected.end());
      EXPECT_EQ(sorted(values), expected) << "n " << n << ", kind " << kind;
    }
}

ConfusionMatrix documented_matrix() {
  ConfusionMatrix matrix;
  matrix.add("0", "0", 1180);
  matrix.add("0", "1", 510);
  matrix.add("1", "0", 268);
  matrix.add("1", "1", 138);
  return matrix;
}

TEST(MulticlassQuality, ReproducesTheDocumentedSample) {
  const auto values = multiclass_values(documented_matrix());
  EXPECT_EQ(values.accuracy, 0.6288167938931297);
  EXPECT_DOUBLE_EQ(values.weighted_recall, 0.6288167938931297);
  EXPECT_EQ(values.weighted_precision, 0.6983172269629505);
  EXPECT_EQ(values.weighted_f0_5, 0.6803947317178771);
  EXPECT_EQ(values.weighted_f1, 0.6571162346664904);
  EXPECT_EQ(values.weighted_f2, 0.63840243543946);
}

TEST(MulticlassQuality, ReproducesTheConstantAnswers) {
  // The documented sample answers "1", as early builds did; the majority rule answers "0".
  const auto one = multiclass_values(constant_answer(documented_matrix(), "1"));
  EXPECT_EQ(one.accuracy, 0.19370229007633588);
  EXPECT_EQ(one.weighted_precision, 0.03752057718081697);
  EXPECT_EQ(one.weighted_f0_5, 0.04473443104152011);
  EXPECT_EQ(one.weighted_f1, 0.06286421244683643);
  EXPECT_EQ(one.weighted_f2, 0.10570313141262414);
  const auto majority = multiclass_values(best_constant(documented_matrix()));
  EXPECT_NEAR(majority.accuracy, 0.8062977, 5e-8);
  EXPECT_NEAR(majority.weighted_precision, 0.6501160, 5e-8);
  EXPECT_NEAR(majority.weighted_f0_5, 0.6763168, 5e-8);
  EXPECT_NEAR(majority.weighted_f1, 0.7198326, 5e-8);
  EXPECT_NEAR(majority.weighted_f2, 0.7693333, 5e-8);
}

TEST(MulticlassQuality, LabelsAreOrderedAsNumbersWhereTheyAre) {
  ConfusionMatrix numbers;
  numbers.add("10", "9");
  numbers.add("2", "10");
  EXPECT_THAT(numbers.labels(), ElementsAre("2", "9", "10"));
  ConfusionMatrix words;
  words.add("10", "cat");
  words.add("9", "cat");
  EXPECT_THAT(words.labels(), ElementsAre("10", "9", "cat"));
  EXPECT_EQ(words.count("cat", "9"), 0u);
}

TEST(MulticlassQuality, ScoresRowsWithDeviations) {
  std::vector<std::string> actual;
  std::vector<std::string> predicted;
  for (int i = 0; i < 300; ++i) {
    actual.emplace_back(i % 3 == 0 ? "a" : "b");
    predicted.emplace_back(i % 5 == 0 ? "c" : actual.back());
  }
  const auto quality = multiclass_quality(actual, predicted, 3).value();
  EXPECT_DOUBLE_EQ(quality.scalars.values.accuracy, 0.8);
  EXPECT_DOUBLE_EQ(quality.scalars.values.weighted_precision, 1.0);
  EXPECT_GT(quality.standard_deviations->values.accuracy, 0.0);
  EXPECT_LT(quality.standard_deviations->values.accuracy, 0.05);
  EXPECT_FALSE(multiclass_quality(actual, {}, 3));
}

}  // namespace
}  // namespace driftlab::metric

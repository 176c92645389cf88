// Expected values: section 11.3 of the model monitor reference (a real baseline job and a real live run), the tables
// ProPublica published with the COMPAS data, else worked by hand.
#include "core/metric/bias/bias.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/metric/bias/flip_test.hpp"

namespace driftlab::metric {
namespace {

using testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Table {
  std::uint64_t tp, fp, fn, tn;
};

BiasScore score_of(const Table& rest, const Table& facet) {
  BiasScore score;
  for (const bool in_facet : {false, true}) {
    const auto& table = in_facet ? facet : rest;
    score.add({.in_facet = in_facet, .label = true, .predicted = true, .group = {}}, table.tp);
    score.add({.in_facet = in_facet, .label = false, .predicted = true, .group = {}}, table.fp);
    score.add({.in_facet = in_facet, .label = true, .predicted = false, .group = {}}, table.fn);
    score.add({.in_facet = in_facet, .label = false, .predicted = false, .group = {}}, table.tn);
  }
  return score;
}

const Result<double> kNoFlipTest = input_error("not computed");

double value_of(const std::vector<BiasMetric>& metrics, std::string_view name) {
  for (const auto& metric : metrics)
    if (metric.name == name) return metric.value.value();
  ADD_FAILURE() << "no metric " << name;
  return 0.0;
}

std::string failure_of(const std::vector<BiasMetric>& metrics, std::string_view name) {
  for (const auto& metric : metrics)
    if (metric.name == name) return metric.value ? "no failure" : metric.value.error().message;
  return "no metric";
}

TEST(Bias, ReproducesARealBaseline) {
  const auto score = score_of({86, 36, 57, 277}, {8, 2, 9, 191});
  const auto pre = pre_training_bias(score);
  EXPECT_EQ(value_of(pre, "CI"), 0.36936936936936937);
  EXPECT_EQ(value_of(pre, "DPL"), 0.2326441102756892);
  EXPECT_DOUBLE_EQ(value_of(pre, "KL"), 0.22434464102537785);
  EXPECT_NEAR(value_of(pre, "JS"), 0.0450819994343775, 5e-17);
  EXPECT_DOUBLE_EQ(value_of(pre, "LP"), 0.32900845595810163);
  EXPECT_DOUBLE_EQ(value_of(pre, "TVD"), 0.2326441102756892);
  EXPECT_DOUBLE_EQ(value_of(pre, "KS"), 0.2326441102756892);
  const auto post = post_training_bias(score, kNoFlipTest);
  EXPECT_DOUBLE_EQ(value_of(post, "AD"), -0.15156641604010024);
  EXPECT_DOUBLE_EQ(value_of(post, "DAR"), -0.09508196721311479);
  EXPECT_DOUBLE_EQ(value_of(post, "DCA"), -0.5278688524590163);
  EXPECT_DOUBLE_EQ(value_of(post, "DCR"), 0.027874251497005953);
  EXPECT_DOUBLE_EQ(value_of(post, "DI"), 0.17798594847775176);
  EXPECT_DOUBLE_EQ(value_of(post, "DPPL"), 0.2199248120300752);
  EXPECT_DOUBLE_EQ(value_of(post, "DRR"), 0.12565868263473046);
  EXPECT_DOUBLE_EQ(value_of(post, "RD"), 0.1308103661044837);
  EXPECT_DOUBLE_EQ(value_of(post, "SD"), 0.10465328014037645);
  EXPECT_DOUBLE_EQ(value_of(post, "TE"), 2.916666666666667);
  EXPECT_NEAR(value_of(post, "GE"), 0.08411867021747, 5e-15);
}

TEST(Bias, ReproducesALiveRunWithAnInfiniteMetric) {
  const auto post = post_training_bias(score_of({36, 13, 128, 47}, {2, 0, 78, 30}), kNoFlipTest);
  EXPECT_DOUBLE_EQ(value_of(post, "DAR"), -0.26530612244897955);
  EXPECT_DOUBLE_EQ(value_of(post, "DCA"), -36.6530612244898);
  EXPECT_DOUBLE_EQ(value_of(post, "DCR"), -0.06507936507936507);
  EXPECT_NEAR(value_of(post, "GE"), 0.9027966400080482, 1e-15);
  EXPECT_DOUBLE_EQ(value_of(post, "RD"), 0.19451219512195123);
  EXPECT_DOUBLE_EQ(value_of(post, "SD"), 0.21666666666666667);
  EXPECT_EQ(value_of(post, "TE"), kInfinity);
}

TEST(Bias, CompasAsPublished) {
  // Facet African-American against Caucasian, high score against recidivism within two years: ProPublica's tables give
  // false positive rates 44.85 % and 23.45 %, false negative rates 27.99 % and 47.72 %.
  const auto score = score_of({505, 349, 461, 1139}, {1369, 805, 532, 990});
  const auto post = post_training_bias(score, kNoFlipTest);
  EXPECT_NEAR(value_of(post, "SD"), (1 - 0.4485) - (1 - 0.2345), 1e-4);
  EXPECT_NEAR(value_of(post, "RD"), (1 - 0.4772) - (1 - 0.2799), 1e-4);
}

TEST(Bias, MetricsAreSortedByNameAndDescribed) {
  const auto score = score_of({1, 1, 1, 1}, {1, 1, 1, 1});
  for (const auto& metrics : {pre_training_bias(score), post_training_bias(score, kNoFlipTest)}) {
    for (std::size_t i = 1; i < metrics.size(); ++i) EXPECT_LT(metrics[i - 1].name, metrics[i].name);
    for (const auto& metric : metrics) EXPECT_THAT(metric.description, HasSubstr("(" + metric.name + ")"));
  }
  EXPECT_EQ(pre_training_bias(score).size() + post_training_bias(score, kNoFlipTest).size(), 21u);
}

TEST(Bias, ConditionalDisparityWeighsGroups) {
  // Group x: facet 1 of 2 rejected, 1 of 4 accepted; group y: facet 2 of 2 rejected, none accepted (counts 0).
  // DD_x = 1/2 − 1/4, DD_y = 1 − 0; CDDL = (6·0.25 + 2·1)/8.
  BiasScore score;
  const auto add = [&](const char* group, bool in_facet, bool label, std::uint64_t rows) {
    score.add({.in_facet = in_facet, .label = label, .predicted = !label, .group = group}, rows);
  };
  add("x", true, false, 1);
  add("x", false, false, 1);
  add("x", true, true, 1);
  add("x", false, true, 3);
  add("y", true, false, 2);
  EXPECT_DOUBLE_EQ(value_of(pre_training_bias(score), "CDDL"), 0.4375);
  // Predictions are the reverse: DD_x = 1/4 − 1/2, DD_y = 0 − 1.
  EXPECT_DOUBLE_EQ(value_of(post_training_bias(score, kNoFlipTest), "CDDPL"), -0.4375);
}

TEST(Bias, EqualInfinitiesDifferByNothing) {
  // No predicted positives on either side: both conditional acceptances are infinite.
  const auto post = post_training_bias(score_of({0, 0, 3, 5}, {0, 0, 2, 5}), kNoFlipTest);
  EXPECT_EQ(value_of(post, "DCA"), 0.0);
  EXPECT_EQ(value_of(post, "TE"), 0.0);
  EXPECT_EQ(value_of(post, "DI"), 0.0);  // 0/0
  EXPECT_EQ(value_of(post, "DAR"), 0.0);
}

TEST(Bias, SaysWhyAMetricFails) {
  const auto empty = score_of({1, 1, 1, 1}, {0, 0, 0, 0});
  for (const auto& metric : pre_training_bias(empty)) EXPECT_FALSE(metric.value) << metric.name;
  EXPECT_THAT(failure_of(pre_training_bias(empty), "CI"), HasSubstr("no row is in the facet"));
  EXPECT_THAT(failure_of(post_training_bias(score_of({0, 0, 0, 0}, {1, 1, 1, 1}), kNoFlipTest), "AD"),
              HasSubstr("every row is in the facet"));
  EXPECT_THAT(failure_of(pre_training_bias(score_of({1, 1, 1, 1}, {1, 1, 1, 1})), "CDDL"), HasSubstr("no group"));
  EXPECT_THAT(failure_of(post_training_bias(score_of({0, 0, 2, 0}, {0, 0, 1, 0}), kNoFlipTest), "GE"),
              HasSubstr("mean benefit"));
  EXPECT_EQ(failure_of(post_training_bias(score_of({1, 1, 1, 1}, {1, 1, 1, 1}), kNoFlipTest), "FT"), "not computed");
  BiasScore one_outcome;
  one_outcome.add({.in_facet = true, .label = true, .predicted = true, .group = "x"});
  one_outcome.add({.in_facet = false, .label = true, .predicted = true, .group = "x"});
  EXPECT_THAT(failure_of(pre_training_bias(one_outcome), "CDDL"), HasSubstr("every row has the favourable outcome"));
}

TEST(Bias, OutcomesMissingFromOneFacetAreSkipped) {
  // Facet d has no positive: only the unfavourable outcome is common, with shares 1/2 and 1.
  const auto pre = pre_training_bias(score_of({1, 0, 0, 1}, {0, 0, 0, 4}));
  EXPECT_DOUBLE_EQ(value_of(pre, "KL"), 0.5 * std::log(0.5));
  EXPECT_DOUBLE_EQ(value_of(pre, "TVD"), 0.25);
  EXPECT_DOUBLE_EQ(value_of(pre, "KS"), 0.5);
}

TEST(FlipTest, UsesOneNeighbourForSmallSides) {
  // Rest: 0 → 0, 10 → 1. Facet at 1 answered 1 (neighbour says 0: +1), at 9 answered 0 (neighbour says 1: −1), at 2
  // answered 1 (+1): (2 − 1)/3.
  const std::vector<double> rest{0, 10};
  const std::vector<std::uint8_t> rest_predicted{0, 1};
  const std::vector<double> facet{1, 9, 2};
  const std::vector<std::uint8_t> facet_predicted{1, 0, 1};
  EXPECT_DOUBLE_EQ(flip_test(rest, rest_predicted, facet, facet_predicted, 1).value(), 1.0 / 3.0);
}

TEST(FlipTest, VotesOfFiveNeighbours) {
  // Rest at 0…9; the five nearest of 2.1 are 0…4 with votes 1 1 1 0 0: majority 1. The one nearest (2) says 1, the
  // five nearest of 8 are 6…9 and 5, votes 0.
  std::vector<double> rest;
  std::vector<std::uint8_t> predicted;
  for (int i = 0; i < 10; ++i) {
    rest.push_back(i);
    predicted.push_back(i < 3 ? 1 : 0);
  }
  const std::vector<double> facet{2.1, 3.9, 8};
  // 3.9: nearest are 4, 3, 5, 2, 6 with votes 0 0 0 1 0.
  EXPECT_DOUBLE_EQ(flip_test(rest, predicted, facet, std::vector<std::uint8_t>{0, 0, 0}, 1).value(), -1.0 / 3.0);
  EXPECT_DOUBLE_EQ(flip_test(rest, predicted, facet, std::vector<std::uint8_t>{1, 1, 1}, 1, 3).value(), 2.0 / 3.0);
}

TEST(FlipTest, TellsItsProgressUpToTheEnd) {
  const std::vector<double> rest{0, 10};
  const std::vector<double> facet{1, 9, 2, 2};
  const std::vector<std::uint8_t> facet_predicted{1, 0, 1, 1};
  std::vector<double> told;
  const auto flips = flip_test(rest, std::vector<std::uint8_t>{0, 1}, facet, facet_predicted, 1, 1,
                               [&](double share) { told.push_back(share); });
  EXPECT_DOUBLE_EQ(flips.value(), 0.5);  // three answered 1 beside neighbours of 0, one 0 beside 1: (3 − 1)/4
  ASSERT_FALSE(told.empty());
  EXPECT_DOUBLE_EQ(told.back(), 1.0);
}

TEST(FlipTest, SaysWhatIsWrong) {
  const std::vector<double> one{1};
  const std::vector<std::uint8_t> label{1};
  EXPECT_FALSE(flip_test(one, label, one, label, 0));
  EXPECT_FALSE(flip_test({}, {}, one, label, 1));
  EXPECT_FALSE(flip_test(one, label, one, label, 2));
}

}  // namespace
}  // namespace driftlab::metric

// Expected values: sections 6.1, 6.5 and 11.5 of the model monitor reference, else worked by hand.
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/metric/attribution/coalitions.hpp"
#include "core/metric/attribution/kernel_shap.hpp"
#include "core/metric/attribution/ndcg.hpp"

namespace driftlab::metric {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

using Values = std::vector<double>;

TEST(Ndcg, ReproducesTheDocumentedExample) {
  EXPECT_EQ(attribution_ndcg(Values{0.70, 0.50, 0.05}, Values{0.10, 0.20, 0.70}).value(), 0.6876396241226223);
  EXPECT_EQ(0.7154648767857288 / 1.0404648767857285, 0.6876396241226223);  // DCG over iDCG
  EXPECT_EQ(attribution_ndcg(Values{0.70, 0.50, 0.05}, Values{7, 5, 1}).value(), 1.0);
}

TEST(Ndcg, AveragesTheGainsOfTiedFeatures) {
  // Two features tied: each rank gets the mean 0.6; the ideal is 0.7 + 0.5/log2 3.
  const double ideal = 0.7 + 0.5 / std::log2(3.0);
  EXPECT_NEAR(attribution_ndcg(Values{0.7, 0.5}, Values{1, 1}).value(), 0.6 * (1 + 1 / std::log2(3.0)) / ideal, 1e-15);
}

TEST(Ndcg, AnIdealGainThatIsNotPositiveIsNoScore) {
  EXPECT_TRUE(std::isnan(attribution_ndcg(Values{0, 0}, Values{1, 2}).value()));
  EXPECT_TRUE(std::isnan(attribution_ndcg(Values{-1, -2}, Values{1, 2}).value()));
  EXPECT_FALSE(attribution_ndcg(Values{1}, Values{1, 2}));
  EXPECT_FALSE(attribution_ndcg(Values{1, std::nan("")}, Values{1, 2}));
  EXPECT_FALSE(attribution_ndcg({}, {}));
}

TEST(GlobalShapValues, AggregateOverInstances) {
  const Values local{1, -2, -3, 0, 4, 8};  // three instances of two features
  EXPECT_THAT(global_shap_values(local, 2, ShapAggregation::MeanAbsolute),
              ElementsAre(DoubleNear(8.0 / 3, 1e-15), DoubleNear(10.0 / 3, 1e-15)));
  EXPECT_THAT(global_shap_values(local, 2, ShapAggregation::Median), ElementsAre(1, 0));
  EXPECT_THAT(global_shap_values(local, 2, ShapAggregation::MeanSquare),
              ElementsAre(DoubleNear(26.0 / 3, 1e-15), DoubleNear(68.0 / 3, 1e-14)));
}

TEST(Coalitions, AreAllOfThemWhereTheyFit) {
  EXPECT_EQ(default_coalitions(3), 6u);
  EXPECT_EQ(default_coalitions(10), 1022u);
  EXPECT_EQ(default_coalitions(11), 2046u);
  EXPECT_EQ(default_coalitions(12), 2072u);
  EXPECT_EQ(default_coalitions(20), 2088u);
  const auto all = choose_coalitions(4, 14, 0);
  ASSERT_EQ(all.size(), 14u);
  // (M−1)/(C(M,s)·s·(M−s)): 3/(4·1·3) for one or three features, 3/(6·2·2) for two.
  for (const auto& coalition : all) {
    int size = 0;
    for (const auto flag : coalition.present) size += flag;
    EXPECT_DOUBLE_EQ(coalition.weight, size == 2 ? 0.125 : 0.25);
  }
}

TEST(Coalitions, SampledOnesCarryTheWholeKernelAndComeInPairs) {
  const auto some = choose_coalitions(20, 2088, 3);
  EXPECT_LE(some.size(), 2088u);
  EXPECT_GT(some.size(), 1500u);
  double weight = 0;
  std::vector<double> of_feature(20);
  for (const auto& coalition : some) {
    weight += coalition.weight;
    for (std::size_t i = 0; i < 20; ++i) of_feature[i] += coalition.present[i] * coalition.weight;
  }
  double kernel = 0;
  for (int s = 1; s < 20; ++s) kernel += 19.0 / (s * (20 - s));
  EXPECT_NEAR(weight, kernel, 1e-9);
  // With each coalition goes its complement: every feature is present in half of the weight.
  for (const double present : of_feature) EXPECT_NEAR(present, kernel / 2, 1e-9);
}

/// 0.5 + Σ w_j x_j with w_j = j + 1.
Result<Values> linear(std::span<const double> rows, std::size_t columns) {
  Values answers;
  for (std::size_t at = 0; at < rows.size(); at += columns) {
    double sum = 0.5;
    for (std::size_t j = 0; j < columns; ++j) sum += (static_cast<double>(j) + 1) * rows[at + j];
    answers.push_back(sum);
  }
  return answers;
}

TEST(KernelShap, IsExactForALinearModel) {
  for (const std::size_t features : {1u, 2u, 5u, 20u, 40u}) {
    Values baseline;  // two rows: their mean counts
    Values instance;
    for (std::size_t j = 0; j < features; ++j) baseline.push_back(0.25 * static_cast<double>(j));
    for (std::size_t j = 0; j < features; ++j) baseline.push_back(1.0);
    for (std::size_t j = 0; j < features; ++j) instance.push_back(static_cast<double>(j % 3) - 0.5);
    const auto values = kernel_shap(linear, baseline, instance, features).value();
    for (std::size_t j = 0; j < features; ++j) {
      const double mean = (baseline[j] + 1.0) / 2;
      EXPECT_NEAR(values.local[j], (static_cast<double>(j) + 1) * (instance[j] - mean), 1e-9) << features << " " << j;
    }
  }
}

TEST(KernelShap, SharesAnInteraction) {
  // x0·x1 + x2 against a baseline of 0: 2·3 is shared, 3 each.
  const RowPredictor model = [](std::span<const double> rows, std::size_t) -> Result<Values> {
    Values answers;
    for (std::size_t at = 0; at < rows.size(); at += 3) answers.push_back(rows[at] * rows[at + 1] + rows[at + 2]);
    return answers;
  };
  const auto values = kernel_shap(model, Values{0, 0, 0}, Values{2, 3, 7, 1, 1, 0}, 3).value();
  EXPECT_THAT(values.local, ElementsAre(DoubleNear(3, 1e-12), DoubleNear(3, 1e-12), DoubleNear(7, 1e-12),
                                        DoubleNear(0.5, 1e-12), DoubleNear(0.5, 1e-12), DoubleNear(0, 1e-12)));
  EXPECT_EQ(values.expected_value, 0.0);
}

TEST(KernelShap, AddsUpExactlyAndRepeatsItself) {
  const RowPredictor model = [](std::span<const double> rows, std::size_t columns) -> Result<Values> {
    Values answers;
    for (std::size_t at = 0; at < rows.size(); at += columns) {
      double sum = 0;
      for (std::size_t j = 0; j + 1 < columns; ++j) sum += rows[at + j] * rows[at + j + 1];
      answers.push_back(1 / (1 + std::exp(-sum)));
    }
    return answers;
  };
  Values baseline(16, 0.1);
  Values instance;
  for (int j = 0; j < 16; ++j) instance.push_back(j % 4 - 1.5);
  for (const bool logit : {false, true}) {
    const ShapOptions options{.samples = 400, .seed = 5, .logit = logit, .rows_max = 37};
    const auto values = kernel_shap(model, baseline, instance, 16, options).value();
    double sum = values.expected_value;
    for (const double phi : values.local) sum += phi;
    const double answer = model(instance, 16).value().front();
    EXPECT_NEAR(sum, logit ? std::log(answer / (1 - answer)) : answer, 1e-12);
    EXPECT_EQ(kernel_shap(model, baseline, instance, 16, options)->local, values.local);
  }
}

TEST(KernelShap, AModelMayMakeTheMixesItself) {
  const Values baseline{0.1, 0.5, -1, 2, 1, 0};  // two rows
  const Values instances{3, 1, 2, -2, 0.25, 1};
  ShapOptions options;
  std::size_t asked = 0;
  options.mixes = [&](std::span<const double> instance, std::span<const double> rows,
                      const std::vector<Coalition>& coalitions, std::span<double> answers) {
    ++asked;
    std::size_t next = 0;
    for (const auto& coalition : coalitions)
      for (std::size_t at = 0; at < rows.size(); at += 3) {
        Values mix;
        for (std::size_t i = 0; i < 3; ++i) mix.push_back(coalition.present[i] != 0 ? instance[i] : rows[at + i]);
        answers[next++] = linear(mix, 3)->front();
      }
    EXPECT_EQ(next, answers.size());
  };
  EXPECT_EQ(kernel_shap(linear, baseline, instances, 3, options)->local,
            kernel_shap(linear, baseline, instances, 3)->local);
  EXPECT_EQ(asked, 2u);
  EXPECT_EQ(kernel_shap_calls(2, 2, 3, options), 2u);
}

TEST(KernelShap, SaysWhatIsWrong) {
  EXPECT_THAT(kernel_shap(linear, Values{1, 2, 3}, Values{1, 2}, 2).error().message, HasSubstr("baseline: 3 values"));
  EXPECT_THAT(kernel_shap(linear, Values{1, 2}, Values{1, std::nan("")}, 2).error().message, HasSubstr("feature 1"));
  const RowPredictor short_answer = [](std::span<const double>, std::size_t) -> Result<Values> { return Values{}; };
  EXPECT_THAT(kernel_shap(short_answer, Values{1, 2}, Values{1, 2}, 2).error().message,
              HasSubstr("answered 0 numbers for 1 rows"));
  EXPECT_THAT(kernel_shap(linear, Values(8, 0), Values(8, 1), 8, {.samples = 4}).error().message,
              HasSubstr("ask for more samples"));
  EXPECT_THAT(kernel_shap(linear, Values{1, 2}, Values{1, 2}, 2, {.logit = true}).error().message,
              HasSubstr("log-odds"));
  const RowPredictor failing = [](std::span<const double>, std::size_t) -> Result<Values> {
    return input_error("the endpoint is gone");
  };
  EXPECT_EQ(kernel_shap(failing, Values{1, 2}, Values{1, 2}, 2).error().message, "the endpoint is gone");
}

}  // namespace
}  // namespace driftlab::metric

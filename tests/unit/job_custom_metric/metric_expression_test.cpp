// Expressions over a whole dataset. Expected values are worked by hand.
#include "core/monitor/transform/metric_expression.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/property.hpp"

namespace driftlab::monitor {
namespace {

using testing::HasSubstr;

/// The value over rows of one or two text columns in the order in which the expression names them; "" is missing.
std::optional<double> value_of(std::string_view text, const std::vector<std::vector<std::string>>& rows) {
  auto expression = MetricExpression::parse(text).value();
  for (const auto& row : rows) {
    std::vector<Value> values;
    for (const auto& cell : row) values.push_back(cell.empty() ? Value() : Value::of_text(cell));
    expression.add(values);
  }
  return expression.value();
}

const std::vector<std::vector<std::string>> kOne{{"1"}, {"4"}, {""}, {"2"}, {"x"}, {"3"}};

TEST(MetricExpression, AggregatesLeaveOutWhatIsMissingOrNoNumber) {
  EXPECT_EQ(value_of("count()", kOne), 6.0);
  EXPECT_EQ(value_of("count(a)", kOne), 5.0);
  EXPECT_EQ(value_of("sum(a)", kOne), 10.0);
  EXPECT_EQ(value_of("mean(a)", kOne), 2.5);
  EXPECT_EQ(value_of("std_dev(a)", kOne), std::sqrt(1.25));
  EXPECT_EQ(value_of("minimum(a)", kOne), 1.0);
  EXPECT_EQ(value_of("maximum(a)", kOne), 4.0);
  EXPECT_EQ(value_of("rate(a == 'x')", kOne), 0.2);
  EXPECT_EQ(value_of("rate(is_missing(a))", kOne), 1.0 / 6.0);
}

TEST(MetricExpression, QuantilesAreTheSmallestValueThatReachesTheLevel) {
  EXPECT_EQ(value_of("quantile(a, 0.5)", kOne), 2.0);
  EXPECT_EQ(value_of("quantile(a, 0.51)", kOne), 3.0);
  EXPECT_EQ(value_of("quantile(a, 0)", kOne), 1.0);
  EXPECT_EQ(value_of("quantile(a, 1)", kOne), 4.0);
}

TEST(MetricExpression, ComputesWithAggregatesAndWithRows) {
  const std::vector<std::vector<std::string>> rows{{"11", "10"}, {"9", "10"}, {"7", "5"}};
  EXPECT_EQ(value_of("mean(abs(label - output))", rows), 4.0 / 3.0);
  EXPECT_EQ(value_of("sum(abs(label - output)) / sum(abs(label))", rows), 4.0 / 27.0);
  EXPECT_EQ(value_of("sqrt(mean((label - output) * (label - output)))", rows), std::sqrt(2.0));
  EXPECT_EQ(value_of("max(mean(label), mean(output)) - 1", rows), 8.0);
  EXPECT_EQ(value_of("if(rate(label > output) > 0.5, 1, 0)", rows), 1.0);
  EXPECT_EQ(value_of("mean(log(label)) - mean(log(output))", {{"8", "4"}}), std::log(8.0) - std::log(4.0));
}

TEST(MetricExpression, WhatIsNotDefinedIsMissingNotZero) {
  EXPECT_EQ(value_of("mean(a)", {{""}, {"x"}}), std::nullopt);
  EXPECT_EQ(value_of("quantile(a, 0.5)", {{""}}), std::nullopt);
  EXPECT_EQ(value_of("rate(a > 1)", {{""}}), std::nullopt);
  EXPECT_EQ(value_of("sum(a)", {{""}}), 0.0);
  EXPECT_EQ(value_of("1 / sum(a)", {{"0"}}), std::nullopt);
  EXPECT_EQ(value_of("mean(log(a))", {{"0"}, {"1"}}), 0.0) << "log 0 is missing";
  EXPECT_EQ(value_of("coalesce(mean(a), 7)", {{""}}), 7.0);
}

TEST(MetricExpression, MistakesAreShownWithTheirPlace) {
  const auto error = [](std::string_view text) { return MetricExpression::parse(text).error().message; };
  EXPECT_THAT(error("mean(a"), HasSubstr("'mean(a', column 7: expected ',' or ')'"));
  EXPECT_THAT(error("maen(a)"), HasSubstr("'maen' is none; did you mean 'mean'?"));
  EXPECT_THAT(error("a + 1"), HasSubstr("an aggregate around the column 'a', such as mean(a)"));
  EXPECT_THAT(error("mean(sum(a))"), HasSubstr("no aggregate inside another; 'sum' is one"));
  EXPECT_THAT(error("quantile(a)"), HasSubstr("expected 2 arguments of quantile"));
  EXPECT_THAT(error("quantile(a, 90)"), HasSubstr("a level from 0 to 1"));
  EXPECT_THAT(error("quantile(a, b)"), HasSubstr("a level from 0 to 1"));
  EXPECT_THAT(error("mean(a, b)"), HasSubstr("expected 1 arguments of mean"));
  EXPECT_THAT(error("1 + 2"), HasSubstr("expected an aggregate such as mean(x)"));
  EXPECT_THAT(error(std::string(5000, '-') + "1"), HasSubstr("expected at most 4096"));
  const auto expression = MetricExpression::parse("mean(label - prediktion)").value();
  const std::vector<std::string> names{"label", "prediction"};
  EXPECT_EQ(expression.missing_column(1, names).message,
            "'mean(label - prediktion)', column 14: there is no column 'prediktion'; did you mean 'prediction'?");
}

TEST(MetricExpression, TransformsHaveNoAggregates) {
  EXPECT_FALSE(Expression::parse("mean(a)"));
  EXPECT_TRUE(Expression::parse("max(a, 1)"));
}

RC_GTEST_PROP(MetricExpression, MergedPartsAreTheWhole, ()) {
  const char* text = "mean(a) + 2 * sum(b) - quantile(a, 0.3) + rate(a > b) + count() + std_dev(b) + maximum(a)";
  auto whole = MetricExpression::parse(text).value();
  std::vector<MetricExpression> parts(3, whole);
  const int rows = *rc::gen::inRange(1, 200);
  for (int i = 0; i < rows; ++i) {
    const std::vector<Value> row{Value::of(*rc::gen::inRange(-50, 50)), Value::of(*rc::gen::inRange(-50, 50))};
    whole.add(row);
    parts[static_cast<std::size_t>(*rc::gen::inRange(0, 3))].add(row);
  }
  parts[1].merge(parts[2]);
  parts[0].merge(parts[1]);
  RC_ASSERT(parts[0].rows() == whole.rows());
  RC_ASSERT(std::abs(*parts[0].value() - *whole.value()) <= 1e-9 * std::max(1.0, std::abs(*whole.value())));
}

}  // namespace
}  // namespace driftlab::monitor

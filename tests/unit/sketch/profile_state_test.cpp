/// Distinct counts, moments and types of cells. Where expected values come from is said at each test.

#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "core/base/rng.hpp"
#include "core/metric/sketch/hyperloglog.hpp"
#include "core/metric/sketch/moments.hpp"
#include "core/metric/sketch/value_type.hpp"

namespace driftlab::metric {
namespace {

// The reference implementation's check values (xxHash's documentation: seed 0), and Spark's: the examples of
// pyspark.sql.functions.xxhash64 (seed 42) for 'ABC', a 64-bit result printed as a signed number.
TEST(XxHash, PublishedValues) {
  EXPECT_EQ(xx_hash_64("", 0), 0xEF46DB3751D8E999ULL);
  EXPECT_EQ(xx_hash_64("a", 0), 0xD24EC4F1A98C6E5BULL);
  EXPECT_EQ(xx_hash_64("abc", 0), 0x44BC2CF5AD770999ULL);
  EXPECT_EQ(xx_hash_64("Nobody inspects the spammish repetition", 0), 0xFBCEA83C8A378BF1ULL);
  EXPECT_EQ(static_cast<std::int64_t>(xx_hash_64("ABC", 42)), 4105715581806190027LL);
}

TEST(XxHash, AWordHashesAsItsBytes) {
  const std::uint64_t word = 0x0123456789ABCDEFULL;
  EXPECT_EQ(xx_hash_64(word, 42), xx_hash_64(std::string_view("\xEF\xCD\xAB\x89\x67\x45\x23\x01", 8), 42));
}

HyperLogLog numbered(std::size_t count) {
  HyperLogLog distinct;
  for (std::size_t i = 0; i < count; ++i) distinct.add(std::to_string(i));
  return distinct;
}

// The relative standard deviation of 512 registers is 1.04 / √512 = 4.6 %; four of them leave 1 failure in 16,000.
TEST(HyperLogLog, StaysWithinItsErrorOverAllRegimes) {
  for (const std::size_t count : {1U, 10U, 100U, 300U, 450U, 700U, 1500U, 2600U, 10000U, 200000U}) {
    const double estimate = numbered(count).estimate();
    EXPECT_NEAR(estimate, static_cast<double>(count), 0.185 * static_cast<double>(count) + 0.5) << count;
  }
  EXPECT_EQ(HyperLogLog().estimate(), 0.0);
}

// The bias table must take the systematic error away: without it, estimates near 2.5 registers are 10 % too high.
TEST(HyperLogLog, IsUnbiasedBetweenLinearCountingAndTheAsymptote) {
  double mean = 0.0;
  constexpr int kTrials = 200;
  for (int trial = 0; trial < kTrials; ++trial) {
    HyperLogLog distinct;
    for (int i = 0; i < 700; ++i) distinct.add(std::to_string(trial * 1000 + i) + "x");
    mean += distinct.estimate() / kTrials;
  }
  // Standard error of the mean: 4.6 % / √200 = 0.33 %.
  EXPECT_NEAR(mean, 700.0, 700.0 * 0.0133);
}

TEST(HyperLogLog, RepetitionAndGroupingChangeNothing) {
  HyperLogLog merged = numbered(3000);
  const HyperLogLog whole = merged;
  merged.merge(numbered(2000));
  EXPECT_EQ(merged, whole);
  HyperLogLog tail;
  for (int i = 2000; i < 3000; ++i) tail.add(std::to_string(i));
  HyperLogLog head = numbered(2000);
  head.merge(tail);
  EXPECT_EQ(head, whole);
}

TEST(HyperLogLog, ZerosAreOneValue) {
  HyperLogLog plus;
  plus.add(0.0);
  HyperLogLog minus;
  minus.add(-0.0);
  EXPECT_EQ(plus, minus);
}

// By hand: 2, 4, 4, 4, 5, 5, 7, 9 has mean 5 and population deviation 2, the textbook example.
TEST(Moments, HandWorked) {
  Moments moments;
  const std::vector<double> values{2, 4, 4, 4, 5, 5, 7, 9};
  moments.add(values);
  EXPECT_EQ(moments.count(), 8U);
  EXPECT_EQ(moments.sum(), 40.0);
  EXPECT_EQ(moments.mean(), 5.0);
  EXPECT_EQ(moments.standard_deviation(), 2.0);
  EXPECT_EQ(moments.min(), 2.0);
  EXPECT_EQ(moments.max(), 9.0);
}

// 325 ones among 2333 rows: the service printed a deviation of 0.346265159… for the churn label.
TEST(Moments, PublishedDeviationOfTheChurnLabel) {
  std::vector<double> label(2333, 0.0);
  for (std::size_t i = 0; i < 325; ++i) label[i * 7] = 1.0;
  Moments moments;
  moments.add(label);
  EXPECT_GE(moments.standard_deviation(), 0.346265159);
  EXPECT_LT(moments.standard_deviation(), 0.346265160);
  EXPECT_EQ(moments.mean(), 325.0 / 2333.0);
}

// The sum of 1e16, 1, -1e16 is 1; plain addition loses the 1. Around 1e9 with deviation 1, a sum of squares would lose
// all digits.
TEST(Moments, KeepWhatRoundingTakes) {
  Moments cancelling;
  const std::vector<double> values{1e16, 1.0, -1e16};
  cancelling.add(values);
  EXPECT_EQ(cancelling.sum(), 1.0);
  std::vector<double> far;
  for (int i = 0; i < 5000; ++i) far.push_back(1e9 + (i % 2 == 0 ? 1.0 : -1.0));
  Moments deviation;
  deviation.add(far);
  EXPECT_NEAR(deviation.standard_deviation(), 1.0, 1e-12);
}

TEST(Moments, OfNothing) {
  const Moments moments;
  EXPECT_EQ(moments.count(), 0U);
  EXPECT_EQ(moments.mean(), 0.0);
  EXPECT_EQ(moments.standard_deviation(), 0.0);
}

// The patterns of Deequ 2.0.2, case by case.
TEST(CellType, FollowsThePatterns) {
  const auto type = [](std::string_view text) { return read_cell(text).type; };
  for (const char* text : {"0", "42", "-7", "+7", "- 7", " 7", "007", "99999999999999999999999"})
    EXPECT_EQ(type(text), CellType::Integral) << text;
  for (const char* text : {"0.5", "-1.25", "+ 3.0", " 1.5", "1e5", "1E5", "1.5e-7", "-2e+3", "1e999"})
    EXPECT_EQ(type(text), CellType::Fractional) << text;
  for (const char* text : {"true", "false"}) EXPECT_EQ(type(text), CellType::Boolean) << text;
  for (const char* text : {"",    "1.",   ".5", "NaN", "nan",   "inf", "-Infinity", "True", "1 ",   "  1",
                           "1,5", "0x1f", "1e", "1e+", "1.5.2", "-",   "+-1",       "1e5x", "1.e5", "١"})
    EXPECT_EQ(type(text), CellType::String) << text;
}

TEST(CellType, ValuesOfNumbers) {
  EXPECT_EQ(read_cell("- 7").value, -7.0);
  EXPECT_EQ(read_cell("137.8").value, 137.8);
  EXPECT_EQ(read_cell("-0.1").value, -0.1);
  EXPECT_EQ(read_cell("1e22").value, 1e22);
  EXPECT_EQ(read_cell("1.7976931348623157e308").value, 1.7976931348623157e308);
  EXPECT_EQ(read_cell("5e-324").value, 5e-324);
  EXPECT_EQ(read_cell("9007199254740993").value, 9007199254740992.0);
  EXPECT_EQ(read_cell("123456789012345678901234567890").value, 123456789012345678901234567890.0);
  EXPECT_TRUE(std::isinf(read_cell("1e999").value));
  EXPECT_TRUE(std::isinf(read_cell("1" + std::string(400, '0') + "e-1").value));
  EXPECT_EQ(read_cell("1e-999").value, 0.0);
  EXPECT_EQ(read_cell("0." + std::string(400, '0') + "1").value, 0.0);
  EXPECT_EQ(read_cell("0." + std::string(400, '0') + "1e401").value, 1.0);
}

// Against the standard library's parser on random decimal texts.
TEST(CellType, NumbersAreReadToTheLastBit) {
  Rng rng(7, "test", "cells");
  for (int i = 0; i < 20000; ++i) {
    std::string text = std::to_string(rng.below(std::uint64_t{1} << rng.below(63)));
    if (rng.bernoulli(0.7)) text += "." + std::to_string(rng.below(std::uint64_t{1} << rng.below(63)));
    if (rng.bernoulli(0.3)) text += "e" + std::to_string(static_cast<int>(rng.below(80)) - 40);
    double expected = 0.0;
    std::from_chars(text.data(), text.data() + text.size(), expected);
    ASSERT_EQ(read_cell(text).value, expected) << text;
  }
}

TEST(ColumnType, FollowsTheMixture) {
  using Type = ColumnType;
  EXPECT_EQ(TypeCounts{}.column_type(), Type::Unknown);
  EXPECT_EQ((TypeCounts{.missing = 3}).column_type(), Type::Unknown);
  EXPECT_EQ((TypeCounts{.missing = 3, .integral = 1}).column_type(), Type::Integral);
  EXPECT_EQ((TypeCounts{.fractional = 1, .integral = 9}).column_type(), Type::Fractional);
  EXPECT_EQ((TypeCounts{.boolean = 2}).column_type(), Type::Boolean);
  EXPECT_EQ((TypeCounts{.integral = 9, .boolean = 1}).column_type(), Type::String);
  EXPECT_EQ((TypeCounts{.integral = 9, .string = 1}).column_type(), Type::String);
}

TEST(ColumnType, CompletenessIsTheShareOfCellsPresent) {
  EXPECT_EQ((TypeCounts{.missing = 1, .integral = 3}).completeness(), 0.75);
  EXPECT_EQ(TypeCounts{}.completeness(), 1.0);
}

}  // namespace
}  // namespace driftlab::metric

#include "core/base/text.hpp"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace driftlab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Shortest, ReadsBackInTheFewestDigits) {
  EXPECT_EQ(shortest(0.24), "0.24");
  EXPECT_EQ(shortest(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(shortest(1e22), "1e+22");
  EXPECT_EQ(shortest(50.0), "50");
  EXPECT_EQ(shortest(-0.0), "-0");
  EXPECT_EQ(shortest(kNan), "nan");
  EXPECT_EQ(shortest(kInfinity), "inf");
  EXPECT_EQ(shortest(-kInfinity), "-inf");
}

TEST(Shortest, AppendsToWhatIsThere) {
  std::string text = "a=";
  append_shortest(text, 0.5);
  EXPECT_EQ(text, "a=0.5");
}

// The rules and the limits 10^-3 and 10^7 are those of the documentation of java.lang.Double.toString; 4.9E-324 and
// 1.7976931348623157E308 are its MIN_VALUE and MAX_VALUE, 2.2250738585072014E-308 its MIN_NORMAL.
TEST(JavaDouble, FollowsDoubleToString) {
  const std::vector<std::pair<double, std::string_view>> cases = {
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {1.0, "1.0"},
      {50.0, "50.0"},
      {0.24, "0.24"},
      {-0.24, "-0.24"},
      {100.0, "100.0"},
      {0.001, "0.001"},
      {0.0001, "1.0E-4"},
      {0.00099999, "9.9999E-4"},
      {9999999.0, "9999999.0"},
      {1e7, "1.0E7"},
      {12345678.0, "1.2345678E7"},
      {-1.5e10, "-1.5E10"},
      {1e21, "1.0E21"},
      {1e100, "1.0E100"},
      {std::numeric_limits<double>::denorm_min(), "4.9E-324"},
      {std::numeric_limits<double>::min(), "2.2250738585072014E-308"},
      {std::numeric_limits<double>::max(), "1.7976931348623157E308"},
      {kNan, "NaN"},
      {kInfinity, "Infinity"},
      {-kInfinity, "-Infinity"},
  };
  for (const auto& [value, expected] : cases) EXPECT_EQ(java_double(value), expected);
}

TEST(ParseDouble, TakesWholeFiniteTextsOnly) {
  EXPECT_EQ(parse_double("0.24"), 0.24);
  EXPECT_EQ(parse_double("-1e3"), -1000.0);
  EXPECT_EQ(parse_double("7"), 7.0);
  for (const std::string_view text : {"", " 1", "1 ", "1x", "nan", "inf", "1e400", "+1", "0x10", "1,5"})
    EXPECT_FALSE(parse_double(text).has_value()) << text;
}

TEST(NearestName, FindsTypingSlips) {
  const std::vector<std::string> names = {"threshold", "datapoints_to_alarm", "period", "delay"};
  EXPECT_EQ(nearest_name("treshold", names), "threshold");    // one missing
  EXPECT_EQ(nearest_name("thresshold", names), "threshold");  // one too many
  EXPECT_EQ(nearest_name("peroid", names), "period");         // neighbours swapped
  EXPECT_EQ(nearest_name("datapoint_to_alarm", names), "datapoints_to_alarm");
  EXPECT_EQ(nearest_name("delai", names), "delay");
}

TEST(NearestName, KeepsSilentWhenNothingIsNear) {
  const std::vector<std::string> names = {"threshold", "period"};
  EXPECT_EQ(nearest_name("endpoint", names), std::nullopt);
  EXPECT_EQ(nearest_name("x", std::vector<std::string>{}), std::nullopt);
}

// Six letters allow two edits ("perxyd"), not three ("pexxyd").
TEST(NearestName, AllowsAThirdOfTheLength) {
  const std::vector<std::string> names = {"period"};
  EXPECT_EQ(nearest_name("perxyd", names), "period");
  EXPECT_EQ(nearest_name("pexxyd", names), std::nullopt);
}

TEST(NearestName, PrefersTheNearestThenTheFirst) {
  const std::vector<std::string> names = {"abcdef", "abcdeg", "abcdxg"};
  EXPECT_EQ(nearest_name("abcdeg", names), "abcdeg");
  EXPECT_EQ(nearest_name("abcdeh", names), "abcdef");
}

TEST(Suggestion, IsASentenceOrNothing) {
  const std::vector<std::string> names = {"threshold"};
  EXPECT_EQ(suggestion("treshold", names), "; did you mean 'threshold'?");
  EXPECT_EQ(suggestion("zzz", names), "");
}

}  // namespace
}  // namespace driftlab

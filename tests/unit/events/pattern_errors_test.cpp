// Which patterns are refused, and why: the reasons the service was recorded to give, before the position it appends.
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "sim/service/events/pattern.hpp"

namespace driftlab::service::events {
namespace {

struct Refusal {
  std::string pattern;
  std::string reason;
};

void PrintTo(const Refusal& c, std::ostream* out) {
  *out << c.pattern.substr(0, 60) << " -> " << c.reason;
}

class PatternRefused : public testing::TestWithParam<Refusal> {};

TEST_P(PatternRefused, AsRecorded) {
  const auto pattern = parse_pattern(GetParam().pattern);
  ASSERT_FALSE(pattern);
  EXPECT_EQ(pattern.error().code, "InvalidEventPatternException");
  EXPECT_EQ(pattern.error().message, "Event pattern is not valid. Reason: " + GetParam().reason);
}

constexpr auto kExcludedValue = "Value of anything-but must be an array or single string/number value.";
constexpr auto kExcludedText =
    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.";

INSTANTIATE_TEST_SUITE_P(
    Recorded, PatternRefused,
    testing::Values(
        Refusal{R"({"int":42})", R"("int" must be an object or an array)"},
        Refusal{R"({"string":"my-value"})", R"("string" must be an object or an array)"},
        Refusal{R"({"resources":[]})", "Empty arrays are not allowed"},
        Refusal{R"(["not","an","object"])", "Filter is not an object"},
        Refusal{R"({"d":[{"NUMERIC":["=",5]}]})", "Unrecognized match type NUMERIC"},
        Refusal{R"({"d":[{"EXISTS":true}]})", "Unrecognized match type EXISTS"},
        Refusal{R"({"d":[{"numeric":[">",0,">",0]}]})", "Bad numeric range operator: >"},
        Refusal{R"({"d":[{"numeric":[">",0,"<"]}]})", "Value of < must be numeric"},
        Refusal{R"({"d":[{"numeric":10}]})", "Value of numeric must be an array."},
        Refusal{R"({"d":[{"wildcard":"arn:aws:events:us-east-1:**:event-bus/*"}]})",
                "Consecutive wildcard characters at pos 26"},
        Refusal{R"({"d":[{"wildcard":123}]})", "wildcard match pattern must be a string"},
        Refusal{R"({"d":[{"wildcard":["a"]}]})", "wildcard match pattern must be a string"},
        Refusal{R"({"d":[{"prefix":123}]})", "prefix match pattern must be a string"},
        Refusal{R"({"d":[{"prefix":["a"]}]})", "prefix match pattern must be a string"},
        Refusal{R"({"d":[{"suffix":123}]})", "suffix match pattern must be a string"},
        Refusal{R"({"d":[{"equals-ignore-case":["a"]}]})", "equals-ignore-case match pattern must be a string"},
        Refusal{R"({"d":[{"equals-ignore-case":{"prefix":"a"}}]})",
                "equals-ignore-case match pattern must be a string"},
        Refusal{R"({"d":[{"cidr":"bad-filter"}]})", "Malformed CIDR, one '/' required"},
        Refusal{R"({"d":[{"cidr":"bad-/64filter"}]})", "Malformed CIDR, mask bits must be an integer"},
        Refusal{R"({"d":[{"cidr":"xx.11.xx/8"}]})", "Nonstandard IP address: xx.11.xx"},
        Refusal{R"({"d":[{"cidr":"xxxx:db8:1234:1a00::/64"}]})", "Nonstandard IP address: xxxx:db8:1234:1a00::"},
        Refusal{R"({"d":[{"cidr":["bad-type"]}]})", "prefix match pattern must be a string"},
        Refusal{R"({"d":[{"anything-but":null}]})", kExcludedValue},
        Refusal{R"({"d":[{"anything-but":["stopped",null]}]})",
                "Inside anything but list, start|null|boolean is not supported."},
        Refusal{R"({"d":[{"anything-but":{"prefix":""}}]})", "Null prefix/suffix not allowed"},
        Refusal{R"({"d":[{"anything-but":{"suffix":""}}]})", "Null prefix/suffix not allowed"},
        Refusal{R"({"d":[{"anything-but":{"prefix":123}}]})", "prefix/suffix match pattern must be a string"},
        Refusal{R"({"d":[{"anything-but":{"suffix":[null,".txt"]}}]})", "prefix/suffix match pattern must be a string"},
        Refusal{R"({"d":[{"anything-but":{"prefix":{"equals-ignore-case":"a"}}}]})", kExcludedValue},
        Refusal{R"({"d":[{"anything-but":{"equals-ignore-case":123}}]})", kExcludedText},
        Refusal{R"({"d":[{"anything-but":{"equals-ignore-case":[1,2]}}]})", kExcludedText},
        Refusal{R"({"d":[{"anything-but":{"wildcard":[1,"*/d/*"]}}]})", "wildcard match pattern must be a string"}));

// Wording of our own where none is on record; that such patterns are invalid follows from the manual's rules.
INSTANTIATE_TEST_SUITE_P(
    ByTheManual, PatternRefused,
    testing::Values(Refusal{R"({"d")", "Text is not valid JSON"}, Refusal{R"({})", "Empty objects are not allowed"},
                    Refusal{R"({"d":{}})", "Empty objects are not allowed"},
                    Refusal{R"({"d":[["a"]]})", "Match value must be String, number, true, false, or null"},
                    Refusal{R"({"d":[{"prefix":"a","suffix":"b"}]})", "Only one key allowed in match expression"},
                    Refusal{R"({"d":[{"anything-but":[]}]})", "Empty arrays are not allowed"},
                    Refusal{R"({"d":[{"anything-but":{"numeric":[1]}}]})", "Unsupported anything-but pattern: numeric"},
                    Refusal{R"({"d":[{"exists":"yes"}]})", "exists match pattern must be either true or false."},
                    Refusal{R"({"d":[{"numeric":["~",1]}]})", "Unrecognized numeric range operator: ~"},
                    Refusal{R"({"d":[{"numeric":["=",5000000001]}]})",
                            "Value must be between -5000000000.0 and 5000000000.0, inclusive"},
                    Refusal{R"({"d":[{"numeric":["<",1,">",0]}]})", "Too many elements in numeric expression"},
                    Refusal{R"({"d":[{"numeric":[">",1,"<",1]}]})", "Bottom must be less than top"},
                    Refusal{R"({"d":[{"wildcard":"a\\b"}]})", "Invalid escape character at pos 2"},
                    Refusal{R"({"d":[{"cidr":"10.0.0.0/33"}]})", "Malformed CIDR, mask bits must not exceed 32"},
                    // One object is too few for the operator, so it is a field whose alternatives are wrong.
                    Refusal{R"({"$or":[{"a":[1]}]})", "Unrecognized match type a"}));

TEST(PatternLimits, LengthIsBounded) {
  const std::string frame = R"({"a":[""]})";
  const auto sized = [&](std::size_t size) { return R"({"a":[")" + std::string(size - frame.size(), 'x') + R"("]})"; };
  EXPECT_TRUE(parse_pattern(sized(4096)));
  EXPECT_FALSE(parse_pattern(sized(4097)));
}

TEST(PatternLimits, OrMakesAtMostAThousandCombinations) {
  const auto product = [](const std::string& a, const std::string& b, const std::string& c) {
    return R"({"x":{"$or":[)" + a + R"(]},"y":{"$or":[)" + b + R"(]},"z":{"$or":[)" + c + "]}}";
  };
  const auto branches = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += std::string(i == 0 ? "" : ",") + R"({"f":[)" + std::to_string(i) + "]}";
    return text;
  };
  EXPECT_TRUE(parse_pattern(product(branches(10), branches(10), branches(10))));
  EXPECT_FALSE(parse_pattern(product(branches(10), branches(10), branches(11))));
}

}  // namespace
}  // namespace driftlab::service::events

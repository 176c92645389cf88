// What event patterns match. Every row restates a case that was recorded against the service, or follows from the
// operator table of the EventBridge user guide; none comes from running this code.
#include "sim/service/events/pattern.hpp"

#include <ostream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace driftlab::service::events {
namespace {

struct Case {
  const char* why;
  const char* pattern;
  const char* event;
  bool matches;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.why;
}

class PatternMatches : public testing::TestWithParam<Case> {};

TEST_P(PatternMatches, AsRecorded) {
  const auto pattern = parse_pattern(GetParam().pattern);
  ASSERT_TRUE(pattern) << describe(pattern.error());
  EXPECT_EQ(pattern->matches(nlohmann::ordered_json::parse(GetParam().event)), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Literals, PatternMatches,
    testing::Values(Case{"text is exact", R"({"a":["x"]})", R"({"a":"x"})", true},
                    Case{"text is case-sensitive", R"({"a":["x"]})", R"({"a":"X"})", false},
                    Case{"names are case-sensitive", R"({"A":["x"]})", R"({"a":"x"})", false},
                    Case{"elements of a list are alternatives", R"({"a":["x","y"]})", R"({"a":"y"})", true},
                    Case{"all fields must match", R"({"a":["x"],"b":["y"]})", R"({"a":"x","b":"z"})", false},
                    Case{"unnamed fields are ignored", R"({"a":["x"]})", R"({"a":"x","b":1})", true},
                    Case{"an absent field never matches", R"({"a":["x"]})", R"({"b":"x"})", false},
                    Case{"true is no text", R"({"a":[true]})", R"({"a":"true"})", false},
                    Case{"true", R"({"a":[true]})", R"({"a":true})", true},
                    Case{"false is not true", R"({"a":[true]})", R"({"a":false})", false},
                    Case{"numbers compare by value", R"({"a":[300]})", R"({"a":300.0})", true},
                    Case{"exponents too", R"({"a":[3.0e2]})", R"({"a":300})", true},
                    Case{"a number is no text", R"({"a":[300]})", R"({"a":"300"})", false},
                    Case{"null matches null", R"({"a":[null]})", R"({"a":null})", true},
                    Case{"null is no text", R"({"a":[null]})", R"({"a":"null"})", false},
                    Case{"null does not match the empty list", R"({"a":[null]})", R"({"a":[]})", false},
                    Case{"null does not match an absent field", R"({"a":[null]})", R"({})", false},
                    Case{"the empty text", R"({"a":[""]})", R"({"a":""})", true},
                    Case{"the empty text is not null", R"({"a":[""]})", R"({"a":null})", false},
                    Case{"alternatives of several kinds", R"({"a":[{"exists":false},{"prefix":"x"},7]})", R"({"a":7})",
                         true}));

INSTANTIATE_TEST_SUITE_P(
    Structure, PatternMatches,
    testing::Values(
        Case{"nested fields", R"({"d":{"s":{"v":["ALARM"]}}})", R"({"d":{"s":{"v":"ALARM","x":1}}})", true},
        Case{"a leaf pattern finds no object", R"({"d":["x"]})", R"({"d":{"x":"x"}})", false},
        Case{"dots in the pattern are nesting", R"({"d":{"s.t":["on"]}})", R"({"d":{"s":{"t":"on"}}})", true},
        Case{"dots in the event are nesting", R"({"d":{"s":{"t":["on"]}}})", R"({"d":{"s.t":"on"}})", true},
        Case{"a dotted name is one level deep", R"({"d":{"s.t":{"t":["on"]}}})", R"({"d":{"s":{"t":"on"}}})", false},
        Case{"an array matches by any element", R"({"r":["b"]})", R"({"r":["a","b"]})", true},
        Case{"an array without the value", R"({"r":["c"]})", R"({"r":["a","b"]})", false},
        Case{"an array of objects", R"({"e":{"n":["x"]}})", R"({"e":[{"n":"y"},{"n":"x"}]})", true},
        Case{"fields within one element", R"({"e":{"n":["x"],"v":[2]}})", R"({"e":[{"n":"x","v":1},{"n":"x","v":2}]})",
             true},
        Case{"fields spread over elements", R"({"e":{"n":["x"],"v":[2]}})",
             R"({"e":[{"n":"x","v":1},{"n":"y","v":2}]})", false},
        Case{"consistency through nested arrays", R"({"e":{"n":["x"],"f":{"v":[2]}}})",
             R"({"e":[{"n":"x","f":[{"v":1}]},{"n":"y","f":[{"v":2}]}]})", false},
        Case{"different arrays are independent", R"({"e":{"n":["x"]},"f":{"v":[2]}})",
             R"({"e":[{"n":"x"}],"f":[{"v":1},{"v":2}]})", true}));

INSTANTIATE_TEST_SUITE_P(
    Texts, PatternMatches,
    testing::Values(
        Case{"prefix", R"({"a":[{"prefix":"demand-"}]})", R"({"a":"demand-prod"})", true},
        Case{"prefix, longer than the text", R"({"a":[{"prefix":"demand-"}]})", R"({"a":"demand"})", false},
        Case{"empty prefix", R"({"a":[{"prefix":""}]})", R"({"a":"x"})", true},
        Case{"prefix finds texts only", R"({"a":[{"prefix":""}]})", R"({"a":1})", false},
        Case{"prefix without case", R"({"a":[{"prefix":{"equals-ignore-case":"EventB"}}]})", R"({"a":"EVENTBus"})",
             true},
        Case{"prefix without case, too short", R"({"a":[{"prefix":{"equals-ignore-case":"EventB"}}]})",
             R"({"a":"event"})", false},
        Case{"suffix", R"({"a":[{"suffix":".png"}]})", R"({"a":"x.png"})", true},
        Case{"suffix in the middle", R"({"a":[{"suffix":".png"}]})", R"({"a":"x.png.bak"})", false},
        Case{"suffix without case", R"({"a":[{"suffix":{"equals-ignore-case":".PNG"}}]})", R"({"a":"x.png"})", true},
        Case{"equals-ignore-case", R"({"a":[{"equals-ignore-case":"aLiCe"}]})", R"({"a":"ALICE"})", true},
        Case{"equals-ignore-case is no prefix", R"({"a":[{"equals-ignore-case":"ali"}]})", R"({"a":"ALICE"})", false},
        Case{"equals-ignore-case, empty", R"({"a":[{"equals-ignore-case":""}]})", R"({"a":"x"})", false},
        Case{"wildcard", R"({"a":[{"wildcard":"*/dir/*.png"}]})", R"({"a":"x/dir/y.png"})", true},
        Case{"wildcard spans separators", R"({"a":[{"wildcard":"/u/*/doc.txt"}]})", R"({"a":"/u/a/b/c/doc.txt"})",
             true},
        Case{"wildcard needs its fixed parts", R"({"a":[{"wildcard":"/u/*/doc.txt"}]})", R"({"a":"/u/a/nodoc.txt"})",
             false},
        Case{"wildcard repeats the middle", R"({"a":[{"wildcard":"x*ab*ab*y"}]})", R"({"a":"xabby"})", false},
        Case{"wildcard's ends must not overlap", R"({"a":[{"wildcard":"ab*ba"}]})", R"({"a":"aba"})", false},
        Case{"wildcard may be an empty run", R"({"a":[{"wildcard":"ab*"}]})", R"({"a":"ab"})", true},
        Case{"empty wildcard matches nothing else", R"({"a":[{"wildcard":""}]})", R"({"a":"x"})", false},
        Case{"escaped star is a star", R"({"a":[{"wildcard":"a\\*b"}]})", R"({"a":"a*b"})", true},
        Case{"escaped star is no run", R"({"a":[{"wildcard":"a\\*b"}]})", R"({"a":"axb"})", false},
        Case{"escaped backslash", R"({"a":[{"wildcard":"a\\\\*"}]})", R"({"a":"a\\b"})", true}));

INSTANTIATE_TEST_SUITE_P(
    AnythingBut, PatternMatches,
    testing::Values(
        Case{"another text", R"({"a":[{"anything-but":"x"}]})", R"({"a":"y"})", true},
        Case{"the text itself", R"({"a":[{"anything-but":"x"}]})", R"({"a":"x"})", false},
        Case{"another number", R"({"a":[{"anything-but":0}]})", R"({"a":789})", true},
        Case{"a number of the list", R"({"a":[{"anything-but":[100,200]}]})", R"({"a":200.0})", false},
        Case{"a text outside the list", R"({"a":[{"anything-but":["x","y"]}]})", R"({"a":"z"})", true},
        Case{"null is not the text", R"({"a":[{"anything-but":"x"}]})", R"({"a":null})", true},
        Case{"the field must exist", R"({"a":[{"anything-but":"x"}]})", R"({"b":"y"})", false},
        Case{"prefix", R"({"a":[{"anything-but":{"prefix":"init"}}]})", R"({"a":"init-x"})", false},
        Case{"prefix, a number passes", R"({"a":[{"anything-but":{"prefix":"init"}}]})", R"({"a":12})", true},
        Case{"prefix list", R"({"a":[{"anything-but":{"prefix":["init","post"]}}]})", R"({"a":"post-x"})", false},
        Case{"suffix list", R"({"a":[{"anything-but":{"suffix":[".txt",".jpg"]}}]})", R"({"a":"x.png"})", true},
        Case{"suffix", R"({"a":[{"anything-but":{"suffix":".txt"}}]})", R"({"a":"x.txt"})", false},
        Case{"ignore case", R"({"a":[{"anything-but":{"equals-ignore-case":"Init"}}]})", R"({"a":"INIT"})", false},
        Case{"ignore case list", R"({"a":[{"anything-but":{"equals-ignore-case":["a","b"]}}]})", R"({"a":"c"})", true},
        Case{"wildcard", R"({"a":[{"anything-but":{"wildcard":"*/init/*"}}]})", R"({"a":"d/init/f"})", false},
        Case{"wildcard list", R"({"a":[{"anything-but":{"wildcard":["*/init/*","*/dir/*"]}}]})", R"({"a":"d/x/f"})",
             true}));

INSTANTIATE_TEST_SUITE_P(
    Numeric, PatternMatches,
    testing::Values(Case{"open lower end", R"({"a":[{"numeric":[">",0,"<=",5]}]})", R"({"a":0})", false},
                    Case{"closed upper end", R"({"a":[{"numeric":[">",0,"<=",5]}]})", R"({"a":5})", true},
                    Case{"above", R"({"a":[{"numeric":[">",0,"<=",5]}]})", R"({"a":5.01})", false},
                    Case{"closed lower end", R"({"a":[{"numeric":[">=",0,"<",5]}]})", R"({"a":0})", true},
                    Case{"open upper end", R"({"a":[{"numeric":[">=",0,"<",5]}]})", R"({"a":5})", false},
                    Case{"one bound", R"({"a":[{"numeric":["<",10]}]})", R"({"a":-3.5})", true},
                    Case{"equality", R"({"a":[{"numeric":["=",301.8]}]})", R"({"a":3.018e2})", true},
                    Case{"a text is no number", R"({"a":[{"numeric":["=",5]}]})", R"({"a":"5"})", false},
                    Case{"null is no number", R"({"a":[{"numeric":[">",-1]}]})", R"({"a":null})", false}));

INSTANTIATE_TEST_SUITE_P(
    Addresses, PatternMatches,
    testing::Values(Case{"inside", R"({"a":[{"cidr":"10.0.0.0/24"}]})", R"({"a":"10.0.0.255"})", true},
                    Case{"outside", R"({"a":[{"cidr":"10.0.0.0/24"}]})", R"({"a":"10.0.1.255"})", false},
                    Case{"no address", R"({"a":[{"cidr":"10.0.0.0/24"}]})", R"({"a":"10.0.0"})", false},
                    Case{"six", R"({"a":[{"cidr":"2001:db8:1234:1a00::/64"}]})",
                         R"({"a":"2001:0db8:1234:1a00:0000:0000:0000:0001"})", true},
                    Case{"six, outside", R"({"a":[{"cidr":"2001:db8:1234:1a00::/64"}]})",
                         R"({"a":"2001:db8:1234:1a01::1"})", false}));

INSTANTIATE_TEST_SUITE_P(
    Exists, PatternMatches,
    testing::Values(Case{"present", R"({"a":[{"exists":true}]})", R"({"a":"x"})", true},
                    Case{"null is present", R"({"a":[{"exists":true}]})", R"({"a":null})", true},
                    Case{"absent", R"({"a":[{"exists":true}]})", R"({"b":"x"})", false},
                    Case{"an object is no leaf", R"({"a":[{"exists":true}]})", R"({"a":{"b":"x"}})", false},
                    Case{"an empty array is not there", R"({"a":[{"exists":true}]})", R"({"a":[]})", false},
                    Case{"false, absent", R"({"a":{"b":[{"exists":false}]}})", R"({"a":{"c":1}})", true},
                    Case{"false, parent absent", R"({"a":{"b":[{"exists":false}]}})", R"({"c":1})", true},
                    Case{"false, present", R"({"a":{"b":[{"exists":false}]}})", R"({"a":{"b":1}})", false}));

INSTANTIATE_TEST_SUITE_P(
    Or, PatternMatches,
    testing::Values(
        Case{"second branch", R"({"$or":[{"a":[1]},{"b":[2]}]})", R"({"b":2})", true},
        Case{"no branch", R"({"$or":[{"a":[1]},{"b":[2]}]})", R"({"a":2,"b":1})", false},
        Case{"siblings are required", R"({"s":["x"],"$or":[{"a":[1]},{"b":[2]}]})", R"({"s":"y","a":1})", false},
        Case{"nested", R"({"d":{"$or":[{"a":[1]},{"$or":[{"b":[2]},{"c":[3]}]}]}})", R"({"d":{"c":3}})", true},
        Case{"within one array element", R"({"e":{"n":["x"],"$or":[{"v":[1]},{"w":[1]}]}})",
             R"({"e":[{"n":"x"},{"v":1,"w":1}]})", false},
        Case{"operators make it a field of that name", R"({"$or":[{"prefix":"a"},{"prefix":"b"}]})", R"({"$or":"bc"})",
             true}));

// The patterns of the loop, on the events of the catalogue.
INSTANTIATE_TEST_SUITE_P(
    Loop, PatternMatches,
    testing::Values(
        Case{"approved package",
             R"({"source":["aws.sagemaker"],"detail-type":["SageMaker Model Package State Change"],
                 "detail":{"ModelPackageGroupName":["demand"],"ModelApprovalStatus":["Approved"]}})",
             R"({"source":"aws.sagemaker","detail-type":"SageMaker Model Package State Change",
                 "detail":{"ModelPackageGroupName":"demand","ModelPackageVersion":4,"ModelApprovalStatus":"Approved"}})",
             true},
        Case{"pending package", R"({"detail":{"ModelPackageGroupName":["demand"],"ModelApprovalStatus":["Approved"]}})",
             R"({"detail":{"ModelPackageGroupName":"demand","ModelApprovalStatus":"PendingManualApproval"}})", false},
        Case{"alarm",
             R"({"source":["aws.cloudwatch"],"resources":["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:wql-prod"],
                 "detail":{"state":{"value":["ALARM"]}}})",
             R"({"source":"aws.cloudwatch","resources":["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:wql-prod"],
                 "detail":{"alarmName":"wql-prod","state":{"value":"ALARM","reason":"r"}}})",
             true}));

TEST(PatternConsistency, ManyArraysThatCannotMatchAreRefusedQuickly) {
  // Twelve arrays of fifty elements, and a thirteenth condition that nothing satisfies: trying every combination
  // would not end.
  nlohmann::ordered_json event;
  nlohmann::ordered_json pattern;
  for (char name = 'a'; name < 'm'; ++name) {
    const std::string key(1, name);
    for (int i = 0; i < 50; ++i) event[key].push_back({{"v", 1}});
    pattern[key]["v"] = {1};
  }
  event["z"]["v"] = 2;
  pattern["z"]["v"] = {1};
  const auto parsed = parse_pattern(pattern.dump());
  ASSERT_TRUE(parsed);
  EXPECT_FALSE(parsed->matches(event));
}

}  // namespace
}  // namespace driftlab::service::events

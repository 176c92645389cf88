// JSON texts and the paths of targets, worked by hand.
#include "sim/service/events/json_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace driftlab::service::events {
namespace {

std::string at(const char* path, const char* json) {
  const auto parsed = JsonPath::parse(path);
  if (!parsed) return "no path";
  const auto root = nlohmann::ordered_json::parse(json);
  const auto* found = parsed->find(root);
  return found == nullptr ? "nothing" : plain_text(*found);
}

TEST(JsonPaths, FindMembersAndElements) {
  constexpr auto kEvent = R"({"detail":{"EndpointName":"demand-prod","v":[{"w":1.5}],"a b":true}})";
  EXPECT_EQ(at("$.detail.EndpointName", kEvent), "demand-prod");
  EXPECT_EQ(at("$.detail.v[0].w", kEvent), "1.5");
  EXPECT_EQ(at("$.detail['a b']", kEvent), "true");
  EXPECT_EQ(at("$['detail'][\"v\"]", kEvent), R"([{"w":1.5}])");
  EXPECT_EQ(at("$", "7"), "7");
}

TEST(JsonPaths, FindNothing) {
  EXPECT_EQ(at("$.a.b", R"({"a":1})"), "nothing");
  EXPECT_EQ(at("$.a[1]", R"({"a":[1]})"), "nothing");
  EXPECT_EQ(at("$.a[0]", R"({"a":{}})"), "nothing");
}

TEST(JsonPaths, RefuseOtherTexts) {
  for (const auto* bad : {"", "detail", "$detail", "$.", "$.a..b", "$.a[", "$.a[]", "$.a[x]", "$.a['b]", "$.a[*]"})
    EXPECT_FALSE(JsonPath::parse(bad)) << bad;
}

TEST(JsonTexts, DepthIsBounded) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_json(nested(kJsonDepthMax)));
  EXPECT_FALSE(parse_json(nested(kJsonDepthMax + 1)));
  EXPECT_TRUE(parse_json('"' + std::string(5000, '[') + '"')) << "brackets in a text are no depth";
  EXPECT_FALSE(parse_json(R"({"a":)"));
}

}  // namespace
}  // namespace driftlab::service::events

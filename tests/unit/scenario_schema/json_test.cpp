#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario/schema/node.hpp"

namespace driftlab::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> texts(const Problems& problems) {
  std::vector<std::string> lines;
  for (const auto& problem : problems) lines.push_back(problem.text());
  return lines;
}

TEST(Json, KeepsOrderTypesAndLines) {
  Problems problems;
  const auto root = parse_json(R"({ // a comment
  "z": 1, "a": -2.5e1,
  /* two
     lines */
  "list": [
    true,
    17
  ],
  "text": "ä\n", "none": null, "big": 18446744073709551615
})",
                               "x.json", problems);
  ASSERT_TRUE(root);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(to_json(*root),
            R"({"z":1,"a":-25.0,"list":[true,17],"text":"ä\n","none":null,"big":1.8446744073709552e+19})");
  EXPECT_EQ(root->origin.line, 1);
  EXPECT_EQ(root->find("a")->origin.line, 2);
  EXPECT_EQ(root->find("list")->origin.line, 5);
  EXPECT_EQ(root->find("list")->items[0].origin.line, 6);
  // The parser sees the line break before it knows that the number ends.
  EXPECT_EQ(root->find("list")->items[1].origin.line, 7);
  EXPECT_EQ(root->find("text")->origin.line, 9);
  EXPECT_EQ(root->members[3].origin.line, 9);
  EXPECT_EQ(*root->origin.file, "x.json");
}

TEST(Json, FindsByPath) {
  Problems problems;
  const auto root = parse_json(R"({"a": {"b": [[1, 2], {"c": 3}]}})", "x.json", problems);
  EXPECT_EQ(at_path(*root, "$.a.b[0][1]")->integer, 2);
  EXPECT_EQ(at_path(*root, "$.a.b[1].c")->integer, 3);
  EXPECT_EQ(at_path(*root, "$"), &*root);
  EXPECT_EQ(at_path(*root, "$.a.b[2]"), nullptr);
  EXPECT_EQ(at_path(*root, "$.a.x.c"), nullptr);
}

TEST(Json, SyntaxErrorsHaveLineAndColumn) {
  Problems problems;
  EXPECT_FALSE(parse_json("{\n  \"a\": 1,\n  \"b\" 2\n}", "x.json", problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0].text(), testing::StartsWith("x.json:3: column 7: not JSON: syntax error"));
  EXPECT_THAT(problems[0].text(), HasSubstr("expected ':'"));

  for (const char* bad : {"", "{", "[1,]", "{\"a\":1} x", "/* open", "\"\xff\"", "1e999"}) {
    Problems some;
    EXPECT_FALSE(parse_json(bad, "x.json", some)) << bad;
    EXPECT_EQ(some.size(), 1U) << bad;
  }
}

TEST(Json, DuplicateKeysAndDeepNestingAreProblems) {
  Problems problems;
  EXPECT_TRUE(parse_json("{\"a\": 1,\n \"a\": 2}", "x.json", problems));
  EXPECT_THAT(texts(problems), ElementsAre("x.json:2: key 'a' is there twice"));
  Problems deep;
  EXPECT_FALSE(parse_json(std::string(65, '[') + std::string(65, ']'), "x.json", deep));
  EXPECT_THAT(texts(deep), ElementsAre("x.json:1: nested deeper than 64 levels"));
  Problems edge;
  EXPECT_TRUE(parse_json(std::string(64, '[') + std::string(64, ']'), "x.json", edge));
}

}  // namespace
}  // namespace driftlab::scenario

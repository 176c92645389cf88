#include "sim/scenario/schema/compose.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driftlab::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Node parsed(const std::string& text, const std::string& file = "s/main.json") {
  Problems problems;
  auto node = parse_json(text, file, problems);
  EXPECT_TRUE(node && problems.empty()) << text;
  return node.value_or(Node{});
}

std::vector<std::string> texts(const Problems& problems) {
  std::vector<std::string> lines;
  for (const auto& problem : problems) lines.push_back(problem.text());
  return lines;
}

std::string merged(const std::string& base, const std::string& over) {
  Node node = parsed(base);
  merge_into(node, parsed(over));
  return to_json(node);
}

// The first cases are among the examples of RFC 7386, appendix A.
TEST(Merge, AsJsonMergePatch) {
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"a":"c"})"), R"({"a":"c"})");
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"b":"c"})"), R"({"a":"b","b":"c"})");
  EXPECT_EQ(merged(R"({"a":"b","b":"c"})", R"({"a":null})"), R"({"b":"c"})");
  EXPECT_EQ(merged(R"({"a":["b"]})", R"({"a":"c"})"), R"({"a":"c"})");
  EXPECT_EQ(merged(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})"), R"({"a":{"b":"d"}})");
  EXPECT_EQ(merged(R"({"a":[{"b":"c"}]})", R"({"a":[1]})"), R"({"a":[1]})");
}

TEST(Merge, AnotherKindReplaces) {
  EXPECT_EQ(merged(R"({"d":{"kind":"lognormal","median":"PT3M"}})", R"({"d":{"kind":"constant","value":"PT1M"}})"),
            R"({"d":{"kind":"constant","value":"PT1M"}})");
  EXPECT_EQ(merged(R"({"d":{"kind":"lognormal","median":"PT3M"}})", R"({"d":{"median":"PT1M"}})"),
            R"({"d":{"kind":"lognormal","median":"PT1M"}})");
}

ReadFile files(std::map<std::string, std::string> contents) {
  return [contents = std::move(contents)](const std::filesystem::path& path) -> Result<std::string> {
    const auto found = contents.find(path.lexically_normal().string());
    if (found == contents.end()) return not_found("NotFound", path.string());
    return found->second;
  };
}

TEST(Use, LaysOverridesOnTheFileBesideOrInTheRoot) {
  Problems problems;
  Node section = parsed("{\"use\": \"sys/blog.json\",\n \"alarm\": {\"threshold\": 0.24}}");
  const auto read =
      files({{"s/sys/blog.json", "{\"name\": \"blog\",\n\n\"alarm\": {\"threshold\": 0.3, \"period\": 60}}"}});
  resolve_use(section, "$.system", "root", read, problems);
  EXPECT_THAT(texts(problems), IsEmpty());
  EXPECT_EQ(to_json(section), R"({"name":"blog","alarm":{"threshold":0.24,"period":60}})");
  // Each value knows where it was written.
  const Node* alarm = section.find("alarm");
  EXPECT_EQ(*alarm->find("threshold")->origin.file, "s/main.json");
  EXPECT_EQ(alarm->find("threshold")->origin.line, 2);
  EXPECT_EQ(*alarm->find("period")->origin.file, "s/sys/blog.json");
  EXPECT_EQ(alarm->find("period")->origin.line, 3);

  Node other = parsed(R"({"use": "sys/blog.json"})");
  resolve_use(other, "$.system", "root", files({{"root/sys/blog.json", R"({"a": 1})"}}), problems);
  EXPECT_EQ(to_json(other), R"({"a":1})");
}

TEST(Use, FilesMayUseFiles) {
  Problems problems;
  Node section = parsed(R"({"use": "a.json", "x": 1})");
  resolve_use(section, "$.system", "",
              files({{"s/a.json", R"({"use": "deep/b.json", "x": 2, "y": 2})"},
                     {"s/deep/b.json", R"({"x": 3, "y": 3, "z": 3})"}}),
              problems);
  EXPECT_THAT(texts(problems), IsEmpty());
  EXPECT_EQ(to_json(section), R"({"x":1,"y":2,"z":3})");
}

TEST(UseErrors, Texts) {
  const auto failure = [](const std::string& text, const ReadFile& read) {
    Problems problems;
    Node section = parsed(text);
    resolve_use(section, "$.system", "", read, problems);
    return texts(problems);
  };
  EXPECT_THAT(failure(R"({"use": "x.json"})", files({})), ElementsAre("s/main.json:1: $.system.use: no file 'x.json'"));
  EXPECT_THAT(failure(R"({"use": 3})", files({})),
              ElementsAre("s/main.json:1: $.system.use: expected the name of a file, found 3"));
  EXPECT_THAT(failure(R"({"use": "x.json"})", files({{"s/x.json", "[1]"}})),
              ElementsAre("s/x.json:1: $.system: expected an object, found a list"));
  EXPECT_THAT(failure(R"({"use": "a.json"})",
                      files({{"s/a.json", "{\n\"use\": \"b.json\"}"}, {"s/b.json", R"({"use": "a.json"})"}})),
              ElementsAre("s/b.json:1: $.system.use: 'a.json' uses itself"));
}

std::string after_set(const std::string& assignment) {
  Node root = parsed(R"({"name": "n", "world": {"level": 20, "drift": [{"factor": 1}, {"factor": 2}]}})");
  Problems problems;
  apply_set(root, assignment, problems);
  return problems.empty() ? to_json(root) : problems[0].text();
}

TEST(Set, ReplacesAndAddsValues) {
  EXPECT_EQ(after_set("world.level=25.5"),
            R"({"name":"n","world":{"level":25.5,"drift":[{"factor":1},{"factor":2}]}})");
  EXPECT_EQ(after_set("world.drift[1].factor=3"),
            R"({"name":"n","world":{"level":20,"drift":[{"factor":1},{"factor":3}]}})");
  EXPECT_EQ(after_set("world.drift=[]"), R"({"name":"n","world":{"level":20,"drift":[]}})");
  EXPECT_EQ(after_set("name=P6D"), R"({"name":"P6D","world":{"level":20,"drift":[{"factor":1},{"factor":2}]}})");
  EXPECT_EQ(after_set("name=\"7\""), R"({"name":"7","world":{"level":20,"drift":[{"factor":1},{"factor":2}]}})");
  EXPECT_EQ(after_set("world.noise.scale=1"),
            R"({"name":"n","world":{"level":20,"drift":[{"factor":1},{"factor":2}],"noise":{"scale":1}}})");
  EXPECT_EQ(after_set("name=a=b"), R"({"name":"a=b","world":{"level":20,"drift":[{"factor":1},{"factor":2}]}})");
}

TEST(SetErrors, Texts) {
  const std::string form = ": expected path=value such as world.series.level=25";
  for (const char* bad : {"world", "=3", ".a=1", "a..b=1", "a[=1", "a[x]=1", "[0]=1", "a[0]b=1", "a.=1"}) {
    EXPECT_EQ(after_set(bad), std::string("--set ") + bad + form);
  }
  EXPECT_EQ(after_set("world.drift[2].factor=3"),
            "--set world.drift[2].factor=3: $.world.drift[2]: no such element; $.world.drift has 2");
  EXPECT_EQ(after_set("name[0]=3"), "--set name[0]=3: $.name: expected a list, found \"n\"");
  EXPECT_EQ(after_set("name.first=x"),
            "--set name.first=x: $.name: expected an object that can hold 'first', found \"n\"");
}

}  // namespace
}  // namespace driftlab::scenario

#include <limits>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario/schema/combinators.hpp"

namespace driftlab::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

enum class Colour { Red, Green };

struct Dot {
  double size = 1.5;
};
struct Line {
  std::int64_t length = 2;
};
using Shape = std::variant<Dot, Line>;

struct Sample {
  bool flag = false;
  int count = 3;
  double share = 0.5;
  std::string name;
  std::string mode = "fast";
  Colour colour = Colour::Green;
  Duration wait = 5min;
  Duration signed_wait{0};
  Instant when = from_civil(2026, 6, 1);
  Dot dot;
  std::vector<double> numbers;
  std::map<std::string, std::string> tags;
  std::map<std::string, double> weights;
  Shape shape;
  std::optional<double> limit;
  std::string raw = "{}";
  double above = 1.0;
  Dot brief;
};

Description<Dot> dot() {
  Description<Dot> d{"Dot", "A dot."};
  d.field("size", &Dot::size, number({.min = 0}), "Size.");
  return d;
}

const Description<Sample>& sample() {
  static const Description<Sample> description = [] {
    Description<Sample> d{"Sample", "All types."};
    Description<Line> line{"Line", "A line."};
    line.required("length", &Line::length, integer64(1, 10), "Length.");
    d.field("flag", &Sample::flag, boolean(), "Flag.");
    d.field("count", &Sample::count, integer<int>(0, 9), "Count.");
    d.field("share", &Sample::share, number({.min = 0, .max = 1}), "Share.");
    d.required("name", &Sample::name, text(), "Name.");
    d.field("mode", &Sample::mode, text_of({"fast", "slow"}), "Mode.");
    d.field("colour", &Sample::colour, choice<Colour>({{"red", Colour::Red}, {"green", Colour::Green}}), "Colour.");
    d.field("wait", &Sample::wait, duration(), "Wait.");
    d.field("signed_wait", &Sample::signed_wait, duration(-kMaxDuration), "Wait with sign.");
    d.field("when", &Sample::when, instant(), "When.");
    d.field("dot", &Sample::dot, object(dot()), "Dot.");
    d.field("numbers", &Sample::numbers, list(number(), 1), "Numbers.");
    d.field("tags", &Sample::tags, map(text()), "Tags.");
    d.field("weights", &Sample::weights, map(number()), "Weights.");
    d.field("shape", &Sample::shape,
            variant_by<Shape>("kind", {alternative<Shape>("dot", dot()), alternative<Shape>("line", line)}), "Shape.");
    d.field("limit", &Sample::limit, optional(number()), "Limit.");
    d.field("raw", &Sample::raw, raw_json(), "Anything.");
    d.field("above", &Sample::above, number({.max = 2, .above = 0}), "Above.");
    d.field("brief", &Sample::brief,
            shorthand<Dot, double>(
                number({.min = 0}), [](double size) { return Dot{size}; }, object(dot())),
            "Brief.");
    return d;
  }();
  return description;
}

Sample read(const std::string& text, Problems& problems) {
  const auto node = parse_json(text, "s.json", problems);
  return node ? sample().read(*node, "$", problems) : Sample{};
}

/// Problems of a sample that has all it needs and these members.
std::vector<std::string> problems_of(const std::string& members) {
  Problems problems;
  read("{\"name\": \"n\",\n" + members + "}", problems);
  std::vector<std::string> lines;
  for (const auto& problem : problems) lines.push_back(problem.text());
  return lines;
}

TEST(Types, ReadEveryKindOfValue) {
  Problems problems;
  const auto s = read(R"({"flag": true, "count": 9, "share": 1, "name": "x", "mode": "slow", "colour": "red",
    "wait": "P1DT2H", "signed_wait": "-PT3S", "when": "2026-07-01T10:00:00+02:00", "dot": {"size": 4},
    "numbers": [1, 2.5], "tags": {"a": "b"}, "weights": {"w": 3}, "shape": {"kind": "line", "length": 7},
    "limit": -1, "raw": {"b": [1, {"a": null}]}, "above": 2, "brief": 8})",
                      problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_TRUE(s.flag);
  EXPECT_EQ(s.count, 9);
  EXPECT_EQ(s.share, 1.0);
  EXPECT_EQ(s.name, "x");
  EXPECT_EQ(s.mode, "slow");
  EXPECT_EQ(s.colour, Colour::Red);
  EXPECT_EQ(s.wait, 26h);
  EXPECT_EQ(s.signed_wait, -3s);
  EXPECT_EQ(s.when, from_civil(2026, 7, 1, 8));
  EXPECT_EQ(s.dot.size, 4.0);
  EXPECT_THAT(s.numbers, ElementsAre(1.0, 2.5));
  EXPECT_EQ(s.tags.at("a"), "b");
  EXPECT_EQ(s.weights.at("w"), 3.0);
  EXPECT_EQ(std::get<Line>(s.shape).length, 7);
  EXPECT_EQ(s.limit, -1.0);
  EXPECT_EQ(s.raw, R"({"b":[1,{"a":null}]})");
  EXPECT_EQ(s.above, 2.0);
  EXPECT_EQ(s.brief.size, 8.0);
}

TEST(Types, DefaultsComeFromTheStruct) {
  Problems problems;
  const auto s = read(R"({"name": "x"})", problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(s.count, 3);
  EXPECT_EQ(s.mode, "fast");
  EXPECT_EQ(s.wait, 5min);
  EXPECT_EQ(s.limit, std::nullopt);
  EXPECT_EQ(std::get<Dot>(s.shape).size, 1.5);
}

TEST(Types, WritingBackGivesWhatWasRead) {
  Problems problems;
  Sample s;
  s.name = "x";
  s.shape = Line{4};
  s.limit = 0.25;
  s.raw = R"({"k":[1]})";
  s.numbers = {1.5};
  const std::string text = to_json(sample().write(&s));
  EXPECT_EQ(text, R"({"flag":false,"count":3,"share":0.5,"name":"x","mode":"fast","colour":"green","wait":"PT5M",)"
                  R"("signed_wait":"PT0S","when":"2026-06-01T00:00:00Z","dot":{"size":1.5},"numbers":[1.5],"tags":{},)"
                  R"("weights":{},"shape":{"kind":"line","length":4},"limit":0.25,"raw":{"k":[1]},"above":1,)"
                  R"("brief":{"size":1.5}})");
  const auto again = read(text, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(to_json(sample().write(&again)), text);
}

TEST(TypeErrors, UnknownKeys) {
  EXPECT_THAT(problems_of(R"("flagg": true)"), ElementsAre("s.json:2: $.flagg: unknown key; did you mean 'flag'?"));
  EXPECT_THAT(problems_of(R"("dot": {"colouration": 1})"),
              ElementsAre("s.json:2: $.dot.colouration: unknown key; expected one of size"));
}

TEST(TypeErrors, WrongTypes) {
  EXPECT_THAT(problems_of(R"("flag": 1)"), ElementsAre("s.json:2: $.flag: expected true or false, found 1"));
  EXPECT_THAT(problems_of(R"("share": "a")"),
              ElementsAre("s.json:2: $.share: expected a number from 0 to 1, found \"a\""));
  EXPECT_THAT(problems_of(R"("mode": null)"), ElementsAre("s.json:2: $.mode: expected one of fast, slow, found null"));
  EXPECT_THAT(problems_of(R"("dot": [])"), ElementsAre("s.json:2: $.dot: expected an object, found a list"));
  EXPECT_THAT(problems_of(R"("numbers": {})"), ElementsAre("s.json:2: $.numbers: expected a list, found an object"));
  EXPECT_THAT(problems_of(R"("tags": {"a": 1})"),
              ElementsAre("s.json:2: $.tags.a: expected text that is not empty, found 1"));
  EXPECT_THAT(problems_of("\"numbers\": [1,\n true]"),
              ElementsAre("s.json:3: $.numbers[1]: expected a number, found true"));
  EXPECT_THAT(problems_of(R"("brief": "b")"),
              ElementsAre("s.json:2: $.brief: expected a number of at least 0 or an object, found \"b\""));
}

TEST(TypeErrors, OutOfRange) {
  EXPECT_THAT(problems_of(R"("share": 1.5)"),
              ElementsAre("s.json:2: $.share: expected a number from 0 to 1, found 1.5"));
  EXPECT_THAT(problems_of(R"("count": 10)"),
              ElementsAre("s.json:2: $.count: expected an integer from 0 to 9, found 10"));
  EXPECT_THAT(problems_of(R"("count": 2.5)"),
              ElementsAre("s.json:2: $.count: expected an integer from 0 to 9, found 2.5"));
  EXPECT_THAT(problems_of(R"("count": 2.0)"), IsEmpty());
  EXPECT_THAT(problems_of(R"("above": 0)"),
              ElementsAre("s.json:2: $.above: expected a number above 0 and of at most 2, found 0"));
  EXPECT_THAT(problems_of(R"("numbers": [])"),
              ElementsAre("s.json:2: $.numbers: expected at least 1 element(s), found 0"));
  EXPECT_THAT(
      problems_of(R"("wait": "-PT3S")"),
      ElementsAre("s.json:2: $.wait: expected an ISO 8601 duration such as \"PT90M\", not negative, found \"-PT3S\""));
  EXPECT_THAT(problems_of(R"("wait": "P101W")"), IsEmpty());
  EXPECT_EQ(problems_of(R"("wait": "P36501D")").size(), 1U);
  EXPECT_THAT(problems_of(R"("when": "2026-13-01")"),
              ElementsAre("s.json:2: $.when: expected an ISO 8601 time from 1970 to 2099 such as "
                          "\"2026-06-01T00:00:00Z\", found \"2026-13-01\""));
}

TEST(TypeErrors, NamesOutOfAList) {
  EXPECT_THAT(problems_of(R"("mode": "slwo")"),
              ElementsAre("s.json:2: $.mode: expected one of fast, slow, found \"slwo\"; did you mean 'slow'?"));
  EXPECT_THAT(problems_of(R"("colour": "blue")"),
              ElementsAre("s.json:2: $.colour: expected one of red, green, found \"blue\""));
}

TEST(TypeErrors, Variants) {
  EXPECT_THAT(problems_of(R"("shape": {"kind": "lime"})"),
              ElementsAre("s.json:2: $.shape.kind: expected one of dot, line, found \"lime\"; did you mean 'line'?"));
  EXPECT_THAT(problems_of(R"("shape": {"size": 1})"),
              ElementsAre("s.json:2: $.shape: missing 'kind': expected one of dot, line"));
  EXPECT_THAT(problems_of(R"("shape": {"kind": "line", "size": 1})"),
              ElementsAre("s.json:2: $.shape.size: unknown key; expected one of length",
                          "s.json:2: $.shape: missing 'length': expected an integer from 1 to 10"));
}

TEST(TypeErrors, MissingKeysAndAllAtOnce) {
  Problems problems;
  read("{\n\"count\": -1,\n\n\"share\": 2,\n\"modus\": 1\n}", problems);
  std::vector<std::string> lines;
  for (const auto& problem : problems) lines.push_back(problem.text());
  EXPECT_THAT(lines,
              ElementsAre("s.json:2: $.count: expected an integer from 0 to 9, found -1",
                          "s.json:4: $.share: expected a number from 0 to 1, found 2",
                          "s.json:5: $.modus: unknown key; expected one of flag, count, share, name, mode, colour, "
                          "wait, signed_wait, when, dot, numbers, tags, weights, shape, limit, raw, above, brief",
                          "s.json:1: $: missing 'name': expected text that is not empty"));
  const auto error = problems_error(problems);
  EXPECT_EQ(error.kind, ErrorKind::InvalidInput);
  EXPECT_EQ(error.code, "InvalidScenario");
  EXPECT_EQ(std::count(error.message.begin(), error.message.end(), '\n'), 3);
}

struct Base {
  int a = 1;
};
struct Part {
  int b = 2;
};
struct Derived : Base {
  Part part;
  int c = 3;
};

TEST(Description, IncludesBasesAndFlattensParts) {
  Description<Base> base{"Base", ""};
  base.field("a", &Base::a, integer<int>(0, 9), "");
  Description<Part> part{"Part", ""};
  part.field("b", &Part::b, integer<int>(0, 9), "");
  Description<Derived> derived{"Derived", ""};
  derived.include(base).flatten(&Derived::part, part).field("c", &Derived::c, integer<int>(0, 9), "");
  Problems problems;
  const auto d = derived.read(*parse_json(R"({"a": 7, "b": 8, "c": 9})", "d.json", problems), "$", problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(d.a, 7);
  EXPECT_EQ(d.part.b, 8);
  EXPECT_EQ(d.c, 9);
  EXPECT_EQ(to_json(derived.write(&d)), R"({"a":7,"b":8,"c":9})");
}

}  // namespace
}  // namespace driftlab::scenario

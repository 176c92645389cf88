#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/scenario/file/load.hpp"

namespace driftlab::scenario {
namespace {

using Json = nlohmann::ordered_json;

struct Part {
  int size = 2;
};
struct Whole {
  std::string name;
  double share = 0.5;
  Duration wait = 5min;
  std::variant<Part> part;
  std::optional<double> limit;
  std::vector<std::string> list;
};

Description<Whole> whole() {
  Description<Part> part{"Part", "A part."};
  part.required("size", &Part::size, integer<int>(1, 9), "Size.");
  Description<Whole> d{"Whole", "A whole."};
  d.required("name", &Whole::name, text(), "Name.");
  d.field("share", &Whole::share, number({.min = 0, .max = 1}), "Share of it.");
  d.field("wait", &Whole::wait, duration(), "Wait.");
  d.field("part", &Whole::part, variant_by<std::variant<Part>>("kind", {alternative<std::variant<Part>>("p", part)}),
          "Part.");
  d.field("limit", &Whole::limit, optional(number({.above = 0})), "Limit.");
  d.field("list", &Whole::list, list(text_of({"a", "b"}), 1), "List.");
  return d;
}

// Written by hand after JSON Schema, draft 2020-12.
TEST(Schema, OfADescription) {
  const auto schema = Json::parse(schema_document(whole(), "https://example.org/s.json"));
  auto expected = Json::parse(R"({
    "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.org/s.json",
    "title": "Whole", "description": "A whole.", "type": "object",
    "properties": {
      "name": {"description": "Name.", "type": "string", "minLength": 1},
      "share": {"description": "Share of it.", "type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
      "wait": {"description": "Wait.", "type": "string", "pattern": "", "default": "PT5M"},
      "part": {"description": "Part.", "oneOf": [
        {"title": "Part", "description": "A part.", "type": "object",
         "properties": {"kind": {"const": "p"},
                        "size": {"description": "Size.", "type": "integer", "minimum": 1, "maximum": 9}},
         "required": ["kind", "size"], "additionalProperties": false}],
        "default": {"kind": "p", "size": 2}},
      "limit": {"description": "Limit.", "type": "number", "exclusiveMinimum": 0},
      "list": {"description": "List.", "type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "minItems": 1,
               "default": []}},
    "required": ["name"], "additionalProperties": false})");
  expected["properties"]["wait"]["pattern"] =
      "^[+]?P(?=[0-9T])([0-9]+W)?([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+([.][0-9]+)?S)?)?$";
  EXPECT_EQ(schema.dump(1), expected.dump(1));
}

struct Outer {
  Whole inner;
};

// A used file may supply anything, so beside the whole object there is one that requires "use" alone.
TEST(Schema, ObjectsThatMayUseAFile) {
  Description<Outer> d{"Outer", ""};
  d.required("inner", &Outer::inner, object(whole().allow_use()), "Inner.");
  const auto schema = Json::parse(schema_document(d, "x"));
  const auto& inner = schema["properties"]["inner"]["anyOf"];
  ASSERT_EQ(inner.size(), 2U);
  EXPECT_EQ(inner[0]["required"], Json::parse(R"(["name"])"));
  EXPECT_FALSE(inner[0]["properties"].contains("use"));
  EXPECT_EQ(inner[1]["required"], Json::parse(R"(["use"])"));
  EXPECT_EQ(inner[1]["properties"]["use"]["type"], "string");
  EXPECT_FALSE(inner[1]["properties"]["part"]["anyOf"][0].contains("required"));
  EXPECT_EQ(inner[1]["additionalProperties"], false);
}

TEST(Schema, OfAScenarioHasEveryFieldDocumented) {
  const auto schema = Json::parse(schema_document(scenario_description(), "scenario.schema.json"));
  std::size_t fields = 0;
  const std::function<void(const Json&)> visit = [&](const Json& node) {
    if (node.is_object() && node.contains("properties")) {
      EXPECT_EQ(node["additionalProperties"], false);
      for (const auto& [name, field] : node["properties"].items()) {
        ++fields;
        EXPECT_TRUE(field.contains("const") || !field.value("description", "").empty()) << name;
      }
    }
    for (const auto& child : node) {
      if (child.is_structured()) visit(child);
    }
  };
  visit(schema);
  EXPECT_GT(fields, 60U);
  EXPECT_EQ(schema["properties"]["seed"]["default"], 1);
  EXPECT_EQ(schema["properties"]["start"]["default"], "2026-06-01T00:00:00Z");
}

}  // namespace
}  // namespace driftlab::scenario

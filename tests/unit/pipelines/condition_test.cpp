/// Conditions. Names and both spellings from the definition reference (section 16.3); outcomes follow from arithmetic.

#include "sim/service/pipelines/condition.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/pipelines/fakes.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;

std::string outcome(const std::string& text, const FakeBindings& bindings = {}) {
  const auto condition = parse_condition(json::parse(text), "$");
  if (!condition) return condition.error().message;
  const auto holds = evaluate(*condition, bindings);
  return !holds ? holds.error().message : *holds ? "True" : "False";
}
std::string compared(const std::string& type, const std::string& left, const std::string& right) {
  return outcome(R"({"Type":")" + type + R"(","LeftValue":)" + left + R"(,"RightValue":)" + right + "}");
}

TEST(Condition, ComparesNumbersBothWays) {
  struct Row {
    const char* type;
    const char* below;  // 1 against 2
    const char* same;   // 2 against 2.0
    const char* above;  // 3 against 2
  };
  for (const Row& row :
       {Row{"Equals", "False", "True", "False"}, Row{"NotEquals", "True", "False", "True"},
        Row{"LessThan", "True", "False", "False"}, Row{"LessThanOrEqualTo", "True", "True", "False"},
        Row{"GreaterThan", "False", "False", "True"}, Row{"GreaterThanOrEqualTo", "False", "True", "True"}}) {
    EXPECT_EQ(compared(row.type, "1", "2"), row.below) << row.type;
    EXPECT_EQ(compared(row.type, "2", "2.0"), row.same) << row.type;
    EXPECT_EQ(compared(row.type, "3", "2"), row.above) << row.type;
  }
}

TEST(Condition, ComparesLargeIntegersExactlyAndByValue) {
  // 2^53 and 2^53 + 1 are the same double; 2^64 - 1 has the bits of -1.
  EXPECT_EQ(compared("LessThan", "9007199254740992", "9007199254740993"), "True");
  EXPECT_EQ(compared("Equals", "-1", "18446744073709551615"), "False");
  EXPECT_EQ(compared("GreaterThan", "18446744073709551615", "-1"), "True");
}

TEST(Condition, ComparesTextsAndTruthValues) {
  EXPECT_EQ(compared("Equals", R"("a")", R"("a")"), "True");
  EXPECT_EQ(compared("LessThan", R"("a")", R"("b")"), "True");
  EXPECT_EQ(compared("Equals", "true", "true"), "True");
  EXPECT_EQ(compared("Equals", "true", "false"), "False");
}

TEST(Condition, RefusesToCompareDifferentTypes) {
  EXPECT_EQ(compared("Equals", R"("5")", "5"), "cannot compare string \"5\" with number 5");
  EXPECT_EQ(compared("LessThan", "true", "false"), "cannot compare boolean true with boolean false");
}

TEST(Condition, InBothSpellings) {
  EXPECT_EQ(outcome(R"({"Type":"In","QueryValue":"b","Values":["a","b"]})"), "True");
  EXPECT_EQ(outcome(R"({"Type":"In","QueryValue":"c","Values":["a","b"]})"), "False");
  EXPECT_EQ(outcome(R"({"Type":"In","Value":2,"In":[1,2.0]})"), "True");
  EXPECT_EQ(outcome(R"({"Type":"In","Value":3,"In":[]})"), "False");
  EXPECT_EQ(outcome(R"({"Type":"NotIn","QueryValue":"c","Values":["a"]})"), "True");
  EXPECT_EQ(outcome(R"({"Type":"NotIn","Value":"a","In":["a"]})"), "False");
  EXPECT_EQ(outcome(R"({"Type":"In","Value":2,"Values":[1]})"),
            "$.Values: unknown member; expected 'Type', 'Value' or 'In'; did you mean 'Value'?");
}

TEST(Condition, NotAndOr) {
  const std::string yes = R"({"Type":"Equals","LeftValue":1,"RightValue":1})";
  const std::string no = R"({"Type":"Equals","LeftValue":1,"RightValue":2})";
  const auto negation = [](const std::string& inner) { return R"({"Type":"Not","Expression":)" + inner + "}"; };
  const auto either = [](const std::string& a, const std::string& b) {
    return R"({"Type":"Or","Conditions":[)" + a + "," + b + "]}";
  };
  EXPECT_EQ(outcome(negation(yes)), "False");
  EXPECT_EQ(outcome(negation(no)), "True");
  EXPECT_EQ(outcome(either(no, yes)), "True");
  EXPECT_EQ(outcome(either(no, no)), "False");
  EXPECT_EQ(outcome(negation(either(no, negation(yes)))), "True");
}

TEST(Condition, AllMustHold) {
  const auto all = [](const std::string& a, const std::string& b) {
    std::vector<Condition> conditions;
    for (const auto& text : {a, b}) conditions.push_back(*parse_condition(json::parse(text), "$"));
    return *evaluate_all(conditions, FakeBindings{});
  };
  const std::string yes = R"({"Type":"Equals","LeftValue":1,"RightValue":1})";
  const std::string no = R"({"Type":"Equals","LeftValue":1,"RightValue":2})";
  EXPECT_TRUE(all(yes, yes));
  EXPECT_FALSE(all(yes, no));
  EXPECT_FALSE(all(no, yes));
}

TEST(Condition, ResolvesBothSides) {
  FakeBindings bindings;
  bindings.parameters["Threshold"] = 0.24;
  bindings.files["s3://b/Eval/Report"] = R"({"wql":0.25})";
  EXPECT_EQ(outcome(R"({"Type":"LessThanOrEqualTo","LeftValue":{"Std:JsonGet":{"PropertyFile":
                        {"Get":"Steps.Eval.PropertyFiles.Report"},"Path":"wql"}},"RightValue":{"Get":"Parameters.Threshold"}})",
                    bindings),
            "False");
  EXPECT_EQ(outcome(R"({"Type":"In","QueryValue":{"Get":"Parameters.Other"},"Values":[1]})", bindings),
            "nothing under Other");
}

}  // namespace
}  // namespace driftlab::service::pipelines

/// Expressions and transforms, worked by hand.

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "core/monitor/profile/csv_source.hpp"
#include "core/monitor/profile/dataset_profile.hpp"
#include "core/monitor/profile/json_source.hpp"
#include "core/monitor/transform/expression.hpp"
#include "core/monitor/transform/record_transform.hpp"
#include "tests/support/temporary_folder.hpp"

namespace driftlab::monitor {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

/// The cell an expression gives, "null" for a missing one; columns by name.
std::string value_of(const std::string& text, const std::map<std::string, std::string>& row = {}) {
  const auto expression = Expression::parse(text);
  if (!expression) return "error: " + expression.error().message;
  std::vector<Value> values;
  for (const auto& name : expression->columns()) {
    const auto found = row.find(name);
    values.push_back(found == row.end() ? Value() : Value::of_text(found->second));
  }
  return expression->evaluate(values).to_cell().value_or("null");
}

TEST(Expression, Arithmetic) {
  EXPECT_EQ(value_of("1 + 2 * 3 - 4 / 8"), "6.5");
  EXPECT_EQ(value_of("(1 + 2) * -3"), "-9");
  EXPECT_EQ(value_of("7 % 4"), "3");
  EXPECT_EQ(value_of("a / b", {{"a", "3"}, {"b", "4"}}), "0.75");
  EXPECT_EQ(value_of("`Day Mins` * 2", {{"Day Mins", "1.5"}}), "3");
  EXPECT_EQ(value_of("customer.age - 1", {{"customer.age", "41"}}), "40");
}

TEST(Expression, WhatCannotBeComputedIsMissing) {
  EXPECT_EQ(value_of("a + 1"), "null");
  EXPECT_EQ(value_of("a + 1", {{"a", "many"}}), "null");
  EXPECT_EQ(value_of("1 / 0"), "null");
  EXPECT_EQ(value_of("log(0)"), "null");
  EXPECT_EQ(value_of("sqrt(-1)"), "null");
  EXPECT_EQ(value_of("a < 1"), "null");
  EXPECT_EQ(value_of("concat('x', a)"), "null");
}

TEST(Expression, ConditionsAndTexts) {
  EXPECT_EQ(value_of("a >= 18 and not (plan == 'test')", {{"a", "18"}, {"plan", "gold"}}), "true");
  EXPECT_EQ(value_of("a < 18 or plan != 'gold'", {{"a", "18"}, {"plan", "gold"}}), "false");
  EXPECT_EQ(value_of("'10' < '9'"), "false") << "both are numbers";
  EXPECT_EQ(value_of("'10a' < '9'"), "true") << "as texts";
  EXPECT_EQ(value_of("if(is_missing(a), 'none', lower(trim(a)))", {{"a", " GOLD "}}), "gold");
  EXPECT_EQ(value_of("if(is_missing(a), 'none', a)"), "none");
  EXPECT_EQ(value_of("coalesce(a, b, 3)", {{"b", "2"}}), "2");
  EXPECT_EQ(value_of("concat('it''s ', a)", {{"a", "7"}}), "it's 7");
  EXPECT_EQ(value_of("not a"), "true") << "a missing condition is false";
}

TEST(Expression, Functions) {
  EXPECT_EQ(value_of("abs(-2) + ceil(1.2) + floor(1.8) + round(2.5)"), "8");
  EXPECT_EQ(value_of("min(3, 1, 2) + max(3, 1, 2)"), "4");
  EXPECT_EQ(value_of("exp(0) + log(1)"), "1");
  EXPECT_EQ(value_of("number('12.5')"), "12.5");
  EXPECT_EQ(value_of("upper('a')"), "A");
}

TEST(Expression, SaysWhereReadingStopped) {
  EXPECT_EQ(value_of("a +"), "error: 'a +', column 4: expected a number, a 'text', a column, a function or '('");
  EXPECT_THAT(value_of("(a"), HasSubstr("column 3: expected ')'"));
  EXPECT_THAT(value_of("a b"), HasSubstr("column 3: expected an operator or the end"));
  EXPECT_THAT(value_of("lowr(a)"), HasSubstr("did you mean 'lower'?"));
  EXPECT_THAT(value_of("abs(1, 2)"), HasSubstr("expected 1 arguments of abs"));
  EXPECT_THAT(value_of("'open"), HasSubstr("a closing '"));
  EXPECT_THAT(value_of(std::string(200, '(')), HasSubstr("fewer parentheses"));
  EXPECT_THAT(value_of(std::string(200, '-')), HasSubstr("fewer signs"));
  EXPECT_THAT(value_of(""), HasSubstr("column 1"));
}

template <class Source>
Result<DatasetProfile> transformed(const std::string& bytes, const std::string& transform) {
  const support::TemporaryFolder folder;
  const auto path = folder.path() / "data";
  std::ofstream(path, std::ios::binary) << bytes;
  auto read = read_record_transform(transform, "t.json");
  if (!read) return read.error();
  std::unique_ptr<RowSource> source;
  if constexpr (std::is_same_v<Source, CsvSource>)
    source = std::make_unique<CsvSource>(std::vector{path}, CsvOptions{});
  else
    source = std::make_unique<JsonLinesSource>(std::vector{path});
  TransformedSource rows(std::move(source), *std::move(read));
  return profile_dataset(rows, {.threads = 1});
}

TEST(RecordTransform, ColumnsPointersAndExpressions) {
  const auto dataset = transformed<JsonLinesSource>(
      "{\"age\":41,\"customer\":{\"plan\":\"GOLD\",\"a/b\":1},\"debt\":2,\"income\":8}\n"
      "{\"age\":18,\"customer\":{\"plan\":\"test\"},\"debt\":0,\"income\":8}\n"
      "{\"age\":20,\"customer\":{\"plan\":\"basic\"},\"debt\":0,\"income\":8}\n",
      R"({"columns": [{"name": "age"}, {"name": "plan", "from": "/customer/plan"},
                      {"name": "ratio", "expression": "income / debt"}, {"name": "slash", "from": "/customer/a~1b"}],
          "drop_if": "customer.plan == 'test'"})");
  ASSERT_TRUE(dataset.has_value()) << dataset.error().message;
  EXPECT_EQ(dataset->rows, 2U);
  ASSERT_EQ(dataset->columns.size(), 4U);
  EXPECT_THAT(*dataset->columns[0].profile.value_counts(), ElementsAre(Pair("20", 1), Pair("41", 1)));
  EXPECT_THAT(*dataset->columns[1].profile.value_counts(), ElementsAre(Pair("GOLD", 1), Pair("basic", 1)));
  EXPECT_THAT(*dataset->columns[2].profile.value_counts(), ElementsAre(Pair("4", 1)));
  EXPECT_EQ(dataset->columns[2].profile.types().missing, 1U);
  EXPECT_THAT(*dataset->columns[3].profile.value_counts(), ElementsAre(Pair("1", 1)));
}

TEST(RecordTransform, KeepsOthersOnDemand) {
  const auto dataset =
      transformed<CsvSource>("a,b,c\n1,,x\n2,3,y\n", R"({"columns": [{"name": "b", "expression": "a * 10"}],
                                                          "keep_others": true})");
  ASSERT_TRUE(dataset.has_value()) << dataset.error().message;
  ASSERT_EQ(dataset->columns.size(), 3U);
  EXPECT_EQ(dataset->columns[0].name, "b");
  EXPECT_THAT(*dataset->columns[0].profile.value_counts(), ElementsAre(Pair("10", 1), Pair("20", 1)));
  EXPECT_EQ(dataset->columns[1].name, "a");
  EXPECT_EQ(dataset->columns[2].name, "c");
  const auto dropped = transformed<CsvSource>("a,b\n1,2\n3,4\n", R"({"drop_if": "a > 2"})");
  EXPECT_EQ(dropped->rows, 1U);
  EXPECT_EQ(dropped->columns.size(), 2U);
}

TEST(RecordTransform, SaysWhatIsWrongWhere) {
  const auto error = [](const char* text) { return read_record_transform(text, "t.json").error().message; };
  EXPECT_THAT(error("{\"columns\": [\n{\"nme\": \"a\"}]}"),
              HasSubstr("t.json:2: columns[0].nme: unknown key; did you mean 'name'?"));
  EXPECT_THAT(error("{\"columns\": []}"), HasSubstr("expected an array of columns"));
  EXPECT_THAT(error("{\"columns\": [{\"name\": \"a\", \"from\": \"b\"}]}"), HasSubstr("expected a JSON pointer"));
  EXPECT_THAT(error("{\"columns\": [{\"name\": \"a\", \"from\": \"/b\", \"expression\": \"c\"}]}"),
              HasSubstr("exclude each other"));
  EXPECT_THAT(error("{\"columns\": [{\"name\": \"a\"},\n{\"name\": \"a\"}]}"), HasSubstr("t.json:2: 'a' occurs twice"));
  EXPECT_THAT(error("{\"drop_if\":\n\"a >\"}"), HasSubstr("t.json:2: expression 'a >', column 4"));
  EXPECT_THAT(transformed<CsvSource>("age,b\n1,2\n", R"({"columns": [{"name": "x", "expression": "agee + 1"}]})")
                  .error()
                  .message,
              HasSubstr("record transform: x uses column 'agee', which is in no record; did you mean 'age'?"));
}

}  // namespace
}  // namespace driftlab::monitor

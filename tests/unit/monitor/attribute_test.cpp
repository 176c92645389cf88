#include "core/monitor/attribute.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driftlab::monitor {
namespace {

using capture::Encoding;
using testing::ElementsAre;
using testing::HasSubstr;

std::string failure(std::string_view data, Encoding encoding, std::string_view attribute) {
  const auto result = numbers_at(data, encoding, attribute);
  return result ? "no failure" : result.error().message;
}

TEST(NumbersAt, CsvByColumnIndexOneRowALine) {
  EXPECT_THAT(numbers_at("0.31", Encoding::Csv, "0").value(), ElementsAre(0.31));
  EXPECT_THAT(numbers_at("1,2.5\r\n3, -4e1 \n\n", Encoding::Csv, "1").value(), ElementsAre(2.5, -40));
  EXPECT_THAT(numbers_at("\"a,\"\"b\",\"7\"\n", Encoding::Csv, "1").value(), ElementsAre(7));
}

TEST(NumbersAt, CsvSaysWhatIsMissing) {
  EXPECT_THAT(failure("1,2", Encoding::Csv, "2"), HasSubstr("row 0 has 2 columns"));
  EXPECT_THAT(failure("1\nx", Encoding::Csv, "0"), HasSubstr("row 1: 'x' in column 0 is not a number"));
  EXPECT_THAT(failure("1", Encoding::Csv, "score"), HasSubstr("'score' is not a zero-based CSV column"));
  EXPECT_THAT(failure("nan", Encoding::Csv, "0"), HasSubstr("not a number"));
}

TEST(NumbersAt, JsonByPath) {
  EXPECT_THAT(numbers_at(R"({"score":1.5})", Encoding::Json, "score").value(), ElementsAre(1.5));
  EXPECT_THAT(numbers_at(R"({"score":"1.5"})", Encoding::Json, "score").value(), ElementsAre(1.5));
  EXPECT_THAT(numbers_at(R"({"p":[{"s":1},{"s":2}]})", Encoding::Json, "p.1.s").value(), ElementsAre(2));
  EXPECT_THAT(numbers_at(R"({"p":[{"s":1},{"s":2}]})", Encoding::Json, "p[1].s").value(), ElementsAre(2));
  EXPECT_THAT(numbers_at(R"({"p":[{"s":1},{"s":2}]})", Encoding::Json, "p[*].s").value(), ElementsAre(1, 2));
  EXPECT_THAT(numbers_at(R"({"p":[{"s":1},{"s":2}]})", Encoding::Json, "p.s").value(), ElementsAre(1, 2));
  EXPECT_THAT(numbers_at(R"({"mean":[1,2,3]})", Encoding::Json, "mean").value(), ElementsAre(1, 2, 3));
  EXPECT_THAT(numbers_at("{\"s\":1}\n{\"s\":2}\n", Encoding::Json, "s").value(), ElementsAre(1, 2));
}

TEST(NumbersAt, JsonSaysWhatIsMissing) {
  EXPECT_THAT(failure(R"({"a":1})", Encoding::Json, "b"), HasSubstr("no 'b'"));
  EXPECT_THAT(failure(R"({"a":true})", Encoding::Json, "a"), HasSubstr("true is not a number"));
  EXPECT_THAT(failure("{", Encoding::Json, "a"), HasSubstr("neither JSON nor JSON Lines"));
  EXPECT_THAT(failure("{\"a\":1}\n\n{\"b\":1}\n", Encoding::Json, "a"), HasSubstr("line 3: there is no 'a'"));
  EXPECT_THAT(failure("{\"a\":1}\n{\"a\":\n", Encoding::Json, "a"), HasSubstr("line 2 is no JSON"));
}

TEST(NumbersAt, Base64IsRefused) {
  EXPECT_THAT(failure("MQ==", Encoding::Base64, "0"), HasSubstr("BASE64"));
}

}  // namespace
}  // namespace driftlab::monitor

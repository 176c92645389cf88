#include "tests/lint/source.hpp"

#include <gtest/gtest.h>

namespace driftlab::lint {
namespace {

std::string joined(const Source& source) {
  std::string text;
  for (const Token& token : source.tokens) text += (text.empty() ? "" : " ") + token.text;
  return text;
}

TEST(Source, DropsCommentsAndLiterals) {
  EXPECT_EQ(joined(read_source("a.cpp", "int a; // rand()\n/* b\n c */ char d = '\"'; f(\"e \\\" f\", g);")),
            "int a ; char d = ; f ( , g ) ;");
  EXPECT_EQ(joined(read_source("a.cpp", "auto a = R\"x(rand() \" )\" )x\"; b;")), "auto a = ; b ;");
}

TEST(Source, DigitSeparatorsOpenNoLiteral) {
  EXPECT_EQ(joined(read_source("a.cpp", "x = 1'000'000; std::rand();")), "x = 1'000'000 ; std :: rand ( ) ;");
}

TEST(Source, FindsIncludesAndTheirLines) {
  const Source source = read_source(
      "a.cpp", "#include <vector>\n// #include \"no/no.hpp\"\n#  include \"core/base/time.hpp\"  // why\nint a;");
  ASSERT_EQ(source.includes.size(), 2U);
  EXPECT_EQ(source.includes[0].path, "vector");
  EXPECT_FALSE(source.includes[0].quoted);
  EXPECT_EQ(source.includes[1].path, "core/base/time.hpp");
  EXPECT_TRUE(source.includes[1].quoted);
  EXPECT_EQ(source.includes[1].line, 3);
  ASSERT_EQ(joined(source), "int a ;");
  EXPECT_EQ(source.tokens[0].line, 4);
}

TEST(Source, ExcusesNeedAReason) {
  EXPECT_EQ(read_source("a.cpp", "\n// unordered: a sum of integers\nx;").excused, (std::set<int>{2, 3}));
  EXPECT_TRUE(read_source("a.cpp", "// unordered: \nx;").excused.empty());
}

}  // namespace
}  // namespace driftlab::lint

#include "core/base/result.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "core/base/check.hpp"

namespace driftlab {
namespace {

TEST(Result, ErrorFactoriesSetKindAndCode) {
  EXPECT_EQ(validation_error("m"), (Error{ErrorKind::InvalidInput, "ValidationException", "m"}));
  EXPECT_EQ(input_error("m"), (Error{ErrorKind::InvalidInput, "InvalidInput", "m"}));
  EXPECT_EQ(not_found("NoSuchKey", "m"), (Error{ErrorKind::NotFound, "NoSuchKey", "m"}));
}

TEST(Result, DescribesWithAndWithoutCode) {
  EXPECT_EQ(describe(validation_error("no name")), "ValidationException: no name");
  EXPECT_EQ(describe(Error{ErrorKind::Internal, "", "plain"}), "plain");
}

TEST(Result, NamesEveryKind) {
  EXPECT_EQ(to_string(ErrorKind::Throttled), "Throttled");
  EXPECT_EQ(to_string(ErrorKind::DeadlineExceeded), "DeadlineExceeded");
}

TEST(Result, ValueOfAFailureThrowsItsDescription) {
  const Result<int> failed = input_error("bad file");
  try {
    static_cast<void>(failed.value());
    FAIL() << "value() of a failure returned";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "InvalidInput: bad file");
  }
}

TEST(CheckDeathTest, PrintsConditionMessageAndContext) {
  const auto describe_seed = [](const void* seed) { return "seed " + std::to_string(*static_cast<const int*>(seed)); };
  const int seed = 42;
  EXPECT_DEATH(
      {
        set_check_context(describe_seed, &seed);
        DRIFTLAB_CHECK(seed == 0, "seed must be zero");
      },
      "check failed: seed == 0\n  seed must be zero\n  at .*result_test.cpp.*\n  seed 42");
}

}  // namespace
}  // namespace driftlab

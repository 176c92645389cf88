#include "core/base/retry.hpp"

#include <gtest/gtest.h>

namespace driftlab {
namespace {

TEST(Retry, OnlyTransientKindsAreRetriable) {
  EXPECT_TRUE(is_retriable(ErrorKind::Throttled));
  EXPECT_TRUE(is_retriable(ErrorKind::Unavailable));
  for (const ErrorKind kind :
       {ErrorKind::InvalidInput, ErrorKind::NotFound, ErrorKind::Conflict, ErrorKind::AccessDenied,
        ErrorKind::DeadlineExceeded, ErrorKind::Cancelled, ErrorKind::Internal}) {
    EXPECT_FALSE(is_retriable(kind)) << to_string(kind);
    EXPECT_EQ(next_retry({}, kind, 1, 0.5), std::nullopt);
  }
}

// 1 s doubled each time, cut at 20 s: 1, 2, 4, 8, 16, 20, 20 …; half of it at jitter 0.5.
TEST(Retry, DelaysGrowExponentiallyUpToTheLimit) {
  const RetryPolicy policy{.max_attempts = 100};
  const Duration expected[] = {500ms, 1s, 2s, 4s, 8s, 10s, 10s};
  for (int attempts = 1; attempts <= 7; ++attempts)
    EXPECT_EQ(next_retry(policy, ErrorKind::Throttled, attempts, 0.5), expected[attempts - 1]) << attempts;
  // A backoff that overflows a double still means the limit.
  EXPECT_EQ(next_retry({.max_attempts = 5000}, ErrorKind::Throttled, 4000, 0.5), 10s);
}

TEST(Retry, JitterScalesTheDelay) {
  EXPECT_EQ(next_retry({}, ErrorKind::Unavailable, 1, 0.0), 0s);
  EXPECT_EQ(next_retry({}, ErrorKind::Unavailable, 3, 0.25), 1s);
}

TEST(Retry, GivesUpAfterTheLastAttempt) {
  const RetryPolicy policy{.max_attempts = 3};
  EXPECT_TRUE(next_retry(policy, ErrorKind::Throttled, 2, 0.5).has_value());
  EXPECT_EQ(next_retry(policy, ErrorKind::Throttled, 3, 0.5), std::nullopt);
}

}  // namespace
}  // namespace driftlab

// Expected texts worked by hand: 12.3 of 28 in 2.2 s is 5.59 a second, and 15.7 more take 2.8 s.
#include "sim/cli/progress/progress.hpp"

#include <gtest/gtest.h>

namespace driftlab::cli {
namespace {

TEST(Progress, TellsCountShareRateAndTimeLeft) {
  EXPECT_EQ(progress_text(12.3, 28.0, 2.2, "days"), "12.3 of 28 days, 44 %, 5.6 days/s, 3 s left");
}

TEST(Progress, TellsShareAndTimeLeftOfWorkThatIsNotCounted) {
  EXPECT_EQ(progress_text(30.0, 100.0, 6.0, ""), "30 %, 14 s left");
}

TEST(Progress, DoesNotPromiseNoTimeAtAll) {
  EXPECT_EQ(progress_text(99.9, 100.0, 10.0, ""), "100 %, under 1 s left");
}

}  // namespace
}  // namespace driftlab::cli

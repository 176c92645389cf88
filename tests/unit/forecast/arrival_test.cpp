#include "core/forecast/arrival.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driftlab::forecast {
namespace {

const Instant kTraining = from_civil(2026, 6, 1, 12);

TEST(CheckArrivals, AcceptsWhatHadBeenWritten) {
  const std::vector<Arrival> points{{kTraining - 2min, kTraining - 1min}, {kTraining - 1min, kTraining}};
  EXPECT_TRUE(check_arrivals(points, kTraining));
  EXPECT_TRUE(check_arrivals({}, kTraining));
}

TEST(CheckArrivals, NamesTheFirstPointFromTheFuture) {
  // The event of point 1 lies before the training, its writing after: late data must not leak in.
  const std::vector<Arrival> points{
      {kTraining - 3min, kTraining - 1min}, {kTraining - 2min, kTraining + 1ms}, {kTraining - 1min, kTraining + 1h}};
  const auto result = check_arrivals(points, kTraining);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "FutureData");
  EXPECT_EQ(result.error().message,
            "point 1 of 2026-06-01T11:58:00.000Z was written at 2026-06-01T12:00:00.001Z, after the training set was "
            "read at 2026-06-01T12:00:00.000Z");
}

}  // namespace
}  // namespace driftlab::forecast

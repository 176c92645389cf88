// Expected values: the table of lags in section 2.3 of the forecasting reference (computed with GluonTS's source), the
// worked calendar check of section 2.4, and ISO 8601's own examples of week numbers.
#include "core/forecast/deepar/features.hpp"

#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driftlab::forecast::deepar {
namespace {

using std::chrono::days;
using std::chrono::weeks;
using testing::ElementsAre;
using testing::FloatNear;

/// "1-7, 58-62" from a list.
std::string ranges(const std::vector<int>& lags) {
  std::string text;
  for (std::size_t i = 0; i < lags.size();) {
    std::size_t end = i;
    while (end + 1 < lags.size() && lags[end + 1] == lags[end] + 1) ++end;
    text += (text.empty() ? "" : ", ") + std::to_string(lags[i]);
    if (end > i) text += "-" + std::to_string(lags[end]);
    i = end + 1;
  }
  return text;
}

TEST(Lags, AreThoseOfTheTable) {
  const std::pair<Duration, const char*> table[] = {
      {1min, "1-7, 58-62, 118-122, 178-182"},
      {5min, "1-7, 10-14, 22-26, 34-38, 287-289, 575-577, 863-865, 1151-1153"},
      {10min, "1-8, 10-14, 16-20, 143-145, 287-289, 431-433, 575-577, 719-721, 863-865, 1007-1009"},
      {15min, "1-14, 95-97, 191-193, 287-289, 383-385, 479-481, 575-577, 671-673"},
      {30min, "1-8, 47-49, 95-97, 143-145, 191-193, 239-241, 287-289, 335-337, 671-673, 1007-1009"},
      {1h, "1-7, 23-25, 47-49, 71-73, 95-97, 119-121, 143-145, 167-169, 335-337, 503-505, 671-673, 719-721"},
      {2h, "1-7, 11-13, 23-25, 35-37, 47-49, 59-61, 71-73, 83-85, 167-169, 251-253, 335-337, 359-361, 672, 1008"},
      {6h, "1-9, 11-13, 15-17, 19-21, 23-25, 27-29, 55-57, 83-85, 111-113, 119-121, 224, 336"},
      {12h, "1-15, 27-29, 41-43, 55-57, 59-61, 112, 168, 727-729"},
      {days(1), "1-8, 13-15, 20-22, 27-31, 56, 84, 363-365, 727-729, 1091-1093"},
      {weeks(1), "1-8, 12, 51-53, 103-105, 155-157"},
  };
  for (const auto& [freq, lags] : table) EXPECT_EQ(ranges(lags_for(freq)), lags);
}

std::vector<float> calendar(Instant at, Duration freq) {
  std::vector<float> features(calendar_cycles(freq).size());
  calendar_features(at, freq, features.data());
  return features;
}

TEST(Calendar, MatchesTheWorkedCheck) {
  const auto at = from_civil(2024, 3, 1, 13, 30);
  const auto minute = FloatNear(0.0084746f, 1e-6f), hour = FloatNear(0.0652174f, 1e-6f),
             weekday = FloatNear(0.1666667f, 1e-6f), day = FloatNear(-0.5f, 1e-6f),
             day_of_year = FloatNear(-0.3356164f, 1e-6f);
  EXPECT_THAT(calendar(at, 1min), ElementsAre(minute, hour, weekday, day, day_of_year));
  EXPECT_THAT(calendar(at, 1h), ElementsAre(hour, weekday, day, day_of_year));
  EXPECT_THAT(calendar(at, days(1)), ElementsAre(weekday, day, day_of_year));
  EXPECT_THAT(calendar(at + 20s, 10s),
              ElementsAre(FloatNear(20.0f / 59 - 0.5f, 1e-6f), minute, hour, weekday, day, day_of_year));
}

TEST(Calendar, CountsIsoWeeks) {
  // 2021-01-03 is in week 53 of 2020, 2021-01-04 in week 1, 2008-12-30 in week 1 of 2009.
  EXPECT_FLOAT_EQ(calendar(from_civil(2021, 1, 3), weeks(1))[1], 0.5f);
  EXPECT_FLOAT_EQ(calendar(from_civil(2021, 1, 4), weeks(1))[1], -0.5f);
  EXPECT_FLOAT_EQ(calendar(from_civil(2008, 12, 30), weeks(1))[1], -0.5f);
}

TEST(Age, IsTheLogarithmOfThePosition) {
  EXPECT_NEAR(age_feature(0), 0.3010300, 1e-7);
  EXPECT_NEAR(age_feature(98), 2.0, 1e-7);
  EXPECT_EQ(age_feature(-5), age_feature(0));
}

}  // namespace
}  // namespace driftlab::forecast::deepar

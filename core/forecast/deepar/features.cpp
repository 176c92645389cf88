#include "core/forecast/deepar/features.hpp"

#include <algorithm>

#include "core/forecast/deepar/scalar_math.hpp"

namespace driftlab::forecast::deepar {
namespace {

using std::chrono::days;
using std::chrono::weeks;

constexpr int kRecent = 7;
constexpr std::int64_t kLargest = 1200;

/// `count` seasons of length `cycle`, each with `spread` steps on both sides.
void add_seasons(Duration cycle, int count, int spread, Duration freq, std::vector<std::int64_t>& lags) {
  for (int k = 1; k <= count; ++k) {
    const std::int64_t middle = k * cycle / freq;
    for (std::int64_t lag = middle - spread; lag <= middle + spread; ++lag) lags.push_back(lag);
  }
}

int day_of_year(const CivilTime& civil) {
  const auto at = from_civil(civil.year, civil.month, civil.day);
  return static_cast<int>(std::chrono::floor<days>(at - from_civil(civil.year, 1, 1)).count()) + 1;
}

/// ISO 8601 week: the one of its Thursday.
int week_of_year(Instant at) {
  const CivilTime civil = to_civil(at);
  const int monday_based = (static_cast<int>(civil.weekday) + 6) % 7;
  const CivilTime thursday = to_civil(at + days(3 - monday_based));
  return (day_of_year(thursday) - 1) / 7 + 1;
}

float position(int value, int count) {
  return static_cast<float>(static_cast<double>(value) / static_cast<double>(count - 1) - 0.5);
}

}  // namespace

std::vector<int> lags_for(Duration freq) {
  std::vector<std::int64_t> lags;
  // A rule holds for steps shorter than the next longer unit.
  if (freq < 1min) add_seasons(1min, 3, 2, freq, lags);
  if (freq < 1h) add_seasons(1h, 3, 2, freq, lags);
  if (freq < days(1)) add_seasons(days(1), 7, 1, freq, lags);
  if (freq < weeks(1)) {
    add_seasons(weeks(1), 4, 1, freq, lags);
    add_seasons(days(30), 1, 1, freq, lags);
  }
  add_seasons(weeks(52), 3, 1, freq, lags);
  for (const int count : {4, 8, 12}) add_seasons(weeks(count), 1, 0, freq, lags);
  lags.erase(std::remove_if(lags.begin(), lags.end(), [](auto lag) { return lag <= kRecent || lag > kLargest; }),
             lags.end());
  for (int lag = 1; lag <= kRecent; ++lag) lags.push_back(lag);
  std::sort(lags.begin(), lags.end());
  lags.erase(std::unique(lags.begin(), lags.end()), lags.end());
  return {lags.begin(), lags.end()};
}

std::vector<Duration> calendar_cycles(Duration freq) {
  std::vector<Duration> cycles;
  for (const Duration cycle : {Duration(1min), Duration(1h), Duration(days(1)), Duration(weeks(1))})
    if (freq < cycle) cycles.push_back(cycle);
  for (const Duration cycle : {Duration(days(31)), Duration(days(366))}) cycles.push_back(cycle);
  return cycles;
}

void calendar_features(Instant at, Duration freq, float* out) {
  const CivilTime civil = to_civil(at);
  if (freq < 1min) *out++ = position(civil.second, 60);
  if (freq < 1h) *out++ = position(civil.minute, 60);
  if (freq < days(1)) *out++ = position(civil.hour, 24);
  if (freq < weeks(1)) *out++ = position((static_cast<int>(civil.weekday) + 6) % 7, 7);
  *out++ = position(static_cast<int>(civil.day) - 1, 31);
  if (freq < weeks(1))
    *out = position(day_of_year(civil) - 1, 366);
  else
    *out = position(week_of_year(at) - 1, 53);
}

float age_feature(std::int64_t step) {
  return static_cast<float>(logarithm(static_cast<double>(std::max<std::int64_t>(step, 0)) + 2.0) *
                            0.43429448190325182765);
}

}  // namespace driftlab::forecast::deepar

#pragma once
/// What the frequency of a series says: which lags to look at and which calendar features to compute.

#include <cstdint>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::forecast::deepar {

/// Lags in steps, ascending from 1: the last seven, and those around earlier seasons (hour, day, week, month, year as
/// far as they are longer than a step), none above 1200. The rules and the lists they give are GluonTS's.
[[nodiscard]] std::vector<int> lags_for(Duration freq);

/// Calendar features a step of this frequency has, as the length of their cycles, in the order of
/// `calendar_features`.
[[nodiscard]] std::vector<Duration> calendar_cycles(Duration freq);
/// Writes them for the instant, each in [−0.5, 0.5]: minute of hour, hour of day, day of week (Monday first), day of
/// month, day of year for minutes; without the minute for hours; from day of week for days; day of month and ISO week
/// for weeks; second of minute first for seconds.
void calendar_features(Instant at, Duration freq, float* out);

/// log10(2 + t) for the step t since the start of the series; padding in front counts as 0.
[[nodiscard]] float age_feature(std::int64_t step);

}  // namespace driftlab::forecast::deepar

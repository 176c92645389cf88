#pragma once
/// The decision of a metric alarm: points in, state out. The rules and their tables: reference 5.3 and 5.4 of the
/// behaviour notes, after the CloudWatch user guide, "Configuring how alarms treat missing data".

#include <cstddef>
#include <span>

#include "core/ports/ops/cloudwatch.hpp"
#include "sim/service/cloudwatch/config.hpp"

namespace driftlab::service::cloudwatch {

namespace api = driftlab::ops::cloudwatch;

/// What a bucket of the evaluation range is.
enum class Mark : unsigned char { Missing, Good, Breaching };

struct Rule {
  int evaluation_periods = 1;   ///< N
  int datapoints_to_alarm = 1;  ///< M, 1 <= M <= N
  api::TreatMissingData treat_missing = api::TreatMissingData::Missing;
  PrematureRun premature_run = PrematureRun::KeepState;
};

/// The newest N real points of the range; fewer when the range has fewer.
struct Tally {
  int breaching = 0;
  int good = 0;
  int oldest_breaching = 0;  ///< age in buckets, newest = 1; 0 when none breaches
  int fill = 0;              ///< N − real points: gaps for which a value must be assumed
};
[[nodiscard]] Tally tally(std::span<const Mark> newest_first, int evaluation_periods);

/// State after an evaluation. `newest_first` is the whole evaluation range. Pure; O(range).
[[nodiscard]] api::StateValue decide(std::span<const Mark> newest_first, const Rule& rule, api::StateValue current);

}  // namespace driftlab::service::cloudwatch

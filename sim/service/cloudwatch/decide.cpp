#include "sim/service/cloudwatch/decide.hpp"

namespace driftlab::service::cloudwatch {
namespace {

/// Missing data count as nothing: all real points breach, but they are fewer than N and than M.
api::StateValue decide_premature(const Tally& counted, const Rule& rule, api::StateValue current) {
  if (counted.breaching == 0) return api::StateValue::InsufficientData;
  if (counted.oldest_breaching >= rule.datapoints_to_alarm) return api::StateValue::Alarm;
  return rule.premature_run == PrematureRun::KeepState ? current : api::StateValue::InsufficientData;
}

}  // namespace

Tally tally(std::span<const Mark> newest_first, int evaluation_periods) {
  Tally counted;
  int age = 0;
  for (const Mark mark : newest_first) {
    ++age;
    if (counted.breaching + counted.good == evaluation_periods) break;
    if (mark == Mark::Good) ++counted.good;
    if (mark != Mark::Breaching) continue;
    ++counted.breaching;
    counted.oldest_breaching = age;
  }
  counted.fill = evaluation_periods - counted.breaching - counted.good;
  return counted;
}

api::StateValue decide(std::span<const Mark> newest_first, const Rule& rule, api::StateValue current) {
  using enum api::StateValue;
  const Tally counted = tally(newest_first, rule.evaluation_periods);
  if (counted.breaching >= rule.datapoints_to_alarm) return Alarm;
  switch (rule.treat_missing) {
    case api::TreatMissingData::Breaching:
      return counted.breaching + counted.fill >= rule.datapoints_to_alarm ? Alarm : Ok;
    case api::TreatMissingData::NotBreaching:
      return Ok;
    case api::TreatMissingData::Ignore:
      return counted.fill == 0 || counted.good > 0 ? Ok : current;
    case api::TreatMissingData::Missing:
      break;
  }
  if (counted.fill == 0 || counted.good > 0) return Ok;
  return decide_premature(counted, rule, current);
}

}  // namespace driftlab::service::cloudwatch

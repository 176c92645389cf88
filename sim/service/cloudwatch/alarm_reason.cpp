#include "sim/service/cloudwatch/alarm_reason.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::service::cloudwatch {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxReason = 1023;
constexpr std::size_t kMaxReasonData = 4000;

const char* plural(int count) {
  return count == 1 ? "" : "s";
}
const char* was(int count) {
  return count == 1 ? "was" : "were";
}

const char* words(api::ComparisonOperator comparison) {
  switch (comparison) {
    case api::ComparisonOperator::GreaterThanOrEqualToThreshold:
      return "greater than or equal to";
    case api::ComparisonOperator::GreaterThanThreshold:
      return "greater than";
    case api::ComparisonOperator::LessThanThreshold:
      return "less than";
    case api::ComparisonOperator::LessThanOrEqualToThreshold:
      return "less than or equal to";
  }
  return "greater than or equal to";
}

struct Support {
  int count = 0;       ///< points that support the new state
  std::string listed;  ///< " [v (time), …]", empty for none
};

Support support_of(const api::PutMetricAlarmInput& alarm, bool alarming, std::span<const EvaluatedPoint> points) {
  Support support;
  for (const auto& [label, point] : points) {
    if (!point.present || breaches(alarm.comparison_operator, point.value, alarm.threshold) != alarming) continue;
    support.listed += support.count == 0 ? " [" : ", ";
    support.listed += fmt::format("{} ({})", java_double(point.value), format_reason_time(label));
    ++support.count;
  }
  if (support.count > 0) support.listed += "]";
  return support;
}

/// "{m} missing datapoint{s} {was|were} treated as [{Breaching|NonBreaching}]", or nothing.
std::string filled_clause(const api::PutMetricAlarmInput& alarm, bool alarming, int missing) {
  const auto supporting = alarming ? api::TreatMissingData::Breaching : api::TreatMissingData::NotBreaching;
  if (missing == 0 || alarm.treat_missing_data != supporting) return {};
  return fmt::format("{} missing datapoint{} {} treated as [{}]", missing, plural(missing), was(missing),
                     alarming ? "Breaching" : "NonBreaching");
}

std::string threshold_text(const api::PutMetricAlarmInput& alarm, bool alarming, int missing,
                           std::span<const EvaluatedPoint> points) {
  const Support support = support_of(alarm, alarming, points);
  const std::string filled = filled_clause(alarm, alarming, missing);
  const std::string count =
      alarm.datapoints_to_alarm
          ? fmt::format("{} out of the last {} datapoints", support.count, alarm.evaluation_periods)
          : fmt::format("{} datapoint{}", support.count, plural(support.count));
  std::string text =
      fmt::format("Threshold Crossed: {}{} {} {}{} the threshold ({})", count, support.listed, was(support.count),
                  alarming ? "" : "not ", words(alarm.comparison_operator), java_double(alarm.threshold));
  if (!filled.empty()) text += " and " + filled;
  if (!alarm.datapoints_to_alarm) return text + ".";
  const int needed = alarming ? *alarm.datapoints_to_alarm : alarm.evaluation_periods - *alarm.datapoints_to_alarm + 1;
  return text + fmt::format(" (minimum {} datapoint{} for {} transition).", needed, plural(needed),
                            alarming ? "OK -> ALARM" : "ALARM -> OK");
}

std::string cut_reason(std::string text) {
  if (text.size() > kMaxReason) text.resize(kMaxReason);
  return text;
}

Json point_json(const EvaluatedPoint& evaluated) {
  Json json{{"timestamp", format_cloudwatch(evaluated.label)}};
  if (!evaluated.point.present) return json;
  json["sampleCount"] = evaluated.point.sample_count;
  json["value"] = evaluated.point.value;
  return json;
}

std::string reason_data_of(const api::PutMetricAlarmInput& alarm, Instant queried,
                           std::span<const EvaluatedPoint> newest_first) {
  Json recent = Json::array();
  Json evaluated = Json::array();
  std::string start;
  for (const EvaluatedPoint& entry : newest_first) {
    evaluated.push_back(point_json(entry));
    if (!entry.point.present) continue;
    recent.insert(recent.begin(), entry.point.value);
    start = format_cloudwatch(entry.label);
  }
  Json json{{"version", "1.0"}, {"queryDate", format_cloudwatch(queried)}};
  if (!start.empty()) json["startDate"] = start;
  if (!alarm.unit.empty()) json["unit"] = alarm.unit;
  json["statistic"] = alarm.statistic.empty() ? alarm.extended_statistic : alarm.statistic;
  json["period"] = std::chrono::duration_cast<std::chrono::seconds>(alarm.period).count();
  json["recentDatapoints"] = std::move(recent);
  json["threshold"] = alarm.threshold;
  json["evaluatedDatapoints"] = std::move(evaluated);
  return json.dump();
}

}  // namespace

std::vector<EvaluatedPoint> evaluated_points(const EvaluationWindow& window, int evaluation_periods) {
  const auto points = window.points();
  const auto real = static_cast<int>(std::ranges::count_if(points, &BucketPoint::present));
  int real_left = std::min(real, evaluation_periods);
  int gaps_left = evaluation_periods - real_left;
  std::vector<EvaluatedPoint> chosen;
  for (std::size_t i = 0; i < points.size() && real_left + gaps_left > 0; ++i) {
    int& left = points[i].present ? real_left : gaps_left;
    if (left == 0) continue;
    --left;
    chosen.push_back({window.label(i), points[i]});
  }
  return chosen;
}

std::string reason_text(const api::PutMetricAlarmInput& alarm, api::StateValue to,
                        std::span<const EvaluatedPoint> points) {
  const int periods = alarm.evaluation_periods;
  const auto missing =
      static_cast<int>(std::ranges::count_if(points, [](const EvaluatedPoint& entry) { return !entry.point.present; }));
  if (to == api::StateValue::InsufficientData)
    return fmt::format("Insufficient Data: {} datapoint{} {} unknown.", missing, plural(missing), was(missing));
  const bool alarming = to == api::StateValue::Alarm;
  if (missing == periods)
    return fmt::format("Threshold Crossed: no datapoints were received for {} period{} and {}.", periods,
                       plural(periods), filled_clause(alarm, alarming, missing));
  return cut_reason(threshold_text(alarm, alarming, missing, points));
}

std::string reason_data(const api::PutMetricAlarmInput& alarm, Instant queried,
                        std::span<const EvaluatedPoint> points) {
  std::string text = reason_data_of(alarm, queried, points);
  while (text.size() > kMaxReasonData && points.size() > 1) {
    points = points.first(points.size() - std::max<std::size_t>(1, points.size() / 8));
    text = reason_data_of(alarm, queried, points);
  }
  return text;
}

}  // namespace driftlab::service::cloudwatch

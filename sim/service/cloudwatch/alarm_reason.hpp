#pragma once
/// Why an evaluation changed the state: StateReason and StateReasonData in the service's words.

#include <span>
#include <string>
#include <vector>

#include "core/ports/ops/cloudwatch.hpp"
#include "sim/service/cloudwatch/decide.hpp"
#include "sim/service/cloudwatch/evaluation_window.hpp"

namespace driftlab::service::cloudwatch {

/// Plain IEEE comparison, no tolerance.
[[nodiscard]] inline bool breaches(api::ComparisonOperator comparison, double value, double threshold) {
  switch (comparison) {
    case api::ComparisonOperator::GreaterThanOrEqualToThreshold:
      return value >= threshold;
    case api::ComparisonOperator::GreaterThanThreshold:
      return value > threshold;
    case api::ComparisonOperator::LessThanThreshold:
      return value < threshold;
    case api::ComparisonOperator::LessThanOrEqualToThreshold:
      return value <= threshold;
  }
  return false;
}

/// A bucket that took part in the decision.
struct EvaluatedPoint {
  Instant label{};
  BucketPoint point = {};
};

/// N entries, newest first: the newest N real points of the range and, when there are fewer, the newest gaps.
[[nodiscard]] std::vector<EvaluatedPoint> evaluated_points(const EvaluationWindow& window, int evaluation_periods);

/// At most 1023 characters; longer ones are cut. k counts the points that support `to`, and the clause on missing
/// data stands only where their treatment supports it.
[[nodiscard]] std::string reason_text(const api::PutMetricAlarmInput& alarm, api::StateValue to,
                                      std::span<const EvaluatedPoint> points);

/// JSON text of at most 4000 characters: the oldest points are left out of a longer one.
[[nodiscard]] std::string reason_data(const api::PutMetricAlarmInput& alarm, Instant queried,
                                      std::span<const EvaluatedPoint> points);

}  // namespace driftlab::service::cloudwatch

#pragma once
/// An alarm as its documents, history and answers show it.

#include <string>

#include "core/ports/ops/cloudwatch.hpp"

namespace driftlab::service::cloudwatch {

namespace api = driftlab::ops::cloudwatch;

struct AlarmState {
  api::StateValue value = api::StateValue::InsufficientData;
  std::string reason;
  std::string reason_data;  ///< JSON text; empty: none
  Instant updated{};
};

struct AlarmRecord {
  api::PutMetricAlarmInput configuration;
  std::string arn;
  std::string metric_id;  ///< the id that alarm documents give the metric: a UUID
  Instant configured{};
  AlarmState state;
  Instant transitioned{};
};

}  // namespace driftlab::service::cloudwatch

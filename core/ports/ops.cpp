#include "core/ports/ops/cloudwatch.hpp"

namespace driftlab::ops::cloudwatch {

const char* to_string(StateValue state) {
  switch (state) {
    case StateValue::Ok:
      return "OK";
    case StateValue::Alarm:
      return "ALARM";
    case StateValue::InsufficientData:
      return "INSUFFICIENT_DATA";
  }
  return "INSUFFICIENT_DATA";
}

const char* to_string(ComparisonOperator comparison) {
  switch (comparison) {
    case ComparisonOperator::GreaterThanOrEqualToThreshold:
      return "GreaterThanOrEqualToThreshold";
    case ComparisonOperator::GreaterThanThreshold:
      return "GreaterThanThreshold";
    case ComparisonOperator::LessThanThreshold:
      return "LessThanThreshold";
    case ComparisonOperator::LessThanOrEqualToThreshold:
      return "LessThanOrEqualToThreshold";
  }
  return "GreaterThanOrEqualToThreshold";
}

const char* to_string(TreatMissingData treatment) {
  switch (treatment) {
    case TreatMissingData::Missing:
      return "missing";
    case TreatMissingData::Ignore:
      return "ignore";
    case TreatMissingData::Breaching:
      return "breaching";
    case TreatMissingData::NotBreaching:
      return "notBreaching";
  }
  return "missing";
}

}  // namespace driftlab::ops::cloudwatch

#pragma once
/// The history of all alarms, by name; it outlives an alarm that is deleted.

#include <deque>

#include "sim/service/cloudwatch/alarm_record.hpp"

namespace driftlab::service::cloudwatch {

class AlarmHistory {
 public:
  explicit AlarmHistory(Duration retention) : retention_(retention) {}

  /// Items arrive in order of time; those past the retention are dropped. O(1) amortised.
  void add(api::AlarmHistoryItem item);
  /// O(items). Items of the same instant keep their order, or its reverse for newest first.
  [[nodiscard]] api::DescribeAlarmHistoryOutput find(const api::DescribeAlarmHistoryInput& filter, Instant now) const;

 private:
  Duration retention_;
  std::deque<api::AlarmHistoryItem> items_;
};

}  // namespace driftlab::service::cloudwatch

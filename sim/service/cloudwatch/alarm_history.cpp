#include "sim/service/cloudwatch/alarm_history.hpp"

#include <algorithm>
#include <utility>

namespace driftlab::service::cloudwatch {

void AlarmHistory::add(api::AlarmHistoryItem item) {
  while (!items_.empty() && items_.front().timestamp < item.timestamp - retention_) items_.pop_front();
  items_.push_back(std::move(item));
}

api::DescribeAlarmHistoryOutput AlarmHistory::find(const api::DescribeAlarmHistoryInput& filter, Instant now) const {
  const auto wanted = [&](const api::AlarmHistoryItem& item) {
    return item.timestamp >= now - retention_ && (filter.alarm_name.empty() || item.alarm_name == filter.alarm_name) &&
           (!filter.type || item.type == *filter.type) && (!filter.start || item.timestamp >= *filter.start) &&
           (!filter.end || item.timestamp <= *filter.end);
  };
  api::DescribeAlarmHistoryOutput output;
  std::ranges::copy_if(items_, std::back_inserter(output.items), wanted);
  if (filter.newest_first) std::ranges::reverse(output.items);
  return output;
}

}  // namespace driftlab::service::cloudwatch

#include "sim/service/sagemaker/monitoring_window.hpp"

namespace driftlab::service::sagemaker {
namespace {

Result<Instant> shifted(Instant from, const std::string& offset, const char* member) {
  const auto duration = parse_duration(offset);
  if (!duration) return validation_error(std::string(member) + " '" + offset + "': " + duration.error().message);
  return from + *duration;
}

}  // namespace

Result<MonitoringWindow> monitoring_window(const ops::sagemaker::CreateMonitoringScheduleInput& request,
                                           Instant scheduled, Instant previous) {
  MonitoringWindow window{previous, scheduled};
  if (!request.start_time_offset.empty()) {
    const auto start = shifted(scheduled, request.start_time_offset, "StartTimeOffset");
    if (!start) return start.error();
    window.start = *start;
  }
  if (!request.end_time_offset.empty()) {
    const auto end = shifted(scheduled, request.end_time_offset, "EndTimeOffset");
    if (!end) return end.error();
    window.end = *end;
  }
  if (window.start >= window.end)
    return validation_error("StartTimeOffset must lie before EndTimeOffset: the window would be empty");
  return window;
}

std::vector<Instant> hours_of(const MonitoringWindow& window) {
  std::vector<Instant> hours;
  for (Instant hour = floor_to(window.start, std::chrono::hours{1}); hour < window.end; hour += std::chrono::hours{1})
    hours.push_back(hour);
  return hours;
}

}  // namespace driftlab::service::sagemaker

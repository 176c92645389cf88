#include "core/job/container/outcome.hpp"

#include <fmt/format.h>

#include "core/base/json_string.hpp"

namespace driftlab::job {

std::string quarantine_lines(std::span<const monitor::RejectedRecord> rejected) {
  std::string lines;
  for (const auto& record : rejected) {
    append_json_string(lines += "{\"file\":", record.file);
    lines += fmt::format(",\"line\":{},\"offset\":{},\"reason\":", record.line, record.offset);
    append_json_string(lines, record.reason);
    lines += "}\n";
  }
  return lines;
}

std::vector<ops::cloudwatch::Dimension> monitor_dimensions(const ContainerEnvironment& environment) {
  std::vector<ops::cloudwatch::Dimension> dimensions;
  if (!environment.endpoint_name.empty()) dimensions.push_back({"Endpoint", environment.endpoint_name});
  if (!environment.schedule_name.empty()) dimensions.push_back({"MonitoringSchedule", environment.schedule_name});
  return dimensions;
}

}  // namespace driftlab::job

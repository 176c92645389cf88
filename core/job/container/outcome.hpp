#pragma once
/// What all monitoring jobs leave behind in one form: records they could not use, and whose metrics these
/// are.

#include <span>
#include <string>
#include <vector>

#include "core/job/container/environment.hpp"
#include "core/monitor/profile/rejected_record.hpp"
#include "core/ports/ops/cloudwatch.hpp"

namespace driftlab::job {

inline constexpr const char* kQuarantineFile = "quarantine.jsonl";
/// One JSON line a record, with file, line, offset and reason.
[[nodiscard]] std::string quarantine_lines(std::span<const monitor::RejectedRecord> rejected);

/// Endpoint and MonitoringSchedule, as far as the environment names them; monitors add dimensions of their own.
[[nodiscard]] std::vector<ops::cloudwatch::Dimension> monitor_dimensions(const ContainerEnvironment& environment);

}  // namespace driftlab::job

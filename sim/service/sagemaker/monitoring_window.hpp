#pragma once
/// Which hours a monitoring execution reads.

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/ports/ops/sagemaker.hpp"

namespace driftlab::service::sagemaker {

/// [start, end).
struct MonitoringWindow {
  Instant start{};
  Instant end{};
};

/// The window of a run scheduled at `scheduled`: from the previous boundary to it, unless the schedule's offsets, which
/// count from `scheduled`, say otherwise. Errors: ValidationException for a bad offset or an empty window.
[[nodiscard]] Result<MonitoringWindow> monitoring_window(const ops::sagemaker::CreateMonitoringScheduleInput& request,
                                                         Instant scheduled, Instant previous);

/// Starts of the hours that overlap the window, ascending.
[[nodiscard]] std::vector<Instant> hours_of(const MonitoringWindow& window);

}  // namespace driftlab::service::sagemaker

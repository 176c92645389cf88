#pragma once
/// What a run used, in the units that AWS bills.

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace driftlab::cost {

/// What an instance was for: one price list per purpose.
enum class Purpose { Hosting, Processing, Training, Transform };
[[nodiscard]] const char* to_string(Purpose purpose);  ///< "hosting", "processing", "training", "transform"

/// Quantities over the whole run; all 0 at first.
struct Usage {
  /// Instance-seconds by purpose and instance type: seconds times the number of instances.
  std::map<std::pair<Purpose, std::string>, std::int64_t> instance_seconds;
  /// Volumes of jobs: GB times seconds, by purpose.
  std::map<Purpose, double> storage_gb_seconds;
  double endpoint_bytes = 0.0;  ///< requests and responses of all invocations
  std::int64_t alarm_hours = 0;
  std::int64_t high_resolution_alarm_hours = 0;  ///< of alarms with a period below a minute
  std::int64_t metric_hours = 0;                 ///< hours in which a custom metric got data, summed over metrics
  std::int64_t dashboard_hours = 0;
  std::int64_t lambda_requests = 0;
  double lambda_gb_seconds = 0.0;
  std::int64_t build_minutes = 0;    ///< of CodeBuild, each build rounded up
  std::int64_t pipeline_months = 0;  ///< of CodePipeline V1: months after the first in which a pipeline ran
  std::int64_t s3_puts = 0;
  double s3_gb_seconds = 0.0;
};

}  // namespace driftlab::cost

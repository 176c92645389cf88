#pragma once
/// Price lists: US dollars per unit, by region, out of a data file.

#include <map>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "sim/report/cost/usage.hpp"

namespace driftlab::cost {

/// One region's prices in USD; a month has 730 hours, as AWS counts it.
struct PriceList {
  std::string region;
  std::string as_of;                            ///< of the file
  std::map<std::string, double> instance_hour;  ///< by instance type; the same for every purpose
  std::map<Purpose, double> job_storage_gb_month;
  double endpoint_data_gb = 0.0;
  double metric_month = 0.0;
  double alarm_month = 0.0;
  double high_resolution_alarm_month = 0.0;
  double dashboard_month = 0.0;
  double lambda_million_requests = 0.0;
  double lambda_gb_second = 0.0;
  double build_minute = 0.0;
  double pipeline_month = 0.0;
  double s3_thousand_puts = 0.0;
  double s3_gb_month = 0.0;
};

/// The list of a region. Errors: InvalidInput naming the path that is missing or no price, or the nearest region.
[[nodiscard]] Result<PriceList> read_prices(std::string_view text, const std::string& region);

/// aws_prices.json as it was when the program was built.
[[nodiscard]] std::string_view built_in_prices();

}  // namespace driftlab::cost

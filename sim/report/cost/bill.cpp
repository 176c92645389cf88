#include "sim/report/cost/bill.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace driftlab::cost {
namespace {

constexpr double kSecondsPerHour = 3600.0;
constexpr double kHoursPerMonth = 730.0;
constexpr double kBytesPerGb = 1024.0 * 1024.0 * 1024.0;
constexpr std::size_t kShownItems = 3;

/// Adds an item unless nothing of it was used.
void add(Bill& bill, std::string item, double quantity, std::string unit, double price) {
  if (quantity > 0.0) bill.items.push_back({std::move(item), quantity, std::move(unit), price, quantity * price});
}

double months(double hours) {
  return hours / kHoursPerMonth;
}

void add_sagemaker(Bill& bill, const Usage& usage, const PriceList& prices) {
  for (const auto& [what, seconds] : usage.instance_seconds) {
    const auto& [purpose, type] = what;
    if (const auto price = prices.instance_hour.find(type); price != prices.instance_hour.end())
      add(bill, fmt::format("{} {}", to_string(purpose), type), static_cast<double>(seconds) / kSecondsPerHour, "hour",
          price->second);
    else if (seconds > 0 && std::find(bill.unpriced.begin(), bill.unpriced.end(), type) == bill.unpriced.end())
      bill.unpriced.push_back(type);
  }
  for (const auto& [purpose, gb_seconds] : usage.storage_gb_seconds)
    if (const auto price = prices.job_storage_gb_month.find(purpose); price != prices.job_storage_gb_month.end())
      add(bill, fmt::format("{} volumes", to_string(purpose)), months(gb_seconds / kSecondsPerHour), "GB-month",
          price->second);
  add(bill, "endpoint data", usage.endpoint_bytes / kBytesPerGb, "GB", prices.endpoint_data_gb);
}

}  // namespace

const char* to_string(Purpose purpose) {
  switch (purpose) {
    case Purpose::Hosting:
      return "hosting";
    case Purpose::Processing:
      return "processing";
    case Purpose::Training:
      return "training";
    case Purpose::Transform:
      break;
  }
  return "transform";
}

double Bill::total_usd() const {
  double total = 0.0;
  for (const auto& item : items) total += item.usd;
  return total;
}

Bill make_bill(const Usage& usage, const PriceList& prices) {
  const auto hours = [](std::int64_t count) { return months(static_cast<double>(count)); };
  Bill bill{.region = prices.region, .prices_as_of = prices.as_of, .items = {}, .unpriced = {}};
  add_sagemaker(bill, usage, prices);
  add(bill, "alarms", hours(usage.alarm_hours), "alarm-month", prices.alarm_month);
  add(bill, "high-resolution alarms", hours(usage.high_resolution_alarm_hours), "alarm-month",
      prices.high_resolution_alarm_month);
  add(bill, "custom metrics", hours(usage.metric_hours), "metric-month", prices.metric_month);
  add(bill, "dashboards", hours(usage.dashboard_hours), "dashboard-month", prices.dashboard_month);
  add(bill, "Lambda requests", static_cast<double>(usage.lambda_requests) / 1e6, "million",
      prices.lambda_million_requests);
  add(bill, "Lambda duration", usage.lambda_gb_seconds, "GB-second", prices.lambda_gb_second);
  add(bill, "CodeBuild", static_cast<double>(usage.build_minutes), "minute", prices.build_minute);
  add(bill, "CodePipeline", static_cast<double>(usage.pipeline_months), "pipeline-month", prices.pipeline_month);
  add(bill, "S3 PUT", static_cast<double>(usage.s3_puts) / 1e3, "thousand", prices.s3_thousand_puts);
  add(bill, "S3 storage", months(usage.s3_gb_seconds / kSecondsPerHour), "GB-month", prices.s3_gb_month);
  return bill;
}

std::string one_line(const Bill& bill) {
  auto items = bill.items;
  std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.usd > b.usd; });
  std::string line = fmt::format("${:.2f} at list prices ({})", bill.total_usd(), bill.region);
  for (std::size_t i = 0; i < std::min(kShownItems, items.size()); ++i)
    line += fmt::format("{} {} ${:.2f}", i == 0 ? ":" : ",", items[i].item, items[i].usd);
  if (items.size() > kShownItems) line += fmt::format(" and {} more", items.size() - kShownItems);
  for (const auto& type : bill.unpriced) line += "; no price for " + type;
  return line;
}

}  // namespace driftlab::cost

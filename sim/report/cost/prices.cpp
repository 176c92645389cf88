#include "sim/report/cost/prices.hpp"

#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace driftlab::cost {
namespace {

using nlohmann::json;

/// Reads members of one region and remembers the first that is missing or no price.
class Reader {
 public:
  Reader(const json& region, std::string path) : region_(region), path_(std::move(path)) {}

  double price(const char* service, const char* name) {
    const auto* members = object(service);
    if (!members) return 0.0;
    const auto found = members->find(name);
    return checked(found == members->end() ? json() : *found, fmt::format("{}.{}", service, name));
  }
  std::map<std::string, double> prices(const char* service, const char* name) {
    std::map<std::string, double> result;
    const auto* members = object(service);
    if (!members) return result;
    const auto found = members->find(name);
    if (found == members->end() || !found->is_object()) {
      fail(fmt::format("{}.{}", service, name), "an object of prices");
      return result;
    }
    for (const auto& [key, value] : found->items())
      result[key] = checked(value, fmt::format("{}.{}[\"{}\"]", service, name, key));
    return result;
  }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  const json* object(const char* service) {
    const auto found = region_.find(service);
    if (found != region_.end() && found->is_object()) return &*found;
    fail(service, "an object");
    return nullptr;
  }
  double checked(const json& value, const std::string& where) {
    if (value.is_number() && value.get<double>() >= 0.0) return value.get<double>();
    fail(where, "a price in USD, 0 or more");
    return 0.0;
  }
  void fail(const std::string& where, const char* expected) {
    if (problem_.empty()) problem_ = fmt::format("{}.{}: {} is required", path_, where, expected);
  }

  const json& region_;
  std::string path_;
  std::string problem_;
};

Result<const json*> find_region(const json& file, const std::string& region) {
  const auto regions = file.find("regions");
  if (regions == file.end() || !regions->is_object()) return input_error("$.regions: an object is required");
  if (const auto found = regions->find(region); found != regions->end() && found->is_object()) return &*found;
  std::vector<std::string> known;
  for (const auto& [name, prices] : regions->items()) known.push_back(name);
  return input_error(fmt::format("$.regions: no prices for '{}'{}", region, suggestion(region, known)));
}

}  // namespace

Result<PriceList> read_prices(std::string_view text, const std::string& region) {
  const json file = json::parse(text, nullptr, false, true);
  if (!file.is_object()) return input_error("prices: not a JSON object");
  const auto as_of = file.find("as_of");
  if (as_of == file.end() || !as_of->is_string()) return input_error("$.as_of: a text is required");
  const auto found = find_region(file, region);
  if (!found) return found.error();
  Reader reader(**found, "$.regions." + region);
  PriceList list{.region = region, .as_of = as_of->get<std::string>()};
  list.instance_hour = reader.prices("sagemaker", "instance_hour");
  list.job_storage_gb_month[Purpose::Processing] = reader.price("sagemaker", "processing_storage_gb_month");
  list.job_storage_gb_month[Purpose::Training] = reader.price("sagemaker", "training_storage_gb_month");
  list.endpoint_data_gb = reader.price("sagemaker", "endpoint_data_gb");
  list.metric_month = reader.price("cloudwatch", "metric_month");
  list.alarm_month = reader.price("cloudwatch", "alarm_month");
  list.high_resolution_alarm_month = reader.price("cloudwatch", "high_resolution_alarm_month");
  list.dashboard_month = reader.price("cloudwatch", "dashboard_month");
  list.lambda_million_requests = reader.price("lambda", "million_requests");
  list.lambda_gb_second = reader.price("lambda", "gb_second");
  list.build_minute = reader.price("codebuild", "small_minute");
  list.pipeline_month = reader.price("codepipeline", "pipeline_month");
  list.s3_thousand_puts = reader.price("s3", "thousand_puts");
  list.s3_gb_month = reader.price("s3", "storage_gb_month");
  if (!reader.problem().empty()) return input_error(reader.problem());
  return list;
}

}  // namespace driftlab::cost

#include "sim/service/cloudwatch/metric_validation.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace driftlab::service::cloudwatch {
namespace {

constexpr std::size_t kMaxData = 1000;
constexpr std::size_t kMaxValues = 150;
constexpr std::size_t kMaxDimensions = 30;

Error invalid(std::string_view value, std::string_view parameter) {
  return invalid_value(fmt::format("The value {} for parameter {} is invalid.", value, parameter));
}

Error too_many(std::string_view collection, std::size_t limit) {
  return invalid_value(fmt::format("The collection {} must not have a size greater than {}.", collection, limit));
}

bool acceptable(double value) {
  return std::isfinite(value) && std::abs(value) <= std::ldexp(1.0, 360);
}

Result<> check_number(double value, std::string_view parameter) {
  if (!acceptable(value)) return invalid(java_double(value), parameter);
  return {};
}

/// ASCII with at least one character that is no blank.
Result<> check_text(std::string_view text, std::size_t longest, std::string_view parameter) {
  if (text.empty()) return missing_parameter(parameter);
  const bool ascii = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
  if (!ascii || text.size() > longest || text.find_first_not_of(' ') == std::string_view::npos)
    return invalid(text, parameter);
  return {};
}

Result<> check_exclusive(const api::MetricDatum& datum, const std::string& where) {
  const auto both = [&](std::string_view first, std::string_view second) {
    return invalid_combination(
        fmt::format("The parameters {0}.{1} and {0}.{2} are mutually exclusive and you have specified both.", where,
                    first, second));
  };
  if (datum.value && !datum.values.empty()) return both("Value", "Values");
  if (datum.value && datum.statistic_values) return both("Value", "StatisticValues");
  if (!datum.values.empty() && datum.statistic_values) return both("Values", "StatisticValues");
  if (!datum.value && datum.values.empty() && !datum.statistic_values) return missing_parameter(where + ".Value");
  return {};
}

Result<> check_values(const api::MetricDatum& datum, const std::string& where) {
  if (datum.values.size() > kMaxValues) return too_many(where + ".Values", kMaxValues);
  if (!datum.counts.empty() && datum.counts.size() != datum.values.size())
    return invalid_value(fmt::format("The parameters {0}.Values and {0}.Counts must be of the same size.", where));
  for (std::size_t i = 0; i < datum.values.size(); ++i)
    if (auto ok = check_number(datum.values[i], fmt::format("{}.Values.member.{}", where, i + 1)); !ok) return ok;
  for (std::size_t i = 0; i < datum.counts.size(); ++i)
    if (!acceptable(datum.counts[i]) || datum.counts[i] < 0.0)
      return invalid(java_double(datum.counts[i]), fmt::format("{}.Counts.member.{}", where, i + 1));
  return {};
}

Result<> check_statistic_set(const api::StatisticSet& set, const std::string& where) {
  if (auto ok = check_number(set.sample_count, where + ".SampleCount"); !ok) return ok;
  if (auto ok = check_number(set.sum, where + ".Sum"); !ok) return ok;
  if (auto ok = check_number(set.minimum, where + ".Minimum"); !ok) return ok;
  if (auto ok = check_number(set.maximum, where + ".Maximum"); !ok) return ok;
  if (set.sample_count < 0.0) return invalid(java_double(set.sample_count), where + ".SampleCount");
  if (set.minimum > set.maximum) return invalid(java_double(set.minimum), where + ".Minimum");
  return {};
}

Result<> check_time(const api::MetricDatum& datum, const std::string& where, Instant now) {
  if (!datum.timestamp) return {};
  if (*datum.timestamp >= now - std::chrono::days{14} && *datum.timestamp <= now + 2h) return {};
  return invalid_value(
      fmt::format("The parameter {}.Timestamp must specify a time no earlier than two weeks before the current "
                  "date/time or no later than two hours after the current date/time.",
                  where));
}

Result<> check_datum(const api::MetricDatum& datum, const std::string& where, Instant now) {
  if (auto ok = validate_metric_name(datum.metric_name, where + ".MetricName"); !ok) return ok;
  if (auto ok = validate_dimensions(datum.dimensions, where + ".Dimensions"); !ok) return ok;
  if (auto ok = check_exclusive(datum, where); !ok) return ok;
  if (datum.value)
    if (auto ok = check_number(*datum.value, where + ".Value"); !ok) return ok;
  if (auto ok = check_values(datum, where); !ok) return ok;
  if (datum.statistic_values)
    if (auto ok = check_statistic_set(*datum.statistic_values, where + ".StatisticValues"); !ok) return ok;
  if (!is_unit(datum.unit)) return invalid(datum.unit, where + ".Unit");
  if (datum.storage_resolution != 1 && datum.storage_resolution != 60)
    return invalid(std::to_string(datum.storage_resolution), where + ".StorageResolution");
  return check_time(datum, where, now);
}

}  // namespace

Result<> validate_namespace(std::string_view metric_namespace) {
  if (metric_namespace.empty()) return missing_parameter("Namespace");
  if (metric_namespace.size() > 255 || metric_namespace.starts_with(':')) return invalid(metric_namespace, "Namespace");
  return {};
}

Result<> validate_metric_name(std::string_view name, std::string_view where) {
  return check_text(name, 255, where);
}

Result<> validate_dimensions(std::span<const api::Dimension> dimensions, std::string_view where) {
  if (dimensions.size() > kMaxDimensions) return too_many(where, kMaxDimensions);
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    const std::string member = fmt::format("{}.member.{}", where, i + 1);
    if (auto ok = check_text(dimensions[i].name, 255, member + ".Name"); !ok) return ok;
    if (dimensions[i].name.starts_with(':')) return invalid(dimensions[i].name, member + ".Name");
    if (auto ok = check_text(dimensions[i].value, 1024, member + ".Value"); !ok) return ok;
  }
  return {};
}

Result<> validate(const api::PutMetricDataInput& request, Instant now) {
  if (auto ok = validate_namespace(request.metric_namespace); !ok) return ok;
  if (request.data.empty()) return missing_parameter("MetricData");
  if (request.data.size() > kMaxData) return too_many("MetricData", kMaxData);
  for (std::size_t i = 0; i < request.data.size(); ++i)
    if (auto ok = check_datum(request.data[i], fmt::format("MetricData.member.{}", i + 1), now); !ok) return ok;
  return {};
}

}  // namespace driftlab::service::cloudwatch

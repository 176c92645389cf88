#include "sim/service/pipelines/step_policies.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "sim/service/pipelines/json_reader.hpp"

namespace driftlab::service::pipelines {
namespace {

using nlohmann::json;

const std::array<std::string, 5> kExceptionTypes = {"Step.SERVICE_FAULT", "Step.THROTTLING",
                                                    "SageMaker.JOB_INTERNAL_ERROR", "SageMaker.CAPACITY_ERROR",
                                                    "SageMaker.RESOURCE_LIMIT"};
constexpr int kIntervalSecondsMax = 43200;
constexpr int kAttemptsMax = 20;
constexpr int kExpireAfterMinutesMax = 14400;
constexpr int kAttemptsDefault = 5;

/// ISO 8601, or the short forms in use: without the leading P, in lower case ("30d", "T16m", "30dT5h").
Result<Duration> parse_expiry(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (!text.starts_with('P')) text.insert(0, "P");
  return parse_duration(text);
}

/// A whole number in [low, high]; nothing when the member is absent.
Result<std::optional<int>> optional_count(const json& object, const std::string& at, std::string_view name, int low,
                                          int high) {
  const json* value = member(object, name);
  if (value == nullptr) return std::optional<int>();
  const bool fits = value->is_number_integer() && *value >= low && *value <= high;
  if (!fits)
    return expected_at(member_at(at, name), "a whole number from " + std::to_string(low) + " to " +
                                                std::to_string(high) + ", found " + value->dump());
  return std::optional<int>(value->get<int>());
}

Result<std::vector<std::string>> parse_exception_types(const json& policy, const std::string& at) {
  auto list = optional_array(policy, at, "ExceptionType");
  if (!list) return list.error();
  const std::string list_at = member_at(at, "ExceptionType");
  if ((*list)->empty()) return expected_at(list_at, "a list with at least one of " + one_of(kExceptionTypes));
  std::vector<std::string> types;
  for (std::size_t i = 0; i < (*list)->size(); ++i) {
    const json& value = (**list)[i];
    const std::string name = value.is_string() ? value.get<std::string>() : value.dump();
    if (!value.is_string() || std::find(kExceptionTypes.begin(), kExceptionTypes.end(), name) == kExceptionTypes.end())
      return validation_error(element_at(list_at, i) + ": unknown exception type '" + name + "'; expected " +
                              one_of(kExceptionTypes) + suggestion(name, kExceptionTypes));
    types.push_back(name);
  }
  return types;
}

Result<> parse_limits(const json& value, const std::string& at, StepRetryPolicy& policy) {
  auto attempts = optional_count(value, at, "MaxAttempts", 1, kAttemptsMax);
  if (!attempts) return attempts.error();
  auto minutes = optional_count(value, at, "ExpireAfterMin", 0, kExpireAfterMinutesMax);
  if (!minutes) return minutes.error();
  if (*attempts && *minutes) return expected_at(at, "either MaxAttempts or ExpireAfterMin, found both");
  policy.max_attempts = *attempts;
  if (*minutes) policy.expire_after = std::chrono::minutes{**minutes};
  if (!*attempts && !*minutes) policy.max_attempts = kAttemptsDefault;
  return {};
}

Result<StepRetryPolicy> parse_retry_policy(const json& value, const std::string& at) {
  static const std::array<std::string, 5> kMembers = {"ExceptionType", "IntervalSeconds", "BackoffRate", "MaxAttempts",
                                                      "ExpireAfterMin"};
  if (auto object = require_object(value, at); !object) return object.error();
  if (auto known = require_known_members(value, at, kMembers); !known) return known.error();
  StepRetryPolicy policy;
  auto types = parse_exception_types(value, at);
  if (!types) return types.error();
  policy.exception_types = std::move(*types);
  auto interval = optional_count(value, at, "IntervalSeconds", 1, kIntervalSecondsMax);
  if (!interval) return interval.error();
  if (*interval) policy.interval = std::chrono::seconds{**interval};
  if (const json* rate = member(value, "BackoffRate")) {
    if (!rate->is_number() || rate->get<double>() < 0.0)
      return expected_at(member_at(at, "BackoffRate"), "a number that is not negative, found " + rate->dump());
    policy.backoff_rate = rate->get<double>();
  }
  if (auto limits = parse_limits(value, at, policy); !limits) return limits.error();
  return policy;
}

}  // namespace

Result<CachePolicy> parse_cache_policy(const json& step, const std::string& at) {
  static const std::array<std::string, 2> kMembers = {"Enabled", "ExpireAfter"};
  CachePolicy policy;
  const json* config = member(step, "CacheConfig");
  if (config == nullptr) return policy;
  const std::string config_at = member_at(at, "CacheConfig");
  if (auto object = require_object(*config, config_at); !object) return object.error();
  if (auto known = require_known_members(*config, config_at, kMembers); !known) return known.error();
  const json* enabled = member(*config, "Enabled");
  if (enabled == nullptr || !enabled->is_boolean())
    return expected_at(member_at(config_at, "Enabled"), "true or false");
  policy.enabled = enabled->get<bool>();
  if (member(*config, "ExpireAfter") == nullptr) return policy;
  auto text = required_text(*config, config_at, "ExpireAfter");
  if (!text) return text.error();
  auto expiry = parse_expiry(*text);
  if (!expiry || *expiry < Duration::zero())
    return expected_at(member_at(config_at, "ExpireAfter"),
                       "an ISO 8601 duration such as P30D or T16m, found '" + *text + "'");
  policy.expire_after = *expiry;
  return policy;
}

Result<std::vector<StepRetryPolicy>> parse_retry_policies(const json& step, const std::string& at) {
  auto list = optional_array(step, at, "RetryPolicies");
  if (!list) return list.error();
  std::vector<StepRetryPolicy> policies;
  for (std::size_t i = 0; i < (*list)->size(); ++i) {
    auto policy = parse_retry_policy((**list)[i], element_at(member_at(at, "RetryPolicies"), i));
    if (!policy) return policy.error();
    policies.push_back(std::move(*policy));
  }
  return policies;
}

}  // namespace driftlab::service::pipelines

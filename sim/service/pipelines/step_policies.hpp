#pragma once
/// CacheConfig and RetryPolicies of a step. Internal to this folder.

#include <string>
#include <vector>

#include "sim/service/pipelines/definition.hpp"

namespace driftlab::service::pipelines {

/// Reads the member CacheConfig of `step`; absent means disabled.
[[nodiscard]] Result<CachePolicy> parse_cache_policy(const nlohmann::json& step, const std::string& at);
/// Reads the member RetryPolicies of `step`; absent means none.
[[nodiscard]] Result<std::vector<StepRetryPolicy>> parse_retry_policies(const nlohmann::json& step,
                                                                        const std::string& at);

}  // namespace driftlab::service::pipelines

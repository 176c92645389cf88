#pragma once
/// Results of earlier steps, found again by the arguments that produced them.

#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "core/base/time.hpp"
#include "sim/service/pipelines/definition.hpp"
#include "sim/service/pipelines/quality_check.hpp"

namespace driftlab::service::pipelines {

struct CachedStep {
  std::string execution_arn;
  std::string metadata;  ///< JSON text
  JsonPtr properties;
  Instant end{};
};

/// The members of a resolved request that a cached result depends on, as text; nothing for step types that are not
/// cached. It compares arguments, so new data behind an unchanged URI counts as the same. `check`: QualityCheck only.
[[nodiscard]] std::optional<std::string> cache_key(StepType type, const nlohmann::json& arguments,
                                                   const QualityCheck* check);

/// The newest succeeded run per pipeline, step and key.
class StepCache {
 public:
  void store(const std::string& pipeline, const std::string& step, const std::string& key, CachedStep result);
  /// Nothing when there is none, or it ended longer ago than `expire_after`.
  [[nodiscard]] const CachedStep* find(const std::string& pipeline, const std::string& step, const std::string& key,
                                       std::optional<Duration> expire_after, Instant now) const;

 private:
  std::map<std::tuple<std::string, std::string, std::string>, CachedStep> results_;
};

}  // namespace driftlab::service::pipelines

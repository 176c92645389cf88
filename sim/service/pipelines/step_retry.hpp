#pragma once
/// When a failed call behind a step is made again.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "sim/service/pipelines/definition.hpp"
#include "sim/service/step_runner.hpp"

namespace driftlab::service::pipelines {

/// The exception type of a refused call, or nothing when trying again cannot help.
[[nodiscard]] std::optional<std::string> exception_type(const Error& refusal);
/// The exception type of a failed job, or nothing. SageMaker opens its failure reasons with the kind of failure
/// ("CapacityError: …", "InternalServerError: …"); a retriable end that says neither counts as an internal error.
[[nodiscard]] std::optional<std::string> exception_type(const StepEnd& end);

/// The retries of one step, counted per policy.
class StepRetries {
 public:
  /// `policies` must outlive this object. `first_start`: where ExpireAfterMin is counted from.
  StepRetries(const std::vector<StepRetryPolicy>& policies, Instant first_start);
  /// How long to wait before the next call, or nothing to give up. Asking counts as a retry. The first policy that
  /// names `exception` decides; without one Step.SERVICE_FAULT and Step.THROTTLING have a policy of the service's own.
  [[nodiscard]] std::optional<Duration> next(std::string_view exception, Instant now);

 private:
  std::vector<const StepRetryPolicy*> policies_;
  std::vector<int> used_;
  Instant first_start_;
};

}  // namespace driftlab::service::pipelines

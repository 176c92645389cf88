#pragma once
/// A function as the service keeps it, and the names it answers to.

#include <memory>
#include <string>
#include <string_view>

#include "core/base/identity.hpp"
#include "core/base/result.hpp"
#include "core/ports/ops/lambda.hpp"

namespace driftlab::service::lambda {

namespace api = driftlab::ops::lambda;

struct Function {
  api::CreateFunctionInput configuration;
  std::string arn;
  api::PutFunctionEventInvokeConfigInput asynchronous;
  Instant active_from{};
  /// Attempts in progress; shared with them, as they may outlive the function.
  std::shared_ptr<int> running = std::make_shared<int>(0);
};

/// The name in "name", "name:alias", "ACCOUNT:function:name" or an ARN, with or without a qualifier.
[[nodiscard]] std::string function_name(std::string_view name_or_arn);

/// Errors: InvalidParameterValueException for name, timeout (1–900 s) or reserved concurrency.
[[nodiscard]] Result<> check_function(const api::CreateFunctionInput& request);
/// Retries 0–2, age 60 s – 6 h, destination empty or an event bus. Errors: InvalidParameterValueException.
[[nodiscard]] Result<> check_asynchronous(const api::PutFunctionEventInvokeConfigInput& request);

[[nodiscard]] Error invalid_parameter(std::string message);

}  // namespace driftlab::service::lambda

#include "sim/service/lambda/function.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace driftlab::service::lambda {
namespace {

bool allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

constexpr std::size_t kNameMax = 64;

}  // namespace

Error invalid_parameter(std::string message) {
  return Error{ErrorKind::InvalidInput, "InvalidParameterValueException", std::move(message)};
}

std::string function_name(std::string_view name_or_arn) {
  constexpr std::string_view kMarker = "function:";
  if (const auto at = name_or_arn.find(kMarker); at != std::string_view::npos)
    name_or_arn.remove_prefix(at + kMarker.size());
  return std::string(name_or_arn.substr(0, name_or_arn.find(':')));
}

Result<> check_function(const api::CreateFunctionInput& request) {
  const auto& name = request.function_name;
  if (name.empty() || name.size() > kNameMax || !std::all_of(name.begin(), name.end(), allowed))
    return invalid_parameter(
        fmt::format("FunctionName '{}' must be 1 to {} characters of a-zA-Z0-9-_", name, kNameMax));
  if (request.timeout < 1s || request.timeout > 900s)
    return invalid_parameter(fmt::format("Timeout of function {} must be from 1 to 900 seconds", name));
  if (request.reserved_concurrency.value_or(0) < 0)
    return invalid_parameter(fmt::format("ReservedConcurrentExecutions of function {} must be at least 0", name));
  return {};
}

Result<> check_asynchronous(const api::PutFunctionEventInvokeConfigInput& request) {
  if (request.maximum_retry_attempts < 0 || request.maximum_retry_attempts > 2)
    return invalid_parameter("MaximumRetryAttempts must be from 0 to 2");
  if (request.maximum_event_age < 60s || request.maximum_event_age > 6h)
    return invalid_parameter("MaximumEventAgeInSeconds must be from 60 to 21600");
  const auto& destination = request.on_failure_destination;
  if (!destination.empty() && !arn_resource(destination).starts_with("event-bus/"))
    return invalid_parameter(fmt::format("The destination ARN {} must be that of an event bus", destination));
  return {};
}

}  // namespace driftlab::service::lambda

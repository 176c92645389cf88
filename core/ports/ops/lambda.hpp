#pragma once
/// AWS Lambda operations, neutral of any wire.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::ops::lambda {

struct CreateFunctionInput {
  std::string function_name;
  std::string handler;  ///< names the program that the host runs
  Duration timeout = std::chrono::seconds{3};
  std::map<std::string, std::string> environment = {};
  std::optional<int> reserved_concurrency = {};
};
struct CreateFunctionOutput {
  std::string function_arn;
};
enum class InvocationType { RequestResponse, Event, DryRun };
struct InvokeInput {
  std::string function_name;  ///< name or ARN
  InvocationType invocation_type = InvocationType::RequestResponse;
  std::string payload = "{}";  ///< JSON text
};
struct InvokeOutput {
  int status_code = 200;
  std::string function_error;  ///< "Unhandled", "Handled" or empty
  std::string payload;
};
struct GetFunctionInput {
  std::string function_name;  ///< name or ARN
};
struct FunctionDescription {
  CreateFunctionInput configuration;
  std::string function_arn;
  std::string state = "Active";  ///< Pending or Active
};
struct ListFunctionsOutput {
  std::vector<FunctionDescription> functions;  ///< by name
};
struct ListFunctionsInput {};
struct DeleteFunctionInput {
  std::string function_name;
};
/// 0 switches the function off; absent gives the reservation back.
struct PutFunctionConcurrencyInput {
  std::string function_name;
  std::optional<int> reserved_concurrency = {};
};
struct PutFunctionEventInvokeConfigInput {
  std::string function_name;
  int maximum_retry_attempts = 2;                      ///< 0–2
  Duration maximum_event_age = std::chrono::hours{6};  ///< 60 s – 6 h
  std::string on_failure_destination = {};             ///< ARN of an event bus, or empty
};

}  // namespace driftlab::ops::lambda

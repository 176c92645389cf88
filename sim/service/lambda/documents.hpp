#pragma once
/// The JSON that Lambda writes: error bodies of failed invocations, and records for destinations.

#include <string>

#include "core/base/time.hpp"
#include "sim/service/hosts.hpp"

namespace driftlab::service::lambda {

/// How an attempt ended. `payload` is the function's answer, or the error body when it failed.
struct AttemptResult {
  bool failed = false;
  std::string outcome;  ///< Succeeded, Failed or TimedOut
  std::string payload;
};

/// The answer of the host as an invocation's result. A payload that is no JSON is a failure of the runtime.
[[nodiscard]] AttemptResult completed(const FunctionReply& reply, const std::string& request_id);
/// "… Task timed out after 3.00 seconds".
[[nodiscard]] AttemptResult timed_out(Instant at, Duration timeout, const std::string& request_id);

struct FailureRecord {
  Instant at{};
  std::string request_id;
  std::string function_arn;  ///< without qualifier
  std::string condition;     ///< RetriesExhausted or EventAgeExceeded
  int invocations = 0;
  std::string request_payload;
  std::string response_payload;  ///< of the last attempt; without one the response members are left out
};
/// The record of version 1.0 as JSON text.
[[nodiscard]] std::string destination_record(const FailureRecord& record);

/// A record nests payloads two levels deeper, and must stay within what an event may have.
inline constexpr std::size_t kPayloadDepthMax = 500;
/// Whether the text is JSON, no deeper than that.
[[nodiscard]] bool is_json(const std::string& text);

}  // namespace driftlab::service::lambda

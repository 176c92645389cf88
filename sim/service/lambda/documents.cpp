#include "sim/service/lambda/documents.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/service/json_depth.hpp"

namespace driftlab::service::lambda {
namespace {

using Json = nlohmann::ordered_json;

AttemptResult failure(const std::string& outcome, const std::string& message, const std::string& type,
                      const std::string& request_id) {
  const Json body{
      {"errorMessage", message}, {"errorType", type}, {"requestId", request_id}, {"stackTrace", Json::array()}};
  return {.failed = true, .outcome = outcome, .payload = body.dump()};
}

}  // namespace

bool is_json(const std::string& text) {
  return !json_deeper_than(text, kPayloadDepthMax) && Json::accept(text);
}

AttemptResult completed(const FunctionReply& reply, const std::string& request_id) {
  if (reply.failed) return failure("Failed", reply.error_message, reply.error_type, request_id);
  if (!is_json(reply.payload))
    return failure("Failed", "Unable to marshal response: the function returned no JSON", "Runtime.MarshalError",
                   request_id);
  return {.failed = false, .outcome = "Succeeded", .payload = reply.payload};
}

AttemptResult timed_out(Instant at, Duration timeout, const std::string& request_id) {
  const Json body{{"errorMessage", fmt::format("{} {} Task timed out after {:.2f} seconds", format_milliseconds(at),
                                               request_id, to_seconds(timeout))}};
  return {.failed = true, .outcome = "TimedOut", .payload = body.dump()};
}

std::string destination_record(const FailureRecord& record) {
  Json json;
  json["version"] = "1.0";
  json["timestamp"] = format_milliseconds(record.at);
  json["requestContext"] = Json{{"requestId", record.request_id},
                                {"functionArn", record.function_arn + ":$LATEST"},
                                {"condition", record.condition},
                                {"approximateInvokeCount", record.invocations}};
  json["requestPayload"] = Json::parse(record.request_payload);
  if (!record.response_payload.empty()) {
    json["responseContext"] = Json{{"statusCode", 200}, {"executedVersion", "$LATEST"}, {"functionError", "Unhandled"}};
    json["responsePayload"] = Json::parse(record.response_payload);
  }
  return json.dump();
}

}  // namespace driftlab::service::lambda

#include "sim/service/lambda/lambda.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace driftlab::service::lambda {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kAsyncPayloadMax = 256 * 1024;
constexpr std::size_t kPayloadMax = 6 * 1024 * 1024;

std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string error_payload(const FunctionReply& reply) {
  return text(Json{{"errorMessage", reply.error_message}, {"errorType", reply.error_type}});
}

Error invalid(std::string message) {
  return Error{ErrorKind::InvalidInput, "InvalidParameterValueException", std::move(message)};
}

Error too_large(std::size_t size) {
  return Error{ErrorKind::InvalidInput, "RequestTooLargeException", fmt::format("{} byte payload is too large", size)};
}

}  // namespace

Lambda::Lambda(Scheduler& scheduler, FunctionHost& functions, EventPublisher& events, MetricPublisher& metrics,
               Journal& journal, Config config)
    : scheduler_(scheduler),
      functions_(functions),
      events_(events),
      metrics_(metrics),
      journal_(journal),
      config_(std::move(config)),
      ids_(config_.seed, "lambda", "ids") {}

Result<Lambda::Function*> Lambda::find(const std::string& name_or_arn) {
  const auto found = by_name_.find(std::string(arn_name(name_or_arn)));
  if (found == by_name_.end())
    return not_found(
        "ResourceNotFoundException",
        "Function not found: " + config_.identity.arn("lambda", "function:" + std::string(arn_name(name_or_arn))));
  return &found->second;
}

Result<api::CreateFunctionOutput> Lambda::handle(const api::CreateFunctionInput& request, Instant) {
  if (request.function_name.empty() || request.function_name.size() > 64)
    return invalid("FunctionName must have 1 to 64 characters");
  if (by_name_.contains(request.function_name))
    return Error{ErrorKind::Conflict, "ResourceConflictException", "Function already exist: " + request.function_name};
  if (request.timeout < std::chrono::seconds{1} || request.timeout > std::chrono::seconds{900})
    return invalid("Timeout must be from 1 to 900 seconds");
  if (!functions_.knows(request.handler)) return invalid("there is no handler '" + request.handler + "'");
  Function function;
  function.configuration = request;
  function.arn = config_.identity.arn("lambda", "function:" + request.function_name);
  const std::string arn = function.arn;
  by_name_.emplace(request.function_name, std::move(function));
  return api::CreateFunctionOutput{arn};
}

Result<> Lambda::handle(const api::PutFunctionEventInvokeConfigInput& request, Instant) {
  const auto found = find(request.function_name);
  if (!found) return found.error();
  if (request.maximum_retry_attempts < 0 || request.maximum_retry_attempts > 2)
    return invalid("MaximumRetryAttempts must be from 0 to 2");
  if (request.maximum_event_age < std::chrono::seconds{60} || request.maximum_event_age > std::chrono::hours{6})
    return invalid("MaximumEventAgeInSeconds must be from 60 to 21600");
  (*found)->asynchronous = request;
  return {};
}

Result<api::InvokeOutput> Lambda::handle(const api::InvokeInput& request, Instant now) {
  const auto found = find(request.function_name);
  if (!found) return found.error();
  if (request.invocation_type == api::InvocationType::DryRun) return api::InvokeOutput{204, "", ""};
  if (request.invocation_type == api::InvocationType::RequestResponse)
    return invalid("a synchronous invocation needs somewhere to answer");
  if (request.payload.size() > kAsyncPayloadMax) return too_large(request.payload.size());
  const auto event = std::make_shared<Event>();
  event->function = (*found)->configuration.function_name;
  event->request_id = ids_.uuid();
  event->payload = request.payload;
  event->queued = now;
  publish(event->function, "AsyncEventsReceived", 1);
  scheduler_.at(now, "Lambda event", [this, event] { attempt(event); });
  return api::InvokeOutput{202, "", ""};
}

bool Lambda::has_room(const Function& function) const {
  const auto reserved = function.configuration.reserved_concurrency;
  return running_ < config_.account_concurrency && (!reserved || function.running < *reserved);
}

Result<> Lambda::invoke(const api::InvokeInput& request, Instant, std::function<void(api::InvokeOutput)> done) {
  const auto found = find(request.function_name);
  if (!found) return found.error();
  if (request.payload.size() > kPayloadMax) return too_large(request.payload.size());
  Function& function = **found;
  if (!has_room(function)) {
    publish(function.configuration.function_name, "Throttles", 1);
    return Error{ErrorKind::Throttled, "TooManyRequestsException", "Rate Exceeded."};
  }
  run(function, ids_.uuid(), request.payload, 1, [done = std::move(done)](const FunctionReply& reply) {
    done(reply.failed ? api::InvokeOutput{200, "Unhandled", error_payload(reply)}
                      : api::InvokeOutput{200, "", reply.payload});
  });
  return {};
}

void Lambda::run(Function& function, const std::string& request_id, const std::string& payload, int attempt,
                 std::function<void(FunctionReply)> done) {
  const std::string name = function.configuration.function_name;
  const Instant started = scheduler_.now();
  ++function.running;
  ++running_;
  publish(name, "Invocations", 1);
  // Whichever comes first, the answer or the timeout, ends the invocation.
  const auto ended = std::make_shared<bool>(false);
  const auto end = [this, name, request_id, attempt, started, ended, done = std::move(done)](FunctionReply reply) {
    if (std::exchange(*ended, true)) return;
    --by_name_.at(name).running;
    --running_;
    publish(name, "Duration", to_seconds(scheduler_.now() - started) * 1e3, "Milliseconds");
    publish(name, "Errors", reply.failed ? 1 : 0);
    journal_.record("lambda", "Invocation", name,
                    text(Json{{"request_id", request_id},
                              {"attempt", attempt},
                              {"outcome", reply.failed ? "Failed" : "Succeeded"},
                              {"answer", reply.failed ? reply.error_message : reply.payload}}));
    done(std::move(reply));
  };
  const Duration timeout = function.configuration.timeout;
  const TimerId timer = scheduler_.after(timeout, "Lambda timeout", [this, end, request_id, timeout] {
    FunctionReply reply{.failed = true, .error_type = "Sandbox.Timedout"};
    reply.error_message = fmt::format("{} {} Task timed out after {:.2f} seconds",
                                      format_milliseconds(scheduler_.now()), request_id, to_seconds(timeout));
    end(std::move(reply));
  });
  functions_.run({name, function.configuration.handler, request_id, payload, function.configuration.environment},
                 [this, end, timer](FunctionReply reply) {
                   scheduler_.cancel(timer);
                   end(std::move(reply));
                 });
}

void Lambda::attempt(const std::shared_ptr<Event>& event) {
  Function& function = by_name_.at(event->function);
  const Instant now = scheduler_.now();
  if (now - event->queued > function.asynchronous.maximum_event_age) return give_up(*event, "EventAgeExceeded", {});
  if (function.configuration.reserved_concurrency == 0) return give_up(*event, "EventAgeExceeded", {});
  if (!has_room(function)) {
    publish(event->function, "Throttles", 1);
    const Duration wait =
        std::min(config_.longest_backoff, config_.first_backoff * (std::int64_t{1} << std::min(event->throttles, 20)));
    ++event->throttles;
    scheduler_.after(wait, "Lambda throttled event", [this, event] { attempt(event); });
    return;
  }
  event->throttles = 0;
  ++event->attempts;
  run(function, event->request_id, event->payload, event->attempts, [this, event](const FunctionReply& reply) {
    if (reply.failed) retry_or_give_up(event, reply);
  });
}

void Lambda::retry_or_give_up(const std::shared_ptr<Event>& event, const FunctionReply& reply) {
  const Function& function = by_name_.at(event->function);
  if (event->attempts > function.asynchronous.maximum_retry_attempts) return give_up(*event, "RetriesExhausted", reply);
  const Duration wait = event->attempts == 1 ? config_.first_retry : config_.second_retry;
  if (scheduler_.now() + wait - event->queued > function.asynchronous.maximum_event_age)
    return give_up(*event, "EventAgeExceeded", reply);
  scheduler_.after(wait, "Lambda retry", [this, event] { attempt(event); });
}

void Lambda::give_up(const Event& event, const std::string& condition, const FunctionReply& reply) {
  const Function& function = by_name_.at(event.function);
  publish(event.function, "AsyncEventsDropped", 1);
  journal_.record("lambda", "EventDropped", event.function,
                  text(Json{{"request_id", event.request_id}, {"condition", condition}, {"attempts", event.attempts}}));
  if (function.asynchronous.on_failure_destination.empty()) return;
  Json record{{"version", "1.0"},
              {"timestamp", format_milliseconds(scheduler_.now())},
              {"requestContext",
               {{"requestId", event.request_id},
                {"functionArn", function.arn + ":$LATEST"},
                {"condition", condition},
                {"approximateInvokeCount", event.attempts}}},
              {"requestPayload", Json::parse(event.payload, nullptr, false)}};
  if (event.attempts > 0) {
    record["responseContext"] = {{"statusCode", 200}, {"executedVersion", "$LATEST"}, {"functionError", "Unhandled"}};
    record["responsePayload"] = Json::parse(error_payload(reply), nullptr, false);
  }
  ops::events::PutEventsEntry entry{
      .source = "lambda",
      .detail_type = "Lambda Function Invocation Result - Failure",
      .detail = text(record),
      .resources = {function.asynchronous.on_failure_destination, function.arn + ":$LATEST"}};
  entry.time = scheduler_.now();
  entry.event_bus = std::string(arn_name(function.asynchronous.on_failure_destination));
  events_.publish(std::move(entry));
}

void Lambda::publish(const std::string& function, const char* metric, double value, const char* unit) {
  ops::cloudwatch::PutMetricDataInput data{.metric_namespace = "AWS/Lambda"};
  data.data.push_back(
      {.metric_name = metric, .dimensions = {{"FunctionName", function}}, .value = value, .unit = unit});
  metrics_.publish(data);
}

}  // namespace driftlab::service::lambda

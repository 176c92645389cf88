#include "sim/service/lambda/lambda.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/check.hpp"

namespace driftlab::service::lambda {
namespace {

api::FunctionDescription describe_function(const Function& function, Instant now) {
  return {.configuration = function.configuration,
          .function_arn = function.arn,
          .state = now < function.active_from ? "Pending" : "Active"};
}

}  // namespace

Lambda::Lambda(Scheduler& scheduler, FunctionHost& host, MetricPublisher& metrics, EventPublisher& events,
               Journal& journal, Config config)
    : scheduler_(scheduler),
      host_(host),
      metrics_(metrics),
      events_(events),
      journal_(journal),
      config_(std::move(config)),
      ids_(config_.seed, "lambda", "request ids"),
      jitter_(config_.seed, "lambda", "retry jitter") {}

Lambda::~Lambda() {
  for (const auto& [key, attempt] : attempts_) scheduler_.cancel(attempt.timer);
  for (const auto& [key, event] : queue_) scheduler_.cancel(event.timer);
}

Result<Function*> Lambda::find(const std::string& name_or_arn) {
  const auto name = function_name(name_or_arn);
  const auto found = functions_.find(name);
  if (found == functions_.end())
    return not_found("ResourceNotFoundException",
                     "Function not found: " + config_.identity.arn("lambda", "function:" + name));
  return &found->second;
}

Result<api::CreateFunctionOutput> Lambda::handle(const api::CreateFunctionInput& request, Instant now) {
  if (auto checked = check_function(request); !checked) return checked.error();
  if (!host_.knows(request.handler))
    return invalid_parameter(
        fmt::format("Handler '{}' of function {} is not known", request.handler, request.function_name));
  const auto [place, created] = functions_.try_emplace(request.function_name);
  if (!created)
    return Error{ErrorKind::Conflict, "ResourceConflictException",
                 fmt::format("Function already exist: {}", request.function_name)};
  Function& function = place->second;
  function.configuration = request;
  function.arn = config_.identity.arn("lambda", "function:" + request.function_name);
  function.active_from = now + config_.activation;
  journal_.record("lambda", "FunctionCreated", request.function_name,
                  nlohmann::ordered_json{{"handler", request.handler}}.dump());
  return api::CreateFunctionOutput{function.arn};
}

Result<api::FunctionDescription> Lambda::handle(const api::GetFunctionInput& request, Instant now) {
  const auto function = find(request.function_name);
  if (!function) return function.error();
  return describe_function(**function, now);
}

Result<api::ListFunctionsOutput> Lambda::handle(const api::ListFunctionsInput& /*request*/, Instant now) {
  api::ListFunctionsOutput output;
  for (const auto& [name, function] : functions_) output.functions.push_back(describe_function(function, now));
  return output;
}

Result<> Lambda::handle(const api::DeleteFunctionInput& request, Instant /*now*/) {
  const auto function = find(request.function_name);
  if (!function) return function.error();
  const auto name = function_name(request.function_name);
  std::erase_if(queue_, [&](const auto& entry) {
    const QueuedEvent& event = entry.second;
    if (event.function != name) return false;
    scheduler_.cancel(event.timer);
    return true;
  });
  functions_.erase(name);
  journal_.record("lambda", "FunctionDeleted", name, "{}");
  return {};
}

Result<> Lambda::handle(const api::PutFunctionConcurrencyInput& request, Instant /*now*/) {
  const auto function = find(request.function_name);
  if (!function) return function.error();
  auto changed = (*function)->configuration;
  changed.reserved_concurrency = request.reserved_concurrency;
  if (auto checked = check_function(changed); !checked) return checked;
  (*function)->configuration = std::move(changed);
  const auto reserved = request.reserved_concurrency;
  journal_.record("lambda", "ConcurrencyPut", function_name(request.function_name),
                  nlohmann::ordered_json{{"reserved", reserved ? nlohmann::ordered_json(*reserved) : nullptr}}.dump());
  return {};
}

Result<> Lambda::handle(const api::PutFunctionEventInvokeConfigInput& request, Instant /*now*/) {
  const auto function = find(request.function_name);
  if (!function) return function.error();
  if (auto checked = check_asynchronous(request); !checked) return checked;
  (*function)->asynchronous = request;
  journal_.record("lambda", "EventInvokeConfigPut", function_name(request.function_name),
                  nlohmann::ordered_json{{"retries", request.maximum_retry_attempts}}.dump());
  return {};
}

Result<Function*> Lambda::check_invocation(const api::InvokeInput& request, Instant now, std::size_t payload_max) {
  const auto function = find(request.function_name);
  if (!function) return function.error();
  if (request.payload.size() > payload_max)
    return Error{ErrorKind::InvalidInput, "RequestTooLargeException",
                 fmt::format("Request must be smaller than {} bytes for the InvokeFunction operation", payload_max)};
  if (!request.payload.empty() && !is_json(request.payload))
    return Error{ErrorKind::InvalidInput, "InvalidRequestContentException", "Could not parse request body into json"};
  if (now < (*function)->active_from)
    return Error{ErrorKind::Conflict, "ResourceConflictException",
                 "The operation cannot be performed at this time. The function is currently in the following state: "
                 "Pending"};
  return *function;
}

Result<api::InvokeOutput> Lambda::handle(const api::InvokeInput& request, Instant now) {
  using Type = api::InvocationType;
  DRIFTLAB_CHECK(request.invocation_type != Type::RequestResponse, "a synchronous invocation needs invoke()");
  const auto function = check_invocation(request, now, config_.asynchronous_payload_max);
  if (!function) return function.error();
  if (request.invocation_type == Type::DryRun)
    return api::InvokeOutput{.status_code = 204, .function_error = {}, .payload = {}};
  const auto& name = (*function)->configuration.function_name;
  const auto key = next_key_++;
  queue_.emplace(key, QueuedEvent{.function = name,
                                  .request_id = ids_.uuid(),
                                  .payload = request.payload.empty() ? "{}" : request.payload,
                                  .accepted = now});
  publish(name, now, {{"AsyncEventsReceived", 1.0}});
  enqueue(key, config_.queue_delay);
  return api::InvokeOutput{.status_code = 202, .function_error = {}, .payload = {}};
}

Result<> Lambda::invoke(const api::InvokeInput& request, Instant now, std::function<void(api::InvokeOutput)> done) {
  DRIFTLAB_CHECK(request.invocation_type == api::InvocationType::RequestResponse, "only a synchronous invocation");
  const auto function = check_invocation(request, now, config_.synchronous_payload_max);
  if (!function) return function.error();
  const auto name = (*function)->configuration.function_name;
  const auto id = ids_.uuid();
  if (!has_room(**function)) {
    publish(name, now, {{"Throttles", 1.0}});
    record(name, id, "RequestResponse", 1, "Throttled");
    return Error{ErrorKind::Throttled, "TooManyRequestsException", "Rate Exceeded.", id};
  }
  start(**function, id, request.payload.empty() ? "{}" : request.payload,
        [this, name, id, done = std::move(done)](const AttemptResult& result) {
          record(name, id, "RequestResponse", 1, result.outcome, result.payload);
          done({.status_code = 200, .function_error = result.failed ? "Unhandled" : "", .payload = result.payload});
        });
  return {};
}

bool Lambda::has_room(const Function& function) const {
  if (const auto reserved = function.configuration.reserved_concurrency) return *function.running < *reserved;
  int shared = config_.account_concurrency;
  int in_use = running_;
  for (const auto& [name, other] : functions_) {
    const auto reserved = other.configuration.reserved_concurrency;
    if (!reserved) continue;
    shared -= *reserved;
    in_use -= *other.running;
  }
  return in_use < shared;
}

void Lambda::start(Function& function, const std::string& request_id, const std::string& payload, Done done) {
  const auto key = next_key_++;
  const auto& configuration = function.configuration;
  Attempt attempt{.function = configuration.function_name,
                  .request_id = request_id,
                  .timeout = configuration.timeout,
                  .started = scheduler_.now(),
                  .running = function.running,
                  .timer = 0,
                  .done = std::move(done)};
  ++*attempt.running;
  ++running_;
  attempt.timer = scheduler_.after(attempt.timeout, "function timeout", [this, key] {
    const Attempt& late = attempts_.at(key);
    finish(key, timed_out(scheduler_.now(), late.timeout, late.request_id));
  });
  attempts_.emplace(key, std::move(attempt));
  host_.run({.function_name = configuration.function_name,
             .handler = configuration.handler,
             .request_id = request_id,
             .payload = payload,
             .environment = configuration.environment},
            [this, key, request_id](const FunctionReply& reply) { finish(key, completed(reply, request_id)); });
}

void Lambda::finish(std::uint64_t key, const AttemptResult& result) {
  auto node = attempts_.extract(key);
  if (node.empty()) return;  // the function ended after it had timed out
  const Attempt& attempt = node.mapped();
  scheduler_.cancel(attempt.timer);
  --*attempt.running;
  --running_;
  const double milliseconds = to_seconds(scheduler_.now() - attempt.started) * 1000.0;
  publish(
      attempt.function, attempt.started,
      {{"Invocations", 1.0}, {"Errors", result.failed ? 1.0 : 0.0}, {"Throttles", 0.0}, {"Duration", milliseconds}});
  attempt.done(result);
}

void Lambda::enqueue(std::uint64_t key, Duration delay) {
  queue_.at(key).timer = scheduler_.after(delay, "asynchronous invocation", [this, key] { try_event(key); });
}

void Lambda::try_event(std::uint64_t key) {
  QueuedEvent& event = queue_.at(key);
  event.timer = 0;
  Function& function = functions_.at(event.function);
  if (function.configuration.reserved_concurrency == 0) {
    give_up(key, "RetriesExhausted");
  } else if (!has_room(function)) {
    throttle_event(key, function);
  } else {
    event.throttles = 0;
    ++event.attempts;
    start(function, event.request_id, event.payload,
          [this, key](const AttemptResult& result) { end_event_attempt(key, result); });
  }
}

void Lambda::throttle_event(std::uint64_t key, const Function& function) {
  QueuedEvent& event = queue_.at(key);
  publish(event.function, scheduler_.now(), {{"Throttles", 1.0}});
  record(event.function, event.request_id, "Event", event.attempts + 1, "Throttled");
  // Twenty doublings of a second are far beyond any limit; more would overflow.
  const auto grown = config_.first_throttle_wait * (1LL << std::min(event.throttles, 20));
  const Duration wait = std::min<Duration>(grown, config_.longest_throttle_wait);
  ++event.throttles;
  if (scheduler_.now() + wait - event.accepted > function.asynchronous.maximum_event_age) {
    give_up(key, "EventAgeExceeded");
  } else {
    enqueue(key, wait);
  }
}

void Lambda::end_event_attempt(std::uint64_t key, const AttemptResult& result) {
  const auto found = queue_.find(key);
  if (found == queue_.end()) return;  // the function was deleted meanwhile
  QueuedEvent& event = found->second;
  record(event.function, event.request_id, "Event", event.attempts, result.outcome, result.payload);
  if (!result.failed) {
    queue_.erase(found);
    return;
  }
  event.last_response = result.payload;
  const auto& settings = functions_.at(event.function).asynchronous;
  if (event.attempts > settings.maximum_retry_attempts) {
    give_up(key, "RetriesExhausted");
    return;
  }
  const Duration base = event.attempts == 1 ? config_.first_retry : config_.second_retry;
  const Duration wait = from_seconds(to_seconds(base) * (1.0 + config_.retry_jitter * jitter_.uniform()));
  if (scheduler_.now() + wait - event.accepted > settings.maximum_event_age) {
    give_up(key, "EventAgeExceeded");
  } else {
    enqueue(key, wait);
  }
}

void Lambda::give_up(std::uint64_t key, const std::string& condition) {
  const QueuedEvent event = std::move(queue_.extract(key).mapped());
  const Function& function = functions_.at(event.function);
  const auto now = scheduler_.now();
  publish(event.function, now, {{"AsyncEventsDropped", 1.0}});
  journal_.record(
      "lambda", "EventDropped", event.function,
      nlohmann::ordered_json{{"request_id", event.request_id}, {"condition", condition}, {"attempts", event.attempts}}
          .dump());
  const auto& bus = function.asynchronous.on_failure_destination;
  if (bus.empty()) return;
  events_.publish({.source = "lambda",
                   .detail_type = "Lambda Function Invocation Result - Failure",
                   .detail = destination_record({.at = now,
                                                 .request_id = event.request_id,
                                                 .function_arn = function.arn,
                                                 .condition = condition,
                                                 .invocations = event.attempts,
                                                 .request_payload = event.payload,
                                                 .response_payload = event.last_response}),
                   .resources = {bus, function.arn + ":$LATEST"},
                   .time = now,
                   .event_bus = bus});
}

void Lambda::record(const std::string& function, const std::string& request_id, const char* type, int attempt,
                    const std::string& outcome, const std::string& answer) {
  nlohmann::ordered_json detail{{"request_id", request_id}, {"type", type}, {"attempt", attempt}, {"outcome", outcome}};
  if (!answer.empty()) detail["answer"] = answer;
  journal_.record("lambda", "Invocation", function,
                  detail.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void Lambda::publish(const std::string& function, Instant at,
                     std::initializer_list<std::pair<const char*, double>> values) {
  ops::cloudwatch::PutMetricDataInput data{.metric_namespace = "AWS/Lambda", .data = {}};
  for (const auto& [name, value] : values) {
    data.data.push_back({.metric_name = name,
                         .dimensions = {{"FunctionName", function}},
                         .timestamp = at,
                         .value = value,
                         .unit = std::string_view(name) == "Duration" ? "Milliseconds" : "Count"});
  }
  metrics_.publish(data);
}

}  // namespace driftlab::service::lambda

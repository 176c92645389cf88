#pragma once
/// AWS Lambda: functions, synchronous and asynchronous invocation, retries, destinations, metrics.

#include <map>
#include <memory>
#include <string>

#include "core/base/identity.hpp"
#include "core/base/rng.hpp"
#include "core/base/scheduler.hpp"
#include "core/ports/ops/lambda.hpp"
#include "sim/service/hosts.hpp"

namespace driftlab::service::lambda {

namespace api = ops::lambda;

struct Config {
  AwsIdentity identity = {};
  std::uint64_t seed = 0;
  int account_concurrency = 1000;
  /// Waits before the second and the third attempt after a function error, exact.
  Duration first_retry = std::chrono::minutes{1};
  Duration second_retry = std::chrono::minutes{2};
  /// Waits after a throttle: doubling from the first to the longest.
  Duration first_backoff = std::chrono::seconds{1};
  Duration longest_backoff = std::chrono::minutes{5};
};

/// An asynchronous event is queued first and run later; a function error is tried twice more, a throttle until the
/// event is too old. What is given up goes to the OnFailure destination, if there is one, and is counted.
class Lambda {
 public:
  Lambda(Scheduler& scheduler, FunctionHost& functions, EventPublisher& events, MetricPublisher& metrics,
         Journal& journal, Config config);
  Lambda(const Lambda&) = delete;
  Lambda& operator=(const Lambda&) = delete;

  /// Errors: ResourceConflictException for an existing name, InvalidParameterValueException for an unknown handler or a
  /// timeout outside 1–900 s.
  Result<api::CreateFunctionOutput> handle(const api::CreateFunctionInput& request, Instant now);
  Result<> handle(const api::PutFunctionEventInvokeConfigInput& request, Instant now);
  /// Event (202) and DryRun (204). Errors: ResourceNotFoundException, RequestTooLargeException (over 256 KB).
  Result<api::InvokeOutput> handle(const api::InvokeInput& request, Instant now);
  /// RequestResponse: `done` gets 200 with the payload, or with FunctionError. Errors: ResourceNotFoundException,
  /// TooManyRequestsException.
  Result<> invoke(const api::InvokeInput& request, Instant now, std::function<void(api::InvokeOutput)> done);

 private:
  struct Function {
    api::CreateFunctionInput configuration;
    api::PutFunctionEventInvokeConfigInput asynchronous;
    std::string arn;
    int running = 0;
  };
  /// An event on its way through the asynchronous queue.
  struct Event {
    std::string function;
    std::string request_id;
    std::string payload;
    Instant queued{};
    int attempts = 0;   ///< that ran
    int throttles = 0;  ///< in a row
  };

  Result<Function*> find(const std::string& name_or_arn);
  [[nodiscard]] bool has_room(const Function& function) const;
  void run(Function& function, const std::string& request_id, const std::string& payload, int attempt,
           std::function<void(FunctionReply)> done);
  void attempt(const std::shared_ptr<Event>& event);
  void retry_or_give_up(const std::shared_ptr<Event>& event, const FunctionReply& reply);
  void give_up(const Event& event, const std::string& condition, const FunctionReply& reply);
  void publish(const std::string& function, const char* metric, double value, const char* unit = "Count");

  Scheduler& scheduler_;
  FunctionHost& functions_;
  EventPublisher& events_;
  MetricPublisher& metrics_;
  Journal& journal_;
  Config config_;
  Rng ids_;
  std::map<std::string, Function> by_name_;
  int running_ = 0;
};

}  // namespace driftlab::service::lambda

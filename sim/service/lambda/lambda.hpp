#pragma once
/// AWS Lambda: functions, synchronous and asynchronous invocation.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/base/rng.hpp"
#include "core/base/scheduler.hpp"
#include "sim/service/hosts.hpp"
#include "sim/service/lambda/config.hpp"
#include "sim/service/lambda/documents.hpp"
#include "sim/service/lambda/function.hpp"

namespace driftlab::service::lambda {

/// One account in one region. The code runs in the FunctionHost; this class decides when, how often, and what becomes
/// of the outcome. `now` is the scheduler's own now.
class Lambda {
 public:
  /// The references must outlive it, and the host must not call back after it is gone. Timers that are still pending
  /// are cancelled with it.
  Lambda(Scheduler& scheduler, FunctionHost& host, MetricPublisher& metrics, EventPublisher& events, Journal& journal,
         Config config);
  Lambda(const Lambda&) = delete;
  Lambda& operator=(const Lambda&) = delete;
  ~Lambda();

  /// A handler that the host does not know is refused here, where AWS would fail at the first invocation. Errors:
  /// InvalidParameterValueException, ResourceConflictException.
  Result<api::CreateFunctionOutput> handle(const api::CreateFunctionInput& request, Instant now);
  Result<api::FunctionDescription> handle(const api::GetFunctionInput& request, Instant now);
  Result<api::ListFunctionsOutput> handle(const api::ListFunctionsInput& request, Instant now);
  /// Events in the queue vanish with their function.
  Result<> handle(const api::DeleteFunctionInput& request, Instant now);
  Result<> handle(const api::PutFunctionConcurrencyInput& request, Instant now);
  Result<> handle(const api::PutFunctionEventInvokeConfigInput& request, Instant now);

  /// Asynchronous (Event: 202, queued) and DryRun (204). RequestResponse answers later and goes through `invoke`.
  /// Errors: ResourceNotFoundException, ResourceConflictException (Pending), RequestTooLargeException,
  /// InvalidRequestContentException.
  Result<api::InvokeOutput> handle(const api::InvokeInput& request, Instant now);

  /// RequestResponse. On success `done` is called once, never inside this call, when the function has ended or timed
  /// out; a function that failed is an output with `function_error`. Errors as above, and TooManyRequestsException.
  Result<> invoke(const api::InvokeInput& request, Instant now, std::function<void(api::InvokeOutput)> done);

 private:
  using Done = std::function<void(AttemptResult)>;
  struct Attempt {
    std::string function;
    std::string request_id;
    Duration timeout{};
    Instant started{};
    std::shared_ptr<int> running;  ///< of its function
    TimerId timer = 0;             ///< the timeout
    Done done;
  };
  /// An asynchronous event: in the queue while `timer` is set, running otherwise.
  struct QueuedEvent {
    std::string function;
    std::string request_id;
    std::string payload;
    Instant accepted{};
    int attempts = 0;
    int throttles = 0;  ///< in a row
    std::string last_response;
    TimerId timer = 0;
  };

  Result<Function*> find(const std::string& name_or_arn);
  Result<Function*> check_invocation(const api::InvokeInput& request, Instant now, std::size_t payload_max);
  [[nodiscard]] bool has_room(const Function& function) const;

  void start(Function& function, const std::string& request_id, const std::string& payload, Done done);
  void finish(std::uint64_t key, const AttemptResult& result);

  void enqueue(std::uint64_t key, Duration delay);
  void try_event(std::uint64_t key);
  void throttle_event(std::uint64_t key, const Function& function);
  void end_event_attempt(std::uint64_t key, const AttemptResult& result);
  void give_up(std::uint64_t key, const std::string& condition);
  void record(const std::string& function, const std::string& request_id, const char* type, int attempt,
              const std::string& outcome, const std::string& answer = {});

  void publish(const std::string& function, Instant at, std::initializer_list<std::pair<const char*, double>> values);

  Scheduler& scheduler_;
  FunctionHost& host_;
  MetricPublisher& metrics_;
  EventPublisher& events_;
  Journal& journal_;
  const Config config_;
  Rng ids_;
  Rng jitter_;
  std::map<std::string, Function> functions_;
  std::map<std::uint64_t, Attempt> attempts_;
  std::map<std::uint64_t, QueuedEvent> queue_;
  std::uint64_t next_key_ = 1;
  int running_ = 0;
};

}  // namespace driftlab::service::lambda

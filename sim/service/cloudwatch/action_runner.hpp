#pragma once
/// Runs alarm actions, and repeats those on Lambda functions until the request is accepted.

#include <cstdint>
#include <map>
#include <string>

#include "core/base/scheduler.hpp"
#include "sim/service/cloudwatch/alarm_history.hpp"
#include "sim/service/cloudwatch/config.hpp"
#include "sim/service/hosts.hpp"

namespace driftlab::service::cloudwatch {

/// A failed action never changes a state: it is a history item. A Lambda action that was throttled, or met an
/// unavailable service, is tried again whatever becomes of the alarm; only its first failure and its success are
/// recorded. Other failures, and those of other targets, are final.
class ActionRunner {
 public:
  ActionRunner(Scheduler& scheduler, TargetInvoker& targets, Journal& journal, AlarmHistory& history,
               const Config& config)
      : scheduler_(scheduler), targets_(targets), journal_(journal), history_(history), config_(config) {}
  ActionRunner(const ActionRunner&) = delete;
  ActionRunner& operator=(const ActionRunner&) = delete;
  ~ActionRunner();

  /// `state_updated`: when the alarm entered the state that calls for the action.
  void run(std::string alarm_name, TargetCall call, Instant state_updated);

 private:
  struct Action {
    std::string alarm_name;
    TargetCall call;
    Instant state_updated{};
    int attempts = 0;
    TimerId timer = 0;
  };
  /// True when the action is over, accepted or not.
  bool attempt(Action& action);
  void repeat(std::uint64_t id);
  void record(const Action& action, const Error* error);
  [[nodiscard]] Duration wait_after(int attempts) const;

  Scheduler& scheduler_;
  TargetInvoker& targets_;
  Journal& journal_;
  AlarmHistory& history_;
  const Config& config_;
  std::map<std::uint64_t, Action> pending_;
  std::uint64_t next_id_ = 1;
};

[[nodiscard]] bool is_lambda_arn(std::string_view arn);

}  // namespace driftlab::service::cloudwatch

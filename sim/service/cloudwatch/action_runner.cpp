#include "sim/service/cloudwatch/action_runner.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/service/cloudwatch/alarm_documents.hpp"

namespace driftlab::service::cloudwatch {

bool is_lambda_arn(std::string_view arn) {
  return arn.starts_with("arn:") && arn.find(":lambda:") != std::string_view::npos;
}

ActionRunner::~ActionRunner() {
  for (const auto& [id, action] : pending_) scheduler_.cancel(action.timer);
}

void ActionRunner::run(std::string alarm_name, TargetCall call, Instant state_updated) {
  Action action{std::move(alarm_name), std::move(call), state_updated};
  if (attempt(action)) return;
  const std::uint64_t id = next_id_++;
  action.timer = scheduler_.after(wait_after(action.attempts), "cloudwatch.action", [this, id] { repeat(id); });
  pending_.emplace(id, std::move(action));
}

bool ActionRunner::attempt(Action& action) {
  ++action.attempts;
  const Result<> outcome = targets_.invoke(action.call);
  if (outcome) {
    record(action, nullptr);
    return true;
  }
  const Error& error = outcome.error();
  if (action.attempts == 1) record(action, &error);
  const bool transient = error.kind == ErrorKind::Throttled || error.kind == ErrorKind::Unavailable;
  if (transient && is_lambda_arn(action.call.arn)) return false;
  if (action.attempts > 1) record(action, &error);
  return true;
}

void ActionRunner::repeat(std::uint64_t id) {
  // Taken out first: the target may call back into CloudWatch.
  auto node = pending_.extract(id);
  Action& action = node.mapped();
  if (attempt(action)) return;
  action.timer = scheduler_.after(wait_after(action.attempts), "cloudwatch.action", [this, id] { repeat(id); });
  pending_.insert(std::move(node));
}

void ActionRunner::record(const Action& action, const Error* error) {
  const std::string summary = error == nullptr ? fmt::format("Successfully executed action {}", action.call.arn)
                                               : fmt::format("Failed to execute action {}. Received error: \"{}\"",
                                                             action.call.arn, describe(*error));
  history_.add({action.alarm_name, scheduler_.now(), api::HistoryItemType::Action, summary,
                action_history_data(action.call.arn, action.state_updated, action.call.payload, error)});
  journal_.record("cloudwatch", error == nullptr ? "AlarmAction" : "AlarmActionFailed", action.alarm_name,
                  journal_action(action.call.arn, action.attempts, error));
}

Duration ActionRunner::wait_after(int attempts) const {
  Duration wait = config_.first_action_retry;
  for (int i = 1; i < attempts && wait < config_.longest_action_retry; ++i) wait *= 2;
  return std::min(wait, config_.longest_action_retry);
}

}  // namespace driftlab::service::cloudwatch

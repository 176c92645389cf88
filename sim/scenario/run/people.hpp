#pragma once
/// The person of a simulation: approves packages and deployments, in their own time.

#include <cstdint>
#include <functional>

#include "core/base/scheduler.hpp"
#include "sim/world/approver.hpp"

namespace driftlab::scenario {

/// Asks a person; `answer` is called when they have decided.
class Person {
 public:
  Person(Scheduler& scheduler, world::ApproverSpec spec, std::uint64_t seed)
      : scheduler_(scheduler), approver_(std::move(spec), seed) {}

  void ask(const char* what, std::function<void(bool approved)> answer) {
    const world::Decision decision = approver_.decide(scheduler_.now());
    scheduler_.at(decision.at, what, [answer = std::move(answer), decision] { answer(decision.approved); });
  }

 private:
  Scheduler& scheduler_;
  world::Approver approver_;
};

}  // namespace driftlab::scenario

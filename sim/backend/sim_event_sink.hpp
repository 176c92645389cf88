#pragma once
/// The EventSink port on the EventBridge model, in-process.

#include "core/ports/event_sink.hpp"
#include "sim/backend/call.hpp"
#include "sim/service/events/event_bridge.hpp"

namespace driftlab::backend {

class SimEventSink final : public ports::EventSink {
 public:
  SimEventSink(service::events::EventBridge& events, CallModel& call) : events_(events), call_(call) {}

  ports::Async<ops::events::PutEventsOutput> put_events(const ops::events::PutEventsInput& request,
                                                        ports::Deadline deadline) override;
  ports::Async<> put_rule(const ops::events::PutRuleInput& request, ports::Deadline deadline) override;
  ports::Async<> put_targets(const ops::events::PutTargetsInput& request, ports::Deadline deadline) override;

 private:
  service::events::EventBridge& events_;
  CallModel& call_;
};

}  // namespace driftlab::backend
